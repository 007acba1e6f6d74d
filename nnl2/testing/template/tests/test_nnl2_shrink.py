from nnl2.testing import parametrize_with_checks
from nnl2_shrink import Shrink


@parametrize_with_checks([Shrink()])
def test_it_keeps_what_every_regularizer_keeps(regularizer, check):
    check(regularizer)
