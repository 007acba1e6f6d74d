"""`Regularizer`: the questions one training step asks, each with a neutral answer; and the sum of several.

One update asks in this order: augment, forward pass with masks, error gradient, + gradient, optimizer, decay,
+ change, constrain. A question that a class does not override is never asked.
"""

from __future__ import annotations

import inspect
from functools import cache, reduce
from math import prod
from numbers import Real
from typing import TYPE_CHECKING, Any, ClassVar, Self

import attrs
import numpy as np
from attrs import frozen

from nnl2.errors import InvalidTypeError
from nnl2.markup import as_html

if TYPE_CHECKING:
    from typing import Self

    from numpy.typing import NDArray

    FloatArray = NDArray[np.floating[Any]]


QUESTIONS = (
    "augment", "mask", "mask_weights", "gradient", "decay", "constrain", "penalty", "should_stop", "begin",
)  # fmt: skip
"""What a regularizer may be asked."""


@frozen
class Step:
    """The moment at which a question is asked; made once per epoch and batch size.

    Parameters
    ----------
    epoch
        The epoch under way, counted from 1 over the whole life of the network.
    epochs
        The last epoch of this run, counted alike: `epoch / epochs` is how much of it is done.
    learning_rate
        The factor of the gradient in this update.
    batch_size
        The number of items in this update; the last batch of an epoch may be smaller than the others.
    n_items
        The number of training items.
    """

    epoch: int
    epochs: int
    learning_rate: float
    batch_size: int
    n_items: int


class Regularizer:
    """A small immutable object that answers the questions one training step asks.

    Subclass it, as an attrs `@frozen` class, and override the questions it answers. Fields have a default each.
    Weights come as `(n_in, n_out)`, biases as `(1, n_out)`. Answers are new arrays, arguments are read-only.

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

    unbiased: ClassVar[bool] = True
    """False if the mean of masks is not 1, or `augment` shifts the inputs' mean, on purpose."""

    def augment(
        self, inputs: FloatArray, targets: FloatArray, rng: np.random.Generator
    ) -> tuple[FloatArray, FloatArray]:
        """Return what the network shall see instead of inputs `(items, n_in)` and targets `(items, n_out)`.

        The items are a block in visiting order. Only the first layer's regularizer is asked.
        """
        return inputs, targets

    def mask(self, shape: tuple[int, int], rng: np.random.Generator) -> FloatArray:
        """Return factors for one hidden layer's outputs, `shape` = `(items, units)`, in visiting order."""
        return np.ones(shape)

    def mask_weights(self, shape: tuple[int, int, int], rng: np.random.Generator) -> FloatArray:
        """Return factors for one layer's weights, a set for each update: `shape` = `(updates, n_in, n_out)`."""
        return np.ones(shape)

    def gradient(self, weights: FloatArray, step: Step) -> FloatArray:
        """Return d penalty / d weights, shape of `weights`: it is ADDED to the error's gradient."""
        return np.zeros_like(weights)

    def decay(self, step: Step) -> float:
        """Return the factor for the weights before the change is added."""
        return 1.0

    def constrain(self, weights: FloatArray, step: Step) -> FloatArray:
        """Return what the weights shall be after the update, shape of `weights`."""
        return weights

    def penalty(self, weights: FloatArray, step: Step) -> float:
        """Return what is added to the error, one number."""
        return 0.0

    def should_stop(self, errors: FloatArray) -> bool:
        """Return whether training should end, given this run's validation errors so far, `(epochs,)`."""
        return False

    def begin(self, weights: FloatArray) -> Self:
        """Return the object of this class that serves a layer, given the layer's first weights.

        Every run asks it anew with the weights the network was made with, and gets the same.
        """
        return self

    @classmethod
    def strengths(cls) -> tuple[Self, ...]:
        """Return a ladder of objects of this class worth comparing, at least two, from weak to strong.

        `compare` chooses among them where a strategy is named without numbers; where there are none, it takes the
        class as it comes.
        """
        return ()

    def __new__(cls, *values: object, **named: object) -> Self:
        """Return a new one, once the values fit its fields; a mistake is told with their names."""
        if values or named:  # a copy is made without
            check_fields(cls, values, named)
        return super().__new__(cls)

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

    def __radd__(self, other: object) -> Regularizer:
        """Return this one, added to the 0 with which `sum` begins."""
        return self if type(other) is int and other == 0 else NotImplemented

    def _repr_html_(self) -> str:
        """Return what a notebook shows: what each part does, and its numbers."""
        rows = [[repr(part), _summary(type(part))] for part in self.parts or (self,)]
        return as_html(repr(self), ["regularizer", "what it does"], rows)

    @classmethod
    def answers(cls, question: str) -> bool:
        """Return whether this class overrides a question, given by its name."""
        return getattr(cls, question) is not getattr(Regularizer, question)


@frozen(repr=False)
class Sum(Regularizer):
    """Several regularizers at once, made by `+`.

    Training asks each part, never the sum; what the sum answers here is what training makes of the parts.
    """

    parts: tuple[Regularizer, ...]

    def augment(
        self, inputs: FloatArray, targets: FloatArray, rng: np.random.Generator
    ) -> tuple[FloatArray, FloatArray]:
        """Return inputs and targets, augmented by one part after the other."""
        return reduce(lambda seen, part: part.augment(*seen, rng), self.parts, (inputs, targets))

    def mask(self, shape: tuple[int, int], rng: np.random.Generator) -> FloatArray:
        """Return the product of the parts' factors."""
        return reduce(np.multiply, (part.mask(shape, rng) for part in self.parts))

    def mask_weights(self, shape: tuple[int, int, int], rng: np.random.Generator) -> FloatArray:
        """Return the product of the parts' factors."""
        return reduce(np.multiply, (part.mask_weights(shape, rng) for part in self.parts))

    def gradient(self, weights: FloatArray, step: Step) -> FloatArray:
        """Return the sum of the parts' gradients."""
        return reduce(np.add, (part.gradient(weights, step) for part in self.parts))

    def decay(self, step: Step) -> float:
        """Return the product of the parts' factors."""
        return prod(part.decay(step) for part in self.parts)

    def constrain(self, weights: FloatArray, step: Step) -> FloatArray:
        """Return the weights, constrained by one part after the other."""
        return reduce(lambda constrained, part: part.constrain(constrained, step), self.parts, weights)

    def penalty(self, weights: FloatArray, step: Step) -> float:
        """Return the sum of the parts' penalties."""
        return sum(part.penalty(weights, step) for part in self.parts)

    def should_stop(self, errors: FloatArray) -> bool:
        """Return whether any part would stop."""
        return any(part.should_stop(errors) for part in self.parts)

    def begin(self, weights: FloatArray) -> Sum:
        """Return the sum of what serves the layer for each part."""
        return Sum(tuple(part.begin(weights) for part in self.parts))

    def __repr__(self) -> str:
        return " + ".join(map(repr, self.parts))


def _summary(kind: type) -> str:
    """Return the first line of a class's docstring, without its name."""
    first = inspect.cleandoc(kind.__doc__ or "").partition("\n")[0]
    return first.partition(": ")[2] or first


def field_names(regularizer_class: type) -> tuple[str, ...]:
    """Return the names of an attrs class's fields; none for any other class."""
    return tuple(f.name for f in attrs.fields(regularizer_class)) if attrs.has(regularizer_class) else ()


@cache
def signature_of(regularizer_class: type) -> inspect.Signature:
    """Return what a class is made from: its fields, in their order."""
    if regularizer_class.__init__ is object.__init__:  # type: ignore[misc]  # of the class itself
        return inspect.Signature()
    parameters = inspect.signature(regularizer_class.__init__).parameters  # type: ignore[misc]
    return inspect.Signature(list(parameters.values())[1:])


def check_fields(cls: type, values: tuple[object, ...], named: dict[str, object]) -> None:
    """Raise InvalidTypeError if a class cannot be made of these values."""
    signature = signature_of(cls)
    try:
        signature.bind(*values, **named)
    except TypeError as error:
        example = ", ".join(f"{name}=..." for name in signature.parameters)
        raise InvalidTypeError(f"{cls.__name__}: {error}; it is made as {cls.__name__}({example})") from None


def is_number(value: object) -> bool:
    """Return whether a field's value is a number; a bool is none."""
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_)


def are_equal(one: object, other: object) -> bool:
    """Return whether two regularizers are equal; ones with fields that cannot be compared are if they are one."""
    try:
        return bool(one == other)
    except ValueError:
        return one is other
