"""An estimator's parameters in a file: numbers and words, and all else in an object that says what it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.activations import Activation
from nnl2.discovery import OPTIMIZERS
from nnl2.errors import InvalidTypeError, InvalidValueError, Nnl2Error, shown
from nnl2.estimators.nested import READERS
from nnl2.missing_plug_ins import missing_among
from nnl2.modelfile.content import Stored
from nnl2.modelfile.networks import CHOICES, chosen
from nnl2.modelfile.parts import described, described_regularizer, part_from, regularizer_from
from nnl2.optimizers import Optimizer
from nnl2.regularizers import Regularizer

if TYPE_CHECKING:
    from collections.abc import Hashable

    from nnl2.estimators.base import NeuralNetworkEstimator

MOST_VALUES = 10_000
"""In a sequence, or a map such as that of the weights of classes."""

SEQUENCES: dict[str, type[list[Any] | tuple[Any, ...]]] = {"list": list, "sequence": tuple}


def described_parameters(estimator: NeuralNetworkEstimator) -> dict[str, Any]:
    """Return what a file says of an estimator's parameters.

    Raises
    ------
    InvalidTypeError, InvalidValueError, UnknownNameError
        If one cannot be kept, as a function cannot.
    """
    return {name: _plain(name, value) for name, value in estimator.get_params(deep=False).items()}


def parameters_from(kind: type[NeuralNetworkEstimator], stored: Stored) -> dict[str, Any]:
    """Return the parameters that a file says; whether they can be used, `fit` will say.

    One that the file does not know, as an older nnl2 wrote it, is the constructor's default.
    """
    names = kind._get_param_names()  # noqa: SLF001 (scikit-learn's own way)
    unknown = [name for name in stored.header if name not in names]
    if unknown:
        raise InvalidValueError(
            f"{stored.where}{unknown[0]} is no parameter of this {kind.__name__}; if a newer nnl2 has written the "
            f"file, install that"
        )
    return {name: _value(stored, name) for name in names if name in stored.header}


def _plain(name: str, value: Any) -> Any:  # noqa: ANN401 (what JSON can hold)
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, str) and name in READERS:
        return _text(name, value)
    if value is None or isinstance(value, str | bool | int) or (isinstance(value, float) and np.isfinite(value)):
        return value
    if isinstance(value, Mapping):
        return {"map": [[_plain(name, key), _plain(name, each)] for key, each in value.items()]}
    if isinstance(value, list | tuple):
        return {"list" if isinstance(value, list) else "sequence": [_plain(name, each) for each in value]}
    return _described(name, value)


def _text(name: str, text: str) -> Any:  # noqa: ANN401 (what JSON can hold)
    """Return a strategy's text with what it stands for: whoever lacks its plug-in is told which package has it."""
    try:
        return {"text": text, **_described(name, READERS[name](text))}
    except Nnl2Error:  # of a text that cannot be read `fit` will tell
        return text


def _described(name: str, value: object) -> dict[str, Any]:
    if isinstance(value, Regularizer):
        return {"regularizer": described_regularizer(value)}
    if isinstance(value, Optimizer):
        return {"optimizer": described(value, OPTIMIZERS)}
    if isinstance(value, Activation) and CHOICES["hidden"].get(type(value).__name__) is type(value):
        return {"hidden": type(value).__name__}
    raise InvalidTypeError(
        f"{name}={shown(value)} cannot be saved, for a file holds no code; give a number or a word with set_params"
    )


def _value(stored: Stored, name: str) -> Any:  # noqa: ANN401 (what a parameter may be)
    value = stored.header[name]
    if not isinstance(value, dict):
        return value
    given = stored.part(name)
    if "text" in value:
        text, strategy = given.text("text"), _strategy(given)
        each = strategy if isinstance(strategy, tuple) else (strategy,)
        return text if missing_among(*each) is None else strategy
    if "regularizer" in value or "optimizer" in value:
        return _strategy(given)
    if "hidden" in value:
        return chosen(given, "hidden")()
    for form, made in SEQUENCES.items():
        if form in value:
            return made(_values(given, form))
    return dict(map(_pair, given.list("map", most=MOST_VALUES)))


def _strategy(stored: Stored) -> Any:  # noqa: ANN401 (a Regularizer, one for each layer, or an Optimizer)
    if "optimizer" in stored.header:
        return part_from(stored.part("optimizer"), OPTIMIZERS)
    return regularizer_from(stored.part("regularizer"))


def _values(stored: Stored, name: str) -> list[Any]:
    numbered = {f"{name}[{number}]": each for number, each in enumerate(stored.list(name, most=MOST_VALUES))}
    each = Stored(numbered, {}, stored.where)
    return [_value(each, place) for place in numbered]


def _pair(given: object) -> tuple[Hashable, object]:
    if not isinstance(given, list) or len(given) != 2 or isinstance(given[0], list | dict):
        raise InvalidTypeError(f"a map must hold pairs of a label and a number, got {shown(given)}")
    return given[0], given[1]
