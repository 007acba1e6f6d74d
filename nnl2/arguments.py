"""What a NeuralNetwork is made of, checked: one clear line for whatever cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.activations import Activation
from nnl2.checks import check_count
from nnl2.errors import InvalidTypeError, InvalidValueError
from nnl2.outputs import Output
from nnl2.regularizers import Regularizer

if TYPE_CHECKING:
    from numpy.typing import DTypeLike


def check_layer_sizes(layer_sizes: tuple[object, ...]) -> tuple[int, ...]:
    """Return the sizes if they are those of an input, at least one hidden and an output layer."""
    if len(layer_sizes) < 3:
        raise InvalidValueError(
            f"NeuralNetwork needs the sizes of an input, at least one hidden and an output layer, "
            f"as in NeuralNetwork(10, 8, 4); got {len(layer_sizes)} sizes"
        )
    names = [
        "the number of inputs",
        *["the number of hidden units"] * (len(layer_sizes) - 2),
        "the number of outputs",
    ]
    return tuple(check_count(name, size) for name, size in zip(names, layer_sizes, strict=True))


def check_hidden(given: object) -> Activation:
    """Return the hidden activation if it is one."""
    if not isinstance(given, Activation):
        raise InvalidTypeError(f"hidden must be Tanh(), ReLU(), Sigmoid() or another Activation, got {given!r}")
    return given


def check_output(given: object) -> Output:
    """Return the output function if it is one."""
    if not isinstance(given, Output):
        raise InvalidTypeError(
            f"output must be SoftmaxCrossEntropy(), SigmoidCrossEntropy(), SoftmaxSquaredError(), "
            f"ArticleSquaredError() or another Output, got {given!r}"
        )
    return given


def check_dtype(given: DTypeLike) -> np.dtype[np.floating[Any]]:
    """Return the number type if it is float64 or float32."""
    try:
        dtype: np.dtype[Any] = np.dtype(given)
    except TypeError as error:
        raise InvalidTypeError(f"dtype must be float64 or float32, got {given!r}") from error
    if dtype not in (np.float64, np.float32):
        raise InvalidValueError(f"dtype must be float64 or float32, got {dtype}")
    return dtype


def check_noise_is_heard(given: Regularizer | tuple[Regularizer, ...], biases: tuple[Regularizer, ...]) -> None:
    """Refuse a regularizer whose noise is asked for where none can be: in biases, or in a layer of its own."""
    for regularizer in biases:
        for part in regularizer.parts:
            if part.answers("mask") or part.answers("corrupt"):
                raise InvalidValueError(
                    f"bias_regularizer cannot hold {part!r}: biases have no outputs or inputs; "
                    f"give it as regularizer"
                )
    if isinstance(given, Regularizer):
        return
    for layer, regularizer in enumerate(given, start=1):
        for part in regularizer.parts:
            heard = (part.answers("mask") and layer < len(given)) or (part.answers("corrupt") and layer == 1)
            if (part.answers("mask") or part.answers("corrupt")) and not heard:
                raise InvalidValueError(
                    f"regularizer cannot hold {part!r} for layer {layer} of {len(given)}: masks act on the "
                    f"outputs of hidden layers, and only the first layer's inputs are corrupted"
                )


def one_for_each_layer(name: str, given: object, n_layers: int) -> tuple[Regularizer, ...]:
    """Return one regularizer for each layer, from one for all or a sequence."""
    if isinstance(given, Regularizer):
        return (given,) * n_layers
    expected = f"{name} must be a Regularizer, or a sequence of {n_layers}, one for each layer of weights"
    if isinstance(given, str):
        raise InvalidTypeError(f"{expected}, got {given!r}; nnl2.regularizer_from_text({given!r}) makes one")
    if isinstance(given, type) and issubclass(given, Regularizer):
        raise InvalidTypeError(f"{expected}, got the class {given.__name__}; write {given.__name__}()")
    if not isinstance(given, list | tuple):
        raise InvalidTypeError(f"{expected}, got {given!r}")
    for regularizer in given:
        if not isinstance(regularizer, Regularizer):
            raise InvalidTypeError(f"{expected}, got {regularizer!r} among them")
    if len(given) != n_layers:
        raise InvalidValueError(f"{expected}, got {len(given)}")
    return tuple(given)
