"""The step beyond a ladder's end: what to try where the weakest or strongest candidate was chosen."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

import attrs

from nnl2.errors import Nnl2Error
from nnl2.regularizers import NoRegularization, Regularizer
from nnl2.regularizers.base import are_equal, field_names, is_number

if TYPE_CHECKING:
    from collections.abc import Iterator


def step_beyond(before: object, end: object) -> Regularizer | None:
    """Return the step after the last two of a ladder; None where they do not say what it is.

    Of sums each part takes its own step; equal parts stay as they are.

    >>> from nnl2 import L2, Dropout
    >>> step_beyond(L2(0.03) + Dropout(rate=0.2), L2(0.1) + Dropout(rate=0.2))
    L2(strength=0.3) + Dropout(rate=0.2)
    """
    if not isinstance(before, Regularizer) or not isinstance(end, Regularizer):
        return None
    firsts, lasts = (each.parts or (each,) for each in (before, end))
    if len(firsts) != len(lasts):
        return None
    steps = [
        last if are_equal(first, last) else _next_step(first, last)
        for first, last in zip(firsts, lasts, strict=True)
    ]
    made = [step for step in steps if step is not None]
    return reduce(add, made, NoRegularization()) if len(made) == len(steps) else None


def _next_step(before: Regularizer, end: Regularizer) -> Regularizer | None:
    """Return what follows two regularizers of one class that differ in one number."""
    if type(before) is not type(end):
        return None
    differing = [
        (name, first, last)
        for name in field_names(type(end))
        for first, last in [(getattr(before, name), getattr(end, name))]
        if first != last
    ]
    if len(differing) != 1 or not all(map(is_number, differing[0][1:])):
        return None
    ((name, first, last),) = differing
    for number in _next_numbers(first, last):
        try:
            step: Regularizer = attrs.evolve(end, **{name: number})  # type: ignore[misc]  # it has fields
        except (Nnl2Error, ValueError, TypeError):  # the class refuses it, as dropout does a rate of 1
            continue
        return step
    return None


def _next_numbers(first: Any, last: Any) -> Iterator[Any]:  # noqa: ANN401 (any kind of number)
    """Return what may follow two numbers, to one digit: as many times as much again, or as much more."""
    further = [last * last / first] if first * last > 0 else []
    for each in (*further, last + (last - first)):
        number = type(last)(float(f"{each:.1g}"))
        if number not in (first, last):
            yield number
