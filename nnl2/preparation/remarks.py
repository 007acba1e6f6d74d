"""What a person must be told of how a table was read: its notation, its gaps, its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnl2.preparation.decimals import can_be_read_otherwise
from nnl2.preparation.encodings import MOST_CATEGORIES
from nnl2.preparation.wording import listed, printable, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnl2.preparation.columns import Column

ORDINARY_ENCODINGS = frozenset({"utf-8", "utf-8-sig", "ascii"})
"""Of which nobody need be told."""


def remark_on_notation(encoding: str, delimiter: str, columns: Sequence[Column]) -> str:
    """Return how a file was read, in a sentence; nothing where it is UTF-8 with commas and decimal points."""
    numbers = [column for column in columns if column.holds_numbers]
    commas = [column for column in numbers if column.decimal == "," and any("," in cell for cell in column.cells)]
    parts = []
    if delimiter != ",":
        parts.append("tabs between cells" if delimiter == "\t" else f"{shown(delimiter)} between cells")
    open_ones = {column.name: cell for column in numbers if (cell := can_be_read_otherwise(column))}
    settled = [printable(column.name) for column in commas if column.name not in open_ones]
    if settled:
        parts.append(f"decimal commas in {listed(settled)}")
    parts += [_reading_of(column, open_ones[column.name]) for column in numbers if column.name in open_ones][:1]
    as_what = "" if encoding.lower() in ORDINARY_ENCODINGS else f" as {encoding}"
    if not parts:
        return as_what and f"Read{as_what}."
    return f"Read{as_what}{',' if as_what else ''} with {' and '.join(', '.join(parts).rsplit(', ', 1))}."


def remark_on_gaps(columns: Sequence[Column]) -> str:
    """Return how many gaps the columns have, and what stands for them, in a sentence; nothing without gaps."""
    kinds = {True: ", for which the median of the training part stands", False: ", a word of their own"}
    parts = []
    for holds_numbers, what_stands_there in kinds.items():
        counted = [
            f"{column.n_gaps} in {printable(column.name)}"
            for column in columns
            if column.holds_numbers == holds_numbers and column.n_gaps
        ]
        if counted:
            parts.append(f"{listed(counted)}{what_stands_there}")
    return f"Gaps: {'; '.join(parts)}." if parts else ""


def remark_on_words(columns: Sequence[Column]) -> str:
    """Return which columns hold words, and how many, in a sentence; nothing where none does."""
    counted = []
    for column in columns:
        if not column.holds_numbers:
            n_words = len(np.unique(column.words[column.present]))
            rare = ", of which the rarest share one" if n_words + (column.n_gaps > 0) > MOST_CATEGORIES else ""
            counted.append(f"{printable(column.name)} ({n_words}{rare})")
    return f"Words, an input for each: {listed(counted)}." if counted else ""


def _reading_of(column: Column, cell: str) -> str:
    number = column.numbers[int(np.flatnonzero(column.cells == cell)[0])]
    return f"{shown(cell)} in {printable(column.name)} as {number:.15g}"
