"""Questions to regularizers and optimizer: asked and checked, or traced, and composed into one program.

What one update does to the weights W of a layer, or to its biases, given the error's gradient G and the
optimizer's memory M:

    G <- G + each penalty's gradient at W             C, M <- optimizer(G, M)
    W <- W + (C - (1 - product of the factors) W)     W <- constrained W, part by part
"""

from __future__ import annotations

import math
import threading
from contextlib import suppress
from numbers import Real
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import define, field, frozen

from nnl2.engine.answers import asked, check_array, kind, not_finite, unusable
from nnl2.engine.trace import ANY_SHAPE, Node, Trace, Untraceable, WatchedStep, in_shape, replay, trace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from nnl2.engine.architecture import Architecture, Place
    from nnl2.errors import PluginError
    from nnl2.optimizers import Optimizer
    from nnl2.regularizers import Regularizer
    from nnl2.regularizers.base import Step

    FloatArray = NDArray[np.floating[Any]]
    Arrays = Sequence[FloatArray]

MOST_KEPT = 4
"""Traces of one question that are kept: an epoch needs two, a strength annealed every epoch a new one each."""


@frozen(eq=False)
class Program:
    """What one update does to one place: nodes over the arguments W, G and the memory's arrays.

    Parameters
    ----------
    place
        Where among the parameters.
    nodes, results
        The values; which of them are W and the memory's arrays after the update.
    recipe
        What it was composed of where each number is treated alone: equal recipes make one program of places side
        by side. Else None.
    """

    place: Place
    nodes: Sequence[Node]
    results: tuple[int, ...]
    recipe: tuple[object, ...] | None
    read: Mapping[str, object]
    """What was read of the step: for these values it holds."""
    placed: Sequence[Node] = field(init=False)
    """The nodes in the shape of the place."""

    @placed.default
    def _in_place(self) -> Sequence[Node]:
        return in_shape(self.nodes, self.place.shape)


@frozen(eq=False)
class Question:
    """A question about one place, with who answers it. Arrays are (W,), or for an optimizer (G, *M)."""

    part: Regularizer | Optimizer
    name: str
    place: Place

    def answers(self, arrays: Arrays, step: Step) -> Sequence[Any]:
        """Return the answers as they come, one for each array that is to be changed."""
        if self.name != "update":
            return (getattr(self.part, self.name)(*arrays, step),)
        change, memory = self.part.update(arrays[0], tuple(arrays[1:]), step)  # type: ignore[union-attr]
        if len(memory) != len(arrays) - 1:
            raise TypeError(f"it has {len(arrays) - 1} arrays to remember and answers with {len(memory)}")
        return (change, *memory)

    def ask(self, arrays: Arrays, step: Step) -> list[FloatArray]:
        """Return the answers, which must be arrays of real, finite numbers in the shapes of what was given."""
        where = self._where(step)
        shown = [_read_only(array) for array in arrays]
        answers = asked(self.part, self.name, where, lambda: self.answers(shown, step))
        for answer, array in zip(answers, arrays, strict=False):
            numbers = check_array(self.part, self.name, where, answer, array.shape)
            # Where the weights themselves are not finite, training has diverged, and tells that.
            if not np.isfinite(numbers).all() and all(np.isfinite(each).all() for each in arrays):
                raise not_finite(self.part, self.name, where)
        return list(answers)

    def ask_twice(self, arrays: Arrays, step: Step) -> list[FloatArray]:
        """Return the answers, which must be the same when asked again."""
        first, second = self.ask(arrays, step), self.ask(arrays, step)
        if not all(np.array_equal(*both, equal_nan=True) for both in zip(first, second, strict=True)):
            raise self.differs(step)
        return first

    def number(self, *arguments: object, step: Step) -> float:
        """Return the answer, which must be one real, finite number."""
        where, shown = self._where(step), [_read_only(each) for each in arguments]
        answer = asked(self.part, self.name, where, lambda: getattr(self.part, self.name)(*shown, step))
        answer = answer[()] if isinstance(answer, np.ndarray) else answer
        if not isinstance(answer, Real) or isinstance(answer, bool | np.bool_):
            raise unusable(self.part, f"answered {self.name} with {kind(answer)} instead of a number", where)
        number = float(answer)
        if not math.isfinite(number):
            raise not_finite(self.part, self.name, where)
        return number

    def differs(self, step: Step) -> PluginError:
        """Return the error of an answer that is not always the same."""
        why = ": it keeps state or draws random numbers; answer from the arguments alone"
        return unusable(self.part, f"answered {self.name} differently when asked again", self._where(step), why)

    def _where(self, step: Step) -> str:
        epoch = object.__getattribute__(step, "epoch")  # where a step notes what is read of it, this is not
        return f"in {self.place}, epoch {epoch}"


@define(eq=False)
class Asking:
    """A question that is asked in every update of one epoch; `number` tells which of its answers is wanted.

    In its first update it is asked twice. Networks on several threads may share it.
    """

    question: Question
    step: Step
    _asked: bool = False
    _own: threading.local = field(factory=threading.local)
    """The answers of this thread's update."""

    def __call__(self, number: int, arrays: Arrays) -> FloatArray:
        """Return an answer; the first one wanted asks."""
        if number == 0:
            ask = self.question.ask if self._asked else self.question.ask_twice
            self._own.answers = ask(arrays, self.step)
            self._asked = True
        answers: list[FloatArray] = self._own.answers
        if number == len(answers) - 1:  # the last one wanted: programs that are kept hold no arrays
            del self._own.answers
        return answers[number]


class Questions:
    """All that the updates of one network ask.

    Parameters
    ----------
    architecture
        The network's shape.
    regularizers
        The regularizer of each place.
    optimizer
        Who makes a change of a gradient.
    traces
        Traces that were made for other networks; those made here are added.

    Networks of one specification share one object, in threads too: asked twice at once, it does the same twice.
    """

    def __init__(
        self,
        architecture: Architecture,
        regularizers: Sequence[Regularizer],
        optimizer: Optimizer,
        traces: dict[object, list[Trace]],
    ) -> None:
        self._dtype = architecture.dtype
        self._places = list(zip(architecture.places, regularizers, strict=True))
        self._optimizer = optimizer
        self._traces = traces
        self._kept: list[tuple[Program, ...]] = []
        self.reasons: dict[tuple[str, str], str] = {}
        """Who is asked which question in every update, and why."""
        self._penalties = self._all_questions("penalty")

    @np.errstate(all="ignore")
    def programs(self, parameters: FloatArray, memory: Sequence[Arrays], step: Step) -> tuple[Program, ...]:
        """Return what an update in this step does to each place; `memory` has the arrays of each.

        Raises
        ------
        PluginError
            If an answer cannot be used.
        """
        for kept in self._kept:
            if all(_holds(program.read, step) for program in kept):
                return kept
        programs = tuple(
            self._program(place, regularizer, place.of(parameters), own, step)
            for (place, regularizer), own in zip(self._places, memory, strict=True)
        )
        self._kept = [programs, *self._kept[: MOST_KEPT - 1]]
        return programs

    @np.errstate(all="ignore")
    def verify(self, parameters: FloatArray, step: Step) -> None:
        """Raise a PluginError if an answer about these parameters is not finite, say."""
        for question in self._all_questions("gradient", "constrain"):
            question.ask([question.place.of(parameters)], step)

    @np.errstate(all="ignore")
    def penalties(self, vectors: FloatArray, steps: Sequence[Step]) -> NDArray[np.float64]:
        """Return the sum of all penalties for each vector of parameters, `(n,)`."""
        totals = np.zeros(len(vectors))
        for question in self._penalties:
            weights = question.place.of_each(vectors)
            weights.flags.writeable = False
            for row, step in enumerate(steps):
                totals[row] += question.number(weights[row], step=step)
        return totals

    def _all_questions(self, *names: str) -> list[Question]:
        return [
            Question(part, name, place)
            for place, regularizer in self._places
            for part in regularizer.parts
            for name in names
            if part.answers(name)
        ]

    def _program(
        self,
        place: Place,
        regularizer: Regularizer,
        weights: FloatArray,
        memory: Arrays,
        step: Step,
    ) -> Program:
        read: dict[str, object] = {}
        update = _Composer(self._dtype, [weights, weights, *memory], place.shape)

        def answer(part: Regularizer | Optimizer, name: str, arrays: Arrays, *indices: int) -> list[int]:
            question = Question(part, name, place)
            noted = self._noted(question, arrays, step)
            if isinstance(noted, Trace):
                read.update(noted.read)
                return update.inline(noted, indices)
            self.reasons[repr(part), name] = noted
            read.update(attrs.asdict(step))  # the step goes with the question
            return update.ask(Asking(question, step), indices)

        current, gradient = 0, 1
        for part in regularizer.parts:
            if part.answers("gradient"):
                gradient = update.add("add", gradient, *answer(part, "gradient", [weights], current))
        optimizer_arrays = [np.ones_like(weights), *memory]
        change, *remembered = answer(
            self._optimizer, "update", optimizer_arrays, gradient, *range(2, 2 + len(memory))
        )
        share = 1 - self._factor(place, regularizer, step, read)
        if share:
            change = update.add("subtract", change, update.add("multiply", update.constant(share), current))
        current = update.add("add", current, change)
        for part in regularizer.parts:
            if part.answers("constrain"):
                (current,) = answer(part, "constrain", [weights], current)
        return update.program(place, (current, *remembered), read)

    def _factor(self, place: Place, regularizer: Regularizer, step: Step, read: dict[str, object]) -> float:
        """Return the product of the parts' factors for the weights."""
        factor = 1.0
        for part in regularizer.parts:
            if part.answers("decay"):
                question, watched = Question(part, "decay", place), WatchedStep.of(step)
                answer = question.number(step=watched)
                read.update(watched.read)
                if answer != question.number(step=step):
                    raise question.differs(step)
                factor *= answer
        return factor

    def _noted(self, question: Question, arrays: Arrays, step: Step) -> Trace | str:
        """Return the trace of a question, or the reason why it is asked in every update."""
        shape, exact = question.place.shape, [array.shape for array in arrays]
        try:
            if {*exact} <= {shape, (1, 1)}:
                with suppress(Untraceable):
                    general = [ANY_SHAPE if each == shape else each for each in exact]
                    return self._trace(general, question, arrays, step)
            return self._trace(exact, question, arrays, step)
        except Untraceable as reason:
            return str(reason)

    def _trace(self, shapes: Sequence[tuple[int, ...]], question: Question, arrays: Arrays, step: Step) -> Trace:
        """Return a trace that was kept and holds in this step, or a new one, which is compared with the class."""
        key = (identity(question.part), question.name, self._dtype, *shapes)
        kept = self._traces.setdefault(key, [])
        for noted in kept:
            if _holds(noted.read, step):
                return noted
        expected = question.ask_twice(arrays, step)
        try:
            noted = trace(question.answers, shapes, step, self._dtype)
            self._compare(noted, expected, question, arrays, step)
        except Untraceable:
            raise
        except Exception as error:
            reason = " ".join(str(error).split())
            raise Untraceable(f"it fails where it is traced: {type(error).__name__}: {reason}") from error
        self._traces[key] = [noted, *kept[: MOST_KEPT - 1]]
        return noted

    def _compare(self, noted: Trace, expected: Arrays, question: Question, arrays: Arrays, step: Step) -> None:
        """Raise Untraceable if a trace gives other answers than the class, on the real weights or on others."""
        ramps = (np.linspace(-2, 2, array.size, dtype=self._dtype).reshape(array.shape) for array in arrays)
        others = [array + ramp for array, ramp in zip(arrays, ramps, strict=True)]
        nodes = in_shape(noted.nodes, question.place.shape)
        with np.errstate(all="ignore"):
            there = question.answers([_read_only(array) for array in others], step)
            for given, answers in ((arrays, expected), (others, there)):
                values = replay(nodes, given, self._dtype)
                if not all(_are_close(values[n], a) for n, a in zip(noted.results, answers, strict=True)):
                    raise Untraceable("its answer depends on more than its trace shows")


class _Composer:
    """A program that is being put together; values are known by their index."""

    def __init__(self, dtype: np.dtype[Any], arguments: Arrays, shape: tuple[int, int]) -> None:
        self._dtype = dtype
        self._nodes = [
            Node("argument", (), n, ANY_SHAPE if a.shape == shape else a.shape) for n, a in enumerate(arguments)
        ]
        self._recipe: list[object] | None = []

    def add(self, name: str, *operands: int) -> int:
        self._nodes.append(Node(name, operands, None, ANY_SHAPE))
        return len(self._nodes) - 1

    def constant(self, value: float) -> int:
        self._nodes.append(Node("constant", (), np.full((1, 1), value, self._dtype), (1, 1)))
        self._note(value)
        return len(self._nodes) - 1

    def inline(self, noted: Trace, arguments: Sequence[int]) -> list[int]:
        """Add a trace's nodes, with these values for its arguments; return where its results are."""
        index: dict[int, int] = {}
        for number, node in enumerate(noted.nodes):
            if node.name == "argument":
                index[number] = arguments[node.detail]
                continue
            self._nodes.append(node._replace(operands=tuple(index[each] for each in node.operands)))
            index[number] = len(self._nodes) - 1
        self._note(noted if noted.elementwise else None)
        return [index[result] for result in noted.results]

    def ask(self, asking: Asking, arguments: Sequence[int]) -> list[int]:
        """Add a question, whose answers have the shapes of its arguments."""
        self._note(None)
        first = len(self._nodes)
        for number, argument in enumerate(arguments):
            self._nodes.append(Node("ask", tuple(arguments), (asking, number), self._nodes[argument].shape))
        return list(range(first, len(self._nodes)))

    def program(self, place: Place, results: tuple[int, ...], read: Mapping[str, object]) -> Program:
        recipe = None if self._recipe is None else tuple(self._recipe)
        return Program(place, self._nodes, results, recipe, read)

    def _note(self, ingredient: object) -> None:
        self._recipe = None if ingredient is None or self._recipe is None else [*self._recipe, ingredient]


def _holds(read: Mapping[str, object], step: Step) -> bool:
    return all(getattr(step, name) == value for name, value in read.items())


def identity(part: Any) -> object:  # noqa: ANN401 (a regularizer or an optimizer)
    """Return what is equal for parts of one class with equal fields, also such that `==` leaves out.

    A part that has no fields, or one that has no hash, is known by itself.
    """
    if attrs.has(type(part)):
        key = (type(part), *(getattr(part, each.name) for each in attrs.fields(type(part))))
        with suppress(TypeError):
            hash(key)
            return key
    return id(part)


def _are_close(value: FloatArray, answer: object) -> bool:
    """Return whether an answer is this value, but for rounding."""
    wanted = np.asarray(answer)
    if wanted.shape != value.shape:
        return False
    if np.array_equal(value, wanted, equal_nan=True):
        return True
    finite = np.abs(wanted[np.isfinite(wanted)])
    rounding = 1e4 * float(np.finfo(value.dtype).eps)
    return np.allclose(value, wanted, rounding, rounding * float(finite.max(initial=0)), equal_nan=True)


def _read_only(array: Any) -> Any:  # noqa: ANN401 (an array, or what is none)
    if not isinstance(array, np.ndarray) or not array.flags.writeable:
        return array
    shown = array.view()
    shown.flags.writeable = False
    return shown
