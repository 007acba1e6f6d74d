"""`with_decimal_signs`: columns of texts as numbers, with the decimal sign that each of them, or the file, has."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve

from nnl2.preparation.numbers import DECIMALS, has_thousands_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnl2.preparation.columns import Column


def with_decimal_signs(columns: Sequence[Column], usual: str | None) -> list[Column]:
    """Return columns of texts, each with its decimal sign.

    It is the one that makes more numbers. Where both make as many, as of 1.234, it is that of most other columns
    of numbers, else the `usual` one of such files; without one, thousands are apart if some numbers have no sign.
    """
    readings = [[evolve(column, decimal=decimal) for decimal in DECIMALS] for column in columns]
    told = [_told_from_cells(*each) for each in readings]
    votes = Counter(column.decimal for column in told if column is not None and column.holds_numbers)
    undecided = len({votes[decimal] for decimal in DECIMALS}) == 1
    sign = usual if undecided else max(DECIMALS, key=votes.__getitem__)
    return [
        own or (_guessed(*each) if sign is None else each[DECIMALS.index(sign)])
        for own, each in zip(told, readings, strict=True)
    ]


def can_be_read_otherwise(column: Column) -> str:
    """Return a cell that is another number with the other decimal sign, if the column's cells leave that open."""
    if not column.is_text:
        return ""
    other = evolve(column, decimal=DECIMALS[1 - DECIMALS.index(column.decimal)])
    differ = np.flatnonzero(column.numbers != other.numbers)  # NaN too, which is equal in both
    differ = differ[np.isfinite(column.numbers[differ])]
    return str(column.cells[differ[0]]) if differ.size and _n_numbers(column) == _n_numbers(other) else ""


def _told_from_cells(first: Column, second: Column) -> Column | None:
    numbers = _n_numbers(first), _n_numbers(second)
    if numbers[0] == numbers[1]:
        return None
    return first if numbers[0] > numbers[1] else second


def _guessed(first: Column, second: Column) -> Column:
    """Return the reading without thousands apart; or the one with them, if they alone have a sign."""
    plain, grouped = (second, first) if _n_grouped(first) > _n_grouped(second) else (first, second)
    return grouped if 0 < _n_grouped(grouped) < _n_numbers(grouped) else plain


def _n_numbers(column: Column) -> int:
    return int(np.isfinite(column.numbers).sum())


def _n_grouped(column: Column) -> int:
    return sum(has_thousands_apart(text, column.decimal) for text in column.cells)
