"""`train`: what may be trained together, and with which settings; the loop itself is in `lockstep`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.checks import check_count, check_number
from nnl2.data import Dataset
from nnl2.errors import InvalidTypeError, InvalidValueError
from nnl2.lane import Lane
from nnl2.lockstep import Lockstep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from nnl2.history import History
    from nnl2.network import NeuralNetwork
    from nnl2.state import NetworkState


def train(
    networks: Iterable[NeuralNetwork],
    data: Dataset | Sequence[Dataset],
    *,
    epochs: int,
    learning_rate: float,
    batch_size: int = 1,
    orders: ArrayLike | Sequence[ArrayLike] | None = None,
    validation: Dataset | Sequence[Dataset] | None = None,
    record_every: int = 1,
    on_epoch: Callable[[int], None] | None = None,
    n_jobs: int = 1,
) -> tuple[History, ...]:
    """Train networks of one shape side by side, and return the History of each.

    What a network learns is the same, bit for bit, whatever is trained beside it.

    Parameters
    ----------
    networks
        Networks of equal layer sizes, activations, number type and number of epochs trained so far; those
        that have been stopped early at different epochs can only be trained on apart.
    data
        The training items: one Dataset for all networks, or one for each with the same number of items.
    epochs
        How often every item is visited, >= 1.
    learning_rate
        The factor of the gradient in each update, > 0.
    batch_size
        The items of one update, over which the error's gradient is averaged; 1 is online training. The last
        batch of an epoch holds what is left.
    orders
        The visiting orders: a table `(epochs, n_items)` for all networks, or a sequence with one for each. By
        default each network shuffles the items anew in every epoch, from its own random stream.
    validation
        Items whose error is recorded, and watched by regularizers that may stop the training; one Dataset for
        all networks, or one for each.
    record_every
        Errors are recorded after every so many epochs, and after the last. Weights are watched for divergence
        after every epoch, the error where it is recorded.
    on_epoch
        Called after each epoch with the number of epochs done in this run; for one process only.
    n_jobs
        The number of processes among which the networks are spread, -1 for one on each processor. The result
        is the same, bit for bit.

    Raises
    ------
    InvalidValueError, InvalidTypeError
        If an argument cannot be used; nothing is changed.
    PluginError
        If a regularizer answers with something unusable; nothing is changed.
    TrainingDivergedError
        If an error or a weight grows beyond all bounds; nothing is changed.
    KeyboardInterrupt
        Passed on; the networks are as they were after the last whole epoch, or, with more than one process,
        as they were before.
    """
    together = _check_networks(networks)
    datasets = _one_for_each("data", data, together)
    if len({dataset.n_items for dataset in datasets}) > 1:
        sizes = ", ".join(str(dataset.n_items) for dataset in datasets)
        raise InvalidValueError(f"data must have the same number of items for every network, got {sizes}")
    epochs = check_count("epochs", epochs)
    validations = None if validation is None else _one_for_each("validation", validation, together)
    tables = None if orders is None else _check_orders(orders, len(together), epochs, datasets[0].n_items)
    lanes = [
        Lane(
            number if len(together) > 1 else None,
            network,
            datasets[number],
            None if validations is None else validations[number],
            None if tables is None else tables[number],
        )
        for number, network in enumerate(together)
    ]
    settings: dict[str, Any] = {
        "learning_rate": check_number("learning_rate", learning_rate, above=0),
        "batch_size": check_count("batch_size", batch_size),
        "record_every": check_count("record_every", record_every),
    }
    n_jobs = _check_n_jobs(n_jobs, len(lanes))
    if n_jobs == 1:
        return Lockstep(lanes, **settings).run(epochs, on_epoch or (lambda _: None))
    if on_epoch is not None:
        raise InvalidValueError("on_epoch is called in one process only; leave it out or set n_jobs=1")
    return _train_in_processes(lanes, settings, epochs, n_jobs)


def _train_in_processes(
    lanes: Sequence[Lane], settings: Mapping[str, Any], epochs: int, n_jobs: int
) -> tuple[History, ...]:
    """Train the lanes in parts of about equal size, each in a process of its own."""
    from joblib import Parallel, delayed  # noqa: PLC0415 (heavy)

    parts = [[lanes[number] for number in part] for part in np.array_split(range(len(lanes)), n_jobs)]
    results = Parallel(n_jobs=n_jobs)(delayed(_train_part)(part, settings, epochs) for part in parts)
    trained = [result for part in results for result in part]
    for lane, (state, _) in zip(lanes, trained, strict=True):
        lane.network.restore(state)
    return tuple(history for _, history in trained)


def _train_part(
    lanes: Sequence[Lane], settings: Mapping[str, Any], epochs: int
) -> list[tuple[NetworkState, History]]:
    """Return the state and History of each lane after training; this process has copies of its networks."""
    histories = Lockstep(lanes, **settings).run(epochs, lambda _: None)
    return [(lane.network.state(), history) for lane, history in zip(lanes, histories, strict=True)]


def _check_n_jobs(given: object, n_networks: int) -> int:
    """Return the number of processes, of which none is without a network."""
    n_jobs = (os.cpu_count() or 1) if given == -1 else check_count("n_jobs", given)
    return min(n_jobs, n_networks)


def _check_networks(networks: Iterable[NeuralNetwork]) -> tuple[NeuralNetwork, ...]:
    together = tuple(networks) if isinstance(networks, Iterable) else ()
    if not isinstance(networks, Iterable) or not all(hasattr(network, "architecture") for network in together):
        raise InvalidTypeError(
            "networks must be NeuralNetworks, several of them; one alone is trained by its own train()"
        )
    if not together:
        raise InvalidValueError("networks must hold at least one network, got none")
    first = together[0]
    for number, network in enumerate(together):
        if any(network is other for other in together[:number]):
            raise InvalidValueError(f"networks must all be different objects, but network {number} comes twice")
        if network.architecture != first.architecture:
            raise InvalidValueError(
                f"networks trained together must be of one shape, "
                f"but network 0 is {first!r} and network {number} is {network!r}; train them apart"
            )
        if network.epochs != first.epochs:
            raise InvalidValueError(
                f"networks trained together must have been trained for the same number of epochs, but network 0 "
                f"has seen {first.epochs} and network {number} {network.epochs}; train them apart"
            )
    return together


def _one_for_each(
    name: str, given: Dataset | Sequence[Dataset], networks: Sequence[NeuralNetwork]
) -> tuple[Dataset, ...]:
    """Return a Dataset for each network, from one for all or a sequence; each fits its network."""
    datasets = (given,) * len(networks) if isinstance(given, Dataset) else given
    if not isinstance(datasets, list | tuple) or not all(isinstance(d, Dataset) for d in datasets):
        raise InvalidTypeError(
            f"{name} must be a Dataset, or one for each network, got {type(given).__name__}; "
            f"make one with Dataset(inputs, targets) or Dataset.from_labels(inputs, labels)"
        )
    if len(datasets) != len(networks):
        raise InvalidValueError(
            f"{name} must be one Dataset or one for each of {len(networks)} networks, got {len(datasets)}"
        )
    for dataset in {id(dataset): dataset for dataset in datasets}.values():
        networks[0].check_fits(name, dataset)
    return tuple(datasets)


def _check_orders(
    given: ArrayLike | Sequence[ArrayLike], n_networks: int, epochs: int, n_items: int
) -> list[NDArray[np.integer[Any]]]:
    """Return the visiting orders of each network, `(epochs, n_items)`, from one table or one for each."""
    expected = f"orders must be a table of {epochs} epochs x {n_items} items, or one for each network"
    if isinstance(given, np.ndarray) and given.ndim == 3:
        given = list(given)
    if not (isinstance(given, list | tuple) and given and _is_table(given[0])):
        return [_check_order_table(given, (epochs, n_items), expected)] * n_networks
    if len(given) != n_networks:
        raise InvalidValueError(f"{expected}, got {len(given)} tables for {n_networks} networks")
    checked = {id(table): _check_order_table(table, (epochs, n_items), expected) for table in given}
    return [checked[id(table)] for table in given]


def _is_table(given: ArrayLike) -> bool:
    try:
        return np.ndim(given) == 2
    except ValueError:  # rows of different lengths, which _check_order_table tells of
        return True


def _check_order_table(given: object, shape: tuple[int, int], expected: str) -> NDArray[np.integer[Any]]:
    try:
        table = np.asarray(given)
    except ValueError as error:
        raise InvalidValueError(f"{expected}, but its rows differ in length") from error
    if table.dtype.kind not in "iu":
        raise InvalidTypeError(f"{expected}, of whole numbers; got numbers of type {table.dtype}")
    if table.shape != shape:
        raise InvalidValueError(f"{expected}, got shape {table.shape}")
    wrong = np.flatnonzero((np.sort(table, axis=1) != np.arange(shape[1])).any(axis=1))
    if wrong.size:
        raise InvalidValueError(f"orders must visit every item once in each epoch, row {wrong[0]} does not")
    return table
