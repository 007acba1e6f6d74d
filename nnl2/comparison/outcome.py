"""`Outcome`: what came of one strategy in every replicate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import frozen

from nnl2.comparison.scores import Judged, Score, judge_classes, judge_values
from nnl2.errors import InvalidValueError
from nnl2.statistics import mean_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnl2.comparison.fits import Fitted
    from nnl2.comparison.parts import Part
    from nnl2.data import Dataset
    from nnl2.network import NeuralNetwork
    from nnl2.preparation import Table
    from nnl2.statistics import MeanInterval, Replicates
    from nnl2.training.history import History

    FloatArray = NDArray[np.floating[Any]]


@frozen(eq=False)
class Outcome:
    """What came of one strategy in every replicate.

    Parameters
    ----------
    name
        The strategy's.
    regularizers
        What was trained in each replicate, as text: where a strength was chosen, the choice.
    scores
        Each score by its name, one number for each replicate, averaged over seeds; None where training failed,
        or the test items do not define it.
    networks
        The first network of each replicate; as it was before, where training failed.
    histories
        The errors in its training, on training items and held-out ones.
    failures
        Why networks failed: the number of the replicate, and the reason.
    n_collapsed
        In how many replicates some network gives all test items the same class.
    items
        What each test item adds to the deciding score, averaged over seeds, for each replicate; None where the
        score is no mean over items, training failed, or nobody asks: of all strategies but the first and the last
        only those of the last replicate are kept.
    """

    name: str
    regularizers: tuple[str, ...]
    scores: dict[str, tuple[float | None, ...]]
    networks: tuple[NeuralNetwork, ...]
    histories: tuple[History, ...]
    failures: tuple[tuple[int, str], ...]
    n_collapsed: int
    items: tuple[FloatArray | None, ...]

    @property
    def n_replicates(self) -> int:
        """The number of replicates."""
        return len(self.regularizers)

    @property
    def failure(self) -> str:
        """Why training failed in the first split in which it did, and in how many it did; else nothing."""
        if not self.failures:
            return ""
        return f"failed in {len(self.failures)} of {self.n_replicates} splits: {self.failures[0][1]}"

    def check_defined(self, score: Score) -> None:
        """Raise InvalidValueError where training did not fail and yet some test part does not define a score."""
        if not self.failures and self.values(score) is None:
            raise InvalidValueError(
                f"{score.name} is not defined on some test part, because a class or all spread is missing there; "
                f"ask for another score, or for fewer folds"
            )

    def values(self, score: Score) -> FloatArray | None:
        """Return a score in each replicate; None where it is missing in some."""
        values = self.scores.get(score.name, (None,))
        return None if None in values else np.array(values, dtype=np.float64)


@frozen(eq=False)
class Replicate:
    """What came of one strategy in one replicate; the fields are those of `Outcome`."""

    regularizer: str
    scores: dict[str, float]
    network: NeuralNetwork
    history: History
    failure: str | None
    collapsed: bool
    items: FloatArray | None

    def without_items(self) -> Replicate:
        """Return the same without what each test item adds to the score: of many items that is much memory."""
        return attrs.evolve(self, items=None)


def replicate_of(regularizer: str, part: Part, fitted: Sequence[Fitted], deciding: Score) -> Replicate:
    """Return what the networks of a replicate, one for each seed, are worth on the held-out items."""
    network, history = fitted[0]
    failures = [each.history.failure for each in fitted if each.history.failure is not None]
    if failures:
        return Replicate(regularizer, {}, network, history, failures[0], collapsed=False, items=None)
    judged = [_judge_held_out(part, each.network, deciding) for each in fitted]
    names = set.intersection(*(set(each.scores) for each in judged))
    scores = {name: float(np.mean([each.scores[name] for each in judged])) for name in sorted(names)}
    items = [each.items for each in judged if each.items is not None]
    mean = np.mean(items, axis=0) if len(items) == len(judged) else None
    return Replicate(regularizer, scores, network, history, None, any(each.collapsed for each in judged), mean)


def outcome_of(name: str, replicates: Sequence[Replicate]) -> Outcome:
    """Return the replicates of a strategy as one value."""
    names = sorted({score for each in replicates for score in each.scores})
    return Outcome(
        name,
        tuple(each.regularizer for each in replicates),
        {score: tuple(each.scores.get(score) for each in replicates) for score in names},
        tuple(each.network for each in replicates),
        tuple(each.history for each in replicates),
        tuple((number, each.failure) for number, each in enumerate(replicates) if each.failure is not None),
        sum(each.collapsed for each in replicates),
        tuple(each.items for each in replicates),
    )


def training_score(part: Part, fitted: Sequence[Fitted], deciding: Score) -> float | None:
    """Return the mean score of networks on the items they learned from; None where one is missing."""
    if any(each.history.failure is not None for each in fitted):
        return None
    judged = [_judge(part, each.network, part.training, *part.learned, deciding) for each in fitted]
    return mean_of([each.scores.get(deciding.name) for each in judged])


def mean_of(values: Sequence[float | None]) -> float | None:
    """Return the mean; None where one is missing."""
    return None if None in values else float(np.mean(values))  # type: ignore[arg-type]


def mean_over_splits(scores: Sequence[float | None], replicates: Replicates) -> MeanInterval | None:
    """Return the mean of scores, one for each split, with its interval; None where one is missing."""
    given = [score for score in scores if score is not None]
    return mean_interval(given, replicates=replicates) if len(given) == len(scores) else None


def _judge_held_out(part: Part, network: NeuralNetwork, deciding: Score) -> Judged:
    return _judge(part, network, part.held_out, part.table, part.held_out_rows, deciding)


def _judge(
    part: Part,
    network: NeuralNetwork,
    items: Dataset,
    table: Table,
    rows: NDArray[np.integer[Any]],
    deciding: Score,
) -> Judged:
    outputs = network.compute_outputs(items.inputs)
    if table.classes is None:
        return judge_values(part.values(outputs), table, rows, deciding)
    return judge_classes(outputs, table, rows, deciding)
