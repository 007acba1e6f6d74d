"""`NetworkSpec`: what a network is made of, checked; all that training does not change."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from nnl2.activations import Activation, check_answers
from nnl2.engine.answers import asked, kind, unusable
from nnl2.engine.architecture import Architecture
from nnl2.errors import InvalidTypeError, InvalidValueError, shown
from nnl2.optimizers import SGD, Optimizer
from nnl2.outputs import Output
from nnl2.regularizers import NoRegularization, Regularizer
from nnl2.regularizers.layers import one_for_each_layer, only_masks, refuse_noise
from nnl2.validation import check_count, warn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attrs import Attribute
    from numpy.typing import NDArray

    from nnl2.engine.architecture import Place


MOST_PARAMETERS = 1_000_000_000
"""Weights and biases of a network: 8 GB of them."""


def _checked_sizes(given: Sequence[object]) -> tuple[int, ...]:
    sizes = tuple(given)
    if len(sizes) == 1 and isinstance(sizes[0], list | tuple | np.ndarray):
        one_by_one = ", ".join(map(str, sizes[0]))
        raise InvalidTypeError(f"layer sizes are given one by one: NeuralNetwork({one_by_one}), not in a list")
    if len(sizes) < 2:
        raise InvalidValueError(
            f"NeuralNetwork needs at least the numbers of inputs and outputs, as in NeuralNetwork(10, 4), or with "
            f"hidden units between them NeuralNetwork(10, 8, 4); got {len(sizes)} sizes"
        )
    names = ["the number of inputs", *["the number of hidden units"] * (len(sizes) - 2), "the number of outputs"]
    checked = tuple(check_count(name, size) for name, size in zip(names, sizes, strict=True))
    n_parameters = sum((n_in + 1) * n_out for n_in, n_out in pairwise(checked))
    if n_parameters > MOST_PARAMETERS:
        raise InvalidValueError(
            f"a network may have {MOST_PARAMETERS:,} weights and biases, a {shown('-'.join(map(str, checked)))} "
            f"network has more; use fewer units"
        )
    return checked


def _checked_dtype(given: Any) -> np.dtype[np.floating[Any]]:  # noqa: ANN401 (whatever numpy takes)
    try:
        dtype: np.dtype[Any] = np.dtype(given)
    except TypeError as error:
        raise InvalidTypeError(f"dtype must be float64 or float32, got {shown(given)}") from error
    if dtype not in (np.float64, np.float32):
        raise InvalidValueError(f"dtype must be float64 or float32, got {dtype}")
    return dtype


def _one_or_each(given: Any) -> Any:  # noqa: ANN401 (checked where the number of layers is known)
    return tuple(given) if isinstance(given, list) else given


def _begun(part: Regularizer, place: Place, first: NDArray[np.floating[Any]]) -> Regularizer:
    if not part.answers("begin"):
        return part
    begun = asked(part, "begin", f"in {place}", lambda: part.begin(place.of(first)))
    if type(begun) is not type(part):
        raise unusable(
            part, f"answered begin with {kind(begun)} instead of a {type(part).__name__}", f"in {place}"
        )
    return begun


@frozen(slots=False)
class NetworkSpec:
    """What a network is made of; `NeuralNetwork` tells what each part means.

    Raises
    ------
    InvalidValueError, InvalidTypeError
        If a part cannot be used.
    """

    layer_sizes: tuple[int, ...] = field(converter=_checked_sizes)
    regularizer: Regularizer | tuple[Regularizer, ...] = field(default=NoRegularization(), converter=_one_or_each)
    bias_regularizer: Regularizer | tuple[Regularizer, ...] = field(
        default=NoRegularization(), converter=_one_or_each
    )
    hidden: Activation = field(kw_only=True)
    output: Output = field(kw_only=True)
    optimizer: Optimizer = field(default=SGD(), kw_only=True)
    dtype: np.dtype[np.floating[Any]] = field(default=np.float64, converter=_checked_dtype, kw_only=True)

    @regularizer.validator
    @bias_regularizer.validator
    def _check_regularizers(self, attribute: Attribute[Any], given: object) -> None:
        each, biases = self._for_each_layer(attribute.name, given), attribute.name == "bias_regularizer"
        if biases or isinstance(given, tuple):  # one for all is heard where it can be
            refuse_noise(each, biases=biases)

    @hidden.validator
    def _check_hidden(self, _: Attribute[Any], given: object) -> None:
        if not isinstance(given, Activation):
            raise InvalidTypeError(
                f"hidden must be Tanh(), ReLU(), Sigmoid() or another Activation, got {shown(given)}"
            )
        check_answers(given)

    @output.validator
    def _check_output(self, _: Attribute[Any], given: object) -> None:
        if not isinstance(given, Output):
            raise InvalidTypeError(
                f"output must be SoftmaxCrossEntropy(), SigmoidCrossEntropy(), SoftmaxSquaredError(), "
                f"ArticleSquaredError(), SquaredError() or another Output, got {shown(given)}"
            )

    @optimizer.validator
    def _check_optimizer(self, _: Attribute[Any], given: object) -> None:
        if not isinstance(given, Optimizer):
            raise InvalidTypeError(f"optimizer must be SGD() or another Optimizer, got {shown(given)}")

    def __attrs_post_init__(self) -> None:
        """Warn of what will do nothing."""
        if len(self.layer_sizes) == 2:
            for part in self.regularizers[0].parts:
                if only_masks(part):
                    warn(f"{shown(part)} does nothing here: it masks hidden outputs, and there is no hidden layer")

    @cached_property
    def architecture(self) -> Architecture:
        """Layer sizes, functions and number type."""
        return Architecture(self.layer_sizes, self.hidden, self.output, self.dtype)

    @cached_property
    def regularizers(self) -> tuple[Regularizer, ...]:
        """The regularizer of each place: of W1, b1, W2, b2, ..."""
        weights = self._for_each_layer("regularizer", self.regularizer)
        biases = self._for_each_layer("bias_regularizer", self.bias_regularizer)
        return tuple(regularizer for layer in zip(weights, biases, strict=True) for regularizer in layer)

    @cached_property
    def begins(self) -> bool:
        """Whether a part is begun with the first weights of what it serves."""
        return any(part.answers("begin") for each in self.regularizers for part in each.parts)

    def begun(self, first: NDArray[np.floating[Any]] | None) -> tuple[Regularizer, ...]:
        """Return the regularizer that serves each place, given the network's first parameters.

        Raises
        ------
        PluginError
            If a part answers with something other than an object of its class.
        """
        if first is None:
            return self.regularizers
        places = self.architecture.places
        return tuple(
            sum((_begun(part, place, first) for part in regularizer.parts), start=NoRegularization())
            for place, regularizer in zip(places, self.regularizers, strict=True)
        )

    def _for_each_layer(self, name: str, given: object) -> tuple[Regularizer, ...]:
        return one_for_each_layer(name, given, len(self.layer_sizes) - 1)
