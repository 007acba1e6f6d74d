"""Regularizers of one's own, as `speed.py` trains with them."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from nnl2 import Regularizer


@frozen
class Asked(Regularizer):
    """L2 on weights that are large together: a branch, for which it is asked in every update."""

    strength: float = 0.005

    def gradient(self, weights, step):
        if np.abs(weights).sum() > 1:
            return self.strength * weights
        return np.zeros_like(weights)


@frozen
class Annealed(Regularizer):
    """L2 that fades from epoch to epoch."""

    strength: float = 0.005

    def gradient(self, weights, step):
        return self.strength * 0.99**step.epoch * weights
