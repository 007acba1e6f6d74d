"""`format_path`: a StrengthPath as text of 80 columns, the best strength first; and the same in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2.comparison.markdown import in_markdown, markdown_table
from nnl2.comparison.scores import SCORES
from nnl2.comparison.text import NOTHING, WIDTH, in_paragraphs, mean_as_text
from nnl2.display.tables import format_table

if TYPE_CHECKING:
    from nnl2.paths.findings import PathFindings
    from nnl2.paths.rows import PathRow

    Lines = list[list[str]]


def format_path(path: PathFindings, width: int = WIDTH) -> str:
    """Return a path as text: the best strength, the simplest as good, all strengths, what they rest on."""
    tables = [(what_stands_there(path), format_table(*table_of_path(path)))]
    return in_paragraphs(said_first(path), tables, rests_on(path), width)


def path_as_markdown(path: PathFindings) -> str:
    """Return a path in Markdown: the same parts."""
    header, lines = table_of_path(path)
    tables = [(what_stands_there(path), markdown_table(header, lines, n_right=len(header) - 2))]
    return in_markdown(said_first(path), tables, rests_on(path))


def table_of_path(path: PathFindings) -> tuple[list[str], Lines]:
    """Return the header and a line for each row."""
    header = [path.field, "held-out", "training", "norm", "largest", "zeros", "dead", ""]
    return header, [_line(path, row) for row in path.rows]


def _line(path: PathFindings, row: PathRow) -> list[str]:
    score, weights = SCORES[path.score], row.weights
    sizes = [NOTHING] * 4
    if weights is not None:
        shares = (NOTHING if share is None else f"{100 * share:.0f} %" for share in (weights.zeros, weights.dead))
        sizes = [f"{weights.norm:.2f}", f"{weights.largest:.2f}", *shares]
    return [
        "without" if row.value is None else f"{row.value:.3g}",
        mean_as_text(row.held_out, score),
        mean_as_text(row.training, score),
        *sizes,
        _mark(path, row),
    ]


def _mark(path: PathFindings, row: PathRow) -> str:
    if row.failure:
        return "failed"
    marks = {"best": path.best is row, "simplest": path.simplest is row}
    return ", ".join(name for name, there in marks.items() if there)


def said_first(path: PathFindings) -> list[str]:
    """Return what a person must know, a paragraph each."""
    score = SCORES[path.score]
    error = f"{score.shown(path.standard_error)}{' points' if score.per_cent else ''}"
    best, simplest = (_with_score(row, path) for row in (path.best, path.simplest))
    same = path.simplest is path.best
    return [
        f"Best of {len(path.rows) - 1}: {best}; {_with_score(path.without, path)}.",
        f"Simplest within one standard error ({error}): {'the same' if same else simplest}.",
        *_on_nothing(path),
        *_on_ends(path),
        "The best of many looks better than it is: a comparison, which chooses inside training parts, tells more.",
    ]


def _with_score(row: PathRow, path: PathFindings) -> str:
    """Return a regularizer with its held-out score."""
    score = SCORES[path.score]
    name = "without regularization" if row.value is None else row.regularizer
    if row.held_out is None:
        return f"{name} failed"
    unit = " %" if score.per_cent else ""
    return f"{name}, {path.score} {score.shown(row.held_out.mean)}{unit}"


def _on_nothing(path: PathFindings) -> list[str]:
    """Return a warning where doing nothing is about as good; else nothing."""
    if not path.nothing_is_as_good:
        return []
    how = "does better" if path.gain < 0 else "lies within one standard error too"
    return [f"No regularization at all {how}: this path does not show that {path.name} helps."]


def _on_ends(path: PathFindings) -> list[str]:
    """Return where to go on if the best lies at an end."""
    ends = (
        {"strong": path.rows[-1]} if path.nothing_is_as_good else {"weak": path.rows[1], "strong": path.rows[-1]}
    )
    return [
        f"The best lies at the path's {name} end, so a better one may lie beyond it."
        for name, row in ends.items()
        if path.best is row
    ]


def what_stands_there(path: PathFindings) -> str:
    """Return what stands in the table of strengths."""
    score = SCORES[path.score]
    unit = ", in %" if score.per_cent else ""
    less = "" if score.larger_is_better else ", less is better"
    return (
        f"{path.data}; {path.score}{less}{unit}, with 95 % intervals over splits; the norm of the weights, the "
        f"largest one, which shares of them are exactly zero and of hidden units dead:"
    )


def rests_on(path: PathFindings) -> list[str]:
    """Return what the result rests on, a paragraph each."""
    failed = [f"{row.regularizer} {row.failure}." for row in path.rows if row.failure]
    return [
        *failed,
        *path.notes,
        f"Score: {path.score}, {path.score_reason}.",
        f"Splits: {path.splits}.",
        f"Recipe: {path.recipe_sentence}. Seed {path.seed}.",
    ]
