"""`LearningCurve`: what came out over the numbers of training items; as numbers, text, HTML and pictures."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import TYPE_CHECKING, Any

import attrs
from attrs import frozen

from nnl2.comparison.scores import SCORES
from nnl2.display.interval_curves import IntervalCurveDisplay, end_at_hundred, label_sizes
from nnl2.learning_curves.findings import CurveFindings
from nnl2.learning_curves.sentences import would_more_help
from nnl2.learning_curves.text import curve_as_markdown, format_learning_curve, table_of_curve
from nnl2.markup import as_html

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from nnl2.learning_curves.rows import CurveRow


@frozen(repr=False, eq=False)
class LearningCurve(CurveFindings):
    """Regularizers with few and with many training items, on the same splits; made by `nnl2.learning_curve`.

    Its fields are those of `CurveFindings`. It is text (`print`), numbers (`to_dict`, `to_csv`), a table in a
    notebook, and pictures (`plot`, `plot_training`, `plot_gains`).
    """

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the networks as what JSON can hold."""
        plain = {
            field.name: getattr(self, field.name)
            for field in attrs.fields(type(self))
            if field.name not in ("rows", "last_steps", "outcomes", "recipe")
        }
        steps = {name: step and attrs.asdict(step) for name, step in self.last_steps.items()}
        everything = plain | {"last_steps": steps, "rows": [attrs.asdict(row) for row in self.rows]}
        made: dict[str, Any] = json.loads(json.dumps(everything))  # tuples become lists
        return made

    def to_csv(self) -> str:
        """Return a line for each regularizer and size: means, gains and the ends of their intervals."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        kinds = ("held_out", "training", "gain")
        ends = [f"{name}{end}" for name in kinds for end in ("", "_low", "_high")]
        writer.writerow(["regularizer", "n_items", "epochs", *ends, "chosen_most", "failure"])
        for row in self.rows:
            numbers = [
                None if getattr(row, kind) is None else getattr(getattr(row, kind), end)
                for kind in kinds
                for end in ("mean", "low", "high")
            ]
            writer.writerow([row.name, row.n_items, row.epochs, *numbers, row.chosen[0][0], row.failure])
        return text.getvalue()

    def to_markdown(self) -> str:
        """Return the text in Markdown."""
        return curve_as_markdown(self)

    def plot(self, ax: Axes | None = None) -> IntervalCurveDisplay:
        """Draw the held-out scores over the number of training items, with their intervals as bands."""
        return self._display_of_scores("held-out items", lambda row: row.held_out).plot(ax)

    def plot_training(self, ax: Axes | None = None) -> IntervalCurveDisplay:
        """Draw the scores on the training items themselves, with their intervals as bands."""
        return self._display_of_scores("training items", lambda row: row.training).plot(ax)

    def plot_gains(self, ax: Axes | None = None) -> IntervalCurveDisplay:
        """Draw how much better than none each regularizer is; between dotted lines it makes no difference."""

        def beside(axes: Axes) -> None:
            axes.axhline(0, color="0.2", linewidth=0.8)
            for end in (-self.rope, self.rope):  # no grey between them: where bands overlap they are grey too
                axes.axhline(self._factor * end, color="0.2", linewidth=0.8, linestyle=":")
            axes.set_xlabel("training items;\nbetween the dotted lines it makes no difference in practice")

        return self._display(f"better than none{self._unit('points')}", lambda row: row.gain, beside).plot(ax)

    @property
    def _factor(self) -> int:
        return 100 if SCORES[self.score].per_cent else 1

    def _unit(self, name: str) -> str:
        return f" ({name})" if SCORES[self.score].per_cent else ""

    def _display_of_scores(self, items: str, interval_of: Callable[[CurveRow], Any]) -> IntervalCurveDisplay:
        def beside(axes: Axes) -> None:
            if SCORES[self.score].per_cent:
                end_at_hundred(axes)

        return self._display(f"{self.score}{self._unit('%')}, {items}", interval_of, beside)

    def _display(
        self, mean_name: str, interval_of: Callable[[CurveRow], Any], beside: Callable[[Axes], None]
    ) -> IntervalCurveDisplay:
        """Return a drawing with an interval of every row, where it is there; one without ends is a point."""

        def sized(axes: Axes) -> None:
            label_sizes(axes, self.sizes)
            beside(axes)

        curves = {}
        for name in self.names:
            found = {row.n_items: interval_of(row) for row in self.rows_of(name)}
            curves[name] = [[self._factor * end for end in _ends(found.get(size))] for size in self.sizes]
        return IntervalCurveDisplay(
            self.sizes, curves, value_name="training items", mean_name=mean_name, beside=sized
        )

    def __str__(self) -> str:
        return format_learning_curve(self)

    def __repr__(self) -> str:
        first, *_, last = self.sizes
        return f"LearningCurve({', '.join(self.names)}, {first} to {last} items, on {self.data})"

    def _repr_html_(self) -> str:
        return as_html(would_more_help(self), *table_of_curve(self), str(self))


def _ends(interval: Any) -> tuple[float, float, float]:  # noqa: ANN401 (of a mean, or of a difference)
    """Return the middle of an interval and its ends; what has no ends ends in its middle, and nothing in NaN."""
    if interval is None:
        return math.nan, math.nan, math.nan
    low, high = (interval.mean if end is None else end for end in (interval.low, interval.high))
    return interval.mean, low, high
