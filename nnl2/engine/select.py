"""Who trains a network: the one place where that is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnl2.engine import kernel, plain
from nnl2.engine.feed import Items

if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from numpy.typing import NDArray

    from nnl2.data import Dataset
    from nnl2.engine.architecture import Architecture

MOST_WORK = 30_000_000
"""Work of one call into the kernel, about 10 ms, so that threads scale and Ctrl-C is prompt.

Measured: an item costs about 0.3 ns for each parameter and for 300 more, an update twice as much.
"""


def engine_for(architecture: Architecture) -> ModuleType:
    """Return the kernel where it is there and knows the network's functions, else the plain engine."""
    return kernel if kernel.serves(architecture) and kernel.library() is not None else plain


def most_items(architecture: Architecture, n_items: int, batch_size: int = 64) -> int:
    """Return about how many items one call trains on; the plain engine takes an epoch, and can be interrupted."""
    if engine_for(architecture) is plain:
        return n_items
    return max(1, int(MOST_WORK / ((architecture.n_parameters + 300) * (1 + 2 / batch_size))))


def mean_errors(
    architecture: Architecture, vectors: NDArray[np.floating[Any]], data: Dataset
) -> NDArray[np.float64]:
    """Return the mean error over the items, by their weights, with each vector of parameters."""
    totals = np.zeros((len(vectors), 2))
    for items in Items.blocks(data, architecture.dtype, most_items(architecture, data.n_items)):
        engine_for(architecture).add_errors(architecture, vectors, items, totals)
    with np.errstate(all="ignore"):
        return totals[:, 0] / totals[:, 1]
