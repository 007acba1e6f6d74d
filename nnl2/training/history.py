"""`History`: what one training run recorded of one network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import cmp_using, field, fields, frozen

from nnl2.display.losses import LossCurveDisplay
from nnl2.markup import as_html

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

_equal = cmp_using(eq=np.array_equal)

MOST_SHOWN = 11
"""Epochs that a notebook shows, the first and the last among them."""


@frozen(repr=False)
class History:
    """Errors of one network, before training (entry 0) and after each recorded epoch.

    Parameters
    ----------
    epochs
        The epochs recorded, `(n,)`, counted over the whole life of the network: a second run goes on counting.
    errors
        The mean error over all training items with the weights after that epoch, without masks or noise and
        without penalties, `(n,)`; where items have weights, the weighted mean.
    penalties
        The sum of all penalties, at the nominal batch size, `(n,)`.
    validation_errors
        The mean error over the validation items, `(n,)`; None where there were none.
    kept_epoch
        The epoch whose weights the network carries now: the last one, unless a regularizer that watches the
        validation error brought back an earlier one, or training failed.
    failure
        Why training failed, in one line; None where it did not. The network then is as it was before.
    """

    epochs: NDArray[np.int64] = field(eq=_equal)
    errors: NDArray[np.float64] = field(eq=_equal)
    penalties: NDArray[np.float64] = field(eq=_equal)
    validation_errors: NDArray[np.float64] | None = field(eq=_equal)
    kept_epoch: int
    failure: str | None = None

    def __repr__(self) -> str:
        if self.failure is not None:
            return f"History(failed: {self.failure})"
        kept = "" if self.kept_epoch == self.epochs[-1] else f", weights of epoch {self.kept_epoch} kept"
        return (
            f"History(epochs {self.epochs[0]} to {self.epochs[-1]}, "
            f"error {self.errors[0]:.4g} to {self.errors[-1]:.4g}{kept})"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything as what JSON can hold."""
        return {
            field.name: value.tolist() if isinstance(value, np.ndarray) else value
            for field in fields(type(self))
            for value in [getattr(self, field.name)]
        }

    def plot(self, ax: Axes | None = None) -> LossCurveDisplay:
        """Draw the errors, those on validation items too; an upright line is the epoch whose weights are kept."""
        return LossCurveDisplay.from_history(self, ax=ax)

    def _repr_html_(self) -> str:
        shown = np.unique(np.linspace(0, len(self.epochs) - 1, MOST_SHOWN).round().astype(int))
        columns = {"error": self.errors, "penalty": self.penalties, "validation error": self.validation_errors}
        there = {name: values for name, values in columns.items() if values is not None}
        rows = [
            [str(self.epochs[row]), *(f"{values[row]:.4g}" for values in there.values())]
            for row in (shown if len(self.epochs) else [])
        ]
        return as_html(repr(self), ["epoch", *there], rows)


class Records:
    """A History in the making, with room for all its rows."""

    def __init__(self, n_rows: int, *, validated: bool) -> None:
        self._epochs = np.empty(n_rows, np.int64)
        self._numbers = np.empty((3, n_rows))
        self._validated = validated
        self.n_rows = 0

    def add(self, epochs: NDArray[np.int64], *numbers: NDArray[np.float64]) -> None:
        """Add a row for each epoch: error, penalty, validation error."""
        rows = slice(self.n_rows, self.n_rows + len(epochs))
        self._epochs[rows], self._numbers[:, rows] = epochs, numbers
        self.n_rows += len(epochs)

    def history(self, kept_epoch: int, failure: str | None = None) -> History:
        """Return the rows so far."""
        epochs, numbers = self._epochs[: self.n_rows], self._numbers[:, : self.n_rows]
        epochs.flags.writeable = numbers.flags.writeable = False
        errors, penalties, validation_errors = numbers
        return History(
            epochs, errors, penalties, validation_errors if self._validated else None, kept_epoch, failure
        )
