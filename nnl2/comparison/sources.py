"""What can be compared on: arrays, a Dataset, a Table, or a function of the seed; each becomes a Table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnl2.data import Dataset
from nnl2.errors import InvalidTypeError, InvalidValueError
from nnl2.preparation import Table
from nnl2.validation import as_array, check_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class Items(NamedTuple):
    """Inputs `(n_items, n_in)`, one label or value for each item, and their weights."""

    inputs: NDArray[Any]
    targets: NDArray[Any]
    item_weights: NDArray[Any] | None
    task: str | None


def as_table(data: object) -> Table:
    """Return data as a Table.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        If it is no table, Dataset or pair of inputs and targets.
    """
    return data if isinstance(data, Table) else table_of([items_of(data)], name="table")


def items_of(data: object) -> Items:
    """Return the items of a Dataset, or of a pair of inputs and targets."""
    if isinstance(data, Dataset):
        return _items_of_dataset(data)
    if isinstance(data, tuple | list) and len(data) == 2:
        inputs, targets = check_table("inputs", data[0]), as_array("targets", data[1])
        if targets.shape != (len(inputs),):
            raise InvalidValueError(
                f"targets must be one label or number for each of {len(inputs)} items, got shape {targets.shape}"
            )
        return Items(inputs, targets, None, None)
    raise InvalidTypeError(
        f"data must be (inputs, targets), a Dataset, a Table, or a function of the seed that returns one of the "
        f"first two; got {type(data).__name__}"
    )


def table_of(made: Sequence[Items], *, name: str) -> Table:
    """Return one Table of the items of one generator, in their order."""
    first = made[0]
    if len(made) > 1:
        weights = None if first.item_weights is None else np.concatenate([each.item_weights for each in made])
        inputs, targets = (np.concatenate([each[column] for each in made]) for column in (0, 1))
        first = Items(inputs, targets, weights, first.task)
    return Table.from_arrays(
        first.inputs, first.targets, item_weights=first.item_weights, task=first.task, name=name
    )


def _items_of_dataset(data: Dataset) -> Items:
    targets = data.targets
    one_hot = bool(((targets == 0) | (targets == 1)).all())
    if targets.shape[1] == 1 and not one_hot:
        return Items(data.inputs, targets[:, 0], data.item_weights, "regression")
    if not one_hot or (targets.shape[1] > 1 and (targets.sum(axis=1) != 1).any()):
        raise InvalidValueError(
            "a Dataset must have one-hot targets, or one column of values, to be compared on; "
            "several values for an item, and shares of classes, cannot be scored"
        )
    return Items(data.inputs, data.labels, data.item_weights, "classification")
