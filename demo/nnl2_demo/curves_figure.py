"""Errors in training as a picture: a panel for each strategy, all to one scale."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import SubFigure

    from nnl2 import Comparison

PANELS_IN_A_ROW = 4
HIGHEST = 1.1
"""The axes end at so many times the largest median: of what goes astray only the beginning is seen."""


def rows_and_columns(n_panels: int) -> tuple[int, int]:
    """Return how so many panels stand."""
    n_rows = ceil(n_panels / PANELS_IN_A_ROW)
    return n_rows, ceil(n_panels / n_rows)


def panels_for(figure: SubFigure, n_panels: int) -> list[Axes]:
    """Return panels in rows, all to one scale; what is left over of the last row stays empty."""
    n_rows, n_columns = rows_and_columns(n_panels)
    panels = figure.subplots(n_rows, n_columns, sharex=True, sharey=True, squeeze=False).ravel()
    for axes in panels[n_panels:]:
        axes.set_axis_off()
    used = list(panels[:n_panels])
    for axes in used[-n_columns:]:  # the lowest of each column
        axes.tick_params(labelbottom=True)
    return used


def legend_above(panels: Sequence[Axes]) -> None:
    """Draw one legend for all panels of a figure above them, where it hides nothing."""
    marks = panels[0].get_legend_handles_labels()
    panels[0].figure.legend(*marks, loc="outside upper left", ncols=len(marks[0]), fontsize=8)


def draw_curves(panels: Sequence[Axes], comparison: Comparison, names: Sequence[str], error_name: str) -> None:
    """Draw the errors of each strategy that was compared into its panel."""
    for axes, name in zip(panels, names, strict=True):
        if name in {outcome.name for outcome in comparison.outcomes}:
            comparison.plot_curves(name, axes)
        axes.set_title(name, fontsize=9, parse_math=False)
        axes.set(xlabel="", ylabel="")
        if (legend := axes.get_legend()) is not None:
            legend.remove()
    for axes in panels[-rows_and_columns(len(panels))[1] :]:  # the lowest of each column
        axes.set_xlabel("epochs")
    panels[0].xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10], integer=True))
    drawn = np.concatenate([np.asarray(line.get_ydata(), dtype=float) for axes in panels for line in axes.lines])
    panels[0].set_ylim(0, HIGHEST * float(np.nanmax(drawn)))
    panels[0].set_ylabel(f"{error_name}:\nmedian, middle half")
    legend_above(panels)
