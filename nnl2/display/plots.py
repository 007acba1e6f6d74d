"""Drawings on matplotlib axes: courses of errors, distributions of weights, differences, scores.

Everything is told apart by shape, dash or lightness, so that nothing is lost without colour. No display is
needed: make a `matplotlib.figure.Figure`, draw on its axes, save it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    FloatArray = NDArray[np.floating[Any]]

DASHES: tuple[Any, ...] = ("-", "--", ":", "-.", (0, (5, 1)), (0, (1, 1)), (0, (3, 1, 1, 1, 1, 1)))
COLOURS = ("#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
"""Okabe and Ito's colours, which colour-blind readers tell apart."""

SPREAD = (0.0, 0.12, -0.12, 0.06, -0.06, 0.18, -0.18)
"""How far points stand above or below the middle of their row, one after the other."""

MARKERS = ("", "s", "^", "v", "D")
"""Where dashes begin again, each round of them has a marker of its own."""


def plot_errors(axes: Axes, name: str, epochs: Sequence[int], errors: Sequence[float], number: int) -> None:
    """Draw the course of an error, with the dash, the colour and the marker of a number."""
    style = _style(number, len(epochs))
    if len(epochs) < 12:
        style["marker"] = style["marker"] or "o"
    axes.plot(epochs, errors, label=name, **style)


def plot_error_band(
    axes: Axes, name: str, epochs: NDArray[np.integer[Any]], errors: FloatArray, number: int
) -> None:
    """Draw many courses of an error, `(n, len(epochs))`: their median, and a band between their quartiles.

    NaN is a course that has ended; what is infinite is not drawn.
    """
    low, median, high = (
        np.where(np.isfinite(each), each, np.nan)
        for each in np.nanquantile(errors, [0.25, 0.5, 0.75], axis=0, method="inverted_cdf")
    )
    style = _style(number, len(epochs))
    axes.fill_between(epochs, low, high, color=style["color"], alpha=0.2, linewidth=0)
    axes.plot(epochs, median, label=name, **style)


def _style(number: int, n_points: int) -> dict[str, Any]:
    """Return how the curve of a number looks: where dashes begin again, other colours and markers go with them."""
    again, dash = divmod(number, len(DASHES))
    return {
        "linestyle": DASHES[dash],
        "color": COLOURS[(number + again) % len(COLOURS)],
        "marker": MARKERS[again % len(MARKERS)],
        "markevery": max(1, n_points // 12),
        "markersize": 3,
    }


def plot_weights(axes: Axes, names: Sequence[str], weights: Sequence[FloatArray]) -> None:
    """Draw how several rows of weights `(n,)` are spread: strokes for them, a box for the middle half."""
    rows = range(len(weights), 0, -1)
    for row, values in zip(rows, weights, strict=True):
        low, median, high = np.quantile(values, [0.25, 0.5, 0.75])
        axes.scatter(values, np.full(len(values), row), marker="|", s=60, linewidths=0.5, color=COLOURS[1])
        axes.barh(row, high - low, left=low, height=0.5, fill=False, edgecolor=COLOURS[0])
        axes.plot([median, median], [row - 0.25, row + 0.25], color=COLOURS[2])
    axes.set_yticks(list(rows), names)
    axes.set_xscale("symlog", linthresh=1)
    axes.xaxis.set_major_formatter("{x:g}")


def plot_differences(
    axes: Axes, names: Sequence[str], intervals: Sequence[tuple[float, float | None, float | None]], rope: float
) -> None:
    """Draw differences with their intervals, a row each, 0 as a line and what makes no difference as a band.

    An interval is its middle and its ends; without ends only the middle is drawn.
    """
    rows = range(len(names), 0, -1)
    axes.axvspan(-rope, rope, color="0.9", zorder=0)
    axes.axvline(0, color=COLOURS[0], linewidth=0.8)
    for row, (middle, low, high) in zip(rows, intervals, strict=True):
        if low is not None and high is not None:
            axes.plot([low, high], [row, row], color=COLOURS[1], linewidth=2)
        axes.plot([middle], [row], marker="o", color=COLOURS[0])
    axes.set_yticks(list(rows), names)
    axes.set_ylim(0.5, len(names) + 0.5)


def plot_scores(axes: Axes, names: Sequence[str], scores: Sequence[Sequence[float]]) -> None:
    """Draw scores, one point for each replicate, a row each; a stroke is their mean."""
    rows = range(len(names), 0, -1)
    for row, values in zip(rows, scores, strict=True):
        beside = row + np.resize(SPREAD, len(values))  # so that equal ones are told apart
        axes.plot(values, beside, linestyle="", marker="o", markersize=4, alpha=0.6, color=COLOURS[1])
        axes.plot([np.mean(values)] * 2, [row - 0.3, row + 0.3], color=COLOURS[0])
    axes.set_yticks(list(rows), names)
    axes.set_ylim(0.5, len(names) + 0.5)
