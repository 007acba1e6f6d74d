"""Initial weights: how a new network's parameters are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from nnl2.validation import number_in_range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnl2.activations import Activation


LARGEST_LIMIT = 1e8
"""Training with a larger weight has diverged before it begins."""


@frozen
class Uniform:
    """Every weight and every bias drawn uniformly from [-limit, limit], as the 10-8-4 article does.

    Parameters
    ----------
    limit
        The largest size a parameter can have, in (0, 10^8].
    """

    limit: float = field(default=0.01, validator=number_in_range(above=0, maximum=LARGEST_LIMIT))

    def draw(
        self, shapes: Sequence[tuple[int, int]], hidden: Activation, rng: np.random.Generator
    ) -> NDArray[np.floating[Any]]:
        """Return the parameters of a network as one flat vector `(n_parameters,)`."""
        return rng.uniform(-self.limit, self.limit, sum((n_in + 1) * n_out for n_in, n_out in shapes))


@frozen
class FittingActivation:
    """Weights drawn uniformly within the limit that suits the hidden activation; biases 0.

    The limit is Glorot's for tanh and sigmoid, He's for ReLU: see `Activation.initial_limit`.
    """

    def draw(
        self, shapes: Sequence[tuple[int, int]], hidden: Activation, rng: np.random.Generator
    ) -> NDArray[np.floating[Any]]:
        """Return the parameters of a network as one flat vector `(n_parameters,)`."""
        pieces = []
        for n_in, n_out in shapes:
            limit = hidden.initial_limit(n_in, n_out)
            pieces += [rng.uniform(-limit, limit, n_in * n_out), np.zeros(n_out)]
        return np.concatenate(pieces)
