"""Hidden activations: the function of a layer's sums, and its slope written in terms of the outputs."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.floating[Any]]


class Activation(ABC):
    """What a hidden layer does with its sums; every method answers for arrays of any shape."""

    @abstractmethod
    def outputs(self, sums: FloatArray) -> FloatArray:
        """Return f(sums), a new array of the same shape: the sums may be written over later."""

    @abstractmethod
    def slope(self, outputs: FloatArray) -> FloatArray:
        """Return f'(sums), given f(sums)."""

    def initial_limit(self, n_in: int, n_out: int) -> float:
        """Return a so that weights drawn uniformly from [-a, a] suit this activation.

        The neutral answer is Glorot's: sqrt(6 / (n_in + n_out)) (Glorot and Bengio 2010, equation 16).
        """
        return math.sqrt(6 / (n_in + n_out))


@frozen
class Tanh(Activation):
    """Hyperbolic tangent: f = tanh(s), f' = 1 - f^2."""

    def outputs(self, sums: FloatArray) -> FloatArray:
        """Return tanh(sums)."""
        return np.tanh(sums)

    def slope(self, outputs: FloatArray) -> FloatArray:
        """Return 1 - outputs^2."""
        return 1 - outputs * outputs


@frozen
class Sigmoid(Activation):
    """Logistic function: f = 1 / (1 + exp(-s)), f' = f (1 - f)."""

    def outputs(self, sums: FloatArray) -> FloatArray:
        """Return 1 / (1 + exp(-sums))."""
        return logistic(sums)

    def slope(self, outputs: FloatArray) -> FloatArray:
        """Return outputs * (1 - outputs)."""
        return outputs * (1 - outputs)


@frozen
class ReLU(Activation):
    """Rectified linear unit: f = max(s, 0), f' = 1 where f > 0, else 0."""

    def outputs(self, sums: FloatArray) -> FloatArray:
        """Return max(sums, 0)."""
        return np.maximum(sums, 0)

    def slope(self, outputs: FloatArray) -> FloatArray:
        """Return 1 where outputs > 0, else 0."""
        return (outputs > 0).astype(outputs.dtype)

    def initial_limit(self, n_in: int, n_out: int) -> float:
        """Return sqrt(6 / n_in) (He, Zhang, Ren and Sun 2015, as a uniform distribution)."""
        return math.sqrt(6 / n_in)


def logistic(sums: FloatArray) -> FloatArray:
    """Return 1 / (1 + exp(-sums)); callers silence the harmless overflow of far negative sums."""
    return 1 / (1 + np.exp(-sums))
