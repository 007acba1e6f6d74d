"""Who trains a network: the one place where that is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2.engine import kernel, plain

if TYPE_CHECKING:
    from types import ModuleType

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
