"""Learning rates: one for each epoch of a run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.errors import InvalidValueError, in_words
from nnl2.validation import check_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Schedule = Callable[[int], float]


def check_rates(given: object, first: int, epochs: int, dtype: np.dtype[Any]) -> NDArray[np.float64]:
    """Return the learning rate of each epoch `(epochs,)`, from one for all or from a function of the epoch.

    Parameters
    ----------
    given
        A number, or a function, which is asked about every epoch before any is trained.
    first, epochs
        The first epoch of the run, counted over the whole life of the network, and how many there are.
    dtype
        The network's number type, in which a rate must be a number > 0 too.
    """
    if not callable(given):
        return np.broadcast_to(_check_rate("learning_rate", given, dtype), epochs)
    return np.array([_rate_at(epoch, given, dtype) for epoch in range(first, first + epochs)])


def _rate_at(epoch: int, schedule: Schedule, dtype: np.dtype[Any]) -> float:
    try:
        rate = schedule(epoch)
    except Exception as error:
        raise InvalidValueError(f"learning_rate({epoch}) fails: {in_words(error)}") from error
    return _check_rate(f"learning_rate({epoch})", rate, dtype)


def _check_rate(name: str, rate: object, dtype: np.dtype[Any]) -> float:
    """Return a learning rate that is one also in the network's number type."""
    checked = check_number(name, rate, above=0)
    with np.errstate(over="ignore", under="ignore"):
        own = dtype.type(checked)
    if not 0 < own < math.inf:
        size = "large" if own else "small"
        raise InvalidValueError(f"{name} {checked:g} is too {size} for a {dtype} network")
    return checked
