"""`FreshData`: new training items for each replicate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import field, frozen

from nnl2.comparison.sources import items_of, table_of
from nnl2.comparison.splits.tables import TableSplit, TableSplits, check_classes
from nnl2.errors import InvalidValueError
from nnl2.statistics import Independent
from nnl2.validation import whole_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from nnl2.comparison.sources import Items
    from nnl2.comparison.splits.base import Split
    from nnl2.statistics import Replicates

FRESH_ITEMS = 20_000
"""Fresh items by which networks are judged, over all replicates."""


@frozen
class FreshData(TableSplits):
    """New training data for each replicate, from a generator; so replicates are independent.

    Each is judged on fresh items of its own, 20,000 in all, so that what is shown is near the truth.

    Parameters
    ----------
    n_replicates
        How often training data are made, >= 2.
    """

    takes_generator: ClassVar[bool] = True

    n_replicates: int = field(default=30, validator=whole_number(minimum=2))

    def split(self, data: Callable[[int], Any], seed: int) -> tuple[Split, ...]:
        """Return a table for each replicate: its training items first, its fresh ones after them."""
        return tuple(self._replicate(data, [seed, number]) for number in range(self.n_replicates))

    def _replicate(self, make: Callable[[int], Any], entropy: list[int]) -> Split:
        seeds = iter(np.random.SeedSequence(entropy).generate_state(FRESH_ITEMS + 1).tolist())
        made = [items_of(make(next(seeds)))]
        n_train, wanted = len(made[0].targets), math.ceil(FRESH_ITEMS / self.n_replicates)
        while sum(len(each.targets) for each in made) < n_train + wanted:
            made.append(items_of(make(next(seeds))))
        _check_new(*made[:2])
        table = table_of(made, name=_name_of(make))
        check_classes(table, np.arange(n_train), 2)
        return TableSplit(table, np.arange(n_train), np.arange(n_train, table.n_items))

    def sentence(self, splits: tuple[Split, ...]) -> str:
        """Return in words what was split, and how."""
        fresh = sum(len(split.test) for split in splits)
        return (
            f"{len(splits)} independent replicates, each with new training items; {fresh} fresh test items in all"
        )

    def items(self, splits: tuple[Split, ...]) -> str:
        """Return in words how many items there are."""
        return f"{len(splits[0].train)} new items each"

    def trained_on(self, splits: tuple[Split, ...]) -> str:
        """Return in words what networks are trained on."""
        return f"trained on {len(splits[0].train)} new items of this generator"

    def replicates(self, splits: tuple[Split, ...]) -> Replicates:
        """Return what the replicates are."""
        return Independent()


def _check_new(first: Items, second: Items) -> None:
    """Raise InvalidValueError where two seeds make the same items, by which networks would then be judged."""
    if all(np.array_equal(*each) for each in zip(first[:2], second[:2], strict=True)):
        raise InvalidValueError(
            "data must be a function of the seed, but it makes the same items for two different seeds; "
            "give those items themselves, as (inputs, targets)"
        )


def _name_of(make: Callable[[int], Any]) -> str:
    """Return what a generator is called; a lambda has no name of its own."""
    name = str(getattr(make, "__name__", "<"))
    return "fresh data" if name.startswith("<") else name
