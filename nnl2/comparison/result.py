"""`Comparison`: what came out, with everything in it; as numbers, text, HTML and a picture."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import attrs
from attrs import frozen

from nnl2.comparison.curves import curves_of, display_of
from nnl2.comparison.findings import Findings
from nnl2.comparison.markdown import comparison_as_markdown
from nnl2.comparison.scores import SCORES
from nnl2.comparison.text import format_comparison, interval_of
from nnl2.display.differences import DifferencesDisplay
from nnl2.display.scores import ScoresDisplay
from nnl2.markup import as_html

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from nnl2.comparison.outcome import Outcome
    from nnl2.comparison.rows import Row
    from nnl2.display.losses import LossCurveDisplay


@frozen(repr=False, eq=False)
class Comparison(Findings):
    """Strategies compared on the same splits from the same starts, made by `nnl2.compare`.

    Its fields are those of `Findings`. It is text (`print`), numbers (`to_dict`, `to_csv`), a table in a notebook,
    and pictures (`plot`, `plot_scores`, `plot_curves`).
    """

    def to_dict(self) -> dict[str, Any]:
        """Return everything as what JSON can hold."""
        plain = {
            field.name: getattr(self, field.name)
            for field in attrs.fields(type(self))
            if field.name not in ("rows", "outcomes", "recipe")
        }
        recipe = {
            field.name: value if isinstance(value, int | float | tuple | None) else repr(value)
            for field in attrs.fields(type(self.recipe))
            for value in [getattr(self.recipe, field.name)]
        }
        rows = [_plain_row(row) for row in self.rows]
        outcomes = [_plain_outcome(outcome) for outcome in self.outcomes]
        everything = plain | {"recipe": recipe, "rows": rows, "outcomes": outcomes}
        made: dict[str, Any] = json.loads(json.dumps(everything))  # tuples become lists
        return made

    def to_csv(self) -> str:
        """Return a line for each strategy and replicate: what was trained, its scores, why it failed."""
        names = sorted({name for outcome in self.outcomes for name in outcome.scores})
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["strategy", "replicate", "regularizer", *names, "failure"])
        for outcome in self.outcomes:
            failures = dict(outcome.failures)
            for number, regularizer in enumerate(outcome.regularizers):
                scores = [outcome.scores.get(name, (None,) * outcome.n_replicates)[number] for name in names]
                writer.writerow([outcome.name, number, regularizer, *scores, failures.get(number, "")])
        return text.getvalue()

    def to_markdown(self) -> str:
        """Return the text in Markdown."""
        return comparison_as_markdown(self)

    def plot(self, ax: Axes | None = None) -> DifferencesDisplay:
        """Draw the differences with their intervals, and the rope as a band; on the right is better."""
        factor, unit = _shown_in(self.score, "points")
        differences = {
            row.name: (factor * each.mean, each.low and factor * each.low, each.high and factor * each.high)
            for row in self.rows
            if (each := row.difference) is not None
        }
        return DifferencesDisplay(
            differences, rope=factor * self.rope, baseline=self.baseline, score=f"{self.score}{unit}"
        ).plot(ax)

    def plot_scores(self, ax: Axes | None = None) -> ScoresDisplay:
        """Draw the score that decides, a point for each replicate."""
        factor, unit = _shown_in(self.score, "%")
        scores = {
            outcome.name: [factor * value for value in outcome.scores[self.score] if value is not None]
            for outcome in self.outcomes
            if self.score in outcome.scores
        }
        return ScoresDisplay(scores, score=f"{self.score}{unit}").plot(ax)

    def plot_curves(self, name: str, ax: Axes | None = None) -> LossCurveDisplay:
        """Draw the errors of a strategy's networks in training: medians, and bands between the quartiles.

        They are those on the training items, and dashed those on items held out.
        """
        return display_of(curves_of(self.outcome(name))).plot(ax)

    def __str__(self) -> str:
        return format_comparison(self)

    def __repr__(self) -> str:
        return f"Comparison({self.data}: {self.verdict})"

    def _repr_html_(self) -> str:
        cells = [
            (row.name, _mean_of(row, self.score), interval_of(row, self.score), row.verdict) for row in self.rows
        ]
        return as_html(self.verdict, ("strategy", self.score, "difference", "verdict"), cells, str(self))


def _shown_in(score: str, unit: str) -> tuple[int, str]:
    """Return by what a score is multiplied to be shown, and the unit as a label has it."""
    return (100, f" ({unit})") if SCORES[score].per_cent else (1, "")


def _mean_of(row: Row, score: str) -> str:
    return f"{row.scores[score]:.4g}" if score in row.scores else ""


def _plain_row(row: Row) -> dict[str, Any]:
    plain = attrs.asdict(row)
    if row.probabilities is not None:
        plain["probabilities"] = row.probabilities._asdict()
    return plain


def _plain_outcome(outcome: Outcome) -> dict[str, Any]:
    curves = [
        {
            "epochs": history.epochs.tolist(),
            "errors": history.errors.tolist(),
            "held_out_errors": None if history.validation_errors is None else history.validation_errors.tolist(),
        }
        for history in outcome.histories
    ]
    return {
        "name": outcome.name,
        "regularizers": outcome.regularizers,
        "scores": outcome.scores,
        "failures": outcome.failures,
        "n_collapsed": outcome.n_collapsed,
        "curves": curves,
    }
