"""A problem is a value; `compare` runs any of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from nnl2 import InvalidValueError, NeuralNetwork, Nnl2Error, Regularizer, Tanh
from nnl2.statistics import Independent, MeanInterval, PairedDifference, mean_interval, paired_difference
from nnl2_demo.training import is_compiled, train_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from nnl2 import Activation, Dataset, History, Output
    from nnl2_demo.published import Published

    FloatArray = NDArray[np.floating[Any]]
    Strategy = Regularizer | tuple[Regularizer, ...]

NONE = "none"
"""The strategy the others are compared with."""

DIVERGED = re.compile(r"training diverged: .*? at epoch (\d+)")
"""How a History begins to tell of it."""


@frozen
class Settings:
    """What the user can change: how long and how fast to train, and the first of the seeds."""

    epochs: int
    learning_rate: float
    seed: int = 0


@frozen(eq=False)
class Start:
    """What a seed decides before training: items, weights, and visiting orders `(epochs, items)` or "fixed"."""

    items: Dataset
    weights: FloatArray
    orders: NDArray[np.integer[Any]] | str


@frozen(eq=False, kw_only=True)
class Problem:
    """Data, layer sizes, settings, strategies, what was published, and what to tell the reader.

    Parameters
    ----------
    name, title, training
        The command; the headline; network and training in words.
    error_name
        What the error is called.
    layer_sizes, hidden, output, batch_size
        The networks.
    settings
        The published ones; their seed is the first of the seeds that are compared.
    n_seeds, n_seeds_in_numpy
        How many seeds are compared; how many where the compiled update is missing.
    published_seed
        The seed whose networks are shown one by one, if it is among them.
    n_checkpoints
        Into how many parts training is cut: at their ends errors are shown.
    strategies
        What is compared, by name; the first is `none`.
    start
        What a seed decides: called with the seed and the number of epochs.
    scored
        Items on which accuracies are measured besides the training items, by name; the last decide.
    validation
        Items for strategies that watch the validation error, if there are any to spare.
    replays
        Published runs that are no strategy to compare, by name: only rerun, with the published settings.
    published
        The published numbers, each with the one that came out; called where the settings are the published ones.
    read
        What the numbers say and cannot say, one paragraph an entry.
    items_stay
        Whether the training items are the same with every seed.
    """

    name: str
    title: str
    training: str
    error_name: str
    layer_sizes: tuple[int, ...]
    hidden: Activation = field(factory=Tanh)
    output: Output
    batch_size: int = 1
    settings: Settings
    n_seeds: int
    n_seeds_in_numpy: int
    published_seed: int
    n_checkpoints: int
    strategies: Mapping[str, Strategy]
    start: Callable[[int, int], Start]
    scored: Mapping[str, Dataset]
    validation: Dataset | None = None
    replays: Mapping[str, Callable[[], Result]] = field(factory=dict)
    published: Callable[[Comparison], list[Published]]
    read: Callable[[Comparison], list[str]]
    items_stay: bool = True

    @property
    def decides(self) -> str:
        """The name of the items that decide."""
        return list(self.scored)[-1]

    def seeds(self, settings: Settings) -> range:
        """Return the seeds that are compared."""
        return range(settings.seed, settings.seed + (self.n_seeds if is_compiled() else self.n_seeds_in_numpy))

    def strategies_with(self, others: Mapping[str, Strategy]) -> dict[str, Strategy]:
        """Return the strategies and some others; none may take the name of another."""
        taken = [name for name in others if name in self.strategies]
        if taken:
            raise InvalidValueError(f"{taken[0]!r} is compared already")
        return {**self.strategies, **others}

    def checkpoints(self, epochs: int) -> tuple[int, ...]:
        """Return the ends of the parts of the training, to the nearest epoch that is recorded."""
        stride = self.record_every(epochs)
        ends = {max(1, round(end / stride)) * stride for end in self._ends(epochs) if end < epochs}
        return (*sorted(end for end in ends if end < epochs), epochs)

    def record_every(self, epochs: int) -> int:
        """Return a stride that meets the checkpoints and makes a curve of one to four hundred points."""
        widest = max(1, epochs // 100)
        common = int(np.gcd.reduce(self._ends(epochs)))
        stride = max(stride for stride in range(1, min(common, widest) + 1) if common % stride == 0)
        return stride if 4 * stride >= widest else widest

    def _ends(self, epochs: int) -> list[int]:
        """Return the ends of equal parts of the training, to the nearest epoch."""
        return [max(1, round(part * epochs / self.n_checkpoints)) for part in range(1, self.n_checkpoints + 1)]

    def network(self, start: Start, strategy: Strategy, seed: int) -> NeuralNetwork:
        """Return a network before training."""
        return NeuralNetwork(
            *self.layer_sizes,
            initial=start.weights,
            hidden=self.hidden,
            output=self.output,
            regularizer=strategy,
            seed=seed,
        )

    def score(self, strategy: str, network: NeuralNetwork, items: Dataset, curve: Curve) -> Result:
        """Return what came out for one network."""
        accuracies = {"train": network.accuracy(items)}
        accuracies |= {name: network.accuracy(others) for name, others in self.scored.items()}
        return Result(strategy, network, items, curve, accuracies)


@frozen(eq=False)
class Curve:
    """Errors on the training items after some epochs, without masks; penalties apart from them."""

    epochs: Sequence[int]
    errors: Sequence[float]
    penalties: Sequence[float]
    kept_epoch: int | None = None
    """The epoch whose weights the network carries, where it is known."""

    @classmethod
    def of(cls, history: History) -> Curve:
        """Return the curve that a history holds."""
        return cls(
            history.epochs.tolist(), history.errors.tolist(), history.penalties.tolist(), history.kept_epoch
        )

    def error_at(self, epoch: int) -> float | None:
        """Return the error after an epoch; None after an early stop."""
        return dict(zip(self.epochs, self.errors, strict=True)).get(epoch)

    def cost_at(self, epoch: int) -> float:
        """Return error plus penalty after an epoch."""
        number = self.epochs.index(epoch)
        return self.errors[number] + self.penalties[number]


@frozen(eq=False)
class Result:
    """What came out for one strategy and one seed."""

    strategy: str
    network: NeuralNetwork
    items: Dataset
    curve: Curve
    accuracies: Mapping[str, float]

    @property
    def last_epoch(self) -> int:
        """The last epoch trained, also where its weights were not kept."""
        return self.curve.epochs[-1]

    @property
    def largest_weight(self) -> float:
        """The largest absolute weight, biases left out."""
        return max(float(np.abs(layer.weights).max()) for layer in self.network.layers)


@frozen
class Replicates:
    """What came out for one strategy, seed by seed."""

    strategy: str
    accuracies: Mapping[str, tuple[float, ...]]
    """For each kind of items, the accuracy with each seed."""
    scores: tuple[float, ...]
    difference: PairedDifference | None
    """The difference to no regularization on the items that decide; None for that one itself."""
    last_epochs: tuple[int, ...]
    """The last epoch trained with each seed; a regularizer that watches may have stopped before the others."""

    @property
    def mean(self) -> MeanInterval:
        """The mean accuracy on the items that decide, with its interval."""
        return mean_interval(self.scores, replicates=Independent())

    @property
    def standard_deviation(self) -> float:
        """The standard deviation over the seeds."""
        return float(np.std(self.scores, ddof=1))


@frozen(eq=False)
class Comparison:
    """Everything a demo tells about."""

    problem: Problem
    settings: Settings
    seeds: Sequence[int]
    example_seed: int
    results: tuple[Result, ...]
    """Of the example seed; without strategies that diverged with it."""
    replicates: tuple[Replicates, ...]
    """Without strategies that diverged with some seed: the others alone would speak too well of them."""
    diverged: Mapping[str, str] = field(factory=dict)
    """When a strategy diverged, and with how many seeds, in words."""

    @property
    def strategies(self) -> list[str]:
        """The names of all that was compared or replayed, in their order."""
        names = [result.strategy for result in self.results]
        return [*names, *(name for name in self.diverged if name not in names)]

    @property
    def kinds(self) -> list[str]:
        """The kinds of items on which accuracies are measured."""
        return ["train", *self.problem.scored]

    def result(self, strategy: str) -> Result:
        """Return the result of one strategy."""
        return next(result for result in self.results if result.strategy == strategy)

    def replicate(self, strategy: str) -> Replicates:
        """Return the replicates of one strategy."""
        return next(replicates for replicates in self.replicates if replicates.strategy == strategy)

    @property
    def checkpoints(self) -> tuple[int, ...]:
        """The epochs after which errors are shown."""
        return self.problem.checkpoints(self.settings.epochs)

    @property
    def reading(self) -> list[str]:
        """What the numbers say and cannot say, one paragraph an entry."""
        missing = [name for name in self.problem.strategies if name in self.diverged]
        if missing:
            names = " and ".join(missing)
            return [f"With these settings {names} diverged, so what is said of them otherwise is left out."]
        return [" ".join(paragraph.split()) for paragraph in self.problem.read(self)]

    @property
    def as_published(self) -> bool:
        """Whether settings and seed are the published ones, so that published numbers can stand beside."""
        return _are_published(self.problem, self.settings, self.example_seed)


def compare(
    problem: Problem,
    settings: Settings,
    strategies: Mapping[str, Strategy],
    seeds: Sequence[int],
    on_begin: Callable[[Iterable[NeuralNetwork]], object] = lambda _: None,
) -> Comparison:
    """Train every strategy with every seed, and judge what came out; `on_begin` is shown the networks before."""
    starts = {seed: problem.start(seed, settings.epochs) for seed in seeds}
    example = problem.published_seed if problem.published_seed in starts else seeds[0]
    _check_watchers(problem, strategies)
    networks = {
        (name, seed): problem.network(starts[seed], strategy, seed)
        for seed in seeds
        for name, strategy in strategies.items()
    }
    on_begin(networks.values())
    histories = train_all(
        list(networks.values()),
        [starts[seed].items for _, seed in networks],
        [starts[seed].orders for _, seed in networks],
        epochs=settings.epochs,
        learning_rate=settings.learning_rate,
        batch_size=problem.batch_size,
        validation=problem.validation,
        record_every=problem.record_every(settings.epochs),
    )
    trained = dict(zip(networks, histories, strict=True))
    diverged = _diverged(trained)
    results = [
        problem.score(name, networks[name, example], starts[example].items, Curve.of(trained[name, example]))
        for name in strategies
        if trained[name, example].failure is None
    ]
    if _are_published(problem, settings, example):
        results += [replay() for replay in problem.replays.values()]
    replicated = [name for name in strategies if name not in diverged] if len(seeds) > 1 else []
    replicates = _replicates(problem, networks, trained, replicated, seeds)
    return Comparison(problem, settings, seeds, example, tuple(results), tuple(replicates), diverged)


def _are_published(problem: Problem, settings: Settings, example_seed: int) -> bool:
    return settings == problem.settings and example_seed == problem.published_seed


def _diverged(trained: Mapping[tuple[str, int], History]) -> dict[str, str]:
    """Return which strategies diverged, and when; raise an error with one line where nothing can be compared.

    That is so where a plug-in failed, or where training diverged also without regularization.
    """
    failed = {key: history.failure for key, history in trained.items() if history.failure is not None}
    epochs: dict[str, list[int]] = {}
    for (name, seed), failure in failed.items():
        found = DIVERGED.match(failure)
        if found is None or name == NONE:
            raise Nnl2Error(f"{failure} ({name!r}, seed {seed}; {len(failed)} of {len(trained)} networks failed)")
        epochs.setdefault(name, []).append(int(found[1]))
    n_seeds = len({seed for _, seed in trained})
    return {
        name: f"diverged at epoch {min(each)}" + (f" with {len(each)} of {n_seeds} seeds" if n_seeds > 1 else "")
        for name, each in epochs.items()
    }


def _check_watchers(problem: Problem, strategies: Mapping[str, Strategy]) -> None:
    for name, strategy in strategies.items():
        layers = strategy if isinstance(strategy, tuple) else (strategy,)
        watches = any(part.answers("should_stop") for layer in layers for part in layer.parts)
        if watches and problem.validation is None:
            raise InvalidValueError(f"{name!r} watches validation items, and {problem.name} has none to spare")


def _replicates(
    problem: Problem,
    networks: Mapping[tuple[str, int], NeuralNetwork],
    trained: Mapping[tuple[str, int], History],
    strategies: Sequence[str],
    seeds: Sequence[int],
) -> list[Replicates]:
    accuracies = {
        name: {
            kind: tuple(networks[name, seed].accuracy(items) for seed in seeds)
            for kind, items in problem.scored.items()
        }
        for name in strategies
    }
    scores = {name: accuracies[name][problem.decides] for name in strategies}
    return [
        Replicates(
            name,
            accuracies[name],
            scores[name],
            None if name == NONE else paired_difference(scores[name], scores[NONE], replicates=Independent()),
            tuple(int(trained[name, seed].epochs[-1]) for seed in seeds),
        )
        for name in strategies
    ]
