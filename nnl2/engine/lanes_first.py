"""`LanesFirst`: arrays for updates on batches of items, as matrix products stacked over the networks.

Arrays are `(lanes, units, items)`. All parameters lie in one slab `(lanes, n_parameters)`, in which a layer's
weights and biases form one matrix `(n_out, n_in + 1)` for each lane, met by its inputs and a constant 1. Every
lane's product is a product of its own, so its bits do not depend on how many lanes there are. Regularizers are
shown the transpose, which is `(n_in, n_out, lanes)`.
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


class LanesFirst(Trainer):
    """Networks in training, one batch at a time: arrays are `(lanes, units, items)`."""

    fewest_columns: ClassVar[int] = 1

    def run(self, block: Block, step: Step) -> None:
        """Train on the items of a block, batch after batch."""
        self._questions.begin(step)
        inputs, targets = self._lanes_first(block.inputs), self._lanes_first(block.targets)
        masks = [None if mask is None else self._lanes_first(mask) for mask in block.masks]
        for start in range(0, inputs.shape[2], step.batch_size):
            batch = slice(start, start + step.batch_size)
            masks_of_batch = [None if mask is None else mask[:, :, batch] for mask in masks]
            self._update(inputs[:, :, batch], targets[:, :, batch], masks_of_batch, step)

    def _lanes_first(self, by_lane: FloatArray) -> FloatArray:
        """Return `(lanes, items, n)` as `(columns, n, items)`."""
        return self._by_column(by_lane).swapaxes(1, 2)

    def _in_slab_order(self, layers: Sequence[tuple[NDArray[Any], NDArray[Any]]]) -> NDArray[Any]:
        return np.concatenate([np.vstack([weights, biases]).T.ravel() for weights, biases in layers])

    def _slab_from(self, by_column: FloatArray) -> FloatArray:
        return by_column.copy()

    def _make_layers(self, architecture: Architecture) -> list[_Layer]:
        layers: list[_Layer] = []
        start = 0
        for n_in, n_out in architecture.shapes:
            numbers = slice(start, start + (n_in + 1) * n_out)
            shape = (len(self._slab), n_out, n_in + 1)
            kind = _Layer if layers else _FirstLayer
            layers.append(kind(self._slab[:, numbers].reshape(shape), self._changes[:, numbers].reshape(shape)))
            start = numbers.stop
        return layers

    def _stretches(self, architecture: Architecture) -> list[Slot]:
        """Return the weights layer by layer: biases stand between them in every row."""
        return [layer.weights for layer in self._layers]


class _Layer:
    """One layer's views on the slab, `(lanes, n_out, n_in + 1)`, and its buffers for batches of one size.

    Arrays of a batch are large, and the system takes back their memory each time: made anew in every update, the
    buffers took 40 % of it (30 networks 2-20-3-1, 211 items).
    """

    def __init__(self, block: FloatArray, changes: FloatArray) -> None:
        self.weights = Slot(block[:, :, :-1].T, changes[:, :, :-1].T)
        self.biases = Slot(block[:, :, -1:].T, changes[:, :, -1:].T)
        self._block = block
        self._changes = changes
        self._make_buffers(0)

    def _make_buffers(self, items: int) -> None:
        lanes, n_out, n_in_and_one = self._block.shape
        dtype = self._block.dtype
        self._inputs = np.ones((lanes, n_in_and_one, items), dtype)
        self._sums = np.empty((lanes, n_out, items), dtype)
        self._sums_back = np.empty((lanes, n_in_and_one - 1, items), dtype)

    def sums(self, inputs: FloatArray) -> FloatArray:
        """Return the layer's sums `(lanes, n_out, items)`; its inputs are kept with a constant 1 below."""
        if self._sums.shape[2] != inputs.shape[2]:
            self._make_buffers(inputs.shape[2])
        self._inputs[:, :-1] = inputs
        return np.matmul(self._block, self._inputs, out=self._sums)

    def take_changes(self, signals: FloatArray) -> None:
        """Write the changes: signal times input, summed over the items."""
        np.matmul(signals, self._inputs.swapaxes(1, 2), out=self._changes)

    def sums_back(self, signals: FloatArray) -> FloatArray:
        """Return the signals of the layer's inputs, `(lanes, n_in, items)`."""
        return np.matmul(self._block[:, :, :-1].swapaxes(1, 2), signals, out=self._sums_back)


class _FirstLayer(_Layer):
    """The first layer, whose inputs are many and come from a table: they are used where they stand."""

    def _make_buffers(self, items: int) -> None:
        lanes, n_out, _ = self._block.shape
        self._sums = np.empty((lanes, n_out, items), self._block.dtype)

    def sums(self, inputs: FloatArray) -> FloatArray:
        """Return the layer's sums `(lanes, n_out, items)`; its inputs are kept."""
        if self._sums.shape[2] != inputs.shape[2]:
            self._make_buffers(inputs.shape[2])
        self._inputs = inputs
        np.matmul(self._block[:, :, :-1], inputs, out=self._sums)
        self._sums += self._block[:, :, -1:]
        return self._sums

    def take_changes(self, signals: FloatArray) -> None:
        """Write the changes: signal times input, summed over the items; for a bias the input is 1."""
        np.matmul(signals, self._inputs.swapaxes(1, 2), out=self._changes[:, :, :-1])
        np.add.reduce(signals, axis=2, keepdims=True, out=self._changes[:, :, -1:])
