"""A study: an `nnl2.compare` Comparison over many seeds, and around it a published run, its numbers and prose.

One file, because a Study tells what is read of its Rerun, and a Rerun which Study it is.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, field, frozen

from nnl2 import GivenStarts, InvalidValueError, NeuralNetwork, Nnl2Error, Recipe, Tanh, compare
from nnl2.statistics import BETTER
from nnl2_demo.course import Course, Curve
from nnl2_demo.training import is_compiled, train_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from nnl2 import Activation, Comparison, Dataset, History, Output, Regularizer, Start
    from nnl2.comparison import Outcome
    from nnl2_demo.published import Published

    Strategy = Regularizer | tuple[Regularizer, ...]
    OnBegin = Callable[[Iterable[NeuralNetwork]], object]

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


@frozen(eq=False, kw_only=True)
class Study:
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
    unconfirmed
        A strategy that is better with the published settings and seeds, and on other seeds is not.
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
    replays: Mapping[str, Callable[[], Course]] = field(factory=dict)
    published: Callable[[Example], list[Published]]
    read: Callable[[Rerun], list[str]]
    unconfirmed: str | None = None

    @property
    def decides(self) -> str:
        """The name of the items that decide."""
        return list(self.scored)[-1]

    def seeds(self, first: int, n_seeds: int | None = None) -> range:
        """Return the seeds that are compared: as many as asked for, or as take a minute or two."""
        n_by_default = self.n_seeds if is_compiled() else self.n_seeds_in_numpy
        return range(first, first + (n_seeds or n_by_default))

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

    def recipe(self, settings: Settings) -> Recipe:
        """Return how every network is made and trained."""
        return Recipe(
            hidden=self.layer_sizes[1:-1],
            activation=self.hidden,
            output=self.output,
            learning_rate=settings.learning_rate,
            batch_size=self.batch_size,
            epochs=settings.epochs,
            record_every=self.record_every(settings.epochs),
        )

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

    def course(self, strategy: str, network: NeuralNetwork, items: Dataset, curve: Curve) -> Course:
        """Return what came out for one network."""
        accuracies = {"train": network.accuracy(items)}
        accuracies |= {name: network.accuracy(others) for name, others in self.scored.items()}
        return Course(strategy, network, items, curve, accuracies)


@frozen(eq=False)
class Example:
    """The networks of one seed, one for each strategy, and the published runs where the settings are theirs."""

    study: Study
    settings: Settings
    seed: int
    courses: tuple[Course, ...]
    """Without strategies that diverged."""

    def course(self, strategy: str) -> Course:
        """Return the course of one strategy."""
        return next(course for course in self.courses if course.strategy == strategy)

    @property
    def checkpoints(self) -> tuple[int, ...]:
        """The epochs after which errors are shown."""
        return self.study.checkpoints(self.settings.epochs)

    @property
    def as_published(self) -> bool:
        """Whether settings and seed are the published ones, so that published numbers can stand beside."""
        return self.settings == self.study.settings and self.seed == self.study.published_seed

    @property
    def published(self) -> list[Published]:
        """The published numbers, each with the one that came out; none where the settings are others."""
        return self.study.published(self) if self.as_published else []


@frozen(eq=False)
class Rerun:
    """Everything a study tells about: the comparison, and the networks of one of its seeds."""

    comparison: Comparison
    seeds: Sequence[int]
    example: Example
    diverged: Mapping[str, str]
    """When a strategy diverged, and with how many seeds, in words."""

    @property
    def study(self) -> Study:
        """What was rerun."""
        return self.example.study

    @property
    def settings(self) -> Settings:
        """With which settings."""
        return self.example.settings

    @property
    def strategies(self) -> list[str]:
        """The names of all that was compared or replayed, in their order."""
        names = [course.strategy for course in self.example.courses]
        return [*names, *(name for name in self.diverged if name not in names)]

    @property
    def compared(self) -> list[str]:
        """The names of those compared over all seeds; the others are published runs of one seed."""
        return [outcome.name for outcome in self.comparison.outcomes]

    @property
    def kinds(self) -> list[str]:
        """The kinds of items on which accuracies are measured."""
        return ["train", *self.study.scored]

    def accuracies(self, strategy: str, kind: str) -> tuple[float, ...]:
        """Return the accuracies with each seed, on items of one kind."""
        networks = self.comparison.outcome(strategy).networks
        return tuple(network.accuracy(self.study.scored[kind]) for network in networks)

    def last_epochs(self, strategy: str) -> tuple[int, ...]:
        """Return the last epoch trained with each seed; a regularizer that watches may stop before the others."""
        return tuple(int(history.epochs[-1]) for history in self.comparison.outcome(strategy).histories)

    @property
    def reading(self) -> list[str]:
        """What the numbers say and cannot say, one paragraph an entry."""
        missing = [name for name in self.study.strategies if name in self.diverged]
        if missing:
            names = " and ".join(missing)
            return [f"With these settings {names} diverged, so what is said of them otherwise is left out."]
        return [" ".join(paragraph.split()) for paragraph in self.study.read(self)]


def rerun(
    study: Study,
    settings: Settings,
    strategies: Mapping[str, Strategy],
    seeds: Sequence[int],
    on_begin: OnBegin = lambda _: None,
) -> Rerun:
    """Compare strategies over the seeds, and tell of one of them; `on_begin` is shown networks before training."""
    _check_watchers(study, strategies)
    comparison = compare(
        lambda seed: study.start(seed, settings.epochs),
        {name: strategy for name, strategy in strategies.items() if name != NONE},
        score="accuracy",
        splits=GivenStarts(seeds, study.scored[study.decides], study.validation),
        recipe=study.recipe(settings),
        trained_by=partial(_train_all, on_begin),
    )
    if settings == study.settings and study.unconfirmed is not None:
        comparison = _with_doubt(comparison, study.unconfirmed)
    compared = [comparison.outcome(name) for name in strategies]
    diverged = _diverged(compared, seeds)
    number = seeds.index(study.published_seed) if study.published_seed in seeds else 0
    trained = {each.name: (each.networks[number], each.histories[number]) for each in compared}
    return Rerun(comparison, seeds, _example(study, settings, seeds[number], trained), diverged)


def train_example(study: Study) -> Example:
    """Return the published seed's networks alone, with the published settings."""
    seed, settings = study.published_seed, study.settings
    start = study.start(seed, settings.epochs)
    networks = {name: study.network(start, strategy, seed) for name, strategy in study.strategies.items()}
    histories = train_all(
        list(networks.values()),
        [start.items] * len(networks),
        orders=[start.orders] * len(networks),
        epochs=settings.epochs,
        learning_rate=settings.learning_rate,
        batch_size=study.batch_size,
        record_every=study.record_every(settings.epochs),
        n_jobs=-1,
        failed="raise",
    )
    trained = zip(networks.values(), histories, strict=True)
    return _example(study, settings, seed, dict(zip(networks, trained, strict=True)))


def _with_doubt(comparison: Comparison, strategy: str) -> Comparison:
    """Return a comparison whose verdict says that other seeds do not confirm that a strategy is better."""
    if comparison.row(strategy).verdict != BETTER:
        return comparison
    doubt = f"other seeds do not confirm that {strategy} is better, see Reading"
    return evolve(comparison, verdict=f"{comparison.verdict}; {doubt}")


def _train_all(on_begin: OnBegin, networks: Sequence[NeuralNetwork], *data: Any, **settings: Any) -> Any:  # noqa: ANN401
    on_begin(networks)
    return train_all(networks, *data, **settings)


def _example(
    study: Study, settings: Settings, seed: int, trained: Mapping[str, tuple[NeuralNetwork, History]]
) -> Example:
    items = study.start(seed, settings.epochs).items
    courses = tuple(
        study.course(name, network, items, Curve.of(history))
        for name, (network, history) in trained.items()
        if history.failure is None
    )
    example = Example(study, settings, seed, courses)
    if not example.as_published:
        return example
    return Example(study, settings, seed, (*courses, *(replay() for replay in study.replays.values())))


def _check_watchers(study: Study, strategies: Mapping[str, Strategy]) -> None:
    for name, strategy in strategies.items():
        layers = strategy if isinstance(strategy, tuple) else (strategy,)
        watches = any(part.answers("should_stop") for layer in layers for part in layer.parts)
        if watches and study.validation is None:
            raise InvalidValueError(f"{name!r} watches validation items, and {study.name} has none to spare")


def _diverged(outcomes: Sequence[Outcome], seeds: Sequence[int]) -> dict[str, str]:
    """Return which strategies diverged, and when; raise an error with one line where a plug-in failed."""
    told = {}
    for outcome in outcomes:
        epochs = []
        for number, failure in outcome.failures:
            found = DIVERGED.match(failure)
            if found is None:
                n = len(outcome.failures)
                raise Nnl2Error(f"{failure} ({outcome.name!r}, seed {seeds[number]}; {n} of {len(seeds)} failed)")
            epochs.append(int(found[1]))
        if epochs:
            told[outcome.name] = f"diverged at epoch {min(epochs)} with {len(epochs)} of {len(seeds)} seeds"
    return told
