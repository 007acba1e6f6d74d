"""Networks of a comparison: all that is needed for some splits, trained in one call, equal ones once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs
import numpy as np
from attrs import frozen

from nnl2.network import NeuralNetwork, train
from nnl2.regularizers import L2, Regularizer, WeightDecay
from nnl2.training.stopping import stopping_parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from nnl2.comparison.recipe import Recipe
    from nnl2.comparison.splits import Splits
    from nnl2.data import Dataset
    from nnl2.preparation import Preparation, Table
    from nnl2.training.history import History

    Rows = NDArray[np.intp]
    ClassWeights = str | Mapping[Any, float] | None

N_RECORDED = 10
"""About how often errors are measured in a run whose curves are kept."""

WATCHED_FOLDS = 5
"""What watches validation items gets one of so many parts of its training items."""


@frozen(slots=False, eq=False)
class Part:
    """Items to learn from and items held out, prepared by the former.

    Parameters
    ----------
    table, rows, held_out_rows
        The items.
    splits
        How training items are parted once more, for networks that watch validation items.
    class_weights
        A weight for each class, by which learning counts its items; None where all count alike.
    seed
        Seeds the cut for validation items.
    """

    table: Table
    rows: Rows
    held_out_rows: Rows
    splits: Splits
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

    @cached_property
    def held_out(self) -> Dataset:
        """The items held out."""
        return self._items(self.held_out_rows)

    @cached_property
    def cut(self) -> tuple[Dataset, Dataset]:
        """The training items once more, as items to learn from and validation items."""
        learned, watched = self.splits.inside(self.table, self.rows, WATCHED_FOLDS, self.seed)[-1]
        return self._items(learned), self._items(watched)

    def _items(self, rows: Rows) -> Dataset:
        dataset = self.preparation.dataset(self.table, rows)
        if self.class_weights is None:
            return dataset
        own = 1.0 if dataset.item_weights is None else dataset.item_weights
        return attrs.evolve(dataset, item_weights=own * self.class_weights[self.table.targets[rows]])


class Fit(NamedTuple):
    """A network to be trained."""

    part: Part
    regularizer: Regularizer
    seed: int


class Fitted(NamedTuple):
    """A network as it was trained."""

    network: NeuralNetwork
    history: History


def train_all(fits: Sequence[Fit], recipe: Recipe, n_jobs: int, *, recorded: bool) -> list[Fitted]:
    """Return every network trained, those that would come out the same once; failures stand in their History."""
    keys = [(id(fit.part), fit.seed, _identity(recipe, fit.regularizer)) for fit in fits]
    wanted = dict(zip(keys, fits, strict=True))
    networks = [
        recipe.network(
            fit.part.table, fit.part.preparation.n_inputs, _trained_as(recipe, fit.regularizer), fit.seed
        )
        for fit in wanted.values()
    ]
    items = [
        fit.part.cut if stopping_parts([fit.regularizer]) else (fit.part.training, fit.part.held_out)
        for fit in wanted.values()
    ]
    histories = train(
        networks,
        [learned for learned, _ in items],
        validation=[beside for _, beside in items],
        epochs=recipe.epochs,
        learning_rate=recipe.learning_rate,
        batch_size=recipe.batch_size,
        record_every=max(1, recipe.epochs // N_RECORDED) if recorded else recipe.epochs,
        n_jobs=n_jobs,
        failed="keep",
    )
    fitted = dict(zip(wanted, map(Fitted, networks, histories), strict=True))
    return [fitted[key] for key in keys]


def seed_of(*entropy: int) -> int:
    """Return the seed of a network, or of a split, from whole numbers that say which."""
    return int(np.random.SeedSequence(entropy).generate_state(1)[0])


def _trained_as(recipe: Recipe, regularizer: Regularizer) -> Regularizer:
    """Return what is trained: under plain gradient descent constant weight decay is L2, to rounding."""
    if type(regularizer) is WeightDecay and recipe.decay_is_l2:
        return L2(float(f"{regularizer.rate / recipe.learning_rate:.12g}"))
    return regularizer


def _identity(recipe: Recipe, regularizer: Regularizer) -> object:
    """Return a key that equal regularizers share; one that has no hash shares with none."""
    trained = _trained_as(recipe, regularizer)
    try:
        hash(trained)
    except TypeError:
        return id(regularizer)
    return trained


def weights_by_class(table: Table, rows: Rows, given: ClassWeights) -> NDArray[np.float64] | None:
    """Return a weight for each class; "balanced" ones make all classes count alike among the rows."""
    if given is None:
        return None
    assert table.classes is not None
    if isinstance(given, str):
        counts = np.bincount(table.targets[rows], minlength=len(table.classes))
        return len(rows) / (len(table.classes) * np.maximum(counts, 1))
    return np.array([given[label] for label in table.classes], dtype=np.float64)
