"""Optimizers: `Optimizer`, what makes a change of the weights of their gradient, and the four built-in ones.

To add one, subclass `Optimizer`; `momentum.py` shows the shortest case with a memory.
"""

from nnl2.optimizers.adam import Adam
from nnl2.optimizers.base import Optimizer
from nnl2.optimizers.momentum import Momentum
from nnl2.optimizers.nesterov import Nesterov
from nnl2.optimizers.sgd import SGD

__all__ = ["SGD", "Adam", "Momentum", "Nesterov", "Optimizer"]
