"""A network that is done as a line of JSON, to the last bit."""

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

ARRAYS = ("parameters", "memory", "first")
RECORDS = ("epochs", "errors", "penalties", "validation_errors")


def line_of(key: str, trained: Trained) -> bytes:
    """Return the row of a task and what came of it."""
    state, history, failure = trained
    row = {
        "task": key,
        "state": {name: _packed(getattr(state, name)) for name in ARRAYS}
        | {"epochs": state.epochs, "streams": [state.order_stream, *state.noise_streams]},
        "history": {name: _packed(getattr(history, name)) for name in RECORDS} | {"kept": history.kept_epoch},
        "failure": None if failure is None else [type(failure).__name__, str(failure)],
    }
    return as_line(row)


def as_line(row: object) -> bytes:
    """Return a row as a line."""
    return json.dumps(row, separators=(",", ":"), default=int).encode() + b"\n"


def trained_of(row: Any) -> Trained:  # noqa: ANN401 (what came out of JSON)
    """Return what came of a task, as a row tells it."""
    state, history, failure = row["state"], row["history"], row["failure"]
    arrays: dict[str, Any] = {name: _unpacked(state[name]) for name in ARRAYS}
    records: dict[str, Any] = {name: _unpacked(history[name]) for name in RECORDS}
    orders, *noise = state["streams"]
    return Trained(
        NetworkState(**arrays, epochs=state["epochs"], order_stream=orders, noise_streams=tuple(noise)),
        History(**records, kept_epoch=history["kept"], failure=None if failure is None else failure[1]),
        None if failure is None else _error(*failure),
    )


def _packed(array: NDArray[Any] | None) -> list[str] | None:
    if array is None:
        return None
    little = array.astype(array.dtype.newbyteorder("<"))
    return [little.dtype.str, base64.b64encode(little.tobytes()).decode()]


def _unpacked(packed: list[str] | None) -> NDArray[Any] | None:
    if packed is None:
        return None
    little = np.frombuffer(base64.b64decode(packed[1], validate=True), packed[0])
    return read_only(little.astype(little.dtype.newbyteorder("=")))


def _error(kind: str, message: str) -> Nnl2Error:
    return {each.__name__: each for each in Nnl2Error.__subclasses__()}.get(kind, Nnl2Error)(message)
