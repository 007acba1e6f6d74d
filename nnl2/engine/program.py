"""`Program`: what one update does to one place, composed of the answers to all that it asks.

What an update does to the weights W of a layer, or to its biases, given the error's gradient G and the
optimizer's memory M:

    G <- G + each penalty's gradient at W             C, M <- optimizer(G, M)
    W <- W + (C - (1 - product of the factors) W)     W <- constrained W, part by part
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from attrs import frozen

from nnl2.engine.graph import ANY_SHAPE, Graph, Node
from nnl2.engine.step_numbers import StepNumber, holds, last_of_run, only_in, traced, while_finite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnl2.engine.architecture import Place
    from nnl2.engine.asking import Asking, Question
    from nnl2.engine.step_numbers import Guard
    from nnl2.engine.trace import Constant, Trace
    from nnl2.regularizers.base import Step

    FloatArray = NDArray[np.floating[Any]]

SHRINK = Graph(
    (
        Node("argument", (), 0, ANY_SHAPE),
        Node("argument", (), 1, ANY_SHAPE),
        Node("constant", (), 0, (1, 1)),
        Node("multiply", (2, 0), None, ANY_SHAPE),
        Node("subtract", (1, 3), None, ANY_SHAPE),
    ),
    (4,),
)
"""The change when a share of the weights is lost, over W and C."""


@frozen(eq=False)
class Factor:
    """What weights are multiplied by, in the steps that its guards tell."""

    number: float | StepNumber
    guards: tuple[Guard, ...]

    @classmethod
    def of(cls, question: Question, answer: float, step: Step) -> Factor:
        """Return the factor that was answered in a step; what is done with the step's numbers is noted.

        If that serves in the last step too, it must give the answer there.
        """
        traced_step, guards = traced(step)
        with suppress(Exception):
            (number,) = question.answers([], traced_step)
            if isinstance(number, StepNumber):
                factor = cls(number, (*guards, while_finite(number)))
            else:
                factor = cls(float(number), tuple(guards))
            last = last_of_run(step)
            served = [each for each in (step, last) if holds(factor.guards, each)]
            if [factor.at(each) for each in served] == [answer, question.number(step=last)][: len(served)]:
                return factor
        return cls(answer, (only_in(step),))

    def at(self, step: Step) -> float:
        """Return it in a step that it serves."""
        return float(self.number.compute(step)) if isinstance(self.number, StepNumber) else self.number


class Answers(NamedTuple):
    """The answers to all that an update asks about one place."""

    gradients: tuple[Trace, ...]
    update: Trace
    factors: tuple[Factor, ...]
    constraints: tuple[Trace, ...]

    @property
    def traces(self) -> tuple[Trace, ...]:
        """All that are traces, in the order in which they are asked."""
        return (*self.gradients, self.update, *self.constraints)

    @property
    def share(self) -> float | StepNumber:
        """The share of themselves that weights lose."""
        numbers = [factor.number for factor in self.factors if not isinstance(factor.number, StepNumber)]
        if len(numbers) == len(self.factors):
            return 1 - prod(numbers)
        return StepNumber(lambda step: 1 - prod(factor.at(step) for factor in self.factors), None, [])

    @property
    def all(self) -> tuple[Trace | Factor, ...]:
        """All that have guards."""
        return (*self.traces, *self.factors)


@frozen(eq=False)
class Program:
    """What one update does to one place.

    Parameters
    ----------
    place
        Where among the parameters.
    answers
        What it is composed of.
    graph
        W and the memory's arrays after the update, over W, G and the memory's arrays.
    constants, questions
        What its nodes refer to.
    """

    place: Place
    answers: Answers
    graph: Graph
    constants: tuple[Constant, ...]
    questions: tuple[Asking, ...]

    @classmethod
    def of(cls, place: Place, answers: Answers, memory: Sequence[FloatArray]) -> Program:
        """Compose the program of an update that gets these answers; `memory` is what it begins with."""
        share = answers.share
        shrinks = isinstance(share, StepNumber) or share != 0
        constants = [constant for each in answers.gradients for constant in each.constants]
        constants += answers.update.constants
        if shrinks:
            constants.append(share if isinstance(share, StepNumber) else np.full((1, 1), share))
        constants += [constant for each in answers.constraints for constant in each.constants]
        graph = composed(
            tuple(ANY_SHAPE if array.shape == place.shape else array.shape for array in memory),
            tuple(each.graph for each in answers.gradients),
            answers.update.graph,
            (SHRINK,) if shrinks else (),
            tuple(each.graph for each in answers.constraints),
        )
        questions = tuple(question for each in answers.traces for question in each.questions)
        return cls(place, answers, graph, tuple(constants), questions)

    @property
    def nodes(self) -> Sequence[Node]:
        """The graph's nodes in the shape of the place."""
        return self.graph.in_shape(self.place.shape)

    @property
    def is_elementwise(self) -> bool:
        """Whether each number is treated alone, so that it can serve several places at once."""
        return all(each.graph.elementwise for each in self.answers.traces)


class Schedule(NamedTuple):
    """What updates do to each place in some epochs, one after the other."""

    programs: tuple[Program, ...]
    n_epochs: int
    constants: tuple[tuple[FloatArray, ...], ...]
    """Those of each program, `(epochs, rows, columns)`."""

    @classmethod
    def of(cls, programs: tuple[Program, ...], steps: Sequence[Step], dtype: np.dtype[Any]) -> Schedule:
        """Return what programs are in these steps, one for each epoch."""
        found = {id(constant): constant for program in programs for constant in program.constants}
        arrays = {key: in_steps(constant, steps, dtype) for key, constant in found.items()}
        constants = tuple(tuple(arrays[id(constant)] for constant in program.constants) for program in programs)
        return cls(programs, len(steps), constants)

    def in_epoch(self, number: int) -> list[tuple[FloatArray, ...]]:
        """Return each program's constants in one epoch, the how-many-th of these."""
        return [tuple(constant[number] for constant in own) for own in self.constants]


def in_steps(constant: Constant, steps: Sequence[Step], dtype: np.dtype[Any]) -> FloatArray:
    """Return a constant in each of these steps, `(steps, rows, columns)`."""
    if isinstance(constant, StepNumber):
        numbers = np.array([constant.compute(step) for step in steps], float)
        return numbers.astype(dtype)[:, np.newaxis, np.newaxis]
    return np.broadcast_to(constant.astype(dtype, copy=False), (len(steps), *constant.shape))


@lru_cache(maxsize=1024)
def composed(
    memory: tuple[tuple[int, int], ...],
    gradients: tuple[Graph, ...],
    update: Graph,
    shrinking: tuple[Graph, ...],
    constraints: tuple[Graph, ...],
) -> Graph:
    """Return the graph of an update, for a memory of these shapes."""
    composition = _Composition((ANY_SHAPE, ANY_SHAPE, *memory))
    weights, gradient, *remembered = range(2 + len(memory))
    for graph in gradients:
        gradient = composition.add(gradient, *composition.inline(graph, weights))
    change, *remembered = composition.inline(update, gradient, *remembered)
    for graph in shrinking:
        (change,) = composition.inline(graph, weights, change)
    weights = composition.add(weights, change)
    for graph in constraints:
        (weights,) = composition.inline(graph, weights)
    return Graph(tuple(composition.nodes), (weights, *remembered))


class _Composition:
    """A graph that is being put together of others; values are known by their index."""

    def __init__(self, shapes: Sequence[tuple[int, int]]) -> None:
        self.nodes = [Node("argument", (), position, shape) for position, shape in enumerate(shapes)]
        self._n_constants = self._n_questions = 0

    def add(self, a: int, b: int) -> int:
        self.nodes.append(Node("add", (a, b), None, ANY_SHAPE))
        return len(self.nodes) - 1

    def inline(self, graph: Graph, *arguments: int) -> list[int]:
        """Add a graph's nodes, with these values for its arguments; return where its results are."""
        index: dict[int, int] = {}
        n_constants, n_questions = self._n_constants, self._n_questions
        for number, node in enumerate(graph.nodes):
            if node.name == "argument":
                index[number] = arguments[node.detail]
                continue
            detail = node.detail
            if node.name == "constant":
                detail += n_constants
                self._n_constants += 1
            elif node.name == "ask":
                detail = (detail[0] + n_questions, detail[1])
                self._n_questions = n_questions + 1
            operands = tuple(index[each] for each in node.operands)
            self.nodes.append(node._replace(operands=operands, detail=detail))
            index[number] = len(self.nodes) - 1
        return [index[result] for result in graph.results]
