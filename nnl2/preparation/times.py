"""`seconds_of`: dates, with or without a time of day, as numbers by which items are sorted."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from nnl2.errors import InvalidValueError
from nnl2.preparation.wording import shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnl2.preparation.columns import Column, Sheet

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(.*)", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(.*)", re.ASCII)


def seconds_of(sheet: Sheet, column: Column) -> NDArray[np.float64]:
    """Return the seconds since 1970 of a column's dates, `(n_items,)`.

    2020-01-31, 31.1.2020, 31/1/2020 and 1/31/2020; of the last two, days above 12 in the column tell which it is.

    Raises
    ------
    InvalidValueError
        If a word is no date, or nothing tells days from months.
    """
    months_first = _months_come_first(sheet, column)
    seconds = {}
    for item, word in enumerate(column.words):
        if word not in seconds:
            try:
                seconds[word] = _since_1970(_iso(word, months_first=months_first))
            except ValueError as error:
                raise InvalidValueError(
                    f"{sheet.name}, {sheet.place(item)}, column {shown(column.name)}: {shown(word)} is no time; "
                    f"write numbers, or dates as in 2020-01-31"
                ) from error
    return np.array([seconds[word] for word in column.words])


def _months_come_first(sheet: Sheet, column: Column) -> bool:
    """Return whether dates with strokes are written as in America; those with dots never are."""
    found = [match for word in column.words if (match := _YEAR_LAST.fullmatch(word)) and match[2] != "."]
    if any(int(match[1]) > 12 for match in found):
        return False
    if any(int(match[3]) > 12 for match in found):
        return True
    open_ones = [match for match in found if match[1].zfill(2) != match[3].zfill(2)]
    if open_ones:
        raise InvalidValueError(
            f"{sheet.name}, column {shown(column.name)}: nothing tells days from months, as in "
            f"{shown(open_ones[0][0])}; write 2020-01-31"
        )
    return False


def _iso(word: str, *, months_first: bool) -> str:
    """Return a date as ISO 8601 has it; other words as they are."""
    if match := _YEAR_FIRST.fullmatch(word):
        year, month, day, rest = match.groups()
    elif match := _YEAR_LAST.fullmatch(word):
        day, stroke, month, year, rest = match.groups()
        if months_first and stroke != ".":
            day, month = month, day
    else:
        return word
    return f"{year}-{month:>02}-{day:>02}{rest}"


def _since_1970(iso: str) -> float:
    moment = datetime.fromisoformat(iso)
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH).total_seconds()
