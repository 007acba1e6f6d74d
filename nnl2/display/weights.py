"""`WeightsDisplay`: how the weights of networks, or of their layers, are spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np

from nnl2.display.base import Display
from nnl2.display.style import COLOURS
from nnl2.errors import InvalidTypeError, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.container import BarContainer
    from matplotlib.lines import Line2D
    from numpy.typing import NDArray

    FloatArray = NDArray[np.floating[Any]]


class HasWeights(Protocol):
    """What is asked of a layer."""

    @property
    def weights(self) -> FloatArray:
        """Its weights, `(n_in, n_out)`."""


class HasLayers(Protocol):
    """What is asked of a `nnl2.NeuralNetwork`."""

    @property
    def layers(self) -> Sequence[HasWeights]:
        """Its layers."""


class WeightsDisplay(Display):
    """How weights are spread, a row for each name: a stroke for each weight, a box around the middle half.

    Parameters
    ----------
    weights
        By name, `(n,)`.

    Attributes
    ----------
    ax_, figure_
        As `Display` has them.
    strokes_, boxes_, medians_
        By name.
    """

    strokes_: dict[str, PathCollection]
    boxes_: dict[str, BarContainer]
    medians_: dict[str, Line2D]

    def __init__(self, weights: Mapping[str, FloatArray]) -> None:
        self.weights = weights

    @classmethod
    def from_networks(cls, networks: Mapping[str, HasLayers], *, ax: Axes | None = None) -> Self:
        """Draw all weights of each of some networks, by name; biases are left out."""
        return cls(
            {
                name: np.concatenate([layer.weights.ravel() for layer in network.layers])
                for name, network in networks.items()
            }
        ).plot(ax)

    @classmethod
    def from_estimator(cls, estimator: Any, *, ax: Axes | None = None) -> Self:  # noqa: ANN401 (as of losses)
        """Draw the weights of each layer of a fitted estimator, such as a `NeuralNetworkClassifier`.

        Raises
        ------
        InvalidTypeError
            If it has no `coefs_`.
        """
        layers = getattr(estimator, "coefs_", None)
        if layers is None:
            raise InvalidTypeError(
                f"estimator must be fitted and have coefs_, as a NeuralNetworkClassifier has, got "
                f"{shown(estimator)}; of a pipeline give the last step, pipeline[-1]"
            )
        return cls({f"layer {number}": weights.ravel() for number, weights in enumerate(layers, start=1)}).plot(ax)

    def _draw(self, ax: Axes) -> None:
        self.strokes_, self.boxes_, self.medians_ = {}, {}, {}
        rows = range(len(self.weights), 0, -1)
        for row, (name, values) in zip(rows, self.weights.items(), strict=True):
            low, median, high = np.quantile(values, [0.25, 0.5, 0.75])
            self.strokes_[name] = ax.scatter(
                values, np.full(len(values), row), marker="|", s=60, linewidths=0.5, color=COLOURS[1]
            )
            self.boxes_[name] = ax.barh(row, high - low, left=low, height=0.5, fill=False, edgecolor=COLOURS[0])
            (self.medians_[name],) = ax.plot([median, median], [row - 0.25, row + 0.25], color=COLOURS[2])
        ax.set_yticks(list(rows), list(self.weights), parse_math=False)
        ax.set_xscale("symlog", linthresh=1)
        ax.xaxis.set_major_formatter("{x:g}")
        ax.set_xlabel("weights (logarithmic beyond -1 and 1)")
