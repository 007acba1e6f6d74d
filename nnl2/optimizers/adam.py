"""Adam: steps of about the learning rate, whatever the size of the gradients."""

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
class Adam(Optimizer):
    """Adam: the running mean of the gradient, divided weight by weight by the root of that of its square.

    m <- beta1 * m + (1 - beta1) * gradient, v <- beta2 * v + (1 - beta2) * gradient^2,
    change = -learning_rate * sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon) in update t

    A penalty's gradient is divided too: weights with large gradients are pulled less by L2 than by WeightDecay,
    which acts beside Adam: that is AdamW.

    Parameters
    ----------
    beta1, beta2
        The shares of the running means that are kept, in [0, 1).
    epsilon
        What keeps the divisor from 0, > 0.

    Notes
    -----
    Source: D. P. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", 2015, in the order of computation
    that its section 2 recommends, as in scikit-learn and Keras. Algorithm 1 there, and PyTorch, add epsilon to
    sqrt(v / (1 - beta2^t)) instead, which differs only where gradients are about as small as epsilon. On AdamW:
    I. Loshchilov and F. Hutter, "Decoupled Weight Decay Regularization", 2019.
    """

    beta1: float = field(default=0.9, validator=number_in_range(minimum=0, below=1))
    beta2: float = field(default=0.999, validator=number_in_range(minimum=0, below=1))
    epsilon: float = field(default=1e-8, validator=number_in_range(above=0))

    def begin(self, weights: NDArray[np.floating[Any]]) -> Memory:
        """Return m = 0 and v = 0, and beta1^0 and beta2^0, each one number for all weights."""
        first_power = np.ones((1, 1), weights.dtype)
        return np.zeros_like(weights), np.zeros_like(weights), first_power, first_power

    def update(
        self, gradient: NDArray[np.floating[Any]], memory: Memory, step: Step
    ) -> tuple[NDArray[np.floating[Any]], Memory]:
        """Return the change, and remember m, v, beta1^t and beta2^t."""
        mean, square, power1, power2 = memory
        mean = self.beta1 * mean + (1 - self.beta1) * gradient
        square = self.beta2 * square + (1 - self.beta2) * gradient**2
        power1, power2 = self.beta1 * power1, self.beta2 * power2
        size = step.learning_rate * np.sqrt(1 - power2) / (1 - power1)
        return -size * mean / (np.sqrt(square) + self.epsilon), (mean, square, power1, power2)
