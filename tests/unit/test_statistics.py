"""Paired differences and McNemar's test, against independent computations."""

from itertools import product
from math import comb

import numpy as np
import pytest

from nnl2 import InvalidValueError
from nnl2.statistics import McNemar, exact_mcnemar, mean_interval, paired_difference, smallest_telling_difference


def test_the_interval_is_students():
    """Student's own data on two sleeping drugs (1908): mean 1.58, 95 % interval 0.700 to 2.460."""
    first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    difference = paired_difference(second, first)
    assert difference.mean == pytest.approx(1.58)
    assert (difference.low, difference.high) == pytest.approx((0.7001142, 2.4598858), abs=1e-7)
    assert (difference.wins, difference.losses, difference.ties) == (9, 0, 1)
    interval = mean_interval(np.subtract(second, first))
    assert (interval.mean, interval.low, interval.high) == (difference.mean, difference.low, difference.high)


def test_a_mean_of_one_value_has_no_interval():
    with pytest.raises(InvalidValueError, match="an interval needs at least 2 replicates, got 1"):
        mean_interval([0.5])
    with pytest.raises(InvalidValueError, match="a row of numbers"):
        mean_interval([[0.5, 0.6]])


def test_the_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(2000):
        difference = paired_difference(rng.normal(0.3, 1, 5), np.zeros(5), confidence=0.8)
        held += difference.low <= 0.3 <= difference.high
    assert abs(held / 2000 - 0.8) < 4 * np.sqrt(0.8 * 0.2 / 2000)


def test_equal_values_have_an_interval_of_zero_width():
    difference = paired_difference([0.5, 0.6], [0.5, 0.6])
    assert (difference.mean, difference.low, difference.high, difference.ties) == (0, 0, 0, 2)


def test_an_interval_needs_two_equally_long_rows():
    with pytest.raises(InvalidValueError, match="at least 2 replicates, got 1; train with more seeds"):
        paired_difference([0.5], [0.4])
    with pytest.raises(InvalidValueError, match=r"got shapes \(2,\) and \(3,\)"):
        paired_difference([1, 2], [1, 2, 3])


def test_mcnemars_p_value_counts_splits_at_least_as_uneven():
    for only_first, only_second in product(range(6), repeat=2):
        first = [True] * only_first + [False] * only_second + [True, False]
        second = [False] * only_first + [True] * only_second + [True, False]
        n = only_first + only_second
        expected = sum(comb(n, k) for k in range(n + 1) if comb(n, k) <= comb(n, only_first)) / 2**n
        result = exact_mcnemar(first, second)
        assert (result.only_first, result.only_second) == (only_first, only_second)
        assert result.p_value == pytest.approx(expected)


def test_mcnemar_needs_the_same_items():
    assert exact_mcnemar([True], [True]) == McNemar(0, 0, 1.0)
    with pytest.raises(InvalidValueError, match=r"got shapes \(1,\) and \(2,\)"):
        exact_mcnemar([True], [True, False])


@pytest.mark.parametrize(("n_items", "expected"), [(40, 0.15), (200, 0.03)])
def test_what_a_test_set_can_tell_is_what_mcnemar_can_reach(n_items, expected):
    assert smallest_telling_difference(n_items) == expected
    telling = round(expected * n_items)
    assert exact_mcnemar([True] * telling, [False] * telling).p_value < 0.05
    assert exact_mcnemar([True] * (telling - 1), [False] * (telling - 1)).p_value > 0.05
