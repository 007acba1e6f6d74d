"""`Findings`: all that came out of a comparison, as values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from nnl2.comparison.outcome import Outcome
    from nnl2.comparison.recipe import Recipe
    from nnl2.comparison.rows import Row


@frozen(repr=False, eq=False)
class Findings:
    """All that came out of a comparison, as values; `Comparison` shows them.

    Parameters
    ----------
    data
        What was compared on, in words.
    splits, recipe_sentence
        How it was split, and how networks were trained, in words.
    recipe
        The recipe itself.
    estimand
        What the differences are estimates of.
    score, score_reason
        The score that decides, and why that one.
    baseline
        The name of the strategy that the others are compared with.
    confidence
        Of each interval, so that all hold together at 95 %.
    rope
        Differences up to this size make no difference in practice, in the unit of the score.
    verdict
        The verdicts in a sentence.
    best_guess
        The strategy with the best mean, for who must choose anyway.
    resolution
        The true difference that would be found about every second time, judging by two equal runs with other
        seeds; None where these say nothing.
    without_inputs
        What the deciding score comes to without a network: where every item is given the shares of the classes, or
        the mean, of the training items; None where the score is not defined.
    over_items
        Whether differences are measured over test items, because there is one training set, and not over splits.
    rows
        The baseline, the compared strategies, and last the baseline with other seeds.
    outcomes
        What came of each row in every replicate.
    notes
        What else must be known, a sentence each.
    seed
        From which all splits and networks are seeded.
    """

    data: str
    splits: str
    recipe_sentence: str
    recipe: Recipe
    estimand: str
    score: str
    score_reason: str
    baseline: str
    confidence: float
    rope: float
    verdict: str
    best_guess: str
    resolution: float | None
    without_inputs: float | None
    over_items: bool
    rows: tuple[Row, ...]
    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...]
    seed: int

    @property
    def n_compared(self) -> int:
        """How many strategies are compared with the baseline."""
        return len(self.rows) - 2

    def row(self, name: str) -> Row:
        """Return the row of a strategy."""
        return {row.name: row for row in self.rows}[name]

    def outcome(self, name: str) -> Outcome:
        """Return what came of a strategy in every replicate."""
        return {outcome.name: outcome for outcome in self.outcomes}[name]
