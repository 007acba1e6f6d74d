"""Optimizers, which make a change of the weights of their gradient: `Optimizer`, four built-in ones, and `Clip`.

To add one, subclass `Optimizer`; `momentum.py` shows the shortest case with a memory.
"""

from nnl2.optimizers.adam import Adam
from nnl2.optimizers.base import Optimizer
from nnl2.optimizers.clip import Clip
from nnl2.optimizers.momentum import Momentum
from nnl2.optimizers.nesterov import Nesterov
from nnl2.optimizers.sgd import SGD

__all__ = ["SGD", "Adam", "Clip", "Momentum", "Nesterov", "Optimizer"]
