"""BLAS on one thread: with several, a product's bits would depend on how many there are."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadpoolctl import LibController

    Libraries = dict[LibController, int]

_lock = Lock()
_inside: set[OneThread] = set()
_before: Libraries = {}
"""How many threads the libraries had when the first came in."""


class OneThread:
    """What is done `with OneThread():` has BLAS on one thread.

    Most libraries have one number of threads for the whole process. Several of Python's threads may be inside at
    once; when the last leaves, BLAS has as many as before the first came. What runs on OpenMP has a number of its
    own for each of Python's threads.
    """

    def __init__(self) -> None:
        self._own: Libraries = {}

    def __enter__(self) -> None:
        try:
            with _lock:
                _inside.add(self)
                for library in _libraries():
                    before = self._own if _runs_on_openmp(library) else _before
                    if library not in before and (n_threads := library.num_threads) != 1:
                        before[library] = n_threads  # noted first: Ctrl-C may come at any moment
                        _give(library, 1)
        except BaseException:
            self._leave()
            raise

    def __exit__(self, *_: object) -> None:
        try:
            self._leave()
        except KeyboardInterrupt:
            self._leave()
            raise

    def _leave(self) -> None:
        with _lock:
            _inside.discard(self)
            _give_back(self._own)
            if not _inside:
                _give_back(_before)


def _give_back(before: Libraries) -> None:
    for library, n_threads in list(before.items()):
        _give(library, n_threads)
        del before[library]


def _give(library: LibController, n_threads: int) -> None:
    """Set a library's number of threads; from 3.8 on, threadpoolctl would else heed only who did so first."""
    release = getattr(library, "clear_controlling_thread", None)
    if release is not None:
        release(force=True)
    library.set_num_threads(n_threads)
    if release is not None:
        release(force=True)


def _runs_on_openmp(library: LibController) -> bool:
    return getattr(library, "threading_layer", None) == "openmp"


@cache
def _libraries() -> list[LibController]:
    """Return the BLAS libraries in this process; numpy's, which is always there, is the one that counts."""
    from threadpoolctl import ThreadpoolController  # noqa: PLC0415 (only for large networks)

    return list(ThreadpoolController().select(user_api="blas").lib_controllers)
