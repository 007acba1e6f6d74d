"""`StrengthPath`: what came out along one strength; as numbers, text, HTML and a picture."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import TYPE_CHECKING, Any

import attrs
from attrs import frozen

from nnl2.comparison.scores import SCORES
from nnl2.display.interval_curves import IntervalCurveDisplay, end_at_hundred
from nnl2.markup import as_html
from nnl2.paths.findings import PathFindings
from nnl2.paths.text import format_path, path_as_markdown, table_of_path
from nnl2.paths.weights import Weights

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

    from nnl2.paths.rows import PathRow
    from nnl2.statistics import MeanInterval


@frozen(repr=False, eq=False)
class StrengthPath(PathFindings):
    """One regularizer in many strengths, on the same splits from the same starts; made by `nnl2.strength_path`.

    Its fields are those of `PathFindings`. It is text (`print`), numbers (`to_dict`, `to_csv`), a table in a
    notebook, and pictures (`plot`, `plot_weights`, `plot_shares`).
    """

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the networks as what JSON can hold."""
        left_out = ("rows", "best", "simplest", "outcomes", "recipe")
        plain = {
            field.name: getattr(self, field.name)
            for field in attrs.fields(type(self))
            if field.name not in left_out
        }
        rows = [attrs.asdict(row) | {"weights": row.weights and row.weights._asdict()} for row in self.rows]
        chosen = {"best": self.best.regularizer, "simplest": self.simplest.regularizer}
        made: dict[str, Any] = json.loads(json.dumps(plain | chosen | {"rows": rows}))  # tuples become lists
        return made

    def to_csv(self) -> str:
        """Return a line for each row: means, the ends of their intervals, what became of the weights."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        ends = [f"{name}{end}" for name in ("held_out", "training") for end in ("", "_low", "_high")]
        writer.writerow([self.field, "regularizer", *ends, *Weights._fields, "failure"])
        for row in self.rows:
            intervals = [
                None if interval is None else getattr(interval, end)
                for interval in (row.held_out, row.training)
                for end in ("mean", "low", "high")
            ]
            means = [None] * len(Weights._fields) if row.weights is None else row.weights
            writer.writerow([row.value, row.regularizer, *intervals, *means, row.failure])
        return text.getvalue()

    def to_markdown(self) -> str:
        """Return the text in Markdown."""
        return path_as_markdown(self)

    def plot(self, ax: Axes | None = None) -> IntervalCurveDisplay:
        """Draw the held-out and the training score along the strength, with their intervals as bands."""
        factor, unit = (100, " (%)") if SCORES[self.score].per_cent else (1, "")
        curves = {
            name: [_ends(getattr(row, kind), factor) for row in self._drawn]
            for kind, name in (("held_out", "held-out items"), ("training", "training items"))
        }
        without = self.without.held_out
        names = ["best", "simplest"] if self.best is not self.simplest else ["best and simplest"]
        return self._display(
            curves,
            f"{self.score}{unit}",
            levels={} if without is None else {"held-out, without": factor * without.mean},
            marks={
                name: float(row.value or 0) for name, row in zip(names, (self.best, self.simplest), strict=False)
            },
            beside=end_at_hundred if unit else None,
        ).plot(ax)

    def plot_weights(self, ax: Axes | None = None) -> IntervalCurveDisplay:
        """Draw the norm of the weights and the largest one along the strength, on logarithmic axes."""
        curves = self._means({"norm": "norm", "largest": "largest weight"}, 1)
        display = self._display(curves, "size of the weights").plot(ax)
        low, high = display.ax_.dataLim.intervaly
        subs = (2, 3, 5) if high < 10 * low else (2, 5)
        display.ax_.set_yscale("symlog", linthresh=0.01, subs=subs)
        display.ax_.autoscale(axis="y")  # the limits of the linear axis stay otherwise, below zero
        display.ax_.yaxis.set_major_formatter("{x:g}")
        display.ax_.yaxis.set_minor_formatter("{x:g}")
        return display

    def plot_shares(self, ax: Axes | None = None) -> IntervalCurveDisplay:
        """Draw which shares of the weights are exactly zero and of the hidden units dead, along the strength."""
        curves = self._means({"zeros": "weights exactly zero", "dead": "hidden units dead"}, 100)
        display = self._display(curves, "share (%)").plot(ax)
        display.ax_.set_ylim(-5, 105)
        return display

    @property
    def _drawn(self) -> list[PathRow]:
        """The rows that have a strength; where one failed, curves have a gap."""
        return [row for row in self.rows if row.value is not None]

    def _means(self, names: dict[str, str], factor: int) -> dict[str, list[float]]:
        """Return means by label; NaN where there is none: without hidden units none is dead."""
        return {label: [_mean(row.weights, name, factor) for row in self._drawn] for name, label in names.items()}

    def _display(
        self,
        curves: Mapping[str, ArrayLike],
        mean_name: str,
        **settings: Any,  # noqa: ANN401 (as IntervalCurveDisplay has them)
    ) -> IntervalCurveDisplay:
        return IntervalCurveDisplay(
            [float(row.value or 0) for row in self._drawn],
            curves,
            value_name=f"{self.name}: {self.field}, stronger to the right",
            mean_name=mean_name,
            **settings,
        )

    def __str__(self) -> str:
        return format_path(self)

    def __repr__(self) -> str:
        n = len(self.rows) - 1
        return f"StrengthPath({self.name}, {n} strengths, best {self.best.regularizer} on {self.data})"

    def _repr_html_(self) -> str:
        header, lines = table_of_path(self)
        return as_html(f"Best: {self.best.regularizer}", header, lines, str(self))


def _ends(interval: MeanInterval | None, factor: int) -> list[float]:
    """Return what is drawn of an interval: its mean, and its ends."""
    if interval is None:
        return [math.nan] * 3
    return [factor * end for end in (interval.mean, interval.low, interval.high)]


def _mean(weights: Weights | None, name: str, factor: int) -> float:
    mean = None if weights is None else getattr(weights, name)
    return math.nan if mean is None else factor * mean
