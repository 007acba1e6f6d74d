"""Which columns cannot teach a network anything, and why: IDs, dates, empty and constant ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.errors import InvalidValueError
from nnl2.preparation.wording import listed, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from nnl2.preparation.columns import Column, Sheet

FEWEST_ITEMS = 10
"""With fewer, values all differ by chance."""

NEARLY_ALL = 0.9

_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}( .*)?|\d{1,2}:\d{2}(:\d{2})?",
    re.ASCII,
)
_ID_NAME = re.compile(r"(.*[_\W])?(?i:id|uid|uuid|key|index|nr|no|number|row)|.*[a-z](ID|Id|Nr|No|Key|Index)")


def reasons_to_leave_out(sheet: Sheet, columns: Sequence[Column]) -> dict[str, str]:
    """Return the columns that are no inputs, by name, with the reason.

    Raises
    ------
    InvalidValueError
        If there are no others.
    """
    reasons = {column.name: reason for column in columns if (reason := _reason(column))}
    if len(reasons) == len(columns):
        why = f", but for {_in_words(reasons)}" if reasons else " beside the target"
        raise InvalidValueError(f"{sheet.name} has no column to learn from{why}; add one")
    return reasons


def warning_of_left_out(sheet: Sheet, reasons: Mapping[str, str]) -> str:
    """Return what a person must be told: which columns are left out, and why; nothing if none is."""
    return f"{sheet.name}: left out {_in_words(reasons)}" if reasons else ""


def warnings_of_strays(sheet: Sheet, columns: Sequence[Column]) -> Iterator[str]:
    """Yield which words among the numbers of a column count as missing."""
    for column in columns:
        if column.holds_numbers and column.strays.size:
            first = int(column.strays[0])
            yield (
                f"{sheet.name}: column {shown(column.name)} holds numbers, but {shown(column.words[first])} in "
                f"{sheet.place(first)}; what is no number counts as missing, {column.strays.size} in all"
            )


def refuse_id_as_target(where: str, target: Column) -> None:
    """Raise an error if a target of whole numbers names the items."""
    if target.holds_numbers and _is_counted(target.name, target.numbers):
        raise InvalidValueError(
            f"{where} looks like an ID: {len(target.numbers)} whole numbers, all different; name another column, "
            f"or say task='regression' if they are measured"
        )


def _in_words(reasons: Mapping[str, str]) -> str:
    return listed(f"{shown(name)} ({reason})" for name, reason in reasons.items())


def _reason(column: Column) -> str:
    """Return why a column is no input; nothing if it is one."""
    said = column.labels[column.present].tolist()
    if not said:
        return "empty"
    n_different = len(set(said))
    if n_different == 1:
        return f"always {shown(said[0])}"
    if column.holds_numbers:
        is_id = _is_counted(column.name, column.numbers) or _counts_up(column.numbers)
        return "an ID, whole numbers that all differ" if is_id else ""
    if sum(bool(_DATE.fullmatch(word)) for word in said) >= NEARLY_ALL * len(said):
        return f"dates such as {shown(said[0])}, of which an age or a year can be made"
    if len(said) >= FEWEST_ITEMS and n_different >= NEARLY_ALL * len(said):
        return f"an ID or free text, {n_different} of {len(said)} differ, such as {shown(said[0])}"
    return ""


def _counts_up(numbers: NDArray[np.floating[Any]]) -> bool:
    """Return whether whole numbers rise from item to item."""
    return len(numbers) >= FEWEST_ITEMS and _are_whole(numbers) and bool((np.diff(numbers) > 0).all())


def _is_counted(name: str, numbers: NDArray[np.floating[Any]]) -> bool:
    """Return whether whole numbers all differ, and either leave few gaps, as if shuffled, or are called an ID.

    Other whole numbers that all differ, incomes say, are measured.
    """
    if len(numbers) < FEWEST_ITEMS or not _are_whole(numbers) or len(np.unique(numbers)) < len(numbers):
        return False
    return bool(np.ptp(numbers) < 2 * len(numbers)) or bool(_ID_NAME.fullmatch(name))


def _are_whole(numbers: NDArray[np.floating[Any]]) -> bool:
    return bool((numbers == np.floor(numbers)).all())  # NaN is not equal to itself
