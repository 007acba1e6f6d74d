"""Which number of a regularizer a path varies, and which values it takes."""

import numpy as np
import pytest
from attrs import field, frozen

from nnl2 import (
    L1,
    L2,
    Dropout,
    InvalidTypeError,
    InvalidValueError,
    ProximalL1,
    Regularizer,
    UnknownNameError,
    WeightDecay,
    number_in_range,
    whole_number,
)
from nnl2.paths.axis import axis_of


@frozen
class Limit(Regularizer):
    """The smaller the stronger."""

    limit: float = field(default=2.0, validator=number_in_range(above=0))

    @classmethod
    def strengths(cls):
        return tuple(map(cls, (4.0, 2.0, 1.0)))


@frozen
class Patience(Regularizer):
    """Whole numbers, the smaller the stronger."""

    patience: int = field(default=20, validator=whole_number(minimum=1))

    @classmethod
    def strengths(cls):
        return tuple(map(cls, (12, 6, 3)))


@frozen
class Bare(Regularizer):
    """Two numbers and no ladder."""

    strength: float = 0.1
    share: float = 0.5


@frozen
class Two(Regularizer):
    """Two numbers of which neither is called strength."""

    low: float = 0.1
    high: float = 0.5


def along(given, values=None, start=None, stop=None, n_points=20):
    return axis_of(given, values, start, stop, n_points)


@pytest.mark.parametrize("kind", [L2, L1, ProximalL1])
def test_it_runs_along_the_ladder_and_ten_times_beyond(kind):
    ladder = [each.strength for each in kind.strengths()]
    axis = along(kind)
    assert (axis.field, len(axis.values)) == ("strength", 20)
    assert (axis.values[0], axis.values[-1]) == pytest.approx((ladder[0] / 10, ladder[-1] * 10))
    assert axis.regularizers == tuple(map(kind, axis.values))


def test_steps_are_alike_on_a_logarithmic_axis():
    ratios = np.array(along("l2").values[1:]) / along("l2").values[:-1]
    assert ratios == pytest.approx(np.full(19, ratios.mean()), rel=0.01)  # three digits are kept


@pytest.mark.parametrize(("given", "largest"), [("dropout", 0.84), (WeightDecay, 0.2)])
def test_it_goes_no_further_than_the_class_takes(given, largest):
    assert along(given).values[-1] == largest


def test_where_less_is_stronger_values_fall():
    axis = along(Limit)
    assert (axis.values[0], axis.values[-1]) == (40.0, 0.1)
    assert list(axis.values) == sorted(axis.values, reverse=True)


def test_whole_numbers_stay_whole_and_come_once():
    axis = along(Patience)
    assert [each.patience for each in axis.regularizers] == list(axis.values)
    assert all(type(each.patience) is int for each in axis.regularizers)
    assert axis.values[-1] == 1
    assert len(set(axis.values)) == len(axis.values)


def test_of_a_sum_the_open_part_varies():
    axis = along("l2+dropout:0.2", n_points=3)
    assert axis.field == "strength"
    assert {each.parts[1] for each in axis.regularizers} == {Dropout(rate=0.2)}
    assert [each.parts[0].strength for each in axis.regularizers] == list(axis.values)


@pytest.mark.parametrize("given", ["l2", L2, L2(0.3), "l2:7"])
def test_values_may_be_given_in_any_order(given):
    assert along(given, values=[0.1, 0.01, 1]).regularizers == (L2(0.01), L2(0.1), L2(1))
    assert along(Limit, values=[1, 3, 2]).values == (3, 2, 1)


def test_ends_may_be_given():
    axis = along("l2", start=0.001234, stop=1, n_points=4)
    assert axis.values == (0.001234, 0.0115, 0.107, 1)
    assert along("l2", stop=0.2).values[0] == along("l2").values[0]


def test_without_a_ladder_both_ends_say_where_it_runs():
    axis = along(Bare, start=0.1, stop=10, n_points=3)
    assert (axis.field, axis.values) == ("strength", (0.1, 1, 10))
    assert {each.share for each in axis.regularizers} == {0.5}


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: along("l3"), UnknownNameError, "no regularizer is called 'l3'"),
        (lambda: along("none"), InvalidValueError, "a path varies one number, but 'none' has 0 (none) to vary"),
        (lambda: along("l2:0.1+dropout:0.2", values=[1, 2]), InvalidValueError, "has 2 (strength, rate) to vary"),
        (lambda: along(Two, values=[1, 2]), InvalidValueError, "has 2 (low, high) to vary"),
        (lambda: along(Bare), InvalidValueError, "Bare offers no ladder of strengths"),
        (lambda: along(Bare, start=1), InvalidValueError, "give both ends of the path, or its values"),
        (lambda: along((L2(0.1), L2(0.2))), InvalidTypeError, "one regularizer for all layers"),
        (lambda: along("l2", values=[1]), InvalidValueError, "at least two different values, got [1.0]"),
        (lambda: along("l2", values=[]), InvalidValueError, "at least two different values, got []"),
        (lambda: along("l2", values=[1, "2"]), InvalidTypeError, "values must be a finite number, got '2'"),
        (lambda: along("l2", values=[1, -2]), InvalidValueError, "L2.strength must be a finite number >= 0"),
        (lambda: along("l2", values=[1, 2], start=1), InvalidValueError, "either its values, or its ends"),
        (lambda: along("l2", start=0), InvalidValueError, "logarithmic axis, which strength = 0 has no place on"),
        (lambda: along("dropout", stop=1), InvalidValueError, "Dropout.rate must be a finite number in [0, 1)"),
        (lambda: along("l2", n_points=1), InvalidValueError, "n_points must be a whole number in [2, 1000]"),
    ],
)
def test_what_cannot_be_used_is_told_in_a_line(make, error, words):
    with pytest.raises(error) as caught:
        make()
    message = str(caught.value)
    assert "\n" not in message
    assert words in message
