"""`LanesFirst`: updates for batches of items, as matrix products stacked over the networks.

Arrays are `(lanes, units, items)`. A layer's weights and biases form one matrix `(n_out, n_in + 1)` for each
lane, met by its inputs and a constant 1. Every lane's product is a product of its own, so its bits do not
depend on how many lanes there are. Regularizers are shown the transpose, which is `(n_in, n_out, lanes)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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


class LanesFirst:
    """Networks in training, one batch at a time.

    Parameters
    ----------
    architecture
        What the networks have in common.
    parameters
        Their parameters to begin with, `(lanes, n_parameters)`.
    groups
        Which lanes are asked together.
    """

    def __init__(self, architecture: Architecture, parameters: FloatArray, groups: Sequence[Group]) -> None:
        self._architecture = architecture
        self._lane_of_column, columns = arrange(groups, at_least=1)
        self._layers = [
            _Layer(np.concatenate([weights.swapaxes(1, 2), biases[..., np.newaxis]], axis=2))
            for weights, biases in architecture.layers(parameters[self._lane_of_column])
        ]
        weights = [layer.weights for layer in self._layers]
        biases = [layer.biases for layer in self._layers]
        self._questions = Questions(groups, columns, weights + biases, weights)

    def run(self, block: Block, step: Step) -> None:
        """Train on the items of a block, batch after batch."""
        self._questions.begin(step)
        inputs, targets = self._lanes_first(block.inputs), self._lanes_first(block.targets)
        masks = [None if mask is None else self._lanes_first(mask) for mask in block.masks]
        for start in range(0, inputs.shape[2], step.batch_size):
            batch = slice(start, start + step.batch_size)
            masks_of_batch = [None if mask is None else mask[:, :, batch] for mask in masks]
            self._update(inputs[:, :, batch], targets[:, :, batch], masks_of_batch, step)

    def _update(
        self, inputs: FloatArray, targets: FloatArray, masks: Sequence[FloatArray | None], step: Step
    ) -> None:
        """Do one update: inputs `(lanes, n_in, items)`, targets `(lanes, n_out, items)`."""
        hidden, output = self._architecture.hidden, self._architecture.output
        slopes = []
        outputs = inputs
        for layer, mask in zip(self._layers[:-1], masks, strict=True):
            outputs = hidden.outputs(layer.sums(outputs))
            slope = hidden.slope(outputs)
            if mask is not None:
                outputs *= mask
                slope *= mask
            slopes.append(slope)
        outputs = output.outputs(self._layers[-1].sums(outputs))

        signals = output.signal(outputs, targets) / step.batch_size
        for layer, slope in zip(self._layers[:0:-1], slopes[::-1], strict=True):
            layer.take_gradients(signals)
            signals = layer.sums_back(signals) * slope
        self._layers[0].take_gradients(signals)

        self._questions.add_gradients()
        self._questions.decay()
        for layer in self._layers:
            layer.block -= step.learning_rate * layer.gradients
        self._questions.constrain()

    def parameters(self) -> FloatArray:
        """Return the networks' parameters, `(lanes, n_parameters)`."""
        pieces = []
        for layer in self._layers:
            weights, biases = layer.block[:, :, :-1].swapaxes(1, 2), layer.block[:, :, -1]
            pieces += [weights.reshape(len(weights), -1), biases]
        return self._by_lane(np.concatenate(pieces, axis=1))

    def penalties(self, step: Step) -> NDArray[np.float64]:
        """Return the sum of each network's penalties, `(lanes,)`."""
        return self._by_lane(self._questions.penalties(step))

    def _by_lane(self, of_columns: NDArray[Any]) -> NDArray[Any]:
        """Return what belongs to each lane, from what belongs to each column."""
        return of_columns[np.argsort(self._lane_of_column)]

    def _lanes_first(self, by_lane: FloatArray) -> FloatArray:
        """Return `(lanes, items, n)` as `(columns, n, items)`."""
        return by_lane[self._lane_of_column].swapaxes(1, 2)


class _Layer:
    """One layer's weights and biases `(lanes, n_out, n_in + 1)`, their gradients, and its last inputs."""

    def __init__(self, block: FloatArray) -> None:
        self.block = block
        self.gradients = np.zeros_like(block)
        self.weights = Slot(block[:, :, :-1].T, self.gradients[:, :, :-1].T)
        self.biases = Slot(block[:, :, -1:].T, self.gradients[:, :, -1:].T)
        self._weights_back = block[:, :, :-1].swapaxes(1, 2)
        self._inputs = np.empty((0, 0, 0), dtype=block.dtype)

    def sums(self, inputs: FloatArray) -> FloatArray:
        """Return the layer's sums `(lanes, n_out, items)`; its inputs are kept, with a constant 1 below."""
        lanes, n_in, items = inputs.shape
        if self._inputs.shape[2] != items:
            self._inputs = np.ones((lanes, n_in + 1, items), dtype=self.block.dtype)
        self._inputs[:, :-1] = inputs
        return self.block @ self._inputs

    def take_gradients(self, signals: FloatArray) -> None:
        """Write the error's gradients: signal times input, summed over the items."""
        np.matmul(signals, self._inputs.swapaxes(1, 2), out=self.gradients)

    def sums_back(self, signals: FloatArray) -> FloatArray:
        """Return how the error changes with each of the layer's inputs, `(lanes, n_in, items)`."""
        return self._weights_back @ signals
