"""Learning from ever more items: in every split, networks are trained and measured at every size."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import attrs

from nnl2.comparison.fits import train_in
from nnl2.comparison.outcome import outcome_of, replicate_of, training_score
from nnl2.comparison.running import in_every_split
from nnl2.comparison.tuning import wanted_in
from nnl2.learning_curves.sizes import epochs_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nnl2.comparison.fits import Procedure
    from nnl2.comparison.outcome import Outcome, Replicate
    from nnl2.comparison.running import Numbered, Progress
    from nnl2.comparison.scores import Score
    from nnl2.comparison.strategies import Strategy
    from nnl2.learning_curves.nested import Nested


class Learned(NamedTuple):
    """What came of one strategy with so many items, and the training score in each split; None where it failed."""

    outcome: Outcome
    training_scores: tuple[float | None, ...]


def learn(
    strategies: Sequence[Strategy],
    found: Nested,
    procedures: dict[int, Procedure],
    deciding: Score,
    on_progress: Progress,
) -> list[list[Learned]]:
    """Return, for each size, what comes of each strategy; each size has a procedure of its own."""

    def measure(some: Numbered) -> list[list[tuple[Replicate, float | None]]]:
        by_size = [
            _measured(found.smaller(some, n_items), strategies, procedure, deciding)
            for n_items, procedure in procedures.items()
        ]
        return [list(chain(*of_split)) for of_split in zip(*by_size, strict=True)]

    measured = iter(in_every_split(found.splits, on_progress, measure))
    return [[_learned(strategy.name, next(measured)) for strategy in strategies] for _ in procedures]


def procedure_for(procedure: Procedure, n_items: int, n_full: int) -> Procedure:
    """Return the procedure for so many items: networks make as many updates as with all."""
    recipe = attrs.evolve(procedure.recipe, epochs=epochs_for(procedure.recipe, n_items, n_full))
    return attrs.evolve(procedure, recipe=recipe)


def _measured(
    numbered: Numbered, strategies: Sequence[Strategy], procedure: Procedure, deciding: Score
) -> Iterator[list[tuple[Replicate, float | None]]]:
    """Yield, for each split, what comes of each strategy at one size; all networks are trained in one call.

    What single test items add to the score nobody asks for.
    """
    for part, trained in train_in(numbered, wanted_in(numbered, strategies, procedure), procedure):
        yield [
            (replicate_of(text, part, fitted, deciding).without_items(), training_score(part, fitted, deciding))
            for text, fitted in trained
        ]


def _learned(name: str, measured: Sequence[tuple[Replicate, float | None]]) -> Learned:
    return Learned(outcome_of(name, [each for each, _ in measured]), tuple(score for _, score in measured))
