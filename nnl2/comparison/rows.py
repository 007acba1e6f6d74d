"""`Row`: what one strategy comes to, how it differs from the baseline, and what that says."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import attrs
import numpy as np
from attrs import frozen

from nnl2.comparison.difference import Difference, of_one_number, over_items, over_replicates
from nnl2.comparison.headline import BUT_LITTLE, FAILED, NEVER_DIFFERS, NOT_JUDGED, SEED_LUCK
from nnl2.statistics import BETTER, CANNOT_TELL, WORSE, Probabilities, probabilities, varies, verdict

if TYPE_CHECKING:
    from nnl2.comparison.outcome import Outcome
    from nnl2.comparison.scores import Score
    from nnl2.comparison.splits import Split, Splits
    from nnl2.comparison.strategies import Strategy


@frozen
class Row:
    """One strategy in the result.

    Parameters
    ----------
    name
        The strategy's.
    scores
        The mean of each score over the replicates; empty where a network failed.
    difference
        From the baseline, in the deciding score; None for the baseline itself, or if it failed.
    verdict
        better, worse, practically the same (and slightly better or worse), cannot tell; of others than compared
        strategies what they are.
    probabilities
        That it is truly better, practically the same, worse than the baseline: for who must choose anyway.
    chosen
        Which candidates were trained, as text, and in how many replicates; from weak to strong.
    at_weak_end, at_strong_end
        In how many replicates an end of the ladder was chosen: the best may lie beyond.
    beyond_weak_end, beyond_strong_end
        What to try there, as text; None where there is no ladder, or nothing beyond.
    note
        What else must be known, in a sentence; may be empty.
    """

    name: str
    scores: dict[str, float]
    difference: Difference | None
    verdict: str
    probabilities: Probabilities | None
    chosen: tuple[tuple[str, int], ...]
    at_weak_end: int
    at_strong_end: int
    beyond_weak_end: str | None
    beyond_strong_end: str | None
    note: str

    @property
    def verdict_and_size(self) -> str:
        """The verdict, and of better and worse whether that probably is too little to matter."""
        chances = self.probabilities
        if self.verdict not in (BETTER, WORSE) or chances is None:
            return self.verdict
        is_little = chances.same > chances.better + chances.worse
        return BUT_LITTLE.format(self.verdict) if is_little else self.verdict


@frozen(eq=False)
class Ruler:
    """By what all strategies are measured.

    Parameters
    ----------
    score, splits, made
        The score that decides, how it was split, and the splits.
    baseline
        What came of the baseline.
    confidence
        Of each interval.
    rope
        Differences up to this size make no difference in practice, in the unit of the score.
    """

    score: Score
    splits: Splits
    made: tuple[Split, ...]
    baseline: Outcome
    confidence: float
    rope: float

    def difference(self, outcome: Outcome) -> Difference | None:
        """Return how much better an outcome is than the baseline; None where a network failed."""
        ours, theirs = outcome.values(self.score), self.baseline.values(self.score)
        if ours is None or theirs is None:
            return None
        if not self.splits.over_items:
            replicates = self.splits.replicates(self.made)
            return over_replicates(ours, theirs, self.score, replicates, self.confidence)
        own, other = outcome.items[-1], self.baseline.items[-1]
        if own is None or other is None:
            return of_one_number(ours[-1], theirs[-1], self.score)
        found = over_items(own, other, self.score, self.confidence)
        return found if self.splits.has_verdicts else attrs.evolve(found, p_value=None)

    def probabilities(self, outcome: Outcome) -> Probabilities | None:
        """Return how probable it is that an outcome is truly better than the baseline, the same, worse.

        None where items are the replicates, and where nothing varies.
        """
        ours, theirs = outcome.values(self.score), self.baseline.values(self.score)
        if ours is None or theirs is None or self.splits.over_items:
            return None
        better_by = self.score.better_by(ours, theirs)
        if not varies(better_by):
            return None
        replicates = self.splits.replicates(self.made)
        return probabilities(better_by, np.zeros(len(better_by)), replicates=replicates, rope=self.rope)

    def row(self, strategy: Strategy, outcome: Outcome) -> Row:
        """Return the row of a compared strategy."""
        difference = self.difference(outcome)
        texts = [strategy.text_of(number) for number in range(len(strategy.candidates))]
        counts = Counter(outcome.regularizers)
        chosen = {text: counts[text] for text in texts if counts[text]}
        return Row(
            outcome.name,
            self._means(outcome),
            difference,
            self._verdict(difference),
            self.probabilities(outcome),
            tuple(chosen.items()),
            counts[texts[0]] if strategy.is_chosen else 0,
            counts[texts[-1]] if strategy.is_chosen else 0,
            strategy.beyond_weak_end(),
            strategy.beyond_strong_end(),
            _note(outcome, difference),
        )

    def baseline_row(self, strategy: Strategy) -> Row:
        """Return the baseline's row, which is compared with nothing."""
        row = self.row(strategy, self.baseline)
        note = _note(self.baseline, None)
        return attrs.evolve(row, difference=None, verdict="", probabilities=None, note=note)

    def seed_luck_row(self, strategy: Strategy, outcome: Outcome) -> Row:
        """Return the row of the baseline with other seeds: it is outside the family, and gets no verdict."""
        row = self.row(strategy, outcome)
        words = FAILED if row.verdict == FAILED else SEED_LUCK
        return attrs.evolve(row, verdict=words, probabilities=None)

    def _verdict(self, difference: Difference | None) -> str:
        if difference is None:
            return FAILED
        if not self.splits.has_verdicts:
            return NOT_JUDGED
        if difference.never_differs:
            return NEVER_DIFFERS
        if difference.low is None or difference.high is None:
            has_test = difference.p_value is not None or not self.splits.over_items
            return CANNOT_TELL if has_test else NOT_JUDGED
        return verdict(difference.low, difference.high, rope=self.rope)

    def _means(self, outcome: Outcome) -> dict[str, float]:
        """Return the mean of each score; where items are the replicates, the score on the last test part."""
        if outcome.failures:
            return {}
        shown = {
            name: values[-1:] if self.splits.over_items else values for name, values in outcome.scores.items()
        }
        return {name: float(np.mean(values)) for name, values in shown.items() if None not in values}  # type: ignore[arg-type]


def _note(outcome: Outcome, difference: Difference | None) -> str:
    n = outcome.n_replicates
    if outcome.failures:
        return f"failed in {len(outcome.failures)} of {n} replicates: {outcome.failures[0][1]}"
    notes = []
    if difference is not None and difference.never_differs:
        notes.append("no difference in any replicate, which does not show that there is none")
    elif difference is not None and difference.low is None:
        if difference.p_value is not None:
            notes.append("too few test items for an interval")
        elif n > 1:
            notes.append("the same difference in all replicates: what never varies has no interval")
    if outcome.n_collapsed:
        notes.append(f"names one class for all test items in {outcome.n_collapsed} of {n} replicates")
    return "; ".join(notes)
