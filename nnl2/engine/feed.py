"""`Feed`: training items in visiting order, corrupted and with their masks, block by block.

Noise is drawn for each lane from that lane's own generators, a block at a time. The size of a block depends
on the data and the layer sizes only, never on the lanes: a lane's noise must not depend on its company.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from nnl2.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from nnl2.data import Dataset
    from nnl2.engine.architecture import Architecture
    from nnl2.regularizers.base import Regularizer

    FloatArray = NDArray[np.floating[Any]]

BLOCK_NUMBERS = 2048
"""Inputs and hidden outputs of one lane's block: at 600 lanes in float64 a block then takes 10 MB."""


@frozen
class NoiseSource:
    """A regularizer that answers `corrupt` or `mask` in one layer of one network, and its random numbers."""

    regularizer: Regularizer
    rng: np.random.Generator
    layer: int

    def corrupt(self, inputs: FloatArray, epoch: int) -> FloatArray:
        """Return what the regularizer makes of the inputs, `(items, n_in)`."""
        shown = inputs.view()
        shown.flags.writeable = False
        return self._ask("corrupt", shown, inputs.shape, epoch)

    def mask(self, shape: tuple[int, int], epoch: int) -> FloatArray:
        """Return the regularizer's factors for one hidden layer's outputs, `shape` = `(items, units)`."""
        return self._ask("mask", shape, shape, epoch)

    def _ask(self, question: str, argument: object, shape: tuple[int, ...], epoch: int) -> FloatArray:
        """Return the answer to a question, or raise a PluginError that names who, where and when."""
        who, where = f"{self.regularizer!r}", f"in layer {self.layer}, epoch {epoch}"
        try:
            answer = np.asarray(getattr(self.regularizer, question)(argument, self.rng), np.float64)
        except Exception as error:
            raise PluginError(f"{who} failed {where}: {type(error).__name__}: {error}") from error
        if answer.shape != shape:
            raise PluginError(f"{who} answered {question} with shape {answer.shape} instead of {shape} {where}")
        if not np.isfinite(answer).all():
            raise PluginError(f"{who} answered {question} with something not finite {where}")
        return answer


@frozen
class Block:
    """Consecutive items of one epoch, of the same batch size, for every lane.

    inputs `(lanes, items, n_in)`, targets `(lanes, items, n_out)`, and for each hidden layer factors for its
    outputs, `(lanes, items, units)`, or None where no lane has any. The next block takes the same memory.
    """

    inputs: FloatArray
    targets: FloatArray
    masks: tuple[FloatArray | None, ...]
    batch_size: int


class Feed:
    """The items of an epoch for many lanes.

    Parameters
    ----------
    architecture
        What the networks have in common.
    datasets
        The items of each lane, equal in number.
    noise
        For each lane, for each layer, who adds noise there.
    batch_size
        The items of one update.
    """

    def __init__(
        self,
        architecture: Architecture,
        datasets: Sequence[Dataset],
        noise: Sequence[Sequence[Sequence[NoiseSource]]],
        batch_size: int,
    ) -> None:
        self._architecture = architecture
        self._datasets = datasets
        self._noise = noise
        self._batch_size = batch_size
        self._arrays: dict[tuple[int, ...], tuple[FloatArray, FloatArray]] = {}
        self._masked = [
            any(source.regularizer.answers("mask") for lane in noise for source in lane[layer])
            for layer in range(architecture.n_layers - 1)
        ]

    def blocks(self, orders: NDArray[np.integer[Any]], epoch: int) -> Iterator[Block]:
        """Yield the items of an epoch in the given visiting orders, `(lanes, n_items)`."""
        n_items = orders.shape[1]
        n_whole = n_items - n_items % self._batch_size
        numbers_of_batch = self._batch_size * sum(self._architecture.layer_sizes[:-1])
        size = self._batch_size * max(1, BLOCK_NUMBERS // numbers_of_batch)
        for start in range(0, n_whole, size):
            yield self._block(orders[:, start : min(start + size, n_whole)], self._batch_size, epoch)
        if n_whole < n_items:
            yield self._block(orders[:, n_whole:], n_items - n_whole, epoch)

    def _memory(self, shape: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
        """Return arrays for a block's inputs and targets, `(lanes, items, columns)`, made once for each shape."""
        if shape not in self._arrays:
            n_in, n_out = self._architecture.layer_sizes[0], self._architecture.layer_sizes[-1]
            dtype = self._architecture.dtype
            self._arrays[shape] = np.empty((*shape, n_in), dtype), np.empty((*shape, n_out), dtype)
        return self._arrays[shape]

    def _block(self, rows: NDArray[np.integer[Any]], batch_size: int, epoch: int) -> Block:
        dtype = self._architecture.dtype
        inputs, targets = self._memory(rows.shape)
        if all(data is self._datasets[0] for data in self._datasets):
            _gather(self._datasets[0].inputs, rows, inputs)
            _gather(self._datasets[0].targets, rows, targets)
        else:
            for lane, (data, items) in enumerate(zip(self._datasets, rows, strict=True)):
                _gather(data.inputs, items, inputs[lane])
                _gather(data.targets, items, targets[lane])
        masks = tuple(
            np.ones((*rows.shape, units), dtype) if masked else None
            for masked, units in zip(self._masked, self._architecture.layer_sizes[1:-1], strict=True)
        )
        for lane, layers in enumerate(self._noise):
            for source in layers[0]:
                if source.regularizer.answers("corrupt"):
                    inputs[lane] = source.corrupt(inputs[lane], epoch)
            for mask, sources in zip(masks, layers, strict=False):
                for source in sources:
                    if mask is not None and source.regularizer.answers("mask"):
                        mask[lane] *= source.mask(mask[lane].shape, epoch)
        return Block(inputs, targets, masks, batch_size)


def _gather(table: FloatArray, rows: NDArray[np.integer[Any]], gathered: FloatArray) -> None:
    """Write the rows of a table into an array, in that array's number type."""
    if table.dtype == gathered.dtype:
        np.take(table, rows, axis=0, out=gathered, mode="clip")  # any other mode takes a copy
    else:
        gathered[...] = table[rows]
