"""`Cluster`: blocks of tasks on the workers of dask.distributed."""

from __future__ import annotations

from collections import deque
from concurrent.futures import CancelledError
from itertools import islice
from time import sleep
from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.errors import ClusterError, Nnl2Error, in_words
from nnl2.execution.blocks import AT_ONE_TIME, Pace
from nnl2.execution.executor import Executor
from nnl2.execution.link import MOMENT, Link
from nnl2.execution.parcels import modules_needed, packed, results_unpacked
from nnl2.execution.tables import Tables
from nnl2.execution.versions import own_versions
from nnl2.execution.worker import train_block
from nnl2.training.history import History
from nnl2.training.task import Trained

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnl2.execution.executor import Done
    from nnl2.training.task import Task

MOST_DEATHS = 2
"""Where so many workers died under a task in company, and as many under it alone, it is given up."""

MOST_REFUSALS = 3
"""So many late workers may be unlike this process and get the same task."""


class Cluster(Executor):
    """The workers of a dask cluster; needs `pip install 'nnl2[dask]'` here and there.

    Before any work every worker is asked for its versions. A worker that dies loses nothing, one that joins late
    is used. A task under which workers die again and again is given up: its History tells so.

    Parameters
    ----------
    client
        A `dask.distributed.Client`.

    Examples
    --------
    >>> from dask.distributed import Client  # doctest: +SKIP
    >>> from nnl2 import compare, make_data
    >>> from nnl2.execution import Cluster, Trainer
    >>> with Client("tcp://127.0.0.1:8786") as client:  # doctest: +SKIP
    ...     compare(make_data(), trained_by=Trainer(Cluster(client)))
    """

    def __init__(self, client: Any) -> None:  # noqa: ANN401 (a dask.distributed.Client)
        self._client = client
        self._pace, self._tables = Pace(), Tables(client)

    def train(self, tasks: Sequence[Task], n_jobs: int, done: Done) -> None:
        """Train all tasks, whatever `n_jobs` says, on all workers.

        Raises
        ------
        ClusterError
            If a worker is unlike this process, or scheduler or workers are gone for a minute.
        """
        if tasks:
            self._tables.keep_only_arrays_of(tasks)
            try:
                _Round(self._client, self._pace, self._tables, tasks, done).run()
            finally:
                self._tables.keep_only_arrays_of(tasks)


class _Round:
    """The tasks of one call on the cluster."""

    def __init__(
        self,
        client: Any,  # noqa: ANN401 (as above)
        pace: Pace,
        tables: Tables,
        tasks: Sequence[Task],
        done: Done,
    ) -> None:
        from distributed import as_completed  # noqa: PLC0415 (an extra)

        self._client, self._pace, self._tables, self._tasks, self._done = client, pace, tables, tasks, done
        self._link = Link(client, modules_needed(tasks))
        self._waiting = deque(range(len(tasks)))
        self._alone: deque[int] = deque()
        self._deaths, self._refused = [0] * len(tasks), [0] * len(tasks)
        self._sent: dict[Any, list[int]] = {}
        self._completed = as_completed(with_results=True, raise_errors=False, loop=client.loop)

    def run(self) -> None:
        """Send, wait and take note until all are done."""
        try:
            while self._waiting or self._alone or self._sent:
                self._send()
                for future, result in self._next():
                    self._settle(self._sent.pop(future), future.status, result)
        finally:
            if self._client.status == "running":
                self._client.cancel(list(self._sent), force=True)

    def _send(self) -> None:
        """Keep all threads of the cluster busy; tasks under which workers died go one at a time, at the end."""
        n_threads = self._link.n_threads
        while self._waiting and len(self._sent) < AT_ONE_TIME * n_threads:
            suspect = self._deaths[self._waiting[0]] > 0
            size = 1 if suspect else self._pace.next_size(self._waiting, self._tasks, n_threads)
            if suspect and not self._link.is_settled:
                return
            if not self._submit(list(islice(self._waiting, size))):
                return
            for _ in range(size):
                self._waiting.popleft()
        if self._alone and not self._sent and self._link.is_settled and self._submit([self._alone[0]]):
            self._alone.popleft()

    def _submit(self, numbers: list[int]) -> bool:
        """Send a block; return whether it went: not where a worker, or the scheduler, dies meanwhile."""
        try:
            keyed, tables = self._tables.keyed([self._tasks[number] for number in numbers])
            future = self._client.submit(
                train_block, own_versions(), packed(keyed), tables, pure=False, workers=self._link.workers
            )
        except Exception as error:
            of_a_worker = isinstance(error, OSError | CancelledError)
            if not of_a_worker and self._client.status == "running":
                raise  # a client without its scheduler fails in many ways, and `look` tells of it
            self._tables.forget_lost()
            return False
        self._sent[future] = numbers
        self._completed.add(future)
        return True

    def _next(self) -> list[Any]:
        """Return blocks that have come back, each with its result, as soon as there is one."""
        self._link.look()
        while not self._completed.has_ready():
            sleep(MOMENT)
            self._link.look()
            if not self._sent:
                break
        batch: list[Any] = self._completed.next_batch(block=False)
        return batch

    def _settle(self, numbers: list[int], status: str, result: Any) -> None:  # noqa: ANN401 (what dask says)
        from distributed import KilledWorker  # noqa: PLC0415 (an extra)

        if status == "finished":
            self._pace.note([self._tasks[number] for number in numbers], result.seconds)
            for number, trained in zip(numbers, results_unpacked(result.trained), strict=True):
                self._done(number, trained)
            return
        error = result[1] if isinstance(result, tuple) else result
        if status == "cancelled" or isinstance(error, KilledWorker):  # what a dead worker held is lost too
            self._tables.forget_lost()
            for number in numbers:
                self._try_again(number)
        elif isinstance(error, Nnl2Error) and not isinstance(error, ClusterError):
            raise error
        elif self._refused[numbers[0]] == MOST_REFUSALS:
            raise ClusterError(f"worker after worker failed: {in_words(error)}") from error
        else:
            self._link.leave_out(error)
            for number in numbers:
                self._refused[number] += 1
                self._waiting.append(number)

    def _try_again(self, number: int) -> None:
        self._deaths[number] += 1
        if self._deaths[number] < MOST_DEATHS:
            self._waiting.append(number)
        elif self._deaths[number] < 2 * MOST_DEATHS:
            self._alone.append(number)
        else:
            self._done(number, _given_up(self._tasks[number]))


def _given_up(task: Task) -> Trained:
    """Return what is told of a task under which workers died again and again."""
    sizes = "-".join(map(str, task.spec.layer_sizes))
    failure = ClusterError(
        f"workers died {2 * MOST_DEATHS} times while they trained this network ({sizes}, regularizer="
        f"{task.spec.regularizer}); look at their logs and their memory"
    )
    nothing = np.empty(0)
    validation = None if task.settings.validation is None else nothing
    history = History(np.empty(0, np.int64), nothing, nothing, validation, task.state.epochs, str(failure))
    return Trained(task.state, history, failure)
