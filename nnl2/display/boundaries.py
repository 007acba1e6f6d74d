"""Decision boundaries: where a function of two inputs changes its answer, and how sure it is of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.display.plots import COLOURS
from nnl2.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.contour import QuadContourSet
    from matplotlib.figure import FigureBase
    from numpy.typing import NDArray

    from nnl2.data import Dataset

    FloatArray = NDArray[np.floating[Any]]
    ComputeOutputs = Callable[[FloatArray], FloatArray]
    Limits = tuple[tuple[float, float], tuple[float, float]]

GRID = 120
"""Points along each side of the grid on which the function is asked."""

GREYS = [str(grey) for grey in np.linspace(1, 0.65, 10)]
"""From white on; items must be seen on the darkest."""

MARKS = ("o", "x", "^", "+", "s", "1", "D", "2", "v", "*")
"""A shape for each class; hollow ones and strokes take turns."""


def plot_boundary(axes: Axes, compute_outputs: ComputeOutputs, items: Dataset, limits: Limits) -> QuadContourSet:
    """Draw where a function of two inputs changes its answer, and the items on top.

    The grey is the share of the outputs that class 1 has where there are two classes; where there are more, the
    largest share.

    Parameters
    ----------
    axes
        Where to draw.
    compute_outputs
        The function, such as `network.compute_outputs`: inputs `(n, 2)` to outputs `(n, 1)` or `(n, n_classes)`;
        one column stands for two classes.
    items
        Drawn with a shape for each class, hollow ones and strokes in turn.
    limits
        The smallest and largest first input, and second input, that are shown.

    Returns
    -------
    QuadContourSet
        The greys, for `add_grey_key`.

    Raises
    ------
    InvalidValueError
        If the items have other than two inputs.
    """
    if items.inputs.shape[1] != 2:
        raise InvalidValueError(f"a boundary is drawn for two inputs, not for {items!r}")
    across, up = (np.linspace(*each, GRID) for each in limits)
    points = np.stack(np.meshgrid(across, up), axis=-1)
    shares = shares_of(compute_outputs(points.reshape(-1, 2))).reshape(GRID, GRID, -1)
    n_classes = shares.shape[2]
    grey, lowest = (shares[..., 1], 0.0) if n_classes == 2 else (shares.max(axis=2), 1 / n_classes)
    filled = axes.contourf(across, up, grey, levels=np.linspace(lowest, 1, len(GREYS) + 1), colors=GREYS)
    for label in range(1 if n_classes == 2 else 0, n_classes):
        ahead = shares[..., label] - np.delete(shares, label, axis=2).max(axis=2)
        if ahead.min() < 0 < ahead.max():
            axes.contour(across, up, ahead, levels=[0], colors="black", linewidths=1.5)
    for label in range(max(2, items.targets.shape[1])):
        _draw_items(axes, items.inputs[items.labels == label], label)
    axes.set_xlim(limits[0])
    axes.set_ylim(limits[1])
    return filled


def add_grey_key(figure: FigureBase, filled: QuadContourSet, axes: Sequence[Axes], n_classes: int) -> None:
    """Draw beside some axes what their greys mean."""
    said = "output for class 1" if n_classes <= 2 else "largest share of the outputs"
    key = figure.colorbar(filled, ax=list(axes), label=said, ticks=list(filled.levels)[::5], format="%.2g")
    key.ax.tick_params(labelsize=9)


def shares_of(outputs: FloatArray) -> FloatArray:
    """Return the share of each class `(n, n_classes)` in outputs; one column is that of class 1 of two."""
    if outputs.shape[1] == 1:
        return np.hstack([1 - outputs, outputs])
    return outputs / outputs.sum(axis=1, keepdims=True)


def limits_around(inputs: FloatArray) -> Limits:
    """Return limits that show all items `(n_items, 2)`, and a little around them."""
    margin = 0.08 * np.ptp(inputs, axis=0)
    (left, low), (right, high) = inputs.min(axis=0) - margin, inputs.max(axis=0) + margin
    return (float(left), float(right)), (float(low), float(high))


def _draw_items(axes: Axes, inputs: FloatArray, label: int) -> None:
    colour, mark = COLOURS[1 + label % (len(COLOURS) - 1)], MARKS[label % len(MARKS)]
    hollow: dict[str, Any] = {"facecolors": "none", "edgecolors": colour}
    style = hollow if label % 2 == 0 else {"color": colour}
    across, up = inputs.T
    axes.scatter(across, up, marker=mark, s=14, linewidths=0.8, label=f"class {label}", **style)
