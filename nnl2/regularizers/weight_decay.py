"""Constant weight decay: the weights shrink by a fixed share, apart from the gradient."""

from __future__ import annotations

from typing import Self

from attrs import field, frozen

from nnl2.regularizers.base import Regularizer, Step
from nnl2.validation import number_in_range


@frozen
class WeightDecay(Regularizer):
    """Constant weight decay: every weight loses the same share of itself in each update.

    w <- (1 - rate) * w, then the update of plain training

    Under plain gradient descent this is `L2(rate / learning_rate)`, to rounding.

    Parameters
    ----------
    rate
        The share lost in each update, in [0, 1). It is not multiplied by the learning rate, and it acts once
        per update: at batch size 1 a training set of 200 items is decayed 200 times in an epoch.

    Notes
    -----
    Source: S. J. Hanson and L. Y. Pratt, "Comparing Biases for Minimal Network Construction with
    Back-Propagation", 1989.
    """

    rate: float = field(default=0.00005, validator=number_in_range(minimum=0, below=1))

    def decay(self, step: Step) -> float:
        """Return 1 - rate."""
        return 1 - self.rate

    @classmethod
    def strengths(cls) -> tuple[Self, ...]:
        """Return six rates: at a learning rate of 0.2 those of L2's ladder."""
        return tuple(map(cls, (0.00006, 0.0002, 0.0006, 0.002, 0.006, 0.02)))
