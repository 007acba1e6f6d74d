"""A network that is done as plain values, to the last bit: so it is kept in a journal, and comes from a worker."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.errors import Nnl2Error
from nnl2.training.history import History
from nnl2.training.state import NetworkState, read_only
from nnl2.training.task import Trained

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Row = dict[str, Any]

ARRAYS = ("parameters", "memory", "first")
RECORDS = ("epochs", "errors", "penalties", "validation_errors")


def row_of(trained: Trained) -> Row:
    """Return what came of a task in dicts, lists, numbers, words and bytes.

    Pickled, that is a third as slow as the values themselves.
    """
    history, failure = trained.history, trained.failure
    return {
        "state": row_of_state(trained.state),
        "history": {name: _packed(getattr(history, name)) for name in RECORDS} | {"kept": history.kept_epoch},
        "failure": None if failure is None else [_kind(failure).__name__, str(failure)],
    }


def trained_of(row: Row) -> Trained:
    """Return what came of a task, as a row tells it."""
    history, failure = row["history"], row["failure"]
    records: dict[str, Any] = {name: _unpacked(history[name]) for name in RECORDS}
    return Trained(
        state_of(row["state"]),
        History(**records, kept_epoch=history["kept"], failure=None if failure is None else failure[1]),
        None if failure is None else _error(*failure),
    )


def row_of_state(state: NetworkState) -> Row:
    """Return a network's state as a row has it."""
    return {name: _packed(getattr(state, name)) for name in ARRAYS} | {
        "epochs": state.epochs,
        "streams": [state.order_stream, *state.noise_streams],
    }


def state_of(row: Row) -> NetworkState:
    """Return a network's state, as a row tells it."""
    arrays: dict[str, Any] = {name: _unpacked(row[name]) for name in ARRAYS}
    orders, *noise = row["streams"]
    return NetworkState(**arrays, epochs=row["epochs"], order_stream=orders, noise_streams=tuple(noise))


def as_line(row: object) -> bytes:
    """Return a row as a line of JSON, in which bytes stand in base64."""
    return json.dumps(row, separators=(",", ":"), default=_in_json).encode() + b"\n"


def _in_json(value: Any) -> str | int:  # noqa: ANN401 (what JSON cannot say: bytes, and integers of numpy)
    return base64.b64encode(value).decode() if isinstance(value, bytes) else int(value)


def _packed(array: NDArray[Any] | None) -> tuple[str, bytes] | None:
    return None if array is None else (array.dtype.str, array.tobytes())


def _unpacked(packed: Any) -> NDArray[Any] | None:  # noqa: ANN401 (what came out of JSON, or of `_packed`)
    if packed is None:
        return None
    kind, content = packed
    if isinstance(content, str):
        content = base64.b64decode(content, validate=True)
    array = np.frombuffer(content, kind)
    return read_only(array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("=")))


def _kind(failure: Nnl2Error) -> type:
    """Return the class of an error, or that of nnl2's from which it is derived."""
    return next(kind for kind in type(failure).__mro__ if kind.__module__ == Nnl2Error.__module__)


def _error(kind: str, message: str) -> Nnl2Error:
    return {each.__name__: each for each in Nnl2Error.__subclasses__()}.get(kind, Nnl2Error)(message)
