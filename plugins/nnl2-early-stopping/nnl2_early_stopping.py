"""Early stopping for nnl2: training ends when the validation error has stopped falling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from attrs import field, frozen

from nnl2 import Regularizer, whole_number

if TYPE_CHECKING:
    from numpy.typing import NDArray


@frozen
class EarlyStopping(Regularizer):
    """Early stopping: training ends when the validation error has not fallen for some epochs.

    The network keeps the weights of the epoch with the lowest validation error.

    Parameters
    ----------
    patience
        How many epochs may pass without an error lower than all before, >= 1.

    Notes
    -----
    Source: L. Prechelt, "Early Stopping - But When?", 1998.
    """

    patience: int = field(default=20, validator=whole_number(minimum=1))

    def should_stop(self, errors: NDArray[np.floating[Any]]) -> bool:
        """Return whether the lowest error lies `patience` epochs back or more."""
        best = int(np.argmin(np.where(np.isnan(errors), np.inf, errors)))
        return len(errors) - 1 - best >= self.patience

    @classmethod
    def strengths(cls) -> tuple[Self, ...]:
        """Return five kinds of patience, the shorter the stronger."""
        return tuple(map(cls, (30, 20, 10, 5, 3)))
