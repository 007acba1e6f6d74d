"""Scores of networks on test items: what each means, and how much of it makes no difference in practice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from nnl2.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnl2.preparation import Table

    FloatArray = NDArray[np.floating[Any]]
    Rows = NDArray[np.integer[Any]]

LARGE_CLASS = 2 / 3
"""Where one class has more of the items, accuracy rewards naming it always: balanced accuracy decides."""


@frozen
class Score:
    """A score by which networks are judged.

    Parameters
    ----------
    name
        What it is called.
    larger_is_better
        Whether more of it is better; else differences are turned round, so that positive ones are always better.
    rope
        Differences up to this size make no difference in practice.
    relative
        Whether the rope is a share of the baseline's own score.
    per_cent
        Whether it is shown in per cent, and its differences in points.
    decimals
        Otherwise, with how many decimals; None for as many as its size asks for, where it has a unit.
    """

    name: str
    larger_is_better: bool = True
    rope: float = 0.01
    relative: bool = False
    per_cent: bool = True
    decimals: int | None = None

    def better_by(self, ours: FloatArray, theirs: FloatArray) -> FloatArray:
        """Return how much better ours is than theirs, each."""
        return ours - theirs if self.larger_is_better else theirs - ours

    def rope_beside(self, baseline: float) -> float:
        """Return the rope, in the unit of the score, beside a baseline's score."""
        return self.rope * abs(baseline) if self.relative else self.rope

    def within(self, value: float) -> float:
        """Return the end of an interval, which does not go beyond what the score can be."""
        return min(max(value, 0.0), 1.0) if self.per_cent else value

    def shown(self, value: float) -> str:
        """Return a value as text."""
        if self.per_cent:
            return f"{100 * value:.1f}"
        return f"{value:.4g}" if self.decimals is None else f"{value:.{self.decimals}f}"

    def shown_size(self, size: float) -> str:
        """Return the size of a difference as text, with its unit."""
        if not self.per_cent:
            return f"{size:.3g}"
        points = f"{100 * size:.2g}" if size < 1 else f"{100 * size:.0f}"
        return f"{points} point{'' if points == '1' else 's'}"

    def shown_difference(self, value: float) -> str:
        """Return a difference as text, with its sign: -0.0 is a little less than none."""
        if self.per_cent:
            return f"{100 * value + 0.0:+.1f}"
        return f"{value + 0.0:+.3g}" if self.decimals is None else f"{value + 0.0:+.{self.decimals}f}"


ACCURACY = Score("accuracy")
BALANCED_ACCURACY = Score("balanced-accuracy")
AUC = Score("auc")
LOG_LOSS = Score("log-loss", larger_is_better=False, relative=True, per_cent=False, decimals=4)
R2 = Score("r2", per_cent=False, decimals=3)
RMSE = Score("rmse", larger_is_better=False, relative=True, per_cent=False)

OF_CLASSES = (ACCURACY, BALANCED_ACCURACY, LOG_LOSS, AUC)
OF_VALUES = (R2, RMSE)
SCORES = {score.name: score for score in (*OF_CLASSES, *OF_VALUES)}


@frozen
class Judged:
    """What a network's outputs are worth on test items.

    Parameters
    ----------
    scores
        Each score by its name; one that these items do not define, because a class is missing, is left out.
    items
        What each item adds to the deciding score, `(n_items,)`, whose mean it is; None where it is no mean.
    collapsed
        Whether all items got the same class.
    """

    scores: dict[str, float]
    items: FloatArray | None
    collapsed: bool


def deciding_score(name: str | None, tables: Sequence[Table]) -> tuple[Score, str]:
    """Return the score that decides, and why; settled before anything is trained.

    Raises
    ------
    InvalidValueError
        If there is no such score for this task.
    """
    offered = OF_VALUES if tables[0].classes is None else OF_CLASSES
    by_name = {score.name: score for score in offered}
    if name is not None:
        if name not in by_name:
            raise InvalidValueError(
                f"score must be one of {', '.join(by_name)} for {tables[0].task}, got {name!r}"
            )
        return by_name[name], "as asked"
    if tables[0].classes is None:
        return R2, "as for every regression"
    largest = float(np.mean([np.bincount(table.targets).max() / table.n_items for table in tables]))
    if largest > LARGE_CLASS:
        return BALANCED_ACCURACY, f"the largest class has {100 * largest:.0f} % of the items"
    return ACCURACY, f"no class has over two thirds of the items, the largest {100 * largest:.0f} %"


def judge_classes(outputs: FloatArray, table: Table, rows: Rows, deciding: Score) -> Judged:
    """Return the scores of outputs `(n_items, n_classes)` for these rows, each averaged by item weights.

    A single column of outputs is that of the second class.
    """
    assert table.classes is not None
    if outputs.shape[1] == 1:
        outputs = np.hstack([1 - outputs, outputs])
    labels, weights = table.targets[rows], _weights(table, rows)
    answers = outputs.argmax(axis=1)
    totals = np.bincount(labels, weights, len(table.classes)).astype(np.float64)
    each = {
        ACCURACY.name: weights * (answers == labels),
        BALANCED_ACCURACY.name: _balanced(labels, weights, totals) * (answers == labels),
        LOG_LOSS.name: -weights * np.log(np.maximum(outputs[np.arange(len(rows)), labels], 1e-15)),
    }
    scores = {name: float(values.mean()) for name, values in each.items()}
    there = np.flatnonzero(totals)
    if len(there) > 1:
        asked = there[1:] if len(table.classes) == 2 else there
        areas = [_area(labels == k, outputs[:, k], weights) for k in asked]
        scores[AUC.name] = float(np.mean(areas))
    return Judged(scores, each.get(deciding.name), bool((answers == answers[0]).all()) and len(rows) > 1)


def judge_values(values: FloatArray, table: Table, rows: Rows, deciding: Score) -> Judged:
    """Return the scores of predicted values `(n_items,)` for these rows, each averaged by item weights."""
    truths, weights = table.targets[rows], _weights(table, rows)
    squares = weights * np.square(truths - values)
    spread = float((weights * np.square(truths - np.average(truths, weights=weights))).mean())
    scores, each = {RMSE.name: float(np.sqrt(squares.mean()))}, {}
    if spread > 0:
        each[R2.name] = 1 - squares / spread
        scores[R2.name] = float(each[R2.name].mean())
    return Judged(scores, each.get(deciding.name), collapsed=False)


def score_without_inputs(table: Table, learned: Rows, rows: Rows, score: Score) -> float | None:
    """Return a score of who knows the training items' targets and no inputs: a network should do better.

    Every item gets the shares of the classes, or the mean. None where the rows do not define the score.
    """
    targets, weights = table.targets[learned], _weights(table, learned)
    if table.classes is None:
        values = np.full(len(rows), np.average(targets, weights=weights))
        return judge_values(values, table, rows, score).scores.get(score.name)
    shares = np.bincount(targets, weights, len(table.classes)) / len(learned)
    return judge_classes(np.tile(shares, (len(rows), 1)), table, rows, score).scores.get(score.name)


def _weights(table: Table, rows: Rows) -> FloatArray:
    """Return the items' weights with a mean of 1."""
    if table.item_weights is None:
        return np.ones(len(rows))
    weights = table.item_weights[rows]
    return weights / weights.mean()


def _balanced(labels: NDArray[np.intp], weights: FloatArray, totals: FloatArray) -> FloatArray:
    """Return weights by which every class that is there counts alike, with a mean of 1."""
    return weights / totals[labels] * len(labels) / np.count_nonzero(totals)


def _area(of_class: NDArray[np.bool_], outputs: FloatArray, weights: FloatArray) -> float:
    """Return the area under the ROC curve: how often an item of the class has the larger output, ties half.

    scikit-learn's takes 30 times as long, which for small test parts is more than training does.
    """
    _, places = np.unique(outputs, return_inverse=True)
    own, others = (np.bincount(places, weights * which) for which in (of_class, ~of_class))
    return float((own * (others.cumsum() - others / 2)).sum() / (own.sum() * others.sum()))
