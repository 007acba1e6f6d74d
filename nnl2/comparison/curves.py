"""`curves_of`: the errors of a strategy's networks during training, in every replicate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnl2.display.losses import LossCurveDisplay

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnl2.comparison.outcome import Outcome
    from nnl2.training.history import History

    FloatArray = NDArray[np.floating[Any]]


class Curves(NamedTuple):
    """Errors in training, without masks and penalties.

    Parameters
    ----------
    epochs
        After which they were measured, `(n_epochs,)`.
    training, held_out
        On the training items and on items held out, `(n_replicates, n_epochs)`, NaN where a network had stopped;
        of networks that failed there are none, and no `held_out` where nothing was held out.
    """

    epochs: NDArray[np.int64]
    training: FloatArray
    held_out: FloatArray | None


def curves_of(outcome: Outcome) -> Curves:
    """Return the errors of a strategy's networks; of each replicate those of the first."""
    histories = [history for history in outcome.histories if history.failure is None]
    epochs = np.unique(np.concatenate([history.epochs for history in histories] or [np.array([], np.int64)]))
    training = [_at(epochs, history, history.errors) for history in histories]
    held_out = [
        _at(epochs, history, history.validation_errors)
        for history in histories
        if history.validation_errors is not None
    ]
    shape = len(histories), len(epochs)
    complete = len(held_out) == len(histories) > 0
    return Curves(epochs, np.reshape(training, shape), np.reshape(held_out, shape) if complete else None)


def display_of(curves: Curves) -> LossCurveDisplay:
    """Return how errors are drawn: medians, and bands between the quartiles; dashed on items held out."""
    drawn = {"training items": curves.training, "items held out": curves.held_out}
    return LossCurveDisplay(
        {kind: (curves.epochs, errors) for kind, errors in drawn.items() if errors is not None}
    )


def _at(epochs: NDArray[np.int64], history: History, errors: FloatArray) -> FloatArray:
    found = np.full(len(epochs), np.nan)
    found[np.searchsorted(epochs, history.epochs)] = errors
    return found
