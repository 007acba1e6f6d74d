"""`Lane`: one network in training, with its items and what has been recorded of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, field, frozen

from nnl2.errors import InvalidValueError, PluginError
from nnl2.history import History
from nnl2.regularizers.base import are_equal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from nnl2.data import Dataset
    from nnl2.network import NeuralNetwork
    from nnl2.regularizers import Regularizer

    FloatArray = NDArray[np.floating[Any]]


@frozen
class VisitingOrder:
    """The items of one epoch in the order they are visited, and where the stream of orders stands after it."""

    items: NDArray[np.integer[Any]]
    stream: Mapping[str, Any]


@define(eq=False)
class Lane:
    """One network in training: its items, and what has been recorded of it."""

    number: int | None
    """Which of several networks it is; None where there is only one."""
    network: NeuralNetwork
    data: Dataset
    validation: Dataset | None
    orders: NDArray[np.integer[Any]] | None
    watchers: tuple[Regularizer, ...] = field(init=False)
    kept: FloatArray | None = field(init=False, default=None)
    kept_epoch: int = field(init=False, default=0)
    _lowest_error: float = field(init=False, default=np.inf)
    _watched_errors: list[float] = field(init=False, factory=list)
    _records: list[tuple[int, float, float, float]] = field(init=False, factory=list)

    @watchers.default
    def _find_watchers(self) -> tuple[Regularizer, ...]:
        """Find the regularizers that may stop the training, each once, however many layers it serves."""
        watchers: list[Regularizer] = []
        for regularizer in self.network.lane_regularizers.slots:
            for part in regularizer.parts:
                if part.answers("should_stop") and not any(are_equal(part, other) for other in watchers):
                    watchers.append(part)
        if watchers and self.validation is None:
            raise InvalidValueError(
                f"{watchers[0]!r} watches the validation error; pass validation=Dataset(...) to train"
            )
        return tuple(watchers)

    def begin_watching(self, error: float, epoch: int) -> None:
        """Take note of the validation error to begin with: these weights are the best so far."""
        self.kept, self.kept_epoch, self._lowest_error = self.network.weights, epoch, error

    def should_stop(self, error: float, epoch: int, parameters: FloatArray) -> bool:
        """Take note of the validation error after an epoch; return whether a watcher ends the training."""
        if error < self._lowest_error or np.isnan(self._lowest_error):
            self.kept, self.kept_epoch, self._lowest_error = parameters, epoch, error
        self._watched_errors.append(error)
        errors = np.array(self._watched_errors)
        for watcher in self.watchers:
            try:
                stops = bool(watcher.should_stop(errors))
            except Exception as wrong:
                raise PluginError(
                    f"{watcher!r} failed in should_stop, epoch {epoch}: {type(wrong).__name__}: {wrong}"
                ) from wrong
            if stops:
                return True
        return False

    def record(self, epoch: int, error: float, penalty: float, validation_error: float) -> None:
        """Add an entry to the history."""
        self._records.append((epoch, error, penalty, validation_error))

    def history(self) -> History:
        """Return what has been recorded."""
        epochs, errors, penalties, validation_errors = map(np.array, zip(*self._records, strict=True))
        return History(
            epochs,
            errors,
            penalties,
            None if self.validation is None else validation_errors,
            kept_epoch=int(epochs[-1]) if self.kept is None else self.kept_epoch,
        )


class VisitingOrders:
    """The visiting orders of lanes trained side by side.

    Networks that differ in their regularizer alone have the same seed: their streams stand at the same place,
    and an order is drawn once for all of them.
    """

    def __init__(self, lanes: Iterable[Lane]) -> None:
        first_of: dict[tuple[str, int], Lane] = {}
        self._drawing = [first_of.setdefault(_origin(lane), lane) for lane in lanes]

    def draw(self, number: int) -> list[VisitingOrder]:
        """Return each lane's order in this run's epoch of that number, counted from 0."""
        drawn = {id(lane): _draw(lane, number) for lane in {id(lane): lane for lane in self._drawing}.values()}
        return [drawn[id(lane)] for lane in self._drawing]


def _origin(lane: Lane) -> tuple[str, int]:
    """Return what is equal where orders are: the stream they are drawn from, or the table they are given by."""
    return str(lane.network.order_rng.bit_generator.state), id(lane.orders)


def _draw(lane: Lane, number: int) -> VisitingOrder:
    rng = lane.network.order_rng
    items = rng.permutation(lane.data.n_items) if lane.orders is None else lane.orders[number]
    return VisitingOrder(items, rng.bit_generator.state)
