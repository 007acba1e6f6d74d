"""Tables in `.npy` files: `read_npy` for items to predict, `inputs_and_target` for what stays in its file."""

from __future__ import annotations

from pathlib import Path
from tokenize import TokenError
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnl2.errors import InvalidTypeError, InvalidValueError, UnknownNameError
from nnl2.preparation.columns import Column, Sheet
from nnl2.preparation.wording import printable, shown
from nnl2.validation import as_table

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

SUFFIX = ".npy"
MAGIC = b"\x93NUMPY"
ZIP = b"PK"

HEADER_ERRORS = (ValueError, EOFError, SyntaxError, TokenError, TypeError, MemoryError, OverflowError)
"""What numpy raises where a header is damaged, or pickled objects follow it."""


def is_array_file(path: object) -> bool:
    """Return whether a name says so."""
    return Path(str(path)).suffix.lower() == SUFFIX


class Parted(NamedTuple):
    """Inputs `(n_items, n_in)` with the names of their columns, and labels `(n_items,)` with theirs."""

    inputs: NDArray[Any]
    names: list[str]
    labels: NDArray[Any]
    target_name: str


def read_npy(path: str | os.PathLike[str]) -> Sheet:
    """Return the columns x0, x1 ... of a file that `np.save` has written; none of them need be a target.

    Raises
    ------
    InvalidValueError, InvalidTypeError
        If there is no such file, or it is no table.
    """
    name, array = printable(Path(path).name), _table_in(path)
    numbers = as_table(name, array)
    columns = zip(_names(array), numbers.T, strict=True)
    return Sheet(name, tuple(Column.from_numbers(name, *column) for column in columns))


def inputs_and_target(path: str | os.PathLike[str], target: str | os.PathLike[str] | None) -> Parted:
    """Return what a file holds, parted into inputs and target; `Table.from_npy` tells what the arguments mean.

    Raises
    ------
    InvalidValueError, InvalidTypeError, UnknownNameError
        If a file or the column cannot be used.
    """
    array, name = _table_in(path), printable(Path(path).name)
    names = _names(array)
    if target is not None and is_array_file(target):
        return Parted(array, names, _array_in(target), "target")
    if len(names) == 1:
        raise InvalidValueError(
            f"{name} has one column only; name the file with a label for each item as target, such as labels.npy"
        )
    target_name = names[-1] if target is None else str(target)
    if target_name not in names:
        raise UnknownNameError(
            f"{name} has no column {shown(target_name)}; its columns are {names[0]} to {names[-1]}, and another "
            f".npy file may hold the target"
        )
    number = names.index(target_name)
    ends = {0: slice(1, None), len(names) - 1: slice(None, -1)}  # these need no copy
    inputs = array[:, ends[number]] if number in ends else np.delete(array, number, axis=1)
    return Parted(inputs, names[:number] + names[number + 1 :], array[:, number], target_name)


def _table_in(path: str | os.PathLike[str]) -> NDArray[Any]:
    array = _array_in(path)
    if array.ndim != 2 or 0 in array.shape:
        raise InvalidValueError(
            f"{printable(Path(path).name)} must hold a table of shape (items, columns) with one of each at least, "
            f"got shape {array.shape}"
        )
    return array


def _names(array: NDArray[Any]) -> list[str]:
    return [f"x{number}" for number in range(array.shape[1])]


def _array_in(path: str | os.PathLike[str]) -> NDArray[Any]:
    name = printable(Path(path).name)
    unusable = f"{name} is no whole .npy file of numbers or words; write one with np.save(path, array)"
    try:
        with Path(path).open("rb") as file:
            begins = file.read(len(MAGIC))
        array = np.load(path, mmap_mode="r", allow_pickle=False) if begins == MAGIC else None
    except OSError as error:
        raise InvalidValueError(f"{name} cannot be read: {error.strerror or error}") from error
    except HEADER_ERRORS as error:
        raise InvalidValueError(unusable) from error
    if begins.startswith(ZIP):
        raise InvalidTypeError(
            f"{name} holds several arrays; save the one that is meant with np.save(path, array)"
        )
    if array is None:
        raise InvalidValueError(unusable)
    return array
