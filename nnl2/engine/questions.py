"""`Questions`: all that the updates of one network ask, noted once where possible, and made into programs."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from nnl2.engine.asking import Asking, Question, as_read_only
from nnl2.engine.graph import ANY_SHAPE, replay
from nnl2.engine.program import Answers, Factor, Program, Schedule, in_steps
from nnl2.engine.step_numbers import holds, last_of_run, only_in, traced
from nnl2.engine.trace import Trace, Untraceable, trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnl2.engine.architecture import Architecture, Place
    from nnl2.engine.step_numbers import Guard
    from nnl2.optimizers import Optimizer
    from nnl2.regularizers import Regularizer
    from nnl2.regularizers.base import Step

    FloatArray = NDArray[np.floating[Any]]
    Arrays = Sequence[FloatArray]

MOST_KEPT = 4
"""Answers to one question that are kept: what depends on the epoch by branches needs a new one now and then."""


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
    noted
        Answers that were noted for other networks; those noted here are added.

    Networks of one specification share one object, in threads too: asked twice at once, it does the same twice.
    """

    def __init__(
        self,
        architecture: Architecture,
        regularizers: Sequence[Regularizer],
        optimizer: Optimizer,
        noted: dict[object, list[Any]],
    ) -> None:
        self._dtype = architecture.dtype
        self._places = list(zip(architecture.places, regularizers, strict=True))
        self._optimizer = optimizer
        self._noted = noted
        self._kept: list[tuple[tuple[Program, ...], list[Guard]]] = []
        self.reasons: dict[tuple[str, str], str] = {}
        """Who is asked which question in every update, and why."""
        self._penalties = self._all_questions("penalty")

    @np.errstate(all="ignore")
    def schedule(self, parameters: FloatArray, memory: Sequence[Arrays], steps: Sequence[Step]) -> Schedule:
        """Return what an update does to each place in these steps, one for each epoch, or in the first of them.

        `memory` has the arrays of each place. The programs of one answer serve as many steps as they can.

        Raises
        ------
        PluginError
            If an answer cannot be used.
        """
        programs, guards = self._programs(parameters, memory, steps[0])
        n_served = next((n for n, step in enumerate(steps[1:], 1) if not holds(guards, step)), len(steps))
        return Schedule.of(programs, steps[:n_served], self._dtype)

    @np.errstate(all="ignore")
    def verify(self, parameters: FloatArray, step: Step) -> None:
        """Raise a PluginError if an answer about these parameters is not finite, say."""
        for question in self._all_questions("gradient", "constrain"):
            question.ask([question.place.of(parameters)], step)
        for question in self._all_questions("decay"):
            question.number(step=step)

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

    def _programs(
        self, parameters: FloatArray, memory: Sequence[Arrays], step: Step
    ) -> tuple[tuple[Program, ...], list[Guard]]:
        """Return the programs of all places that serve in this step, and their guards."""
        for kept in self._kept:
            if holds(kept[1], step):
                return kept
        programs = tuple(
            self._program(place, regularizer, place.of(parameters), own, step)
            for (place, regularizer), own in zip(self._places, memory, strict=True)
        )
        answers = dict.fromkeys(each for program in programs for each in program.answers.all)
        made = programs, [guard for each in answers for guard in each.guards]
        self._kept = [made, *self._kept[: MOST_KEPT - 1]]
        return made

    def _program(
        self,
        place: Place,
        regularizer: Regularizer,
        weights: FloatArray,
        memory: Arrays,
        step: Step,
    ) -> Program:
        def answers(name: str) -> tuple[Trace, ...]:
            parts = [part for part in regularizer.parts if part.answers(name)]
            return tuple(self._answer(Question(part, name, place), [weights], step) for part in parts)

        update = Question(self._optimizer, "update", place)
        factors = [Question(part, "decay", place) for part in regularizer.parts if part.answers("decay")]
        noted = Answers(
            answers("gradient"),
            self._answer(update, [np.ones_like(weights), *memory], step),
            tuple(self._factor(question, step) for question in factors),
            answers("constrain"),
        )
        return Program.of(place, noted, memory)

    def _answer(self, question: Question, arrays: Arrays, step: Step) -> Trace:
        """Return the trace of a question, or what asks it in every update."""
        shape, exact = question.place.shape, [array.shape for array in arrays]
        try:
            if {*exact} <= {shape, (1, 1)}:
                with suppress(Untraceable):
                    general = [ANY_SHAPE if each == shape else each for each in exact]
                    return self._trace(general, question, arrays, step)
            return self._trace(exact, question, arrays, step)
        except Untraceable as reason:
            self.reasons[repr(question.part), question.name] = str(reason)
            return Trace.of_asking(Asking(question, step), exact, step)

    def _trace(
        self,
        shapes: Sequence[tuple[int, ...]],
        question: Question,
        arrays: Arrays,
        step: Step,
    ) -> Trace:
        """Return a trace that was noted and serves in this step, or a new one, compared with the class."""
        kept = self._kept_for(question, *shapes)
        for each in kept:
            if isinstance(each, Untraceable):
                raise each
            if holds(each.guards, step):
                return each
        answers = question.ask_twice(arrays, step)
        # What cannot be done with the step's numbers where they are noted is noted for this step alone.
        for seen, guards in (traced(step), (step, [only_in(step)])):
            try:
                noted = trace(question.answers, shapes, seen, guards, self._dtype)
                if self._agrees(noted, answers, question, arrays, step):
                    kept[:] = [noted, *kept[: MOST_KEPT - 1]]
                    return noted
                reason = Untraceable("its answer depends on more than its trace shows")
            except Untraceable as untraceable:
                reason = untraceable
                break
            except Exception as error:  # noqa: BLE001 (it is asked instead, and tells then what is wrong)
                told = " ".join(str(error).split())
                reason = Untraceable(f"it fails where it is traced: {type(error).__name__}: {told}")
        kept[:] = [reason]
        raise reason

    def _factor(self, question: Question, step: Step) -> Factor:
        """Return a part's factor for the weights."""
        kept = self._kept_for(question)
        for each in kept:
            if holds(each.guards, step):
                return each
        answer = question.number(step=step)
        if answer != question.number(step=step):
            raise question.differs(step)
        factor = Factor.of(question, answer, step)
        kept[:] = [factor, *kept[: MOST_KEPT - 1]]
        return factor

    def _kept_for(self, question: Question, *shapes: tuple[int, ...]) -> list[Any]:
        return self._noted.setdefault((identity(question.part), question.name, self._dtype, *shapes), [])

    def _agrees(
        self,
        noted: Trace,
        answers: Arrays,
        question: Question,
        arrays: Arrays,
        step: Step,
    ) -> bool:
        """Return whether a trace gives the answers of the class: on these weights, on others, in the last step."""
        ramps = (np.linspace(-2, 2, array.size, dtype=self._dtype).reshape(array.shape) for array in arrays)
        others = [as_read_only(array + ramp) for array, ramp in zip(arrays, ramps, strict=True)]
        cases = [(step, arrays, answers), (step, others, question.answers(others, step))]
        last = last_of_run(step)
        if last != step and holds(noted.guards, last):
            cases.append((last, others, question.answers(others, last)))
        nodes = noted.graph.in_shape(question.place.shape)
        for at, given, wanted in cases:
            constants = [in_steps(constant, [at], self._dtype)[0] for constant in noted.constants]
            values = replay(nodes, given, constants, ())
            if not all(_are_close(values[n], each) for n, each in zip(noted.graph.results, wanted, strict=True)):
                return False
        return True


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
