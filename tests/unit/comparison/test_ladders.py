"""The step beyond a ladder's end."""

import pytest
from attrs import frozen

from nnl2 import L1, L2, Dropout, NoRegularization, Regularizer, WeightDecay
from nnl2.comparison.ladders import step_beyond


@frozen
class Patience(Regularizer):
    epochs: int = 5
    kind: str = "short"


class Opaque(Regularizer):
    """Has no fields."""


@pytest.mark.parametrize(
    ("before", "end", "expected"),
    [
        (L2(0.03), L2(0.1), L2(0.3)),
        (L2(0.001), L2(0.0003), L2(0.00009)),
        (WeightDecay(0.03), WeightDecay(0.1), WeightDecay(0.3)),
        (Dropout(rate=0.5), Dropout(rate=0.7), Dropout(rate=0.9)),
        (Patience(5), Patience(3), Patience(2)),
        (Patience(20), Patience(30), Patience(40)),
        (L2(0.1), L2(0), None),
        (L1(0.1) + L2(0.1), L1(0.3) + L2(0.1), L1(0.9) + L2(0.1)),
        (L1(0.1) + L2(0.1), L1(0.3) + L2(0.5), L1(0.9) + L2(2)),
    ],
)
def test_it_goes_on_as_the_last_two_do(before, end, expected):
    found = step_beyond(before, end)
    assert found == expected
    if expected is not None:
        assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("before", "end"),
    [
        (L1(0.1), L2(0.3)),
        (Opaque(), Opaque()),
        (Patience(5), Patience(6, "long")),
        (Patience(5, "short"), Patience(5, "long")),
        (L1(0.1), L1(0.1) + L2(0.1)),
        ((L1(0.1), NoRegularization()), (L1(0.3), NoRegularization())),
    ],
)
def test_where_the_last_two_do_not_say_it_there_is_none(before, end):
    assert step_beyond(before, end) is None
