"""`IntervalCurveDisplay`: means along a number, such as a strength, with their intervals."""

from __future__ import annotations

import math
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.display.base import Display
from nnl2.display.style import COLOURS, DASHES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.collections import PolyCollection
    from matplotlib.lines import Line2D
    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.floating[Any]]

MARKERS = ("o", "s", "^", "D")

MARK_DASHES = ("-", ":")
"""Of the upright lines, one after the other."""

ROOM = 0.09
"""Labels stand at least this share of the axis apart."""

MARGIN = 0.02
"""How far the axis goes on beyond both ends, as a share of its length: a line at an end is seen."""

MANY_TIMES = 1000
"""From so many times the lowest value on, only powers of ten have a label: others would touch."""


class IntervalCurveDisplay(Display):
    """Means along a number, with their intervals as bands; the axis is logarithmic where all values are above 0.

    Parameters
    ----------
    values
        The number, from left to right, `(n_values,)`; it may fall.
    curves
        By name, the mean at each value, `(n_values,)`, or the mean and the two ends of its interval,
        `(n_values, 3)`; NaN where there is none. A curve of NaNs alone is left out, and the others look as they
        do beside it.
    value_name, mean_name
        What stands along the axes.
    levels
        Values of other means by name, for level lines.
    marks
        Values along the axis by name, for upright lines.
    beside
        Called with the axes at the end, for what else belongs to the drawing.

    Attributes
    ----------
    ax_, figure_
        As `Display` has them.
    lines_, bands_, level_lines_, mark_lines_
        By name; a curve without intervals has no band.
    """

    lines_: dict[str, Line2D]
    bands_: dict[str, PolyCollection]
    level_lines_: dict[str, Line2D]
    mark_lines_: dict[str, Line2D]

    def __init__(
        self,
        values: Sequence[float],
        curves: Mapping[str, ArrayLike],
        *,
        value_name: str,
        mean_name: str,
        levels: Mapping[str, float] | None = None,
        marks: Mapping[str, float] | None = None,
        beside: Callable[[Axes], object] | None = None,
    ) -> None:
        self.values = values
        self.curves = curves
        self.value_name = value_name
        self.mean_name = mean_name
        self.levels = levels
        self.marks = marks
        self.beside = beside

    def _draw(self, ax: Axes) -> None:
        self.lines_, self.bands_ = {}, {}
        for number, (name, means) in enumerate(self.curves.items()):
            numbers = np.asarray(means, dtype=float)
            if not np.isnan(numbers).all():
                self._draw_curve(ax, number, name, numbers)
        self.level_lines_ = {
            name: ax.axhline(level, color="0.4", linewidth=0.8, linestyle="--", label=name)
            for name, level in (self.levels or {}).items()
        }
        self.mark_lines_ = {
            name: ax.axvline(value, color="0.2", linewidth=1, linestyle=dash, label=f"{name}: {value:.3g}")
            for (name, value), dash in zip((self.marks or {}).items(), cycle(MARK_DASHES), strict=False)
        }
        first, last = self.values[0], self.values[-1]
        if first == last:
            ax.set_xlim(first - 1, first + 1)
        elif min(self.values) > 0:
            factor = (last / first) ** MARGIN
            ax.set_xlim(first / factor, last * factor)
            _make_logarithmic(ax, min(self.values), max(self.values))
        else:
            beyond = MARGIN * (last - first)
            ax.set_xlim(first - beyond, last + beyond)
        ax.set_xlabel(self.value_name)
        ax.set_ylabel(self.mean_name)
        drawn = [*self.lines_.values(), *self.level_lines_.values(), *self.mark_lines_.values()]
        if drawn:
            marks = [f"{name}: {value:.3g}" for name, value in (self.marks or {}).items()]
            names = [*self.lines_, *self.level_lines_, *marks]
            ax.legend(drawn, names, fontsize=8, loc="upper left", bbox_to_anchor=(1.01, 1))
        if self.beside is not None:
            self.beside(ax)

    def _draw_curve(self, ax: Axes, number: int, name: str, means: FloatArray) -> None:
        colour = COLOURS[1:][number % len(COLOURS[1:])]
        dash = DASHES[number % len(DASHES)]
        if means.ndim > 1:
            means, low, high = means.T
            pale, edge = (colour, 0.1), (colour, 0.6)  # where several bands overlap each is still seen
            self.bands_[name] = ax.fill_between(
                self.values, low, high, facecolor=pale, edgecolor=edge, linewidth=0.7, linestyle=dash
            )
        (self.lines_[name],) = ax.plot(
            self.values,
            means,
            linestyle=dash,
            color=colour,
            marker=MARKERS[number % len(MARKERS)],
            markersize=3.5,
            label=name,
        )


def end_at_hundred(ax: Axes) -> None:
    """Let a vertical axis of per cent end where scores do: intervals of means may go beyond."""
    low, high = ax.get_ylim()
    ax.set_ylim(max(low, -1), min(high, 101))


def label_sizes(ax: Axes, sizes: Sequence[int]) -> None:
    """Make the horizontal axis logarithmic, and label it with the sizes: from the largest down, as room allows."""
    labelled = [sizes[-1]]
    for size in reversed(sizes):
        if math.log(labelled[-1] / size) >= ROOM * math.log(sizes[-1] / sizes[0]):
            labelled.append(size)
    ax.set_xscale("log")
    ax.set_xticks(labelled)
    ax.xaxis.set_major_formatter("{x:g}")
    ax.minorticks_off()


def _make_logarithmic(ax: Axes, lowest: float, highest: float) -> None:
    """Make the horizontal axis logarithmic, with labels such as 0.02, as legends write them, that do not touch."""
    from matplotlib.ticker import LogLocator  # noqa: PLC0415 (`import nnl2` stays light)

    ax.set_xscale("log")
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if highest / lowest < MANY_TIMES else (1,)))
    ax.xaxis.set_major_formatter("{x:g}")
    ax.xaxis.set_minor_formatter("")
