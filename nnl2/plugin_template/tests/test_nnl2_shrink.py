import numpy as np
from nnl2 import Step
from nnl2.testing import parametrize_with_checks
from nnl2_shrink import Shrink


@parametrize_with_checks([Shrink(), Shrink(0.1)])
def test_it_keeps_what_every_regularizer_keeps(regularizer, check):
    check(regularizer)


def test_small_weights_become_exactly_zero():
    step = Step(epoch=1, learning_rate=0.1, batch_size=1, n_items=1)
    assert Shrink(0.5).constrain(np.array([[0.3, -2.0]]), step).tolist() == [[0.0, -1.5]]
