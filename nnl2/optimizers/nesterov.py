"""Gradient descent with Nesterov's momentum."""

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
class Nesterov(Optimizer):
    """Nesterov's momentum: the gradient is taken where momentum alone would lead.

    v <- momentum * v - learning_rate * gradient, change = momentum * v - learning_rate * gradient

    The weights that are trained are those looked ahead at, one share of v further than the formula of 1983 has
    them; scikit-learn, Keras and PyTorch do the same.

    Parameters
    ----------
    momentum
        The share of the last v that is kept, in [0, 1).

    Notes
    -----
    Sources: Y. Nesterov, "A Method of Solving a Convex Programming Problem with Convergence Rate O(1/k^2)", 1983;
    in this form Y. Bengio, N. Boulanger-Lewandowski and R. Pascanu, "Advances in Optimizing Recurrent Networks",
    2013, section 3.5.
    """

    momentum: float = field(default=0.9, validator=number_in_range(minimum=0, below=1))

    def begin(self, weights: NDArray[np.floating[Any]]) -> Memory:
        """Return v = 0."""
        return (np.zeros_like(weights),)

    def update(
        self, gradient: NDArray[np.floating[Any]], memory: Memory, step: Step
    ) -> tuple[NDArray[np.floating[Any]], Memory]:
        """Return momentum * v - learning_rate * gradient, and remember the new v."""
        (last,) = memory
        downhill = step.learning_rate * gradient
        velocity = self.momentum * last - downhill
        return self.momentum * velocity - downhill, (velocity,)
