"""Regularizers and optimizers in a file: by name and numbers, so that no code is in it.

A built-in one is kept under the name of its class, any other under the name its distribution offers. Where that
is not to be had, a part that is missing stands for it: see `nnl2.missing_plug_ins`.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.discovery import OPTIMIZERS, OWN_DISTRIBUTION, REGULARIZERS, class_of, offer_of, offers
from nnl2.errors import InvalidTypeError, InvalidValueError, PluginError, UnknownNameError, in_words, shown
from nnl2.missing_plug_ins import Missing, MissingOptimizer, MissingRegularizer, missing_among
from nnl2.modelfile.content import Stored
from nnl2.optimizers import SGD, Adam, Clip, Momentum, Nesterov, Optimizer
from nnl2.regularizers import L1, L2, Dropout, NoRegularization, ProximalL1, Regularizer, WeightDecay
from nnl2.regularizers.base import are_equal, signature_of
from nnl2.validation import warn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nnl2.discovery import Kind, Part

BUILT_IN: dict[Any, dict[str, type[Any]]] = {
    REGULARIZERS: {kind.__name__: kind for kind in (L1, L2, ProximalL1, Dropout, WeightDecay)},
    OPTIMIZERS: {kind.__name__: kind for kind in (SGD, Momentum, Nesterov, Adam, Clip)},
}

MISSING: dict[Any, type[Any]] = {REGULARIZERS: MissingRegularizer, OPTIMIZERS: MissingOptimizer}

ALL_THERE_ARE: Mapping[Any, str] = MappingProxyType({})
"""Kinds of parts of which no plug-in is to be used: none."""

MOST_LAYERS = 1000
MOST_PARTS = 100
"""Layers of a network, and regularizers in a sum."""

MOST_FIELDS = 100
"""Values of a regularizer or an optimizer."""

_DISTRIBUTION = re.compile(r"[A-Z0-9]([A-Z0-9._-]{0,98}[A-Z0-9])?", re.ASCII | re.IGNORECASE)
_VERSION = re.compile(r"[A-Z0-9][A-Z0-9.!+_-]{0,99}", re.ASCII | re.IGNORECASE)
"""As the packaging guide's name and version specifiers have them, roughly."""

MOST_NESTED = 10
"""Optimizers around one another."""


def described_regularizer(given: Regularizer | tuple[Regularizer, ...]) -> dict[str, Any]:
    """Return what a file says of a network's regularizer: the parts of one for all layers, or of each layer's."""
    if isinstance(given, tuple):
        return {"layers": list(map(described_regularizer, given))}
    return {"parts": [described(part, REGULARIZERS) for part in given.parts]}


def regularizer_from(
    stored: Stored, without: Mapping[Any, str] = ALL_THERE_ARE
) -> Regularizer | tuple[Regularizer, ...]:
    """Return what a file says; whether it suits the network, the network will say."""
    if "layers" in stored.header:
        layers = stored.parts("layers", most=MOST_LAYERS)
        n_parts = sum(len(layer.list("parts", most=MOST_PARTS)) for layer in layers)
        if n_parts > MOST_LAYERS:
            raise InvalidValueError(
                f"{stored.where}layers have {n_parts:,} parts, more than {MOST_LAYERS:,} in all"
            )
        return tuple(_sum(layer, without) for layer in layers)
    return _sum(stored, without)


def described(part: Part, kind: Kind[Part]) -> dict[str, Any]:
    """Return what a file says of a regularizer that is no sum, or of an optimizer.

    Raises
    ------
    UnknownNameError
        If its class is installed under no name.
    InvalidTypeError, InvalidValueError
        If it cannot be made again of plain numbers and words.
    """
    if isinstance(part, Missing):
        return _named(part.name, part.distribution, part.version, dict(part.values))
    values = {name: _plain(part, name) for name in _field_names(type(part))}
    if BUILT_IN[kind].get(type(part).__name__) is type(part):
        told: dict[str, Any] = {"class": type(part).__name__, "values": values}
    else:
        offer = offer_of(type(part), kind)
        told = _named(offer.name, offer.distribution, offer.version, values)
    again = part_from(Stored(told, {}), kind)
    if not are_equal(again, part) and missing_among(part) is None:
        raise InvalidValueError(f"{shown(part)} cannot be saved: its values make {shown(again)}")
    return told


def part_from(
    stored: Stored, kind: Kind[Part], without: Mapping[Any, str] = ALL_THERE_ARE, depth: int = 0
) -> Part:
    """Return the regularizer or the optimizer that a file describes, or what stands for one that is missing.

    `without` says of which kinds no plug-in is to be used, and why.
    """
    if depth > MOST_NESTED:
        raise InvalidValueError(f"{stored.where}values are nested too deeply")
    given = stored.part("values")
    if len(given.header) > MOST_FIELDS:
        raise InvalidValueError(f"{stored.where}values are {len(given.header):,}, more than {MOST_FIELDS}")
    values = {name: _value(given, name, without, depth) for name in given.header}
    if "class" not in stored.header:
        return _plug_in(stored, kind, values, without.get(kind))
    name = stored.text("class")
    if name not in BUILT_IN[kind]:
        raise UnknownNameError(f"{stored.where}class must be a built-in {kind.name}, got {shown(name)}")
    made: Part = BUILT_IN[kind][name](**values)
    absent = [field for field in _field_names(type(made)) if field not in values]
    if absent:  # a default in its place would be trained on in silence
        raise InvalidValueError(f"{given.where}{absent[0]} is missing")
    return made


def _plug_in(stored: Stored, kind: Kind[Part], values: dict[str, Any], reason: str | None) -> Part:
    """Return the part that is offered under a name, or what stands for it, whatever goes wrong with it."""
    name, distribution, version = map(stored.text, ("name", "distribution", "version"))
    if not (_DISTRIBUTION.fullmatch(distribution) and _VERSION.fullmatch(version)):  # errors say: install it
        raise InvalidValueError(f"{stored.where}distribution and version must be such as a package has")
    if reason is None:
        try:
            made: Part = class_of(kind, f"{distribution}/{name}")(**values)
        except (UnknownNameError, PluginError) as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001 (whatever another version of it raises)
            reason = f"it refuses what the file says: {in_words(error)}"
        else:
            _warn_of_another_version(kind, name, distribution, version)
            return made
    missing: Part = MISSING[kind](name, distribution, version, stored.part("values").header, reason)
    return missing


def _warn_of_another_version(kind: Kind[Part], name: str, distribution: str, version: str) -> None:
    installed = {offer.version for offer in offers(kind) if offer.qualified_name == f"{distribution}/{name}"}
    if version not in installed and distribution != OWN_DISTRIBUTION:
        warn(
            f"the model was trained with the {kind.name} {name!r} of {distribution} {version}, but "
            f"{' or '.join(sorted(installed))} is installed: it predicts as ever, and may learn on in another way"
        )


def _sum(stored: Stored, without: Mapping[Any, str]) -> Regularizer:
    neutral: Regularizer = NoRegularization()
    return sum(
        (part_from(part, REGULARIZERS, without) for part in stored.parts("parts", most=MOST_PARTS)), start=neutral
    )


def _named(name: str, distribution: str, version: str, values: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "distribution": distribution, "version": version, "values": values}


def _field_names(part_class: type) -> list[str]:
    return list(signature_of(part_class).parameters)


def _plain(part: object, name: str) -> Any:  # noqa: ANN401 (what JSON can hold)
    """Return a value as JSON can hold it."""
    try:
        value = getattr(part, name)
    except AttributeError as error:
        raise InvalidValueError(f"{shown(part)} cannot be saved: it does not keep its {name!r}") from error
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Optimizer):
        return described(value, OPTIMIZERS)
    if value is None or isinstance(value, str | bool | int) or (isinstance(value, float) and np.isfinite(value)):
        return value
    raise InvalidTypeError(
        f"{shown(part)} cannot be saved: {type(part).__name__}.{name} must be a finite number, a text, True, "
        f"False, None or an optimizer, got {shown(value)}"
    )


def _value(stored: Stored, name: str, without: Mapping[Any, str], depth: int) -> Any:  # noqa: ANN401 (a field's)
    value = stored.header[name]
    if isinstance(value, dict):
        return part_from(stored.part(name), OPTIMIZERS, without, depth + 1)
    return value
