"""Many runs, one after the other or on threads; each is what it would be alone."""

from __future__ import annotations

from queue import SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nnl2.errors import Nnl2Error
    from nnl2.training.history import History
    from nnl2.training.loop import Run
    from nnl2.training.state import NetworkState
    from nnl2.training.task import Trained

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
    stop, todo, done = Event(), SimpleQueue[int | None](), SimpleQueue[tuple[int, BaseException | None]]()

    def train(number: int) -> None:
        """Train a network to its end; where there is on_epoch only until the caller's thread must settle."""
        while not (runs[number].finished or stop.is_set()):
            runs[number].advance()
            if on_epoch is not None:
                break
            _settle(runs[number], number, commit, None)

    def work(ended: Event) -> None:
        while (number := todo.get()) is not None:
            try:
                train(number)
                done.put((number, None))
            except BaseException as error:  # noqa: BLE001 (raised again in the thread of the caller)
                done.put((number, error))
        ended.set()

    ends: list[Event] = []
    try:
        for _ in range(n_jobs):
            ended = Event()
            Thread(target=work, args=(ended,), daemon=True).start()
            ends.append(ended)
        _oversee(runs, commit, on_epoch, todo, done)
    finally:
        _end(ends, stop, todo)


def _oversee(
    runs: Sequence[Run],
    commit: Commit,
    on_epoch: OnEpoch | None,
    todo: SimpleQueue[int | None],
    done: SimpleQueue[tuple[int, BaseException | None]],
) -> None:
    """Give the threads their work until all runs have finished."""
    for number in range(len(runs)):
        todo.put(number)
    n_working = len(runs)
    while n_working:
        number, failure = done.get()
        if failure is not None:
            raise failure
        if on_epoch is not None:
            _settle(runs[number], number, commit, on_epoch)
        if runs[number].finished:
            n_working -= 1
        else:
            todo.put(number)


def _end(ends: Sequence[Event], stop: Event, todo: SimpleQueue[int | None]) -> None:
    """Wait until no thread trains any more; a second Ctrl-C must not leave one behind that does.

    Threads are not joined: after a Ctrl-C in `Thread.join` Python 3.11 takes them for ended.
    """
    while True:
        try:
            stop.set()
            for _ in ends:
                todo.put(None)
            for ended in ends:
                ended.wait()
        except KeyboardInterrupt:
            continue
        return


def _settle(run: Run, number: int, commit: Commit, on_epoch: OnEpoch | None) -> None:
    def told(state: NetworkState, history: History) -> object:
        commit(number, state)
        assert on_epoch is not None
        return on_epoch(number, state, history)

    run.settle(None if on_epoch is None else told)
    commit(number, run.state)


def failure_of(runs: Sequence[Run | Trained]) -> Nnl2Error | None:
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
