"""Whether all workers are like this process: asked before any work, and answered within seconds."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING, Any

from nnl2.errors import ClusterError, in_words
from nnl2.execution.versions import MISSING, differences, is_compiled, own_versions, versions_of

if TYPE_CHECKING:
    from collections.abc import Sequence

PATIENCE = 5.0
"""Seconds within which all workers must answer."""

COMPILED = "compiled update"


def report(modules: Sequence[str]) -> dict[str, str]:
    """Return the versions here, those of these modules, and whether the update is compiled."""
    compiled = {COMPILED: "there" if is_compiled() else MISSING}
    return own_versions() | compiled | versions_of(modules)


def strangers(client: Any, modules: Sequence[str]) -> dict[str, str]:  # noqa: ANN401 (a dask.distributed.Client)
    """Return the workers, by address, that are unlike this process, with a line that says how.

    Raises
    ------
    ClusterError
        If not all answer in time.
    """
    answers: dict[str, Any] = {}

    def ask() -> None:
        answers.update(client.run(report, list(modules), on_error="return"))

    asking = Thread(target=ask, daemon=True)
    asking.start()
    asking.join(PATIENCE)
    if asking.is_alive():
        raise ClusterError(
            f"not all workers of {client.scheduler.address} answer within {PATIENCE:g} s; look for one that hangs"
        )
    here = report(modules)
    lines = {address: _unlike(here, answer) for address, answer in answers.items()}
    return {address: f"worker {address}: {line}" for address, line in lines.items() if line}


def _unlike(here: dict[str, str], answer: Any) -> str:  # noqa: ANN401 (what it reports, or what it failed with)
    if isinstance(answer, BaseException):
        return f"nnl2 does not run there: {in_words(answer)}"
    return "; ".join(differences(here, answer))
