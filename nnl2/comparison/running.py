"""Running a comparison: strengths are chosen, networks trained and judged, split by split."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeVar

from nnl2.comparison.fits import train_in
from nnl2.comparison.outcome import outcome_of, replicate_of
from nnl2.comparison.tuning import wanted_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from nnl2.comparison.fits import Procedure
    from nnl2.comparison.outcome import Outcome, Replicate
    from nnl2.comparison.scores import Score
    from nnl2.comparison.splits import Split
    from nnl2.comparison.strategies import Strategy

    Progress = Callable[[int, int], object] | None
    Numbered = Sequence[tuple[int, Split]]

Measured = TypeVar("Measured")

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
    last = len(made) - 1
    found = in_every_split(
        made, on_progress, lambda some: _replicates(some, strategies, procedure, deciding, last)
    )
    return [outcome_of(each.name, own) for each, own in zip(strategies, found, strict=True)]


def in_every_split(
    made: Sequence[Split], on_progress: Progress, measure: Callable[[Numbered], Iterable[Sequence[Measured]]]
) -> list[tuple[Measured, ...]]:
    """Return what is measured in every split, for each contender.

    `measure` is given splits with their numbers, as many at a time as memory should hold and progress is told,
    and returns for each of them what it measures of each contender.
    """
    found: list[Sequence[Measured]] = []
    for some in _batches(made, on_progress):
        found.extend(measure(some))
        if on_progress is not None:
            on_progress(some[-1][0] + 1, len(made))
    return list(zip(*found, strict=True))


def _batches(made: Sequence[Split], on_progress: Progress) -> Iterator[Numbered]:
    numbered, n_told = list(enumerate(made)), 1 if on_progress is None else N_TOLD
    size = max(1, min(MOST_NUMBERS // max(1, made[0].n_numbers), math.ceil(len(made) / n_told)))
    for start in range(0, len(numbered), size):
        yield numbered[start : start + size]


def _replicates(
    numbered: Numbered, strategies: Sequence[Strategy], procedure: Procedure, deciding: Score, last: int
) -> Iterator[list[Replicate]]:
    """Yield, for each split, what comes of each strategy; all networks are trained in one call.

    What each test item adds to the score is kept of the last split, whose items may be the replicates, and of the
    first and the last strategy, which tell what the data can resolve.
    """
    *own, _ = strategies
    wanted = [[*each, each[0]._replace(other=1)] for each in wanted_in(numbered, own, procedure)]
    for (number, _), (part, trained) in zip(numbered, train_in(numbered, wanted, procedure), strict=True):
        found = [replicate_of(text, part, fitted, deciding) for text, fitted in trained]
        if number < last:
            found[1:-1] = [each.without_items() for each in found[1:-1]]
        yield found
