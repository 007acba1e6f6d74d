"""`Task` and `Trained`: what is to be trained, and what came of it, as values that travel and can be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nnl2.training.loop import Run

if TYPE_CHECKING:
    from nnl2.data import Dataset
    from nnl2.errors import Nnl2Error
    from nnl2.training.history import History
    from nnl2.training.loop import Settings, Shared
    from nnl2.training.spec import NetworkSpec
    from nnl2.training.state import NetworkState


class Task(NamedTuple):
    """A network that is to be trained: all that decides what comes of it."""

    spec: NetworkSpec
    state: NetworkState
    data: Dataset
    settings: Settings

    def begin(self, shared: Shared) -> Run:
        """Return its run."""
        return Run(*self, shared)


class Trained(NamedTuple):
    """What came of it; where training failed, the state is that from before."""

    state: NetworkState
    history: History
    failure: Nnl2Error | None

    @classmethod
    def of(cls, run: Run) -> Trained:
        """Return what came of a run that has finished."""
        return cls(run.state, run.history, run.failure)
