"""Hidden activations: the function of a layer's sums, and its slope written in terms of the outputs."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.elementary import exp, tanh
from nnl2.errors import InvalidValueError, in_words, shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.floating[Any]]


class Function:
    """A function that a network is made of: equal to another one of its class with the same attributes."""

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    def __hash__(self) -> int:
        return hash(type(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Activation(Function, ABC):
    """What a hidden layer does with its sums.

    One of your own is a subclass; small networks with it are trained in numpy, about 400 times slower than those
    whose functions are compiled. Arrays are `(items, units)`.
    """

    @abstractmethod
    def outputs(self, sums: FloatArray) -> FloatArray:
        """Return f(sums), a new array of the same shape."""

    @abstractmethod
    def slope(self, outputs: FloatArray) -> FloatArray:
        """Return f'(sums), given f(sums)."""

    def initial_limit(self, n_in: int, n_out: int) -> float:
        """Return a so that weights drawn uniformly from [-a, a] suit this activation.

        The neutral answer is Glorot's: sqrt(6 / (n_in + n_out)) (Glorot and Bengio 2010, equation 16).
        """
        return math.sqrt(6 / (n_in + n_out))


class Tanh(Activation):
    """Hyperbolic tangent: f = tanh(s), f' = 1 - f^2."""

    def outputs(self, sums: FloatArray) -> FloatArray:
        """Return tanh(sums)."""
        return tanh(sums)

    def slope(self, outputs: FloatArray) -> FloatArray:
        """Return 1 - outputs^2."""
        return 1 - outputs * outputs


class Sigmoid(Activation):
    """Logistic function: f = 1 / (1 + exp(-s)), f' = f (1 - f)."""

    def outputs(self, sums: FloatArray) -> FloatArray:
        """Return 1 / (1 + exp(-sums))."""
        return logistic(sums)

    def slope(self, outputs: FloatArray) -> FloatArray:
        """Return outputs * (1 - outputs)."""
        return outputs * (1 - outputs)


class ReLU(Activation):
    """Rectified linear unit: f = max(s, 0), f' = 1 where f > 0, else 0."""

    def outputs(self, sums: FloatArray) -> FloatArray:
        """Return sums where they are above 0 or no number, else 0."""
        return np.where(sums <= 0, np.asarray(0, sums.dtype), sums)

    def slope(self, outputs: FloatArray) -> FloatArray:
        """Return 1 where outputs > 0, else 0."""
        return (outputs > 0).astype(outputs.dtype)

    def initial_limit(self, n_in: int, n_out: int) -> float:
        """Return sqrt(6 / n_in) (He, Zhang, Ren and Sun 2015, as a uniform distribution)."""
        return math.sqrt(6 / n_in)


BUILT_IN = (Tanh, Sigmoid, ReLU)
"""In the order that the compiled update counts them in."""


def check_answers(activation: Activation) -> None:
    """Raise InvalidValueError where an activation of the user's own answers with something unusable."""
    if type(activation) in BUILT_IN:
        return
    sums = np.array([[-1.5, 0.0], [0.25, 0.5], [1.0, 2.0]])
    for question in ("outputs", "slope"):
        try:
            answer = np.asarray(getattr(activation, question)(sums.copy()))
        except Exception as error:
            raise InvalidValueError(
                f"hidden {shown(activation)} fails in {question}: {in_words(error)}"
            ) from error
        if answer.shape != sums.shape or answer.dtype.kind != "f":
            raise InvalidValueError(
                f"hidden {shown(activation)} answers {question} of a table {sums.shape} of floats with shape "
                f"{answer.shape} and type {answer.dtype}; answer with an array like it"
            )


def logistic(sums: FloatArray) -> FloatArray:
    """Return 1 / (1 + exp(-sums))."""
    return 1 / (1 + exp(-sums))
