"""`read_arrays`: inputs and targets as arrays, checked, as a table has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnl2.errors import InvalidValueError
from nnl2.preparation.columns import Column, too_large_to_scale
from nnl2.preparation.numbers import LARGEST_NUMBER
from nnl2.preparation.roles import check_weights
from nnl2.preparation.targets import labels_from
from nnl2.validation import as_array, as_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray


MOST_NUMBERS = 1_000_000
"""So many numbers are checked at a time."""


class Arrays(NamedTuple):
    """What a table is made of: a column for each input, and `(n_items,)` labels, weights and groups."""

    columns: tuple[Column, ...]
    labels: NDArray[Any]
    item_weights: NDArray[np.float64] | None
    groups: NDArray[Any] | None


def read_arrays(
    inputs: ArrayLike,
    targets: ArrayLike,
    *,
    item_weights: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    names: Sequence[str] = (),
) -> Arrays:
    """Return arrays as a table has them; inputs `(n_items, n_in)`, all others `(n_items,)`.

    The columns are called x0, x1 ... unless names are given.

    Raises
    ------
    InvalidValueError, InvalidTypeError
        If a shape does not fit, or inputs, labels or weights are of the wrong kind.
    """
    numbers = as_table("inputs", inputs)
    if numbers.ndim != 2 or 0 in numbers.shape:
        raise InvalidValueError(
            f"inputs must be a table of shape (items, columns) with one of each at least, "
            f"got shape {numbers.shape}"
        )
    labels = labels_from(targets)
    weights = None if item_weights is None else as_table("item_weights", item_weights).astype(np.float64)
    parts = None if groups is None else as_array("groups", groups)
    for argument, given in (("targets", labels), ("item_weights", weights), ("groups", parts)):
        if given is not None and given.shape != (len(numbers),):
            raise InvalidValueError(
                f"{argument} must be one for each of {len(numbers)} items, got shape {given.shape}"
            )
    if weights is not None:
        check_weights("item_weights", weights, "item {}".format)
    called = names or [f"x{number}" for number in range(numbers.shape[1])]
    _check_scalable(numbers, called)
    matrix = numbers.view()
    matrix.flags.writeable = False
    columns = tuple(Column(name, column) for name, column in zip(called, matrix.T, strict=True))
    return Arrays(columns, labels, weights, parts)


def _check_scalable(numbers: NDArray[np.floating[Any]], names: Sequence[str]) -> None:
    """Raise InvalidValueError where a number is too large to be scaled; an array in a file is read once."""
    size = max(1, MOST_NUMBERS // numbers.shape[1])
    largest = min(LARGEST_NUMBER, float(np.finfo(numbers.dtype).max))
    for first in range(0, len(numbers), size):
        items, columns = np.nonzero(np.abs(numbers[first : first + size]) > largest)
        if items.size:
            item, column = first + int(items[0]), int(columns[0])
            raise too_large_to_scale("inputs", names[column], numbers[item, column], item)
