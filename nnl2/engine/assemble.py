"""Programs put down as operations on one workspace, as the compiled update runs them."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnl2.engine.architecture import Architecture, MemoryLayout
    from nnl2.engine.graph import Graph, Node
    from nnl2.engine.program import Schedule

    FloatArray = NDArray[np.floating[Any]]
    Groups = tuple[tuple[int, ...], ...]

CODES = (
    "negative", "absolute", "sign", "sqrt", "add", "subtract", "multiply", "divide", "maximum", "minimum", "less",
    "less_equal", "equal", "not_equal", "where", "multiply_add", "multiply_subtract", "take", "sum rows",
    "sum columns", "max rows", "max columns", "matmul", "ask",
)  # fmt: skip
EACH = CODES[: CODES.index("take")]
"""Operations on each number alone."""

WITH_ONE_NUMBER = ("multiply", "multiply_add", "multiply_subtract")
"""Those whose first operand may be one number for all."""

OPERATION = np.dtype(
    [(name, "i4") for name in ("code", "rows", "columns", "inner")]
    + [(name, "i8") for name in ("out", "a", "b", "c")]
)
SLACK = 16
"""Numbers behind a row: whole vectors, of at most eight, read beyond its end."""


class Register(NamedTuple):
    """A value's place in the workspace."""

    start: int
    shape: tuple[int, int]

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return self.shape[0] * self.shape[1]

    def of(self, workspace: FloatArray) -> FloatArray:
        """Return a view of the value."""
        return workspace[self.start : self.start + self.size].reshape(self.shape)


class Source(NamedTuple):
    """Whose constants and questions an operation refers to: after which batches, and of which place."""

    schedule: int
    place: int


class Filled(NamedTuple):
    """A register that a constant fills: which one of its source's."""

    source: Source
    number: int
    register: Register


class Asked(NamedTuple):
    """A register that an answer fills: to which question of its source's, and which of its answers."""

    source: Source
    number: int
    answer: int
    operands: tuple[Register, ...]
    register: Register


class Assembler:
    """Graphs put down as operations on one workspace: parameters, memory, gradient, constants, values.

    Parameters
    ----------
    architecture, layout
        Where parameters and memory lie.
    """

    def __init__(self, architecture: Architecture, layout: MemoryLayout) -> None:
        self._places, self._memory, self._layout = architecture.places, architecture.n_parameters, layout
        self.gradient = self._memory + layout.size + SLACK
        self.size = self.gradient + architecture.n_parameters + SLACK
        self.operations: list[NDArray[Any]] = []
        """One update's, after a whole batch and, where that differs, after a smaller last one."""
        self.numbers: list[Filled] = []
        """Constants that are one number in each epoch."""
        self.arrays: list[Filled] = []
        self.questions: list[Asked] = []
        self.equal: list[tuple[int, list[int]]] = []
        """Numbers of memory that several places share, and where the others have theirs."""

    def add(self, graphs: Sequence[Graph], groups: Groups) -> None:
        """Put down one update; the places of a group are done at once, as its first is."""
        written = [each for numbers in groups for each in self._write(numbers, graphs[numbers[0]])]
        self.operations.append(np.array(written, OPERATION))

    def _write(self, numbers: Sequence[int], graph: Graph) -> list[tuple[int, ...]]:
        first = self._places[numbers[0]]
        shape = first.shape if len(numbers) == 1 else (1, sum(self._places[number].size for number in numbers))
        nodes = graph.in_shape(shape)
        starts = [self._layout.starts(number) for number in numbers]
        slots = [self._memory + start for start in starts[0]]
        for slot, node in enumerate(nodes[2 : 2 + len(slots)], start=2):
            if node.shape != shape and len(numbers) > 1:
                self.equal.append((slots[slot - 2], [self._memory + start[slot - 2] for start in starts[1:]]))
        arguments = [first.start, self.gradient + first.start, *slots]
        targets = list(zip(graph.results, [arguments[0], *slots], strict=True))
        source = Source(len(self.operations), numbers[0])
        return _Writer(self, source, nodes, arguments, targets).operations

    def register(self, shape: tuple[int, int]) -> Register:
        """Return room for a value."""
        start = self.size
        self.size += -(-shape[0] * shape[1] // 8) * 8
        return Register(start, shape)


def assembled(
    architecture: Architecture,
    layout: MemoryLayout,
    schedules: Sequence[Schedule],
    memory: Sequence[Sequence[FloatArray]],
) -> Assembler:
    """Return the operations of updates after a whole and, where that differs, after a last batch."""
    graphs = tuple(tuple(program.graph for program in schedule.programs) for schedule in schedules)
    return _assembled(architecture, layout, graphs, side_by_side(schedules, memory))


@lru_cache(maxsize=256)  # networks whose graphs are equal share one, whatever their constants are
def _assembled(
    architecture: Architecture, layout: MemoryLayout, graphs: tuple[tuple[Graph, ...], ...], groups: Groups
) -> Assembler:
    assembler = Assembler(architecture, layout)
    for each in graphs:
        assembler.add(each, groups)
    return assembler


def side_by_side(schedules: Sequence[Schedule], memory: Sequence[Sequence[FloatArray]]) -> Groups:
    """Return the numbers of all places in groups: those that lie side by side and can be done at once.

    They get the same answers after every batch, and remember the same running numbers `(1, 1)`, of which only
    those of the first are kept up then.
    """

    def alike(number: int) -> object:
        programs = [schedule.programs[number] for schedule in schedules]
        if not all(program.is_elementwise for program in programs):
            return number
        running = tuple(array.tobytes() for array in memory[number] if array.shape == (1, 1))
        return tuple(program.answers for program in programs), running

    return tuple(tuple(group) for _, group in groupby(range(len(memory)), alike))


class _Writer:
    """The operations of one program.

    Parameters
    ----------
    assembler
        Who gives room for values, and keeps what constants and questions are needed.
    source
        Whose constants and questions the nodes refer to.
    nodes
        The graph's, in the shape of the place.
    arguments
        Where its arguments lie.
    targets
        Which values go where at the end.
    """

    def __init__(
        self,
        assembler: Assembler,
        source: Source,
        nodes: Sequence[Node],
        arguments: Sequence[int],
        targets: Sequence[tuple[int, int]],
    ) -> None:
        self._assembler, self._source, self._nodes = assembler, source, nodes
        self._registers: dict[tuple[int, tuple[int, int]], Register] = {}
        self.operations: list[tuple[int, ...]] = []
        results = {index for index, _ in targets}
        self._fused = _products_to_fuse(nodes, results)
        in_place = self._results_in_place(targets, arguments)
        for index, node in enumerate(nodes):
            if node.name == "argument":
                self._registers[index, node.shape] = Register(arguments[node.detail], node.shape)
            elif node.name != "constant" and index not in self._fused:
                self._write(index, node, in_place.get(index))
        # Last of all, so that no operation sees a weight or a memory that has changed already. Where one memory
        # becomes what another was, that is copied before.
        moves = [(self._register(index, nodes[index].shape), start) for index, start in targets]
        changed = {start for _, start in targets}
        for number, (result, start) in enumerate(moves):
            if result.start in changed - {start}:
                copied = assembler.register(result.shape)
                self._copy(result, copied.start)
                moves[number] = copied, start
        for result, start in moves:
            if result.start != start:
                self._copy(result, start)

    def _results_in_place(
        self, targets: Sequence[tuple[int, int]], arguments: Sequence[int]
    ) -> dict[int, Register]:
        """Return which results are formed where they belong: nothing reads later what lies there before."""
        end = len(self._nodes)
        last_read = {index: end for index, _ in targets}
        for index, node in enumerate(self._nodes):
            read = [deep for each in node.operands for deep in self._read_by(each)]
            # What is taken in another shape is no copy: it is read as long as that is.
            last_read |= {
                each: max(end if node.name == "take" else index, last_read.get(each, 0)) for each in read
            }
        in_place: dict[int, Register] = {}
        for index, start in targets:
            node, argument = self._nodes[index], arguments.index(start)
            alike = node.name in EACH and node.shape == self._nodes[argument].shape
            if alike and last_read.get(argument, 0) <= index:
                in_place.setdefault(index, Register(start, node.shape))
        return in_place

    def _read_by(self, operand: int) -> Sequence[int]:
        """Return the values that are read for an operand: those of a product that is fused with its sum."""
        return self._nodes[operand].operands if operand in self._fused else (operand,)

    def _add(self, name: str, out: Register, *operands: int, inner: int = 0) -> None:
        a, b, c = (*operands, 0, 0, 0)[:3]
        self.operations.append((CODES.index(name), *out.shape, inner, out.start, a, b, c))

    def _copy(self, value: Register, start: int) -> None:
        self._add("take", Register(start, value.shape), value.start, value.shape[1], 1)

    def _write(self, index: int, node: Node, place: Register | None) -> None:
        name, operands, detail, shape = node
        if name == "ask":
            number, answer = detail
            read = tuple(self._register(each, self._nodes[each].shape) for each in operands)
            out = self._assembler.register(shape)
            self._assembler.questions.append(Asked(self._source, number, answer, read, out))
            self._add("ask", out, 0, len(self._assembler.questions) - 1)
        elif name in {"sum", "max"}:
            a = self._register(operands[0], self._nodes[operands[0]].shape)
            rows, columns = a.shape if detail is not None else (1, a.shape[0] * a.shape[1])
            out = self._assembler.register(shape)
            self._add(
                f"{name} {'rows' if detail == 0 else 'columns'}", Register(out.start, (rows, columns)), a.start
            )
        elif name == "matmul":
            a, b = (self._register(each, self._nodes[each].shape) for each in operands)
            out = self._assembler.register(shape)
            self._add(name, out, a.start, b.start, inner=a.shape[1])
        elif name == "transpose":
            a = self._register(operands[0], self._nodes[operands[0]].shape)
            out = self._assembler.register(shape)
            self._add("take", out, a.start, 1, a.shape[1])
        elif name == "take":
            out = self._register(operands[0], shape)
        else:
            product = next((each for each in operands if each in self._fused), None)
            if product is not None:
                (other,) = (each for each in operands if each != product)
                name = {"add": "multiply_add", "subtract": "multiply_subtract"}[name]
                operands = (*self._nodes[product].operands, other)
            shapes = [shape] * len(operands)
            if name in WITH_ONE_NUMBER and shape != (1, 1):
                # The factor that is one number comes first, and is not spread out.
                factors = sorted(operands[:2], key=lambda each: self._nodes[each].shape != (1, 1))
                operands = (*factors, *operands[2:])
                shapes[0] = (1, 1) if self._nodes[factors[0]].shape == (1, 1) else shape
            given = [self._register(*each) for each in zip(operands, shapes, strict=True)]
            out = place or self._assembler.register(shape)
            self._add(name, out, *(each.start for each in given), inner=int(shapes[0] != shape))
        self._registers[index, shape] = out

    def _register(self, index: int, shape: tuple[int, int]) -> Register:
        """Return where a value lies in this shape; a constant is put there once, another value is spread out."""
        if (index, shape) not in self._registers:
            node = self._nodes[index]
            spread = self._registers[index, shape] = self._assembler.register(shape)
            if node.name == "constant":
                kept = self._assembler.numbers if node.shape == (1, 1) else self._assembler.arrays
                kept.append(Filled(self._source, node.detail, spread))
            else:
                rows, columns = node.shape
                row_stride, column_stride = 0 if rows == 1 else columns, 0 if columns == 1 else 1
                self._add("take", spread, self._registers[index, node.shape].start, row_stride, column_stride)
        return self._registers[index, shape]


def _products_to_fuse(nodes: Sequence[Node], results: set[int]) -> set[int]:
    """Return the products that only one sum or difference of the same shape uses.

    One operation does both, with both roundings.
    """
    uses = Counter(each for node in nodes for each in node.operands)
    fused: set[int] = set()
    for node in nodes:
        if node.name in {"add", "subtract"} and node.operands[0] != node.operands[1]:
            for each in node.operands if node.name == "add" else node.operands[1:]:
                product = nodes[each]
                alone = uses[each] == 1 and each not in results
                if product.name == "multiply" and product.shape == node.shape and alone:
                    fused.add(each)
                    break
    return fused
