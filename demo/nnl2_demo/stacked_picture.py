"""What came out along a number as one picture: several drawings above one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes

INCHES = 2.5
"""The height of a drawing; the first, which matters most, has more."""


def draw(title: str, plots: Sequence[Callable[[Axes], object]]) -> Figure:
    """Return drawings that share the axis below the last, as a figure; no display is needed."""
    figure = Figure(figsize=(9, INCHES * (len(plots) + 0.4)), layout="constrained")
    figure.suptitle(title, fontsize=10, parse_math=False)
    axes = figure.subplots(len(plots), 1, sharex=True, height_ratios=[1.4, *[1] * (len(plots) - 1)])
    for each, plot in zip(axes, plots, strict=True):
        plot(each)
    for each in axes[:-1]:
        each.set_xlabel("")
    return figure
