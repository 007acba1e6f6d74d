"""How data are split: as asked, if they can be, or as suits them."""

from __future__ import annotations

from nnl2.comparison.splits.base import Splits
from nnl2.comparison.splits.folds import RepeatedFolds
from nnl2.comparison.splits.fresh import FreshData
from nnl2.comparison.splits.given import FixedTest, TimeOrder
from nnl2.errors import InvalidTypeError, InvalidValueError


def suitable_splits(splits: object, data: object, *, groups: bool) -> Splits:
    """Return how to split, by default what suits the data: folds of a table, fresh data of a generator."""
    if splits is None:
        return FreshData() if callable(data) else RepeatedFolds()
    if not isinstance(splits, Splits):
        raise InvalidTypeError(
            f"splits must be RepeatedFolds(), FixedTest(rows), TimeOrder(), FreshData() or GivenStarts(...), "
            f"got {splits!r}"
        )
    if splits.takes_generator != callable(data):
        wanted = "a function of the seed" if splits.takes_generator else "a table"
        raise InvalidValueError(f"{type(splits).__name__} splits {wanted}; that is not what data is")
    if groups and isinstance(splits, TimeOrder | FixedTest):
        raise InvalidValueError(
            f"{type(splits).__name__} does not keep groups together; use RepeatedFolds, or a table without groups"
        )
    return splits
