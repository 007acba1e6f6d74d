"""The article's training with "L2", replayed bit for bit: its sign, in the arithmetic of NumPy 1.

The article keeps everything in float32. In NumPy 1 an array's element times another's stayed float32, but
whatever met a Python number (1 - o, the learning rate, lamda, a sum begun at 0.0) was computed in float64 and
rounded when it was stored. NumPy 2 computes so where a float64 scalar takes part. After about epoch 200 the
run is chaotic: with any other rounding it ends with other digits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Float32Array = NDArray[np.float32]

ONE = np.float64(1)
LEARNING_RATE = np.float64(0.01)
LAMDA = np.float64(0.005)


class PublishedRun:
    """The article's 10-8-4 network in training, one item at a time.

    The biases are the last row of their layer's weights, and belong to an input that is always 1. Arrays are made
    once: 100,000 updates of so few numbers spend their time on everything but arithmetic.

    Parameters
    ----------
    weights
        The parameters to begin with, `(124,)` in the order W1, b1, W2, b2.
    """

    def __init__(self, weights: ArrayLike) -> None:
        self._weights = np.array(weights, dtype=np.float32)
        self._gradients = np.empty(124, np.float32)
        self._w1, self._w2 = _by_layer(self._weights)
        self._g1, self._g2 = _by_layer(self._gradients)
        self._lamdas = np.full(124, LAMDA)
        for layer in _by_layer(self._lamdas):
            layer[-1] = 0
        self._inputs, self._hidden = np.ones((11, 1), np.float32), np.ones((9, 1), np.float32)
        self._outputs, self._output_signals = np.empty((2, 4), np.float32)
        self._hidden_signals = np.empty(8, np.float32)

    @property
    def weights(self) -> Float32Array:
        """The parameters, `(124,)` in the order W1, b1, W2, b2."""
        return self._weights.copy()

    def compute_outputs(self, inputs: Float32Array) -> tuple[Float32Array, Float32Array]:
        """Return the hidden nodes `(8,)` and the outputs `(4,)` for one item, until the next call."""
        hidden = self._hidden[:8, 0]
        self._inputs[:10, 0] = inputs
        sums = np.add.reduce(self._inputs * self._w1, axis=0)
        np.tanh(sums, out=hidden, dtype=np.float64)
        sums = np.add.reduce(self._hidden * self._w2, axis=0)
        exponentials = np.exp(sums - np.maximum.reduce(sums), dtype=np.float64)
        np.divide(exponentials, np.add.reduce(exponentials), out=self._outputs)
        return hidden, self._outputs

    def update(self, inputs: Float32Array, targets: Float32Array) -> None:
        """Do one update as the listing does: signals from target - output, + lamda * w, and the step added."""
        hidden, outputs = self.compute_outputs(inputs)
        np.multiply((ONE - outputs) * outputs, targets - outputs, out=self._output_signals)
        sums = np.add.reduce(self._w2[:8] * self._output_signals, axis=1, dtype=np.float64)
        np.multiply((ONE - hidden) * (ONE + hidden), sums, out=self._hidden_signals)
        np.multiply(self._hidden, self._output_signals, out=self._g2)
        np.multiply(self._inputs, self._hidden_signals, out=self._g1)
        np.add(self._gradients, self._lamdas * self._weights, out=self._gradients)
        np.add(self._weights, LEARNING_RATE * self._gradients, out=self._weights)

    def mean_squared_error(self, inputs: Float32Array, targets: Float32Array) -> float:
        """Return what the listing prints: (t - o)^2 squared in float32, summed in float64, per item."""
        total = 0.0
        for item_inputs, item_targets in zip(inputs, targets, strict=True):
            _, outputs = self.compute_outputs(item_inputs)
            for difference in np.square(item_targets - outputs):
                total += float(difference)
        return total / len(inputs)


def _by_layer(numbers: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the two layers' weights, `(11, 8)` and `(9, 4)`, each with its biases as last row."""
    return numbers[:88].reshape(11, 8), numbers[88:].reshape(9, 4)
