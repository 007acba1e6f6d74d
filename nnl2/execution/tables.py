"""Items and visiting orders on the cluster: sent once, known by their content.

What many parts of one large table share, its array, is sent once for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.data import Dataset
from nnl2.execution.identity import Identities
from nnl2.preparation.standardized import StandardizedRows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nnl2.execution.worker import Arrays
    from nnl2.training.task import Task

    Large = Dataset | np.ndarray[Any, Any]


class Tables:
    """What was sent to the cluster.

    Parameters
    ----------
    client
        Who sends.
    """

    def __init__(self, client: Any) -> None:  # noqa: ANN401 (a dask.distributed.Client)
        self._client, self._identities = client, Identities()
        self._sent: dict[str, Any] = {}

    def keep_only_arrays_of(self, tasks: Sequence[Task]) -> None:
        """Forget all but the arrays of large tables: another call has other items of, perhaps, the same table."""
        arrays = {id(array): array for task in tasks for array in _shared(task)}.values()
        self._identities = self._identities.only(arrays)
        self.forget_lost()
        kept = {self._identities.of(array) for array in arrays}
        self._sent = {key: future for key, future in self._sent.items() if key in kept}

    def keyed(self, tasks: Sequence[Task]) -> tuple[list[Task], dict[str, Any]]:
        """Return tasks with keys in the place of large arrays, and what is known by these keys; all is sent."""
        needed = {self._identities.of(value): value for task in tasks for value in _large(task)}
        missing = [key for key in needed if key not in self._sent]
        if missing:
            arrays = [self._as_arrays(needed[key]) for key in missing]
            self._sent |= zip(missing, self._client.scatter(arrays, hash=False), strict=True)
        return [self._keyed(task) for task in tasks], {key: self._sent[key] for key in needed}

    def forget_lost(self) -> None:
        """Send anew, when it is needed next, what was lost with a worker that held it."""
        self._sent = {key: future for key, future in self._sent.items() if future.status == "finished"}

    def _keyed(self, task: Task) -> Task:
        settings = task.settings
        validation: Any = None if settings.validation is None else self._identities.of(settings.validation)
        orders = settings.orders
        if isinstance(orders, np.ndarray):
            orders = self._identities.of(orders)
        data: Any = self._identities.of(task.data)
        return task._replace(data=data, settings=settings._replace(validation=validation, orders=orders))

    def _as_arrays(self, value: Large) -> Arrays:
        """Return what is sent, which can be read also where nnl2 is missing; of a large table the array's key."""
        if not isinstance(value, Dataset):
            return (value,)
        inputs: Any = value.inputs
        if isinstance(inputs, StandardizedRows):
            inputs = self._identities.of(inputs.matrix), inputs.rows, inputs.medians, inputs.means, inputs.scales
        return inputs, value.targets, value.item_weights


def _large(task: Task) -> Iterable[Large]:
    """Yield what tasks share, and what is too large to be sent with each."""
    yield from _shared(task)
    yield task.data
    if task.settings.validation is not None:
        yield task.settings.validation
    if isinstance(task.settings.orders, np.ndarray):
        yield task.settings.orders


def _shared(task: Task) -> Iterable[np.ndarray[Any, Any]]:
    """Yield the arrays of large tables."""
    for data in (task.data, task.settings.validation):
        if data is not None and isinstance(data.inputs, StandardizedRows):
            yield data.inputs.matrix
