"""The numbers of a step as a trace sees them: noted like the weights, so that one trace serves many epochs.

`0.99**step.epoch` is computed anew in every epoch. Where a question must know a number, as in `if step.epoch > 5`
or `self.strengths[step.epoch]`, that is noted as a guard: the trace serves the steps in which the same comes out.
"""

from __future__ import annotations

import math
import operator
from contextlib import suppress
from numbers import Real
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs
import numpy as np

from nnl2.regularizers.base import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import DTypeLike, NDArray

    Operation = Callable[..., Any]


MOST_OPERATIONS = 100
"""What takes more is computed once: it would be computed anew in every step, common parts again and again."""


class Guard(NamedTuple):
    """What a trace relies on: in every step it serves `compute(step)` is this value."""

    compute: Callable[[Step], object]
    value: object


def holds(guards: Sequence[Guard], step: Step) -> bool:
    """Return whether what guards say is so in this step; what cannot be computed there is not."""
    try:
        return all(guard.compute(step) == guard.value for guard in guards)
    except Exception:  # noqa: BLE001 (it is asked in this step then, and that error is told)
        return False


def only_in(step: Step) -> Guard:
    """Return what holds in steps that are equal to this one."""
    return Guard(lambda other: other, step)


def last_of_run(step: Step) -> Step:
    """Return the step of this run's last epoch, at the rate of today: what is noted now is tried there too."""
    return attrs.evolve(step, epoch=max(step.epoch, step.epochs))


def while_finite(number: StepNumber) -> Guard:
    """Return what holds where a number is finite, if it is so in the step at hand."""
    return Guard(lambda step: math.isfinite(number.compute(step)), math.isfinite(number.value))


class StepNumber:
    """A number computed from a step. To Python it is an int, a float or a bool, whatever its value is.

    Parameters
    ----------
    compute
        How to compute it in any step.
    value
        What it is in the step at hand.
    guards
        Where it is noted that somebody had to know the value.
    n_operations
        How many operations `compute` does.
    """

    def __init__(
        self,
        compute: Operation,
        value: Any,  # noqa: ANN401 (any real number)
        guards: list[Guard],
        n_operations: int = 0,
    ) -> None:
        self.compute, self.value, self._guards, self.n_operations = compute, value, guards, n_operations

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """What `isinstance` sees."""
        return type(self.value)

    def __reduce__(self) -> tuple[type, tuple[Any]]:
        """Make a copy the number that it is here."""
        return type(self.value), (self.known(),)

    def known(self) -> Any:  # noqa: ANN401 (whatever kind of number it is)
        """Return the value, which must be the same in every step from now on."""
        self._guards.append(Guard(self.compute, self.value))
        return self.value

    def noted(self, operation: Operation, *operands: object) -> Any:  # noqa: ANN401 (one like it)
        """Return what an operation makes of numbers, of which some come from the step."""
        n_operations = 1 + sum(o.n_operations for o in operands if isinstance(o, StepNumber))
        value = None
        with suppress(Exception):  # which the question may catch, and answer otherwise: then the value was known
            value = operation(*(o.value if isinstance(o, StepNumber) else o for o in operands))
        if n_operations > MOST_OPERATIONS or not isinstance(value, Real | np.bool_):
            return operation(*map(_known, operands))

        def compute(step: Step) -> object:
            return operation(*(o.compute(step) if isinstance(o, StepNumber) else o for o in operands))

        return StepNumber(compute, value, self._guards, n_operations)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: object, **more: Any) -> Any:  # noqa: ANN401
        """Note a ufunc of numbers. Among arrays the value must be known; a traced array notes both."""
        if any(getattr(type(each), "notes_step_numbers", False) for each in inputs):
            return NotImplemented
        if all(isinstance(each, StepNumber | Real) for each in inputs) and method == "__call__" and not more:
            return self.noted(ufunc, *inputs)
        return getattr(ufunc, method)(*map(_known, inputs), **more)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:  # noqa: FBT001
        """Return an array of the value."""
        return np.array(self.known(), dtype)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (whatever its value has)
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.known(), name)


def _known(number: Any) -> Any:  # noqa: ANN401 (any operand)
    return number.known() if isinstance(number, StepNumber) else number


def _unary(operation: Operation) -> Operation:
    return lambda number: number.noted(operation, number)


def _binary(operation: Operation) -> Operation:
    def noted(number: StepNumber, other: object) -> Any:  # noqa: ANN401
        return number.noted(operation, number, other) if isinstance(other, StepNumber | Real) else NotImplemented

    return noted


def _reflected(operation: Operation) -> Operation:
    def noted(number: StepNumber, other: object) -> Any:  # noqa: ANN401
        return number.noted(operation, other, number) if isinstance(other, Real) else NotImplemented

    return noted


def _compared(operation: Operation) -> Operation:
    def noted(number: StepNumber, other: object) -> Any:  # noqa: ANN401
        if isinstance(other, StepNumber | Real):
            return number.noted(operation, number, other)
        return NotImplemented if hasattr(other, "__array_ufunc__") else operation(number.known(), other)

    return noted


def _of_the_value(operation: Operation) -> Operation:
    return lambda number, *more: operation(number.known(), *more)


for _name in ("neg", "pos", "abs", "invert"):
    setattr(StepNumber, f"__{_name}__", _unary(getattr(operator, _name)))
for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and_", "or_", "xor", "lshift", "rshift"):
    setattr(StepNumber, f"__{_name.rstrip('_')}__", _binary(getattr(operator, _name)))
    setattr(StepNumber, f"__r{_name.rstrip('_')}__", _reflected(getattr(operator, _name)))
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(StepNumber, f"__{_name}__", _compared(getattr(operator, _name)))
for _function in (bool, int, float, complex, hash, str, repr, format, round, divmod):
    setattr(StepNumber, f"__{_function.__name__}__", _of_the_value(_function))
StepNumber.__index__ = _of_the_value(operator.index)  # type: ignore[attr-defined]
StepNumber.__trunc__ = _of_the_value(math.trunc)  # type: ignore[attr-defined]


def traced(step: Step) -> tuple[Step, list[Guard]]:
    """Return a step whose numbers are `StepNumber`, and where it is noted what had to be known of them."""
    guards: list[Guard] = []
    numbers = {name: StepNumber(attrgetter(name), value, guards) for name, value in attrs.asdict(step).items()}
    return Step(**numbers), guards  # type: ignore[arg-type]
