"""`LanesLast`: arrays for updates on one item at a time, in many small networks at once.

Every array carries its lanes along the last, innermost axis, so one call multiplies or adds in all networks.
All parameters lie in one slab `(n_parameters, lanes)`:

    [ b1 | W1 | W2 | b2 | W3 | b3 | ... ]

A layer's weights and biases form one block `(n_in + 1, n_out, lanes)`, met by its inputs and a constant 1. In
a network with one hidden layer all weights lie in one stretch.

Sums over the first or second axis add in order, whatever the number of lanes, as long as there are two: a
single lane numpy would add in pairs. So a group of one lane runs with a copy of it, and a lane's bits never
depend on its company.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from nnl2.engine.questions import Slot
from nnl2.engine.trainer import Trainer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnl2.engine.architecture import Architecture
    from nnl2.engine.feed import Block
    from nnl2.regularizers.base import Step

    FloatArray = NDArray[np.floating[Any]]


class LanesLast(Trainer):
    """Networks in training, one item at a time: arrays are `(units, lanes)`."""

    fewest_columns: ClassVar[int] = 2

    def run(self, block: Block, step: Step) -> None:
        """Train on the items of a block, one after the other."""
        self._questions.begin(step)
        inputs, targets = self._lanes_last(block.inputs), self._lanes_last(block.targets)
        masks = [None if mask is None else self._lanes_last(mask) for mask in block.masks]
        nothing = [None] * len(inputs)
        masks_of_items = zip(*(nothing if mask is None else mask for mask in masks), strict=True)
        for item in zip(inputs, targets, masks_of_items, strict=True):
            self._update(*item, step)

    def _lanes_last(self, by_lane: FloatArray) -> FloatArray:
        """Return `(lanes, items, n)` as `(items, n, columns)`."""
        return np.ascontiguousarray(self._by_column(by_lane).transpose(1, 2, 0))

    def _in_slab_order(self, layers: Sequence[tuple[NDArray[Any], NDArray[Any]]]) -> NDArray[Any]:
        (first_weights, first_biases), *others = layers
        pieces = [first_biases, first_weights.ravel()]
        for weights, biases in others:
            pieces += [weights.ravel(), biases]
        return np.concatenate(pieces)

    def _slab_from(self, by_column: FloatArray) -> FloatArray:
        return np.ascontiguousarray(by_column.T)

    def _make_layers(self, architecture: Architecture) -> list[_Layer]:
        layers, start = [], 0
        for number, (n_in, n_out) in enumerate(architecture.shapes):
            rows = slice(start, start + (n_in + 1) * n_out)
            shape = (n_in + 1, n_out, self._slab.shape[1])
            block, changes = self._slab[rows].reshape(shape), self._changes[rows].reshape(shape)
            layers.append(_Layer(block, changes, bias_row=0 if number == 0 else n_in))
            start = rows.stop
        return layers

    def _stretches(self, architecture: Architecture) -> list[Slot]:
        """Return all weights, each stretch `(n, 1, lanes)`: W1 and W2 are neighbours."""
        (n_in, n_hidden), (_, n_next), *others = architecture.shapes
        lengths = [(n_in + n_next) * n_hidden] + [n_before * n_after for n_before, n_after in others]
        gaps = [n_hidden, n_next] + [n_after for _, n_after in others]
        slots, start = [], 0
        for gap, length in zip(gaps, lengths, strict=False):
            rows = slice(start + gap, start + gap + length)
            slots.append(Slot(self._slab[rows, np.newaxis], self._changes[rows, np.newaxis]))
            start = rows.stop
        return slots


class _Layer:
    """One layer's views on the slab, and its buffers.

    Parameters
    ----------
    block, changes
        Weights and biases, and room for their changes, `(n_in + 1, n_out, lanes)`.
    bias_row
        The row of the block that holds the biases, the first or the last.
    """

    def __init__(self, block: FloatArray, changes: FloatArray, bias_row: int) -> None:
        biases = slice(bias_row, bias_row + 1)
        others = slice(1, None) if bias_row == 0 else slice(bias_row)
        self.weights = Slot(block[others], changes[others])
        self.biases = Slot(block[biases], changes[biases])
        self._block = block
        self._changes = changes
        self._inputs = np.ones_like(block)
        self._inputs_but_one = self._inputs[others]
        self._products = np.empty_like(block)
        self._weights = self.weights.weights
        self._products_back = np.empty_like(self._weights)

    def sums(self, inputs: FloatArray) -> FloatArray:
        """Return the layer's sums `(n_out, lanes)`; its inputs are kept, repeated for every unit."""
        self._inputs_but_one[...] = inputs[:, np.newaxis]
        np.multiply(self._inputs, self._block, self._products)
        return np.add.reduce(self._products, 0)

    def take_changes(self, signals: FloatArray) -> None:
        """Write the changes: input times signal, for every weight and bias."""
        np.multiply(self._inputs, signals, self._changes)

    def sums_back(self, signals: FloatArray) -> FloatArray:
        """Return the signals of the layer's inputs, `(n_in, lanes)`."""
        np.multiply(self._weights, signals, self._products_back)
        return np.add.reduce(self._products_back, 1)
