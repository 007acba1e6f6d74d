"""`Difference`: how much better one strategy is than the baseline, over replicates or over test items."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from nnl2.comparison.scores import ACCURACY
from nnl2.statistics import mcnemar_difference, paired_difference, sign_flip_difference, varies

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnl2.comparison.scores import Score
    from nnl2.statistics import Replicates

    FloatArray = NDArray[np.floating[Any]]


@frozen
class Difference:
    """How much better one strategy is than the baseline; positive is better, whatever the score.

    Parameters
    ----------
    mean, low, high
        The mean, and the simultaneous interval; without one both ends are None, as where no replicate differs:
        what never varies has no interval, and does not show that two strategies are equal; nor have a few test
        items.
    wins, losses, ties
        In how many replicates, or on how many test items where there is one training set, it is better, worse,
        equal.
    quartiles
        A quarter, a half, three quarters of the replicates lie below.
    worst
        The replicate in which it compares worst.
    p_value
        Of the test over items; None where replicates are judged by their interval alone.
    """

    mean: float
    low: float | None
    high: float | None
    wins: int
    losses: int
    ties: int
    quartiles: tuple[float, float, float]
    worst: float
    p_value: float | None = None

    @property
    def never_differs(self) -> bool:
        """Whether all replicates are ties."""
        return self.ties > 0 and self.wins + self.losses == 0

    @property
    def half_width(self) -> float | None:
        """Half the interval: true differences of this size would be found about every second time."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2


def over_replicates(
    ours: FloatArray, theirs: FloatArray, score: Score, replicates: Replicates, confidence: float
) -> Difference:
    """Return the difference between two rows of scores, one for each replicate."""
    better_by = score.better_by(ours, theirs)
    if not varies(better_by):
        return _described(better_by, float(better_by.mean()), None, None)
    found = paired_difference(better_by, np.zeros(len(better_by)), replicates=replicates, confidence=confidence)
    return _described(better_by, found.mean, found.low, found.high)


def over_items(ours: FloatArray, theirs: FloatArray, score: Score, confidence: float) -> Difference:
    """Return the difference between what test items add to a score, whose mean it is.

    Where each item is right or wrong, as it is for one network, McNemar's exact test; else, as for the mean of
    several seeds, the test that flips signs.
    """
    better_by = score.better_by(ours, theirs)
    if not better_by.any():
        return _described(better_by, 0.0, None, None)
    if score is ACCURACY and np.isin([ours, theirs], [0, 1]).all():
        found = mcnemar_difference(ours == 1, theirs == 1, confidence=confidence)
    else:
        found = sign_flip_difference(better_by, np.zeros(len(better_by)), confidence=confidence)
    if math.isinf(found.high - found.low):  # of a few items, flips reject no difference at all
        return _described(better_by, found.mean, None, None, found.p_value)
    return _described(better_by, found.mean, found.low, found.high, found.p_value)


def of_one_number(ours: float, theirs: float, score: Score) -> Difference:
    """Return the difference between two scores that are no means over items: it has no interval."""
    mean = float(score.better_by(np.array(ours), np.array(theirs)))
    return Difference(mean, None, None, 0, 0, 0, (mean, mean, mean), mean)


def _described(
    better_by: FloatArray, mean: float, low: float | None, high: float | None, p_value: float | None = None
) -> Difference:
    wins, losses = int((better_by > 0).sum()), int((better_by < 0).sum())
    ties = len(better_by) - wins - losses
    low_quarter, median, high_quarter = np.quantile(better_by, [0.25, 0.5, 0.75]).tolist()
    return Difference(
        mean,
        low,
        high,
        wins,
        losses,
        ties,
        (low_quarter, median, high_quarter),
        float(better_by.min()),
        p_value,
    )
