"""Regularizers that watch the validation error: whether training ends, and which weights were best."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.engine.answers import asked, kind, unusable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnl2.regularizers import Regularizer

    FloatArray = NDArray[np.floating[Any]]


class Stopping:
    """The validation errors of one run, which parts may stop it, and the best weights so far.

    Parameters
    ----------
    parts
        The parts that answer `should_stop`.
    best
        The parameters to begin with.
    best_epoch
        The epoch they are from.
    lowest_error
        Their validation error.
    most_epochs
        How many epochs the run may last.
    """

    def __init__(
        self,
        parts: Sequence[Regularizer],
        best: FloatArray,
        best_epoch: int,
        lowest_error: float,
        most_epochs: int,
    ) -> None:
        self.best, self.best_epoch = best, best_epoch
        self._parts, self._lowest_error = parts, lowest_error
        self._errors, self._n_epochs = np.empty(most_epochs), 0

    def should_stop(self, error: float, epoch: int, parameters: FloatArray) -> bool:
        """Take note of the validation error after an epoch; return whether a part ends the training."""
        if error < self._lowest_error or np.isnan(self._lowest_error):
            self.best, self.best_epoch, self._lowest_error = parameters.copy(), epoch, error
        self._errors[self._n_epochs] = error
        self._n_epochs += 1
        seen = self._errors[: self._n_epochs]
        seen.flags.writeable = False
        return any(_stops(part, seen, epoch) for part in self._parts)


def stopping_parts(regularizers: Sequence[Regularizer]) -> list[Regularizer]:
    """Return the parts that answer `should_stop`, each once, however many layers it serves."""
    stopping: list[Regularizer] = []
    for regularizer in regularizers:
        for part in regularizer.parts:
            if part.answers("should_stop") and not any(part is other for other in stopping):
                stopping.append(part)
    return stopping


def _stops(part: Regularizer, errors: NDArray[np.float64], epoch: int) -> bool:
    where = f"after epoch {epoch}"
    answer = asked(part, "should_stop", where, lambda: part.should_stop(errors))
    if not isinstance(answer, bool | np.bool_):
        raise unusable(part, f"answered should_stop with {kind(answer)} instead of True or False", where)
    return bool(answer)
