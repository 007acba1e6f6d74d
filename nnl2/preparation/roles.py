"""`Roles`: the columns that are no inputs: the target, what items weigh, belong to, and when they were seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from nnl2.errors import InvalidValueError
from nnl2.preparation.times import seconds_of
from nnl2.preparation.wording import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nnl2.preparation.columns import Column, Sheet


@frozen
class Roles:
    """The names of columns with a purpose of their own.

    Parameters
    ----------
    target
        What shall be learned; None for the last column.
    weight, group, time
        What says how much an item counts, which items must not be parted, and when an item was seen; or None.
    """

    target: str | None
    weight: str | None
    group: str | None
    time: str | None

    def target_column(self, sheet: Sheet) -> Column:
        """Return the target's column; no other purpose may have it."""
        target = sheet.columns[-1] if self.target is None else sheet.column(self.target)
        names = [target.name, *(name for name in (self.weight, self.group, self.time) if name is not None)]
        for name in names:
            if names.count(name) > 1:
                raise InvalidValueError(
                    f"{sheet.name}: column {shown(name)} cannot be two of target, weight, group and time; "
                    f"name another"
                )
        return target

    def without_gaps_in_target(self, sheet: Sheet) -> tuple[Sheet, str]:
        """Return the items whose target is known, and what a person must be told of the others."""
        target = self.target_column(sheet)
        where = f"{sheet.name}: the target {shown(target.name)} is missing"
        missing = np.flatnonzero(~target.present)
        if not missing.size:
            return sheet, ""
        if missing.size == len(sheet):
            raise InvalidValueError(f"{where} in all items; name another column")
        or_no_number = ", or no number," if target.holds_numbers and target.strays.size else ""
        told = (
            f"{where}{or_no_number} in {missing.size} of {len(sheet)} items, which are left out; the first is "
            f"{sheet.place(int(missing[0]))}"
        )
        return sheet.rows(np.flatnonzero(target.present)), told

    def inputs(self, sheet: Sheet) -> tuple[Column, ...]:
        """Return the columns without a purpose of their own."""
        taken = {self.target_column(sheet).name, self.weight, self.group, self.time}
        return tuple(column for column in sheet.columns if column.name not in taken)

    def item_weights(self, sheet: Sheet) -> NDArray[np.float64] | None:
        """Return the weights `(n_items,)`, if there is a column of them."""
        if self.weight is None:
            return None
        column = sheet.column(self.weight)
        where = f"{sheet.name}: column {shown(self.weight)}"
        if column.strays.size:
            item = int(column.strays[0])
            raise _wrong_weight(where, shown(column.words[item]), sheet.place(item))
        weights = column.numbers.astype(np.float64, copy=False)
        check_weights(where, weights, sheet.place)
        return weights

    def groups(self, sheet: Sheet) -> NDArray[Any] | None:
        """Return the groups `(n_items,)` as words, if there is a column of them."""
        if self.group is None:
            return None
        column = sheet.column(self.group)
        _refuse_missing(sheet, column)
        return column.words

    def sorted_by_time(self, sheet: Sheet) -> Sheet:
        """Return the sheet from the earliest item to the last; without a column of times, as it is."""
        if self.time is None:
            return sheet
        column = sheet.column(self.time)
        _refuse_missing(sheet, column)
        times = column.numbers if column.holds_numbers else seconds_of(sheet, column)
        return sheet.rows(np.argsort(times, kind="stable"))


def check_weights(where: str, weights: NDArray[np.float64], place: Callable[[int], str]) -> None:
    """Raise an error if weights are not all >= 0 and finite, or are all 0."""
    wrong = np.flatnonzero(~(weights >= 0) | ~np.isfinite(weights))
    if wrong.size:
        item = int(wrong[0])
        raise _wrong_weight(where, "nothing" if np.isnan(weights[item]) else f"{weights[item]:g}", place(item))
    if not weights.any():
        raise InvalidValueError(f"{where} must hold a weight above 0 for some items, got 0 for all")


def _wrong_weight(where: str, got: str, place: str) -> InvalidValueError:
    return InvalidValueError(f"{where} must hold a weight >= 0 for each item, got {got} ({place})")


def _refuse_missing(sheet: Sheet, column: Column) -> None:
    missing = np.flatnonzero(~column.present)
    if missing.size:
        raise InvalidValueError(
            f"{sheet.name}, {sheet.place(int(missing[0]))}, column {shown(column.name)}: the cell is missing, or "
            f"no number as the others are; fill it, or drop the item"
        )
