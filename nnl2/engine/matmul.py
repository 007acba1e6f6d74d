"""The update for large networks and large batches, of BLAS products: what `plain` defines, but for rounding.

One network, items in rows, weights apart from biases. The arrays of an update are made once for each call, and
every update fills them anew. BLAS has one thread meanwhile: bits must not depend on how many there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.engine.blas import OneThread
from nnl2.engine.calls import calls_for
from nnl2.engine.feed import BLOCK_BYTES
from nnl2.engine.functions import activate, errors, finish, multiply_by_slope
from nnl2.engine.plain import shares

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from nnl2.engine.architecture import Architecture, MemoryLayout
    from nnl2.engine.feed import Items, Masks, Visit
    from nnl2.engine.program import Schedule

    FloatArray = NDArray[np.floating[Any]]

BLOCK_ITEMS = 1024
"""How many items are passed forward at a time, of layers that are not too wide.

Measured for 784-100-10 and 784-1000-10 in float32, times the bare products: 1.4 and 1.2 with 128 items, 1.29 and
1.09 with 256, 1.17 and 1.08 with 512, 1.15 and 1.06 with 1024, the same or more with 2048.
"""


class Pass:
    """Forward and back with so many items at a time, in arrays that are filled anew each time.

    Parameters
    ----------
    architecture, parameters
        The network; views of its parameters are kept.
    n_items
        How many items.
    """

    def __init__(self, architecture: Architecture, parameters: FloatArray, n_items: int) -> None:
        self._hidden, self._output = architecture.hidden, architecture.output
        self._own = architecture.layers(parameters)
        self._layers = list(self._own)
        """Weights and biases that a pass sees: the network's own, or its weights times their factors."""
        self._hidden_outputs, self._masked, self._signals = (
            [np.empty((n_items, units), architecture.dtype) for units in architecture.layer_sizes[1:-1]]
            for _ in range(3)
        )
        # The numbers of one unit lie side by side: what runs over few units is quick so.
        self._sums = np.empty((architecture.layer_sizes[-1], n_items), architecture.dtype).T
        self._ones = np.ones((1, n_items), architecture.dtype)
        self._seen: list[FloatArray] = []
        """What each layer sees."""

    def mask_weights(self, factors: Masks) -> None:
        """See each layer's weights times their factors from now on, where there are some."""
        for layer, factor in enumerate(factors):
            if factor is not None:
                own, biases = self._own[layer]
                seen, _ = self._layers[layer]
                self._layers[layer] = np.multiply(own, factor, out=None if seen is own else seen), biases

    def sums(self, inputs: FloatArray, masks: Masks) -> FloatArray:
        """Return the output layer's sums `(items, n_out)`, which the next pass overwrites."""
        self._seen = [inputs]
        for (weights, biases), mask, outputs, masked in zip(
            self._layers, masks, self._hidden_outputs, self._masked, strict=False
        ):
            np.matmul(self._seen[-1], weights, out=outputs)
            np.add(outputs, biases, out=outputs)
            activate(self._hidden, outputs)
            self._seen.append(outputs if mask is None else np.multiply(outputs, mask, out=masked))
        weights, biases = self._layers[-1]
        np.matmul(self._seen[-1], weights, out=self._sums)
        self._sums += biases
        return self._sums

    def differentiate(
        self,
        inputs: FloatArray,
        targets: FloatArray,
        share: FloatArray | float,
        masks: Masks,
        gradients: Sequence[FloatArray],
    ) -> None:
        """Write the error's gradient into dW1, db1, dW2, ...; `share` is `(items, 1)`, or one for all."""
        outputs = self.sums(inputs, masks)
        finish(self._output, outputs)
        signals = self._output.signal(outputs, targets)
        signals *= share
        for layer in reversed(range(len(self._layers))):
            np.matmul(self._seen[layer].T, signals, out=gradients[2 * layer])
            np.matmul(self._ones, signals, out=gradients[2 * layer + 1])  # sooner than a sum
            if layer:
                signals = np.matmul(signals, self._layers[layer][0].T, out=self._signals[layer - 1])
                multiply_by_slope(self._hidden, signals, self._hidden_outputs[layer - 1])
                mask = masks[layer - 1]
                if mask is not None:
                    signals *= mask


class Update:
    """One update after the other, of so many items each.

    Parameters
    ----------
    architecture, parameters, memory
        The network, with views of the memory of each place; parameters and memory are changed.
    schedule
        What an update does to each place in some epochs; `begin` says which of them is under way.
    items, n_items
        The table, and how many of its items are one batch.
    """

    def __init__(
        self,
        architecture: Architecture,
        parameters: FloatArray,
        memory: Sequence[Sequence[FloatArray]],
        schedule: Schedule,
        items: Items,
        n_items: int,
    ) -> None:
        gradient = np.empty_like(parameters)
        self._gradients = [place.of(gradient) for place in architecture.places]
        self._pass, self._items = Pass(architecture, parameters, n_items), items
        self._inputs, self._targets = (
            np.empty((n_items, table.shape[1]), table.dtype) for table in (items.inputs, items.targets)
        )
        self._schedule = schedule
        self._constants = [[constant.copy() for constant in own] for own in schedule.in_epoch(0)]
        self._calls = [
            call
            for program, own_gradient, own, constants in zip(
                schedule.programs, self._gradients, memory, self._constants, strict=True
            )
            for call in calls_for(program, program.place.of(parameters), own_gradient, own, constants)
        ]

    def begin(self, epoch: int) -> None:
        """Put the constants of an epoch, the how-many-th of these, where the calls read them."""
        for own, now in zip(self._constants, self._schedule.in_epoch(epoch), strict=True):
            for constant, numbers in zip(own, now, strict=True):
                constant[...] = numbers

    def __call__(self, rows: NDArray[np.int64], masks: Masks, weight_masks: Masks) -> None:
        """Learn from these items."""
        items = self._items
        # With mode="clip" numpy writes straight into `out`; rows are those of the table.
        np.take(items.inputs, rows, axis=0, out=self._inputs, mode="clip")
        np.take(items.targets, rows, axis=0, out=self._targets, mode="clip")
        self._pass.mask_weights(weight_masks)
        self._pass.differentiate(self._inputs, self._targets, shares(items, rows), masks, self._gradients)
        for gradient, factor in zip(self._gradients[::2], weight_masks, strict=True):
            if factor is not None:
                np.multiply(gradient, factor, out=gradient)
        for call in self._calls:
            call()


@np.errstate(all="ignore")
def train(
    architecture: Architecture,
    parameters: FloatArray,
    memory: FloatArray,
    layout: MemoryLayout,
    schedules: tuple[Schedule, Schedule],
    visit: Visit,
) -> FloatArray:
    """Train as `plain.train` does."""
    own, kept = layout.of(memory), []
    sizes = {min(visit.batch_size, visit.rows.shape[1]), visit.rows.shape[1] % visit.batch_size} - {0}
    updates = {
        n: Update(architecture, parameters, own, schedules[n < visit.batch_size], visit.items, n) for n in sizes
    }
    with OneThread():
        for epoch in range(len(visit.rows)):
            for update in updates.values():
                update.begin(epoch)
            for rows, masks, weight_masks in visit.batches(epoch):
                updates[len(rows)](rows, masks, weight_masks)
            kept.append(np.concatenate([parameters, memory]))
    return np.stack(kept)


@np.errstate(all="ignore")
def compute_outputs(architecture: Architecture, parameters: FloatArray, inputs: FloatArray) -> FloatArray:
    """Return the outputs `(items, n_out)`."""
    outputs = np.empty((len(inputs), architecture.layer_sizes[-1]), architecture.dtype)
    for sums, rows in _sums(architecture, parameters, inputs):
        finish(architecture.output, sums)
        outputs[rows] = sums
    return outputs


@np.errstate(all="ignore")
def add_errors(architecture: Architecture, vectors: FloatArray, items: Items, totals: NDArray[np.float64]) -> None:
    """Add the items' errors as `plain.add_errors` does."""
    for network, parameters in enumerate(vectors):
        for sums, rows in _sums(architecture, parameters, items.inputs):
            found = errors(architecture.output, sums, items.targets[rows]).astype(np.float64)
            weights = np.ones_like(found) if items.weights is None else items.weights[rows].astype(np.float64)
            totals[network] += (weights * found).sum(), weights.sum()


def items_at_once(architecture: Architecture) -> int:
    """Return how many items go through the products at a time: parted otherwise, sums are rounded otherwise."""
    return max(1, min(BLOCK_ITEMS, BLOCK_BYTES // (8 * max(architecture.layer_sizes[1:]))))


def _sums(
    architecture: Architecture, parameters: FloatArray, inputs: FloatArray
) -> Iterator[tuple[FloatArray, slice]]:
    """Yield the output layer's sums for block after block of items."""
    size = items_at_once(architecture)
    no_masks = (None,) * (len(architecture.layer_sizes) - 2)
    forward = Pass(architecture, parameters, min(size, len(inputs)))
    with OneThread():
        for first in range(0, len(inputs), size):
            rows = slice(first, min(first + size, len(inputs)))
            if rows.stop - first < size:
                forward = Pass(architecture, parameters, rows.stop - first)
            yield forward.sums(inputs[rows], no_masks), rows
