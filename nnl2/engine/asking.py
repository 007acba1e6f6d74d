"""A question to a regularizer or an optimizer about one place, asked and checked."""

from __future__ import annotations

import math
import threading
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, field, frozen

from nnl2.engine.answers import At, asked, check_array, kind, not_finite, unusable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnl2.engine.architecture import Place
    from nnl2.errors import PluginError
    from nnl2.optimizers import Optimizer
    from nnl2.regularizers import Regularizer
    from nnl2.regularizers.base import Step

    FloatArray = NDArray[np.floating[Any]]
    Arrays = Sequence[FloatArray]


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
        where = At(self.place, step.epoch)
        shown = [as_read_only(array) for array in arrays]
        answers = asked(self.part, self.name, where, lambda: self.answers(shown, step))
        for answer, array in zip(answers, arrays, strict=False):
            numbers = check_array(self.part, self.name, where, answer, array.shape)
            # Where the weights themselves are not finite, training has diverged, and tells that.
            if not _is_finite(numbers) and all(_is_finite(each) for each in arrays):
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
        where, shown = At(self.place, step.epoch), [as_read_only(each) for each in arguments]
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
        return unusable(
            self.part, f"answered {self.name} differently when asked again", At(self.place, step.epoch), why
        )


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


def _is_finite(numbers: FloatArray) -> bool:
    """Return whether all numbers are finite: their sum tells sooner, if it does not overflow."""
    return math.isfinite(np.add.reduce(numbers, axis=None)) or bool(np.isfinite(numbers).all())


def as_read_only(array: Any) -> Any:  # noqa: ANN401 (an array, or what is none)
    """Return an array that must not be changed, with the same numbers."""
    if not isinstance(array, np.ndarray) or not array.flags.writeable:
        return array
    shown = array.view()
    shown.flags.writeable = False
    return shown
