"""`LanesLast`: updates for one item at a time, in many small networks at once.

Every array carries its lanes along the last, innermost axis, so one call multiplies or adds in all networks.
All parameters lie in one slab `(n_parameters, lanes)`:

    [ b1 | W1 | W2 | b2 | W3 | b3 | ... ]

A layer's weights and biases form one block `(n_in + 1, n_out, lanes)`, met by its inputs and a constant 1. In
a network with one hidden layer all weights lie in one stretch.

Sums over the first or second axis add in order, whatever the number of lanes, as long as there are two: a
single lane numpy would add in pairs. So a group of one lane runs with a twin, and a lane's bits never depend
on its company.
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


class LanesLast:
    """Networks in training, one item at a time.

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
        self._hidden = architecture.hidden
        self._output = architecture.output
        self._lane_of_column, columns = arrange(groups, at_least=2)
        self._order = _slab_order(architecture)
        self._slab = np.ascontiguousarray(parameters[self._lane_of_column][:, self._order].T)
        self._gradients = np.zeros_like(self._slab)
        self._layers = _layers(architecture, self._slab, self._gradients)
        slots = [layer.weights for layer in self._layers] + [layer.biases for layer in self._layers]
        self._questions = Questions(groups, columns, slots, _stretches(architecture, self._slab, self._gradients))

    def run(self, block: Block, step: Step) -> None:
        """Train on the items of a block, one after the other."""
        self._questions.begin(step)
        inputs, targets = self._lanes_last(block.inputs), self._lanes_last(block.targets)
        masks = [None if mask is None else self._lanes_last(mask) for mask in block.masks]
        for item in range(len(inputs)):
            masks_of_item = [None if mask is None else mask[item] for mask in masks]
            self._update(inputs[item], targets[item], masks_of_item, step.learning_rate)

    def _update(
        self,
        inputs: FloatArray,
        targets: FloatArray,
        masks: Sequence[FloatArray | None],
        learning_rate: float,
    ) -> None:
        """Do one update: inputs `(n_in, lanes)`, targets `(n_out, lanes)`, masks `(units, lanes)`."""
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
        for layer, slope in zip(self._layers[:0:-1], slopes[::-1], strict=True):
            layer.take_gradients(signals)
            signals = layer.sums_back(signals) * slope
        self._layers[0].take_gradients(signals)

        self._questions.add_gradients()
        self._questions.decay()
        self._gradients *= learning_rate
        self._slab -= self._gradients
        self._questions.constrain()

    def parameters(self) -> FloatArray:
        """Return the networks' parameters, `(lanes, n_parameters)`."""
        return self._by_lane(self._slab.T)[:, np.argsort(self._order)]

    def penalties(self, step: Step) -> NDArray[np.float64]:
        """Return the sum of each network's penalties, `(lanes,)`."""
        return self._by_lane(self._questions.penalties(step))

    def _by_lane(self, of_columns: NDArray[Any]) -> NDArray[Any]:
        """Return what belongs to each lane, from what belongs to each column; a twin's is left out."""
        _, first_columns = np.unique(self._lane_of_column, return_index=True)
        return of_columns[first_columns]

    def _lanes_last(self, by_lane: FloatArray) -> FloatArray:
        """Return `(lanes, items, n)` as `(items, n, columns)`."""
        return np.ascontiguousarray(by_lane[self._lane_of_column].transpose(1, 2, 0))


class _Layer:
    """One layer's views on the slabs, and its buffers.

    Parameters
    ----------
    block, gradients
        Weights and biases, and room for their gradients, `(n_in + 1, n_out, lanes)`.
    bias
        The row of the block that holds the biases: 0 or -1.
    """

    def __init__(self, block: FloatArray, gradients: FloatArray, bias: int) -> None:
        rows = slice(1, None) if bias == 0 else slice(None, -1)
        bias_row = slice(0, 1) if bias == 0 else slice(-1, None)
        self.weights = Slot(block[rows], gradients[rows])
        self.biases = Slot(block[bias_row], gradients[bias_row])
        self._block = block
        self._gradients = gradients
        self._inputs = np.ones_like(block)
        self._inputs_but_one = self._inputs[rows]
        self._products = np.empty_like(block)
        self._products_back = np.empty_like(self.weights.weights)

    def sums(self, inputs: FloatArray) -> FloatArray:
        """Return the layer's sums `(n_out, lanes)`; its inputs are kept, repeated for every unit."""
        self._inputs_but_one[...] = inputs[:, np.newaxis]
        np.multiply(self._inputs, self._block, out=self._products)
        return np.add.reduce(self._products, axis=0)

    def take_gradients(self, signals: FloatArray) -> None:
        """Write the error's gradients: input times signal, for every weight and bias."""
        np.multiply(self._inputs, signals, out=self._gradients)

    def sums_back(self, signals: FloatArray) -> FloatArray:
        """Return how the error changes with each of the layer's inputs, `(n_in, lanes)`."""
        np.multiply(self.weights.weights, signals, out=self._products_back)
        return np.add.reduce(self._products_back, axis=1)


def _layers(architecture: Architecture, slab: FloatArray, gradients: FloatArray) -> list[_Layer]:
    layers, start = [], 0
    for number, (n_in, n_out) in enumerate(architecture.shapes):
        rows = slice(start, start + (n_in + 1) * n_out)
        shape = (n_in + 1, n_out, slab.shape[1])
        bias = 0 if number == 0 else -1
        layers.append(_Layer(slab[rows].reshape(shape), gradients[rows].reshape(shape), bias))
        start = rows.stop
    return layers


def _slab_order(architecture: Architecture) -> NDArray[np.intp]:
    """Return where in a network's flat vector each row of the slab stands."""
    numbers: NDArray[Any] = np.arange(architecture.n_parameters)
    (first_weights, first_biases), *others = architecture.layers(numbers)
    pieces = [first_biases, first_weights.ravel()]
    for weights, biases in others:
        pieces += [weights.ravel(), biases]
    return np.concatenate(pieces)


def _stretches(architecture: Architecture, slab: FloatArray, gradients: FloatArray) -> list[Slot]:
    """Return all weights in as few slots as the slab allows, each `(n, 1, lanes)`: W1 and W2 are neighbours."""
    (n_in, n_hidden), (_, n_next), *others = architecture.shapes
    lengths = [(n_in + n_next) * n_hidden] + [a * b for a, b in others]
    gaps = [n_hidden, n_next] + [b for _, b in others]
    slots, start = [], 0
    for gap, length in zip(gaps, lengths, strict=False):
        start += gap
        rows = slice(start, start + length)
        slots.append(Slot(slab[rows, np.newaxis], gradients[rows, np.newaxis]))
        start = rows.stop
    return slots
