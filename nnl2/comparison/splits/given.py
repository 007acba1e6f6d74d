"""`FixedTest` and `TimeOrder`: which items are test items is given, by their rows or by their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import field, frozen

from nnl2.comparison.splits.tables import TableSplit, TableSplits, check_classes
from nnl2.errors import InvalidValueError
from nnl2.validation import whole_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from nnl2.comparison.splits.base import Split
    from nnl2.preparation import Table

    Rows = NDArray[np.integer[Any]]


@frozen(eq=False)
class FixedTest(TableSplits):
    """One training set and one test set; what comes out speaks of networks trained on this very training set.

    Parameters
    ----------
    rows
        The rows of the table that are test items, counted from 0.
    """

    over_items: ClassVar[bool] = True

    rows: Any = field()

    def split(self, data: Table, seed: int) -> tuple[Split, ...]:
        """Return the only split."""
        rows = np.asarray(self.rows)
        if rows.ndim != 1 or rows.dtype.kind not in "iu" or len(np.unique(rows)) != len(rows):
            raise InvalidValueError("FixedTest.rows must be whole numbers, the different rows of the test items")
        if len(rows) < 2 or rows.min() < 0 or rows.max() >= data.n_items or len(rows) > data.n_items - 2:
            raise InvalidValueError(
                f"FixedTest.rows must be in [0, {data.n_items - 1}], at least two, and leave two to train on"
            )
        learned = np.setdiff1d(np.arange(data.n_items), rows)
        check_classes(data, learned, 2)
        return (TableSplit(data, learned, rows.astype(np.intp)),)

    def sentence(self, splits: tuple[Split, ...]) -> str:
        """Return in words what was split, and how."""
        return f"one training set of {len(splits[0].train)} items, one test set of {len(splits[0].test)}"

    def trained_on(self, splits: tuple[Split, ...]) -> str:
        """Return in words what networks are trained on."""
        return f"trained on these very {len(splits[0].train)} items"


@frozen
class TimeOrder(TableSplits):
    """Items in their order: networks learn from what came before, and are judged on the block after it.

    Scores are those of the last block. Blocks depend on one another, so there is no test and no verdict.

    Parameters
    ----------
    blocks
        The forward splits, >= 2.
    """

    over_items: ClassVar[bool] = True
    has_verdicts: ClassVar[bool] = False

    blocks: int = field(default=5, validator=whole_number(minimum=2))

    def split(self, data: Table, seed: int) -> tuple[Split, ...]:
        """Return the splits, the last block last."""
        rows = np.arange(data.n_items)
        splits = tuple(TableSplit(data, *pair) for pair in _forward(rows, self.blocks))
        for split in splits:
            check_classes(data, split.train, 1)
        return splits

    def sentence(self, splits: tuple[Split, ...]) -> str:
        """Return in words what was split, and how."""
        return (
            f"{len(splits)} forward splits in the order of items; scores are those of the last block, "
            f"{len(splits[-1].test)} items, without a test: blocks depend on one another"
        )

    def trained_on(self, splits: tuple[Split, ...]) -> str:
        """Return in words what networks are trained on."""
        return f"trained on the first {len(splits[-1].train)} items and judged on those after them"

    def inside(self, table: Table, rows: Rows, n_folds: int, seed: int) -> list[tuple[Rows, Rows]]:
        """Return forward splits of a training part."""
        return list(_forward(rows, n_folds))


def _forward(rows: Rows, n_splits: int) -> Iterator[tuple[Rows, Rows]]:
    from sklearn.model_selection import TimeSeriesSplit  # noqa: PLC0415 (heavy)

    if len(rows) <= n_splits:
        raise InvalidValueError(f"{len(rows)} items are too few for {n_splits} forward splits; ask for fewer")
    for learned, held_out in TimeSeriesSplit(n_splits).split(rows):
        yield rows[learned], rows[held_out]
