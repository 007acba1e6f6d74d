"""Items on their way into training: in the network's number type, in visiting order, with noise.

Noise is drawn from the network's own streams, a block of items at a time. The size of a block depends on the
network and its data alone: what is drawn must not depend on the batch size or on how many epochs a call takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnl2.engine.answers import asked, check_array, not_finite

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from nnl2.data import Dataset
    from nnl2.engine.architecture import Architecture
    from nnl2.regularizers import Regularizer

    FloatArray = NDArray[np.floating[Any]]
    Masks = tuple[FloatArray | None, ...]

BLOCK_BYTES = 8_000_000
"""The most memory that a block of items, or what is drawn for it, takes beside the table."""


class Items(NamedTuple):
    """Items in a network's number type: inputs `(n, n_in)`, targets `(n, n_out)`, weights `(n,)` or None."""

    inputs: FloatArray
    targets: FloatArray
    weights: FloatArray | None

    @classmethod
    def of(cls, data: Dataset, dtype: np.dtype[Any], rows: NDArray[np.int64] | slice = slice(None)) -> Items:
        """Return some rows of a table; whatever has the number type already is not copied."""
        tables = (data.inputs, data.targets, data.item_weights)
        return cls(*(None if table is None else _in_rows(table[rows], dtype) for table in tables))  # type: ignore[arg-type]

    @staticmethod
    def blocks(data: Dataset, dtype: np.dtype[Any], most: int) -> Iterator[Items]:
        """Yield all items in their order, so many at a time, or fewer where that would be a large copy."""
        size = min(most, block_size(data, dtype))
        for first in range(0, data.n_items, size):
            yield Items.of(data, dtype, slice(first, first + size))


class Visit(NamedTuple):
    """What one call trains on: some whole epochs, or a part of one.

    Parameters
    ----------
    items
        The table.
    rows
        Its items in visiting order, `(epochs, n_items)`.
    masks
        For each hidden layer factors for its outputs in visiting order, `(epochs * n_items, units)`, or None.
    batch_size
        The items of one update; the last of an epoch may have fewer.
    """

    items: Items
    rows: NDArray[np.int64]
    masks: Masks
    batch_size: int


class Block(NamedTuple):
    """Items one after the other as they are visited: rows of the table, or what has become of them, and masks."""

    rows: NDArray[np.int64]
    items: Items | None
    masks: Masks

    def cut(self, first: int, stop: int) -> Block:
        """Return some of its items."""
        part = slice(first, stop)
        items = None if self.items is None else Items(*(_cut(array, part) for array in self.items))  # type: ignore[arg-type]
        return Block(self.rows[part], items, tuple(_cut(mask, part) for mask in self.masks))

    @staticmethod
    def joined(blocks: Sequence[Block]) -> Block:
        """Return blocks one after the other; what is missing in one is missing in all."""
        if len(blocks) == 1:
            return blocks[0]
        rows, items, masks = zip(*blocks, strict=True)
        joined = None if items[0] is None else Items(*(_joined(each) for each in zip(*items, strict=True)))  # type: ignore[arg-type]
        return Block(np.concatenate(rows), joined, tuple(_joined(each) for each in zip(*masks, strict=True)))


class NoiseSource(NamedTuple):
    """A part that answers `corrupt` or `mask` in one layer of one network, and its random numbers."""

    part: Regularizer
    rng: np.random.Generator
    layer: int

    def corrupt(self, inputs: FloatArray, epoch: int) -> FloatArray:
        """Return what the part makes of the inputs, `(items, n_in)`."""
        shown = inputs.view()
        shown.flags.writeable = False
        return self._ask("corrupt", shown, inputs.shape, epoch)

    def mask(self, shape: tuple[int, int], epoch: int) -> FloatArray:
        """Return the part's factors for one hidden layer's outputs, `shape` = `(items, units)`."""
        return self._ask("mask", shape, shape, epoch)

    def _ask(self, question: str, argument: object, shape: tuple[int, ...], epoch: int) -> FloatArray:
        """Return the answer to a question, or raise a PluginError that names who, where and when."""
        where = f"in layer {self.layer}, epoch {epoch}"
        answer = asked(self.part, question, where, lambda: getattr(self.part, question)(argument, self.rng))
        if isinstance(answer, np.ndarray) and answer.dtype == bool:
            answer = answer.view(np.uint8)  # a mask of True and False is one of ones and zeros
        numbers: FloatArray = check_array(self.part, question, where, answer, shape)
        if not np.isfinite(numbers).all():
            raise not_finite(self.part, question, where)
        return numbers


class Feed:
    """The training items of one network.

    Parameters
    ----------
    architecture
        The network's shape.
    data, items
        The table, and the same in the network's number type, or None where that would be a large copy.
    noise
        Who adds noise in which layer.
    batch_size
        The items of one update.
    most_items
        About how many items are visited in one call.
    """

    def __init__(
        self,
        architecture: Architecture,
        data: Dataset,
        items: Items | None,
        noise: Sequence[NoiseSource],
        batch_size: int,
        most_items: int,
    ) -> None:
        self._architecture, self._data, self._noise = architecture, data, noise
        self._batch_size, self._most_items = batch_size, most_items
        self.streams: list[tuple[Mapping[str, Any], ...]] = []
        """After each epoch of the last visits, where the noise's streams stand."""
        self._whole = None if any(source.part.answers("corrupt") for source in noise) else items
        self._drawn_anew = self._whole is None or bool(noise)
        in_block = max(1, BLOCK_BYTES // (8 * sum(architecture.layer_sizes)))
        self._block = in_block if self._drawn_anew else data.n_items
        """How many items noise is drawn for, or how many are copied, at a time."""

    @property
    def most_epochs(self) -> int:
        """How many whole epochs may be visited at once; 0 where one is visited in parts."""
        return min(self._most_items, self._block if self._drawn_anew else BLOCK_BYTES // 8) // self._data.n_items

    @property
    def in_parts(self) -> bool:
        """Whether an epoch is visited in parts."""
        return self.most_epochs == 0

    def visits(self, orders: NDArray[np.int64], first: int) -> Iterator[Visit]:
        """Yield epochs, the first of this number, in visiting orders `(epochs, n_items)`: at once, or in parts."""
        self.streams.clear()
        blocks = (block for number, order in enumerate(orders, first) for block in self._drawn(order, number))
        if not self.in_parts:
            yield self._visit(Block.joined(list(blocks)), len(orders))
            return
        size = max(1, self._most_items // self._batch_size) * self._batch_size
        for part in _regrouped(blocks, size):
            yield self._visit(part, 1)

    def _drawn(self, order: NDArray[np.int64], epoch: int) -> Iterator[Block]:
        """Yield the items of an epoch block by block."""
        for first in range(0, len(order), self._block):
            rows = order[first : first + self._block]
            items = None
            if self._whole is None:
                items = Items.of(self._data, self._architecture.dtype, rows)
                inputs = items.inputs
                for source in self._noise:
                    if source.layer == 1 and source.part.answers("corrupt"):
                        inputs = source.corrupt(inputs, epoch).astype(self._architecture.dtype, copy=False)
                items = items._replace(inputs=_in_rows(inputs, self._architecture.dtype))
            yield Block(rows, items, self._masks(len(rows), epoch))
        self.streams.append(tuple(source.rng.bit_generator.state for source in self._noise))

    def _masks(self, n_items: int, epoch: int) -> Masks:
        """Return each hidden layer's factors `(n_items, units)`, or None where no part answers."""
        masks: list[FloatArray | None] = [None] * (len(self._architecture.layer_sizes) - 2)
        for source in self._noise:
            layer = source.layer - 1
            if layer < len(masks) and source.part.answers("mask"):
                shape = n_items, self._architecture.layer_sizes[source.layer]
                factors, before = _in_rows(source.mask(shape, epoch), self._architecture.dtype), masks[layer]
                masks[layer] = factors if before is None else before * factors
        return tuple(masks)

    def _visit(self, block: Block, n_epochs: int) -> Visit:
        if block.items is None:
            assert self._whole is not None
            return Visit(self._whole, block.rows.reshape(n_epochs, -1), block.masks, self._batch_size)
        in_order = np.arange(len(block.rows)).reshape(n_epochs, -1)
        return Visit(block.items, in_order, block.masks, self._batch_size)


def block_size(data: Dataset, dtype: np.dtype[Any]) -> int:
    """Return how many items may be copied into a number type, row by row, at once; all where none need be."""
    tables = data.inputs, data.targets
    if all(table.dtype == dtype and table.flags.c_contiguous for table in tables):
        return data.n_items
    return max(1, BLOCK_BYTES // (8 * (data.inputs.shape[1] + data.targets.shape[1])))


def _in_rows(numbers: NDArray[Any], dtype: np.dtype[Any]) -> FloatArray:
    """Return numbers in a number type, row by row; what is too large for it becomes infinite."""
    if numbers.dtype == dtype and numbers.flags.c_contiguous:
        return numbers
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(numbers, dtype)


def _joined(arrays: Sequence[NDArray[Any] | None]) -> NDArray[Any] | None:
    return None if arrays[0] is None else np.concatenate(arrays)  # type: ignore[arg-type]  # all are arrays then


def _cut(array: NDArray[Any] | None, part: slice) -> NDArray[Any] | None:
    return None if array is None else array[part]


def _regrouped(blocks: Iterator[Block], size: int) -> Iterator[Block]:
    """Yield the same items in blocks of this size; the last may have fewer."""
    parts: list[Block] = []
    missing = size
    for block in blocks:
        first = 0
        while len(block.rows) - first >= missing:
            yield Block.joined([*parts, block.cut(first, first + missing)])
            first, missing, parts = first + missing, size, []
        if first < len(block.rows):
            parts.append(block.cut(first, len(block.rows)))
            missing -= len(block.rows) - first
    if parts:
        yield Block.joined(parts)
