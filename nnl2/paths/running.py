"""Walking along an axis: in every split, a network is trained and measured with each strength."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nnl2.comparison.fits import Fit, train_all
from nnl2.comparison.outcome import judge_training, outcome_of, replicate_of
from nnl2.comparison.running import batches
from nnl2.paths.weights import Weights, mean_of, mean_weights, weights_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nnl2.comparison.fits import Fitted, Procedure
    from nnl2.comparison.outcome import Outcome, Replicate
    from nnl2.comparison.parts import Part
    from nnl2.comparison.running import Progress
    from nnl2.comparison.scores import Score
    from nnl2.comparison.splits import Split
    from nnl2.regularizers import Regularizer


class Learned(NamedTuple):
    """What the networks of one split learned, averaged over seeds: their training score, their weights."""

    training_score: float | None
    weights: Weights


class Walked(NamedTuple):
    """What came of one strength: on held-out items, and what was learned in each split; None where it failed."""

    outcome: Outcome
    learned: tuple[Learned | None, ...]


def walk(
    regularizers: Sequence[tuple[str, Regularizer]],
    made: Sequence[Split],
    procedure: Procedure,
    deciding: Score,
    on_progress: Progress,
) -> list[Walked]:
    """Return what comes of each regularizer, given with its text, in every split."""
    found: list[list[tuple[Replicate, Learned | None]]] = [[] for _ in regularizers]
    for some in batches(made, on_progress):
        for of_split in _measured(some, regularizers, procedure, deciding):
            for own, each in zip(found, of_split, strict=True):
                own.append(each)
        if on_progress is not None:
            on_progress(some[-1][0] + 1, len(made))
    return [
        Walked(outcome_of(text, [replicate for replicate, _ in own]), tuple(learned for _, learned in own))
        for (text, _), own in zip(regularizers, found, strict=True)
    ]


def _measured(
    numbered: Sequence[tuple[int, Split]],
    regularizers: Sequence[tuple[str, Regularizer]],
    procedure: Procedure,
    deciding: Score,
) -> Iterator[list[tuple[Replicate, Learned | None]]]:
    """Yield, for each split, what comes of each regularizer; all networks are trained in one call."""
    seeds = range(procedure.recipe.seeds)
    parts = [procedure.part(split) for _, split in numbered]
    fits = [
        Fit(part, regularizer, procedure.splits.network_seed(procedure.seed, number, 0, repeat))
        for (number, _), part in zip(numbered, parts, strict=True)
        for _, regularizer in regularizers
        for repeat in seeds
    ]
    fitted = iter(train_all(fits, procedure, record_every=procedure.recipe.recorded_every()))
    for part in parts:
        measured = []
        for text, _ in regularizers:
            own = [next(fitted) for _ in seeds]
            measured.append((replicate_of(text, part, own, deciding), _learned(part, own, deciding)))
        yield measured


def _learned(part: Part, fitted: Sequence[Fitted], deciding: Score) -> Learned | None:
    if any(each.history.failure is not None for each in fitted):
        return None
    scores = [judge_training(part, each.network, deciding).scores.get(deciding.name) for each in fitted]
    weights = [weights_of(each.network, part.training.inputs) for each in fitted]
    return Learned(mean_of(scores), mean_weights(weights))
