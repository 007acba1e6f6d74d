"""`Lockstep`: the loop over epochs for networks that are trained side by side."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from nnl2.engine import Feed, Trial, compute_errors, group_lanes, trainer_class
from nnl2.errors import PluginError, TrainingDivergedError
from nnl2.lane import VisitingOrders
from nnl2.regularizers import Step
from nnl2.state import NetworkState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from threadpoolctl import ThreadpoolController

    from nnl2.data import Dataset
    from nnl2.engine import Trainer
    from nnl2.history import History
    from nnl2.lane import Lane, VisitingOrder

    FloatArray = NDArray[np.floating[Any]]

CHUNK_BYTES = 8_000_000
"""Lanes are trained in chunks whose weights, changes and inputs stay in the processor's cache."""

SHARE_RUNNING = 0.75
"""When fewer lanes of the slab than this share are running, those that have stopped leave it.

To take one out costs more than to train it along: what it learns after its stop is nobody's.
"""

LARGEST_WEIGHT = 1e8
"""Training has diverged when a weight is larger, even where every error is still finite."""


@frozen
class Chunk:
    """Lanes that share a slab, what feeds them and what trains them."""

    lanes: Sequence[int]
    feed: Feed
    trainer: Trainer


class Lockstep:
    """Training of lanes side by side, epoch by epoch.

    The networks' weights change only when the run ends; their random streams are drawn from as it goes, and
    put back with the weights when it fails.
    """

    def __init__(self, lanes: Sequence[Lane], learning_rate: float, batch_size: int, record_every: int) -> None:
        self._lanes = lanes
        self._learning_rate = learning_rate
        self._n_items = lanes[0].data.n_items
        self._batch_size = min(batch_size, self._n_items)
        self._record_every = record_every
        self._architecture = lanes[0].network.architecture
        self._epochs_before = lanes[0].network.epochs
        self._visiting_orders = VisitingOrders(lanes)
        self._states = [lane.network.state() for lane in lanes]

    def run(self, epochs: int, on_epoch: Callable[[int], None]) -> tuple[History, ...]:
        """Train for so many epochs and return the History of each lane."""
        before = self._states
        try:
            # With several threads a product's bits would depend on how many there are.
            with np.errstate(all="ignore"), _threads().limit(limits=1, user_api="blas"):
                self._run(epochs, on_epoch)
        except KeyboardInterrupt:
            self._restore(self._states)
            raise
        except BaseException:
            self._restore(before)
            raise
        self._restore(self._states)
        for lane in self._lanes:
            if lane.kept is not None:
                lane.network.weights = lane.kept
        return tuple(lane.history() for lane in self._lanes)

    def _restore(self, states: Sequence[NetworkState]) -> None:
        for lane, state in zip(self._lanes, states, strict=True):
            lane.network.restore(state)

    def _run(self, epochs: int, on_epoch: Callable[[int], None]) -> None:
        running = list(range(len(self._lanes)))
        last = self._epochs_before + epochs
        chunks = self._prepare(running, self._epochs_before + 1, last)
        self._record(running, chunks, self._epochs_before)
        self._begin_watching()
        for number in range(epochs):
            epoch = self._epochs_before + number + 1
            steps = {size: self._step(epoch, size) for size in (self._batch_size, self._n_left_over)}
            orders = self._visiting_orders.draw(number)
            try:
                for chunk in chunks:
                    items = np.stack([orders[lane].items for lane in chunk.lanes])
                    for block in chunk.feed.blocks(items.astype(np.intp, copy=False), epoch):
                        chunk.trainer.run(block, steps[block.batch_size])
            except PluginError:
                raise
            except Exception:
                self._prepare(running, epoch, epoch)  # names the regularizer that fails now
                raise
            parameters = _parameters(running, chunks)
            self._check_weights(running, parameters, epoch)
            stopped = self._ask_watchers(running, parameters, epoch)
            due = (number + 1) % self._record_every == 0 or epoch == last
            self._record(running if due else stopped, chunks, epoch)
            self._save(running, stopped, parameters, epoch, orders)
            on_epoch(number + 1)
            running = [lane for lane in running if lane not in stopped]
            if not running:
                break
            if len(running) < SHARE_RUNNING * sum(len(chunk.lanes) for chunk in chunks) and epoch < last:
                chunks = self._prepare(running, epoch + 1, last)

    def _prepare(self, running: Sequence[int], epoch: int, last: int) -> list[Chunk]:
        """Return the running lanes in chunks, in their order, to be trained from one epoch to the last.

        Their regularizers are tried first, with the weights after the last whole epoch.
        """
        bytes_of_lane = 3 * self._architecture.n_parameters * self._architecture.dtype.itemsize
        size = max(1, CHUNK_BYTES // bytes_of_lane)
        return [self._chunk(running[first : first + size], epoch, last) for first in range(0, len(running), size)]

    def _chunk(self, running: Sequence[int], epoch: int, last: int) -> Chunk:
        networks = [self._lanes[lane].network for lane in running]
        parameters = np.stack([self._states[lane].parameters for lane in running])
        layers = self._architecture.layers(parameters)
        steps = {
            self._step(epoch, size): None for size in (self._batch_size, self._n_left_over or self._batch_size)
        }
        steps |= {self._step(later, self._batch_size): None for later in ((epoch + last) // 2, last)}
        trials = [
            Trial(np.moveaxis(weights, 0, -1), tuple(steps), layer) for layer, (weights, _) in enumerate(layers, 1)
        ] + [Trial(biases.T[np.newaxis], tuple(steps), layer) for layer, (_, biases) in enumerate(layers, 1)]
        groups = group_lanes([network.lane_regularizers for network in networks], trials)
        datasets = [self._lanes[lane].data for lane in running]
        feed = Feed(self._architecture, datasets, [network.noise for network in networks], self._batch_size)
        trainer = trainer_class(self._architecture, self._batch_size)(self._architecture, parameters, groups)
        return Chunk(running, feed, trainer)

    @property
    def _n_left_over(self) -> int:
        """The number of items in an epoch's last batch, if it is not a whole one."""
        return self._n_items % self._batch_size

    def _step(self, epoch: int, batch_size: int) -> Step:
        return Step(epoch, self._learning_rate, batch_size, self._n_items)

    def _begin_watching(self) -> None:
        for lane in self._lanes:
            if lane.validation is not None and lane.watchers:
                error = self._errors([lane.validation], lane.network.weights[np.newaxis])[0]
                lane.begin_watching(error, self._epochs_before)

    def _ask_watchers(self, running: Sequence[int], parameters: FloatArray, epoch: int) -> list[int]:
        """Return the lanes whose watchers end their training after this epoch."""
        stopped = []
        for lane, vector in zip(running, parameters, strict=True):
            validation = self._lanes[lane].validation
            if validation is not None and self._lanes[lane].watchers:
                error = self._errors([validation], vector[np.newaxis])[0]
                if self._lanes[lane].should_stop(error, epoch, vector):
                    stopped.append(lane)
        return stopped

    def _record(self, lanes: Sequence[int], chunks: Sequence[Chunk], epoch: int) -> None:
        """Add an entry to the history of these lanes, which are among the running ones."""
        if not lanes:
            return
        step = self._step(max(epoch, 1), self._batch_size)
        parameters = _parameters(lanes, chunks)
        penalties = np.concatenate([chunk.trainer.penalties(step) for chunk in chunks])[_positions(lanes, chunks)]
        errors = self._errors([self._lanes[lane].data for lane in lanes], parameters)
        validations = [v for v in (self._lanes[lane].validation for lane in lanes) if v is not None]
        validation_errors = self._errors(validations, parameters) if validations else np.full(len(lanes), np.nan)
        for lane, *entry in zip(lanes, errors, penalties, validation_errors, strict=True):
            if not np.isfinite(entry[0]):
                raise self._diverged(lane, f"the error became {entry[0]}", epoch)
            self._lanes[lane].record(epoch, *entry)

    def _errors(self, datasets: Sequence[Dataset], parameters: FloatArray) -> NDArray[np.float64]:
        """Return the mean error of each network on its items; networks with the same items are run together."""
        errors = np.empty(len(datasets))
        for dataset in {id(dataset): dataset for dataset in datasets}.values():
            same = [position for position, other in enumerate(datasets) if other is dataset]
            errors[same] = compute_errors(self._architecture, parameters[same], dataset.inputs, dataset.targets)
        return errors

    def _check_weights(self, running: Sequence[int], parameters: FloatArray, epoch: int) -> None:
        largest = np.abs(parameters).max(axis=1)
        for lane, weight in zip(running, largest, strict=True):
            if not weight < LARGEST_WEIGHT:  # also where it is NaN
                self._prepare([lane], epoch, epoch)  # names a regularizer that answers with NaN
                raise self._diverged(lane, f"a weight became {weight:.3g}", epoch)

    def _diverged(self, lane: int, what: str, epoch: int) -> TrainingDivergedError:
        number = self._lanes[lane].number
        which = "" if number is None else f"network {number}, "
        regularizers = self._lanes[lane].network.lane_regularizers.slots
        or_weaken = " or weaken the regularizer" if any(each.parts for each in regularizers) else ""
        return TrainingDivergedError(
            f"training diverged: {what} at epoch {epoch} ({which}learning_rate={self._learning_rate:g}, "
            f"regularizer={self._lanes[lane].network.regularizer}); "
            f"use a smaller learning rate or scale the inputs{or_weaken}"
        )

    def _save(
        self,
        running: Sequence[int],
        stopped: Sequence[int],
        parameters: FloatArray,
        epoch: int,
        orders: Sequence[VisitingOrder],
    ) -> None:
        """Take note of the networks' states after a whole epoch, of all in one assignment."""
        states = list(self._states)
        for lane, vector in zip(running, parameters, strict=True):
            kept = self._lanes[lane].kept if lane in stopped else None
            own = vector if kept is None else kept
            noise = self._lanes[lane].network.noise_streams()
            states[lane] = NetworkState(own, orders[lane].stream, noise, epoch)
        self._states = states


@cache
def _threads() -> ThreadpoolController:
    """Return what sets the number of threads of the libraries that are loaded; to find them takes a while."""
    from threadpoolctl import ThreadpoolController  # noqa: PLC0415 (it comes with scikit-learn)

    return ThreadpoolController()


def _positions(lanes: Sequence[int], chunks: Sequence[Chunk]) -> list[int]:
    """Return where these lanes stand among those of all chunks."""
    position = {lane: number for number, lane in enumerate(lane for chunk in chunks for lane in chunk.lanes)}
    return [position[lane] for lane in lanes]


def _parameters(lanes: Sequence[int], chunks: Sequence[Chunk]) -> FloatArray:
    """Return the parameters of these lanes, `(lanes, n_parameters)`."""
    return np.concatenate([chunk.trainer.parameters() for chunk in chunks])[_positions(lanes, chunks)]
