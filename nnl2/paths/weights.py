"""What became of a network's weights: how large they are, how many are zero, which hidden units are dead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnl2.comparison.outcome import mean_of
from nnl2.data import blocks_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnl2.network import NeuralNetwork

    FloatArray = NDArray[np.floating[Any]]

DEAD = 1e-6
"""A hidden unit is dead if what it hands on varies by no more than this over the training items."""


class Weights(NamedTuple):
    """What became of a network's weights; biases do not count.

    Parameters
    ----------
    norm
        The Euclidean length of all weights.
    largest
        The largest absolute value.
    zeros
        The share that is exactly zero.
    dead
        The share of hidden units that are dead; None where there are none.
    """

    norm: float
    largest: float
    zeros: float
    dead: float | None


def weights_of(network: NeuralNetwork, inputs: FloatArray) -> Weights:
    """Return what became of a network's weights, seen with training inputs `(n_items, n_in)`."""
    weights = np.concatenate([layer.weights.ravel() for layer in network.layers])
    return Weights(
        float(np.linalg.norm(weights)),
        float(np.abs(weights).max()),
        float((weights == 0).mean()),
        _dead_share(network, inputs),
    )


def mean_weights(each: Sequence[Weights]) -> Weights:
    """Return the mean of what became of the weights of several networks."""
    norms, largest, zeros, dead = zip(*each, strict=True)
    return Weights(float(np.mean(norms)), float(np.mean(largest)), float(np.mean(zeros)), mean_of(dead))


def _dead_share(network: NeuralNetwork, inputs: FloatArray) -> float | None:
    """Return the share of hidden units whose output, times its largest weight to the next layer, hardly varies."""
    layers = network.layers
    if len(layers) == 1:
        return None
    ends = np.stack([_ends(network, inputs[rows]) for rows in blocks_of(inputs)])
    ranges = ends[:, 1].max(axis=0) - ends[:, 0].min(axis=0)
    influence = np.concatenate([np.abs(layer.weights).max(axis=1) for layer in layers[1:]])
    return float((ranges * influence <= DEAD).mean())


def _ends(network: NeuralNetwork, outputs: FloatArray) -> FloatArray:
    """Return the smallest and the largest output of each hidden unit for some items, `(2, units)`."""
    found = []
    for layer in network.layers[:-1]:
        outputs = network.spec.hidden.outputs(outputs @ layer.weights + layer.biases)
        found.append([outputs.min(axis=0), outputs.max(axis=0)])
    return np.concatenate(found, axis=1)
