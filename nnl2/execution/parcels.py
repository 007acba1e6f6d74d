"""Tasks and what came of them as bytes, on their way to a worker and back.

Thousands of networks go out in small blocks, so that packing one counts: what many of them share is packed once,
and only what networks are made of goes through cloudpickle, which takes ten times as long as pickle.
"""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

from nnl2.engine.questions import identity
from nnl2.execution.rows import row_of, row_of_state, state_of, trained_of
from nnl2.execution.versions import modules_in
from nnl2.training.task import Task, Trained

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from nnl2.training.spec import NetworkSpec


def packed(tasks: Sequence[Task]) -> bytes:
    """Return tasks as bytes; classes of the user's own program travel with them."""
    keys = [_key(task.spec) for task in tasks]
    distinct = {key: task.spec for key, task in zip(keys, tasks, strict=True)}
    numbers = {key: number for number, key in enumerate(distinct)}
    rows = [
        (numbers[key], row_of_state(task.state), task.data, task.settings)
        for key, task in zip(keys, tasks, strict=True)
    ]
    return pickle.dumps((_specs_packed(distinct.values()), rows))


def unpacked(parcel: bytes) -> list[Task]:
    """Return the tasks in a parcel that a process of our own has packed."""
    packed_specs, rows = pickle.loads(parcel)  # noqa: S301 (see above)
    specs = pickle.loads(packed_specs)  # noqa: S301 (see above)
    return [Task(specs[number], state_of(state), *others) for number, state, *others in rows]


def results_packed(trained: Sequence[Trained]) -> bytes:
    """Return what came of tasks as bytes."""
    return pickle.dumps(list(map(row_of, trained)))


def results_unpacked(parcel: bytes) -> list[Trained]:
    """Return what came of tasks, as a worker of our own has packed it."""
    return list(map(trained_of, pickle.loads(parcel)))  # noqa: S301 (see above)


def modules_needed(tasks: Iterable[Task]) -> list[str]:
    """Return the modules, by the first parts of their names, that whoever unpacks these tasks must have."""
    return sorted(modules_in(_specs_packed({_key(task.spec): task.spec for task in tasks}.values())))


def _specs_packed(specs: Iterable[NetworkSpec]) -> bytes:
    import cloudpickle  # noqa: PLC0415 (comes with dask)

    pickled: bytes = cloudpickle.dumps(list(specs))
    return pickled


def _key(spec: NetworkSpec) -> Hashable:
    """Return what is equal only where specs have equal parts."""
    parts = tuple(tuple(map(identity, regularizer.parts)) for regularizer in spec.regularizers)
    return spec.layer_sizes, spec.dtype, parts, *map(identity, (spec.hidden, spec.output, spec.optimizer))
