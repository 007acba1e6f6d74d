"""`joined`: a table and, after its items, those of another file, such as one of test items."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve

from nnl2.errors import InvalidValueError
from nnl2.preparation.columns import Column, column_called
from nnl2.preparation.targets import renumbered
from nnl2.preparation.wording import shown

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from nnl2.preparation.table import Table


def joined(table: Table, other: Table) -> Table:
    """Return a table with the inputs and classes of the first, its items, and after them the other's.

    Columns are matched by name, those the other has besides are not used; labels as they are written, so that 1 in
    one file is "1" in another.

    Raises
    ------
    InvalidValueError, UnknownNameError
        If the other lacks an input, has words where the first has numbers, or a class of its own.
    """
    if table.task != other.task:
        raise InvalidValueError(f"{other.name} is {other.task}, but {table.name} is {table.task}; say the task")
    for what in ("item_weights", "groups"):
        if (getattr(table, what) is None) != (getattr(other, what) is None):
            raise InvalidValueError(f"{table.name} and {other.name} must both have {what}, or neither")
    columns = [_joined_column(table, column, other) for column in table.inputs]
    return evolve(
        table,
        name=f"{table.name} with {other.name}",
        columns=tuple(columns),
        targets=np.concatenate([table.targets, _targets(table, other)]),
        item_weights=_both(table.item_weights, other.item_weights),
        groups=_both(table.groups, other.groups),
    )


def _joined_column(table: Table, own: Column, other_table: Table) -> Column:
    other = column_called(other_table.name, other_table.columns, own.name)
    if not own.holds_numbers:
        return Column(own.name, np.concatenate([own.words, other.words]))
    if not other.holds_numbers and other.strays.size:
        raise InvalidValueError(
            f"{other_table.name}: column {shown(own.name)} must hold numbers, as in {table.name}, got words such "
            f"as {shown(other.words[other.strays[0]])}"
        )
    return Column(own.name, np.concatenate([own.numbers, other.numbers]))


def _targets(table: Table, other: Table) -> NDArray[Any]:
    """Return the other's targets, numbered as the first table numbers its classes."""
    if table.classes is None or other.classes is None:
        return other.targets
    return renumbered(other.name, other.classes, table.classes)[other.targets]


def _both(own: NDArray[Any] | None, other: NDArray[Any] | None) -> NDArray[Any] | None:
    return None if own is None or other is None else np.concatenate([own, other])
