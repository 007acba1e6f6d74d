"""Elastic net for nnl2: L1 and L2 together, with weights that become exactly zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from attrs import field, frozen

from nnl2 import Regularizer, Step, number_in_range

if TYPE_CHECKING:
    from numpy.typing import NDArray


@frozen
class ElasticNet(Regularizer):
    """Elastic net: small weights become exactly zero, larger ones are shrunk.

    penalty = strength * (l1_ratio * sum |w| + (1 - l1_ratio) / 2 * sum w^2), and after each update
    w <- sign(w) * max(|w| - eta * strength * l1_ratio, 0) / (1 + eta * strength * (1 - l1_ratio))

    Parameters
    ----------
    strength
        The factor of the whole penalty, >= 0.
    l1_ratio
        The share of L1 in it, in [0, 1].

    Notes
    -----
    Source: H. Zou and T. Hastie, "Regularization and Variable Selection via the Elastic Net", 2005; the map:
    N. Parikh and S. Boyd, "Proximal Algorithms", 2014, section 6.5.3.
    """

    strength: float = field(default=0.001, validator=number_in_range(minimum=0))
    l1_ratio: float = field(default=0.5, validator=number_in_range(minimum=0, maximum=1))

    def constrain(self, weights: NDArray[np.floating[Any]], step: Step) -> NDArray[np.floating[Any]]:
        """Return the weights after soft threshold and shrinkage."""
        pull = step.learning_rate * self.strength
        moved = np.maximum(np.abs(weights) - pull * self.l1_ratio, 0)
        return np.sign(weights) * moved / (1 + pull * (1 - self.l1_ratio))

    def penalty(self, weights: NDArray[np.floating[Any]], step: Step) -> float:
        """Return strength * (l1_ratio * sum |w| + (1 - l1_ratio) / 2 * sum w^2)."""
        each = self.l1_ratio * np.abs(weights) + (1 - self.l1_ratio) / 2 * np.square(weights)
        return self.strength * each.sum()

    @classmethod
    def strengths(cls) -> tuple[Self, ...]:
        """Return six strengths, two a decade, half of each L1."""
        return tuple(map(cls, (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03)))
