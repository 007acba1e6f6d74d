"""Networks trained on all processors: on threads where the update is compiled, else in processes."""

from __future__ import annotations

import os
import signal
import warnings
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TYPE_CHECKING, Any

from nnl2 import train
from nnl2.engine import kernel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnl2 import Dataset, History, NetworkState, NeuralNetwork


def is_compiled() -> bool:
    """Return whether the compiled update is there; without it all takes hundreds of times as long."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # who asks tells it in words of their own
        return kernel.library() is not None


def train_all(
    networks: Sequence[NeuralNetwork],
    data: Sequence[Dataset],
    *,
    orders: Sequence[Any],
    validation: Sequence[Dataset] | None = None,
    n_jobs: int,
    **settings: Any,  # noqa: ANN401 (those of nnl2.train)
) -> tuple[History, ...]:
    """Train networks as `nnl2.train` does, each with its own items and visiting orders."""
    if is_compiled():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # errors that rise are seen in the table
            return train(networks, data, orders=orders, validation=validation, n_jobs=n_jobs, **settings)
    histories = []
    watched = [None] * len(networks) if validation is None else validation
    jobs = [(*each, settings) for each in zip(networks, data, orders, watched, strict=True)]
    # In numpy two threads were seen to take 1.3 times as long as one: they wait for the interpreter's lock.
    with get_context("spawn").Pool(initializer=_begin) as pool:
        for network, (state, history) in zip(networks, pool.imap(_train_one, jobs), strict=True):
            network.state = state
            histories.append(history)
    return tuple(histories)


def _begin() -> None:
    """Leave Ctrl-C to the process that waits, and end where that one has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    is_compiled()  # which is looked up once, so that training does not warn of it
    waiting = parent_process()
    assert waiting is not None

    def end_with_it() -> None:
        waiting.join()
        os._exit(1)

    Thread(target=end_with_it, daemon=True).start()


def _train_one(
    job: tuple[NeuralNetwork, Dataset, Any, Dataset | None, dict[str, Any]],
) -> tuple[NetworkState, History]:
    network, data, orders, validation, settings = job
    warnings.simplefilter("ignore", UserWarning)  # in this process alone
    (history,) = train([network], data, orders=orders, validation=validation, **settings)
    return network.state, history
