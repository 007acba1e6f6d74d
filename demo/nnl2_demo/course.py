"""`Course`: one network of the example seed, its errors in training, and what it gets right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nnl2 import Dataset, History, NeuralNetwork


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
class Course:
    """What came out for one strategy and one seed.

    Parameters
    ----------
    strategy
        Its name.
    network, items, curve
        The network after training, its training items, and its errors on them.
    accuracies
        By the names of the items: the training items, and those that are scored.
    """

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
