"""`Column`: one column as it comes, as numbers or as words; and a `Sheet` of them with the places in its file.

A cell is missing if it is empty or says NA, N/A, NaN, null or ?. Where all other cells are numbers, a dash, a dot
or None are missing too; in a column of words they may be words ("+" and "-" are somebody's labels).
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, field, frozen

from nnl2.errors import InvalidTypeError, InvalidValueError, UnknownNameError
from nnl2.preparation.numbers import LARGEST_NUMBER, number_from
from nnl2.preparation.wording import listed, near_match, printable, shown
from nnl2.validation import as_array

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

MISSING = frozenset({"", "?", "na", "n/a", "#n/a", "<na>", "nan", "nat", "null"})
"""What a missing cell says, in small letters."""

MISSING_AMONG_NUMBERS = MISSING | {"-", "--", ".", "none"}
"""What it may say besides where the others are numbers."""

SHARE_OF_NUMBERS = 0.9
"""From here on a column holds numbers, and its few words are slips."""

MANY_NUMBERS = 20
"""But only where more than these are different: 1, 2 and "3 or more" are words."""


@frozen(eq=False, slots=False)
class Column:
    """The cells of one column.

    Parameters
    ----------
    name
        As the file has it.
    cells
        Texts `(n_items,)`, "" where one is missing; or floats, NaN where one is missing, which may be of 32 bits
        where they come from one array; or booleans.
    decimal
        The decimal sign of texts, "." or ",".
    """

    name: str
    cells: NDArray[Any] = field(repr=False)
    decimal: str = "."

    @classmethod
    def from_texts(cls, name: str, texts: Sequence[str]) -> Column:
        """Return a column of texts, whose numbers have a decimal point."""
        clean = {text: _cleaned(text) for text in set(texts)}
        cells = np.empty(len(texts), dtype=object)
        cells[:] = [clean[text] for text in texts]
        return cls(name, cells)

    @classmethod
    def from_numbers(cls, owner: str, name: str, numbers: NDArray[Any]) -> Column:
        """Return a column of numbers, NaN where one is missing; `owner` is named where one cannot be scaled."""
        cells = numbers.astype(np.float64)
        too_large = np.flatnonzero(np.abs(cells) > LARGEST_NUMBER)
        if too_large.size:
            raise too_large_to_scale(owner, name, cells[too_large[0]], int(too_large[0]))
        return cls(name, cells)

    @property
    def is_text(self) -> bool:
        """Whether the cells are texts; they may be numbers all the same."""
        return self.cells.dtype == object

    @cached_property
    def numbers(self) -> NDArray[np.floating[Any]]:
        """The cells as numbers, NaN where one is missing or no number that can be scaled."""
        if not self.is_text:
            return self.cells if self.cells.dtype.kind == "f" else self.cells.astype(np.float64)
        numbers = {text: number_from(text, self.decimal) for text in set(self.cells)}
        return np.array([numbers[text] for text in self.cells], dtype=np.float64)

    @cached_property
    def words(self) -> NDArray[np.object_]:
        """The cells as words, "" where one is missing."""
        if self.is_text:
            return self.cells
        words = np.empty(len(self.cells), dtype=object)
        words[:] = [_word(number) for number in self.cells.tolist()]
        return words

    @property
    def labels(self) -> NDArray[Any]:
        """The cells as a target takes them: booleans, numbers or words."""
        if self.cells.dtype == bool:
            return self.cells
        return self.numbers if self.holds_numbers else self.words

    @cached_property
    def strays(self) -> NDArray[np.intp]:
        """The items whose cell is neither missing nor a number."""
        if not self.is_text:
            return np.array([], dtype=np.intp)
        no_number = np.flatnonzero(np.isnan(self.numbers))
        said = [item for item in no_number if self.cells[item].lower() not in MISSING_AMONG_NUMBERS]
        return np.array(said, dtype=np.intp)

    @cached_property
    def holds_numbers(self) -> bool:
        """Whether this is a column of numbers: all that is not missing are, or nearly all of very many."""
        if not self.is_text:
            return True
        found = self.numbers[np.isfinite(self.numbers)]
        if not len(self.strays):
            return len(found) > 0
        most = len(found) >= SHARE_OF_NUMBERS * (len(found) + len(self.strays))
        return most and len(np.unique(found)) > MANY_NUMBERS

    @property
    def present(self) -> NDArray[np.bool_]:
        """Which items have a cell that says something, `(n_items,)`."""
        return np.isfinite(self.numbers) if self.holds_numbers else self.words != ""

    @property
    def n_gaps(self) -> int:
        """How many cells say nothing."""
        return int((~self.present).sum())

    def rows(self, rows: NDArray[Any]) -> Column:
        """Return the column of these items, with the decimal sign of all."""
        return evolve(self, cells=self.cells[rows])


@frozen(eq=False)
class Sheet:
    """Columns of equal length as a file or a data frame has them.

    Parameters
    ----------
    name
        What messages call it.
    columns
        All of them, each with a name of its own.
    lines
        The line on which each item begins, `(n_items,)`; None for a data frame.
    notation
        How the file was read, in a sentence; nothing where that is as usual.
    """

    name: str
    columns: tuple[Column, ...]
    lines: NDArray[np.intp] | None = None
    notation: str = ""

    def __len__(self) -> int:
        return len(self.columns[0].cells)

    def column(self, name: str) -> Column:
        """Return the column of this name, or name the nearest and what there is."""
        return column_called(self.name, self.columns, name)

    def rows(self, rows: NDArray[Any]) -> Sheet:
        """Return the sheet of these items."""
        lines = None if self.lines is None else self.lines[rows]
        return evolve(self, columns=tuple(column.rows(rows) for column in self.columns), lines=lines)

    def place(self, item: int) -> str:
        """Return where an item stands: its line, or its number counted from 0."""
        return f"item {item}" if self.lines is None else f"line {self.lines[item]}"


def checked_rows(owner: str, n_items: int, rows: ArrayLike) -> NDArray[np.integer[Any]]:
    """Return numbers of items, counted from 0, if there are such items and at least one is named."""
    chosen = as_array("rows", rows)
    if chosen.ndim != 1 or not chosen.size or chosen.dtype.kind not in "iu":
        raise InvalidTypeError(
            f"rows must be numbers of items, at least one, got an array of shape {chosen.shape} and type "
            f"{chosen.dtype}"
        )
    if chosen.min() < 0 or chosen.max() >= n_items:
        raise InvalidValueError(
            f"rows must be in [0, {n_items}), as {owner} has {n_items} items, got {chosen.min()} to {chosen.max()}"
        )
    return chosen


def is_missing(cell: object) -> bool:
    """Return whether a cell of Python's says that there is nothing: None, NaN and their relatives."""
    try:
        return cell is None or bool(cell != cell)  # noqa: PLR0124 (NaN and NaT differ from themselves)
    except (TypeError, ArithmeticError):  # pandas.NA says neither yes nor no, a signalling Decimal nothing
        return True
    except ValueError:  # an array in a cell
        return False


def column_called(owner: str, columns: Sequence[Column], name: str, needed: Sequence[str] = ()) -> Column:
    """Return the column of this name; where there is none, name `owner` and the nearest not `needed` itself."""
    for column in columns:
        if column.name == name:
            return column
    names = [column.name for column in columns]
    hint = near_match(str(name), [each for each in names if each not in needed])
    raise UnknownNameError(
        f"{owner} has no column {shown(name)}; {hint}its columns are {listed(map(printable, names))}"
    )


def matrix_of(columns: Sequence[Column]) -> NDArray[np.floating[Any]] | None:
    """Return the one array of which these are the columns, side by side; None where they are not.

    It is told from where they lie in memory: an array kept beside the columns could come to differ from them.
    """
    cells = [column.cells for column in columns]
    first = cells[0]
    if first.dtype.kind != "f" or len(cells) == 1:
        return None
    starts = [each.__array_interface__["data"][0] for each in cells]
    step = starts[1] - starts[0]
    kinds = {(each.dtype, each.strides, each.shape, id(_owner(each))) for each in cells}
    if len(kinds) > 1 or starts != [starts[0] + number * step for number in range(len(cells))]:
        return None
    shape, strides = (len(first), len(cells)), (first.strides[0], step)
    return np.lib.stride_tricks.as_strided(first, shape, strides, writeable=False)


def _owner(array: NDArray[Any]) -> object:
    """Return whose memory an array is a view of."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array if array.base is None else array.base


def too_large_to_scale(owner: str, name: str, number: float, item: int) -> InvalidValueError:
    """Return the error that tells so."""
    return InvalidValueError(
        f"{owner}: column {shown(name)} contains {number:g} in item {item}, too large to be scaled; drop or fill "
        f"it"
    )


def _cleaned(text: str) -> str:
    stripped = text.strip()
    return "" if stripped.lower() in MISSING else stripped


def _word(cell: float | bool) -> str:  # noqa: FBT001 (a cell)
    if cell != cell:  # noqa: PLR0124 (NaN)
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
