"""Who trains a network: the one place where that is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2.engine import kernel, plain

if TYPE_CHECKING:
    from types import ModuleType

    from nnl2.engine.architecture import Architecture

MOST_WORK = 5_000_000
"""Items times parameters of one call into the kernel: 5 to 20 ms, so that threads scale and Ctrl-C is prompt."""


def engine_for(architecture: Architecture) -> ModuleType:
    """Return the kernel where it is there and knows the network's functions, else the plain engine."""
    return kernel if kernel.serves(architecture) and kernel.library() is not None else plain


def most_items(architecture: Architecture, n_items: int) -> int:
    """Return about how many items one call trains on; the plain engine takes an epoch, and can be interrupted."""
    if engine_for(architecture) is plain:
        return n_items
    return max(1, MOST_WORK // architecture.n_parameters)
