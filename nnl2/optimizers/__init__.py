"""Optimizers: `Optimizer`, what makes a change of the weights of their gradient, and plain gradient descent."""

from nnl2.optimizers.base import Optimizer
from nnl2.optimizers.sgd import SGD

__all__ = ["SGD", "Optimizer"]
