"""Networks of a comparison: all that is needed for some splits, trained in one call, equal ones once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from attrs import frozen

from nnl2.comparison.strategies import layers_of
from nnl2.regularizers import L2, WeightDecay
from nnl2.training.stopping import stopping_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nnl2.comparison.parts import ClassWeights, Part
    from nnl2.comparison.recipe import Recipe
    from nnl2.comparison.splits import Split, Splits
    from nnl2.comparison.strategies import Candidate
    from nnl2.network import NeuralNetwork
    from nnl2.training.history import History

    Train = Callable[..., Sequence[History]]


@frozen(eq=False)
class Procedure:
    """What is the same for all strategies of a comparison; the fields are arguments of `nnl2.compare`."""

    splits: Splits
    recipe: Recipe
    class_weights: ClassWeights
    seed: int
    n_jobs: int
    trained_by: Train

    def part(self, split: Split) -> Part:
        """Return what the networks of a split learn from and are judged on."""
        return split.part(self.splits.inside, self.class_weights, self.seed)


class Fit(NamedTuple):
    """A network to be trained."""

    part: Part
    regularizer: Candidate
    seed: int


class Fitted(NamedTuple):
    """A network as it was trained."""

    network: NeuralNetwork
    history: History


class Wanted(NamedTuple):
    """A regularizer to be trained in a split, as text and as it is; `other` is 1 where with other seeds."""

    text: str
    regularizer: Candidate
    other: int = 0


def train_in(
    numbered: Sequence[tuple[int, Split]], wanted: Sequence[Sequence[Wanted]], procedure: Procedure
) -> Iterator[tuple[Part, list[tuple[str, list[Fitted]]]]]:
    """Yield, for each split, its part, and each regularizer's text with its networks, one for each seed.

    All networks are trained in one call. Those of one split, repeat and `other` begin alike.
    """
    seeds = range(procedure.recipe.seeds)
    parts = [procedure.part(split) for _, split in numbered]
    fits = [
        Fit(part, each.regularizer, procedure.splits.network_seed(procedure.seed, number, each.other, repeat))
        for (number, _), part, own in zip(numbered, parts, wanted, strict=True)
        for each in own
        for repeat in seeds
    ]
    fitted = iter(train_all(fits, procedure, record_every=procedure.recipe.recorded_every()))
    for part, own in zip(parts, wanted, strict=True):
        yield part, [(each.text, [next(fitted) for _ in seeds]) for each in own]


def train_all(fits: Sequence[Fit], procedure: Procedure, *, record_every: int) -> list[Fitted]:
    """Return every network trained, those that would come out the same once; failures stand in their History."""
    recipe = procedure.recipe
    keys = [(fit.part.key(fit.seed), _identity(recipe, fit.regularizer)) for fit in fits]
    wanted = dict(zip(keys, fits, strict=True))
    networks = [
        fit.part.network(recipe, _trained_as(recipe, fit.regularizer), fit.seed) for fit in wanted.values()
    ]
    histories = train_networks(networks, list(wanted.values()), procedure, record_every=record_every)
    fitted = dict(zip(wanted, map(Fitted, networks, histories), strict=True))
    return [fitted[key] for key in keys]


def train_networks(
    networks: Sequence[NeuralNetwork], fits: Sequence[Fit], procedure: Procedure, *, record_every: int
) -> Sequence[History]:
    """Train networks, one for each of some fits; failures stand in their History."""
    recipe = procedure.recipe
    items = [
        fit.part.cut if stopping_parts(layers_of(fit.regularizer)) else (fit.part.training, fit.part.measured)
        for fit in fits
    ]
    return procedure.trained_by(
        networks,
        [learned for learned, _ in items],
        orders=[fit.part.orders(fit.seed) for fit in fits],
        validation=None if any(beside is None for _, beside in items) else [beside for _, beside in items],
        epochs=recipe.epochs,
        learning_rate=recipe.learning_rate,
        batch_size=recipe.batch_size,
        record_every=record_every,
        n_jobs=procedure.n_jobs,
        failed="keep",
    )


def _trained_as(recipe: Recipe, regularizer: Candidate) -> Candidate:
    """Return what is trained: under plain gradient descent constant weight decay is L2, to rounding."""
    if type(regularizer) is WeightDecay and recipe.decay_is_l2:
        return L2(float(f"{regularizer.rate / recipe.learning_rate:.12g}"))
    return regularizer


def _identity(recipe: Recipe, regularizer: Candidate) -> object:
    """Return a key that equal regularizers share; one that has no hash shares with none."""
    trained = _trained_as(recipe, regularizer)
    try:
        hash(trained)
    except TypeError:
        return id(regularizer)
    return trained
