"""Clipping of gradients, around another optimizer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from nnl2.errors import InvalidTypeError, shown
from nnl2.optimizers.base import Optimizer
from nnl2.optimizers.sgd import SGD
from nnl2.validation import number_in_range

if TYPE_CHECKING:
    from attrs import Attribute
    from numpy.typing import NDArray

    from nnl2.optimizers.base import Memory
    from nnl2.regularizers import Step


@frozen
class Clip(Optimizer):
    """Clipping: a gradient that is longer than a bound is shortened to it, before another optimizer sees it.

    gradient <- gradient * min(1, norm / |gradient|)

    The gradients of each layer's weights, and of its biases, have each their own length, as with Keras's clipnorm.
    An optimizer is asked about one of them at a time: a length over the whole network is out of reach.

    Parameters
    ----------
    optimizer
        What makes a change of the clipped gradient.
    norm
        The bound, > 0. A penalty's gradient is part of what is clipped.

    Notes
    -----
    Source: R. Pascanu, T. Mikolov and Y. Bengio, "On the Difficulty of Training Recurrent Neural Networks", 2013,
    section 3.2.
    """

    optimizer: Optimizer = field(default=SGD())
    norm: float = field(default=1.0, validator=number_in_range(above=0))

    @optimizer.validator
    def _check_optimizer(self, _: Attribute[Any], given: object) -> None:
        if not isinstance(given, Optimizer):
            raise InvalidTypeError(f"Clip.optimizer must be SGD() or another Optimizer, got {shown(given)}")

    def begin(self, weights: NDArray[np.floating[Any]]) -> Memory:
        """Return what the other optimizer begins with."""
        return self.optimizer.begin(weights)

    def update(
        self, gradient: NDArray[np.floating[Any]], memory: Memory, step: Step
    ) -> tuple[NDArray[np.floating[Any]], Memory]:
        """Return what the other optimizer makes of the clipped gradient."""
        share = np.minimum(1, self.norm / np.linalg.norm(gradient))  # of a gradient of 0 it is 1
        return self.optimizer.update(share * gradient, memory, step)
