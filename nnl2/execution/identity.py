"""What tells tasks apart: a hash of all that decides what comes of them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import lru_cache
from types import FunctionType
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from nnl2.data import BLOCK_NUMBERS, Dataset
from nnl2.errors import InvalidTypeError, shown
from nnl2.preparation.standardized import StandardizedRows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from hashlib import _Hash

    from nnl2.training.task import Task

OWN = ("nnl2", "numpy", "builtins", "attr", "attrs", "abc")
"""Packages whose code is told by their versions."""


class Identities:
    """Hashes of tasks; those of large arrays, which many tasks share, are computed once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, str]] = {}

    def only(self, values: Iterable[object]) -> Identities:
        """Return the hashes of these values alone; whatever it knows is kept from being forgotten."""
        kept = Identities()
        kept._known = {id(value): self._known[id(value)] for value in values if id(value) in self._known}
        return kept

    def of_task(self, task: Task) -> str:
        """Return what is equal for tasks of which the same comes, whoever trains them."""
        spec, state, data, settings = task
        shared = (data, settings.validation, settings.learning_rates, settings.orders)
        others = (settings.epochs, settings.batch_size, settings.record_every)
        return hash_of((spec, state, tuple(map(self.of, shared)), others))

    def of(self, value: object) -> str:
        """Return the hash of a value that is not changed."""
        if id(value) not in self._known:
            self._known[id(value)] = value, self._hash_of(value)  # which also keeps its id from being given away
        return self._known[id(value)][1]

    def _hash_of(self, value: object) -> str:
        if isinstance(value, Dataset) and isinstance(value.inputs, StandardizedRows):
            source = value.inputs
            own = source.rows, source.medians, source.means, source.scales, value.targets, value.item_weights
            return hash_of((self.of(source.matrix), *own))
        return hash_of(value)


def hash_of(value: object) -> str:
    """Return a hash, in hexadecimal, of all that a value holds, the code of foreign classes included.

    Raises
    ------
    InvalidTypeError
        If it holds something whose content cannot be told.
    """
    import hashlib  # noqa: PLC0415 (it loads OpenSSL, for which an import of nnl2 need not wait)

    digest = hashlib.sha256()
    _add(digest, value)
    return digest.hexdigest()


def _add(digest: _Hash, value: Any) -> None:  # noqa: ANN401 (whatever a part of a network holds)
    """Add a value: its kind, how long it is, and what it holds."""
    kind = type(value)
    if isinstance(value, np.ndarray | np.generic) and not value.dtype.hasobject:
        digest.update(f"array {value.dtype.str}{value.shape};".encode())  # of a file or not
        for block in _blocks(value):
            digest.update(np.ascontiguousarray(block).data)
        return
    digest.update(f"{kind.__module__}.{kind.__qualname__}:".encode())
    text = _text(value)
    if text is not None:
        digest.update(f"{len(text)} {text};".encode("utf-8", "surrogatepass"))
        return
    held = _held(value)
    digest.update(f"{len(held)} {_code_of_class(kind)};".encode())  # type: ignore[arg-type]  # classes have hashes
    for each in held:
        _add(digest, each)


def _blocks(value: Any) -> Iterable[Any]:  # noqa: ANN401 (an array, or a number of numpy's)
    """Yield an array, or block after block of one that would have to be copied."""
    if value.ndim == 0 or value.size == 0 or value.flags.c_contiguous:
        return [value]
    size = max(1, BLOCK_NUMBERS * len(value) // value.size)
    return (value[first : first + size] for first in range(0, len(value), size))


def _text(value: Any) -> str | None:  # noqa: ANN401 (as _add)
    """Return a text that tells a value without parts from others; None where it has parts."""
    if value is None or type(value) in (bool, int, str, bytes, complex):
        return repr(value)
    if type(value) is float:
        return value.hex()
    if isinstance(value, np.dtype):
        return value.str
    if isinstance(value, type):
        return f"{value.__module__}.{value.__qualname__} {_code_of_class(value)}"
    return None


def _held(value: Any) -> Sequence[Any]:  # noqa: ANN401 (as _add)
    """Return what a value holds."""
    if isinstance(value, Mapping):
        return sorted((str(key), held) for key, held in value.items())
    if isinstance(value, list | tuple | range | np.ndarray):
        return value  # type: ignore[return-value]  # an array of objects is a sequence of them
    if isinstance(value, FunctionType):
        return _code(value), value.__defaults__, tuple(cell.cell_contents for cell in value.__closure__ or ())
    return _fields(value)


def _fields(value: Any) -> list[tuple[str, Any]]:  # noqa: ANN401 (as _add)
    if attrs.has(type(value)):
        return [(each.name, getattr(value, each.name)) for each in attrs.fields(type(value))]
    try:
        return sorted(vars(value).items())
    except TypeError:
        raise InvalidTypeError(
            f"{shown(value)} has no fields by which it could be told from others; make its class an attrs class"
        ) from None


@lru_cache(maxsize=256)
def _code_of_class(kind: type) -> str:
    """Return the source of a class and its bases, but for what comes with a version."""
    foreign = [base for base in kind.__mro__ if base.__module__.partition(".")[0] not in OWN]
    return "".join(map(_code, foreign))


def _code(of: Any) -> str:  # noqa: ANN401 (a class or a function)
    try:
        return inspect.getsource(of)
    except (OSError, TypeError):  # typed in, say
        functions = [of] if isinstance(of, FunctionType) else vars(of).values()
        return "".join(f.__code__.co_code.hex() for f in functions if isinstance(f, FunctionType))
