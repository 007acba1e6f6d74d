"""DropConnect for nnl2: single weights are left out at random while training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from nnl2 import Regularizer, number_in_range

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@frozen
class DropConnect(Regularizer):
    """DropConnect: single weights are left out at random, anew in every update.

    factor = 0 with probability rate, else 1 / (1 - rate), so that its mean is 1

    In use, the network has all its weights. Biases are never left out.

    Parameters
    ----------
    rate
        The share of weights left out, in [0, 1).

    Notes
    -----
    Source: L. Wan, M. Zeiler, S. Zhang, Y. LeCun and R. Fergus, "Regularization of Neural Networks using
    DropConnect", 2013, section 3. There each item of a batch has weights of its own, as here with batches of one;
    biases are left out too; and in use the outputs are averaged over masks, where here the weights are.
    """

    rate: float = field(default=0.2, validator=number_in_range(minimum=0, below=1))

    def mask_weights(self, shape: tuple[int, int, int], rng: np.random.Generator) -> NDArray[np.floating[Any]]:
        """Return 0 with probability rate, else 1 / (1 - rate)."""
        kept = rng.random(shape) >= self.rate
        return kept / (1 - self.rate)
