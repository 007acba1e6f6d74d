"""Is the difference real? Paired differences with their interval, and the exact test for one set of items."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from nnl2.errors import InvalidValueError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@frozen
class MeanInterval:
    """A mean over independent replicates, and the interval it lies in.

    Parameters
    ----------
    mean, low, high
        The mean, and the ends of its interval.
    """

    mean: float
    low: float
    high: float


def mean_interval(values: ArrayLike, *, confidence: float = 0.95) -> MeanInterval:
    """Return the mean of independent replicates with its t interval.

    mean +- t * s / sqrt(n), with s the standard deviation of the n values and t the quantile of Student's
    distribution with n - 1 degrees of freedom.

    >>> mean_interval([0.70, 0.72, 0.71]).mean
    0.71

    Raises
    ------
    InvalidValueError
        If there are fewer than two replicates.
    """
    replicates = np.asarray(values, dtype=np.float64)
    if replicates.ndim != 1:
        raise InvalidValueError(f"values must be a row of numbers, got shape {replicates.shape}")
    n = len(replicates)
    if n < 2:
        raise InvalidValueError(f"an interval needs at least 2 replicates, got {n}; train with more seeds")
    from scipy.stats import t  # noqa: PLC0415 (it loads for half a second)

    mean = float(replicates.mean())
    half = float(t.ppf((1 + confidence) / 2, n - 1) * replicates.std(ddof=1) / math.sqrt(n))
    return MeanInterval(mean, mean - half, mean + half)


@frozen
class PairedDifference:
    """How one way of training differs from another over replicates that have all else in common.

    Parameters
    ----------
    mean
        The mean of the differences.
    low, high
        The interval in which the true mean difference is expected, at the given confidence.
    wins, losses, ties
        In how many replicates the first was better, worse, equal.
    """

    mean: float
    low: float
    high: float
    wins: int
    losses: int
    ties: int


def paired_difference(values: ArrayLike, baseline: ArrayLike, *, confidence: float = 0.95) -> PairedDifference:
    """Return the difference values - baseline over independent replicates, with its paired t interval.

    The interval is that of the mean difference, as `mean_interval` has it.

    >>> paired_difference([0.70, 0.72, 0.71], [0.68, 0.69, 0.70]).wins
    3

    Raises
    ------
    InvalidValueError
        If there are fewer than two replicates, or not equally many.
    """
    ours, theirs = np.asarray(values, dtype=np.float64), np.asarray(baseline, dtype=np.float64)
    if ours.ndim != 1 or ours.shape != theirs.shape:
        raise InvalidValueError(
            f"values and baseline must be two rows of equally many numbers, "
            f"got shapes {ours.shape} and {theirs.shape}"
        )
    differences = ours - theirs
    interval = mean_interval(differences, confidence=confidence)
    wins, losses = int((differences > 0).sum()), int((differences < 0).sum())
    ties = len(differences) - wins - losses
    return PairedDifference(interval.mean, interval.low, interval.high, wins, losses, ties)


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
    """
    first, second = np.asarray(first_right, dtype=bool), np.asarray(second_right, dtype=bool)
    if first.ndim != 1 or first.shape != second.shape:
        raise InvalidValueError(f"both must tell of the same items, got shapes {first.shape} and {second.shape}")
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    if only_first + only_second == 0:
        return McNemar(0, 0, 1.0)
    from scipy.stats import binomtest  # noqa: PLC0415

    return McNemar(only_first, only_second, float(binomtest(only_first, only_first + only_second).pvalue))


def smallest_telling_difference(n_items: int, *, level: float = 0.05) -> float:
    """Return the smallest difference in accuracy that McNemar's exact test can find on so many items.

    It is reached when all items on which only one network is right speak for the same one: k such items have
    p = 2 / 2^k, so at the level 0.05 it takes 6 of them.

    >>> smallest_telling_difference(40)
    0.15
    """
    n_telling = math.ceil(math.log2(2 / level))
    return n_telling / n_items
