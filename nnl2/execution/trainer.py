"""`Trainer`: called as `nnl2.train` is, it trains elsewhere, and takes from a journal what is done already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnl2.errors import ClusterError
from nnl2.execution.executor import Executor, Threads
from nnl2.execution.identity import Identities
from nnl2.execution.versions import modules_of
from nnl2.network import assigned, check_failed, check_jobs, warn_of_rising_errors
from nnl2.training.train import failure_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nnl2.data import Dataset
    from nnl2.execution.journal import Journal
    from nnl2.network import NeuralNetwork
    from nnl2.training.history import History
    from nnl2.training.task import Task, Trained


class Trainer:
    """Trains as `nnl2.train` does, but for `on_epoch`, and with the same bits.

    Parameters
    ----------
    executor
        Where: `Threads()` of this process, or a `Cluster(client)`.
    journal
        What networks are written into as they are done, and taken from where they are done already.

    Examples
    --------
    >>> from nnl2 import NeuralNetwork, make_data
    >>> network = NeuralNetwork(10, 8, 4, seed=0)
    >>> Trainer()([network], make_data(), epochs=20, learning_rate=0.01)
    (History(epochs 0 to 20, error 1.51 to 0.4626),)
    """

    def __init__(self, executor: Executor | None = None, journal: Journal | None = None) -> None:
        self._executor = Threads() if executor is None else executor
        self._journal = journal

    def __call__(
        self,
        networks: Iterable[NeuralNetwork],
        data: Dataset | Sequence[Dataset],
        *,
        n_jobs: int = 1,
        failed: str = "raise",
        **settings: Any,  # noqa: ANN401 (checked by `assigned`)
    ) -> tuple[History, ...]:
        """Train networks, and return the History of each; `nnl2.train` tells what the settings mean.

        Where it is interrupted, networks stay as they were.

        Raises
        ------
        JournalError, ClusterError
            If the journal cannot be written, or the cluster is gone.
        """
        check_failed(failed)
        together, tasks = assigned(networks, data, **settings)
        results = self._results(tasks, check_jobs(n_jobs))
        for network, trained in zip(together, results, strict=True):
            network.state = trained.state
        failure = failure_of(results)
        if failure is not None and failed == "raise":
            raise failure
        histories = tuple(trained.history for trained in results)
        warn_of_rising_errors(histories)
        return histories

    def _results(self, tasks: Sequence[Task], n_jobs: int) -> list[Trained]:
        if self._journal is None:
            found: dict[int, Trained] = {}
            self._executor.train(tasks, n_jobs, found.__setitem__)
            return [found[number] for number in range(len(tasks))]
        return self._results_kept(self._journal, tasks, n_jobs)

    def _results_kept(self, journal: Journal, tasks: Sequence[Task], n_jobs: int) -> list[Trained]:
        identities = Identities()
        keys = [identities.of_task(task) for task in tasks]
        journal.expect(keys, modules_of([task.spec for task in tasks]))
        missing = {key: task for key, task in zip(keys, tasks, strict=True) if key not in journal}
        names, given_up = list(missing), {}

        def done(number: int, trained: Trained) -> None:
            if isinstance(trained.failure, ClusterError):
                given_up[names[number]] = trained  # which another run may try again
            else:
                journal.add(names[number], trained)

        self._executor.train(list(missing.values()), n_jobs, done)
        return [given_up[key] if key in given_up else journal[key] for key in keys]
