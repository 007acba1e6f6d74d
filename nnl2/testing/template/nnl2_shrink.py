import numpy as np
from attrs import field, frozen
from nnl2 import Regularizer, number_in_range


@frozen
class Shrink(Regularizer):
    """Shrink: every weight moves towards zero by the same amount, and stays there.

    >>> Shrink(0.5).constrain(np.array([[0.3, -2.0]]), step=None).tolist()
    [[0.0, -1.5]]
    """

    amount: float = field(default=0.0001, validator=number_in_range(minimum=0))

    def constrain(self, weights, step):
        return np.sign(weights) * np.maximum(np.abs(weights) - self.amount, 0)
