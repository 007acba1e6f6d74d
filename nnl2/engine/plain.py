"""One update in numpy: the definition, which the kernel follows bit for bit. Items in rows, units in columns.

With weights W, biases b, masks m, hidden activation f and an item's share of its batch's weight, layer by layer:

    s_l = b_l + a_(l-1) W_l             a_l = f(s_l) m_l                          forward
    d_L = share * d error / d s_L       d_l = (d_(l+1) W_(l+1)') f'(s_l) m_l      back, from the old weights
    dW_l = a_(l-1)' d_l                 db_l = sum of d_l                         the error's gradient

Where a regularizer masks weights, W times its factors stands for W, and dW is multiplied by them too.
Then the program of each place changes its parameters; see `program`. Every sum runs in the order of its index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.elementary import sum_in_order
from nnl2.engine.graph import replay

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from nnl2.engine.architecture import Architecture, MemoryLayout
    from nnl2.engine.feed import Items, Visit
    from nnl2.engine.program import Program, Schedule

    FloatArray = NDArray[np.floating[Any]]

MOST_TERMS = 1_000_000
"""Terms of one layer's sums that are formed at once when a table is passed forward."""


def product(left: FloatArray, right: FloatArray, begin: FloatArray | None = None) -> FloatArray:
    """Return left @ right, or begin + left @ right, each sum in the order of its index."""
    (n_rows, n_terms), n_columns = left.shape, right.shape[1]
    terms = np.empty((n_terms + 1, n_rows, n_columns), left.dtype)
    np.multiply(left.T[:, :, np.newaxis], right[:, np.newaxis, :], out=terms[1:])
    if begin is None:
        return sum_in_order(terms[1:])
    terms[0] = begin
    return sum_in_order(terms)


def differentiate(
    architecture: Architecture,
    layers: Sequence[tuple[FloatArray, FloatArray]],
    inputs: FloatArray,
    targets: FloatArray,
    shares: FloatArray | float,
    masks: Sequence[FloatArray | None],
) -> list[FloatArray]:
    """Return the error's gradient on a batch: dW1, db1, dW2, ...; `shares` is `(items, 1)`, or one for all."""
    outputs, slopes = [inputs], []
    for (weights, biases), mask in zip(layers, masks, strict=False):
        hidden = architecture.hidden.outputs(product(outputs[-1], weights, biases))
        slope = architecture.hidden.slope(hidden)
        outputs.append(hidden if mask is None else hidden * mask)
        slopes.append(slope if mask is None else slope * mask)
    sums = product(outputs[-1], *layers[-1])
    signals = architecture.output.signal(architecture.output.outputs(sums), targets) * shares

    gradients = []
    for layer in reversed(range(len(layers))):
        gradients += [sum_in_order(signals)[np.newaxis], product(outputs[layer].T, signals)]
        if layer:
            signals = product(signals, layers[layer][0].T) * slopes[layer - 1]
    return gradients[::-1]


def update(
    places: Sequence[FloatArray],
    memory: Sequence[Sequence[FloatArray]],
    gradients: Sequence[FloatArray],
    programs: Sequence[Program],
    constants: Sequence[Sequence[FloatArray]],
) -> None:
    """Change the weights and biases of each place, and its memory, by the programs."""
    for weights, own, gradient, program, numbers in zip(
        places, memory, gradients, programs, constants, strict=True
    ):
        values = replay(program.nodes, [weights, gradient, *own], numbers, program.questions)
        # Copied first: one memory may become what another was, which would have changed by then.
        results = [values[result].copy() for result in program.graph.results]
        for array, result in zip([weights, *own], results, strict=True):
            array[...] = result


@np.errstate(all="ignore")
def train(
    architecture: Architecture,
    parameters: FloatArray,
    memory: FloatArray,
    layout: MemoryLayout,
    schedules: tuple[Schedule, Schedule],
    visit: Visit,
) -> FloatArray:
    """Train for the epochs of a visit, changing parameters and memory.

    The schedules are those of whole batches, and of a smaller last one.

    Returns parameters and memory after each epoch, `(epochs, n_parameters + n_memory)`.
    """
    own, items = layout.of(memory), visit.items
    layers, places = architecture.layers(parameters), [place.of(parameters) for place in architecture.places]
    kept = []
    for epoch in range(len(visit.rows)):
        constants = [schedule.in_epoch(epoch) for schedule in schedules]
        for rows, masks, weight_masks in visit.batches(epoch):
            smaller = len(rows) < visit.batch_size
            factors = [1.0 if mask is None else mask for mask in weight_masks]
            seen = [(weights * factor, biases) for (weights, biases), factor in zip(layers, factors, strict=True)]
            gradients = differentiate(
                architecture, seen, items.inputs[rows], items.targets[rows], shares(items, rows), masks
            )
            gradients[::2] = [gradient * factor for gradient, factor in zip(gradients[::2], factors, strict=True)]
            update(places, own, gradients, schedules[smaller].programs, constants[smaller])
        kept.append(np.concatenate([parameters, memory]))
    return np.stack(kept)


def shares(items: Items, rows: NDArray[np.int64]) -> FloatArray | float:
    """Return each item's share `(items, 1)` of the weight of its batch; where that is 0, all are 0."""
    if items.weights is None:
        return float(items.inputs.dtype.type(1) / items.inputs.dtype.type(len(rows)))
    weights = items.weights[rows]
    total = sum_in_order(weights)
    return (weights / total if total > 0 else np.zeros_like(weights))[:, np.newaxis]


@np.errstate(all="ignore")
def compute_outputs(architecture: Architecture, parameters: FloatArray, inputs: FloatArray) -> FloatArray:
    """Return the outputs `(items, n_out)`."""
    blocks = [architecture.output.outputs(sums) for sums, _ in _sums(architecture, parameters, inputs)]
    return np.concatenate(blocks)


@np.errstate(all="ignore")
def add_errors(architecture: Architecture, vectors: FloatArray, items: Items, totals: NDArray[np.float64]) -> None:
    """Add the items' errors, each times its weight, and their weights to two totals.

    There are as many of them `(networks, 2)` as vectors of parameters `(networks, n_parameters)`.
    """
    for parameters, total in zip(vectors, totals, strict=True):
        for sums, rows in _sums(architecture, parameters, items.inputs):
            errors = architecture.output.error(sums, items.targets[rows]).astype(np.float64)
            weights = np.ones_like(errors) if items.weights is None else items.weights[rows].astype(np.float64)
            total[...] = sum_in_order(np.vstack([total, np.column_stack([weights * errors, weights])]))


def _sums(
    architecture: Architecture, parameters: FloatArray, inputs: FloatArray
) -> Iterator[tuple[FloatArray, slice]]:
    """Yield the output layer's sums for block after block of items."""
    layers = architecture.layers(parameters)
    block = max(1, MOST_TERMS // max((n_in + 1) * n_out for n_in, n_out in architecture.shapes))
    for first in range(0, len(inputs), block):
        rows = slice(first, first + block)
        outputs = inputs[rows]
        for weights, biases in layers[:-1]:
            outputs = architecture.hidden.outputs(product(outputs, weights, biases))
        yield product(outputs, *layers[-1]), rows
