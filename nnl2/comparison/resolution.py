"""What the data can resolve: how large a true difference must be to be found about every second time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nnl2.comparison.scores import ACCURACY
from nnl2.comparison.splits import FixedTest, RepeatedFolds
from nnl2.statistics import smallest_telling_difference

if TYPE_CHECKING:
    from nnl2.comparison.outcome import Outcome
    from nnl2.comparison.rows import Ruler


def resolution(ruler: Ruler, other_seeds: Outcome) -> float | None:
    """Return which true difference would be found about every second time, judging by two equal runs.

    It is half the interval of the difference between these two; None where they never differed, or failed. A test
    set resolves no more than McNemar's test can find on so many items.
    """
    difference = ruler.difference(other_seeds)
    if difference is None or difference.half_width is None:
        return None
    if ruler.score is ACCURACY and isinstance(ruler.splits, RepeatedFolds):
        return _of_accuracy_over_folds(ruler, other_seeds)
    if ruler.score is ACCURACY and isinstance(ruler.splits, FixedTest):
        n_test = len(ruler.made[-1].test)
        return max(difference.half_width, smallest_telling_difference(n_test, level=1 - ruler.confidence))
    return difference.half_width


def _of_accuracy_over_folds(ruler: Ruler, other_seeds: Outcome) -> float:
    """Return t * sqrt((1 / J + 1 / (k - 1)) * delta / n_test).

    delta is the share of test items on which only one of the two is right: over J splits it is steadier than the
    spread of their differences.
    """
    from scipy.stats import t  # noqa: PLC0415 (it loads for half a second)

    pairs = zip(other_seeds.items, ruler.baseline.items, strict=True)
    squares = [np.square(a - b) for a, b in pairs if a is not None and b is not None]
    delta, n_test = float(np.concatenate(squares).mean()), float(np.mean([len(each) for each in squares]))
    factor = ruler.splits.replicates(ruler.made).variance_factor(len(squares))
    quantile = float(t.ppf((1 + ruler.confidence) / 2, len(squares) - 1))
    return quantile * math.sqrt(factor * delta / n_test)
