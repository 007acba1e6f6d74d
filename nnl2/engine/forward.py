"""Outputs and errors of many networks on one table of items, without masks or noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from nnl2.engine.architecture import Architecture

    FloatArray = NDArray[np.floating[Any]]

BLOCK_NUMBERS = 65536
"""Numbers in one layer's outputs of one network: items are passed forward in blocks of about this size."""


@np.errstate(all="ignore")
def compute_outputs(architecture: Architecture, parameters: FloatArray, inputs: FloatArray) -> FloatArray:
    """Return the outputs `(lanes, items, n_out)` of networks with parameters `(lanes, P)`."""
    blocks = [
        architecture.output.outputs(sums).swapaxes(-1, -2)
        for sums, _ in _sums_in_blocks(architecture, parameters, inputs)
    ]
    return np.concatenate(blocks, axis=-2)


@np.errstate(all="ignore")
def compute_errors(
    architecture: Architecture, parameters: FloatArray, inputs: FloatArray, targets: FloatArray
) -> NDArray[np.float64]:
    """Return the mean error over the items for each network `(lanes,)`; an infinite one is a result."""
    blocks = []
    for sums, items in _sums_in_blocks(architecture, parameters, inputs):
        blocks.append(architecture.output.error(sums, targets[items].T.astype(architecture.dtype, copy=False)))
    errors = np.concatenate(blocks, axis=-1)
    return np.add.reduce(errors, axis=-1, dtype=np.float64) / len(inputs)


def _sums_in_blocks(
    architecture: Architecture, parameters: FloatArray, inputs: FloatArray
) -> Iterator[tuple[FloatArray, slice]]:
    """Yield the output layer's sums `(lanes, n_out, items)` for block after block of items.

    The block size depends on the layer sizes only: what a lane computes must not depend on who runs beside it.
    """
    layers = [
        (weights.swapaxes(-1, -2), biases[..., np.newaxis]) for weights, biases in architecture.layers(parameters)
    ]
    block = max(1, BLOCK_NUMBERS // max(architecture.layer_sizes[1:]))
    for start in range(0, len(inputs), block):
        items = slice(start, start + block)
        outputs = inputs[items].T.astype(architecture.dtype, copy=False)
        for weights, biases in layers[:-1]:
            outputs = architecture.hidden.outputs(weights @ outputs + biases)
        weights, biases = layers[-1]
        yield weights @ outputs + biases, items
