"""Label smoothing for nnl2: targets are moved towards equal shares of all classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from nnl2 import Regularizer, number_in_range

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    FloatArray = NDArray[np.floating[Any]]
    Pair = tuple[FloatArray, FloatArray]


@frozen
class LabelSmoothing(Regularizer):
    """Label smoothing: targets are moved towards equal shares of all classes.

    t <- (1 - amount) * t + amount / n_out, with n_out outputs; a single output's towards 1/2

    Parameters
    ----------
    amount
        The share of each target that is spread over all classes, in [0, 1].

    Notes
    -----
    Source: C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens and Z. Wojna, "Rethinking the Inception Architecture for
    Computer Vision", 2016, section 7.
    """

    amount: float = field(default=0.1, validator=number_in_range(minimum=0, maximum=1))

    def augment(self, inputs: FloatArray, targets: FloatArray, rng: np.random.Generator) -> Pair:
        """Return the inputs as they are, and targets with a share spread over all classes."""
        n_classes = max(2, targets.shape[1])  # a single output tells two of them apart
        return inputs, (1 - self.amount) * targets + self.amount / n_classes
