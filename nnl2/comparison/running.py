"""Running a comparison: strengths are chosen, networks trained and judged, split by split."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import attrs

from nnl2.comparison.fits import Fit, train_all
from nnl2.comparison.outcome import outcome_of, replicate_of
from nnl2.comparison.tuning import choose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nnl2.comparison.fits import Procedure
    from nnl2.comparison.outcome import Outcome, Replicate
    from nnl2.comparison.scores import Score
    from nnl2.comparison.splits import Split
    from nnl2.comparison.strategies import Strategy

    Progress = Callable[[int, int], object] | None

MOST_NUMBERS = 5_000_000
"""Numbers in memory at a time, of 8 bytes each: so many splits go through one call of `train` together."""

N_TOLD = 20
"""How often progress is told; more often, threads would wait for one another."""


def outcomes_of(
    strategies: Sequence[Strategy],
    made: Sequence[Split],
    procedure: Procedure,
    deciding: Score,
    on_progress: Progress,
) -> list[Outcome]:
    """Return what comes of each strategy in every split.

    The last strategy is the first with other seeds: it takes the strengths that the first chose.
    """
    replicates: list[list[Replicate]] = [[] for _ in strategies]
    for some in batches(made, on_progress):
        for of_split in _replicates(some, strategies, procedure, deciding):
            for own, replicate in zip(replicates, of_split, strict=True):
                own.append(replicate)
            _forget_items(replicates[1:-1])
        if on_progress is not None:
            on_progress(some[-1][0] + 1, len(made))
    return [outcome_of(each.name, own) for each, own in zip(strategies, replicates, strict=True)]


def _forget_items(replicates: Sequence[list[Replicate]]) -> None:
    """Drop what each test item adds to the score, but for the last replicate, whose items may be the replicates.

    Of the first and the last strategy all are kept: they tell what the data can resolve.
    """
    for own in replicates:
        if len(own) > 1:
            own[-2] = attrs.evolve(own[-2], items=None)


def batches(made: Sequence[Split], on_progress: Progress) -> Iterator[list[tuple[int, Split]]]:
    """Yield the splits with their numbers, as many at a time as memory should hold and progress is told."""
    numbered, n_told = list(enumerate(made)), 1 if on_progress is None else N_TOLD
    size = max(1, min(MOST_NUMBERS // max(1, made[0].n_numbers), math.ceil(len(made) / n_told)))
    for start in range(0, len(numbered), size):
        yield numbered[start : start + size]


def _replicates(
    numbered: Sequence[tuple[int, Split]], strategies: Sequence[Strategy], procedure: Procedure, deciding: Score
) -> Iterator[list[Replicate]]:
    """Return, for each split, what comes of each strategy; all networks are trained in one call."""
    recipe = procedure.recipe
    *own, _ = strategies
    choices = [[*each, each[0]] for each in choose(numbered, own, procedure)]
    parts = [procedure.part(split) for _, split in numbered]
    fits = [
        Fit(
            part,
            strategy.candidates[choice],
            procedure.splits.network_seed(procedure.seed, number, int(strategy is strategies[-1]), repeat),
        )
        for (number, _), part, chosen in zip(numbered, parts, choices, strict=True)
        for strategy, choice in zip(strategies, chosen, strict=True)
        for repeat in range(recipe.seeds)
    ]
    fitted = iter(train_all(fits, procedure, record_every=recipe.recorded_every()))
    for part, chosen in zip(parts, choices, strict=True):
        yield [
            replicate_of(strategy.text_of(choice), part, [next(fitted) for _ in range(recipe.seeds)], deciding)
            for strategy, choice in zip(strategies, chosen, strict=True)
        ]
