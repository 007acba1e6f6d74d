"""Max-norm for nnl2: no unit's incoming weights grow longer than a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from attrs import field, frozen

from nnl2 import Regularizer, Step, number_in_range

if TYPE_CHECKING:
    from numpy.typing import NDArray


@frozen
class MaxNorm(Regularizer):
    """Max-norm: a unit's incoming weights are scaled back to a limit where they are longer.

    w <- w * min(1, limit / |w|), with |w| the Euclidean length of the unit's incoming weights

    Parameters
    ----------
    limit
        The greatest length, > 0.

    Notes
    -----
    Source: N. Srebro and A. Shraibman, "Rank, Trace-Norm and Max-Norm", 2005; with dropout: G. Hinton and
    others, "Improving neural networks by preventing co-adaptation of feature detectors", 2012.
    """

    limit: float = field(default=3.0, validator=number_in_range(above=0))

    def constrain(self, weights: NDArray[np.floating[Any]], step: Step) -> NDArray[np.floating[Any]]:
        """Return the weights, each unit's incoming ones no longer than the limit."""
        lengths = np.sqrt(np.square(weights).sum(axis=0, keepdims=True))
        return weights * (self.limit / np.maximum(lengths, self.limit))

    @classmethod
    def strengths(cls) -> tuple[Self, ...]:
        """Return six limits, the tighter the stronger."""
        return tuple(map(cls, (5.0, 3.2, 2.0, 1.3, 0.8, 0.5)))
