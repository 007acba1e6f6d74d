"""Items on their way into training: in the network's number type, in visiting order, with noise.

Noise is drawn from the network's own streams, a block of items at a time. The size of a block depends on the
network and its data alone: what is drawn must not depend on the batch size or on how many epochs a call takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnl2.engine.answers import At, asked, check_array, kind, not_finite, unusable
from nnl2.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from nnl2.data import Dataset
    from nnl2.engine.architecture import Architecture
    from nnl2.outputs import Output
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
        return cls(*(None if table is None else in_rows(table[rows], dtype) for table in tables))  # type: ignore[arg-type]

    @staticmethod
    def blocks(data: Dataset, dtype: np.dtype[Any], most: int, whole: int) -> Iterator[Items]:
        """Yield all items in their order, so many at a time, or fewer where that would be a large copy.

        But for the last, a block has a multiple of `whole` items.
        """
        size = rounded(min(most, block_size((data.inputs, data.targets), dtype)), whole)
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
    weight_masks
        For each layer factors for its weights, `(updates, n_in, n_out)`, or None.
    batch_size
        The items of one update; the last of an epoch may have fewer.
    """

    items: Items
    rows: NDArray[np.int64]
    masks: Masks
    weight_masks: Masks
    batch_size: int

    def batches(self, epoch: int) -> Iterator[tuple[NDArray[np.int64], Masks, Masks]]:
        """Yield rows, masks and each layer's weight mask of every update of an epoch, the how-many-th of these."""
        order = self.rows[epoch]
        n_updates = -(-len(order) // self.batch_size)
        for update in range(n_updates):
            first = update * self.batch_size
            rows = order[first : first + self.batch_size]
            begin = epoch * len(order) + first
            yield (
                rows,
                tuple(_cut(mask, slice(begin, begin + len(rows))) for mask in self.masks),
                tuple(None if mask is None else mask[epoch * n_updates + update] for mask in self.weight_masks),
            )


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
    """A part that draws random numbers in one layer of one network, and its generator."""

    part: Regularizer
    rng: np.random.Generator
    layer: int

    def augment(self, items: Items, output: Output, epoch: int) -> Items:
        """Return what the part makes of items, whose targets must be such as the output layer can learn."""
        shown = [array.view() for array in (items.inputs, items.targets)]
        for array in shown:
            array.flags.writeable = False
        answer = self._asked("augment", epoch, *shown)
        where = self._at(epoch)
        if not isinstance(answer, tuple) or len(answer) != 2:
            raise unusable(self.part, f"answered augment with {kind(answer)} instead of inputs and targets", where)
        inputs, targets = (
            self._checked("augment", epoch, *each) for each in zip(answer, (a.shape for a in shown), strict=True)
        )
        try:
            output.check_targets(targets)
        except InvalidValueError as error:
            raise unusable(
                self.part, "answered augment with targets that cannot be learned", where, f": {error}"
            ) from error
        dtype = items.inputs.dtype
        return items._replace(inputs=in_rows(inputs, dtype), targets=in_rows(targets, dtype))

    def factors(self, question: str, shape: tuple[int, ...], epoch: int) -> FloatArray:
        """Return the answer to `mask` or `mask_weights`."""
        answer = self._asked(question, epoch, shape)
        if isinstance(answer, np.ndarray) and answer.dtype == bool:
            answer = answer.view(np.uint8)  # a mask of True and False is one of ones and zeros
        return self._checked(question, epoch, answer, shape)

    def _asked(self, question: str, epoch: int, *arguments: object) -> Any:  # noqa: ANN401 (whatever it answers)
        ask = getattr(self.part, question)
        return asked(self.part, question, self._at(epoch), lambda: ask(*arguments, self.rng))

    def _checked(self, question: str, epoch: int, answer: object, shape: tuple[int, ...]) -> FloatArray:
        where = self._at(epoch)
        numbers: FloatArray = check_array(self.part, question, where, answer, shape)
        if not np.isfinite(numbers).all():
            raise not_finite(self.part, question, where)
        return numbers

    def _at(self, epoch: int) -> At:
        return At(f"layer {self.layer}", epoch)


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
        self._batch_size = batch_size
        self.streams: list[tuple[Mapping[str, Any], ...]] = []
        """After each epoch of the last visits, where the noise's streams stand."""
        answered = {q for source in noise for q in ("augment", "mask_weights") if source.part.answers(q)}
        self._whole = None if "augment" in answered else items
        self._drawn_anew = self._whole is None or bool(noise)
        in_block = max(1, BLOCK_BYTES // (8 * sum(architecture.layer_sizes)))
        self._block = in_block if self._drawn_anew else data.n_items
        """How many items noise is drawn for, or how many are copied, at a time."""
        most = self._block if self._drawn_anew else BLOCK_BYTES // 8
        if "mask_weights" in answered:  # asked once a part, so that parts must not depend on who trains
            most_items = max(1, BLOCK_BYTES // (8 * architecture.n_parameters)) * batch_size
        most = min(most, most_items)
        self.most_epochs = most // data.n_items
        """How many whole epochs may be visited at once; 0 where one is visited in parts."""
        self._part = max(1, most // batch_size) * batch_size

    @property
    def in_parts(self) -> bool:
        """Whether an epoch is visited in parts."""
        return self.most_epochs == 0

    def visits(self, orders: NDArray[np.int64], first: int) -> Iterator[Visit]:
        """Yield epochs, the first of this number, in visiting orders `(epochs, n_items)`: at once, or in parts."""
        self.streams.clear()
        if self.in_parts:
            for part in _regrouped(self._drawn(orders[0], first), self._part):
                yield self._visit([part], [self._weight_masks(len(part.rows), first)])
            self._note_streams()
            return
        if not self._drawn_anew:
            assert self._whole is not None
            n_layers = len(self._architecture.shapes)
            self.streams += [()] * len(orders)
            yield Visit(self._whole, orders, (None,) * (n_layers - 1), (None,) * n_layers, self._batch_size)
            return
        blocks: list[Block] = []
        weight_masks: list[Masks] = []
        for epoch, order in enumerate(orders, first):
            blocks += self._drawn(order, epoch)
            weight_masks.append(self._weight_masks(len(order), epoch))
            self._note_streams()
        yield self._visit(blocks, weight_masks)

    def _note_streams(self) -> None:
        self.streams.append(tuple(source.rng.bit_generator.state for source in self._noise))

    def _drawn(self, order: NDArray[np.int64], epoch: int) -> Iterator[Block]:
        """Yield the items of an epoch block by block."""
        for first in range(0, len(order), self._block):
            rows = order[first : first + self._block]
            items = None
            if self._whole is None:
                items = Items.of(self._data, self._architecture.dtype, rows)
                for source in self._noise:
                    if source.layer == 1 and source.part.answers("augment"):
                        items = source.augment(items, self._architecture.output, epoch)
            shapes = [(len(rows), units) for units in self._architecture.layer_sizes[1:-1]]
            yield Block(rows, items, self._factors("mask", shapes, epoch))

    def _weight_masks(self, n_items: int, epoch: int) -> Masks:
        """Return factors for each layer's weights in the updates on so many items."""
        n_updates = -(-n_items // self._batch_size)
        return self._factors("mask_weights", [(n_updates, *s) for s in self._architecture.shapes], epoch)

    def _factors(self, question: str, shapes: Sequence[tuple[int, ...]], epoch: int) -> Masks:
        """Return the product of the answers to a question in each layer, or None where no part answers."""
        masks: list[FloatArray | None] = [None] * len(shapes)
        for source in self._noise:
            layer = source.layer - 1
            if layer < len(masks) and source.part.answers(question):
                factors = in_rows(source.factors(question, shapes[layer], epoch), self._architecture.dtype)
                before = masks[layer]
                masks[layer] = factors if before is None else before * factors
        return tuple(masks)

    def _visit(self, blocks: Sequence[Block], weight_masks: Sequence[Masks]) -> Visit:
        """Return the visit of one or several epochs, each with its weight masks."""
        block, n_epochs = Block.joined(blocks), len(weight_masks)
        of_weights = tuple(_joined(each) for each in zip(*weight_masks, strict=True))
        items, rows = self._whole, block.rows
        if block.items is not None:
            items, rows = block.items, np.arange(len(block.rows))
        assert items is not None
        return Visit(items, rows.reshape(n_epochs, -1), block.masks, of_weights, self._batch_size)


def block_size(tables: Sequence[FloatArray], dtype: np.dtype[Any]) -> int:
    """Return how many items may be copied into a number type, row by row, at once; all where none need be."""
    if all(isinstance(table, np.ndarray) and _is_ready(table, dtype) for table in tables):
        return len(tables[0])
    return max(1, BLOCK_BYTES // (8 * sum(table.shape[1] for table in tables)))


def rounded(size: int, whole: int) -> int:
    """Return the largest multiple that is not above a size; at least one."""
    return max(1, size // whole) * whole


def _is_ready(numbers: NDArray[Any], dtype: np.dtype[Any]) -> bool:
    """Return whether numbers have a number type and stand row by row."""
    return numbers.dtype == dtype and numbers.flags.c_contiguous


def in_rows(numbers: NDArray[Any], dtype: np.dtype[Any]) -> FloatArray:
    """Return numbers in a number type, row by row; what is too large for it becomes infinite."""
    if _is_ready(numbers, dtype):
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
