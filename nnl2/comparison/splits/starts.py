"""`GivenStarts`: replicates that are seeds, each of which decides how training begins."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import field, frozen
from attrs.validators import instance_of

from nnl2.comparison.sources import items_of, table_of
from nnl2.comparison.splits.base import Splits
from nnl2.comparison.splits.start import Start, StartSplit
from nnl2.data import Dataset
from nnl2.errors import InvalidTypeError, InvalidValueError
from nnl2.statistics import Independent
from nnl2.validation import check_seed

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nnl2.comparison.splits.base import Split
    from nnl2.preparation import Table
    from nnl2.statistics import Replicates

    Rows = NDArray[np.integer[Any]]
    Begin = Callable[[int], Start]


def _as_seeds(given: Any) -> tuple[int, ...]:  # noqa: ANN401 (checked here)
    seeds = tuple(check_seed("GivenStarts.seeds", seed) for seed in given)
    if len(seeds) < 2 or len(set(seeds)) < len(seeds):
        raise InvalidValueError(f"GivenStarts.seeds must be at least two different seeds, got {list(seeds)[:9]}")
    return seeds


@frozen(eq=False)
class GivenStarts(Splits):
    """Replicates that are seeds: a function says how each begins, and all are judged on the same items.

    The baseline "with other seeds" has the items of its seed, and weights and visiting orders of the next.

    Parameters
    ----------
    seeds
        The seeds, at least two.
    test
        The items by which networks are judged, ready as those of a Start are; the error on the first 500 is
        measured during training.
    validation
        Items whose error is watched by what may stop training.
    """

    takes_generator: ClassVar[bool] = True
    prepared: ClassVar[str] = "inputs as they are"
    start: ClassVar[str] = "first weights and visiting orders by the seed"

    seeds: tuple[int, ...] = field(converter=_as_seeds)
    test: Dataset = field(validator=instance_of(Dataset))
    validation: Dataset | None = None

    def split(self, data: Begin, seed: int) -> tuple[Split, ...]:
        """Return a split for each seed; `data` is the function of the seed."""
        begin = lru_cache(maxsize=2)(data)  # a start serves its own replicate and the one before
        starts = [_checked(begin(each), self.test) for each in self.seeds[:2]]
        first, second = (start.items for start in starts)
        table = table_of([items_of(first), items_of(self.test)], name="given starts")
        train, test = np.split(np.arange(table.n_items), [first.n_items])
        return tuple(
            StartSplit(table, train, test, self.test, begin, each, starts[0], self.validation, first is second)
            for each in self.seeds
        )

    def network_seed(self, seed: int, number: int, other: int, repeat: int) -> int:
        """Return the seed of a replicate's network; of another such network that of the next replicate."""
        if repeat:
            raise InvalidValueError("GivenStarts has one network for each seed; Recipe.seeds must be 1")
        return self.seeds[(number + other) % len(self.seeds)]

    def sentence(self, splits: tuple[Split, ...]) -> str:
        """Return in words what the replicates are, and what varies between them."""
        varies = "only the seed varies" if _items_stay(splits) else "each has new training items"
        return (
            f"{len(splits)} seeds, from {self.seeds[0]} to {self.seeds[-1]}: {varies}; all are judged on the same "
            f"{len(splits[0].test)} test items; other seeds are those of the next replicate"
        )

    def trained_on(self, splits: tuple[Split, ...]) -> str:
        """Return in words what networks are trained on."""
        n = len(splits[0].train)
        return f"trained on these very {n} items" if _items_stay(splits) else f"trained on {n} items of their own"

    def items(self, splits: tuple[Split, ...]) -> str:
        """Return in words how many items there are."""
        new = "" if _items_stay(splits) else "new "
        return f"{len(splits[0].train)} {new}training items, {len(splits[0].test)} test items"

    def replicates(self, splits: tuple[Split, ...]) -> Replicates:
        """Return what the replicates are."""
        return Independent()

    def inside(self, table: Table, rows: Rows, n_folds: int, seed: int) -> list[tuple[Rows, Rows]]:
        """Raise InvalidValueError: nothing is chosen here."""
        raise InvalidValueError(
            "where starts are given, strengths are not chosen, for visiting orders are those of all training "
            "items; give each strategy its number, as in 'l2:0.01'"
        )


def _items_stay(splits: tuple[Split, ...]) -> bool:
    return all(isinstance(split, StartSplit) and split.items_stay for split in splits)


def _checked(start: object, test: Dataset) -> Start:
    if not isinstance(start, Start):
        raise InvalidTypeError(
            f"where starts are given, data must be a function of the seed that returns a Start, "
            f"got one that returns {type(start).__name__}"
        )
    for name in ("inputs", "targets"):
        own, needed = (getattr(items, name).shape[1] for items in (test, start.items))
        if own != needed:
            raise InvalidValueError(f"GivenStarts.test must have {needed} {name}, as training items, got {own}")
    return start
