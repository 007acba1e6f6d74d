"""`Trainer`: one update of many networks, written once; its two children lay out the arrays.

With masks m, learning rate h and a batch of n items, every layer from the old weights:

    s_l = W_l a_(l-1) + b_l      a_l = f(s_l) m_l               forward
    d_L = -h / n * d error / d s_L                              from here on, all is a change of weights
    D_l = a_(l-1) d_l            d_(l-1) = (W_l d_l) f'(s_(l-1)) m_(l-1)      backward; D_l changes W_l, d_l b_l
    D <- D - h * penalties' gradients,  W <- factors * W,  W <- W + D,  W <- constrained W
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np

from nnl2.engine.grouping import arrange
from nnl2.engine.questions import Questions, Slot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnl2.engine.architecture import Architecture
    from nnl2.engine.feed import Block
    from nnl2.engine.grouping import Group
    from nnl2.regularizers.base import Step

    FloatArray = NDArray[np.floating[Any]]


class Layer(Protocol):
    """One layer of all networks: its weights and biases, and the sums over them."""

    weights: Slot
    biases: Slot

    def sums(self, inputs: FloatArray) -> FloatArray:
        """Return the layer's sums, until the next update; its inputs are kept."""

    def take_changes(self, signals: FloatArray) -> None:
        """Write the changes: the inputs kept times the signals of the layer's sums, summed over the batch."""

    def sums_back(self, signals: FloatArray) -> FloatArray:
        """Return the signals of the layer's inputs, until the next update."""


class Trainer(ABC):
    """Networks in training.

    Parameters
    ----------
    architecture
        What the networks have in common.
    parameters
        Their parameters to begin with, `(lanes, n_parameters)`.
    groups
        Which lanes are asked together.
    """

    fewest_columns: ClassVar[int]
    """The fewest columns a group of lanes takes; one with fewer lanes is filled up with copies."""

    def __init__(self, architecture: Architecture, parameters: FloatArray, groups: Sequence[Group]) -> None:
        self._hidden = architecture.hidden
        self._output = architecture.output
        self._lane_of_column, columns = arrange(groups, at_least=self.fewest_columns)
        numbers: NDArray[Any] = np.arange(architecture.n_parameters)
        self._each_lane_once = np.array_equal(self._lane_of_column, np.arange(len(parameters)))
        self._order = self._in_slab_order(architecture.layers(numbers))
        self._slab = self._slab_from(self._by_column(parameters)[:, self._order])
        self._changes = np.zeros_like(self._slab)
        self._layers = self._make_layers(architecture)
        slots = [layer.weights for layer in self._layers] + [layer.biases for layer in self._layers]
        self._questions = Questions(groups, columns, slots, self._stretches(architecture))

    @abstractmethod
    def run(self, block: Block, step: Step) -> None:
        """Train on the items of a block, batch after batch."""

    def parameters(self) -> FloatArray:
        """Return the networks' parameters, `(lanes, n_parameters)`."""
        return self._by_lane(self._slab_from(self._slab))[:, np.argsort(self._order)]

    def penalties(self, step: Step) -> NDArray[np.float64]:
        """Return the sum of each network's penalties, `(lanes,)`."""
        return self._by_lane(self._questions.penalties(step))

    def _update(
        self, inputs: FloatArray, targets: FloatArray, masks: Sequence[FloatArray | None], step: Step
    ) -> None:
        """Do one update on one batch; `masks` are those of each hidden layer, or None."""
        slopes = []
        outputs = inputs
        for layer, mask in zip(self._layers[:-1], masks, strict=True):
            outputs = self._hidden.outputs(layer.sums(outputs))
            slope = self._hidden.slope(outputs)
            if mask is not None:
                outputs *= mask
                slope *= mask
            slopes.append(slope)
        outputs = self._output.outputs(self._layers[-1].sums(outputs))

        signals = self._output.signal(outputs, targets)
        signals *= -step.learning_rate / step.batch_size
        for layer, slope in zip(self._layers[:0:-1], reversed(slopes), strict=True):
            layer.take_changes(signals)
            signals = layer.sums_back(signals)
            signals *= slope
        self._layers[0].take_changes(signals)

        self._questions.follow_gradients()
        self._questions.decay()
        self._slab += self._changes
        self._questions.constrain()

    @abstractmethod
    def _in_slab_order(self, layers: Sequence[tuple[NDArray[Any], NDArray[Any]]]) -> NDArray[Any]:
        """Return one network's (weights, biases) layer by layer as one vector in the slab's order."""

    @abstractmethod
    def _slab_from(self, by_column: FloatArray) -> FloatArray:
        """Return `(columns, n_parameters)` as the slab has it, or the slab so."""

    @abstractmethod
    def _make_layers(self, architecture: Architecture) -> Sequence[Layer]:
        """Return the layers as views on the slab and its changes."""

    @abstractmethod
    def _stretches(self, architecture: Architecture) -> Sequence[Slot]:
        """Return all weights in as few slots as the slab allows."""

    def _by_column(self, by_lane: NDArray[Any]) -> NDArray[Any]:
        """Return what belongs to each column, from what belongs to each lane."""
        return by_lane if self._each_lane_once else by_lane[self._lane_of_column]

    def _by_lane(self, by_column: NDArray[Any]) -> NDArray[Any]:
        """Return what belongs to each lane, from what belongs to each column; a copy's is left out."""
        _, first_columns = np.unique(self._lane_of_column, return_index=True)
        return by_column[first_columns]
