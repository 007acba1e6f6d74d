"""Programs put down as calls of numpy that write into arrays which are kept, for weights of many numbers.

What comes out is what `graph.replay` answers, but for rounding. To do it block by block, so that values in between
stay in the cache, was tried: the more calls cost more than that gains.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.engine.graph import REPLAYED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from nnl2.engine.asking import Asking
    from nnl2.engine.graph import Node
    from nnl2.engine.program import Program

    FloatArray = NDArray[np.floating[Any]]
    Call = Callable[[], object]

UFUNCS = {name: getattr(np, name) for name in REPLAYED if isinstance(getattr(np, name, None), np.ufunc)}
VIEWS = {"take", "transpose"}
GRADIENT = 1
"""Which argument it is."""


def calls_for(
    program: Program,
    weights: FloatArray,
    gradient: FloatArray,
    memory: Sequence[FloatArray],
    constants: Sequence[FloatArray],
) -> list[Call]:
    """Return the calls that make of a place's weights and memory what they are after an update.

    They read the arrays of the constants anew each time. That of the gradient is written over: values in between
    lie there when it has been read.
    """
    return _Writer(program, [weights, gradient, *memory], constants).calls


class _Writer:
    """The calls of one program, whose first nodes are its arguments."""

    def __init__(self, program: Program, arguments: Sequence[FloatArray], constants: Sequence[FloatArray]) -> None:
        self.calls: list[Call] = []
        self._nodes, self._arguments, self._constants = program.nodes, arguments, constants
        self._questions = program.questions
        self._results = list(zip(program.graph.results, [0, *range(2, len(arguments))], strict=True))
        """Which value goes into which argument."""
        self._lies_in = _where_values_lie(self._nodes)
        self._last_read = self._last_reads()
        self._in_place = self._results_in_place()
        self._room: dict[tuple[int, int], list[FloatArray]] = defaultdict(list)
        """Arrays by their shapes that no later value reads."""
        self._values: list[FloatArray] = []
        for index, node in enumerate(self._nodes):
            operands = [self._values[operand] for operand in node.operands]
            self._release_operands(index)
            self._values.append(self._value(index, operands))
        self._move_results()

    def _last_reads(self) -> dict[int, int]:
        """Return which value reads what lies in an array last."""
        reads = {self._lies_in[each]: index for index, node in enumerate(self._nodes) for each in node.operands}
        return reads | {self._lies_in[value]: len(self._nodes) for value, _ in self._results}

    def _results_in_place(self) -> dict[int, int]:
        """Return which results are formed where they belong: what lies there before is not read afterwards."""
        return {
            value: to
            for value, to in self._results
            if self._nodes[value].name in UFUNCS
            and self._nodes[value].shape == self._nodes[to].shape
            and self._last_read.get(to, 0) <= value
        }

    def _release_operands(self, index: int) -> None:
        """Make room of what this value reads last, for itself already: ufuncs and assignments allow that."""
        for each in {self._lies_in[operand] for operand in self._nodes[index].operands} - self._in_place.keys():
            own = each == GRADIENT or self._nodes[each].name not in {"argument", "constant"}
            if own and self._last_read[each] == index:
                self._room[self._nodes[each].shape].append(self._values[each])

    def _value(self, index: int, operands: Sequence[FloatArray]) -> FloatArray:
        """Return where a value lies, and add the call that forms it."""
        name, _, detail, shape = self._nodes[index]
        if name == "argument":
            return self._arguments[detail]
        if name == "constant":
            return self._constants[detail]
        if name == "transpose":
            return operands[0].T
        if name == "take":
            return np.broadcast_to(operands[0], shape)
        if index in self._in_place:
            out = self._arguments[self._in_place[index]]
        else:
            out = self._room[shape].pop() if self._room[shape] else np.empty(shape, self._arguments[0].dtype)
        return self._call(self._operation(name, detail), operands, out)

    def _operation(self, name: str, detail: Any) -> Callable[..., object]:  # noqa: ANN401 (a node's)
        """Return what forms a value, called with its operands and where it is to lie."""
        if name == "where":
            return _choose
        if name == "ask":
            asked, number = detail
            return partial(_ask, self._questions[asked], number)
        if name in {"sum", "max"}:
            ufunc, axes = np.add if name == "sum" else np.maximum, (0, 1) if detail is None else (detail,)
            return partial(_reduce, ufunc, axes)
        return UFUNCS[name]

    def _move_results(self) -> None:
        """Put all other results where they belong; one memory may become what another was."""
        moves = [(value, to) for value, to in self._results if self._in_place.get(value) != to]
        for value in {value for value, _ in moves if self._nodes[self._lies_in[value]].name == "argument"}:
            copied = np.empty(self._values[value].shape, self._values[value].dtype)
            self._values[value] = self._call(np.positive, [self._values[value]], copied)
        for value, to in moves:
            self._call(np.positive, [self._values[value]], self._arguments[to])

    def _call(
        self, operation: Callable[..., object], operands: Sequence[FloatArray], out: FloatArray
    ) -> FloatArray:
        self.calls.append(partial(operation, *operands, out=out))
        return out


def _where_values_lie(nodes: Sequence[Node]) -> list[int]:
    """Return for each value the one in whose array it lies."""
    lies_in: list[int] = []
    for index, node in enumerate(nodes):
        lies_in.append(lies_in[node.operands[0]] if node.name in VIEWS else index)
    return lies_in


def _choose(*operands: FloatArray, out: FloatArray) -> None:
    out[...] = REPLAYED["where"](*operands)


def _ask(asking: Asking, number: int, *operands: FloatArray, out: FloatArray) -> None:
    out[...] = asking(number, operands)


def _reduce(ufunc: np.ufunc, axes: tuple[int, ...], a: FloatArray, out: FloatArray) -> None:
    left = tuple(1 if axis in axes else size for axis, size in enumerate(a.shape))
    ufunc.reduce(a, axis=axes, keepdims=True, out=out.reshape(left))
