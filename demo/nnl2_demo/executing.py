"""Where `nnl2-demo compare` trains, and what it keeps of it: a cluster, a journal. Only click is imported."""

from __future__ import annotations

import logging
import os
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nnl2 import History
    from nnl2.execution import Executor, Journal

    Train = Callable[..., Sequence[History]]

LOCAL = "local"
SECONDS = 10
"""How long a scheduler may take to answer."""

DECIDES_NOTHING = ("jobs", "chosen_format", "output", "plot", "report", "save", "dask", "journal", "resume")
"""Options that leave the numbers as they are: with others a journal goes on."""

OF_OUR_OWN = {"distributed.worker.profile.enabled": False, "distributed.admin.tick.interval": "1s"}
"""How dask works here: without what nobody looks at, it takes 1 % of a core in each process instead of 3."""

OPTIONS: Sequence[Callable[[Callable[..., None]], Callable[..., None]]] = [
    click.option(
        "--dask",
        metavar="ADDRESS|local",
        help="Train on the workers of this dask scheduler, or on as many processes here as --jobs says.",
    ),
    click.option(
        "--journal",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Keep every network that is trained in this file.",
    ),
    click.option("--resume", is_flag=True, help="Go on with what stands in the journal, if there is one."),
]


def with_execution_options(command: Callable[..., None]) -> Callable[..., None]:
    """Return a function as a command that takes these options."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def check_journal(given: dict[str, Any]) -> None:
    """Refuse options that say nothing together, and a journal that is there by mistake."""
    path, resume = given["journal"], given["resume"]
    if resume and path is None:
        raise click.UsageError("--resume needs the --journal to go on with.")
    if path is not None and not resume and path.is_file() and path.stat().st_size:
        raise click.UsageError(f"{path} is there already; --resume goes on with it, or name another --journal.")


@contextmanager
def as_asked(given: dict[str, Any], data: object, tell: Callable[[str], None]) -> Iterator[Train]:
    """Yield what trains networks; where it ends early, tell how to go on."""
    from nnl2 import train

    if given["dask"] is None and given["journal"] is None:
        yield train
        return
    from nnl2.execution import Trainer

    with ExitStack() as stack:
        journal = None if given["journal"] is None else stack.enter_context(_journal(given, data, tell))
        executor = None if given["dask"] is None else stack.enter_context(_cluster(given["dask"], given["jobs"]))
        yield Trainer(executor, journal)


@contextmanager
def _journal(given: dict[str, Any], data: object, tell: Callable[[str], None]) -> Iterator[Journal]:
    from nnl2.execution import Journal, hash_of

    deciding = {
        name: str(value) if isinstance(value, Path) else value
        for name, value in given.items()
        if name not in DECIDES_NOTHING and value is not None
    }
    with Journal(given["journal"], {"table": hash_of(data), **deciding}, resume=given["resume"]) as journal:
        try:
            yield journal
        except BaseException:
            if len(journal):
                tell(f"{journal.path} keeps {len(journal)} trained networks: the same with --resume goes on.")
            raise


@contextmanager
def _cluster(address: str, n_workers: int | None) -> Iterator[Executor]:
    try:
        from dask import config
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise click.ClickException("--dask needs dask: pip install 'nnl2[dask]'") from error
    from nnl2.execution import Cluster

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is told in a line of our own
    with ExitStack() as stack:
        if address == LOCAL:
            stack.enter_context(config.set(OF_OUR_OWN))
            cluster = LocalCluster(
                n_workers=n_workers or os.cpu_count() or 1,
                threads_per_worker=1,
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL,
            )
            stack.callback(_close, cluster)
            client = stack.enter_context(Client(cluster))
        else:
            client = stack.enter_context(_connected(Client, address))
        yield Cluster(client)


def _close(cluster: Any) -> None:  # noqa: ANN401 (dask is no requirement)
    """End worker processes; a cluster that has lost some may fail at it, and they end with this process anyway."""
    with suppress(Exception):
        cluster.close()


def _connected(client: Any, address: str) -> Any:  # noqa: ANN401 (dask is no requirement)
    try:
        return client(address, timeout=SECONDS)
    except (OSError, ValueError) as error:
        raise click.ClickException(
            f"no dask scheduler answers at {address}; `dask scheduler` starts one"
        ) from error
