"""The article's training with "L2", replayed bit for bit: its sign, in the arithmetic of NumPy 1.

The article keeps everything in float32. In NumPy 1 an array's element times another's stayed float32, but
whatever met a Python number (1 - o, the learning rate, lamda, a sum begun at 0.0) was computed in float64 and
rounded when it was stored. NumPy 2 computes so where a float64 scalar takes part. After about epoch 200 the
run is chaotic: with any other rounding it ends with other digits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Float32Array = NDArray[np.float32]

ONE = np.float64(1)
LEARNING_RATE = np.float64(0.01)
LAMDA = np.float64(0.005)


class PublishedRun:
    """The article's 10-8-4 network in training, one item at a time.

    Parameters
    ----------
    weights
        The parameters to begin with, `(124,)` in the order W1, b1, W2, b2.
    """

    def __init__(self, weights: ArrayLike) -> None:
        w1, b1, w2, b2 = np.split(np.array(weights, dtype=np.float32), [80, 88, 120])
        self._w1, self._b1 = w1.reshape(10, 8), b1
        self._w2, self._b2 = w2.reshape(8, 4), b2

    @property
    def weights(self) -> Float32Array:
        """The parameters, `(124,)` in the order W1, b1, W2, b2."""
        return np.concatenate([self._w1.ravel(), self._b1, self._w2.ravel(), self._b2])

    def compute_outputs(self, inputs: Float32Array) -> tuple[Float32Array, Float32Array]:
        """Return the hidden nodes `(8,)` and the outputs `(4,)` for one item `(10,)`."""
        sums = np.add.reduce(inputs[:, np.newaxis] * self._w1, axis=0) + self._b1
        hidden = np.tanh(sums, dtype=np.float64).astype(np.float32)
        sums = np.add.reduce(hidden[:, np.newaxis] * self._w2, axis=0) + self._b2
        exponentials = np.exp(sums - sums.max(), dtype=np.float64)
        return hidden, (exponentials / np.add.reduce(exponentials)).astype(np.float32)

    def update(self, inputs: Float32Array, targets: Float32Array) -> None:
        """Do one update as the listing does: signals from target - output, + lamda * w, and the step added."""
        hidden, outputs = self.compute_outputs(inputs)
        output_signals = ((ONE - outputs) * outputs * (targets - outputs)).astype(np.float32)
        sums = np.add.reduce((self._w2 * output_signals).astype(np.float64), axis=1)
        hidden_signals = ((ONE - hidden) * (ONE + hidden) * sums).astype(np.float32)
        w2_gradients = (hidden[:, np.newaxis] * output_signals + LAMDA * self._w2).astype(np.float32)
        w1_gradients = (inputs[:, np.newaxis] * hidden_signals + LAMDA * self._w1).astype(np.float32)
        self._w1 += LEARNING_RATE * w1_gradients
        self._b1 += LEARNING_RATE * hidden_signals
        self._w2 += LEARNING_RATE * w2_gradients
        self._b2 += LEARNING_RATE * output_signals

    def mean_squared_error(self, inputs: Float32Array, targets: Float32Array) -> float:
        """Return what the listing prints: (t - o)^2 squared in float32, summed in float64, per item."""
        total = 0.0
        for item_inputs, item_targets in zip(inputs, targets, strict=True):
            _, outputs = self.compute_outputs(item_inputs)
            for difference in np.square(item_targets - outputs):
                total += float(difference)
        return total / len(inputs)
