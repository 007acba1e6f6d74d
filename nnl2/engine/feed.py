"""Items on their way into training: in the network's number type, in visiting order, with noise.

Noise is drawn from the network's own streams, a block of items at a time. The size of a block depends on the
network and its data alone: what is drawn must not depend on the batch size or on how many epochs a call takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnl2.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from nnl2.data import Dataset
    from nnl2.engine.architecture import Architecture
    from nnl2.regularizers import Regularizer

    FloatArray = NDArray[np.floating[Any]]
    Rows = tuple[Any, ...]  # row numbers, then inputs, targets, weights and masks, each an array or None

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


class Measurement(NamedTuple):
    """Items whose error is measured after those epochs of a visit that are due, `(epochs,)`."""

    items: Items
    due: NDArray[np.bool_]


class Kept:
    """What one call leaves behind.

    Attributes
    ----------
    numbers
        Parameters and memory after each epoch, `(epochs, n_parameters + n_memory)`.
    errors
        For each measurement the errors where they were due, `(epochs,)`.
    """

    def __init__(self, n_epochs: int, parameters: FloatArray, memory: FloatArray, n_measurements: int) -> None:
        self.numbers = np.empty((n_epochs, len(parameters) + len(memory)), parameters.dtype)
        self.errors = [np.full(n_epochs, np.nan) for _ in range(n_measurements)]


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
    masks: tuple[FloatArray | None, ...]
    batch_size: int


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
        try:
            answer = getattr(self.part, question)(argument, self.rng)
        except Exception as error:
            reason = " ".join(str(error).split())
            raise PluginError(
                f"{self.part!r} failed in {question} {where}: {type(error).__name__}: {reason}"
            ) from error
        if not isinstance(answer, np.ndarray) or answer.dtype.kind not in "fiub":
            kind = (
                f"an array of {answer.dtype}" if isinstance(answer, np.ndarray) else f"a {type(answer).__name__}"
            )
            raise PluginError(f"{self.part!r} answered {question} with {kind} instead of numbers {where}")
        if answer.shape != shape:
            raise PluginError(
                f"{self.part!r} answered {question} with shape {answer.shape} instead of {shape} {where}"
            )
        if not np.isfinite(answer).all():
            raise PluginError(f"{self.part!r} answered {question} with something not finite {where}")
        return answer


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
        drawn = [self._drawn(order, epoch) for epoch, order in enumerate(orders, start=first)]
        if not self.in_parts:
            yield self._visit([_joined(list(blocks)) for blocks in drawn])
            return
        part = max(1, self._most_items // self._batch_size) * self._batch_size
        for rows in _cut(drawn[0], part):
            yield self._visit([rows])

    def _drawn(self, order: NDArray[np.int64], epoch: int) -> Iterator[Rows]:
        """Yield an epoch block by block: where items lie or what they are, and masks."""
        for first in range(0, len(order), self._block):
            rows = order[first : first + self._block]
            taken: Rows = (rows, None, None, None)
            if self._whole is None:
                items = Items.of(self._data, self._architecture.dtype, rows)
                inputs = items.inputs
                for source in self._noise:
                    if source.layer == 1 and source.part.answers("corrupt"):
                        inputs = source.corrupt(inputs, epoch).astype(self._architecture.dtype, copy=False)
                taken = (rows, _in_rows(inputs, self._architecture.dtype), items.targets, items.weights)
            yield (*taken, *self._masks(len(rows), epoch))
        self.streams.append(tuple(source.rng.bit_generator.state for source in self._noise))

    def _masks(self, n_items: int, epoch: int) -> list[FloatArray | None]:
        """Return each hidden layer's factors `(n_items, units)`, or None where no part answers."""
        masks: list[FloatArray | None] = []
        for layer, units in enumerate(self._architecture.layer_sizes[1:-1], start=1):
            mask = None
            for source in self._noise:
                if source.layer == layer and source.part.answers("mask"):
                    factors = _in_rows(source.mask((n_items, units), epoch), self._architecture.dtype)
                    mask = factors if mask is None else mask * factors
            masks.append(mask)
        return masks

    def _visit(self, epochs: list[Rows]) -> Visit:
        rows, inputs, targets, weights, *masks = _joined(epochs)
        n_epochs = len(epochs)
        if self._whole is not None:
            return Visit(self._whole, rows.reshape(n_epochs, -1), tuple(masks), self._batch_size)
        in_order = np.arange(len(rows)).reshape(n_epochs, -1)
        return Visit(Items(inputs, targets, weights), in_order, tuple(masks), self._batch_size)


def block_size(data: Dataset, dtype: np.dtype[Any]) -> int:
    """Return how many items may be copied into a number type, row by row, at once; all where none need be."""
    tables = data.inputs, data.targets
    if all(table.dtype == dtype and table.flags.c_contiguous for table in tables):
        return data.n_items
    return max(1, BLOCK_BYTES // (8 * (data.inputs.shape[1] + data.targets.shape[1])))


def _in_rows(numbers: NDArray[Any], dtype: np.dtype[Any]) -> FloatArray:
    """Return numbers in a number type, row by row; what is too large for it becomes infinite."""
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(numbers, dtype)


def _joined(parts: Sequence[Rows]) -> Rows:
    """Return blocks one after the other; what is missing in one is missing in all."""
    if len(parts) == 1:
        return parts[0]
    return tuple(
        None if arrays[0] is None else np.ascontiguousarray(np.concatenate(arrays))
        for arrays in zip(*parts, strict=True)
    )


def _cut(blocks: Iterator[Rows], size: int) -> Iterator[Rows]:
    """Yield the same rows in blocks of this size; the last may have fewer."""
    left: Rows | None = None
    for block in blocks:
        rows = block if left is None else _joined([left, block])
        for first in range(0, len(rows[0]) - size + 1, size):
            yield tuple(None if array is None else array[first : first + size] for array in rows)
        whole = len(rows[0]) // size * size
        left = tuple(None if array is None else array[whole:] for array in rows)
    if left is not None and len(left[0]):
        yield left
