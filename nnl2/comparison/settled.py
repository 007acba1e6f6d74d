"""What is settled before anything is trained: how data are split, and which score decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from nnl2.comparison.scores import deciding_score
from nnl2.comparison.sources import as_table
from nnl2.comparison.splits import suitable_splits
from nnl2.errors import InvalidValueError

if TYPE_CHECKING:
    from nnl2.comparison.parts import ClassWeights
    from nnl2.comparison.scores import Score
    from nnl2.comparison.splits import Split, Splits


class Settled(NamedTuple):
    """How data are split, what that made, which score decides, and why."""

    splits: Splits
    made: tuple[Split, ...]
    deciding: Score
    reason: str


def settle(
    data: Any,  # noqa: ANN401 (checked where it becomes a Table)
    splits: Splits | None,
    score: str | None,
    class_weights: ClassWeights,
    seed: int,
) -> Settled:
    """Return what the arguments of `nnl2.compare` with these names come to.

    Raises
    ------
    InvalidValueError, InvalidTypeError
        If one cannot be used.
    """
    table = None if callable(data) else as_table(data)
    splits = suitable_splits(splits, data, groups=table is not None and table.groups is not None)
    made = splits.split(data if table is None else table, seed)
    tables = [split.table for split in (made if table is None else made[:1])]
    deciding, reason = deciding_score(score, tables)
    _check_class_weights(class_weights, tables[0].classes)
    return Settled(splits, made, deciding, reason)


def _check_class_weights(given: ClassWeights, classes: tuple[Any, ...] | None) -> None:
    if given is None:
        return
    if classes is None:
        raise InvalidValueError("class_weights are for classes, but these targets are values")
    if isinstance(given, Mapping) and set(given) == set(classes):
        return
    if given != "balanced":
        raise InvalidValueError(
            f'class_weights must be "balanced" or a mapping of each of {list(classes)} to a weight, got {given!r}'
        )
