"""`Part`: what the networks of one replicate learn from, how they begin, and what they are judged on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from numpy.typing import NDArray

    from nnl2.comparison.recipe import Recipe
    from nnl2.comparison.strategies import Candidate
    from nnl2.data import Dataset
    from nnl2.network import NeuralNetwork
    from nnl2.preparation import Preparation, Table

    FloatArray = NDArray[np.floating[Any]]
    Rows = NDArray[np.integer[Any]]
    ClassWeights = str | Mapping[Any, float] | None
    Orders = NDArray[np.integer[Any]] | str | None
    Inside = Callable[[Table, Rows, int, int], list[tuple[Rows, Rows]]]

WATCHED_FOLDS = 5
"""What watches validation items gets one of so many parts of its training items."""


class Part(ABC):
    """Items to learn from and items held out, and how a network for them begins.

    Parameters
    ----------
    table, held_out_rows
        The items held out, by which scores are made.
    """

    table: Table
    held_out_rows: Rows

    @property
    @abstractmethod
    def training(self) -> Dataset:
        """All items to learn from."""

    @property
    @abstractmethod
    def learned(self) -> tuple[Table, Rows]:
        """A table, and its rows of all items to learn from, by which training scores are made."""

    @property
    @abstractmethod
    def held_out(self) -> Dataset:
        """The items held out."""

    @property
    @abstractmethod
    def measured(self) -> Dataset | None:
        """Items whose error is measured during training, if there are any."""

    @property
    @abstractmethod
    def cut(self) -> tuple[Dataset, Dataset]:
        """Items to learn from and validation items, for networks that watch these."""

    @abstractmethod
    def network(self, recipe: Recipe, regularizer: Candidate, seed: int) -> NeuralNetwork:
        """Return a fresh network."""

    @abstractmethod
    def orders(self, seed: int) -> Orders:
        """Return the visiting orders of such a network, as `nnl2.train` takes them."""

    @abstractmethod
    def key(self, seed: int) -> Hashable:
        """Return what is the same only where networks of equal regularizers come out the same."""

    @abstractmethod
    def values(self, outputs: FloatArray) -> FloatArray:
        """Return a network's outputs `(n_items, 1)` in the unit of the target, `(n_items,)`."""


@frozen(slots=False, eq=False)
class TablePart(Part):
    """Items of a table, prepared by those to learn from.

    Parameters
    ----------
    table, rows, held_out_rows
        The items.
    inside
        How training items are parted once more, for networks that watch validation items.
    class_weights
        A weight for each class, by which learning counts its items; None where all count alike.
    seed
        Seeds the cut for validation items.
    """

    table: Table
    rows: Rows
    held_out_rows: Rows
    inside: Inside
    class_weights: NDArray[np.float64] | None
    seed: int

    @cached_property
    def preparation(self) -> Preparation:
        """How columns become numbers, learned from the training rows."""
        return self.table.prepare(self.rows)

    @cached_property
    def training(self) -> Dataset:
        """All items to learn from."""
        return self._items(self.rows)

    @property
    def learned(self) -> tuple[Table, Rows]:
        """The table, and its rows of all items to learn from."""
        return self.table, self.rows

    @cached_property
    def held_out(self) -> Dataset:
        """The items held out."""
        return self._items(self.held_out_rows)

    @property
    def measured(self) -> Dataset:
        """The items held out."""
        return self.held_out

    @cached_property
    def cut(self) -> tuple[Dataset, Dataset]:
        """The training items once more, as items to learn from and validation items."""
        learned, watched = self.inside(self.table, self.rows, WATCHED_FOLDS, self.seed)[-1]
        return self._items(learned), self._items(watched)

    def network(self, recipe: Recipe, regularizer: Candidate, seed: int) -> NeuralNetwork:
        """Return a fresh network, whose seed decides its first weights."""
        n_outputs = 1 if self.table.classes is None else len(self.table.classes)
        return recipe.network(self.table, self.preparation.n_inputs, n_outputs, regularizer, seed)

    def orders(self, seed: int) -> None:
        """Return None: each network shuffles by its own seed."""

    def key(self, seed: int) -> Hashable:
        """Return what tells networks of this part and seed from all others."""
        return id(self), seed

    def values(self, outputs: FloatArray) -> FloatArray:
        """Return a network's outputs `(n_items, 1)` in the unit of the target, `(n_items,)`."""
        return self.preparation.values(outputs)

    def _items(self, rows: Rows) -> Dataset:
        dataset = self.preparation.dataset(self.table, rows)
        if self.class_weights is None:
            return dataset
        own = 1.0 if dataset.item_weights is None else dataset.item_weights
        return attrs.evolve(dataset, item_weights=own * self.class_weights[self.table.targets[rows]])


def seed_of(*entropy: int) -> int:
    """Return the seed of a network, or of a split, from whole numbers that say which."""
    return int(np.random.SeedSequence(entropy).generate_state(1)[0])


def weights_by_class(table: Table, rows: Rows, given: ClassWeights) -> NDArray[np.float64] | None:
    """Return a weight for each class; "balanced" ones make all classes count alike among the rows."""
    if given is None:
        return None
    assert table.classes is not None
    if isinstance(given, str):
        counts = np.bincount(table.targets[rows], minlength=len(table.classes))
        return len(rows) / (len(table.classes) * np.maximum(counts, 1))
    return np.array([given[label] for label in table.classes], dtype=np.float64)
