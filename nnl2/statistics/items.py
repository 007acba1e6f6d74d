"""Two contenders on one set of items: McNemar's exact test, and flipped signs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from nnl2.errors import InvalidValueError
from nnl2.statistics.checks import differences_of, truths_of
from nnl2.validation import check_count, check_number

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]

N_FLIPS = 9_999
"""Random flips of the sign-flip test: its p-values are multiples of 1 / 10,000."""

ROUNDING = 1e-10
"""Two means of flipped differences are as far from 0 where they agree to this share of the largest difference."""


@frozen
class McNemar:
    """Two classifiers on the same items: on how many only one was right, and how surprising that is.

    `p_value` is the probability of a split at least as uneven if both were equally good.
    """

    only_first: int
    only_second: int
    p_value: float


def exact_mcnemar(first_right: ArrayLike, second_right: ArrayLike) -> McNemar:
    """Return McNemar's exact, two-sided test on which items each of two classifiers got right.

    It speaks of these two trained networks on items like these, not of how they were trained.

    >>> exact_mcnemar([True, True, False], [True, False, True])
    McNemar(only_first=1, only_second=1, p_value=1.0)

    Source: Q. McNemar, "Note on the Sampling Error of the Difference Between Correlated Proportions", 1947;
    the binomial form.

    Raises
    ------
    InvalidValueError, InvalidTypeError
        If the two do not tell of the same items, by True and False.
    """
    first, second = truths_of("first_right", first_right), truths_of("second_right", second_right)
    if first.shape != second.shape:
        raise InvalidValueError(f"both must tell of the same items, got shapes {first.shape} and {second.shape}")
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    if only_first + only_second == 0:
        return McNemar(0, 0, 1.0)
    from scipy.stats import binomtest  # noqa: PLC0415

    return McNemar(only_first, only_second, float(binomtest(only_first, only_first + only_second).pvalue))


@frozen
class ItemDifference:
    """The mean difference of two contenders over one set of items, with interval and p-value.

    The interval holds 0 exactly where the p-value is above 1 - confidence.
    """

    mean: float
    low: float
    high: float
    p_value: float


def mcnemar_difference(
    first_right: ArrayLike, second_right: ArrayLike, *, confidence: float = 0.95
) -> ItemDifference:
    """Return the difference in accuracy, first - second, of two trained networks on the same items.

    Given that m of n items tell them apart, the share p of these that speaks for the first is binomial; the
    interval is m / n * (2 p - 1) for both ends of the exact (Clopper and Pearson's) interval of p. Like
    McNemar's test it takes m as given.

    >>> mcnemar_difference([True] * 9 + [False], [False] * 8 + [True] * 2).mean
    0.7
    """
    test = exact_mcnemar(first_right, second_right)
    confidence = check_number("confidence", confidence, above=0, below=1)
    n_telling, n_items = test.only_first + test.only_second, np.size(first_right)
    if n_telling == 0:
        return ItemDifference(0.0, 0.0, 0.0, 1.0)
    from scipy.stats import binomtest  # noqa: PLC0415

    ends = binomtest(test.only_first, n_telling).proportion_ci(confidence)
    low, high = (n_telling * (2 * float(end) - 1) / n_items for end in (ends.low, ends.high))
    return ItemDifference((test.only_first - test.only_second) / n_items, low, high, test.p_value)


def sign_flip_difference(
    values: ArrayLike, baseline: ArrayLike, *, confidence: float = 0.95, seed: int = 0
) -> ItemDifference:
    """Return the mean difference values - baseline over one set of items, by flipping the signs of items.

    If neither is better, each item's difference is as probable with the other sign: the p-value is the share of
    9,999 random sets of flipped signs whose mean is as far from 0. The interval holds every shift d that the
    same flips do not reject when d is taken from each difference.

    Parameters
    ----------
    values, baseline
        One number for each item, `(n_items,)`, such as the share of seeds that got it right.
    confidence
        How often the interval shall hold the truth.
    seed
        Seeds the flips.

    Notes
    -----
    Source: R. A. Fisher, "The Design of Experiments", 1935, section 21.
    """
    differences = differences_of(values, baseline)
    confidence = check_number("confidence", confidence, above=0, below=1)
    mean = float(differences.mean())
    if not differences.any():
        return ItemDifference(0.0, 0.0, 0.0, 1.0)
    low, high = _not_rejected(differences, np.random.default_rng(seed))
    p_value = (1 + int(((low <= 0) & (high >= 0)).sum())) / (N_FLIPS + 1)
    outside = math.floor((1 - confidence) * (N_FLIPS + 1) + ROUNDING) - 1  # so many sets may be as far from 0
    if outside < 0:
        raise InvalidValueError(f"confidence must be at most {1 - 1 / (N_FLIPS + 1)} for {N_FLIPS} flips")
    return ItemDifference(mean, float(np.sort(low)[outside]), float(np.sort(high)[-1 - outside]), p_value)


def _not_rejected(differences: FloatArray, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Return, for each set of flipped signs, the shifts d at which its mean is as far from 0 as the unflipped one.

    With a and c the means of the flipped differences and of the signs, |a - d c| >= |mean - d| holds between
    (mean - a) / (1 - c) and (mean + a) / (1 + c).
    """
    mean, n = differences.mean(), len(differences)
    n_rows = max(1, 4_000_000 // n)  # 32 MB at a time
    sums, signs = np.empty(N_FLIPS), np.empty(N_FLIPS)
    for start in range(0, N_FLIPS, n_rows):
        rows = slice(start, min(start + n_rows, N_FLIPS))
        flips = rng.integers(0, 2, (rows.stop - start, n), dtype=np.int8) * 2.0 - 1
        sums[rows], signs[rows] = flips @ differences / n, flips.mean(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.stack([(mean - sums) / (1 - signs), (mean + sums) / (1 + signs)])
    ends[:, np.abs(signs) == 1] = [[-np.inf], [np.inf]]  # the unflipped set, or its mirror image
    margin = ROUNDING * np.abs(differences).max()
    return ends.min(axis=0) - margin, ends.max(axis=0) + margin


def smallest_telling_difference(n_items: int, *, level: float = 0.05) -> float:
    """Return the smallest difference in accuracy that McNemar's exact test can find on so many items.

    It is reached when all items on which only one network is right speak for the same one: k such items have
    p = 2 / 2^k, so at the level 0.05 it takes 6 of them.

    >>> smallest_telling_difference(40)
    0.15
    """
    n_telling = math.ceil(math.log2(2 / check_number("level", level, above=0, below=1)))
    return n_telling / check_count("n_items", n_items)
