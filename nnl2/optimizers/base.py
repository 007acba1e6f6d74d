"""`Optimizer`: what makes a change of the weights of their gradient."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Self

from nnl2.regularizers.base import check_fields

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nnl2.regularizers import Step

    FloatArray = NDArray[np.floating[Any]]
    Memory = tuple[FloatArray, ...]


class Optimizer(ABC):
    """A small immutable object that turns a gradient into the change that is added to the weights.

    Subclass it, as an attrs `@frozen` class. What it remembers from one update to the next travels outside it:
    arrays that `begin` makes and `update` answers anew. Each layer's weights, and each layer's biases, have their
    own. Fields have a default each; answers are new arrays, arguments are read-only.

    >>> import numpy as np
    >>> from attrs import frozen
    >>> @frozen
    ... class SignDescent(Optimizer):
    ...     '''Each weight moves by the learning rate.'''
    ...     def update(self, gradient, memory, step):
    ...         return -step.learning_rate * np.sign(gradient), memory
    """

    def __new__(cls, *values: object, **named: object) -> Self:
        """Return a new one, once the values fit its fields; a mistake is told with their names."""
        if values or named:  # a copy is made without
            check_fields(cls, values, named)
        return super().__new__(cls)

    def begin(self, weights: FloatArray) -> Memory:
        """Return the memory to begin with: arrays that broadcast to the weights `(n_in, n_out)`.

        A running number is an array `(1, 1)`.
        """
        return ()

    @abstractmethod
    def update(self, gradient: FloatArray, memory: Memory, step: Step) -> tuple[FloatArray, Memory]:
        """Return the change, with the shape of the gradient, and the memory after it; both are new arrays."""
