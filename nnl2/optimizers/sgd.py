"""Stochastic gradient descent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from nnl2.optimizers.base import Optimizer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nnl2.optimizers.base import Memory
    from nnl2.regularizers import Step


@frozen
class SGD(Optimizer):
    """Plain gradient descent: the change is the gradient times minus the learning rate.

    Notes
    -----
    Source: H. Robbins and S. Monro, "A Stochastic Approximation Method", 1951.
    """

    def update(
        self, gradient: NDArray[np.floating[Any]], memory: Memory, step: Step
    ) -> tuple[NDArray[np.floating[Any]], Memory]:
        """Return -learning_rate * gradient, and no memory."""
        return -step.learning_rate * gradient, memory
