"""Output functions: what the output sums become, the error of an item, and its slope (the signal).

Units lie along the last axis but one, whatever stands around it: `(units, lanes)` in the online step,
`(lanes, units, items)` in the batch step. With s the sums, o the outputs and t the targets of one item:

===================  ==========  ============================  ==============================
class                o           error of an item              signal = d error / d s
===================  ==========  ============================  ==============================
SoftmaxCrossEntropy  softmax(s)  -sum t log o                  o - t
SigmoidCrossEntropy  1/(1+e^-s)  -sum t log o + (1-t)log(1-o)  o - t
SoftmaxSquaredError  softmax(s)  1/2 sum (t - o)^2             o (d - sum d o), d = o - t
ArticleSquaredError  softmax(s)  sum (t - o)^2                 (1 - o) o (o - t): no such slope
===================  ==========  ============================  ==============================
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from nnl2.activations import logistic
from nnl2.errors import InvalidValueError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.floating[Any]]


class Output(ABC):
    """What the output layer does with its sums; shapes are `(..., units, n)`."""

    @abstractmethod
    def outputs(self, sums: FloatArray) -> FloatArray:
        """Return the outputs, a new array of the shape of the sums."""

    @abstractmethod
    def error(self, sums: FloatArray, targets: FloatArray) -> FloatArray:
        """Return the error of each item, shape `(..., n)`."""

    @abstractmethod
    def signal(self, outputs: FloatArray, targets: FloatArray) -> FloatArray:
        """Return the slope of the error in each sum, a new array of the shape of the outputs."""

    @abstractmethod
    def check_targets(self, targets: FloatArray) -> None:
        """Raise InvalidValueError if some row of targets `(items, units)` cannot be learned."""


@frozen
class SoftmaxCrossEntropy(Output):
    """Softmax outputs with cross-entropy: the default, for targets that are one-hot or shares."""

    def outputs(self, sums: FloatArray) -> FloatArray:
        """Return exp(s) / sum exp(s)."""
        return softmax(sums)

    def error(self, sums: FloatArray, targets: FloatArray) -> FloatArray:
        """Return -sum t log o, from the sums, so that an output rounded to 0 costs no infinity."""
        shifted = sums - sums.max(axis=-2, keepdims=True)
        log_outputs = shifted - np.log(np.add.reduce(np.exp(shifted), axis=-2, keepdims=True))
        return -np.add.reduce(targets * log_outputs, axis=-2)

    def signal(self, outputs: FloatArray, targets: FloatArray) -> FloatArray:
        """Return o - t."""
        return outputs - targets

    def check_targets(self, targets: FloatArray) -> None:
        """Refuse targets that are no shares of one whole."""
        _check_between_0_and_1(self, targets)
        totals = targets.sum(axis=1)
        wrong = np.flatnonzero(np.abs(totals - 1) > 1e-6)
        if wrong.size:
            raise InvalidValueError(
                f"SoftmaxCrossEntropy needs targets that sum to 1 in every item, "
                f"but those of item {wrong[0]} sum to {totals[wrong[0]]:g}; "
                f"Dataset.from_labels makes one-hot targets from class labels"
            )


@frozen
class SigmoidCrossEntropy(Output):
    """Sigmoid outputs with cross-entropy: one yes-no question for each unit, targets in [0, 1]."""

    def outputs(self, sums: FloatArray) -> FloatArray:
        """Return 1 / (1 + exp(-s))."""
        return logistic(sums)

    def error(self, sums: FloatArray, targets: FloatArray) -> FloatArray:
        """Return -sum t log o + (1 - t) log(1 - o) = sum log(1 + exp(s)) - t s, from the sums."""
        return np.add.reduce(np.logaddexp(0, sums) - targets * sums, axis=-2)

    def signal(self, outputs: FloatArray, targets: FloatArray) -> FloatArray:
        """Return o - t."""
        return outputs - targets

    def check_targets(self, targets: FloatArray) -> None:
        """Refuse targets outside [0, 1]."""
        _check_between_0_and_1(self, targets)


@frozen
class SoftmaxSquaredError(Output):
    """Softmax outputs with half the squared error and its true gradient: the whole Jacobian."""

    def outputs(self, sums: FloatArray) -> FloatArray:
        """Return exp(s) / sum exp(s)."""
        return softmax(sums)

    def error(self, sums: FloatArray, targets: FloatArray) -> FloatArray:
        """Return 1/2 sum (t - o)^2."""
        return squared_error(self.outputs(sums), targets) / 2

    def signal(self, outputs: FloatArray, targets: FloatArray) -> FloatArray:
        """Return o (d - sum d o) with d = o - t."""
        difference = outputs - targets
        return outputs * (difference - np.add.reduce(difference * outputs, axis=-2, keepdims=True))

    def check_targets(self, targets: FloatArray) -> None:
        """Accept any finite targets."""


@frozen
class ArticleSquaredError(Output):
    """Softmax outputs as the 10-8-4 article trains them: only the diagonal of the softmax Jacobian.

    With three outputs or more the signal (1 - o) o (o - t) is the gradient of no function at all, so no error
    fits it. Reported is what the article prints as its mean squared error: the sum of (t - o)^2 over the
    outputs, without the one half.

    Source: J. McCaffrey, "Neural Network L2 Regularization Using Python", Visual Studio Magazine, 2017.
    """

    def outputs(self, sums: FloatArray) -> FloatArray:
        """Return exp(s) / sum exp(s)."""
        return softmax(sums)

    def error(self, sums: FloatArray, targets: FloatArray) -> FloatArray:
        """Return sum (t - o)^2."""
        return squared_error(self.outputs(sums), targets)

    def signal(self, outputs: FloatArray, targets: FloatArray) -> FloatArray:
        """Return (1 - o) o (o - t)."""
        return (1 - outputs) * outputs * (outputs - targets)

    def check_targets(self, targets: FloatArray) -> None:
        """Accept any finite targets."""


def softmax(sums: FloatArray) -> FloatArray:
    """Return exp(s) / sum exp(s) over the last axis but one; the maximum is subtracted first."""
    exponentials = np.exp(sums - np.maximum.reduce(sums, axis=-2, keepdims=True))
    exponentials /= np.add.reduce(exponentials, axis=-2, keepdims=True)
    return exponentials


def squared_error(outputs: FloatArray, targets: FloatArray) -> FloatArray:
    """Return sum (t - o)^2 over the last axis but one."""
    return np.add.reduce(np.square(targets - outputs), axis=-2)


def _check_between_0_and_1(output: Output, targets: FloatArray) -> None:
    if targets.min() >= 0 and targets.max() <= 1:
        return
    item, unit = np.argwhere((targets < 0) | (targets > 1))[0]
    raise InvalidValueError(
        f"{type(output).__name__} needs targets in [0, 1], "
        f"but item {item} has {targets[item, unit]:g} in column {unit}"
    )
