"""Rules about regularizers as values: made by name, copied, pickled, written as text."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING

from nnl2.errors import ConformanceError, Nnl2Error, UnknownNameError, in_words
from nnl2.notation import regularizer_to_text
from nnl2.regularizers.base import are_equal, field_names, is_number
from nnl2.testing.check import NotApplicable

if TYPE_CHECKING:
    from nnl2.regularizers import Regularizer


def have_defaults(regularizer: Regularizer) -> None:
    """Check that the class makes one without values."""
    try:
        type(regularizer)()
    except Exception as error:
        raise ConformanceError(f"it cannot be made without values; give each field a default ({error})") from error


def are_equal_to_copies(regularizer: Regularizer) -> None:
    """Check equality and hash of a copy."""
    if not are_equal(copy.deepcopy(regularizer), regularizer):
        raise ConformanceError("a copy is not equal to it; make it an attrs @frozen class of comparable fields")
    try:
        same = hash(copy.deepcopy(regularizer)) == hash(regularizer)
    except TypeError as error:
        raise ConformanceError(f"it has no hash ({error}); make it an attrs @frozen class") from error
    if not same:
        raise ConformanceError("a copy is equal to it, but has another hash")


def can_be_pickled(regularizer: Regularizer) -> None:
    """Check that it comes out of a pickle as it went in."""
    try:
        again = pickle.loads(pickle.dumps(regularizer))  # noqa: S301 (pickled the line before)
    except Exception as error:
        raise ConformanceError(f"it cannot be pickled: {in_words(error)}") from error
    if not are_equal(again, regularizer):
        raise ConformanceError(f"pickled and unpickled it is {again!r}")


def has_a_ladder(regularizer: Regularizer) -> None:
    """Check that the strengths offered are objects of the class, at least two, all different, in one direction."""
    kind = type(regularizer)
    offered = kind.strengths()
    if offered == ():
        raise NotApplicable("it offers no strengths; compare takes it as it comes")
    if not isinstance(offered, tuple | list) or not all(type(each) is kind for each in offered):
        raise ConformanceError(f"strengths must be a tuple of {kind.__name__} objects, got {offered!r}")
    if len(offered) < 2:
        raise ConformanceError(f"strengths must hold at least two objects to choose from, got {len(offered)}")
    for position, each in enumerate(offered):
        if any(are_equal(each, other) for other in offered[:position]):
            raise ConformanceError(f"strengths must all differ, got {each!r} twice")
    for name in field_names(kind):
        values = [getattr(each, name) for each in offered]
        if all(map(is_number, values)) and values not in (sorted(values), sorted(values, reverse=True)):
            raise ConformanceError(f"strengths must go from weak to strong, but {name} goes up and down: {values}")


def can_be_written(regularizer: Regularizer) -> None:
    """Check that its text, read back, makes the same."""
    try:
        regularizer_to_text(regularizer)  # which reads it back
    except UnknownNameError as error:
        raise NotApplicable(str(error)) from error
    except Nnl2Error as error:
        raise ConformanceError(str(error)) from error
