"""`CurveFindings`: all that came out over the numbers of training items, as values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from nnl2.comparison.difference import Difference
    from nnl2.comparison.outcome import Outcome
    from nnl2.comparison.recipe import Recipe
    from nnl2.learning_curves.rows import CurveRow


@frozen(repr=False, eq=False)
class CurveFindings:
    """All that came out over the numbers of training items, as values; `LearningCurve` shows them.

    Parameters
    ----------
    data, splits, recipe_sentence
        What networks were trained on, how it was split, and how they were trained, in words.
    recipe
        The recipe itself, whose epochs are those with all training items.
    updates
        Over which updates networks learned at every size, in words.
    nesting
        How smaller training parts were made, in words.
    score, score_reason
        The score that decides, and why that one.
    sizes
        The numbers of training items, the smallest first.
    n_largest
        The items of the largest training part: with the largest size all parts are whole.
    rows
        First without regularization, then each regularizer; each with all sizes.
    last_steps
        For each regularizer, how much better it is with the largest size than with the one before; None where
        training failed.
    gain_confidence, step_confidence
        Of each interval of a gain over no regularization, and of a last step, so that all of either kind hold
        together at 95 %.
    rope
        Differences up to this size make no difference in practice, in the unit of the score.
    outcomes
        What came of each row in every split, with its networks.
    notes
        What else must be known, a sentence each.
    seed
        From which all splits and networks are seeded.
    """

    data: str
    splits: str
    recipe_sentence: str
    recipe: Recipe
    updates: str
    nesting: str
    score: str
    score_reason: str
    sizes: tuple[int, ...]
    n_largest: int
    rows: tuple[CurveRow, ...]
    last_steps: dict[str, Difference | None]
    gain_confidence: float
    step_confidence: float
    rope: float
    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...]
    seed: int

    @property
    def names(self) -> tuple[str, ...]:
        """The regularizers; first none."""
        return tuple(self.last_steps)

    def rows_of(self, name: str) -> tuple[CurveRow, ...]:
        """Return the rows of a regularizer, the smallest size first."""
        return tuple(row for row in self.rows if row.name == name)
