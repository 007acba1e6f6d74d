"""`Executor`, what trains tasks somewhere, and `Threads`, which does so on this machine."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from nnl2.training.loop import Shared
from nnl2.training.task import Trained
from nnl2.training.train import run_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nnl2.training.state import NetworkState
    from nnl2.training.task import Task

    Done = Callable[[int, Trained], None]


class Executor(ABC):
    """What trains tasks somewhere; what comes of a task depends on nothing but the task."""

    @abstractmethod
    def train(self, tasks: Sequence[Task], n_jobs: int, done: Done) -> None:
        """Train all tasks.

        Parameters
        ----------
        tasks
            What is to be trained.
        n_jobs
            The number of threads on this machine.
        done
            Called with a task's number and what came of it as soon as it has finished, in any thread.
        """


class Threads(Executor):
    """Threads of this process, as many as the caller asks for."""

    def train(self, tasks: Sequence[Task], n_jobs: int, done: Done) -> None:
        """Train all tasks."""
        if not tasks:
            return
        shared = Shared()
        runs = [task.begin(shared) for task in tasks]

        def commit(number: int, _: NetworkState) -> None:
            if runs[number].finished:
                done(number, Trained.of(runs[number]))

        run_all(runs, min(n_jobs, len(runs)), commit, None)
