"""`Nested`: for every split smaller training parts, each inside the next larger one, with the same test part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from nnl2.comparison.parts import WATCHED_FOLDS, seed_of
from nnl2.comparison.splits.tables import TableSplit, check_classes
from nnl2.comparison.strategies import layers_of
from nnl2.errors import InvalidValueError
from nnl2.training.stopping import stopping_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnl2.comparison.fits import Procedure
    from nnl2.comparison.running import Numbered
    from nnl2.comparison.splits import Split
    from nnl2.comparison.strategies import Strategy
    from nnl2.preparation import Table

    Rows = NDArray[np.integer[Any]]


@frozen(eq=False)
class Nested:
    """Splits, and for each the order in which its training items come in.

    Parameters
    ----------
    splits
        The splits with all their training items.
    orders
        For each split, places among its training rows: the first n of them are the smaller training part of n.
    """

    splits: tuple[Split, ...]
    orders: tuple[Rows, ...]

    @property
    def n_full(self) -> int:
        """The number of training items; where splits differ, as by one item in folds, that of the smallest."""
        return min(len(split.train) for split in self.splits)

    @property
    def n_largest(self) -> int:
        """The number of training items of the largest split."""
        return max(len(split.train) for split in self.splits)

    def smaller(self, numbered: Numbered, n_items: int) -> list[tuple[int, Split]]:
        """Return these splits with so many training items; with `n_full` they are whole, as they came."""
        if n_items == self.n_full:
            return list(numbered)
        return [
            (number, TableSplit(split.table, split.train[np.sort(self.orders[number][:n_items])], split.test))
            for number, split in numbered
        ]


def nested(splits: tuple[Split, ...], seed: int) -> Nested:
    """Return splits whose training items come in at random, in the same order for every regularizer.

    Raises
    ------
    InvalidValueError
        If they are no rows of a table, as where starts are given.
    """
    if not all(isinstance(split, TableSplit) for split in splits):
        raise InvalidValueError(
            "where starts are given, visiting orders are those of all training items, and there is no smaller "
            "part; give a table, or a generator of items with FreshData()"
        )
    orders = (nested_order(split.table, split.train, seed_of(seed, n, 3)) for n, split in enumerate(splits))
    return Nested(splits, tuple(orders))


def nested_order(table: Table, rows: Rows, seed: int) -> Rows:
    """Return places among rows in a random order, each of whose beginnings is stratified by class.

    The i-th of n items of a class, counted from 0, stands at (i + 1/2) / n: so seats are apportioned by Webster's
    method, by which nobody loses one as the house grows. Groups come in whole, one after the other, each with the
    class that most of its items have; only the last may be cut.

    Source: M. L. Balinski and H. P. Young, "Fair Representation", 1982.
    """
    rng = np.random.default_rng(seed)
    unit_of = (
        np.arange(len(rows)) if table.groups is None else np.unique(table.groups[rows], return_inverse=True)[1]
    )
    kinds = _kinds(table, rows, unit_of)
    shuffled = rng.permutation(len(kinds))
    places = np.empty(len(kinds))
    for kind in np.unique(kinds):
        own = shuffled[kinds[shuffled] == kind]
        places[own] = (np.arange(len(own)) + 0.5) / len(own)
    ranks = np.empty(len(kinds), np.intp)
    ranks[shuffled[np.argsort(places[shuffled], kind="stable")]] = np.arange(len(kinds))
    return np.argsort(ranks[unit_of], kind="stable")


def _kinds(table: Table, rows: Rows, unit_of: Rows) -> Rows:
    """Return the class that most items of each unit have; where there are values, all are of one kind."""
    n_units = int(unit_of.max()) + 1
    if table.classes is None:
        return np.zeros(n_units, np.intp)
    counts = np.zeros((n_units, len(table.classes)), np.intp)
    np.add.at(counts, (unit_of, table.targets[rows]), 1)
    return counts.argmax(axis=1)


def check_size(found: Nested, n_items: int, strategies: Sequence[Strategy], procedure: Procedure) -> None:
    """Raise InvalidValueError where so many training items are too few for how some strategy learns from them."""
    is_chosen = any(strategy.is_chosen for strategy in strategies)
    watches = any(stopping_parts(layers_of(each)) for strategy in strategies for each in strategy.candidates)
    inside, n_folds, seed = procedure.splits.inside, procedure.recipe.inner_folds, procedure.seed
    for number, split in found.smaller(list(enumerate(found.splits)), n_items):
        check_classes(split.table, split.train, n_folds if is_chosen else 1)
        inner = split.inner(inside, n_folds, seed_of(seed, number, 1)) if is_chosen else []
        for each in (split, *inner) if watches else ():
            check_classes(each.table, each.train, WATCHED_FOLDS)
            inside(each.table, each.train, WATCHED_FOLDS, seed)
