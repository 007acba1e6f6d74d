"""`Start`: what a seed decides before training; and one replicate that begins like this."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen
from attrs.validators import instance_of

from nnl2.comparison.parts import Part
from nnl2.comparison.sources import items_of, table_of
from nnl2.comparison.splits.base import Split
from nnl2.data import Dataset
from nnl2.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from numpy.typing import NDArray

    from nnl2.comparison.parts import ClassWeights, Inside, Orders
    from nnl2.comparison.recipe import Recipe
    from nnl2.comparison.strategies import Candidate
    from nnl2.network import NeuralNetwork
    from nnl2.preparation import Table

    FloatArray = NDArray[np.floating[Any]]
    Rows = NDArray[np.integer[Any]]
    Begin = Callable[[int], "Start"]


MOST_MEASURED = 500
"""So many test items at most are measured again and again during training."""


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
        Items whose error is watched by what may stop training.
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
    def learned(self) -> tuple[Table, Rows]:
        """A table of this replicate's own items with the test items after them, so that no class is missing."""
        items = [items_of(self.training), items_of(self.split.items)]
        return table_of(items, name="given start"), np.arange(self.training.n_items)

    @cached_property
    def held_out(self) -> Dataset:
        """The items held out."""
        return self.split.items

    @property
    def measured(self) -> Dataset:
        """The first of the items held out: of tens of thousands, measuring would last longer than training."""
        return self.split.items[:MOST_MEASURED]

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
