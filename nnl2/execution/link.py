"""`Link`: what is known of a cluster from here: its workers, and whether it is there at all."""

from __future__ import annotations

from time import monotonic, sleep
from typing import Any

from nnl2.errors import ClusterError, in_words
from nnl2.execution.handshake import strangers
from nnl2.validation import warn

SECONDS = 1.0
"""How old what is known may be."""

SETTLED = 2.0
"""Seconds after which a worker has surely begun; dask does not start one again that dies while it begins."""

MOMENT = 0.02
"""Seconds between two looks."""

PATIENCE = 60.0
"""Seconds without a worker, or without the scheduler, after which a run ends."""


class Link:
    """A cluster's workers.

    Parameters
    ----------
    client
        A `dask.distributed.Client`.
    modules
        What workers must have besides nnl2.

    Raises
    ------
    ClusterError
        If a worker is unlike this process.
    """

    def __init__(self, client: Any, modules: list[str]) -> None:  # noqa: ANN401 (a dask.distributed.Client)
        self._client, self._modules = client, modules
        self._address = client.scheduler.address
        self._left_out: set[str] = set()
        self._threads: dict[str, int] = {}
        self._since: dict[str, float] = {}
        self._asked = -SECONDS
        self._seen = monotonic()
        while not self._threads:
            self.look()
            sleep(MOMENT)
        unlike = strangers(client, modules)
        if unlike:
            raise ClusterError("; ".join(unlike.values()))

    @property
    def n_threads(self) -> int:
        """The number of threads of all workers, at least 1."""
        self.look()
        return max(1, sum(self._threads.values()))

    @property
    def is_settled(self) -> bool:
        """Whether there are workers, and all have been there for a while."""
        return bool(self._since) and monotonic() - max(self._since.values()) > SETTLED

    @property
    def workers(self) -> list[str] | None:
        """The addresses to which work may go; None where all are welcome, late ones too."""
        return list(self._threads) if self._left_out else None

    def look(self) -> None:
        """Ask for the workers now and then.

        Raises
        ------
        ClusterError
            If nobody has been there for a minute.
        """
        now = monotonic()
        if now - self._asked < SECONDS:
            return
        self._asked = now
        threads = self._known()
        if threads is not None:
            self._threads = {worker: n for worker, n in threads.items() if worker not in self._left_out}
            self._since = {worker: self._since.get(worker, now) for worker in self._threads}
        if self._threads and threads is not None:
            self._seen = now
        elif now - self._seen > PATIENCE or self._client.status == "closed":
            who = "the scheduler" if threads is None else "every worker that could be used"
            raise ClusterError(f"{who} at {self._address} has been gone for {now - self._seen:.0f} s")

    def leave_out(self, error: BaseException) -> None:
        """Leave out workers that joined late and are unlike this process; where none is, raise the error.

        Several blocks may come back from one of them.
        """
        unlike = strangers(self._client, self._modules)
        if not unlike and not self._left_out:
            raise ClusterError(f"a worker failed: {in_words(error)}") from error
        new = [line for worker, line in unlike.items() if worker not in self._left_out]
        self._left_out |= set(unlike)
        self._asked = -SECONDS
        if new:
            warn(f"{'; '.join(new)}; it is left out")

    def _known(self) -> dict[str, int] | None:
        """Return the threads of each worker, or None where the scheduler does not answer."""
        if self._client.status != "running":
            return None
        try:
            threads: dict[str, int] = self._client.nthreads()
        except (OSError, RuntimeError):  # a comm that is closed is one of these
            return None
        return threads
