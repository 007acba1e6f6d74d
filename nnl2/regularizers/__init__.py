"""Regularizers: `Regularizer`, the questions a training step asks, and the six built-in strategies.

To add one, subclass `Regularizer` and override the questions it answers; `l2.py` shows the shortest case.
"""

from nnl2.regularizers.base import Regularizer, Step, Sum
from nnl2.regularizers.dropout import Dropout
from nnl2.regularizers.l1 import L1
from nnl2.regularizers.l2 import L2
from nnl2.regularizers.none import NoRegularization
from nnl2.regularizers.proximal_l1 import ProximalL1
from nnl2.regularizers.weight_decay import WeightDecay

__all__ = ["L1", "L2", "Dropout", "NoRegularization", "ProximalL1", "Regularizer", "Step", "Sum", "WeightDecay"]
