"""One-line checks of arguments: each returns the value it accepts and names what it refuses."""

from __future__ import annotations

import inspect
import math
import sys
import warnings
from functools import wraps
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import numpy as np

from nnl2.errors import InvalidTypeError, InvalidValueError, in_words, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from attrs import Attribute
    from numpy.typing import ArrayLike, NDArray

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")

LARGEST_SEED = 2**32 - 1
PACKAGE = str(Path(__file__).parent)


def check_number(
    name: str,
    value: object,
    *,
    minimum: float = -math.inf,
    above: float = -math.inf,
    below: float = math.inf,
    maximum: float = math.inf,
) -> float:
    """Return `value` as a float if it is finite with minimum <= value <= maximum, above < value < below."""
    expected = "a finite number" + _range_in_words(minimum, above, below, maximum)
    if not isinstance(value, Real) or isinstance(value, bool | np.bool_):
        raise InvalidTypeError(f"{name} must be {expected}, got {shown(value)}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not (math.isfinite(number) and minimum <= number <= maximum and above < number < below):
        raise InvalidValueError(f"{name} must be {expected}, got {shown(value)}")
    return number


def _range_in_words(minimum: float, above: float, below: float, maximum: float) -> str:
    if minimum > -math.inf and below < math.inf:
        return f" in [{minimum:g}, {below:g})"
    if minimum > -math.inf and maximum < math.inf:
        return f" in [{minimum:g}, {maximum:g}]"
    signs = (">=", minimum), (">", above), ("<", below), ("<=", maximum)
    bounds = [f"{sign} {bound:g}" for sign, bound in signs if math.isfinite(bound)]
    return " " + " and ".join(bounds) if bounds else ""


def check_count(name: str, value: object, *, minimum: int = 1, maximum: int | None = None) -> int:
    """Return `value` as an int if it is a whole number with minimum <= value (<= maximum)."""
    expected = f"a whole number >= {minimum}" if maximum is None else f"a whole number in [{minimum}, {maximum}]"
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
        raise InvalidTypeError(f"{name} must be {expected}, got {shown(value)}")
    count = int(value) if isinstance(value, Integral) else minimum - 1
    if count < minimum or (maximum is not None and count > maximum):
        raise InvalidValueError(f"{name} must be {expected}, got {shown(value)}")
    return count


def check_seed(name: str, value: object) -> int:
    """Return `value` as an int if it can seed a network: a whole number in [0, 2**32 - 1]."""
    return check_count(name, value, minimum=0, maximum=LARGEST_SEED)


def number_in_range(
    *,
    minimum: float = -math.inf,
    above: float = -math.inf,
    below: float = math.inf,
    maximum: float = math.inf,
) -> Callable[[object, Attribute[Any], object], None]:
    """Return an attrs validator: the field is a finite number in the range, no bool and no text.

    Whatever kind of number is given, the field holds a float.

    >>> from attrs import field, frozen
    >>> @frozen
    ... class Shrink:
    ...     rate: float = field(default=0.1, validator=number_in_range(minimum=0, below=1))
    >>> Shrink(rate=1)
    Traceback (most recent call last):
    nnl2.errors.InvalidValueError: Shrink.rate must be a finite number in [0, 1), got 1
    """

    def validate(instance: object, attribute: Attribute[Any], value: object) -> None:
        name = f"{type(instance).__name__}.{attribute.name}"
        number = check_number(name, value, minimum=minimum, above=above, below=below, maximum=maximum)
        object.__setattr__(instance, attribute.name, number)  # so that np.float64(0.1) and 0.1 look alike

    return validate


def whole_number(*, minimum: int) -> Callable[[object, Attribute[Any], object], None]:
    """Return an attrs validator: the field is a whole number >= minimum, no bool and no text; it holds an int."""

    def validate(instance: object, attribute: Attribute[Any], value: object) -> None:
        count = check_count(f"{type(instance).__name__}.{attribute.name}", value, minimum=minimum)
        object.__setattr__(instance, attribute.name, count)

    return validate


def check_table(name: str, value: ArrayLike) -> NDArray[np.floating[Any]]:
    """Return `value` as a read-only, finite float table (items, columns); a float array is not copied.

    The column extremes decide what is finite, so no array as large as the table is made.
    """
    table = as_table(name, value)
    if table.ndim != 2:
        shape = "a single number" if table.ndim == 0 else f"an array of shape {table.shape}"
        hint = "; one item is array.reshape(1, -1), one column array.reshape(-1, 1)" if table.ndim == 1 else ""
        raise InvalidValueError(f"{name} must be a table of shape (items, columns), got {shape}{hint}")
    if 0 in table.shape:
        raise InvalidValueError(f"{name} must have at least one item and one column, got shape {table.shape}")
    _check_finite(name, table)
    view = table.view()
    view.flags.writeable = False
    return view


def as_table(name: str, value: ArrayLike) -> NDArray[np.floating[Any]]:
    """Return `value` as a float array of any shape; a float array is not copied."""
    if hasattr(value, "toarray"):
        raise InvalidTypeError(f"{name} is a sparse matrix; give {name}.toarray()")
    given = as_array(name, value)
    if given.dtype in (np.float32, np.float64):
        return given
    if given.dtype.kind in "mM":
        raise InvalidTypeError(f"{name} holds dates or times; turn them into numbers first")
    if given.dtype.kind == "c":
        raise InvalidValueError(f"{name} holds complex numbers, which a network cannot use")
    try:
        return given.astype(np.float64)
    except (ValueError, TypeError, OverflowError) as error:
        hint = "encode text and categories as numbers first"
        raise InvalidValueError(f"{name} must hold numbers only: {error}; {hint}") from error


def as_array(name: str, value: ArrayLike) -> NDArray[Any]:
    """Return `value` as an array of any type and shape; a mask that would be ignored is refused."""
    refuse_masks(name, value)
    try:
        return np.asarray(value)
    except Exception as error:
        if isinstance(error, ValueError) and "inhomogeneous" in str(error):
            reason = "must be a table of numbers, but its rows differ in length"
            raise InvalidValueError(f"{name} {reason}") from error
        raise InvalidTypeError(f"{name} cannot be made an array: {in_words(error)}") from error


def refuse_masks(name: str, value: object) -> None:
    """Raise InvalidValueError for a masked array, or a list with one, whose mask numpy would ignore."""
    each = value if isinstance(value, list | tuple) else [value]
    if any(isinstance(part, np.ma.MaskedArray) for part in each):
        raise InvalidValueError(f"{name} is a masked array, whose mask would be ignored; fill it first")


def _check_finite(name: str, table: NDArray[np.floating[Any]]) -> None:
    with np.errstate(invalid="ignore"):
        extremes = np.stack([table.min(axis=0), table.max(axis=0)])
    if np.isfinite(extremes).all():
        return
    column = int(np.flatnonzero(~np.isfinite(extremes).all(axis=0))[0])
    item = int(np.flatnonzero(~np.isfinite(table[:, column]))[0])
    kind = "NaN" if np.isnan(table[item, column]) else "infinity"
    raise InvalidValueError(f"{name} contains {kind} (item {item}, column {column}); fill or drop such items")


def called_as(example: str) -> Callable[[Callable[Parameters, Answer]], Callable[Parameters, Answer]]:
    """Return a decorator for a function that tells an example where its arguments do not fit its parameters.

    Python's own message for `train(X, y)` counts arguments, and helps nobody to give the right ones.
    """

    def decorate(function: Callable[Parameters, Answer]) -> Callable[Parameters, Answer]:
        signature = inspect.signature(function)

        @wraps(function)
        def called(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
            try:
                signature.bind(*args, **kwargs)
            except TypeError as error:
                raise InvalidTypeError(f"{function.__name__}: {error}; call it as {example}") from None
            return function(*args, **kwargs)

        return called

    return decorate


def warn(message: str) -> None:
    """Warn of something at the user's own line: the first one on the stack that is not of this package."""
    frame, level = sys._getframe(1), 2  # noqa: SLF001 (warnings count the same frames)
    while frame.f_back is not None and frame.f_code.co_filename.startswith((PACKAGE, "<attrs generated")):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, UserWarning, stacklevel=level)
