"""`read_arrays`: inputs and targets as arrays, checked, as a table has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnl2.errors import InvalidValueError
from nnl2.preparation.columns import Column
from nnl2.preparation.roles import check_weights
from nnl2.preparation.targets import labels_from
from nnl2.validation import as_array, as_table

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class Arrays(NamedTuple):
    """What a table is made of: a column for each input, and `(n_items,)` labels, weights and groups."""

    columns: tuple[Column, ...]
    labels: NDArray[Any]
    item_weights: NDArray[np.float64] | None
    groups: NDArray[Any] | None


def read_arrays(
    inputs: ArrayLike, targets: ArrayLike, item_weights: ArrayLike | None, groups: ArrayLike | None
) -> Arrays:
    """Return arrays as a table has them; inputs `(n_items, n_in)`, all others `(n_items,)`.

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
    columns = [Column.from_numbers("inputs", f"x{n}", column) for n, column in enumerate(numbers.T)]
    return Arrays(tuple(columns), labels, weights, parts)
