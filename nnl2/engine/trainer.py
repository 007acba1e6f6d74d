"""`Trainer`: one update of many networks, written once; its two children lay out the arrays.

With g the error's gradient, every layer's from the old weights:

    s_l = W_l a_(l-1) + b_l        a_l = f(s_l) m_l        forward, with masks m
    d_L = d error / d s_L          d_l = (W_(l+1) d_(l+1)) f'(s_l) m_l        backward
    g_l = a_(l-1) d_l              the gradient of W_l; that of b_l is d_l
    g <- g + penalties' gradients,  W <- factors W,  W <- W - learning rate g,  W <- constrained W
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
        """Return the layer's sums; its inputs are kept."""

    def take_gradients(self, signals: FloatArray) -> None:
        """Write the error's gradients, from the inputs kept and the signals of the layer's sums."""

    def sums_back(self, signals: FloatArray) -> FloatArray:
        """Return how the error changes with each of the layer's inputs."""


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
        self._order = self._in_slab_order(architecture.layers(numbers))
        self._slab = self._slab_from(parameters[self._lane_of_column][:, self._order])
        self._gradients = np.zeros_like(self._slab)
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

        signals = self._mean_over_batch(self._output.signal(outputs, targets), step)
        for layer, slope in zip(self._layers[:0:-1], slopes[::-1], strict=True):
            layer.take_gradients(signals)
            signals = layer.sums_back(signals)
            signals *= slope
        self._layers[0].take_gradients(signals)

        self._questions.add_gradients()
        self._questions.decay()
        self._gradients *= step.learning_rate
        self._slab -= self._gradients
        self._questions.constrain()

    @abstractmethod
    def _mean_over_batch(self, signals: FloatArray, step: Step) -> FloatArray:
        """Return the signals, divided so that their sums over the batch are means."""

    @abstractmethod
    def _in_slab_order(self, layers: Sequence[tuple[NDArray[Any], NDArray[Any]]]) -> NDArray[Any]:
        """Return one network's (weights, biases) layer by layer as one vector in the slab's order."""

    @abstractmethod
    def _slab_from(self, by_column: FloatArray) -> FloatArray:
        """Return `(columns, n_parameters)` as the slab has it, or the slab so."""

    @abstractmethod
    def _make_layers(self, architecture: Architecture) -> Sequence[Layer]:
        """Return the layers as views on the slab and its gradients."""

    @abstractmethod
    def _stretches(self, architecture: Architecture) -> Sequence[Slot]:
        """Return all weights in as few slots as the slab allows."""

    def _by_lane(self, by_column: NDArray[Any]) -> NDArray[Any]:
        """Return what belongs to each lane, from what belongs to each column; a copy's is left out."""
        _, first_columns = np.unique(self._lane_of_column, return_index=True)
        return by_column[first_columns]
