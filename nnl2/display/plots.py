"""Drawings on matplotlib axes: decision boundaries, courses of errors, distributions of weights.

Everything is told apart by shape, dash or lightness, so that nothing is lost without colour. No display is
needed: make a `matplotlib.figure.Figure`, draw on its axes, save it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from nnl2.data import Dataset

    FloatArray = NDArray[np.floating[Any]]
    ComputeOutputs = Callable[[FloatArray], FloatArray]

DASHES: tuple[Any, ...] = ("-", "--", ":", "-.", (0, (5, 1)), (0, (1, 1)), (0, (3, 1, 1, 1, 1, 1)))
COLOURS = ("#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
"""Okabe and Ito's colours, which colour-blind readers tell apart."""

SPREAD = (0.0, 0.12, -0.12, 0.06, -0.06, 0.18, -0.18)
"""How far points stand above or below the middle of their row, one after the other."""

GRID = 200
"""Points along each side of a decision boundary's grid."""


def plot_boundary(
    axes: Axes,
    compute_outputs: ComputeOutputs,
    items: Dataset,
    limits: tuple[tuple[float, float], tuple[float, float]],
) -> None:
    """Draw where a function of two inputs changes its answer, and the items on top.

    Parameters
    ----------
    axes
        Where to draw.
    compute_outputs
        The function, such as `network.compute_outputs`: inputs `(n, 2)` to outputs `(n, 1)` or `(n, 2)`, which
        stand for two classes.
    items
        Drawn as circles (class 0) and crosses (class 1).
    limits
        The smallest and largest first input, and second input, that are shown.

    Raises
    ------
    InvalidValueError
        If the items have other than two inputs, or more than two classes.
    """
    from sklearn.inspection import DecisionBoundaryDisplay  # noqa: PLC0415 (heavy)

    if items.inputs.shape[1] != 2 or items.targets.shape[1] > 2:
        raise InvalidValueError(f"a boundary is drawn for two inputs and two classes, not for {items!r}")
    corners = np.array(limits).T
    display = DecisionBoundaryDisplay.from_estimator(
        _classifier(compute_outputs), corners, eps=0, grid_resolution=GRID, response_method="predict_proba",
        ax=axes, plot_method="contourf", cmap="Greys", levels=np.linspace(0, 1, 11), alpha=0.45,
    )  # fmt: skip
    axes.contour(display.xx0, display.xx1, display.response, levels=[0.5], colors="black", linewidths=1.5)
    circles, crosses = (items.inputs[items.labels == label] for label in (0, 1))
    style: dict[str, Any] = {"s": 14, "linewidths": 0.8}
    hollow: dict[str, Any] = {"facecolors": "none", "edgecolors": COLOURS[1]}
    axes.scatter(circles[:, 0], circles[:, 1], marker="o", label="class 0", **style, **hollow)
    axes.scatter(crosses[:, 0], crosses[:, 1], marker="x", color=COLOURS[2], label="class 1", **style)


def _classifier(compute_outputs: ComputeOutputs) -> Any:  # noqa: ANN401 (scikit-learn's types are not known here)
    """Return the function as scikit-learn sees a fitted classifier of two classes."""
    from sklearn.base import BaseEstimator, ClassifierMixin  # noqa: PLC0415 (heavy)

    class Classifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
        classes_ = np.array([0, 1])

        def fit(self, inputs: FloatArray, labels: FloatArray) -> Classifier:
            return self

        def __sklearn_is_fitted__(self) -> bool:
            return True

        def predict_proba(self, inputs: FloatArray) -> FloatArray:
            outputs = compute_outputs(inputs)
            second = outputs[:, -1] if outputs.shape[1] == 1 else outputs[:, 1] / outputs.sum(axis=1)
            return np.column_stack([1 - second, second])

    return Classifier()


def plot_errors(axes: Axes, name: str, epochs: Sequence[int], errors: Sequence[float], number: int) -> None:
    """Draw the course of an error, with the dash and the colour of a number."""
    marker = "o" if len(epochs) < 12 else None
    axes.plot(
        epochs,
        errors,
        linestyle=DASHES[number % len(DASHES)],
        color=COLOURS[number % len(COLOURS)],
        marker=marker,
        markersize=3,
        label=name,
    )


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
    style, colour = DASHES[number % len(DASHES)], COLOURS[number % len(COLOURS)]
    axes.fill_between(epochs, low, high, color=colour, alpha=0.2, linewidth=0)
    axes.plot(epochs, median, linestyle=style, color=colour, label=name)


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
