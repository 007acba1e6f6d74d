"""Dropout: hidden outputs are left out at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from attrs import field, frozen

from nnl2.regularizers.base import Regularizer
from nnl2.validation import number_in_range

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@frozen
class Dropout(Regularizer):
    """Dropout: hidden outputs are left out at random, anew for every item.

    factor = 0 with probability rate, else 1 / (1 - rate), so that its mean is 1 (inverted dropout)

    In use, the network runs without masks.

    Parameters
    ----------
    rate
        The share of hidden outputs left out, in [0, 1). Some other programs ask for the share kept.

    Notes
    -----
    Source: N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, "Dropout: A Simple Way
    to Prevent Neural Networks from Overfitting", 2014, sections 4 and 10.
    """

    rate: float = field(default=0.3, kw_only=True, validator=number_in_range(minimum=0, below=1))

    def mask(self, shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.floating[Any]]:
        """Return 0 with probability rate, else 1 / (1 - rate)."""
        kept = rng.random(shape) >= self.rate
        return kept / (1 - self.rate)

    @classmethod
    def strengths(cls) -> tuple[Self, ...]:
        """Return six rates, from hardly any outputs to most."""
        return tuple(cls(rate=each) for each in (0.05, 0.1, 0.2, 0.3, 0.5, 0.7))
