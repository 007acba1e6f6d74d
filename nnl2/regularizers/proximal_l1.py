"""L1 regularization by soft-thresholding: weights become exactly zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from attrs import field, frozen

from nnl2.regularizers.base import Regularizer, Step
from nnl2.validation import number_in_range

if TYPE_CHECKING:
    from numpy.typing import NDArray


@frozen
class ProximalL1(Regularizer):
    """Proximal L1: every weight is moved towards zero, all equally far, and stops there.

    penalty = strength * sum |w|, and after each update
    w <- sign(w) * max(|w| - learning_rate * strength, 0)

    A weight stays exactly zero for as long as each update would move it by less than learning_rate * strength.

    Parameters
    ----------
    strength
        The pull on each weight, >= 0, as that of `L1`. The map is the one that belongs to plain gradient descent;
        beside other optimizers it is the same, while their changes are scaled otherwise.

    Notes
    -----
    Source: J. Duchi and Y. Singer, "Efficient Online and Batch Learning Using Forward Backward Splitting", 2009,
    section 5.1; the map is called soft-thresholding.
    """

    strength: float = field(default=0.001, validator=number_in_range(minimum=0))

    def constrain(self, weights: NDArray[np.floating[Any]], step: Step) -> NDArray[np.floating[Any]]:
        """Return the weights after soft-thresholding by learning_rate * strength."""
        return np.sign(weights) * np.maximum(np.abs(weights) - step.learning_rate * self.strength, 0)

    def penalty(self, weights: NDArray[np.floating[Any]], step: Step) -> float:
        """Return strength * sum |w|."""
        return self.strength * np.abs(weights).sum()

    @classmethod
    def strengths(cls) -> tuple[Self, ...]:
        """Return six strengths, two a decade: those of L1's ladder."""
        return tuple(map(cls, (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03)))
