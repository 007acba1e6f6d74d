"""Output functions: what the output sums become, the error of an item, and its slope (the signal).

Arrays are `(items, units)`. With s the sums, o the outputs and t the targets of one item:

===================  ==========  ============================  ==============================
class                o           error of an item              signal = d error / d s
===================  ==========  ============================  ==============================
SoftmaxCrossEntropy  softmax(s)  -sum t log o                  o - t
SigmoidCrossEntropy  1/(1+e^-s)  -sum t log o + (1-t)log(1-o)  o - t
SoftmaxSquaredError  softmax(s)  1/2 sum (t - o)^2             o (d - sum d o), d = o - t
ArticleSquaredError  softmax(s)  sum (t - o)^2                 (1 - o) o (o - t): no such slope
SquaredError         s           1/2 sum (t - o)^2             o - t
===================  ==========  ============================  ==============================

Sums over units run in their order, so that the compiled update can do the same.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from nnl2.activations import Function, logistic
from nnl2.elementary import exp, log, sum_in_order
from nnl2.errors import InvalidValueError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.floating[Any]]


class Output(Function, ABC):
    """What the output layer does with its sums; arrays are `(items, units)`.

    One of your own is a subclass; small networks with it are trained in numpy, about 400 times slower than those
    whose functions are compiled.
    """

    classifies: ClassVar[bool] = True
    """Whether outputs stand for classes; where they are numbers, nothing is right or wrong."""

    @abstractmethod
    def outputs(self, sums: FloatArray) -> FloatArray:
        """Return the outputs, a new array of the shape of the sums."""

    @abstractmethod
    def error(self, sums: FloatArray, targets: FloatArray) -> FloatArray:
        """Return the error of each item, `(items,)`."""

    @abstractmethod
    def signal(self, outputs: FloatArray, targets: FloatArray) -> FloatArray:
        """Return the slope of the error in each sum, a new array of the shape of the outputs."""

    @abstractmethod
    def check_targets(self, targets: FloatArray) -> None:
        """Raise InvalidValueError if some row of targets `(items, units)` cannot be learned."""


class SoftmaxCrossEntropy(Output):
    """Softmax outputs with cross-entropy: the default, for targets that are one-hot or shares."""

    def outputs(self, sums: FloatArray) -> FloatArray:
        """Return exp(s) / sum exp(s)."""
        return softmax(sums)

    def error(self, sums: FloatArray, targets: FloatArray) -> FloatArray:
        """Return -sum t log o, from the sums, so that an output rounded to 0 costs no infinity."""
        shifted = sums - sums.max(axis=1, keepdims=True)
        log_total = log(sum_in_order(exp(shifted), axis=1))
        return -sum_in_order(targets * (shifted - log_total[:, np.newaxis]), axis=1)

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


class SigmoidCrossEntropy(Output):
    """Sigmoid outputs with cross-entropy: one yes-no question for each unit, targets in [0, 1]."""

    def outputs(self, sums: FloatArray) -> FloatArray:
        """Return 1 / (1 + exp(-s))."""
        return logistic(sums)

    def error(self, sums: FloatArray, targets: FloatArray) -> FloatArray:
        """Return -sum t log o + (1 - t) log(1 - o) = sum log(1 + exp(s)) - t s, from the sums."""
        softplus = np.where(sums > 0, sums, 0).astype(sums.dtype) + log(1 + exp(-np.abs(sums)))
        return sum_in_order(softplus - targets * sums, axis=1)

    def signal(self, outputs: FloatArray, targets: FloatArray) -> FloatArray:
        """Return o - t."""
        return outputs - targets

    def check_targets(self, targets: FloatArray) -> None:
        """Refuse targets outside [0, 1]."""
        _check_between_0_and_1(self, targets)


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
        return outputs * (difference - sum_in_order(difference * outputs, axis=1)[:, np.newaxis])

    def check_targets(self, targets: FloatArray) -> None:
        """Accept any finite targets."""


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


class SquaredError(Output):
    """Linear outputs with half the squared error: regression, for targets that are any numbers."""

    classifies: ClassVar[bool] = False

    def outputs(self, sums: FloatArray) -> FloatArray:
        """Return the sums."""
        return sums.copy()

    def error(self, sums: FloatArray, targets: FloatArray) -> FloatArray:
        """Return 1/2 sum (t - o)^2."""
        return squared_error(sums, targets) / 2

    def signal(self, outputs: FloatArray, targets: FloatArray) -> FloatArray:
        """Return o - t."""
        return outputs - targets

    def check_targets(self, targets: FloatArray) -> None:
        """Accept any finite targets."""


BUILT_IN = (SoftmaxCrossEntropy, SigmoidCrossEntropy, SoftmaxSquaredError, ArticleSquaredError, SquaredError)
"""In the order that the compiled update counts them in."""


def softmax(sums: FloatArray) -> FloatArray:
    """Return exp(s) / sum exp(s) over the units; the largest is subtracted first."""
    exponentials = exp(sums - sums.max(axis=1, keepdims=True))
    return exponentials / sum_in_order(exponentials, axis=1)[:, np.newaxis]


def squared_error(outputs: FloatArray, targets: FloatArray) -> FloatArray:
    """Return sum (t - o)^2 over the units."""
    difference = targets - outputs
    return sum_in_order(difference * difference, axis=1)


def _check_between_0_and_1(output: Output, targets: FloatArray) -> None:
    if targets.min() >= 0 and targets.max() <= 1:
        return
    item, unit = np.argwhere((targets < 0) | (targets > 1))[0]
    raise InvalidValueError(
        f"{type(output).__name__} needs targets in [0, 1], "
        f"but item {item} has {targets[item, unit]:g} in column {unit}"
    )
