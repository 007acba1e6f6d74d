"""Who trains a network, and who measures it: the one place where that is decided, by sizes alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnl2.engine import kernel, matmul, plain
from nnl2.engine.feed import Items, block_size, in_rows, rounded

if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from numpy.typing import NDArray

    from nnl2.data import Dataset
    from nnl2.engine.architecture import Architecture

# An update with products over one with the kernel, in time, as tests/benchmarks/engines.py measures it (two cores,
# AVX2, OpenBLAS on one thread; ReLU and float32 / Tanh and float64), and the same for a pass that measures errors:
#
#                 parameters  batch 1      8        16         32         128        512       errors
#   100-100-10        11,110  12 / 6   4.6 / 3  3.0 / 2.6  2.1 / 2.1  1.1 / 1.4  1.0 / 1.6  1.0 / 2.4
#   300-100-10        31,110   8 / 5   3.2 / 2  2.2 / 1.5  1.4 / 1.2  .87 / .98  .77 / .83  .79 / 1.2
#   2000-20-2         40,062   4 / 5   1.6 / 2  1.5 / 1.3  1.2 / 1.0  .75 / .57  .54 / .73  .87 / 1.2
#   200-200-50-5      50,505   6 / 4   2.3 / 2  1.6 / 1.4  1.3 / .82  .75 / .73  .72 / .99  .78 / 1.8
#   500-100-10        51,110   7 / 4   2.1 / 1  1.5 / .65  1.1 / .62  .71 / .55  .64 / .51  .71 / .74
#   784-100-10        79,510   6 / 4   1.3 / 1  1.1 / .87  .88 / .68  .63 / .65  .62 / .52  .59 / .63
#   784-300-100-10   266,610   5 / 2   .94/.65  .78 / .54  .68 / .45  .52 / .40  .40 / .50  .61 / .48
#   1000-1000-10   1,011,010  3.4/.75  .71/.71  .45 / .39  .28 / .35  .39 / .31  .33 / .28  .55 / .22
LARGE_NETWORK = 40_000
"""Parameters from which on products are worth while."""

LARGE_UPDATE = 2_000_000
"""Parameters times items of an update from which on they are."""

MOST_WORK = 30_000_000
"""Work of one call into the kernel, about 10 ms, so that threads scale and Ctrl-C is prompt.

Measured: an item costs about 0.3 ns for each parameter and for 300 more, an update twice as much.
"""

MOST_PRODUCTS = 1_000_000_000
"""Work of one call with products, about 0.1 s: Ctrl-C comes between two updates, and what a call makes anew costs.

Measured: an item costs about 0.1 ns for each parameter, an update as much as eight items.
"""

ITEMS_OF_A_PASS = 64
"""The items that the kernel passes forward at a time."""


def engine_for(architecture: Architecture, batch_size: int) -> ModuleType:
    """Return who trains a network in batches of this size."""
    update = architecture.n_parameters * batch_size
    return _engine(architecture, large=_is_large(architecture) and batch_size > 1 and update >= LARGE_UPDATE)


def engine_for_outputs(architecture: Architecture) -> ModuleType:
    """Return who computes a network's outputs and errors, the same whoever trains it."""
    return _engine(architecture, large=_is_large(architecture))


def most_items(architecture: Architecture, n_items: int, batch_size: int) -> int:
    """Return about how many items one call trains on; the plain engine takes an epoch, and can be interrupted."""
    engine = engine_for(architecture, batch_size)
    if engine is plain:
        return n_items
    if engine is matmul:
        return max(1, int(MOST_PRODUCTS / (architecture.n_parameters * (1 + 8 / batch_size))))
    return _most_in_kernel(architecture, batch_size)


def compute_outputs(
    architecture: Architecture, parameters: NDArray[np.floating[Any]], inputs: NDArray[np.floating[Any]]
) -> NDArray[np.floating[Any]]:
    """Return the outputs `(items, n_out)`; of inputs of another number type only a block is copied at a time."""
    engine, dtype = engine_for_outputs(architecture), architecture.dtype
    size = rounded(block_size([inputs], dtype), _whole(architecture))
    blocks = (in_rows(inputs[first : first + size], dtype) for first in range(0, len(inputs), size))
    outputs = [engine.compute_outputs(architecture, parameters, block) for block in blocks]
    return outputs[0] if len(outputs) == 1 else np.concatenate(outputs)


def mean_errors(
    architecture: Architecture, vectors: NDArray[np.floating[Any]], data: Dataset
) -> NDArray[np.float64]:
    """Return the mean error over the items, by their weights, with each vector of parameters."""
    engine, totals = engine_for_outputs(architecture), np.zeros((len(vectors), 2))
    most = _most_in_kernel(architecture, ITEMS_OF_A_PASS) if engine is kernel else data.n_items
    for items in Items.blocks(data, architecture.dtype, most, _whole(architecture)):
        engine.add_errors(architecture, vectors, items, totals)
    with np.errstate(all="ignore"):
        return totals[:, 0] / totals[:, 1]


def _whole(architecture: Architecture) -> int:
    """Return of how many items blocks must be multiples, so that the same comes out however many they are."""
    return matmul.items_at_once(architecture) if engine_for_outputs(architecture) is matmul else 1


def _engine(architecture: Architecture, *, large: bool) -> ModuleType:
    """Return who computes a large or a small case, whatever else there is: results depend on sizes alone.

    Plain has the kernel's bits, and stands in where that is missing or does not know the network's functions.
    """
    if large:
        return matmul
    return kernel if kernel.serves(architecture) and kernel.library() is not None else plain


def _is_large(architecture: Architecture) -> bool:
    return architecture.n_parameters >= LARGE_NETWORK


def _most_in_kernel(architecture: Architecture, batch_size: int) -> int:
    return max(1, int(MOST_WORK / ((architecture.n_parameters + 300) * (1 + 2 / batch_size))))
