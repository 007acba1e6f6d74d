"""Jitter for nnl2: noise on the inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from attrs import field, frozen

from nnl2 import Regularizer, number_in_range

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    FloatArray = NDArray[np.floating[Any]]
    Pair = tuple[FloatArray, FloatArray]


@frozen
class Jitter(Regularizer):
    """Jitter: normal noise is added to the inputs, anew for every item and epoch.

    x <- x + scale * n, n standard normal; in use, the network sees the inputs as they are

    Parameters
    ----------
    scale
        The standard deviation of the noise, >= 0, in the unit of the inputs: scale these first.

    Notes
    -----
    Source: C. M. Bishop, "Training with Noise is Equivalent to Tikhonov Regularization", 1995.
    """

    scale: float = field(default=0.1, validator=number_in_range(minimum=0))

    def augment(self, inputs: FloatArray, targets: FloatArray, rng: np.random.Generator) -> Pair:
        """Return the inputs plus noise, and the targets as they are."""
        return inputs + rng.normal(scale=self.scale, size=inputs.shape), targets

    @classmethod
    def strengths(cls) -> tuple[Self, ...]:
        """Return six scales, for standardised inputs."""
        return tuple(map(cls, (0.03, 0.1, 0.2, 0.3, 0.5, 1.0)))
