"""L2 towards the start for nnl2: weights are pulled to where they began."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import cmp_using, field, frozen
from attrs.validators import instance_of, optional

from nnl2 import Regularizer, Step, number_in_range

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.floating[Any]]


@frozen
class ToStart(Regularizer):
    """L2 towards the start: every weight is pulled to the one it began with, in proportion to the distance.

    gradient = strength * (w - w0)        penalty = strength / 2 * sum (w - w0)^2

    with w0 the weights the network was made with; give it those of another as `initial`.

    Parameters
    ----------
    strength
        The factor, >= 0; as L2's, it is divided by nothing.
    start
        The first weights of the layer that is served; nnl2 gives them, by `begin`.

    Notes
    -----
    Source: X. Li, Y. Grandvalet and F. Davoine, "Explicit Inductive Bias for Transfer Learning with Convolutional
    Networks", 2018, section 3: L2-SP.
    """

    strength: float = field(default=0.01, validator=number_in_range(minimum=0))
    start: FloatArray | None = field(
        default=None,
        kw_only=True,
        repr=False,
        eq=cmp_using(eq=np.array_equal),
        hash=False,
        validator=optional(instance_of(np.ndarray)),
    )

    def begin(self, weights: FloatArray) -> ToStart:
        """Return one that knows where this layer begins."""
        return attrs.evolve(self, start=weights)

    def gradient(self, weights: FloatArray, step: Step) -> FloatArray:
        """Return strength * (w - w0)."""
        return self.strength * self._way(weights)

    def penalty(self, weights: FloatArray, step: Step) -> float:
        """Return strength / 2 * sum (w - w0)^2."""
        return float(self.strength / 2 * np.square(self._way(weights)).sum())

    def _way(self, weights: FloatArray) -> FloatArray:
        assert self.start is not None, "begin tells where"
        return weights - self.start
