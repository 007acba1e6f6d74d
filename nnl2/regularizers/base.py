"""`Regularizer`: the questions one training step asks, each with a neutral answer; and the sum of several.

One update asks in this order: corrupt, forward pass with masks, error gradient, + gradient, decay, update,
constrain. A question that a class does not override is never asked.
"""

from __future__ import annotations

from functools import reduce
from numbers import Real
from typing import TYPE_CHECKING, Any, ClassVar, Self

import attrs
import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import DTypeLike, NDArray

    FloatArray = NDArray[np.floating[Any]]


QUESTIONS = ("corrupt", "mask", "gradient", "decay", "constrain", "penalty", "should_stop")
"""What a regularizer may be asked."""


@frozen
class Step:
    """The moment at which a question is asked; made once per epoch and batch size.

    Parameters
    ----------
    epoch
        The epoch under way, counted from 1 over the whole life of the network.
    learning_rate
        The factor of the gradient in this update.
    batch_size
        The number of items in this update; the last batch of an epoch may be smaller than the others.
    n_items
        The number of training items.
    """

    epoch: int
    learning_rate: float
    batch_size: int
    n_items: int


class Regularizer:
    """A small immutable object that answers the questions one training step asks.

    Subclass it, as an attrs `@frozen` class, and override the questions it answers. Fields are numbers, each
    with a default. Questions use numpy on them, never `math`, `if` or `int()`: when training, a number is an
    array `(1,)` or `(lanes,)`, so that many networks are asked at once.

    Weights come as `(n_in, n_out)`, or in training as `(n_in, n_out, lanes)` with one network per lane; biases
    as `(1, n_out, lanes)`. Answers are new arrays or scalars, arguments are read-only, lanes are never mixed.

    >>> from attrs import frozen
    >>> @frozen
    ... class Shrink(Regularizer):
    ...     '''Shrink: weights lose a tenth of the learning rate in each update.'''
    ...     share: float = 0.1
    ...     def decay(self, step):
    ...         return 1 - self.share * step.learning_rate
    >>> Shrink() + Shrink(share=0.2)
    Shrink(share=0.1) + Shrink(share=0.2)
    """

    elementwise: ClassVar[bool] = False
    """True if `gradient` and `constrain` treat each weight alone: they may be asked for several layers at once."""

    unbiased: ClassVar[bool] = True
    """False if the mean of `mask` is not 1, or `corrupt` shifts the inputs' mean, on purpose."""

    def corrupt(self, inputs: FloatArray, rng: np.random.Generator) -> FloatArray:
        """Return the inputs the network shall see instead of `inputs` `(items, n_in)`, in visiting order."""
        return inputs

    def mask(self, shape: tuple[int, int], rng: np.random.Generator) -> FloatArray:
        """Return factors for one hidden layer's outputs, `shape` = `(items, units)`, in visiting order."""
        return np.ones(shape)

    def gradient(self, weights: FloatArray, step: Step) -> FloatArray:
        """Return d penalty / d weights, shape of `weights`: it is ADDED to the error's gradient."""
        return np.zeros_like(weights)

    def decay(self, step: Step) -> float | FloatArray:
        """Return the factor for the weights before the update is added, `()` or `(lanes,)`."""
        return 1.0

    def constrain(self, weights: FloatArray, step: Step) -> FloatArray:
        """Return what the weights shall be after the update, shape of `weights`."""
        return weights

    def penalty(self, weights: FloatArray, step: Step) -> float | FloatArray:
        """Return what is added to the error, one number per network: `()`, or `(lanes,)` in training."""
        return 0.0

    def should_stop(self, errors: FloatArray) -> bool:
        """Return whether training should end, given this run's validation errors so far, `(epochs,)`."""
        return False

    @property
    def parts(self) -> tuple[Regularizer, ...]:
        """The regularizers this one is the sum of; itself, if it is no sum."""
        return (self,)

    def __add__(self, other: object) -> Regularizer:
        """Return the regularizer that does what both do."""
        if not isinstance(other, Regularizer):
            return NotImplemented
        if not other.parts:
            return self
        if not self.parts:
            return other
        return Sum(self.parts + other.parts)

    @classmethod
    def answers(cls, question: str) -> bool:
        """Return whether this class overrides a question, given by its name."""
        return getattr(cls, question) is not getattr(Regularizer, question)

    @classmethod
    def stack(cls, members: Sequence[Self], dtype: DTypeLike) -> Self:
        """Return one regularizer that answers for all `members`, lane by lane.

        A number field becomes an array of `dtype`: `(1,)` where all members agree, else `(lanes,)`; any other
        field must be equal in all. The members were validated when they were made, so `__init__` is not run.
        """
        stacked = cls.__new__(cls)
        for name in field_names(cls):
            values = [getattr(member, name) for member in members]
            if is_number(values[0]):
                equal = all(value == values[0] for value in values)
                value = np.array(values[:1] if equal else values, dtype=dtype)
                value.flags.writeable = False
            else:
                value = values[0]
            object.__setattr__(stacked, name, value)
        return stacked


@frozen(repr=False)
class Sum(Regularizer):
    """Several regularizers at once, made by `+`.

    Training asks each part, never the sum; what the sum answers here is what training makes of the parts.
    """

    parts: tuple[Regularizer, ...]

    def corrupt(self, inputs: FloatArray, rng: np.random.Generator) -> FloatArray:
        """Return the inputs, corrupted by one part after the other."""
        return reduce(lambda corrupted, part: part.corrupt(corrupted, rng), self.parts, inputs)

    def mask(self, shape: tuple[int, int], rng: np.random.Generator) -> FloatArray:
        """Return the product of the parts' factors."""
        return reduce(np.multiply, (part.mask(shape, rng) for part in self.parts))

    def gradient(self, weights: FloatArray, step: Step) -> FloatArray:
        """Return the sum of the parts' gradients."""
        return reduce(np.add, (part.gradient(weights, step) for part in self.parts))

    def decay(self, step: Step) -> float | FloatArray:
        """Return the product of the parts' factors."""
        return reduce(np.multiply, (part.decay(step) for part in self.parts))

    def constrain(self, weights: FloatArray, step: Step) -> FloatArray:
        """Return the weights, constrained by one part after the other."""
        return reduce(lambda constrained, part: part.constrain(constrained, step), self.parts, weights)

    def penalty(self, weights: FloatArray, step: Step) -> float | FloatArray:
        """Return the sum of the parts' penalties."""
        return sum(part.penalty(weights, step) for part in self.parts)

    def should_stop(self, errors: FloatArray) -> bool:
        """Return whether any part would stop."""
        return any(part.should_stop(errors) for part in self.parts)

    def __repr__(self) -> str:
        return " + ".join(map(repr, self.parts))


def field_names(regularizer_class: type) -> tuple[str, ...]:
    """Return the names of an attrs class's fields; none for any other class."""
    return tuple(f.name for f in attrs.fields(regularizer_class)) if attrs.has(regularizer_class) else ()


def is_number(value: object) -> bool:
    """Return whether a field's value is a number, which a stack turns into an array; a bool is none."""
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_)


def are_equal(one: object, other: object) -> bool:
    """Return whether two regularizers are equal; ones with fields that cannot be compared are if they are one."""
    try:
        return bool(one == other)
    except ValueError:
        return one is other
