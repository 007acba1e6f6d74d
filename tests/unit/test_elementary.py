"""exp, tanh and log are right to a few units in the last place; sums run in the order that is written down."""

import numpy as np
import pytest

from nnl2.elementary import exp, log, sum_in_order, tanh

MOST_ULPS = 3.0
N = 100_000

both_types = pytest.mark.parametrize("dtype", [np.float32, np.float64])


@pytest.fixture(autouse=True)
def quiet():
    """The engine calls these functions where numpy does not warn of infinities."""
    with np.errstate(all="ignore"):
        yield


def powers_of_two(rng, low, high):
    return 2.0 ** rng.uniform(low, high, N)


def arguments_of_exp(dtype):
    """Arguments from where exp is 0 to where it is infinite."""
    finfo, rng = np.finfo(dtype), np.random.default_rng(0)
    zero, infinite = np.log(np.longdouble(finfo.smallest_subnormal)), np.log(np.longdouble(finfo.max))
    subnormal = np.log(np.longdouble(finfo.tiny))
    tiny = powers_of_two(rng, np.log2(float(finfo.smallest_subnormal)), 0)
    turns = np.arange(-2000, 2000) / 2 * np.log(2)  # here the whole number n changes
    turns = turns[(turns > zero) & (turns < infinite)]
    return np.concatenate([
        rng.uniform(zero, infinite, N),
        rng.uniform(zero, subnormal + 1, N),
        rng.uniform(infinite - 1, infinite, N),
        rng.uniform(-1, 1, N),
        *(turns * (1 + step * finfo.eps) for step in range(-3, 4)),
        tiny,
        -tiny,
    ]).astype(dtype)  # fmt: skip


def arguments_of_log(dtype):
    """Positive arguments, subnormal ones too, and many next to 1."""
    finfo, rng = np.finfo(dtype), np.random.default_rng(1)
    smallest, largest = np.log2(float(finfo.smallest_subnormal)), np.log2(float(finfo.max))
    near = powers_of_two(rng, np.log2(finfo.eps), -1)
    drawn = np.concatenate([
        powers_of_two(rng, smallest, largest - 1e-3),
        powers_of_two(rng, smallest, np.log2(float(finfo.tiny))),
        rng.uniform(0.7, 1.5, N),
        1 + near,
        1 - near,
        [finfo.smallest_subnormal, finfo.tiny, 1, finfo.max],
    ]).astype(dtype)  # fmt: skip
    return drawn[drawn > 0]


def wider(x):
    """Return the same numbers in a type whose rounding does not count."""
    if np.finfo(np.longdouble).nmant < np.finfo(x.dtype).nmant + 8:
        pytest.skip(f"longdouble is no wider than {x.dtype} here: there is nothing to compare with")
    return x.astype(np.longdouble)


def ulps_from(expected, values):
    """Return how many units in the last place of the right number a value is from it."""
    finfo = np.finfo(values.dtype)
    rounded = expected.astype(values.dtype)
    assert np.isfinite(rounded).all()
    unit = np.maximum(np.spacing(np.abs(rounded)), finfo.smallest_subnormal).astype(np.longdouble)
    return float((np.abs(values - expected) / unit).max())


@both_types
def test_exp_is_right_to_3_units_in_the_last_place(dtype):
    x = arguments_of_exp(dtype)
    expected = np.exp(wider(x))
    finite = np.isfinite(expected.astype(dtype))
    assert ulps_from(expected[finite], exp(x[finite])) <= MOST_ULPS


@both_types
def test_tanh_is_right_to_3_units_in_the_last_place(dtype):
    x = arguments_of_exp(dtype)
    assert ulps_from(np.tanh(wider(x)), tanh(x)) <= MOST_ULPS


@both_types
def test_log_is_right_to_3_units_in_the_last_place(dtype):
    x = arguments_of_log(dtype)
    assert ulps_from(np.log(wider(x)), log(x)) <= MOST_ULPS


@both_types
def test_exp_is_infinite_above_the_largest_number_and_0_below_the_smallest(dtype):
    above = {np.float32: 88.73, np.float64: 709.79}[dtype]
    below = {np.float32: -104.0, np.float64: -745.2}[dtype]
    largest = np.finfo(dtype).max
    assert exp(np.array([above, 2 * above, 1e30, largest, np.inf], dtype)).tolist() == [np.inf] * 5
    assert exp(np.array([below, 2 * below, -1e30, -largest, -np.inf], dtype)).tolist() == [0.0] * 5


@both_types
def test_exp_is_finite_up_to_the_largest_number_and_above_0_down_to_the_smallest(dtype):
    last = {np.float32: 88.72, np.float64: 709.78}[dtype]
    first = {np.float32: -103.2, np.float64: -744.4}[dtype]
    result = exp(np.array([last, first], dtype))
    assert np.isfinite(result[0])
    assert 0 < result[1] < np.finfo(dtype).tiny


@both_types
def test_what_is_no_number_stays_none(dtype):
    nan = np.array([np.nan, -np.nan], dtype)
    for function in (exp, tanh, log):
        assert np.isnan(function(nan)).all()


@both_types
def test_tanh_ends_at_1_and_is_odd(dtype):
    x = np.concatenate([arguments_of_exp(dtype), np.array([np.inf, 1e30], dtype)])
    assert np.array_equal(tanh(-x), -tanh(x))
    assert np.abs(tanh(x)).max() == 1
    assert tanh(np.array([np.inf, -np.inf, 30, -30, 0], dtype)).tolist() == [1, -1, 1, -1, 0]


@both_types
def test_tanh_of_a_subnormal_number_is_that_number(dtype):
    tiny = np.finfo(dtype).smallest_subnormal * np.arange(1, 50).astype(dtype)
    assert np.array_equal(tanh(tiny), tiny)
    assert np.array_equal(tanh(-tiny), -tiny)


@both_types
def test_log_at_its_edges(dtype):
    result = log(np.array([0, -0.0, 1, np.inf], dtype))
    assert result.tolist() == [-np.inf, -np.inf, 0, np.inf]
    assert np.isnan(log(np.array([-1, -np.inf, -np.finfo(dtype).smallest_subnormal], dtype))).all()


@both_types
@pytest.mark.parametrize("function", [exp, tanh, log])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (2, 0)])
def test_answers_have_the_shape_and_the_number_type_of_the_argument(function, shape, dtype):
    result = function(np.full(shape, 0.5, dtype))
    assert (result.shape, result.dtype) == (shape, dtype)


@both_types
@pytest.mark.parametrize("shape", [(1, 5), (2, 1), (7, 3), (300, 2), (1000, 1), (17, 40)])
def test_sums_are_those_of_a_loop(shape, dtype):
    """numpy itself adds in pairs along some axes."""
    rng = np.random.default_rng(3)
    terms = (rng.normal(size=shape) * 10.0 ** rng.integers(-6, 6, shape)).astype(dtype)
    for axis in (0, 1):
        rows = np.moveaxis(terms, axis, 0)
        expected = rows[0].copy()
        for row in rows[1:]:
            for unit, term in enumerate(row):
                expected[unit] = expected[unit] + term
        result = sum_in_order(terms, axis=axis)
        assert result.dtype == dtype
        assert result.tobytes() == expected.tobytes()


def test_a_sum_begins_with_its_first_term_and_not_with_0():
    negative_zeros = np.full((3, 2), -0.0)
    assert np.signbit(sum_in_order(negative_zeros)).all()
