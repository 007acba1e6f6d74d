"""In which order the items of an epoch are visited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.errors import InvalidTypeError, InvalidValueError, shown
from nnl2.validation import refuse_masks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Table = NDArray[np.integer[Any]]

FIXED = "fixed"


class VisitingOrders:
    """The visiting orders of one run.

    Parameters
    ----------
    rng
        The network's stream of visiting orders.
    n_items
        The items of an epoch.
    given
        A table `(epochs, n_items)`; "fixed" for items as they stand; None to shuffle them anew in each epoch.
    """

    def __init__(self, rng: np.random.Generator, n_items: int, given: Table | str | None) -> None:
        self._rng, self._n_items, self._given = rng, n_items, given

    def take(self, first: int, n_epochs: int) -> tuple[NDArray[np.int64], list[Mapping[str, Any]]]:
        """Return the orders `(n_epochs, n_items)` from an epoch of this run on, and the stream after each."""
        orders = np.empty((n_epochs, self._n_items), np.int64)
        if self._given is not None:
            is_table = not isinstance(self._given, str)
            orders[:] = self._given[first : first + n_epochs] if is_table else np.arange(self._n_items)
            return orders, [self._rng.bit_generator.state] * n_epochs
        streams = []
        for number in range(n_epochs):
            orders[number] = self._rng.permutation(self._n_items)
            streams.append(self._rng.bit_generator.state)
        return orders, streams


def check_orders(given: Any, epochs: int, n_items: Sequence[int]) -> list[Table | str | None]:  # noqa: ANN401
    """Return the visiting orders of each network, from one for all or one for each."""
    if given is None or isinstance(given, str):
        return [_check_order(given, epochs, n) for n in n_items]
    if isinstance(given, np.ndarray) and given.ndim == 3:
        given = list(given)
    if isinstance(given, list | tuple) and given and (isinstance(given[0], str | None) or _axes(given[0]) == 2):
        if len(given) != len(n_items):
            raise InvalidValueError(
                f"orders must be one table or one for each network, got {len(given)} for {len(n_items)} networks"
            )
    else:
        given = [given] * len(n_items)
    checked: dict[tuple[int, int], Table | str | None] = {}
    for order, n in zip(given, n_items, strict=True):
        if (id(order), n) not in checked:
            checked[id(order), n] = _check_order(order, epochs, n)
    return [checked[id(order), n] for order, n in zip(given, n_items, strict=True)]


def _axes(given: Any) -> int:  # noqa: ANN401 (whatever is given)
    try:
        return np.ndim(given)
    except ValueError:  # rows of different lengths, which the check of the table tells of
        return 2


def _check_order(given: Any, epochs: int, n_items: int) -> Table | str | None:  # noqa: ANN401
    expected = f"orders must be a table of {epochs} epochs x {n_items} items, or {FIXED!r}"
    if given is None:
        return None
    if isinstance(given, str):
        if given != FIXED:
            raise InvalidValueError(f"{expected}, got {shown(given)}")
        return given
    refuse_masks("orders", given)
    try:
        table = np.asarray(given)
    except ValueError as error:
        raise InvalidValueError(f"{expected}, but its rows differ in length") from error
    if table.dtype.kind not in "iu":
        raise InvalidTypeError(f"{expected}, of whole numbers; got numbers of type {table.dtype}")
    if table.shape != (epochs, n_items):
        raise InvalidValueError(f"{expected}, got shape {table.shape}")
    wrong = np.flatnonzero((np.sort(table, axis=1) != np.arange(n_items)).any(axis=1))
    if wrong.size:
        raise InvalidValueError(f"orders must visit every item once in each epoch, row {wrong[0]} does not")
    return table
