"""`Lane`: one network in training, with its items and what has been recorded of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, field

from nnl2.errors import InvalidValueError, PluginError
from nnl2.history import History
from nnl2.regularizers.base import are_equal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnl2.data import Dataset
    from nnl2.network import NeuralNetwork
    from nnl2.regularizers import Regularizer

    FloatArray = NDArray[np.floating[Any]]


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

    def order(self, number: int) -> NDArray[np.integer[Any]]:
        """Return the visiting order of this run's epoch of that number, counted from 0."""
        if self.orders is not None:
            return self.orders[number]
        return self.network.order_rng.permutation(self.data.n_items)

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
