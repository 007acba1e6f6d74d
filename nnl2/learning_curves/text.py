"""`format_learning_curve`: a LearningCurve as text of 80 columns; and the same in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2.comparison.markdown import in_markdown, markdown_table
from nnl2.comparison.scores import SCORES
from nnl2.comparison.text import WIDTH, difference_as_text, in_paragraphs, mean_as_text, table_within
from nnl2.learning_curves.sentences import rests_on, said_first, what_stands_there

if TYPE_CHECKING:
    from nnl2.learning_curves.findings import CurveFindings
    from nnl2.learning_curves.rows import CurveRow


def format_learning_curve(curve: CurveFindings, width: int = WIDTH) -> str:
    """Return a learning curve as text: whether more items would help, each regularizer, all sizes."""
    tables = [(what_stands_there(curve), table_within(*table_of_curve(curve), width))]
    return in_paragraphs(said_first(curve), tables, rests_on(curve), width)


def curve_as_markdown(curve: CurveFindings) -> str:
    """Return a learning curve in Markdown: the same parts."""
    header, lines = table_of_curve(curve)
    tables = [(what_stands_there(curve), markdown_table(header, lines, n_right=len(header) - 1))]
    return in_markdown(said_first(curve), tables, rests_on(curve))


def table_of_curve(curve: CurveFindings) -> tuple[list[str], list[list[str]]]:
    """Return the header and a line for each regularizer and size."""
    return ["regularizer", "items", "held-out", "training", "gain"], [_line(curve, row) for row in curve.rows]


def _line(curve: CurveFindings, row: CurveRow) -> list[str]:
    score = SCORES[curve.score]
    return [
        row.name,
        str(row.n_items),
        mean_as_text(row.held_out, score),
        mean_as_text(row.training, score),
        difference_as_text(row.gain, score),
    ]
