"""What the functions of this package take: rows of finite numbers, and rows of True and False."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.errors import InvalidTypeError, InvalidValueError
from nnl2.validation import as_table

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]


def differences_of(values: ArrayLike, baseline: ArrayLike) -> FloatArray:
    """Return values - baseline."""
    ours, theirs = numbers_of("values", values), numbers_of("baseline", baseline)
    if ours.shape != theirs.shape:
        raise InvalidValueError(
            f"values and baseline must be two rows of equally many numbers, "
            f"got shapes {ours.shape} and {theirs.shape}"
        )
    return ours - theirs


def numbers_of(name: str, given: ArrayLike) -> FloatArray:
    """Return a row of finite numbers."""
    numbers = as_table(name, given).astype(np.float64)
    if numbers.ndim != 1:
        raise InvalidValueError(f"{name} must be a row of numbers, got shape {numbers.shape}")
    if not numbers.size:
        raise InvalidValueError(f"{name} must be at least one number, got none")
    bad = np.flatnonzero(~np.isfinite(numbers))
    if bad.size:
        raise InvalidValueError(
            f"{name} must be finite numbers, but replicate {bad[0]} is not; a network that diverged has no score"
        )
    return numbers


def truths_of(name: str, given: Any) -> NDArray[np.bool_]:  # noqa: ANN401 (checked here)
    """Return a row of True and False; labels, which would all be taken for True, are refused."""
    if isinstance(given, np.ma.MaskedArray):
        raise InvalidValueError(f"{name} is a masked array, whose mask would be ignored; fill it first")
    truths = np.asarray(given)
    if truths.ndim != 1 or truths.size == 0:
        raise InvalidValueError(f"{name} must be True or False for each item, got shape {truths.shape}")
    if truths.dtype != np.bool_:
        raise InvalidTypeError(
            f"{name} must be True or False for each item, got {truths.dtype}; of labels: predicted == labels"
        )
    return truths
