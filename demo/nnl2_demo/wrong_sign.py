"""The article's mistake as a regularizer: L2 with its gradient turned round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from nnl2 import Regularizer, number_in_range

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnl2 import Step


@frozen
class WrongSignL2(Regularizer):
    """L2 with the wrong sign, as the article's listing has it: every update climbs the penalty.

    penalty = strength / 2 * sum w^2, "gradient" = -strength * w

    The listing forms its signals from target - output and therefore ADDS its step; the penalty's gradient,
    added too, has the sign of a step that is subtracted. Weights grow instead of shrinking.

    Parameters
    ----------
    strength
        The article's lamda, >= 0.
    """

    strength: float = field(default=0.005, validator=number_in_range(minimum=0))

    def gradient(self, weights: NDArray[np.floating[Any]], step: Step) -> NDArray[np.floating[Any]]:
        """Return -strength * w: not the gradient of the penalty, but its opposite."""
        return -self.strength * weights

    def penalty(self, weights: NDArray[np.floating[Any]], step: Step) -> float:
        """Return strength / 2 * sum w^2."""
        return self.strength / 2 * np.square(weights).sum()
