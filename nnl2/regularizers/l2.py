"""L2 regularization through the gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from attrs import field, frozen

from nnl2.regularizers.base import Regularizer, Step
from nnl2.validation import number_in_range

if TYPE_CHECKING:
    from numpy.typing import NDArray


@frozen
class L2(Regularizer):
    """L2: every weight is pulled towards zero, the larger the harder.

    penalty = strength / 2 * sum w^2, gradient = strength * w

    Parameters
    ----------
    strength
        The factor lambda, >= 0. Each update multiplies a weight by 1 - learning_rate * strength, so under
        plain gradient descent it is `WeightDecay(learning_rate * strength)`. It is divided by nothing:
        neither by the number of items nor by the batch size.

    Notes
    -----
    Source: A. Krogh and J. A. Hertz, "A Simple Weight Decay Can Improve Generalization", 1992, section 1.
    """

    strength: float = field(default=0.005, validator=number_in_range(minimum=0))

    def gradient(self, weights: NDArray[np.floating[Any]], step: Step) -> NDArray[np.floating[Any]]:
        """Return strength * w."""
        return self.strength * weights

    def penalty(self, weights: NDArray[np.floating[Any]], step: Step) -> float:
        """Return strength / 2 * sum w^2."""
        return self.strength / 2 * np.square(weights).sum()

    @classmethod
    def strengths(cls) -> tuple[Self, ...]:
        """Return six strengths, two a decade: with one a decade the best lies too often between two."""
        return tuple(map(cls, (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)))
