"""`StrengthPath`: what came out along one strength; as numbers, text, HTML and a picture."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import attrs
from attrs import frozen

from nnl2.comparison.scores import SCORES
from nnl2.display.bands import label_strengths, plot_band
from nnl2.markup import as_html
from nnl2.paths.findings import PathFindings
from nnl2.paths.text import format_path, path_as_markdown, table_of_path
from nnl2.paths.weights import Weights

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from nnl2.paths.rows import PathRow

MARGIN = 0.02
"""How far the axis goes on beyond both ends, as a share of its length: a line at an end is seen."""


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

    def plot(self, axes: Axes) -> None:
        """Draw the held-out and the training score along the strength, with their intervals as bands."""
        factor, unit = (100, " (%)") if SCORES[self.score].per_cent else (1, "")
        for number, (kind, name) in enumerate((("held_out", "held-out items"), ("training", "training items"))):
            intervals = [getattr(row, kind) for row in self._sound.values()]
            middle, low, high = (
                [factor * getattr(each, end) for each in intervals] for end in ("mean", "low", "high")
            )
            plot_band(axes, name, list(self._sound), middle, low, high, number)
        if self.without.held_out is not None:
            level = factor * self.without.held_out.mean
            axes.axhline(level, color="0.4", linewidth=0.8, linestyle="--", label="held-out, without")
        names = ["best", "simplest"] if self.best is not self.simplest else ["best and simplest"]
        for name, row, style in zip(names, (self.best, self.simplest), ("-", ":"), strict=False):
            value = float(row.value or 0)
            axes.axvline(value, color="0.2", linewidth=1, linestyle=style, label=f"{name}: {value:.3g}")
        self._finish(axes, f"{self.score}{unit}")

    def plot_weights(self, axes: Axes) -> None:
        """Draw the norm of the weights and the largest one along the strength, on logarithmic axes."""
        self._plot_means(axes, {"norm": "norm", "largest": "largest weight"}, 1)
        low, high = axes.dataLim.intervaly
        axes.set_yscale("symlog", linthresh=0.01, subs=(2, 3, 5) if high < 10 * low else (2, 5))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter("{x:g}")
        self._finish(axes, "size of the weights")

    def plot_shares(self, axes: Axes) -> None:
        """Draw which shares of the weights are exactly zero and of the hidden units dead, along the strength."""
        self._plot_means(axes, {"zeros": "weights exactly zero", "dead": "hidden units dead"}, 100)
        axes.set_ylim(-5, 105)
        self._finish(axes, "share (%)")

    @property
    def _sound(self) -> dict[float, PathRow]:
        """The rows that can be drawn, by their strength."""
        return {row.value: row for row in self.rows if row.value is not None and not row.failure}

    def _plot_means(self, axes: Axes, names: dict[str, str], factor: int) -> None:
        for number, (name, label) in enumerate(names.items()):
            found = [getattr(row.weights, name) for row in self._sound.values()]
            if None not in found:  # without hidden units none is dead
                means = [factor * each for each in found]
                plot_band(axes, label, list(self._sound), means, means, means, number)

    def _finish(self, axes: Axes, label: str) -> None:
        first, *_, last = values = [row.value for row in self.rows if row.value is not None]
        if min(values) > 0:
            factor = (last / first) ** MARGIN
            axes.set_xlim(first / factor, last * factor)
            label_strengths(axes, min(values), max(values))
        else:
            beyond = MARGIN * (last - first)
            axes.set_xlim(first - beyond, last + beyond)
        axes.set_xlabel(f"{self.name}: {self.field}, stronger to the right")
        axes.set_ylabel(label)
        axes.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.01, 1))

    def __str__(self) -> str:
        return format_path(self)

    def __repr__(self) -> str:
        n = len(self.rows) - 1
        return f"StrengthPath({self.name}, {n} strengths, best {self.best.regularizer} on {self.data})"

    def _repr_html_(self) -> str:
        header, lines = table_of_path(self)
        return as_html(f"Best: {self.best.regularizer}", header, lines, str(self))
