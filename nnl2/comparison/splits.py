"""Which items networks are trained on and which they are judged on, and what that makes of the replicates."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import field, frozen

from nnl2.comparison.parts import TablePart, seed_of, weights_by_class
from nnl2.comparison.sources import items_of, table_of
from nnl2.errors import InvalidTypeError, InvalidValueError
from nnl2.statistics import Independent, Overlapping, Replicates
from nnl2.validation import check_count, whole_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from nnl2.comparison.parts import ClassWeights, Inside, Part
    from nnl2.preparation import Table

    Rows = NDArray[np.intp]

FRESH_ITEMS = 20_000
"""Fresh items by which networks are judged where there is a generator, over all replicates."""


class Split(ABC):
    """What one replicate is trained on and judged on.

    Parameters
    ----------
    table, train, test
        A table, and its rows of training items, or of some that are like them, and of test items.
    """

    table: Table
    train: Rows
    test: Rows

    @property
    @abstractmethod
    def n_inputs(self) -> int:
        """The number of inputs of a network."""

    @property
    @abstractmethod
    def n_numbers(self) -> int:
        """About how many numbers of 8 bytes are in memory while it is trained."""

    @abstractmethod
    def part(self, inside: Inside, class_weights: ClassWeights, seed: int) -> Part:
        """Return what networks learn from and are judged on; `inside` parts training items once more."""

    @abstractmethod
    def inner(self, inside: Inside, n_folds: int, seed: int) -> list[Split]:
        """Return the splits of the training items by which strengths are chosen."""


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
        return len(self.train) * self.n_inputs

    def part(self, inside: Inside, class_weights: ClassWeights, seed: int) -> TablePart:
        """Return what networks learn from and are judged on."""
        weights = weights_by_class(self.table, self.train, class_weights)
        return TablePart(self.table, self.train, self.test, inside, weights, seed)

    def inner(self, inside: Inside, n_folds: int, seed: int) -> list[Split]:
        """Return the splits of the training items by which strengths are chosen."""
        return [TableSplit(self.table, *pair) for pair in inside(self.table, self.train, n_folds, seed)]


class Splits(ABC):
    """How a table, or a generator, becomes training and test items."""

    takes_generator: ClassVar[bool] = False
    """Whether it splits a function of the seed, and not a table."""

    over_items: ClassVar[bool] = False
    """Whether items are the replicates, because the training items are always the same."""

    has_verdicts: ClassVar[bool] = True
    """Whether differences can be judged at all."""

    chooses: ClassVar[bool] = True
    """Whether strengths can be chosen inside the training items."""

    prepared: ClassVar[str] = "inputs standardised by each training part"
    start: ClassVar[str] = "Glorot's start"
    """In words, how inputs are prepared and how networks start."""

    @abstractmethod
    def split(self, data: Any, seed: int) -> tuple[Split, ...]:  # noqa: ANN401 (a Table or a function)
        """Return the splits.

        Raises
        ------
        InvalidValueError
            If the items cannot be split like this.
        """

    @abstractmethod
    def sentence(self, splits: tuple[Split, ...]) -> str:
        """Return in words what was split, and how."""

    @abstractmethod
    def trained_on(self, splits: tuple[Split, ...]) -> str:
        """Return in words what networks are trained on: the first half of what is estimated."""

    def items(self, splits: tuple[Split, ...]) -> str:
        """Return in words how many items there are."""
        return f"{splits[0].table.n_items} items"

    def network_seed(self, seed: int, number: int, other: int, repeat: int) -> int:
        """Return the seed of a network: of a replicate, of the strategies or another, of a repeat."""
        return seed_of(seed, number, other, repeat)

    def replicates(self, splits: tuple[Split, ...]) -> Replicates:
        """Return what the replicates are."""
        return Overlapping(float(np.mean([len(split.test) / len(split.train) for split in splits])))

    def inside(self, table: Table, rows: Rows, n_folds: int, seed: int) -> list[tuple[Rows, Rows]]:
        """Return folds of a training part, as pairs of rows to learn from and rows to choose by."""
        folds = _folds(table, rows, n_folds, seed)
        return [(rows[learned], rows[held_out]) for learned, held_out in folds]


@frozen
class RepeatedFolds(Splits):
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
        rows = np.arange(data.n_items)
        seeds = np.random.SeedSequence(seed).generate_state(self.repeats)
        return tuple(
            TableSplit(data, learned, held_out)
            for each in seeds.tolist()
            for learned, held_out in _folds(data, rows, self.folds, each)
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


@frozen(eq=False)
class FixedTest(Splits):
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
        _check_classes(data, learned, 2)
        return (TableSplit(data, learned, rows.astype(np.intp)),)

    def sentence(self, splits: tuple[Split, ...]) -> str:
        """Return in words what was split, and how."""
        return f"one training set of {len(splits[0].train)} items, one test set of {len(splits[0].test)}"

    def trained_on(self, splits: tuple[Split, ...]) -> str:
        """Return in words what networks are trained on."""
        return f"trained on these very {len(splits[0].train)} items"


@frozen
class TimeOrder(Splits):
    """Items in their order: networks learn from what came before, and are judged on the block after it.

    Scores are those of the last block. Blocks depend on one another, so there is no test and no verdict.

    Parameters
    ----------
    blocks
        The forward splits.
    """

    over_items: ClassVar[bool] = True
    has_verdicts: ClassVar[bool] = False

    blocks: int = field(default=5, validator=whole_number(minimum=1))

    def split(self, data: Table, seed: int) -> tuple[Split, ...]:
        """Return the splits, the last block last."""
        rows = np.arange(data.n_items)
        splits = tuple(TableSplit(data, *pair) for pair in _forward(rows, self.blocks))
        for split in splits:
            _check_classes(data, split.train, 1)
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


@frozen
class FreshData(Splits):
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
        table = table_of(made, name=_name_of(make))
        _check_classes(table, np.arange(n_train), 2)
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


def check_splits(splits: object, data: object, *, groups: bool) -> Splits:
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


def _name_of(make: Callable[[int], Any]) -> str:
    """Return what a generator is called; a lambda has no name of its own."""
    name = str(getattr(make, "__name__", "<"))
    return "fresh data" if name.startswith("<") else name


def _forward(rows: Rows, n_splits: int) -> Iterator[tuple[Rows, Rows]]:
    from sklearn.model_selection import TimeSeriesSplit  # noqa: PLC0415 (heavy)

    if len(rows) <= n_splits:
        raise InvalidValueError(f"{len(rows)} items are too few for {n_splits} forward splits; ask for fewer")
    for learned, held_out in TimeSeriesSplit(n_splits).split(rows):
        yield rows[learned], rows[held_out]


def _folds(table: Table, rows: Rows, n_folds: int, seed: int) -> list[tuple[Rows, Rows]]:
    """Return positions within `rows`: stratified by class, groups kept together, shuffled."""
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
            _check_classes(table, rows, n_folds)
    folds = list(kind(n_folds, shuffle=True, random_state=seed).split(rows, targets, groups))
    if table.classes is not None:
        for learned, _ in folds:
            _check_classes(table, rows[learned], 1)
    return folds


def _check_classes(table: Table, rows: Rows, fewest: int) -> None:
    """Raise InvalidValueError where a class has too few items among the rows."""
    if table.classes is None:
        return
    counts = np.bincount(table.targets[rows], minlength=len(table.classes))
    rarest = int(counts.argmin())
    if counts[rarest] < check_count("fewest", fewest):
        raise InvalidValueError(
            f"class {table.classes[rarest]!r} has {counts[rarest]} of {len(rows)} items, but each needs {fewest}; "
            f"ask for fewer folds, or join or drop the class"
        )
