"""`TableSplit`: training rows and test rows of a table; and the folds in which rows are parted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from nnl2.comparison.parts import TablePart, weights_by_class
from nnl2.comparison.splits.base import Split, Splits
from nnl2.errors import InvalidValueError
from nnl2.statistics import Overlapping

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnl2.comparison.parts import ClassWeights, Inside
    from nnl2.preparation import Table
    from nnl2.statistics import Replicates

    Rows = NDArray[np.integer[Any]]


@frozen(eq=False)
class TableSplit(Split):
    """A table's training rows and test rows."""

    table: Table
    train: Rows
    test: Rows

    @property
    def n_inputs(self) -> int:
        """The number of inputs of a network."""
        return self.table.prepare(self.train).n_inputs

    @property
    def n_numbers(self) -> int:
        """About how many numbers of 8 bytes are in memory while it is trained."""
        return self.table.n_numbers(len(self.train))

    def part(self, inside: Inside, class_weights: ClassWeights, seed: int) -> TablePart:
        """Return what networks learn from and are judged on."""
        weights = weights_by_class(self.table, self.train, class_weights)
        return TablePart(self.table, self.train, self.test, inside, weights, seed)

    def inner(self, inside: Inside, n_folds: int, seed: int) -> list[Split]:
        """Return the splits of the training items by which strengths are chosen."""
        return [TableSplit(self.table, *pair) for pair in inside(self.table, self.train, n_folds, seed)]


class TableSplits(Splits):
    """Ways of splitting whose training items are rows of a table, which are parted in folds once more."""

    def replicates(self, splits: tuple[Split, ...]) -> Replicates:
        """Return that they overlap, as all splits of one table do, and by how much."""
        return Overlapping(float(np.mean([len(split.test) / len(split.train) for split in splits])))

    def inside(self, table: Table, rows: Rows, n_folds: int, seed: int) -> list[tuple[Rows, Rows]]:
        """Return folds of a training part, as pairs of rows to learn from and rows to choose by."""
        return folds_of(table, rows, n_folds, seed)


def folds_of(table: Table, rows: Rows, n_folds: int, seed: int) -> list[tuple[Rows, Rows]]:
    """Return folds, as pairs of the rows outside and inside: shuffled, stratified by class, groups together."""
    from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold  # noqa: PLC0415

    targets = table.targets[rows]
    groups = None if table.groups is None else table.groups[rows]
    if groups is not None and len(np.unique(groups)) < n_folds:
        raise InvalidValueError(
            f"{n_folds} folds need as many groups, got {len(np.unique(groups))}; ask for fewer"
        )
    if table.classes is None:
        if len(rows) < 2 * n_folds:
            raise InvalidValueError(f"{n_folds} folds need two items each, got {len(rows)}; ask for fewer folds")
        kind = KFold if groups is None else GroupKFold
    else:
        kind = StratifiedKFold if groups is None else StratifiedGroupKFold
        if groups is None:
            check_classes(table, rows, n_folds)
    parted = kind(n_folds, shuffle=True, random_state=seed).split(rows, targets, groups)
    folds = [(rows[learned], rows[held_out]) for learned, held_out in parted]
    for learned, _ in folds:
        check_classes(table, learned, 1)
    return folds


def check_classes(table: Table, rows: Rows, fewest: int) -> None:
    """Raise InvalidValueError where a class has too few items among the rows."""
    if table.classes is None:
        return
    counts = np.bincount(table.targets[rows], minlength=len(table.classes))
    rarest = int(counts.argmin())
    if counts[rarest] < fewest:
        raise InvalidValueError(
            f"class {table.classes[rarest]!r} has {counts[rarest]} of {len(rows)} items, but each needs {fewest}; "
            f"ask for fewer folds, or join or drop the class"
        )
