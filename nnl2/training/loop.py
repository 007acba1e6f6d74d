"""`Run`: one network in training, from call to call of the engine."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnl2.engine.feed import Feed, Items, NoiseSource, block_size
from nnl2.engine.questions import Questions, identity
from nnl2.engine.select import engine_for, mean_errors, most_items
from nnl2.errors import InvalidTypeError, InvalidValueError, Nnl2Error, TrainingDivergedError
from nnl2.regularizers import Step
from nnl2.regularizers.layers import noisy_parts
from nnl2.training.history import History, Records
from nnl2.training.orders import FIXED, VisitingOrders
from nnl2.training.state import NetworkState, generator, read_only
from nnl2.training.stopping import Stopping, stopping_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from nnl2.data import Dataset
    from nnl2.engine.program import Schedule
    from nnl2.regularizers import Regularizer
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
    learning_rates: NDArray[np.float64]
    batch_size: int
    orders: NDArray[np.integer[Any]] | str | None
    validation: Dataset | None
    record_every: int | None


class Epochs(NamedTuple):
    """What a call of the engine leaves of some epochs, one after the other."""

    numbers: NDArray[np.int64]
    """Counted over the whole life of the network, `(n,)`."""
    vectors: FloatArray
    """Parameters and the optimizer's memory after each, `(n, n_parameters + n_memory)`."""
    errors: NDArray[np.float64]
    """The mean error on training and on validation items after each, `(n, 2)`; nan where not measured."""
    streams: Sequence[tuple[Mapping[str, Any], tuple[Mapping[str, Any], ...]]]
    """Where the random streams stand after each: that of visiting orders, and those of noise."""

    def of(self, part: slice) -> Epochs:
        """Return some of them."""
        return Epochs(self.numbers[part], self.vectors[part], self.errors[part], self.streams[part])


class Shared:
    """What networks trained in one call have in common: questions of equal networks, and tables."""

    def __init__(self) -> None:
        self._questions: dict[object, Questions] = {}
        self._noted: dict[object, list[Any]] = {}
        self._items: dict[object, Items] = {}

    def items(self, data: Dataset, dtype: np.dtype[Any]) -> Items | None:
        """Return a whole table in a number type, or None where that would be a large copy."""
        if block_size((data.inputs, data.targets), dtype) < data.n_items:
            return None
        if (id(data), dtype) not in self._items:
            self._items[id(data), dtype] = Items.of(data, dtype)
        return self._items[id(data), dtype]

    def questions(self, spec: NetworkSpec, regularizers: Sequence[Regularizer]) -> Questions:
        """Return the questions of a network, given the regularizer that serves each place."""
        parts = tuple(tuple(map(identity, regularizer.parts)) for regularizer in regularizers)
        key = (spec.layer_sizes, spec.dtype, parts, identity(spec.optimizer))
        if key not in self._questions:
            made = Questions(spec.architecture, regularizers, spec.optimizer, self._noted)
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
        self._layout, _ = architecture.memory(spec.optimizer, state.parameters)
        regularizers = spec.begun(state.first)
        self._questions = shared.questions(spec, regularizers)
        self._batch_size = min(settings.batch_size, data.n_items)
        self._engine = engine_for(architecture, self._batch_size)
        self._most_items = most_items(architecture, data.n_items, self._batch_size)
        self._measured = [each for each in (data, settings.validation) if each is not None]
        parts = [part for layer in noisy_parts(regularizers) for part in layer]
        self._feed = Feed(
            architecture,
            data,
            shared.items(data, architecture.dtype),
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
        self._epochs: Epochs | None = None
        self._stopping: Stopping | None = None
        self._stopping_parts = stopping_parts(regularizers)
        visited = data.n_items + sum(each.n_items for each in self._measured) // self._record_every
        if self._stopping_parts and settings.validation is not None:
            visited += settings.validation.n_items
        self._most_epochs = max(1, min(self._feed.most_epochs, self._most_items // visited, MOST_EPOCHS))
        if self._stopping_parts and settings.validation is None:
            raise InvalidValueError(
                f"{self._stopping_parts[0]!r} watches the validation error; pass validation=Dataset(...) to train"
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
            self._epochs = self._next_epochs() if self._records.n_rows else self._before_the_first()
        except Nnl2Error as error:
            self._fail(error)

    def settle(self, on_epoch: Callable[[NetworkState, History], object] | None = None) -> None:
        """Take note of the epochs of the last call; where `on_epoch` answers True, the run ends there."""
        epochs, self._epochs = self._epochs, None
        if epochs is None:
            return
        size = len(epochs.numbers) if on_epoch is None and not self._stopping_parts else 1
        for first in range(0, len(epochs.numbers), size):
            try:
                stopped = self._note(epochs.of(slice(first, first + size)))
            except Nnl2Error as error:
                self._fail(error)
                return
            if on_epoch is not None and self.state.epochs > self._begun.epochs and not stopped:
                stopped = self._tell(on_epoch)
            if stopped:
                break
        self.finished = stopped or self.state.epochs == self._begun.epochs + self.settings.epochs
        if self.finished and self._stopping is not None:
            self.state = self.state.with_parameters(self._stopping.best)

    def _tell(self, on_epoch: Callable[[NetworkState, History], object]) -> bool:
        """Return whether `on_epoch` ends the run here."""
        answer = on_epoch(self.state, self.history)
        if answer is not None and not isinstance(answer, bool | np.bool_):
            raise InvalidTypeError(f"on_epoch must answer True, False or nothing, got {answer!r}")
        if answer:
            self._stopping = None  # the last weights stay
        return bool(answer)

    def _fail(self, error: Nnl2Error) -> None:
        self.state, self.failure, self.finished, self._epochs = self._begun, error, True, None

    def _before_the_first(self) -> Epochs:
        state = self._begun
        vector = np.concatenate([state.parameters, state.memory])[np.newaxis]
        errors = [mean_errors(self._architecture, state.parameters[np.newaxis], data) for data in self._measured]
        streams = [(state.order_stream, state.noise_streams)]
        return Epochs(np.array([state.epochs]), vector, np.stack(errors, axis=1), streams)

    def _next_epochs(self) -> Epochs:
        parameters, memory = self.state.parameters.copy(), self.state.memory.copy()
        first, done = self.state.epochs + 1, self.state.epochs - self._begun.epochs
        most = min(self._most_epochs, self.settings.epochs - done)
        schedules = self._schedules(parameters, self._layout.of(memory), range(first, first + most))
        n_epochs = schedules[1].n_epochs
        orders, order_streams = self._orders.take(done, n_epochs)
        for visit in self._feed.visits(orders, first):
            vectors = self._engine.train(self._architecture, parameters, memory, self._layout, schedules, visit)
        numbers = np.arange(first, first + n_epochs)
        errors = np.full((n_epochs, len(self._measured)), np.nan)
        due = self._due(numbers)
        for column, data in enumerate(self._measured):
            asked = due | bool(self._stopping_parts and column)  # who watches sees every validation error
            errors[asked, column] = self._errors(vectors[asked], data)
        return Epochs(numbers, vectors, errors, list(zip(order_streams, self._feed.streams, strict=True)))

    def _schedules(
        self, parameters: FloatArray, memory: Sequence[Sequence[FloatArray]], epochs: range
    ) -> tuple[Schedule, Schedule]:
        """Return what updates on whole and on last batches do, in as many of these epochs as one answer serves."""

        def schedule(batch_size: int, epochs: range) -> Schedule:
            steps = [self._step(epoch, batch_size) for epoch in epochs]
            return self._questions.schedule(parameters, memory, steps)

        whole, left = schedule(self._batch_size, epochs), self._data.n_items % self._batch_size
        return whole, schedule(left, epochs[: whole.n_epochs]) if left else whole

    def _step(self, epoch: int, batch_size: int) -> Step:
        epochs = self._begun.epochs + self.settings.epochs
        return Step(epoch, epochs, self._rate(epoch), batch_size, self._data.n_items)

    def _rate(self, epoch: int) -> float:
        """Return the learning rate in an epoch, or in the first of the run for one before it."""
        return float(self.settings.learning_rates[max(0, epoch - 1 - self._begun.epochs)])

    def _due(self, epochs: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which epochs are recorded."""
        done = epochs - self._begun.epochs
        return (done % self._record_every == 0) | (done == self.settings.epochs)

    def _errors(self, vectors: FloatArray, data: Dataset) -> NDArray[np.float64]:
        """Return the mean error over the items with each of these vectors."""
        return mean_errors(self._architecture, vectors[:, : self._architecture.n_parameters], data)

    def _note(self, epochs: Epochs) -> bool:
        """Take note of epochs; return whether a regularizer that watches ends the run with the last of them."""
        parameters, errors = epochs.vectors[:, : self._architecture.n_parameters], epochs.errors[:, 0]
        largest = np.abs(parameters).max(axis=1)
        sound = largest < LARGEST_WEIGHT  # not where it is no number
        stops = bool(self._stopping_parts) and bool(sound[-1]) and self._ask_stopping_parts(epochs)
        due = self._due(epochs.numbers)
        if stops and not due[-1]:
            due[-1], errors[-1] = True, self._errors(epochs.vectors[-1:], self._data)[0]
        sound &= np.isfinite(errors) | ~due
        n_sound = len(sound) if sound.all() else int(np.argmin(sound))
        self._record(epochs, np.flatnonzero(due[:n_sound]))
        if n_sound < len(sound):
            before = parameters[n_sound - 1] if n_sound else self.state.parameters
            raise self._divergence(int(epochs.numbers[n_sound]), largest[n_sound], errors[n_sound], before)
        self.state = NetworkState(
            read_only(parameters[-1].copy()),
            read_only(epochs.vectors[-1, len(parameters[-1]) :].copy()),
            *epochs.streams[-1],
            int(epochs.numbers[-1]),
            self._begun.first,
        )
        return stops

    def _record(self, epochs: Epochs, rows: NDArray[np.intp]) -> None:
        """Record some of these epochs, with the penalties of their weights."""
        parameters = epochs.vectors[rows, : self._architecture.n_parameters]
        steps = [self._step(max(number, 1), self._batch_size) for number in epochs.numbers[rows].tolist()]
        penalties = self._questions.penalties(parameters, steps)
        errors, validation_errors = epochs.errors[rows, 0], epochs.errors[rows, -1]
        self._records.add(epochs.numbers[rows], errors, penalties, validation_errors)

    def _ask_stopping_parts(self, epochs: Epochs) -> bool:
        ((_, error),), (number,) = epochs.errors.tolist(), epochs.numbers.tolist()
        parameters = epochs.vectors[0, : self._architecture.n_parameters]
        if self._stopping is None:
            self._stopping = Stopping(self._stopping_parts, parameters.copy(), number, error, self.settings.epochs)
            return False
        return self._stopping.should_stop(error, number, parameters)

    def _divergence(self, epoch: int, largest: float, error: float, before: FloatArray) -> TrainingDivergedError:
        """Return what to tell; an answer that made the weights diverge is a PluginError instead."""
        what = f"the error became {error}"
        if not largest < LARGEST_WEIGHT:
            self._questions.verify(before, self._step(epoch, self._batch_size))
            what = f"a weight became {largest:.3g}"
        or_weaken = " or weaken the regularizer" if any(each.parts for each in self.spec.regularizers) else ""
        return TrainingDivergedError(
            f"training diverged: {what} at epoch {epoch} (learning_rate={self._rate(epoch):g}, "
            f"regularizer={self.spec.regularizer}); use a smaller learning rate or scale the inputs{or_weaken}"
        )
