"""Walking along an axis: in every split, a network is trained and measured with each strength."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nnl2.comparison.fits import Wanted, train_in
from nnl2.comparison.outcome import outcome_of, replicate_of, training_score
from nnl2.comparison.running import in_every_split
from nnl2.paths.weights import Weights, mean_weights, weights_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nnl2.comparison.fits import Fitted, Procedure
    from nnl2.comparison.outcome import Outcome, Replicate
    from nnl2.comparison.parts import Part
    from nnl2.comparison.running import Numbered, Progress
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
    wanted = [Wanted(text, regularizer) for text, regularizer in regularizers]
    found = in_every_split(made, on_progress, lambda some: _measured(some, wanted, procedure, deciding))
    return [
        Walked(outcome_of(each.text, [replicate for replicate, _ in own]), tuple(learned for _, learned in own))
        for each, own in zip(wanted, found, strict=True)
    ]


def _measured(
    numbered: Numbered, wanted: Sequence[Wanted], procedure: Procedure, deciding: Score
) -> Iterator[list[tuple[Replicate, Learned | None]]]:
    """Yield, for each split, what comes of each regularizer; all networks are trained in one call."""
    for part, trained in train_in(numbered, [wanted] * len(numbered), procedure):
        yield [
            (replicate_of(text, part, fitted, deciding), _learned(part, fitted, deciding))
            for text, fitted in trained
        ]


def _learned(part: Part, fitted: Sequence[Fitted], deciding: Score) -> Learned | None:
    if any(each.history.failure is not None for each in fitted):
        return None
    weights = [weights_of(each.network, part.training.inputs) for each in fitted]
    return Learned(training_score(part, fitted, deciding), mean_weights(weights))
