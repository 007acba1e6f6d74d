"""`read_frame`: a data frame of pandas or polars, asked through its own methods, as a `Sheet`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.errors import InvalidTypeError, InvalidValueError
from nnl2.preparation.columns import Column, Sheet, is_missing
from nnl2.preparation.wording import shown

if TYPE_CHECKING:
    from numpy.typing import NDArray


def read_frame(frame: Any, name: str = "table") -> Sheet:  # noqa: ANN401 (pandas and polars are not imported)
    """Return the columns of a data frame, which messages call by this name; none of them need be a target.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        If it is no data frame, is empty, or a cell is neither a number nor a word nor a date.
    """
    try:
        labels = list(frame.columns)
        n_names = len({str(label) for label in labels})
        arrays = [np.asarray(frame[label].to_numpy()) for label in labels] if n_names == len(labels) else []
    except Exception as error:  # whatever somebody's object answers
        raise InvalidTypeError(
            f"frame must be a DataFrame of pandas or polars, got {type(frame).__name__}; arrays go to "
            f"Table.from_arrays, files to Table.from_csv"
        ) from error
    if n_names < len(labels):
        raise InvalidValueError(f"{name} has several columns of one name; rename them")
    if not arrays or not len(arrays[0]):
        raise InvalidValueError(f"{name} is empty; it must have a column and an item at least")
    return Sheet(
        name, tuple(_column(name, str(label), array) for label, array in zip(labels, arrays, strict=True))
    )


def _column(owner: str, name: str, array: NDArray[Any]) -> Column:
    if array.dtype.kind == "b":
        return Column(name, array)
    if array.dtype.kind in "iuf":
        return Column.from_numbers(owner, name, array)
    if array.dtype.kind == "M":
        return Column.from_texts(name, np.datetime_as_string(array).tolist())
    return Column.from_texts(name, [_text(owner, name, item, cell) for item, cell in enumerate(array.tolist())])


def _text(owner: str, name: str, item: int, cell: object) -> str:
    """Return what a CSV would say."""
    if isinstance(cell, str):
        return cell
    if is_missing(cell):
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool | Decimal):
        return str(cell)
    if isinstance(cell, Real):
        return _number_as_text(cell)
    raise InvalidTypeError(
        f"{owner}: column {shown(name)} holds a {type(cell).__name__} in item {item}; make it a number or a word"
    )


def _number_as_text(number: Real) -> str:
    try:
        value = float(number)
    except OverflowError:
        return "inf"
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
