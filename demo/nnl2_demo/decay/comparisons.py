"""None, L2 and weight decay under three optimizers: a `Comparison` for each, over the same seeds."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from nnl2 import (
    L2,
    SGD,
    Adam,
    GivenStarts,
    Independent,
    Momentum,
    NeuralNetwork,
    Optimizer,
    Recipe,
    Start,
    WeightDecay,
    compare,
    make_data,
    mean_interval,
)
from nnl2.comparison.headline import NEVER_DIFFERS
from nnl2.comparison.scores import ACCURACY
from nnl2.statistics import PairedDifference, simultaneous_confidence, verdict
from nnl2_demo.studies.article import start_of
from nnl2_demo.training import is_compiled, train_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from nnl2 import Comparison
    from nnl2.comparison.rows import Row

    OnBegin = Callable[[Iterable[NeuralNetwork]], object]

EPOCHS = 50
N_SEEDS, N_SEEDS_IN_NUMPY = 100, 2

N_FRESH = 3_000
"""The items whose share of right ones is told; scoring more of them would take as long as the training."""

NONE, L2_NAME, DECAY_NAME = "none", "L2", "weight decay"
ONE_THING = "one thing"

STRENGTHS = (0.02, 0.06, 0.2, 0.6, 2.0)
"""L2's; the rate of weight decay beside it is the learning rate times as much, which is the same under SGD.

On the seeds 200 to 299 a finer ladder had its best steps near 0.06, and under Adam near 0.2 for weight decay.
"""

FIRST_ITEMS = 100
"""The seed of the training items beside network seed 0: above those of the fresh items and of the article's."""


@frozen
class Trained:
    """By what networks are trained."""

    name: str
    optimizer: Optimizer
    learning_rate: float


TRAINED = (
    Trained("SGD", SGD(), 0.01),  # the article's
    Trained("Momentum", Momentum(), 0.001),  # as large changes, for momentum makes them 10 times as large
    Trained("Adam", Adam(), 0.001),  # what its paper, PyTorch and Keras propose
)


@frozen(eq=False)
class Under:
    """What came out under one optimizer.

    Parameters
    ----------
    trained
        The optimizer.
    comparison
        Of `none` with L2 and weight decay, at each of the strengths.
    best
        The strength with the best mean accuracy, by the names of the two.
    """

    trained: Trained
    comparison: Comparison
    best: dict[str, float] = field(init=False)

    @best.default
    def _find_best(self) -> dict[str, float]:
        return {
            kind: max(STRENGTHS, key=lambda strength: self.row(kind, strength).scores[ACCURACY.name])
            for kind in (L2_NAME, DECAY_NAME)
        }

    def row(self, kind: str, strength: float) -> Row:
        """Return the comparison's row of L2 or weight decay at a strength."""
        return self.comparison.row(name_of(kind, strength))

    def decay_beside_l2(self, of_decay: float, of_l2: float) -> PairedDifference:
        """Return how much better weight decay is than L2, each at a strength; under all optimizers one family.

        What never varies has an interval without width.
        """
        values = (
            self.comparison.outcome(name_of(kind, strength)).values(ACCURACY)
            for kind, strength in ((DECAY_NAME, of_decay), (L2_NAME, of_l2))
        )
        decay, l2 = (each for each in values if each is not None)
        differences = decay - l2
        interval = mean_interval(
            differences, replicates=Independent(), confidence=simultaneous_confidence(len(TRAINED))
        )
        wins, losses = int((differences > 0).sum()), int((differences < 0).sum())
        ties = len(differences) - wins - losses
        return PairedDifference(interval.mean, interval.low, interval.high, wins, losses, ties)

    @property
    def at_their_best(self) -> PairedDifference:
        """How much better weight decay is than L2, each at its best strength."""
        return self.decay_beside_l2(self.best[DECAY_NAME], self.best[L2_NAME])

    @property
    def verdict(self) -> str:
        """What that difference says, in words."""
        if self.comparison.recipe.decay_is_l2:
            return ONE_THING
        difference = self.at_their_best
        if difference.low == difference.high:
            return NEVER_DIFFERS
        return verdict(difference.low, difference.high, rope=self.comparison.rope)


@frozen(eq=False)
class Decay:
    """What came out.

    Parameters
    ----------
    seeds, epochs
        Over which seeds, and for how long networks were trained.
    all_under
        The comparisons, one for each optimizer.
    apart
        The largest difference of a weight between L2 and weight decay under SGD, each trained apart with the first
        seed: where they are one thing, `compare` trains one network for both.
    """

    seeds: Sequence[int]
    epochs: int
    all_under: tuple[Under, ...]
    apart: float


def name_of(kind: str, strength: float) -> str:
    """Return what L2 or weight decay is called at a strength."""
    return f"{kind} {strength:g}"


def seeds_from(first: int, n_seeds: int | None) -> range:
    """Return the seeds that are compared: as many as asked for, or as take a minute or two."""
    n_by_default = N_SEEDS if is_compiled() else N_SEEDS_IN_NUMPY
    return range(first, first + (n_seeds or n_by_default))


def n_networks(seeds: Sequence[int]) -> int:
    """Return how many networks begin: none twice, once with other seeds; under SGD one for L2 and weight decay."""
    return (2 * len(TRAINED) + len(STRENGTHS) * (2 * len(TRAINED) - 1)) * len(seeds)


def run(seeds: Sequence[int], epochs: int, on_begin: OnBegin = lambda _: None) -> Decay:
    """Compare over the seeds; `on_begin` is shown networks before training."""

    def train_and_tell(networks: Sequence[NeuralNetwork], *data: Any, **settings: Any) -> Any:  # noqa: ANN401
        on_begin(networks)
        return train_all(networks, *data, **settings)

    @cache  # the optimizers share it
    def start(seed: int) -> Start:
        return Start(make_data(200, seed=FIRST_ITEMS + seed), *start_of(seed, epochs))

    splits = GivenStarts(seeds, make_data(N_FRESH, seed=17))
    return Decay(
        seeds,
        epochs,
        tuple(
            Under(
                trained,
                compare(
                    start,
                    _strategies(trained.learning_rate),
                    score=ACCURACY.name,
                    splits=splits,
                    recipe=_recipe(trained, epochs),
                    trained_by=train_and_tell,
                ),
            )
            for trained in TRAINED
        ),
        _apart(start(seeds[0]), epochs),
    )


def _apart(start: Start, epochs: int) -> float:
    """Return the largest difference of a weight between L2 and weight decay under SGD, at any strength."""
    trained, *_ = TRAINED
    regularizers = _strategies(trained.learning_rate).values()
    networks = [NeuralNetwork(10, 8, 4, initial=start.weights, regularizer=each) for each in regularizers]
    for network in networks:
        network.train(start.items, epochs=epochs, learning_rate=trained.learning_rate, orders=start.orders)
    l2, decay = np.split(np.array([network.weights for network in networks]), 2)
    return float(np.abs(l2 - decay).max())


def _strategies(learning_rate: float) -> dict[str, L2 | WeightDecay]:
    l2 = {name_of(L2_NAME, strength): L2(strength) for strength in STRENGTHS}
    return l2 | {name_of(DECAY_NAME, strength): WeightDecay(learning_rate * strength) for strength in STRENGTHS}


def _recipe(trained: Trained, epochs: int) -> Recipe:
    return Recipe(
        hidden=8,
        optimizer=trained.optimizer,
        learning_rate=trained.learning_rate,
        batch_size=1,
        epochs=epochs,
        record_every=epochs,
    )
