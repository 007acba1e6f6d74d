"""Paired differences, tests on items and verdicts, against independent computations."""

from itertools import product
from math import comb

import numpy as np
import pytest

from nnl2 import InvalidTypeError, InvalidValueError
from nnl2.statistics import (
    CANNOT_TELL,
    Independent,
    McNemar,
    Overlapping,
    exact_mcnemar,
    mcnemar_difference,
    mean_interval,
    paired_difference,
    probabilities,
    sign_flip_difference,
    simultaneous_confidence,
    smallest_telling_difference,
    verdict,
)

SLEEP = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
MORE_SLEEP = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]

TEN_FOLDS = (
    [0.76, 0.734, 0.788, 0.821, 0.857, 0.805, 0.772, 0.761, 0.837, 0.882],
    [0.788, 0.717, 0.779, 0.889, 0.883, 0.773, 0.789, 0.746, 0.838, 0.887],
)
FOUR_TIMES_FIVE_FOLDS = np.array([
    [0.764, 0.828, 0.797, 0.771, 0.82, 0.841, 0.718, 0.787, 0.751, 0.791],
    [0.736, 0.801, 0.798, 0.785, 0.748, 0.78, 0.745, 0.732, 0.811, 0.745],
    [0.819, 0.869, 0.757, 0.799, 0.807, 0.862, 0.739, 0.747, 0.764, 0.803],
    [0.785, 0.786, 0.84, 0.772, 0.758, 0.775, 0.808, 0.769, 0.904, 0.784],
]).reshape(2, 20)  # fmt: skip


def test_the_interval_is_students():
    """Student's own data on two sleeping drugs (1908): mean 1.58, 95 % interval 0.700 to 2.460."""
    difference = paired_difference(MORE_SLEEP, SLEEP, replicates=Independent())
    assert difference.mean == pytest.approx(1.58)
    assert (difference.low, difference.high) == pytest.approx((0.7001142, 2.4598858), abs=1e-7)
    assert (difference.wins, difference.losses, difference.ties) == (9, 0, 1)
    interval = mean_interval(np.subtract(MORE_SLEEP, SLEEP), replicates=Independent())
    assert (interval.mean, interval.low, interval.high) == (difference.mean, difference.low, difference.high)


@pytest.mark.parametrize(
    ("folds", "values", "rope", "expected"),
    [
        (10, TEN_FOLDS, 0, (0.6997915854037937, 0.0, 0.3002084145962063)),
        (10, TEN_FOLDS, 0.01, (0.41875281915807905, 0.4677687826177894, 0.11347839822413153)),
        (5, FOUR_TIMES_FIVE_FOLDS, 0, (0.8487610865757012, 0.0, 0.15123891342429885)),
        (5, FOUR_TIMES_FIVE_FOLDS, 0.01, (0.6979516101572389, 0.23816372447915335, 0.06388466536360775)),
    ],
)
def test_the_probabilities_are_baycomps(folds, values, rope, expected):
    """baycomp 1.0.3, CorrelatedTTest.probs(first, second, rope, runs), whose first number is the first's."""
    first, second = values
    found = probabilities(second, first, replicates=Overlapping(1 / (folds - 1)), rope=rope)
    assert found == pytest.approx(expected, abs=1e-13)


def test_the_corrected_interval_is_bouckaert_and_franks():
    """t = mean / sqrt((1/(k r) + n2/n1) s^2), written out, leaves the interval's ends where it is critical."""
    from scipy.stats import t

    first, second = FOUR_TIMES_FIVE_FOLDS
    differences = [b - a for a, b in zip(first, second, strict=True)]
    n = len(differences)
    mean = sum(differences) / n
    variance = sum((d - mean) ** 2 for d in differences) / (n - 1)
    found = paired_difference(second, first, replicates=Overlapping(0.25), confidence=0.99)
    for end in (found.low, found.high):
        statistic = (mean - end) / ((1 / n + 0.25) * variance) ** 0.5
        assert 2 * t.sf(abs(statistic), n - 1) == pytest.approx(0.01, rel=1e-9)


def test_without_a_rope_the_probability_of_worse_is_half_the_p_value():
    from scipy.stats import ttest_rel

    better, same, worse = probabilities(MORE_SLEEP, SLEEP, replicates=Independent(), rope=0)
    assert worse == pytest.approx(ttest_rel(MORE_SLEEP, SLEEP).pvalue / 2, rel=1e-9)
    assert better + same + worse == 1


def test_a_mean_of_one_value_has_no_interval():
    with pytest.raises(InvalidValueError, match="an interval needs at least 2 replicates, got 1"):
        mean_interval([0.5], replicates=Independent())
    with pytest.raises(InvalidValueError, match="a row of numbers"):
        mean_interval([[0.5, 0.6]], replicates=Independent())


def test_the_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(2000):
        drawn = rng.normal(0.3, 1, 5)
        difference = paired_difference(drawn, np.zeros(5), replicates=Independent(), confidence=0.8)
        held += difference.low <= 0.3 <= difference.high
    assert abs(held / 2000 - 0.8) < 4 * np.sqrt(0.8 * 0.2 / 2000)


@pytest.mark.parametrize("better_by", [0.0, 0.1])
def test_what_never_varies_has_no_interval_and_is_refused(better_by):
    """An interval of zero width would say that the true difference is known to the last digit."""
    baseline = np.array([0.5, 0.6, 0.8])
    message = (
        f"values and baseline differ by {better_by:.4g} in all 3 replicates: what never varies has no interval"
    )
    with pytest.raises(InvalidValueError, match=message) as caught:
        paired_difference(baseline + better_by, baseline, replicates=Independent())
    assert "\n" not in str(caught.value)
    with pytest.raises(InvalidValueError, match=message):
        probabilities(baseline + better_by, baseline, replicates=Overlapping(0.5), rope=0.01)


def test_the_mean_of_equal_values_is_known():
    interval = mean_interval([0.5, 0.5], replicates=Independent())
    assert (interval.low, interval.mean, interval.high) == (0.5, 0.5, 0.5)


def test_no_values_at_all_are_refused():
    for ask in (paired_difference, probabilities):
        more = {"rope": 0} if ask is probabilities else {}
        with pytest.raises(InvalidValueError, match="values must be at least one number, got none"):
            ask([], [], replicates=Independent(), **more)
    with pytest.raises(InvalidValueError, match="values must be at least one number, got none"):
        sign_flip_difference([], [])


def test_an_interval_needs_two_equally_long_rows():
    with pytest.raises(InvalidValueError, match="at least 2 replicates, got 1; take more"):
        paired_difference([0.5], [0.4], replicates=Independent())
    with pytest.raises(InvalidValueError, match=r"got shapes \(2,\) and \(3,\)"):
        paired_difference([1, 2], [1, 2, 3], replicates=Independent())


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_score_that_is_no_number_is_refused_and_no_tie(bad):
    with pytest.raises(InvalidValueError, match="values must be finite numbers, but replicate 1 is not"):
        paired_difference([0.5, bad], [0.4, 0.5], replicates=Independent())


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.1])
def test_a_confidence_outside_0_to_1_is_refused(confidence):
    with pytest.raises(InvalidValueError, match="confidence must be a finite number"):
        mean_interval([0.5, 0.6], replicates=Independent(), confidence=confidence)
    with pytest.raises(InvalidValueError, match="confidence must be a finite number"):
        mcnemar_difference([True], [False], confidence=confidence)
    with pytest.raises(InvalidValueError, match="confidence must be a finite number"):
        sign_flip_difference([1.0], [0.0], confidence=confidence)


def test_masked_values_are_refused():
    masked = np.ma.masked_array([0.5, 0.6], [True, False])
    with pytest.raises(InvalidValueError, match="values is a masked array"):
        mean_interval(masked, replicates=Independent())
    with pytest.raises(InvalidValueError, match="first_right is a masked array"):
        exact_mcnemar(np.ma.masked_array([True, False], [True, False]), [True, True])


def test_what_the_replicates_are_must_be_said():
    with pytest.raises(TypeError, match="replicates"):
        mean_interval([0.5, 0.6])
    with pytest.raises(InvalidTypeError, match=r"must be Independent\(\) or Overlapping\(test_to_train\), got 5"):
        mean_interval([0.5, 0.6], replicates=5)
    with pytest.raises(InvalidValueError, match=r"Overlapping.test_to_train must be a finite number > 0, got 0"):
        Overlapping(0)


def test_mcnemars_p_value_counts_splits_at_least_as_uneven():
    for only_first, only_second in product(range(6), repeat=2):
        first = [True] * only_first + [False] * only_second + [True, False]
        second = [False] * only_first + [True] * only_second + [True, False]
        n = only_first + only_second
        expected = sum(comb(n, k) for k in range(n + 1) if comb(n, k) <= comb(n, only_first)) / 2**n
        result = exact_mcnemar(first, second)
        assert (result.only_first, result.only_second) == (only_first, only_second)
        assert result.p_value == pytest.approx(expected)


def test_mcnemar_needs_the_same_items_and_not_their_labels():
    assert exact_mcnemar([True], [True]) == McNemar(0, 0, 1.0)
    with pytest.raises(InvalidValueError, match=r"got shapes \(1,\) and \(2,\)"):
        exact_mcnemar([True], [True, False])
    with pytest.raises(InvalidTypeError, match="first_right must be True or False for each item, got int64"):
        exact_mcnemar([0, 2, 1], [True, True, True])
    with pytest.raises(InvalidValueError, match="second_right must be True or False for each item, got shape"):
        exact_mcnemar([True], [])


def test_mcnemars_interval_holds_0_exactly_where_its_p_value_is_large():
    for only_first, only_second in product(range(15), repeat=2):
        first = [True] * only_first + [False] * only_second + [True, False]
        second = [False] * only_first + [True] * only_second + [True, False]
        difference = mcnemar_difference(first, second)
        assert (difference.low <= 0 <= difference.high) == (difference.p_value > 0.05)
        assert difference.low <= difference.mean <= difference.high
        assert difference.mean == pytest.approx((only_first - only_second) / len(first))


def test_flipped_signs_of_single_networks_are_mcnemars_test():
    rng = np.random.default_rng(3)
    first, second = rng.random(60) < 0.9, rng.random(60) < 0.6
    exact = exact_mcnemar(first, second).p_value
    flipped = sign_flip_difference(first.astype(float), second.astype(float)).p_value
    assert abs(flipped - exact) < 4 * np.sqrt(exact * (1 - exact) / 9999) + 1e-4


def test_the_sign_flip_interval_holds_exactly_the_shifts_that_its_test_does_not_reject():
    values = np.random.default_rng(7).normal(0.3, 1, 25)
    found = sign_flip_difference(values, np.zeros(25), confidence=0.9)
    assert found.mean == pytest.approx(values.mean())
    for end, outward in ((found.low, -1), (found.high, 1)):
        inside, outside = (
            sign_flip_difference(values - end + side * outward * 1e-6, np.zeros(25)).p_value for side in (1, -1)
        )
        assert outside <= 0.1 < inside


def test_the_sign_flip_interval_of_many_items_is_nearly_students():
    values = np.random.default_rng(8).normal(0.1, 1, 400)
    flipped = sign_flip_difference(values, np.zeros(400))
    student = mean_interval(values, replicates=Independent())
    assert (flipped.low, flipped.high) == pytest.approx((student.low, student.high), abs=0.01)


def test_items_without_differences_tell_nothing():
    found = sign_flip_difference([0.5, 0.5], [0.5, 0.5])
    assert (found.mean, found.low, found.high, found.p_value) == (0, 0, 0, 1)
    found = sign_flip_difference([1.0, 0.5], [0.5, 0.0])
    assert (found.low, found.high) == (-np.inf, np.inf)
    assert found.p_value == pytest.approx(0.5, abs=0.02)


def test_the_sign_flip_test_has_its_confidence():
    with pytest.raises(InvalidValueError, match=r"confidence must be at most 0\.9999 for 9999 flips"):
        sign_flip_difference([1.0, 0.5], [0.5, 0.0], confidence=0.99999)


@pytest.mark.parametrize(("n_items", "expected"), [(40, 0.15), (200, 0.03)])
def test_what_a_test_set_can_tell_is_what_mcnemar_can_reach(n_items, expected):
    assert smallest_telling_difference(n_items) == expected
    telling = round(expected * n_items)
    assert exact_mcnemar([True] * telling, [False] * telling).p_value < 0.05
    assert exact_mcnemar([True] * (telling - 1), [False] * (telling - 1)).p_value > 0.05


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        ((-0.5, 0.5), "practically the same"),
        ((-1.0, 1.0), "practically the same"),
        ((0.0, 0.0), "practically the same"),
        ((0.1, 0.5), "practically the same, slightly better"),
        ((-0.5, -0.1), "practically the same, slightly worse"),
        ((0.1, 1.5), "better"),
        ((1.5, 2.5), "better"),
        ((-1.5, -0.1), "worse"),
        ((0.0, 1.5), CANNOT_TELL),
        ((-3.0, 0.5), CANNOT_TELL),
    ],
)
def test_a_verdict_says_what_its_interval_shows(interval, expected):
    assert verdict(*interval, rope=1) == expected


@pytest.mark.parametrize("interval", [(1, 0), (float("nan"), 1), (0, float("nan"))])
def test_a_verdict_needs_an_interval(interval):
    with pytest.raises(InvalidValueError, match="an interval must run from low to high, got"):
        verdict(*interval, rope=1)
    with pytest.raises(InvalidValueError, match="rope must be a finite number >= 0, got -1"):
        verdict(0, 1, rope=-1)


def test_several_intervals_share_the_level():
    assert simultaneous_confidence(1) == 0.95
    assert simultaneous_confidence(4) == pytest.approx(0.9875)
    with pytest.raises(InvalidValueError, match="n_intervals must be a whole number >= 1"):
        simultaneous_confidence(0)
