"""What differences between strategies say: `Row`, one strategy beside the baseline; and what can be resolved."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import frozen

from nnl2.comparison.scores import ACCURACY
from nnl2.comparison.splits import FixedTest, RepeatedFolds
from nnl2.statistics import (
    BETTER,
    WORSE,
    Probabilities,
    mcnemar_difference,
    mean_interval,
    probabilities,
    sign_flip_difference,
    smallest_telling_difference,
    verdict,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnl2.comparison.outcome import Outcome
    from nnl2.comparison.scores import Score
    from nnl2.comparison.splits import Split, Splits
    from nnl2.comparison.strategies import Strategy

    FloatArray = NDArray[np.floating[Any]]

FAILED = "diverged"
NOT_JUDGED = "not judged"
NEVER_DIFFERS = "no difference seen"
SEED_LUCK = "luck of the seed"


@frozen
class Difference:
    """How much better one strategy is than the baseline; positive is better, whatever the score.

    Parameters
    ----------
    mean, low, high
        The mean, and the simultaneous interval; without one both ends are None, as where no replicate differs:
        what never varies has no interval, and does not show that two strategies are equal.
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
    note: str


@frozen(eq=False)
class Ruler:
    """By what all strategies are measured."""

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
        if self.splits.over_items:
            return self._over_items(outcome, ours[-1], theirs[-1])
        differences = self.score.better_by(ours, theirs)
        found = mean_interval(
            differences, replicates=self.splits.replicates(self.made), confidence=self.confidence
        )
        return _described(differences, found.mean, found.low, found.high)

    def probabilities(self, outcome: Outcome) -> Probabilities | None:
        """Return how probable it is that an outcome is truly better than the baseline, the same, worse."""
        ours, theirs = outcome.values(self.score), self.baseline.values(self.score)
        if ours is None or theirs is None or self.splits.over_items:
            return None
        better_by = self.score.better_by(ours, theirs)
        replicates = self.splits.replicates(self.made)
        if not better_by.any():
            return None
        return probabilities(better_by, np.zeros(len(better_by)), replicates=replicates, rope=self.rope)

    def _over_items(self, outcome: Outcome, ours: float, theirs: float) -> Difference:
        """Return the difference on the last, or only, test part, whose items are the replicates."""
        mean = float(self.score.better_by(np.array(ours), np.array(theirs)))
        own, other = outcome.items[-1], self.baseline.items[-1]
        if own is None or other is None:
            return Difference(mean, None, None, 0, 0, 0, (mean, mean, mean), mean)
        right = [np.unique(each).tolist() in ([0, 1], [0], [1]) for each in (own, other)]
        if self.score is ACCURACY and all(right):
            found = mcnemar_difference(own == 1, other == 1, confidence=self.confidence)
        else:
            found = sign_flip_difference(
                self.score.better_by(own, other), np.zeros(len(own)), confidence=self.confidence
            )
        p_value = found.p_value if self.splits.has_verdicts else None
        return _described(self.score.better_by(own, other), mean, found.low, found.high, p_value)

    def resolution(self, other_seeds: Outcome) -> float | None:
        """Return which true difference would be found about every second time, judging by two equal runs.

        None where these never differed, or failed. For accuracy over folds from the share of test items on which
        only one of the two is right, delta: t * sqrt((1 / J + 1 / (k - 1)) * k * delta / n).
        """
        difference = self.difference(other_seeds)
        if difference is None or difference.half_width is None:
            return None
        if isinstance(self.splits, RepeatedFolds) and self.score is ACCURACY:
            return self._resolution_of_folds(other_seeds)
        half = difference.half_width
        if isinstance(self.splits, FixedTest) and self.score is ACCURACY:
            half = max(half, smallest_telling_difference(len(self.made[-1].test), level=1 - self.confidence))
        return half or None

    def _resolution_of_folds(self, other_seeds: Outcome) -> float | None:
        from scipy.stats import t  # noqa: PLC0415

        pairs = zip(other_seeds.items, self.baseline.items, strict=True)
        squares = [np.square(a - b) for a, b in pairs if a is not None and b is not None]
        delta, n_test = float(np.concatenate(squares).mean()), float(np.mean([len(each) for each in squares]))
        factor = self.splits.replicates(self.made).variance_factor(len(squares))
        return (
            float(t.ppf((1 + self.confidence) / 2, len(squares) - 1)) * math.sqrt(factor * delta / n_test) or None
        )

    def row(self, strategy: Strategy, outcome: Outcome, numbers: list[int]) -> Row:
        """Return the row of a compared strategy, of which these candidates were trained."""
        difference = self.difference(outcome)
        last = len(strategy.candidates) - 1
        texts = Counter(dict.fromkeys(range(last + 1), 0)) + Counter(numbers)
        by_number = dict(zip(numbers, outcome.regularizers, strict=True))
        return Row(
            outcome.name,
            self._means(outcome),
            difference,
            self._verdict(difference),
            self.probabilities(outcome),
            tuple((by_number[number], texts[number]) for number in sorted(texts)),
            numbers.count(0) if strategy.is_chosen else 0,
            numbers.count(last) if strategy.is_chosen else 0,
            _note(outcome, difference),
        )

    def baseline_row(self, row: Row) -> Row:
        """Return the baseline's row, which is compared with nothing."""
        return attrs.evolve(row, difference=None, verdict="", probabilities=None, note=_note(self.baseline, None))

    def _verdict(self, difference: Difference | None) -> str:
        if difference is None:
            return FAILED
        if difference.never_differs:
            return NEVER_DIFFERS if self.splits.has_verdicts else NOT_JUDGED
        if not self.splits.has_verdicts or difference.low is None or difference.high is None:
            return NOT_JUDGED
        return verdict(difference.low, difference.high, rope=self.rope)

    def _means(self, outcome: Outcome) -> dict[str, float]:
        if outcome.failures:
            return {}
        shown = {
            name: values[-1:] if self.splits.over_items else values for name, values in outcome.scores.items()
        }
        return {name: float(np.mean(values)) for name, values in shown.items() if None not in values}  # type: ignore[arg-type]


def outside_the_family(row: Row, words: str) -> Row:
    """Return a row that is no compared strategy, saying what it is instead of a verdict."""
    return attrs.evolve(row, verdict=row.verdict if row.verdict == FAILED else words, probabilities=None)


def _described(
    differences: FloatArray, mean: float, low: float, high: float, p_value: float | None = None
) -> Difference:
    wins, losses = int((differences > 0).sum()), int((differences < 0).sum())
    known = wins + losses > 0
    low_quarter, median, high_quarter = np.quantile(differences, [0.25, 0.5, 0.75]).tolist()
    return Difference(
        mean,
        low if known else None,
        high if known else None,
        wins,
        losses,
        len(differences) - wins - losses,
        (low_quarter, median, high_quarter),
        float(differences.min()),
        p_value,
    )


def _note(outcome: Outcome, difference: Difference | None) -> str:
    n = outcome.n_replicates
    if outcome.failures:
        return f"failed in {len(outcome.failures)} of {n} replicates: {outcome.failures[0][1]}"
    notes = []
    if difference is not None and difference.never_differs:
        notes.append("no difference in any replicate, which does not show that there is none")
    if outcome.n_collapsed:
        notes.append(f"names one class for all test items in {outcome.n_collapsed} of {n} replicates")
    return "; ".join(notes)


def headline(rows: tuple[Row, ...], baseline: str) -> str:
    """Return the verdicts in one sentence, the telling ones first."""
    by_verdict: dict[str, list[str]] = {}
    for row in rows:
        by_verdict.setdefault(row.verdict, []).append(row.name)
    said = {
        BETTER: "{} better than {}",
        WORSE: "{} worse than {}",
        NEVER_DIFFERS: "{} never different from {}",
        FAILED: "{} diverged",
        NOT_JUDGED: "{} not judged beside {}: blocks of time depend on one another, and there is no test for them",
        "practically the same": "{} practically the same as {}",
        "practically the same, slightly better": "{} practically the same as {}, slightly better",
        "practically the same, slightly worse": "{} practically the same as {}, slightly worse",
    }
    clauses = []
    for words, template in said.items():
        names = by_verdict.pop(words, [])
        if names:
            be = "" if words == FAILED else (" is" if len(names) == 1 else " are")
            clauses.append(template.format(_joined(names) + be, baseline))
    unknown = [name for names in by_verdict.values() for name in names]
    if unknown:
        clauses.append(f"cannot tell whether {_joined(unknown, 'or')} is better or worse than {baseline}")
    return "; ".join(clauses)


def _joined(names: list[str], word: str = "and") -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"
