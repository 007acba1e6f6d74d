"""Gradient descent with momentum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from nnl2.optimizers.base import Optimizer
from nnl2.validation import number_in_range

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnl2.optimizers.base import Memory
    from nnl2.regularizers import Step


@frozen
class Momentum(Optimizer):
    """Momentum: the change is a share of the last change, and what plain gradient descent would do.

    v <- momentum * v - learning_rate * gradient, change = v

    Where gradients stay alike, the changes grow to 1 / (1 - momentum) times those of plain gradient descent. So
    does what L2 adds; WeightDecay acts beside v, and needs 1 / (1 - momentum) times the rate to do about the same.

    Parameters
    ----------
    momentum
        The share of the last change that is kept, in [0, 1).

    Notes
    -----
    Source: B. T. Polyak, "Some Methods of Speeding up the Convergence of Iteration Methods", 1964. The learning
    rate is inside v, as in scikit-learn and Keras; PyTorch multiplies by it afterwards, which is the same while it
    does not change.
    """

    momentum: float = field(default=0.9, validator=number_in_range(minimum=0, below=1))

    def begin(self, weights: NDArray[np.floating[Any]]) -> Memory:
        """Return v = 0."""
        return (np.zeros_like(weights),)

    def update(
        self, gradient: NDArray[np.floating[Any]], memory: Memory, step: Step
    ) -> tuple[NDArray[np.floating[Any]], Memory]:
        """Return the new v, and remember it."""
        (last,) = memory
        change = self.momentum * last - step.learning_rate * gradient
        return change, (change,)
