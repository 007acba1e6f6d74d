"""The compiled update: its library, and programs put down as operations on one workspace.

The library is built when nnl2 is installed. NNL2_KERNEL=off in the environment does without it, and
NNL2_KERNEL=require refuses to. The C code checks nothing: all sizes, rows and positions are checked here.
"""

from __future__ import annotations

import ctypes as c
import os
import warnings
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.activations import BUILT_IN as HIDDEN
from nnl2.engine.assemble import SLACK, assembled
from nnl2.engine.sources import fingerprint, libraries
from nnl2.errors import KernelError
from nnl2.outputs import BUILT_IN as OUTPUTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import DTypeLike, NDArray

    from nnl2.engine.architecture import Architecture, MemoryLayout
    from nnl2.engine.assemble import Assembler
    from nnl2.engine.feed import Items, Visit
    from nnl2.engine.program import Schedule

    FloatArray = NDArray[np.floating[Any]]

MOST_LAYERS = 63
AGAIN = "install nnl2 again (in a checkout: pip install -e .)"
Ask = c.CFUNCTYPE(None, c.c_int64)


class Network(c.Structure):
    """`network` of kernel.c."""

    _fields_ = [(n, c.c_int32) for n in ("n_layers", "hidden", "output", "reserved")] + [("sizes", c.c_void_p)]


class Table(c.Structure):
    """`table` of kernel.c."""

    _fields_ = [("n_items", c.c_int64)] + [(name, c.c_void_p) for name in ("inputs", "targets", "weights")]


class Training(c.Structure):
    """`training` of kernel.c."""

    _fields_ = [
        ("network", Network), ("items", Table), ("rows", c.c_void_p), ("masks", c.c_void_p),
        ("weight_masks", c.c_void_p), ("n_epochs", c.c_int64), ("n_items", c.c_int64), ("batch_size", c.c_int64),
        ("workspace", c.c_void_p), ("gradient", c.c_int64), ("programs", c.c_void_p * 2),
        ("n_operations", c.c_int64 * 2), ("numbers", c.c_void_p), ("spreads", c.c_void_p),
        ("n_numbers", c.c_int64), ("kept", c.c_void_p), ("n_kept", c.c_int64),
        ("ask", Ask), ("answered", c.c_void_p),
    ]  # fmt: skip


@cache
def library() -> c.CDLL | None:
    """Return the compiled library, or None where there is none or it is switched off.

    Raises
    ------
    KernelError
        If it was built from other sources, or is missing though NNL2_KERNEL=require.
    """
    wanted = os.environ.get("NNL2_KERNEL", "")
    if wanted not in {"", "off", "require"}:
        raise KernelError(f"NNL2_KERNEL must be off or require, or not be set; got {wanted!r}")
    if wanted == "off":
        return None
    baseline, *faster = libraries(Path(__file__).parent)
    if not baseline.exists():
        missing = f"the compiled update is missing; {AGAIN}, where a C compiler is"
        if wanted == "require":
            raise KernelError(f"NNL2_KERNEL=require, but {missing}")
        warnings.warn(f"training runs in numpy, about 400 times slower: {missing}", UserWarning, stacklevel=2)
        return None
    loaded = load(baseline)
    return load(faster[0]) if faster and faster[0].exists() and loaded.nnl2_has_avx2() else loaded


def load(path: Path) -> c.CDLL:
    """Return a library that was built from today's sources; anything else is a KernelError."""
    try:
        loaded = c.CDLL(str(path))
        loaded.nnl2_fingerprint.restype = c.c_char_p
        built_from = loaded.nnl2_fingerprint().decode()
    except (OSError, AttributeError) as error:
        raise KernelError(f"the compiled update cannot be loaded: {error}; {AGAIN}") from error
    if built_from != fingerprint():
        raise KernelError(f"the compiled update {path.name} was built from other sources; {AGAIN}")
    for name in ("f32", "f64"):
        getattr(loaded, f"nnl2_scratch_{name}").restype = c.c_int64
    return loaded


def serves(architecture: Architecture) -> bool:
    """Return whether the functions of a network are among the compiled ones."""
    known = type(architecture.hidden) in HIDDEN and type(architecture.output) in OUTPUTS
    return known and len(architecture.shapes) <= MOST_LAYERS


@np.errstate(all="ignore")
def train(
    architecture: Architecture,
    parameters: FloatArray,
    memory: FloatArray,
    layout: MemoryLayout,
    schedules: tuple[Schedule, Schedule],
    visit: Visit,
) -> FloatArray:
    """Train as `plain.train` does."""
    n_kept, n_parameters, dtype = len(parameters) + len(memory), len(parameters), architecture.dtype
    differing = schedules[: 1 + (schedules[1] is not schedules[0])]
    assembler = assembled(architecture, layout, differing, layout.of(memory))
    operations = assembler.operations[0], assembler.operations[-1]
    workspace = np.zeros(assembler.size + SLACK, dtype)
    workspace[:n_parameters], workspace[n_parameters:n_kept] = parameters, memory
    for (schedule, place), number, register in assembler.arrays:
        register.of(workspace)[...] = schedules[schedule].constants[place][number][0]
    spreads = np.array([(each.register.start, each.register.size) for each in assembler.numbers], np.int64)
    numbers = _numbers(assembler, schedules, len(visit.rows), dtype)
    failures: list[BaseException] = []
    answered = c.c_int32(0)  # ctypes leaves open what `ask` returns where Ctrl-C comes before its first line
    ask = _answerer(assembler, schedules, workspace, answered, failures) if assembler.questions else Ask()

    network, _sizes = _network(architecture)
    n_epochs, n_items = visit.rows.shape
    if visit.rows.min() < 0 or visit.rows.max() >= len(visit.items.inputs):
        raise KernelError("rows must be those of the table")
    n_updates = n_epochs * -(-n_items // visit.batch_size)
    masks = _addresses(visit.masks, [(n_epochs * n_items, n) for n in architecture.layer_sizes[1:-1]], dtype)
    weight_masks = _addresses(visit.weight_masks, [(n_updates, *shape) for shape in architecture.shapes], dtype)
    rows = np.ascontiguousarray(visit.rows, np.int64)
    kept = np.empty((n_epochs, n_kept), dtype)
    training = Training(
        network, _table(architecture, visit.items), rows.ctypes.data, c.addressof(masks),
        c.addressof(weight_masks) if any(weight_masks) else None,
        n_epochs, n_items, visit.batch_size, workspace.ctypes.data, assembler.gradient,
        (c.c_void_p * 2)(*(each.ctypes.data for each in operations)),
        (c.c_int64 * 2)(*map(len, operations)), numbers.ctypes.data, spreads.ctypes.data, len(spreads),
        kept.ctypes.data, n_kept, ask, c.addressof(answered),
    )  # fmt: skip
    scratch = _scratch(architecture, network)
    if not _function("nnl2_train", dtype)(c.byref(training), c.c_void_p(scratch.ctypes.data)):
        raise failures[0] if failures else KeyboardInterrupt
    for first, others in assembler.equal:
        workspace[others] = workspace[first]
        kept[:, others] = kept[:, [first]]
    parameters[...], memory[...] = workspace[:n_parameters], workspace[n_parameters:n_kept]
    return kept


def _numbers(
    assembler: Assembler, schedules: Sequence[Schedule], n_epochs: int, dtype: np.dtype[Any]
) -> FloatArray:
    """Return the constants that are one number in each epoch, `(epochs, constants)`."""
    numbers = np.empty((n_epochs, len(assembler.numbers)), dtype)
    for column, ((schedule, place), number, _) in enumerate(assembler.numbers):
        numbers[:, column] = schedules[schedule].constants[place][number][:n_epochs, 0, 0]
    return numbers


def _answerer(
    assembler: Assembler,
    schedules: Sequence[Schedule],
    workspace: FloatArray,
    answered: c.c_int32,
    failures: list[BaseException],
) -> Any:  # noqa: ANN401 (a foreign function)
    """Return what C calls to ask a question, whose answer goes into the workspace."""
    shown = workspace.view()
    shown.flags.writeable = False
    questions = [
        (
            schedules[schedule].programs[place].questions[number],
            answer,
            [operand.of(shown) for operand in operands],
            out.of(workspace),
        )
        for (schedule, place), number, answer, operands, out in assembler.questions
    ]

    def ask(number: int) -> None:
        asking, wanted, operands, out = questions[number]
        try:
            out[...] = asking(wanted, operands)
        except BaseException as error:  # noqa: BLE001 (C cannot pass it on: it is raised by `train`)
            failures.append(error)
        else:
            answered.value = 1

    return Ask(ask)


def compute_outputs(architecture: Architecture, parameters: FloatArray, inputs: FloatArray) -> FloatArray:
    """Return the outputs `(items, n_out)`."""
    n_items, sizes, dtype = len(inputs), architecture.layer_sizes, architecture.dtype
    outputs = np.empty((n_items, sizes[-1]), dtype)
    table = Table(n_items, _address(inputs, (n_items, sizes[0]), dtype))
    _pass("nnl2_outputs", architecture, parameters, (c.byref(table), c.c_void_p(outputs.ctypes.data)))
    return outputs


def add_errors(architecture: Architecture, vectors: FloatArray, items: Items, totals: NDArray[np.float64]) -> None:
    """Add the items' errors as `plain.add_errors` does."""
    table = c.byref(_table(architecture, items))
    _pass("nnl2_errors", architecture, vectors, (c.c_int64(len(vectors)), table, c.c_void_p(totals.ctypes.data)))


def _pass(name: str, architecture: Architecture, parameters: FloatArray, arguments: tuple[object, ...]) -> None:
    padded = np.concatenate([parameters.ravel(), np.zeros(SLACK, architecture.dtype)])
    network, _sizes = _network(architecture)
    scratch = _scratch(architecture, network)
    own = c.byref(network), *map(c.c_void_p, (scratch.ctypes.data, padded.ctypes.data))
    _function(name, architecture.dtype)(*own, *arguments)


def _network(architecture: Architecture) -> tuple[Network, NDArray[np.int32]]:
    """Return the network as C sees it, and the sizes it points at, which must be kept as long."""
    sizes = np.array(architecture.layer_sizes, np.int32)
    hidden, output = HIDDEN.index(type(architecture.hidden)), OUTPUTS.index(type(architecture.output))
    return Network(len(sizes) - 1, hidden, output, 0, sizes.ctypes.data), sizes


def _scratch(architecture: Architecture, network: Network) -> FloatArray:
    size = _function("nnl2_scratch", architecture.dtype)(c.byref(network))
    return np.zeros(size, architecture.dtype)


def _function(name: str, dtype: np.dtype[Any]) -> Any:  # noqa: ANN401 (a foreign function)
    loaded = library()
    assert loaded is not None
    return getattr(loaded, f"{name}_f{8 * dtype.itemsize}")


def _table(architecture: Architecture, items: Items) -> Table:
    n, sizes, dtype = len(items.inputs), architecture.layer_sizes, architecture.dtype
    return Table(
        n, _address(items.inputs, (n, sizes[0]), dtype), _address(items.targets, (n, sizes[-1]), dtype),
        _address(items.weights, (n,), dtype),
    )  # fmt: skip


def _addresses(
    arrays: Sequence[FloatArray | None], shapes: Sequence[tuple[int, ...]], dtype: DTypeLike
) -> c.Array[c.c_void_p]:
    found = [_address(*each, dtype) for each in zip(arrays, shapes, strict=True)]
    return (c.c_void_p * len(found))(*found)


def _address(array: NDArray[Any] | None, shape: tuple[int, ...], dtype: DTypeLike) -> int | None:
    """Return where an array's numbers lie, if they lie as C takes them."""
    if array is None:
        return None
    if array.shape != shape or array.dtype != dtype or not array.flags.c_contiguous:
        raise KernelError(f"an array of {dtype} and shape {shape} is needed, got {array.dtype} of {array.shape}")
    return array.ctypes.data
