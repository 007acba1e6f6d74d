"""L1 regularization through the gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from attrs import field, frozen

from nnl2.regularizers.base import Regularizer, Step
from nnl2.validation import number_in_range

if TYPE_CHECKING:
    from numpy.typing import NDArray


@frozen
class L1(Regularizer):
    """L1: every weight is pulled towards zero, all equally hard.

    penalty = strength * sum |w|, gradient = strength * sign(w), with sign(0) = 0

    Small weights come near zero but hop around it by learning_rate * strength; they do not become exactly zero:
    `ProximalL1` is for that.

    Parameters
    ----------
    strength
        The pull on each weight, >= 0, the same for small and large ones.

    Notes
    -----
    Source: R. Tibshirani, "Regression Shrinkage and Selection via the Lasso", 1996, section 2.
    """

    strength: float = field(default=0.001, validator=number_in_range(minimum=0))

    def gradient(self, weights: NDArray[np.floating[Any]], step: Step) -> NDArray[np.floating[Any]]:
        """Return strength * sign(w)."""
        return self.strength * np.sign(weights)

    def penalty(self, weights: NDArray[np.floating[Any]], step: Step) -> float:
        """Return strength * sum |w|."""
        return self.strength * np.abs(weights).sum()

    @classmethod
    def strengths(cls) -> tuple[Self, ...]:
        """Return six strengths, two a decade."""
        return tuple(map(cls, (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03)))
