"""`Start`, what a seed decides before training, and `GivenStarts`: replicates that are seeds."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import field, frozen
from attrs.validators import instance_of

from nnl2.comparison.parts import Part
from nnl2.comparison.sources import items_of, table_of
from nnl2.comparison.splits import Split, Splits
from nnl2.data import Dataset
from nnl2.errors import InvalidTypeError, InvalidValueError
from nnl2.statistics import Independent
from nnl2.validation import check_seed

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from numpy.typing import NDArray

    from nnl2.comparison.parts import ClassWeights, Inside, Orders
    from nnl2.comparison.recipe import Recipe
    from nnl2.comparison.strategies import Candidate
    from nnl2.network import NeuralNetwork
    from nnl2.preparation import Table
    from nnl2.statistics import Replicates

    FloatArray = NDArray[np.floating[Any]]
    Rows = NDArray[np.intp]
    Begin = Callable[[int], "Start"]


@frozen(eq=False)
class Start:
    """What a seed decides before training.

    Parameters
    ----------
    items
        The training items, ready to train on: nothing is standardised. The same object for all seeds says that
        the items stay the same.
    weights
        The first weights and biases, as `NeuralNetwork` takes them for `initial`; None leaves them to the seed.
    orders
        The visiting orders, as `nnl2.train` takes them: a table `(epochs, n_items)`, "fixed" or None.
    """

    items: Dataset = field(validator=instance_of(Dataset))
    weights: FloatArray | None = None
    orders: Orders = None


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
        The items by which networks are judged, ready as those of a Start are.
    validation
        Items whose error is measured during training, and watched by what may stop it.
    """

    takes_generator: ClassVar[bool] = True
    chooses: ClassVar[bool] = False
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


@frozen(eq=False)
class StartSplit(Split):
    """What begins as a function of the seed says, and the test items.

    Parameters
    ----------
    table, train, test
        A table of the first seed's training items and of the test items, and their rows.
    items
        The test items, ready to be judged.
    begin, seed
        The function, and this replicate's seed.
    like
        A start of the same shape.
    validation
        Items whose error is measured during training.
    items_stay
        Whether the training items are the same with every seed.
    """

    table: Table
    train: Rows
    test: Rows
    items: Dataset
    begin: Begin
    seed: int
    like: Start
    validation: Dataset | None
    items_stay: bool

    @property
    def n_inputs(self) -> int:
        """The number of inputs."""
        return self.like.items.inputs.shape[1]

    @property
    def n_numbers(self) -> int:
        """About how many numbers of 8 bytes are in memory while it is trained: inputs and visiting orders."""
        return self.like.items.inputs.size + np.asarray(self.like.orders).nbytes // 8

    def part(self, inside: Inside, class_weights: ClassWeights, seed: int) -> StartPart:
        """Return what networks learn from and are judged on."""
        if class_weights is not None:
            raise InvalidValueError("class_weights are for tables; give the items of a Start their item_weights")
        return StartPart(self.table, self.test, self)

    def inner(self, inside: Inside, n_folds: int, seed: int) -> list[Split]:
        """Raise InvalidValueError: nothing is chosen here."""
        inside(self.table, self.train, n_folds, seed)
        return []


@frozen(slots=False, eq=False)
class StartPart(Part):
    """The items of a Start as they are, and how its networks begin."""

    table: Table
    held_out_rows: Rows
    split: StartSplit
    _starts: dict[int, Start] = field(init=False, factory=dict)

    @cached_property
    def training(self) -> Dataset:
        """All items to learn from."""
        return self._start(self.split.seed).items

    @cached_property
    def held_out(self) -> Dataset:
        """The items held out."""
        return self.split.items

    @property
    def measured(self) -> Dataset | None:
        """Items whose error is measured during training, if there are any."""
        return self.split.validation

    @property
    def cut(self) -> tuple[Dataset, Dataset]:
        """The training items, and the validation items."""
        if self.split.validation is None:
            raise InvalidValueError(
                "a strategy watches validation items, and there are none; give GivenStarts its validation="
            )
        return self.training, self.split.validation

    def network(self, recipe: Recipe, regularizer: Candidate, seed: int) -> NeuralNetwork:
        """Return a fresh network that begins as its seed says."""
        items = self.training
        sizes = items.inputs.shape[1], items.targets.shape[1]
        return recipe.network(self.table, *sizes, regularizer, seed, self._start(seed).weights)

    def orders(self, seed: int) -> Orders:
        """Return the visiting orders of such a network."""
        return self._start(seed).orders

    def key(self, seed: int) -> Hashable:
        """Return what is the same for a seed and the same items."""
        return id(self.training), seed

    def values(self, outputs: FloatArray) -> FloatArray:
        """Return a network's outputs `(n_items, 1)` as they are, `(n_items,)`."""
        return outputs[:, 0]

    def _start(self, seed: int) -> Start:
        if seed not in self._starts:
            self._starts[seed] = self.split.begin(seed)
        return self._starts[seed]


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
