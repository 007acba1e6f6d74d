"""`read_csv`: a CSV file as a `Sheet`; every file that is none gets one line with the place and the way out."""

from __future__ import annotations

import csv
import os
import re
from contextlib import suppress
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nnl2.errors import InvalidTypeError, InvalidValueError
from nnl2.preparation.columns import Column, Sheet
from nnl2.preparation.decimals import with_decimal_signs
from nnl2.preparation.decoding import decoded
from nnl2.preparation.remarks import remark_on_notation
from nnl2.preparation.wording import listed, printable, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 256 * 2**20
MOST_COLUMNS = 10_000

DELIMITERS = "\t;|,"
"""Tried in this order: where two explain a file equally well, the comma is the decimal one."""

_SAMPLE_RECORDS = 100
_SAMPLE_CHARACTERS = 200_000

_ANNOUNCED = re.compile(r"sep=([^\"\r\n\0.\w])\r?\n", re.ASCII)
"""The first line by which spreadsheets tell one another the delimiter."""

Record = tuple[int, list[str]]
"""The line on which a record begins, counted from 1, and its cells."""


def read_csv(path: str | os.PathLike[str], *, delimiter: str | None = None, encoding: str | None = None) -> Sheet:
    """Return the columns of a CSV file whose first line names them; none of them need be a target.

    Parameters
    ----------
    path
        The file, of at most 256 MB.
    delimiter
        What stands between cells; by default what explains the file best of tab, semicolon, bar and comma.
    encoding
        By default UTF-8, UTF-16 or cp1252, told from the bytes.

    Raises
    ------
    InvalidValueError, InvalidTypeError
        If there is no such file, or it is no table.
    """
    _check_delimiter(delimiter)
    name, content = _content(path)
    text, read_as = decoded(name, content, encoding)
    announced = _ANNOUNCED.match(text)
    parted_by = delimiter or (announced[1] if announced else _sniffed(text))
    records = _records(name, text, parted_by)
    if announced:
        next(records)
    line, header = next(records, (1, []))
    names = _names(f"{name}, line {line}", header)
    if not names:
        raise InvalidValueError(f"{name} is empty, or names no column; its first line must name the columns")
    lines, rows = [], []
    for line, cells in records:
        rows.append(_fitted(f"{name}, line {line}", cells, names, parted_by))
        lines.append(line)
    if not rows:
        raise InvalidValueError(f"{name} names {len(names)} columns, but has no items below them")
    columns = [Column.from_texts(*column) for column in zip(names, zip(*rows, strict=True), strict=True)]
    read = with_decimal_signs(columns, usual="." if parted_by == "," else None)
    return Sheet(name, tuple(read), np.array(lines), remark_on_notation(read_as, parted_by, read))


def _content(path: str | os.PathLike[str]) -> tuple[str, bytes]:
    """Return what messages call the file, and its bytes."""
    if not isinstance(path, str | os.PathLike):
        raise InvalidTypeError(f"path must be the path of a CSV file, got {shown(path)}")
    try:
        with Path(path).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a zero character in the path
        reason = getattr(error, "strerror", None) or error
        raise InvalidValueError(f"{printable(str(path))} cannot be read: {reason}") from error
    name = printable(Path(path).name)
    if len(content) > MOST_BYTES:
        raise InvalidValueError(
            f"{name} has more than {MOST_BYTES // 2**20} MB, too many for a small network; give a part of it"
        )
    return name, content


def _check_delimiter(delimiter: str | None) -> None:
    expected = "delimiter must be one character such as ';' that is no quotation mark, letter, digit or line end"
    if delimiter is None:
        return
    if not isinstance(delimiter, str):
        raise InvalidTypeError(f"{expected}, got {shown(delimiter)}")
    if len(delimiter) != 1 or delimiter in '"\r\n\0.' or delimiter.isalnum():
        raise InvalidValueError(f"{expected}, got {shown(delimiter)}")


def _sniffed(text: str) -> str:
    """Return the delimiter under which the first records agree best with the width of the header.

    `csv.Sniffer` counts characters wherever they stand: it falls for decimal commas, and for files of one column.
    """
    return max(DELIMITERS, key=lambda delimiter: _agreement(text[:_SAMPLE_CHARACTERS], delimiter))


def _agreement(sample: str, delimiter: str) -> float:
    """Return the share of records as wide as the header; 0 where that is one column."""
    reader = csv.reader(StringIO(sample, newline=""), delimiter=delimiter, skipinitialspace=True)
    widths: list[int] = []
    with suppress(csv.Error):  # a cell that is too long: reading will tell its line
        widths.extend(len(cells) for cells in islice(reader, _SAMPLE_RECORDS) if cells)
    if not widths or widths[0] == 1:
        return 0
    return widths.count(widths[0]) / len(widths)


def _records(name: str, text: str, delimiter: str) -> Iterator[Record]:
    """Yield the records that say anything: spreadsheets end in lines of delimiters alone."""
    reader = csv.reader(
        StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=delimiter != " ", strict=True
    )
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise InvalidValueError(
            f"{name}, line {line}: {printable(str(error))}; is a quotation mark never closed, "
            f"or not doubled inside a cell?"
        ) from error


def _names(where: str, header: list[str]) -> list[str]:
    """Return the names of the columns, each its own."""
    names = [cell.strip() for cell in header]
    while names and not names[-1]:  # a delimiter at the end of the line names no column
        names.pop()
    if len(names) > MOST_COLUMNS:
        raise InvalidValueError(f"{where} names {len(names)} columns, more than {MOST_COLUMNS}; give fewer")
    numbers = Column.from_texts("", names).numbers
    measured = np.isfinite(numbers) & (numbers != np.floor(numbers))  # whole ones may be years
    if names and (np.isfinite(numbers).all() or measured.any()):
        kind = "numbers only" if np.isfinite(numbers).all() else "numbers too"
        raise InvalidValueError(
            f"{where} must name the columns, got {kind} ({listed(names)}); put a line of names before it"
        )
    names = [each or f"column {number}" for number, each in enumerate(names, start=1)]
    first: dict[str, int] = {}
    for number, each in enumerate(names, start=1):
        if each in first:
            raise InvalidValueError(
                f"{where}: columns {first[each]} and {number} are both called {shown(each)}; rename one"
            )
        first[each] = number
    return names


def _fitted(where: str, cells: list[str], names: list[str], delimiter: str) -> list[str]:
    """Return as many cells as there are names; empty ones at the end do not count."""
    surplus = cells[len(names) :]
    if len(cells) < len(names) or any(cell.strip() for cell in surplus):
        raise InvalidValueError(
            f"{where} has {len(cells)} cells for {len(names)} columns ({listed(map(printable, names))}); "
            f"quote cells that hold {shown(delimiter)}, or say another delimiter"
        )
    return cells[: len(names)]
