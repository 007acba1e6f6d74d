"""How many tasks a block has: so much work that sending it costs little beside doing it."""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnl2.training.task import Task

OVERHEAD = 0.02
"""CPU seconds that a block costs besides training, here, in the scheduler and in the worker: see docs/scale.md."""

OVERHEAD_HERE = 0.015
"""Those of them that this process spends, with dask's scheduler where that runs here."""

LARGEST_SHARE = 0.02
"""The part of all CPU time that blocks may cost; what each network in them costs comes to it."""

AT_ONE_TIME = 3
"""Blocks for each thread of the cluster that are sent ahead: one at work, two that wait."""

MOST_BYTES = 32_000_000
"""What a block brings back, at most."""


class Pace:
    """How long tasks last, by the blocks that have come back, and how many tasks the next block should have."""

    def __init__(self) -> None:
        self._work = self._seconds = 0.0

    def note(self, tasks: Sequence[Task], seconds: float) -> None:
        """Take note of the CPU seconds in which a worker trained these."""
        self._work += sum(map(work_of, tasks))
        self._seconds += seconds

    def next_size(self, tasks: Sequence[int], of: Sequence[Task], n_threads: int) -> int:
        """Return how many of these tasks, from the first on, make the next block.

        One process serves all threads of the cluster, and should be busy half of the time at most: where threads
        are many, blocks are longer. No thread shall be without work because another has so much of it.

        Parameters
        ----------
        tasks
            The numbers of those that wait.
        of
            All tasks.
        n_threads
            The threads of the cluster.
        """
        if not self._work:
            return 1
        wanted = max(OVERHEAD * (1 - LARGEST_SHARE) / LARGEST_SHARE, 2 * OVERHEAD_HERE * n_threads)
        rate, seconds, size, n_bytes = self._seconds / self._work, 0.0, 0, 0
        for number in islice(tasks, math.ceil(len(tasks) / n_threads)):
            task = of[number]
            n_bytes += task.state.parameters.nbytes + task.state.memory.nbytes
            if size and (seconds >= wanted or n_bytes > MOST_BYTES):
                break
            seconds, size = seconds + rate * work_of(task), size + 1
        return size


def work_of(task: Task) -> float:
    """Return how much work a task is, in a unit of its own: items times parameters, over all epochs."""
    return float(task.data.n_items) * task.state.parameters.size * task.settings.epochs
