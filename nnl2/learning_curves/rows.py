"""`CurveRow`: what one regularizer comes to with so many training items, and how much better than none that is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from attrs import frozen

from nnl2.comparison.difference import Difference, over_replicates
from nnl2.comparison.outcome import mean_over_splits

if TYPE_CHECKING:
    from nnl2.comparison.outcome import Outcome
    from nnl2.comparison.scores import Score
    from nnl2.learning_curves.running import Learned
    from nnl2.statistics import MeanInterval, Replicates


@frozen
class CurveRow:
    """What one regularizer comes to with so many training items, over all splits.

    Parameters
    ----------
    name
        The regularizer, as it was given.
    n_items, epochs
        The number of training items, and for how many epochs networks learned from them.
    held_out, training
        The mean of the deciding score on held-out items and on training items, with its interval; None where
        training failed in some split, or the items of one do not define it.
    gain
        How much better it is than none with the same items; None for that itself, or where one failed.
    chosen
        What was trained, as text, and in how many splits, the most frequent first: where strengths are chosen,
        the choices.
    held_out_scores, training_scores
        The deciding score in each split; None where it is missing.
    n_collapsed
        In how many splits some network gives all test items the same class.
    failure
        Why training failed in the first split in which it did, and in how many it did; else nothing.
    """

    name: str
    n_items: int
    epochs: int
    held_out: MeanInterval | None
    training: MeanInterval | None
    gain: Difference | None
    chosen: tuple[tuple[str, int], ...]
    held_out_scores: tuple[float | None, ...]
    training_scores: tuple[float | None, ...]
    n_collapsed: int
    failure: str


@frozen(eq=False)
class Ruler:
    """By what rows are measured: the score, what the splits are, and the confidence of differences."""

    score: Score
    replicates: Replicates
    confidence: float

    def row(self, n_items: int, epochs: int, learned: Learned, without: Outcome) -> CurveRow:
        """Return the row of what was learned, beside what came without regularization."""
        outcome, training = learned
        held_out = outcome.scores.get(self.score.name, (None,) * outcome.n_replicates)
        return CurveRow(
            outcome.name,
            n_items,
            epochs,
            mean_over_splits(held_out, self.replicates),
            mean_over_splits(training, self.replicates),
            None if outcome is without else self.difference(outcome, without),
            tuple(Counter(outcome.regularizers).most_common()),
            held_out,
            training,
            outcome.n_collapsed,
            outcome.failure,
        )

    def difference(self, outcome: Outcome, other: Outcome) -> Difference | None:
        """Return how much better an outcome is than another, split by split; None where a network failed."""
        ours, theirs = outcome.values(self.score), other.values(self.score)
        if ours is None or theirs is None:
            return None
        return over_replicates(ours, theirs, self.score, self.replicates, self.confidence)
