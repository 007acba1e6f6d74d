"""Regularizers and optimizers of one's own, as `speed.py` trains with them."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from nnl2 import Optimizer, Regularizer


@frozen
class Momentum(Optimizer):
    """The change is a share of the last one, and what plain gradient descent would do."""

    momentum: float = 0.9

    def begin(self, weights):
        return (np.zeros_like(weights),)

    def update(self, gradient, memory, step):
        change = self.momentum * memory[0] - step.learning_rate * gradient
        return change, (change,)


@frozen
class Adam(Optimizer):
    """Steps of about the learning rate, by running means of gradient and squared gradient."""

    mean_share: float = 0.9
    square_share: float = 0.999

    def begin(self, weights):
        first_powers = np.full((1, 1), self.mean_share), np.full((1, 1), self.square_share)
        return np.zeros_like(weights), np.zeros_like(weights), *first_powers

    def update(self, gradient, memory, step):
        mean, square, mean_power, square_power = memory
        mean = self.mean_share * mean + (1 - self.mean_share) * gradient
        square = self.square_share * square + (1 - self.square_share) * gradient**2
        size = step.learning_rate * np.sqrt(1 - square_power) / (1 - mean_power)
        change = -size * mean / (np.sqrt(square) + 1e-8)
        return change, (mean, square, self.mean_share * mean_power, self.square_share * square_power)


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
