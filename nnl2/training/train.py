"""Many runs, one after the other or on threads; each is what it would be alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nnl2.errors import Nnl2Error
    from nnl2.training.history import History
    from nnl2.training.loop import Run
    from nnl2.training.state import NetworkState

    Commit = Callable[[int, NetworkState], None]
    OnEpoch = Callable[[int, NetworkState, History], object]

MOST_NAMED = 3
"""Networks that failed whose reasons are told in full; of others only their numbers are."""


def run_all(
    runs: Sequence[Run],
    n_jobs: int,
    commit: Commit,
    on_epoch: OnEpoch | None,
) -> None:
    """Train all runs to their ends.

    Parameters
    ----------
    runs
        The networks, of which none has begun.
    n_jobs
        The number of threads.
    commit
        Called with a run's number and its newest state, always that of a whole epoch, in any thread.
    on_epoch
        Called with a run's number, its state and its History after each epoch, in the thread of the caller; where
        it answers True, that run ends.
    """
    if n_jobs == 1:
        for number, run in enumerate(runs):
            while not run.finished:
                run.advance()
                _settle(run, number, commit, on_epoch)
    else:
        _run_on_threads(runs, n_jobs, commit, on_epoch)


def _run_on_threads(runs: Sequence[Run], n_jobs: int, commit: Commit, on_epoch: OnEpoch | None) -> None:
    stop, done = Event(), SimpleQueue[tuple[int, BaseException | None]]()

    def work(number: int) -> None:
        failure = None
        try:
            while not (runs[number].finished or stop.is_set()):
                runs[number].advance()
                if on_epoch is not None:  # then the thread of the caller settles
                    break
                _settle(runs[number], number, commit, None)
        except BaseException as error:  # noqa: BLE001 (raised again in the thread of the caller)
            failure = error
        done.put((number, failure))

    with ThreadPoolExecutor(n_jobs) as pool:
        try:
            for number in range(len(runs)):
                pool.submit(work, number)
            n_working = len(runs)
            while n_working:
                number = _next_of(done)
                if on_epoch is not None:
                    _settle(runs[number], number, commit, on_epoch)
                if runs[number].finished:
                    n_working -= 1
                else:
                    pool.submit(work, number)
        except BaseException:
            stop.set()
            _wait_for(pool)
            raise


def _next_of(done: SimpleQueue[tuple[int, BaseException | None]]) -> int:
    """Return whose thread has done its work, or raise what was raised there."""
    number, failure = done.get()
    if failure is not None:
        raise failure
    return number


def _settle(run: Run, number: int, commit: Commit, on_epoch: OnEpoch | None) -> None:
    def told(state: NetworkState, history: History) -> object:
        commit(number, state)
        assert on_epoch is not None
        return on_epoch(number, state, history)

    run.settle(None if on_epoch is None else told)
    commit(number, run.state)


def _wait_for(pool: ThreadPoolExecutor) -> None:
    """Wait until no thread trains any more; a second Ctrl-C must not leave one behind that does."""
    while True:
        try:
            pool.shutdown()
        except KeyboardInterrupt:
            continue
        return


def failure_of(runs: Sequence[Run]) -> Nnl2Error | None:
    """Return one error that names all networks whose training failed, or None."""
    failed = {number: run.failure for number, run in enumerate(runs) if run.failure is not None}
    if not failed:
        return None
    first = next(iter(failed.values()))
    if len(runs) == 1:
        return first
    told = [f"network {number}: {error}" for number, error in list(failed.items())[:MOST_NAMED]]
    others = ", ".join(map(str, list(failed)[MOST_NAMED:]))
    more = f"; and networks {others}" if others else ""
    return type(first)(f"{len(failed)} of {len(runs)} networks failed: {'; '.join(told)}{more}")
