"""Computation graphs over the arrays of one place: what a question makes of them, or an update."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from attrs import field, frozen

from nnl2.elementary import sum_in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from nnl2.engine.asking import Asking

    FloatArray = NDArray[np.floating[Any]]
    Shape = tuple[int, ...]

ANY_SHAPE = (1, 1_000_003)
"""What treats each number alone is noted for a row like this, and then serves weights of any shape."""


class Node(NamedTuple):
    """One value: an argument, a constant, or what an operation makes of other values.

    `detail` is an argument's position, a constant's, the axis of a reduction (0, 1, or None for both), or which
    question is asked and which of its answers this is.
    """

    name: str
    operands: tuple[int, ...]
    detail: Any
    shape: tuple[int, int]


@frozen(cache_hash=True)
class Graph:
    """Values, each after its operands; `results` tells which of them are wanted.

    It holds no numbers: constants and questions are kept beside it, so that L2 with any strength is one graph.
    """

    nodes: tuple[Node, ...]
    results: tuple[int, ...]
    elementwise: bool = field(init=False, eq=False)
    """Whether each number is treated alone, so that it serves weights of any shape."""

    @elementwise.default
    def _treats_each_alone(self) -> bool:
        alone = all(node.shape in {ANY_SHAPE, (1, 1)} and node.name != "ask" for node in self.nodes)
        return alone and self.nodes[self.results[0]].shape == ANY_SHAPE

    def in_shape(self, shape: tuple[int, int]) -> Sequence[Node]:
        """Return the nodes with this shape wherever theirs is that of the weights."""
        return _in_shape(self, shape)


@lru_cache(maxsize=1024)
def _in_shape(graph: Graph, shape: tuple[int, int]) -> Sequence[Node]:
    return [node._replace(shape=shape) if node.shape == ANY_SHAPE else node for node in graph.nodes]


# What each operation makes of its operands. Sums run in order, and where two zeros meet a comparison decides.
REPLAYED: dict[str, Callable[..., Any]] = {
    "negative": np.negative,
    "absolute": np.abs,
    "sign": lambda a: np.where(a > 0, 1, np.where(a < 0, -1, a)),
    "sqrt": np.sqrt,
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "maximum": lambda a, b: np.where((a > b) | (a != a), a, b),  # noqa: PLR0124 (a is no number)
    "minimum": lambda a, b: np.where((a < b) | (a != a), a, b),  # noqa: PLR0124
    "less": np.less,
    "less_equal": np.less_equal,
    "equal": np.equal,
    "not_equal": np.not_equal,
    "where": lambda a, b, c: np.where(a != 0, b, c),
    "multiply_add": lambda a, b, c: c + a * b,
    "take": lambda a: a,
    "transpose": np.transpose,
    "sum": lambda a, *, axis: sum_in_order(*_flat(a, axis)),
    "max": lambda a, *, axis: _first_largest(*_flat(a, axis)),
    "matmul": lambda a, b: sum_in_order(a.T[:, :, np.newaxis] * b[:, np.newaxis, :]),
}


def replay(
    nodes: Sequence[Node],
    arguments: Sequence[FloatArray],
    constants: Sequence[FloatArray],
    questions: Sequence[Asking],
) -> list[FloatArray]:
    """Return the value of each node, as an array of its shape."""
    values: list[FloatArray] = []
    dtype = arguments[0].dtype
    for name, operands, detail, shape in nodes:
        if name == "argument":
            value = arguments[detail]
        elif name == "constant":
            value = constants[detail]
        elif name == "ask":
            asked, number = detail
            value = questions[asked](number, [values[operand] for operand in operands])
        else:
            axis = {"axis": detail} if name in {"sum", "max"} else {}
            value = REPLAYED[name](*(values[operand] for operand in operands), **axis)
        if value.dtype != dtype or value.shape != shape:
            value = value.astype(dtype, copy=False)
            value = np.broadcast_to(value, shape) if name == "take" else value.reshape(shape)
        values.append(value)
    return values


def _flat(a: FloatArray, axis: int | None) -> tuple[FloatArray, int]:
    return (a.reshape(1, -1), 1) if axis is None else (a, axis)


def _first_largest(a: FloatArray, axis: int) -> FloatArray:
    return np.take_along_axis(a, np.argmax(a, axis=axis, keepdims=True), axis=axis)
