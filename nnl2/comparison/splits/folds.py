"""`RepeatedFolds`: repeated k-fold cross-validation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from nnl2.comparison.splits.tables import TableSplit, TableSplits, folds_of
from nnl2.validation import whole_number

if TYPE_CHECKING:
    from nnl2.comparison.splits.base import Split
    from nnl2.preparation import Table


@frozen
class RepeatedFolds(TableSplits):
    """Repeated k-fold cross-validation, stratified where there are classes; groups are never parted.

    Parameters
    ----------
    folds
        The parts of the table of which each is held out once, >= 2.
    repeats
        How often it is parted anew.
    """

    folds: int = field(default=5, validator=whole_number(minimum=2))
    repeats: int = field(default=4, validator=whole_number(minimum=1))

    def split(self, data: Table, seed: int) -> tuple[Split, ...]:
        """Return folds x repeats splits."""
        rows = np.arange(data.n_items, dtype=np.int32)  # of many splits on a large table, half as much memory
        seeds = np.random.SeedSequence(seed).generate_state(self.repeats)
        return tuple(
            TableSplit(data, learned, held_out)
            for each in seeds.tolist()
            for learned, held_out in folds_of(data, rows, self.folds, each)
        )

    def sentence(self, splits: tuple[Split, ...]) -> str:
        """Return in words what was split, and how."""
        kind = "" if splits[0].table.classes is None else "stratified "
        grouped = "" if splits[0].table.groups is None else ", groups kept together"
        times = "once" if self.repeats == 1 else f"{self.repeats} times"
        return f"{self.folds} {kind}folds, parted {times}{grouped}: {len(splits)} overlapping splits"

    def trained_on(self, splits: tuple[Split, ...]) -> str:
        """Return in words what networks are trained on."""
        n = round(float(np.mean([len(split.train) for split in splits])))
        return f"trained on {self.folds - 1}/{self.folds} of a table like this, {n} items"
