"""Means and paired differences over replicates, with their intervals and probabilities."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from attrs import field, frozen

from nnl2.errors import InvalidTypeError, InvalidValueError
from nnl2.statistics.checks import differences_of, numbers_of
from nnl2.validation import check_number, number_in_range

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]

SAME = 1e-10
"""Replicates whose spread is below this share of their size are all alike, but for rounding."""


@frozen
class Independent:
    """Replicates that share no data: each trained on new items and judged on others.

    variance of the mean = s^2 / n
    """

    def variance_factor(self, n: int) -> float:
        """Return the variance of a mean of n replicates, in units of their own variance."""
        return 1 / n


@frozen
class Overlapping:
    """Replicates that are splits of one table, as in repeated k-fold cross-validation: they share training items.

    variance of the mean = (1 / n + test_to_train) * s^2

    Parameters
    ----------
    test_to_train
        Test items per training item of the outer splits, > 0: 1 / (k - 1) for k folds. Splits made inside the
        training part, to choose something there, do not enter. Seeds are no replicates: average them first.

    Notes
    -----
    Source: C. Nadeau and Y. Bengio, "Inference for the Generalization Error", 2003, section 3; for repeated
    folds: R. R. Bouckaert and E. Frank, "Evaluating the Replicability of Significance Tests", 2004.
    """

    test_to_train: float = field(validator=number_in_range(above=0))

    def variance_factor(self, n: int) -> float:
        """Return the variance of a mean of n splits, in units of their own variance."""
        return 1 / n + self.test_to_train


Replicates = Independent | Overlapping


def varies(numbers: NDArray[np.floating[Any]]) -> bool:
    """Return whether numbers differ by more than rounding: what never varies has no interval."""
    return bool(np.ptp(numbers) > SAME * np.abs(numbers).max())


@frozen
class MeanInterval:
    """A mean over replicates, and the interval in which the true mean is expected.

    Parameters
    ----------
    mean, low, high
        The mean, and the ends of its interval.
    """

    mean: float
    low: float
    high: float


def mean_interval(values: ArrayLike, *, replicates: Replicates, confidence: float = 0.95) -> MeanInterval:
    """Return the mean of replicates with its t interval.

    mean +- t * s * sqrt(variance factor), with s the standard deviation of the n values and t the quantile of
    Student's distribution with n - 1 degrees of freedom.

    Where all values are alike it has no width.

    >>> mean_interval([0.70, 0.72, 0.71], replicates=Independent()).mean
    0.71

    Raises
    ------
    InvalidValueError, InvalidTypeError
        If there are fewer than two replicates, or one is no finite number.
    """
    numbers = numbers_of("values", values)
    mean, scale = _posterior(numbers, replicates)
    confidence = check_number("confidence", confidence, above=0, below=1)
    from scipy.stats import t  # noqa: PLC0415 (it loads for half a second)

    half = float(t.ppf((1 + confidence) / 2, len(numbers) - 1)) * scale
    return MeanInterval(mean, mean - half, mean + half)


def standard_error(values: ArrayLike, *, replicates: Replicates) -> float:
    """Return the standard error of the mean of replicates, s * sqrt(variance factor).

    >>> round(standard_error([0.70, 0.72, 0.71], replicates=Independent()), 4)
    0.0058

    Raises
    ------
    InvalidValueError, InvalidTypeError
        As `mean_interval`.
    """
    return _posterior(numbers_of("values", values), replicates)[1]


@frozen
class PairedDifference:
    """How one contender differs from another over replicates in which both had the same data and seeds.

    Parameters
    ----------
    mean
        The mean of the differences.
    low, high
        The interval in which the true mean difference is expected, at the given confidence.
    wins, losses, ties
        In how many replicates the contender was better, worse, equal.
    """

    mean: float
    low: float
    high: float
    wins: int
    losses: int
    ties: int


def paired_difference(
    values: ArrayLike, baseline: ArrayLike, *, replicates: Replicates, confidence: float = 0.95
) -> PairedDifference:
    """Return the difference values - baseline over replicates, with its interval as `mean_interval` has it.

    >>> paired_difference([0.70, 0.72, 0.71], [0.68, 0.69, 0.70], replicates=Independent()).wins
    3

    Raises
    ------
    InvalidValueError, InvalidTypeError
        As `mean_interval`; or if the two are not equally many, or differ by the same in all replicates: what never
        varies has no interval.
    """
    differences = _varying_differences(values, baseline)
    interval = mean_interval(differences, replicates=replicates, confidence=confidence)
    wins, losses = int((differences > 0).sum()), int((differences < 0).sum())
    ties = len(differences) - wins - losses
    return PairedDifference(interval.mean, interval.low, interval.high, wins, losses, ties)


class Probabilities(NamedTuple):
    """How probable it is that a contender is better by more than the rope, within it, worse by more."""

    better: float
    same: float
    worse: float


def probabilities(values: ArrayLike, baseline: ArrayLike, *, replicates: Replicates, rope: float) -> Probabilities:
    """Return how probable it is that values are truly better, practically the same, worse than baseline.

    The true mean difference is Student's t around the observed mean, with n - 1 degrees of freedom and the
    scale of `mean_interval`: what is known of it if nothing was known before. This helps who must choose; it
    is no test.

    Parameters
    ----------
    values, baseline
        The replicates of both, `(n,)`; larger is better.
    replicates
        What they are.
    rope
        Differences up to this size, >= 0, make no difference in practice.

    Raises
    ------
    InvalidValueError, InvalidTypeError
        As `paired_difference`.

    Notes
    -----
    Source: G. Corani and A. Benavoli, "A Bayesian Approach for Comparing Cross-Validated Algorithms on Multiple
    Data Sets", 2015, section 2.3.
    """
    differences = _varying_differences(values, baseline)
    mean, scale = _posterior(differences, replicates)
    rope = check_number("rope", rope, minimum=0)
    from scipy.stats import t  # noqa: PLC0415

    better, worse = (float(t.cdf((sign * mean - rope) / scale, len(differences) - 1)) for sign in (1, -1))
    return Probabilities(better, max(0.0, 1 - better - worse), worse)


def _varying_differences(values: ArrayLike, baseline: ArrayLike) -> FloatArray:
    differences = differences_of(values, baseline)
    if len(differences) > 1 and not varies(differences):
        raise InvalidValueError(
            f"values and baseline differ by {differences[0]:.4g} in all {len(differences)} replicates: what never "
            f"varies has no interval, and does not show how large the true difference is; take more replicates"
        )
    return differences


def _posterior(numbers: FloatArray, replicates: Replicates) -> tuple[float, float]:
    """Return the mean of replicates, and its standard error."""
    if not isinstance(replicates, Replicates):
        raise InvalidTypeError(
            f"replicates must be Independent() or Overlapping(test_to_train), got {replicates!r}"
        )
    n = len(numbers)
    if n < 2:
        raise InvalidValueError(f"an interval needs at least 2 replicates, got {n}; take more")
    mean, spread = float(numbers.mean()), float(numbers.std(ddof=1))
    return mean, spread * math.sqrt(replicates.variance_factor(n)) if varies(numbers) else 0.0
