"""`Axis`: one regularizer in many strengths, from weak to strong."""

from __future__ import annotations

import math
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs
import numpy as np
from attrs import frozen

from nnl2.comparison.strategies import as_strategy, layers_of
from nnl2.errors import InvalidTypeError, InvalidValueError, Nnl2Error, shown
from nnl2.regularizers import NoRegularization, Regularizer
from nnl2.regularizers.base import are_equal, field_names, is_number
from nnl2.validation import check_count, check_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nnl2.comparison.strategies import Given

BEYOND = (10, 5, 2, 1.5, 1.2)
"""How many times as weak as a ladder's weak end, and as strong as its strong end, a path goes: the most that the
class takes, as dropout takes no rate of 1."""

DIGITS = 3
"""So many digits of each strength are kept, for who writes them down."""

MOST = 1000
"""Strengths of a path; more than anybody looks at."""


@frozen(eq=False)
class Axis:
    """One regularizer in many strengths.

    Parameters
    ----------
    name
        What is regularized by, as text.
    field
        The number that varies, such as strength, rate or limit.
    values
        What it is, from weak to strong.
    regularizers
        The regularizer with each of these.
    """

    name: str
    field: str
    values: tuple[float, ...]
    regularizers: tuple[Regularizer, ...]


def axis_of(
    given: Given, values: Iterable[float] | None, start: float | None, stop: float | None, n_points: int
) -> Axis:
    """Return an axis; without ends it runs along the ladder that the class offers, and beyond.

    Raises
    ------
    InvalidValueError, InvalidTypeError, UnknownNameError, PluginError
        If there is no such regularizer, no number to vary, or a value is refused.
    """
    strategy = as_strategy(given)
    ladder = [each for candidate in strategy.candidates for each in layers_of(candidate)]
    if len(ladder) > len(strategy.candidates):
        raise InvalidTypeError("a path varies one regularizer for all layers, got one for each layer")
    number = _number_that_varies(strategy.name, ladder)
    steps = [number.of(each) for each in ladder] if len(ladder) > 1 else []
    if values is not None:
        if start is not None or stop is not None:
            raise InvalidValueError("a path has either its values, or its ends; got both")
        wanted = [check_number("values", each) for each in values]
    else:
        wanted = _spaced(number, steps, (start, stop), check_count("n_points", n_points, minimum=2, maximum=MOST))
    falling = steps[0] > steps[-1] if steps else wanted[:1] > wanted[-1:]
    made = [number.set_to(each) for each in sorted(wanted, reverse=falling)]
    taken = dict(zip(map(number.of, made), made, strict=True))  # whole numbers may come twice
    if len(taken) < 2:
        raise InvalidValueError(f"a path needs at least two different values, got {list(taken)}")
    return Axis(strategy.name, number.field, tuple(map(float, taken)), tuple(taken.values()))


class _Number(NamedTuple):
    """A number of a regularizer, or of one part of a sum, that can be set."""

    regularizer: Regularizer
    part: int
    field: str

    def of(self, regularizer: Regularizer) -> Any:  # noqa: ANN401 (any kind of number)
        """Return the number that a regularizer of this kind has."""
        return getattr(_parts(regularizer)[self.part], self.field)

    def set_to(self, value: float) -> Regularizer:
        """Return the regularizer with another number; the class may refuse it."""
        parts = list(_parts(self.regularizer))
        own = round(value) if isinstance(self.of(self.regularizer), int) else value
        parts[self.part] = attrs.evolve(parts[self.part], **{self.field: own})  # type: ignore[misc]  # it has fields
        return reduce(add, parts, NoRegularization())

    def takes(self, value: float) -> bool:
        """Return whether the class takes a number."""
        try:
            self.set_to(value)
        except (Nnl2Error, ValueError, TypeError, OverflowError):
            return False
        return True


def _parts(regularizer: Regularizer) -> tuple[Regularizer, ...]:
    return regularizer.parts or (regularizer,)


def _number_that_varies(name: str, ladder: Sequence[Regularizer]) -> _Number:
    """Return the only number in which the ends of a ladder differ, or the only one there is."""
    first, last = _parts(ladder[0]), _parts(ladder[-1])
    if len(ladder) > 1:
        pairs = enumerate(zip(first, last, strict=False)) if len(first) == len(last) else ()
        found = [
            (part, field)
            for part, (one, other) in pairs
            if type(one) is type(other) and not are_equal(one, other)
            for field in _numbers(one)
            if getattr(one, field) != getattr(other, field)
        ]
    else:
        found = [
            (part, field)
            for part, each in enumerate(first)
            for field in (["strength"] if "strength" in _numbers(each) else _numbers(each))
        ]
    if len(found) != 1:
        these = ", ".join(field for _, field in found) or "none"
        raise InvalidValueError(f"a path varies one number, but {shown(name)} has {len(found)} ({these}) to vary")
    return _Number(ladder[-1], *found[0])


def _numbers(regularizer: Regularizer) -> list[str]:
    return [each for each in field_names(type(regularizer)) if is_number(getattr(regularizer, each))]


def _spaced(
    number: _Number, steps: Sequence[float], ends: tuple[float | None, float | None], n_points: int
) -> list[float]:
    """Return numbers at equal distances on a logarithmic axis; ends that are given come as they are."""
    start, stop = ends
    if not steps and None in ends:
        raise InvalidValueError(
            f"{type(_parts(number.regularizer)[number.part]).__name__} offers no ladder of strengths to go along; "
            f"give both ends of the path, or its values"
        )
    grows = not steps or steps[-1] > steps[0]
    weak = _beyond(number, steps[0], larger=not grows) if start is None else check_number("start", start)
    strong = _beyond(number, steps[-1], larger=grows) if stop is None else check_number("stop", stop)
    if not (weak > 0 and strong > 0):
        raise InvalidValueError(
            f"a path runs along a logarithmic axis, which {number.field} = {min(weak, strong):g} has no place on; "
            f"give other ends, or its values"
        )
    inner = [float(f"{each:.{DIGITS}g}") for each in np.geomspace(weak, strong, n_points)[1:-1]]
    return [weak, *inner, strong]


def _beyond(number: _Number, end: float, *, larger: bool) -> float:
    """Return a number beyond an end of a ladder: larger or smaller."""
    further = [end * factor if larger else end / factor for factor in BEYOND]
    offered = (float(f"{each:.{DIGITS}g}") for each in further if math.isfinite(each))
    return next((each for each in offered if number.takes(each)), float(end))
