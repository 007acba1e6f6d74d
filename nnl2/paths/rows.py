"""`PathRow`: what one strength comes to, over all splits; and which is the best, and the simplest as good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from nnl2.comparison.outcome import mean_over_splits
from nnl2.errors import TrainingDivergedError
from nnl2.paths.weights import Weights, mean_weights
from nnl2.statistics import standard_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnl2.comparison.scores import Score
    from nnl2.paths.running import Walked
    from nnl2.statistics import MeanInterval, Replicates


@frozen
class PathRow:
    """What one strength comes to, over all splits.

    Parameters
    ----------
    value
        The strength; None without regularization.
    regularizer
        The regularizer as text.
    held_out, training
        The mean of the deciding score on held-out items and on training items, with its interval; None where
        training failed in some split.
    weights
        What became of the weights, a mean over the splits; None where training failed in some split.
    held_out_scores, training_scores
        The deciding score in each split; None where training failed.
    failure
        Why training failed in the first split in which it did, and in how many it did; else nothing.
    """

    value: float | None
    regularizer: str
    held_out: MeanInterval | None
    training: MeanInterval | None
    weights: Weights | None
    held_out_scores: tuple[float | None, ...]
    training_scores: tuple[float | None, ...]
    failure: str


def row_of(value: float | None, walked: Walked, score: Score, replicates: Replicates) -> PathRow:
    """Return the row of one strength."""
    outcome, learned = walked
    missing = (None,) * outcome.n_replicates
    held_out = outcome.scores.get(score.name, missing)
    training = tuple(None if each is None else each.training_score for each in learned)
    sound = [each.weights for each in learned if each is not None]
    return PathRow(
        value,
        outcome.name,
        mean_over_splits(held_out, replicates),
        mean_over_splits(training, replicates),
        mean_weights(sound) if len(sound) == len(learned) else None,
        held_out,
        training,
        outcome.failure,
    )


def best_of(rows: Sequence[PathRow], score: Score) -> PathRow:
    """Return the row with the best held-out mean, of equal ones the weaker."""
    sound = [row for row in rows if row.held_out is not None]
    if not sound:
        raise TrainingDivergedError(f"no strength of the path can be trained: {rows[0].failure}")
    means = np.array([row.held_out.mean for row in sound if row.held_out is not None])
    return sound[int(score.better_by(means, np.zeros(len(means))).argmax())]


def error_of(row: PathRow, replicates: Replicates) -> float:
    """Return the standard error of a row's held-out mean."""
    return standard_error([each for each in row.held_out_scores if each is not None], replicates=replicates)


def simplest_of(rows: Sequence[PathRow], best: PathRow, error: float, score: Score) -> PathRow:
    """Return the strongest row whose held-out mean is worse than the best by no more than a standard error."""
    assert best.held_out is not None
    return next(
        row
        for row in reversed(rows)
        if row.held_out is not None
        and float(score.better_by(np.array(best.held_out.mean), np.array(row.held_out.mean))) <= error
    )
