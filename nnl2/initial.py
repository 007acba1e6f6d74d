"""Initial weights: how a new network's parameters are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from nnl2.checks import number_in_range

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnl2.engine import Architecture


@frozen
class Uniform:
    """Every weight and every bias drawn uniformly from [-limit, limit], as the 10-8-4 article does.

    Parameters
    ----------
    limit
        The largest size a parameter can have, > 0.
    """

    limit: float = field(default=0.01, validator=number_in_range(above=0))

    def draw(self, architecture: Architecture, rng: np.random.Generator) -> NDArray[np.floating[Any]]:
        """Return the parameters of a network as one flat vector `(n_parameters,)`."""
        return rng.uniform(-self.limit, self.limit, architecture.n_parameters)


@frozen
class FittingActivation:
    """Weights drawn uniformly within the limit that suits the hidden activation; biases 0.

    The limit is Glorot's for tanh and sigmoid, He's for ReLU: see `Activation.initial_limit`.
    """

    def draw(self, architecture: Architecture, rng: np.random.Generator) -> NDArray[np.floating[Any]]:
        """Return the parameters of a network as one flat vector `(n_parameters,)`."""
        pieces = []
        for n_in, n_out in architecture.shapes:
            limit = architecture.hidden.initial_limit(n_in, n_out)
            pieces += [rng.uniform(-limit, limit, n_in * n_out), np.zeros(n_out)]
        return np.concatenate(pieces)
