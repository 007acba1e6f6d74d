"""`PathFindings`: all that came out along one strength, as values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from nnl2.comparison.scores import SCORES

if TYPE_CHECKING:
    from nnl2.comparison.outcome import Outcome
    from nnl2.comparison.recipe import Recipe
    from nnl2.paths.rows import PathRow


@frozen(repr=False, eq=False)
class PathFindings:
    """All that came out along one strength, as values; `StrengthPath` shows them.

    Parameters
    ----------
    name, field
        What is regularized by, and the number that varies.
    data, splits, recipe_sentence
        What networks were trained on, how it was split, and how they were trained, in words.
    recipe
        The recipe itself.
    score, score_reason
        The score that decides, and why that one.
    rows
        First without regularization, then from weak to strong.
    best
        The row with the best held-out mean.
    standard_error
        That of its mean.
    simplest
        The strongest row that is worse than the best by no more than this.
    outcomes
        What came of each row in every split, with its networks.
    notes
        What else must be known, a sentence each.
    seed
        From which all splits and networks are seeded.
    """

    name: str
    field: str
    data: str
    splits: str
    recipe_sentence: str
    recipe: Recipe
    score: str
    score_reason: str
    rows: tuple[PathRow, ...]
    best: PathRow
    standard_error: float
    simplest: PathRow
    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...]
    seed: int

    @property
    def without(self) -> PathRow:
        """The row without regularization."""
        return self.rows[0]

    @property
    def gain(self) -> float:
        """By how much the best mean is better than that without regularization; infinite where that failed."""
        best, nothing = self.best.held_out, self.without.held_out
        if best is None or nothing is None:
            return math.inf
        return float(SCORES[self.score].better_by(np.array(best.mean), np.array(nothing.mean)))

    @property
    def nothing_is_as_good(self) -> bool:
        """Whether no regularization at all lies within one standard error of the best too, or is better."""
        return self.gain <= self.standard_error
