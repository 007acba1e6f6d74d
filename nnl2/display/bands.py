"""Drawings along a number, such as a strength: means with their intervals as bands."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nnl2.display.plots import COLOURS, DASHES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

MARKERS = ("o", "s", "^", "D")

MANY_TIMES = 1000
"""From so many times the lowest strength on, only powers of ten have a label: others would touch."""

ROOM = 0.09
"""Labels stand at least this share of the axis apart."""

MARGIN = 1.05
"""So many times beyond the first and the last size the axis goes, so that their marks are seen whole."""


def plot_band(
    axes: Axes,
    name: str,
    values: Sequence[float],
    middle: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    number: int,
) -> None:
    """Draw means over values, with the dash, marker and colour of a number, and their intervals as a band."""
    colour = COLOURS[1:][number % len(COLOURS[1:])]
    style, marker = DASHES[number % len(DASHES)], MARKERS[number % len(MARKERS)]
    if list(low) != list(high):
        pale, edge = (colour, 0.1), (colour, 0.6)  # where several bands overlap each is still seen
        axes.fill_between(values, low, high, facecolor=pale, edgecolor=edge, linewidth=0.7, linestyle=style)
    axes.plot(values, middle, linestyle=style, color=colour, marker=marker, markersize=3.5, label=name)


def label_strengths(axes: Axes, lowest: float, highest: float) -> None:
    """Make the horizontal axis logarithmic, with labels such as 0.02, as legends write them, that do not touch."""
    from matplotlib.ticker import LogLocator  # noqa: PLC0415 (`import nnl2` stays light)

    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if highest / lowest < MANY_TIMES else (1,)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter("")


def label_sizes(axes: Axes, sizes: Sequence[int]) -> None:
    """Make the horizontal axis logarithmic, and label it with the sizes: from the largest down, as room allows."""
    labelled = [sizes[-1]]
    for size in reversed(sizes):
        if math.log(labelled[-1] / size) >= ROOM * math.log(sizes[-1] / sizes[0]):
            labelled.append(size)
    axes.set_xscale("log")
    axes.set_xlim(sizes[0] / MARGIN, sizes[-1] * MARGIN)
    axes.set_xticks(labelled)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.minorticks_off()
