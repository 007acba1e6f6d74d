"""One regularizer for all layers, or one for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnl2.errors import InvalidTypeError, InvalidValueError, shown
from nnl2.regularizers.base import QUESTIONS, Regularizer

if TYPE_CHECKING:
    from collections.abc import Sequence


def one_for_each_layer(name: str, given: Any, n_layers: int) -> tuple[Regularizer, ...]:  # noqa: ANN401 (checked here)
    """Return one regularizer for each layer, from one for all or a sequence.

    Raises
    ------
    InvalidValueError, InvalidTypeError
        If it is neither.
    """
    expected = f"{name} must be a Regularizer, or a sequence of {n_layers}, one for each layer of weights"
    if isinstance(given, Regularizer):
        return (given,) * n_layers
    if isinstance(given, str):
        raise InvalidTypeError(f"{expected}, got {shown(given)}; nnl2.regularizer_from_text({given!r}) makes one")
    if isinstance(given, type) and issubclass(given, Regularizer):
        raise InvalidTypeError(f"{expected}, got the class {given.__name__}; write {given.__name__}()")
    if not isinstance(given, list | tuple):
        raise InvalidTypeError(f"{expected}, got {shown(given)}")
    for regularizer in given:
        if not isinstance(regularizer, Regularizer):
            raise InvalidTypeError(f"{expected}, got {shown(regularizer)} among them")
    if len(given) != n_layers:
        raise InvalidValueError(f"{expected}, got {len(given)}")
    return tuple(given)


def adds_noise(part: Regularizer) -> bool:
    """Return whether a part answers a question that hands in random numbers."""
    return any(map(part.answers, ("augment", "mask", "mask_weights")))


def noisy_parts(regularizers: Sequence[Regularizer]) -> list[list[tuple[int, Regularizer]]]:
    """Return for each layer, with its number, the parts that add noise; given the regularizer of each place."""
    return [
        [(layer, part) for part in weights.parts if adds_noise(part)]
        for layer, weights in enumerate(regularizers[::2], start=1)
    ]


def only_masks(part: Regularizer) -> bool:
    """Return whether a part does nothing but mask the outputs of hidden layers."""
    return [question for question in QUESTIONS if part.answers(question)] == ["mask"]


def refuse_noise(regularizers: tuple[Regularizer, ...], *, biases: bool) -> None:
    """Raise InvalidValueError where a part's noise would be asked for in no layer.

    Masks act on the outputs of hidden layers, and only the first layer's regularizer is asked to augment.
    """
    for layer, regularizer in enumerate(regularizers, start=1):
        for part in filter(adds_noise, regularizer.parts):
            if biases:
                raise InvalidValueError(
                    f"bias_regularizer cannot hold {part!r}: biases have no outputs or inputs; "
                    f"give it as regularizer"
                )
            heard = {"mask_weights": True, "mask": layer < len(regularizers), "augment": layer == 1}
            if not any(part.answers(question) and here for question, here in heard.items()):
                raise InvalidValueError(
                    f"regularizer cannot hold {part!r} for layer {layer} of {len(regularizers)}: masks act on the "
                    f"outputs of hidden layers, and only the first layer's regularizer is asked to augment"
                )
