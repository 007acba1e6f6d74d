"""What a worker does with a block: it trains the tasks one after the other, and says what that took."""

from __future__ import annotations

from time import thread_time
from typing import TYPE_CHECKING, Any, NamedTuple

from nnl2.data import Dataset
from nnl2.errors import ClusterError
from nnl2.execution.parcels import results_packed, unpacked
from nnl2.execution.versions import differences, own_versions
from nnl2.preparation.standardized import StandardizedRows
from nnl2.training.loop import Shared
from nnl2.training.task import Trained

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nnl2.training.task import Task

    Arrays = tuple[Any, ...]
    """An array alone; or inputs, targets and weights, the inputs of a large table as its key and the rest."""


class Finished(NamedTuple):
    """What came of each task of a block, packed, and the CPU seconds of training them."""

    trained: bytes
    seconds: float


def train_block(versions: Mapping[str, str], parcel: bytes, tables: Mapping[str, Arrays]) -> Finished:
    """Return what comes of the tasks in a block.

    Parameters
    ----------
    versions
        Those of the process that asks: a worker that joins late may have others.
    parcel
        The tasks, with the keys of tables in the place of arrays.
    tables
        Items and visiting orders, by their keys.

    Raises
    ------
    ClusterError
        If this worker has other versions.
    """
    differing = differences(versions, own_versions())
    if differing:
        raise ClusterError(f"a worker has {', '.join(differing)}")
    made = _made(tables)
    tasks, shared, begun = unpacked(parcel), Shared(), thread_time()
    trained = [_train(_filled(task, made), shared) for task in tasks]
    seconds = thread_time() - begun
    return Finished(results_packed(trained), seconds)


def _made(tables: Mapping[str, Arrays]) -> dict[str, Any]:
    """Return the arrays and Datasets of tables that were checked before they were sent."""
    made = {key: arrays[0] for key, arrays in tables.items() if len(arrays) == 1}
    for key, arrays in tables.items():
        if len(arrays) > 1:
            inputs, *others = arrays
            if isinstance(inputs, tuple):
                matrix, *rows = inputs
                inputs = StandardizedRows(made[matrix], *rows)
            made[key] = _dataset_of(inputs, *others)
    return made


def _dataset_of(*arrays: Any) -> Dataset:  # noqa: ANN401 (arrays, or what stands for them)
    dataset = Dataset.__new__(Dataset)
    dataset.__setstate__(dict(zip(("inputs", "targets", "item_weights"), arrays, strict=True)))
    return dataset


def _filled(task: Task, made: Mapping[str, Any]) -> Task:
    settings = task.settings
    filled: dict[str, Any] = {"validation": made.get(settings.validation)}  # type: ignore[call-overload]
    if isinstance(settings.orders, str) and settings.orders in made:
        filled["orders"] = made[settings.orders]
    return task._replace(data=made[task.data], settings=settings._replace(**filled))  # type: ignore[index]


def _train(task: Task, shared: Shared) -> Trained:
    run = task.begin(shared)
    while not run.finished:
        run.advance()
        run.settle()
    return Trained.of(run)
