"""`BoundaryDisplay`: where a function of two inputs changes its answer, and how sure it is of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np

from nnl2.display.base import Display
from nnl2.display.style import COLOURS
from nnl2.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.colorbar import Colorbar
    from matplotlib.contour import QuadContourSet
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


class BoundaryDisplay(Display):
    """Where a function of two inputs, such as a network, changes its answer, and items on top.

    The grey is the share of the outputs that class 1 has where there are two classes; where there are more, the
    largest share. For scikit-learn's estimators, scikit-learn has `DecisionBoundaryDisplay`.

    Parameters
    ----------
    limits
        The smallest and largest first input, and second input, that are shown.
    shares
        The share of the outputs that each class has on an even grid within the limits, the second input first,
        `(n, n, n_classes)`.
    items
        Drawn with a shape for each class, hollow ones and strokes in turn.

    Attributes
    ----------
    ax_, figure_
        As `Display` has them.
    greys_
        The areas.
    lines_
        The boundaries: of two classes one, of more one around each; none where the answer does not change.
    points_
        The items of each class.
    """

    greys_: QuadContourSet
    lines_: list[QuadContourSet]
    points_: list[PathCollection]

    def __init__(self, limits: Limits, shares: FloatArray, items: Dataset) -> None:
        self.limits = limits
        self.shares = shares
        self.items = items

    @classmethod
    def from_function(
        cls,
        compute_outputs: ComputeOutputs,
        items: Dataset,
        *,
        limits: Limits | None = None,
        ax: Axes | None = None,
    ) -> Self:
        """Draw what a function answers on a grid, and return the display.

        Parameters
        ----------
        compute_outputs
            Such as `network.compute_outputs`: inputs `(n, 2)` to outputs `(n, 1)` or `(n, n_classes)`; one column
            stands for two classes.
        items
            Items to draw on top.
        limits
            By default those around the items.
        ax
            As `plot` takes it.

        Raises
        ------
        InvalidValueError
            If the items have other than two inputs.
        """
        if items.inputs.shape[1] != 2:
            raise InvalidValueError(f"a boundary is drawn for two inputs, not for {items!r}")
        within = limits or limits_around(items.inputs)
        return cls(within, shares_on_grid(compute_outputs, within), items).plot(ax)

    def add_key(self, panels: Sequence[Axes]) -> Colorbar:
        """Draw beside axes, this one's among them, what their greys mean."""
        said = "output for class 1" if self.shares.shape[2] == 2 else "largest share of the outputs"
        ticks = list(self.greys_.levels)[::5]
        key = self.figure_.colorbar(self.greys_, ax=list(panels), label=said, ticks=ticks, format="%.2g")
        key.ax.tick_params(labelsize=9)
        return key

    def _draw(self, ax: Axes) -> None:
        n_classes = self.shares.shape[2]
        across, up = _sides(self.limits, len(self.shares))
        grey, lowest = (self.shares[..., 1], 0.0) if n_classes == 2 else (self.shares.max(axis=2), 1 / n_classes)
        levels = np.linspace(lowest, 1, len(GREYS) + 1)
        self.greys_ = ax.contourf(across, up, grey, levels=levels, colors=GREYS)
        self.lines_ = []
        for label in range(1 if n_classes == 2 else 0, n_classes):
            ahead = self.shares[..., label] - np.delete(self.shares, label, axis=2).max(axis=2)
            if ahead.min() < 0 < ahead.max():
                self.lines_.append(ax.contour(across, up, ahead, levels=[0], colors="black", linewidths=1.5))
        self.points_ = [
            _draw_items(ax, self.items.inputs[self.items.labels == label], label)
            for label in range(max(2, self.items.targets.shape[1]))
        ]
        ax.set_xlim(self.limits[0])
        ax.set_ylim(self.limits[1])


def shares_on_grid(compute_outputs: ComputeOutputs, limits: Limits, n_points: int = GRID) -> FloatArray:
    """Return the share of the outputs that each class has on an even grid within limits, the second input first.

    Parameters
    ----------
    compute_outputs, limits
        As `BoundaryDisplay.from_function` takes them.
    n_points
        Points along each side of the grid.

    Returns
    -------
    ndarray
        `(n_points, n_points, n_classes)`.
    """
    points = np.stack(np.meshgrid(*_sides(limits, n_points)), axis=-1)
    return shares_of(compute_outputs(points.reshape(-1, 2))).reshape(n_points, n_points, -1)


def shares_of(outputs: FloatArray) -> FloatArray:
    """Return the share of each class `(n, n_classes)` in outputs; one column is that of class 1 of two."""
    if outputs.shape[1] == 1:
        return np.hstack([1 - outputs, outputs])
    return outputs / outputs.sum(axis=1, keepdims=True)


def limits_around(inputs: FloatArray) -> Limits:
    """Return limits that show all items `(n_items, 2)`, and a little around them."""
    width = np.ptp(inputs, axis=0)
    margin = np.where(width > 0, 0.08 * width, 1.0)
    (left, low), (right, high) = inputs.min(axis=0) - margin, inputs.max(axis=0) + margin
    return (float(left), float(right)), (float(low), float(high))


def _sides(limits: Limits, n_points: int) -> tuple[FloatArray, FloatArray]:
    across, up = (np.linspace(*each, n_points) for each in limits)
    return across, up


def _draw_items(ax: Axes, inputs: FloatArray, label: int) -> PathCollection:
    colour, mark = COLOURS[1 + label % (len(COLOURS) - 1)], MARKS[label % len(MARKS)]
    hollow: dict[str, Any] = {"facecolors": "none", "edgecolors": colour}
    style = hollow if label % 2 == 0 else {"color": colour}
    across, up = inputs.T
    return ax.scatter(across, up, marker=mark, s=14, linewidths=0.8, label=f"class {label}", **style)
