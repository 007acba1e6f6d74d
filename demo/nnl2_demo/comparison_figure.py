"""A comparison as a picture: differences with their intervals, the scores of each split, errors in training."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from matplotlib.figure import Figure, SubFigure

from nnl2.report.comparison import error_name_of
from nnl2_demo.curves_figure import draw_curves, panels_for, rows_and_columns

if TYPE_CHECKING:
    from nnl2 import Comparison

MOST_TICKS = 6
"""Numbers along an axis; where there are more, they touch."""


def draw(comparison: Comparison) -> Figure:
    """Return differences, scores and errors as a figure; no display is needed."""
    *names, _ = [outcome.name for outcome in comparison.outcomes]  # the last has other seeds
    n_rows, _ = rows_and_columns(len(names))
    heights = [1.6 + 0.35 * len(comparison.rows), 0.7 + 2.0 * n_rows]
    figure = Figure(figsize=(11, sum(heights)), layout="constrained")
    figure.suptitle(comparison.data, fontsize=10, parse_math=False)
    above, below = cast("list[SubFigure]", figure.subfigures(2, 1, height_ratios=heights))
    left, right = above.subplots(1, 2)
    comparison.plot(left)
    comparison.plot_scores(right)
    for axes in (left, right):
        axes.locator_params(axis="x", nbins=MOST_TICKS)
    draw_curves(panels_for(below, len(names)), comparison, names, error_name_of(comparison))
    return figure
