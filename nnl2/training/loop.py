"""`Run`: one network in training, from call to call of the engine."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnl2.engine.feed import Feed, Items, Measurement, NoiseSource, block_size
from nnl2.engine.questions import Questions, identity
from nnl2.engine.select import engine_for, most_items
from nnl2.errors import InvalidTypeError, InvalidValueError, Nnl2Error, TrainingDivergedError
from nnl2.regularizers import Step
from nnl2.training.history import History, Records
from nnl2.training.orders import FIXED, VisitingOrders
from nnl2.training.state import NetworkState, generator, read_only
from nnl2.training.stopping import Stopping, watchers_among

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nnl2.data import Dataset
    from nnl2.engine.trace import Trace
    from nnl2.training.spec import NetworkSpec

    FloatArray = NDArray[np.floating[Any]]

LARGEST_WEIGHT = 1e8
"""Training has diverged when a weight is larger, even where every error is still finite."""

CHEAP_MEASUREMENT = 10_000_000
"""Items times parameters up to which the error is measured after every epoch, unless the user says otherwise."""

MOST_EPOCHS = 1000
"""Epochs of one call: what is kept after each takes memory."""

FEW_MEASUREMENTS = 20
"""About how often it is measured in a run where that is not cheap."""


class Settings(NamedTuple):
    """How one network is trained; `nnl2.train` tells what each setting means."""

    epochs: int
    learning_rate: float
    batch_size: int
    orders: NDArray[np.integer[Any]] | str | None
    validation: Dataset | None
    record_every: int | None


class Epoch(NamedTuple):
    """A network after an epoch, and its errors on training and validation items; nan where not measured."""

    state: NetworkState
    error: float
    validation_error: float = math.nan
    largest: float = 0.0
    """Its largest weight or bias, by its size."""


class Shared:
    """What networks trained in one call have in common: questions of equal networks, and tables."""

    def __init__(self) -> None:
        self._questions: dict[object, Questions] = {}
        self._traces: dict[object, list[Trace]] = {}
        self._items: dict[object, Items] = {}

    def items(self, data: Dataset, dtype: np.dtype[Any]) -> Items | None:
        """Return a whole table in a number type, or None where that would be a large copy."""
        if block_size(data, dtype) < data.n_items:
            return None
        if (id(data), dtype) not in self._items:
            self._items[id(data), dtype] = Items.of(data, dtype)
        return self._items[id(data), dtype]

    def questions(self, spec: NetworkSpec) -> Questions:
        """Return the questions of a network."""
        parts = tuple(tuple(map(identity, regularizer.parts)) for regularizer in spec.regularizers)
        key = (spec.layer_sizes, spec.dtype, parts, identity(spec.optimizer))
        if key not in self._questions:
            made = Questions(spec.architecture, spec.regularizers, spec.optimizer, self._traces)
            self._questions[key] = made
        return self._questions[key]


class Run:
    """One network in training.

    `advance` trains for some epochs, in any thread; `settle` then takes note of them one by one, in the thread of
    the caller. `state` is always that of a whole epoch.

    Parameters
    ----------
    spec, state
        The network.
    data, settings
        The training items, and how to train.
    shared
        What runs share: what networks ask, by their specifications.
    """

    def __init__(
        self,
        spec: NetworkSpec,
        state: NetworkState,
        data: Dataset,
        settings: Settings,
        shared: Shared,
    ) -> None:
        self.spec, self.state, self.settings = spec, state, settings
        self.failure: Nnl2Error | None = None
        self.finished = False
        self._begun, self._data = state, data
        self._architecture = architecture = spec.architecture
        self._engine = engine_for(architecture)
        self._layout, _ = architecture.memory(spec.optimizer, state.parameters)
        self._questions = shared.questions(spec)
        self._batch_size = min(settings.batch_size, data.n_items)
        self._most_items = most_items(architecture, data.n_items, self._batch_size)
        self._measured = [each for each in (data, settings.validation) if each is not None]
        self._tables = [shared.items(each, architecture.dtype) for each in self._measured]
        parts = [part for layer in spec.noisy_parts for part in layer]
        self._feed = Feed(
            architecture,
            data,
            self._tables[0],
            [NoiseSource(part, generator(s), n) for (n, part), s in zip(parts, state.noise_streams, strict=True)],
            self._batch_size,
            self._most_items,
        )
        full = settings.orders is None and self._batch_size == data.n_items  # another order only rounds otherwise
        self._orders = VisitingOrders(
            generator(state.order_stream), data.n_items, FIXED if full else settings.orders
        )
        cheap = data.n_items * architecture.n_parameters <= CHEAP_MEASUREMENT
        few = math.ceil(settings.epochs / FEW_MEASUREMENTS)
        self._record_every = settings.record_every or (1 if cheap else few)
        n_rows = settings.epochs // self._record_every + 2
        self._records = Records(n_rows, validated=settings.validation is not None)
        self._epochs: list[Epoch] = []
        self._stopping: Stopping | None = None
        self._watchers = watchers_among(spec.regularizers)
        visited = data.n_items + sum(each.n_items for each in self._measured) // self._record_every
        if self._watchers and settings.validation is not None:
            visited += settings.validation.n_items
        self._most_epochs = max(1, min(self._feed.most_epochs, self._most_items // visited, MOST_EPOCHS))
        if self._watchers and settings.validation is None:
            raise InvalidValueError(
                f"{self._watchers[0]!r} watches the validation error; pass validation=Dataset(...) to train"
            )

    @property
    def history(self) -> History:
        """What has been recorded so far."""
        kept = self.state.epochs
        if self.finished and self.failure is None and self._stopping is not None:
            kept = self._stopping.best_epoch
        return self._records.history(kept, None if self.failure is None else str(self.failure))

    def advance(self) -> None:
        """Train for as many epochs as one call of the engine takes."""
        try:
            self._epochs = self._next_epochs()
        except Nnl2Error as error:
            self._fail(error)

    def settle(self, on_epoch: Callable[[NetworkState, History], object] | None = None) -> None:
        """Take note of the epochs of the last call; where `on_epoch` answers True, the run ends there."""
        stopped = False
        for epoch in self._epochs:
            try:
                stopped = self._note(epoch)
            except Nnl2Error as error:
                self._fail(error)
                return
            self.state = epoch.state
            if on_epoch is not None and epoch.state.epochs > self._begun.epochs and not stopped:
                answer = on_epoch(epoch.state, self.history)
                if answer is not None and not isinstance(answer, bool | np.bool_):
                    raise InvalidTypeError(f"on_epoch must answer True, False or nothing, got {answer!r}")
                if answer:
                    self._stopping, stopped = None, True  # the last weights stay
            if stopped:
                break
        self._epochs = []
        self.finished |= stopped or self.state.epochs == self._begun.epochs + self.settings.epochs
        if self.finished and self._stopping is not None and self.failure is None:
            self.state = self.state.with_parameters(self._stopping.best)

    def _fail(self, error: Nnl2Error) -> None:
        self.state, self.failure, self.finished, self._epochs = self._begun, error, True, []

    def _next_epochs(self) -> list[Epoch]:
        if self._records.n_rows == 0:
            return [Epoch(self.state, *(self._error(self.state.parameters, data) for data in self._measured))]
        parameters, memory = self.state.parameters.copy(), self.state.memory.copy()
        first, done = self.state.epochs + 1, self.state.epochs - self._begun.epochs
        whole, last = (
            self._questions.programs(parameters, self._layout.of(memory), self._step(first, size))
            for size in (self._batch_size, self._data.n_items % self._batch_size or self._batch_size)
        )
        anew = any("epoch" in program.read for program in (*whole, *last))
        n_epochs = 1 if anew else min(self._most_epochs, self.settings.epochs - done)
        orders, order_streams = self._orders.take(done, n_epochs)
        due = np.array([self._due(done + number) for number in range(1, n_epochs + 1)])
        tables = [
            None if self._feed.in_parts or data.n_items > self._most_items else items
            for items, data in zip(self._tables, self._measured, strict=True)
        ]
        measurements = [Measurement(t, each) for t, each in zip(tables, due.T, strict=False) if t is not None]
        for visit in self._feed.visits(orders, first):
            kept = self._engine.train(
                self._architecture, parameters, memory, self._layout, (whole, last), visit, measurements
            )
        errors, measured = np.full((n_epochs, 2), np.nan), iter(kept.errors)
        n = self._architecture.n_parameters
        for column, (items, data) in enumerate(zip(tables, self._measured, strict=True)):
            if items is not None:
                errors[:, column] = next(measured)
                continue
            for number in np.flatnonzero(due[:, column]):
                errors[number, column] = self._error(kept.numbers[number, :n], data)
        states = (
            NetworkState(read_only(row[:n].copy()), read_only(row[n:].copy()), order, noise, epoch)
            for epoch, (row, order, noise) in enumerate(
                zip(kept.numbers, order_streams, self._feed.streams, strict=True), start=first
            )
        )
        largest = np.abs(kept.numbers[:, :n]).max(axis=1)
        return [
            Epoch(state, error, validation_error, size)
            for state, (error, validation_error), size in zip(
                states, errors.tolist(), largest.tolist(), strict=True
            )
        ]

    def _step(self, epoch: int, batch_size: int) -> Step:
        return Step(epoch, self.settings.learning_rate, batch_size, self._data.n_items)

    def _due(self, number: int) -> tuple[bool, bool]:
        """Return whether training and validation error are measured after an epoch, counted in this run."""
        recorded = number % self._record_every == 0 or number == self.settings.epochs
        return recorded, recorded or bool(self._watchers)

    def _error(self, parameters: FloatArray, data: Dataset) -> float:
        """Return the mean error over the items."""
        totals = (0.0, 0.0)
        for items in Items.blocks(data, self._architecture.dtype, self._most_items):
            totals = self._engine.add_errors(self._architecture, parameters, items, totals)
        return totals[0] / totals[1] if totals[1] else math.nan

    def _note(self, epoch: Epoch) -> bool:
        """Take note of an epoch; return whether a regularizer that watches ends the run with it."""
        state, error = epoch.state, epoch.error
        number = state.epochs - self._begun.epochs
        largest = epoch.largest
        if not largest < LARGEST_WEIGHT:  # also where it is no number
            self._questions.verify(self.state.parameters, self._step(state.epochs, self._batch_size))
            raise self._diverged(f"a weight became {largest:.3g}", state.epochs)
        stops = self._ask_watchers(epoch)
        due = number == 0 or self._due(number)[0]
        if due or stops:
            error = error if due else self._error(state.parameters, self._data)
            if not math.isfinite(error):
                raise self._diverged(f"the error became {error}", state.epochs)
            step = self._step(max(state.epochs, 1), self._batch_size)
            penalty = self._questions.penalty(state.parameters, step)
            self._records.add(state.epochs, error, penalty, epoch.validation_error)
        return stops

    def _ask_watchers(self, epoch: Epoch) -> bool:
        state, error = epoch.state, epoch.validation_error
        if not self._watchers:
            return False
        if self._stopping is None:
            self._stopping = Stopping(self._watchers, state.parameters, state.epochs, error, self.settings.epochs)
            return False
        return self._stopping.should_stop(error, state.epochs, state.parameters)

    def _diverged(self, what: str, epoch: int) -> TrainingDivergedError:
        or_weaken = " or weaken the regularizer" if any(each.parts for each in self.spec.regularizers) else ""
        return TrainingDivergedError(
            f"training diverged: {what} at epoch {epoch} (learning_rate={self.settings.learning_rate:g}, "
            f"regularizer={self.spec.regularizer}); use a smaller learning rate or scale the inputs{or_weaken}"
        )
