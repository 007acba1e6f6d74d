"""The article's comparison: its data, its settings, its strategies, and the run that measures them.

Source: J. McCaffrey, "Neural Network L2 Regularization Using Python", Visual Studio Magazine, 2017.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from nnl2 import (
    L1,
    L2,
    ArticleSquaredError,
    Dropout,
    NeuralNetwork,
    NoRegularization,
    WeightDecay,
    make_data,
    regularizer_from_text,
    train,
)
from nnl2.statistics import PairedDifference, exact_mcnemar, paired_difference
from nnl2_demo.published import PublishedRun
from nnl2_demo.wrong_sign import WrongSignL2

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from nnl2 import Dataset, History, Regularizer
    from nnl2.statistics import McNemar

    FloatArray = NDArray[np.floating[Any]]

LAYER_SIZES = (10, 8, 4)
N_SEEDS = 10
N_FRESH = 10_000

NONE = "none"
WRONG_SIGN = "L2, wrong sign"
AS_PUBLISHED = "L2 as published"
STRATEGIES: dict[str, Regularizer] = {
    NONE: NoRegularization(),
    "L2 0.005": L2(0.005),
    "weight decay 0.00005": WeightDecay(0.00005),
    "L1 0.001": L1(0.001),
    # 0.3 is the best of 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5 by the mean accuracy on 20,000
    # items of make_data(20_000, seed=1000), over the seeds 100 to 129: .6604, against .6363 without.
    "dropout 0.3": Dropout(rate=0.3),
    WRONG_SIGN: WrongSignL2(0.005),
}


@frozen
class Settings:
    """What the user can change; the defaults are the article's."""

    epochs: int = 500
    learning_rate: float = 0.01
    seed: int = 0

    @property
    def checkpoints(self) -> tuple[int, ...]:
        """The ends of five equal parts of the training, to the nearest epoch."""
        return tuple(sorted({max(1, round(part * self.epochs / 5)) for part in range(1, 6)}))

    @property
    def record_every(self) -> int:
        """The largest stride that meets every checkpoint."""
        return int(np.gcd.reduce(self.checkpoints))

    @property
    def seeds(self) -> range:
        """The seeds of the replicates; the first is that of the single comparison."""
        return range(self.seed, self.seed + N_SEEDS)


@frozen
class Result:
    """What came out for one strategy and one seed."""

    strategy: str
    errors: tuple[float | None, ...]
    """Mean squared error on the training items at each checkpoint; None after an early stop."""
    train_accuracy: float
    test_accuracy: float
    fresh_accuracy: float
    largest_weight: float


@frozen
class Replicates:
    """What came out for one strategy, seed by seed."""

    strategy: str
    test_accuracies: tuple[float, ...]
    fresh_accuracies: tuple[float, ...]
    difference: PairedDifference | None
    """The difference to no regularization on fresh items; None for that one itself."""

    @property
    def mean(self) -> float:
        """The mean accuracy on fresh items."""
        return float(np.mean(self.fresh_accuracies))


@frozen
class Comparison:
    """Everything the demo tells about."""

    settings: Settings
    training_items: Dataset
    n_test_items: int
    results: tuple[Result, ...]
    replicates: tuple[Replicates, ...]
    test_of_published: McNemar | None
    """No regularization against L2 as published, on the test items; None where nothing published was rerun."""

    def result(self, strategy: str) -> Result:
        """Return the result of one strategy."""
        return next(result for result in self.results if result.strategy == strategy)

    def replicate(self, strategy: str) -> Replicates:
        """Return the replicates of one strategy."""
        return next(replicates for replicates in self.replicates if replicates.strategy == strategy)

    @property
    def is_the_articles(self) -> bool:
        """Whether the settings are the article's, so that its published run can stand beside."""
        return self.settings == Settings()


def strategies_with(texts: Sequence[str]) -> dict[str, Regularizer]:
    """Return the demo's strategies and those that the texts describe, by name."""
    return STRATEGIES | {text: regularizer_from_text(text) for text in texts}


def start_of(seed: int, epochs: int) -> tuple[FloatArray, NDArray[np.uint8]]:
    """Return the article's initial weights `(124,)` and visiting orders `(epochs, 200)` for one seed.

    Both come from one `random.Random`: first all weights and biases, then one shuffle of the same list of
    items for every epoch.
    """
    rng = Random(seed)  # noqa: S311 (the article's generator)
    weights = np.array([0.02 * rng.random() - 0.01 for _ in range(124)], dtype=np.float32)
    items = list(range(200))
    orders = np.empty((epochs, len(items)), dtype=np.uint8)
    for epoch in range(epochs):
        rng.shuffle(items)
        orders[epoch] = items
    return weights.astype(np.float64), orders


def compare(
    settings: Settings, strategies: dict[str, Regularizer], on_epoch: Callable[[], None] = lambda: None
) -> Comparison:
    """Train every strategy with every seed side by side, and the article's own run if its settings are asked.

    `on_epoch` is called after each epoch: `n_epochs` times in all.
    """
    training_items, test_items = make_data(), make_data(40, seed=13)
    fresh_items = make_data(N_FRESH, seed=17)
    starts = {seed: start_of(seed, settings.epochs) for seed in settings.seeds}
    networks = {
        (name, seed): _network(starts[seed][0], regularizer, seed)
        for seed in settings.seeds
        for name, regularizer in strategies.items()
    }
    histories = train(
        networks.values(),
        training_items,
        epochs=settings.epochs,
        learning_rate=settings.learning_rate,
        orders=[starts[seed][1] for _, seed in networks],
        validation=make_data(40, seed=12),  # for regularizers that watch it; never the test items
        record_every=settings.record_every,
        on_epoch=lambda _: on_epoch(),
    )

    def judge(name: str, network: NeuralNetwork, errors: Sequence[float | None]) -> Result:
        return Result(
            name,
            tuple(errors),
            network.accuracy(training_items),
            network.accuracy(test_items),
            network.accuracy(fresh_items),
            max(float(np.abs(layer.weights).max()) for layer in network.layers),
        )

    first = settings.seed
    results = [
        judge(name, network, _errors_at(history, settings.checkpoints))
        for ((name, seed), network), history in zip(networks.items(), histories, strict=True)
        if seed == first
    ]
    test = None
    if settings == Settings():
        published, errors = _published(*starts[first], training_items, settings, on_epoch)
        results.append(judge(AS_PUBLISHED, published, errors))
        test = exact_mcnemar(
            *(each.predict(test_items.inputs) == test_items.labels for each in (networks[NONE, first], published))
        )
    test_accuracies, fresh_accuracies = (
        {name: tuple(networks[name, seed].accuracy(items) for seed in settings.seeds) for name in strategies}
        for items in (test_items, fresh_items)
    )
    replicates = [
        Replicates(
            name,
            test_accuracies[name],
            fresh_accuracies[name],
            None if name == NONE else paired_difference(fresh_accuracies[name], fresh_accuracies[NONE]),
        )
        for name in strategies
    ]
    return Comparison(settings, training_items, test_items.n_items, tuple(results), tuple(replicates), test)


def n_epochs(settings: Settings) -> int:
    """Return how often `compare` calls `on_epoch`."""
    return settings.epochs * (2 if settings == Settings() else 1)


def _network(weights: FloatArray, regularizer: Regularizer | None, seed: int) -> NeuralNetwork:
    return NeuralNetwork(
        *LAYER_SIZES,
        initial=weights,
        output=ArticleSquaredError(),
        regularizer=regularizer or NoRegularization(),
        seed=seed,
    )


def _errors_at(history: History, checkpoints: Sequence[int]) -> list[float | None]:
    recorded = dict(zip(history.epochs.tolist(), history.errors.tolist(), strict=True))
    return [recorded.get(epoch) for epoch in checkpoints]


def _published(
    weights: FloatArray,
    orders: NDArray[np.uint8],
    items: Dataset,
    settings: Settings,
    on_epoch: Callable[[], None],
) -> tuple[NeuralNetwork, list[float | None]]:
    """Return the network that the article's own arithmetic trains, and its errors at the checkpoints."""
    run = PublishedRun(weights)
    inputs, targets = items.inputs.astype(np.float32), items.targets.astype(np.float32)
    errors: list[float | None] = []
    for epoch, order in enumerate(orders, start=1):
        for item in order:
            run.update(inputs[item], targets[item])
        if epoch in settings.checkpoints:
            errors.append(run.mean_squared_error(inputs, targets))
        on_epoch()
    return _network(run.weights, None, settings.seed), errors
