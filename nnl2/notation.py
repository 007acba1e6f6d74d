"""Regularizers and optimizers as text, and text as regularizers and optimizers.

A text is `name`, `name:value,value` (fields in order) or `name:field=value`, without the fields that are None;
several regularizers are joined by `+`. A name that two distributions offer is written `distribution/name`.
"""

from __future__ import annotations

import re
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

from nnl2.discovery import OPTIMIZERS, REGULARIZERS, class_of, offer_of, offers
from nnl2.errors import (
    InvalidTypeError,
    InvalidValueError,
    Nnl2Error,
    UnknownNameError,
    in_words,
    shown,
)
from nnl2.regularizers import NoRegularization, Regularizer
from nnl2.regularizers.base import signature_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nnl2.discovery import Kind, Part
    from nnl2.optimizers import Optimizer

_JOINT = re.compile(r"\+(?=\s*[A-Za-z])")
"""The plus sign between regularizers stands before a letter; the one in 1e+3 does not."""


def regularizer_from_text(text: str) -> Regularizer:
    """Return the regularizer that a text describes; the inverse of `regularizer_to_text`.

    >>> regularizer_from_text("l2:0.01 + dropout:rate=0.2")
    L2(strength=0.01) + Dropout(rate=0.2)

    Raises
    ------
    UnknownNameError, PluginError
        As `regularizer_class` does.
    InvalidValueError, InvalidTypeError
        If a value is missing, too much, or refused by the class.
    """
    _check_is_text(text, REGULARIZERS)
    neutral: Regularizer = NoRegularization()
    return reduce(add, (_part_from_text(part, REGULARIZERS) for part in text_parts(text)), neutral)


def text_parts(text: str) -> list[str]:
    """Return the texts of the regularizers that a text joins by `+`.

    >>> text_parts("l2:1e+3 + dropout")
    ['l2:1e+3', 'dropout']
    """
    parts = [part.strip() for part in _JOINT.split(text)]
    if (len(parts) > 1 and not parts[0]) or any(part.endswith("+") for part in parts):
        raise InvalidValueError(
            f"a + joins two regularizers, as in 'l2:0.01+l1:0.001'; one is missing in {shown(text)}"
        )
    return parts


def regularizer_to_text(regularizer: Regularizer) -> str:
    """Return the text that describes a regularizer; the inverse of `regularizer_from_text`.

    >>> from nnl2 import L2, Dropout
    >>> regularizer_to_text(L2(0.01) + Dropout(rate=0.2))
    'l2:0.01+dropout:0.2'

    Raises
    ------
    UnknownNameError
        If a class is installed under no name.
    InvalidValueError
        If a value cannot be written.
    """
    parts = regularizer.parts or (regularizer,)
    return "+".join(_part_to_text(part, REGULARIZERS, regularizer_from_text) for part in parts)


def optimizer_from_text(text: str) -> Optimizer:
    """Return the optimizer that a text describes, as `regularizer_from_text` does; no two are joined.

    >>> optimizer_from_text("adam:beta1=0.8")
    Adam(beta1=0.8, beta2=0.999, epsilon=1e-08)
    """
    _check_is_text(text, OPTIMIZERS)
    return _part_from_text(text.strip(), OPTIMIZERS)


def optimizer_to_text(optimizer: Optimizer) -> str:
    """Return the text that describes an optimizer, as `regularizer_to_text` does.

    >>> from nnl2 import Momentum
    >>> optimizer_to_text(Momentum(0.5))
    'momentum:0.5'
    """
    return _part_to_text(optimizer, OPTIMIZERS, optimizer_from_text)


def part_from_text(text: str) -> Regularizer | Optimizer:
    """Return the regularizer that a text describes, or the optimizer where no regularizer has the name.

    >>> part_from_text("momentum:0.5")
    Momentum(momentum=0.5)
    """
    try:
        return regularizer_from_text(text)
    except UnknownNameError:
        name = text.partition(":")[0].strip()
        if not any(name in {offer.name, offer.qualified_name} for offer in offers(OPTIMIZERS)):
            raise
    return optimizer_from_text(text)


def _check_is_text(text: object, kind: Kind[Part]) -> None:
    if not isinstance(text, str):
        raise InvalidTypeError(
            f"{kind.with_article}'s text must be a str such as {kind.example!r}, got {shown(text)}"
        )


def _part_from_text(text: str, kind: Kind[Part]) -> Part:
    name, colon, values = text.partition(":")
    if not re.fullmatch(r"[\w./-]+", name.strip()) or not name.strip():
        raise InvalidValueError(
            f"{kind.with_article}'s text must be a name and its values, as in {kind.example!r}, got {shown(text)}"
        )
    chosen = class_of(kind, name.strip())
    names = _field_names(chosen)
    fields: dict[str, object] = {}
    for position, item in enumerate(values.split(",") if colon else []):
        key, equals, value = item.rpartition("=")
        if not equals and position >= len(names):
            raise InvalidValueError(
                f"{text!r} has too many values; {name} takes {_in_words(names)} (write 0.01, not 0,01)"
            )
        field_name = key.strip() if equals else names[position]
        if field_name not in names:
            raise InvalidValueError(
                f"{name} has no field {field_name!r} (in {text!r}); it takes {_in_words(names)}"
            )
        if field_name in fields:
            raise InvalidValueError(f"{text!r} gives {field_name} twice")
        fields[field_name] = _value_from_text(value.strip())
    try:
        return chosen(**fields)
    except Nnl2Error:
        raise
    except Exception as error:
        raise InvalidValueError(f"{text!r} is refused: {in_words(error)}") from error


def _field_names(part_class: type) -> list[str]:
    """Return the names of the values that a class is made of."""
    parameters = signature_of(part_class).parameters.values()
    return [each.name for each in parameters if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]


def _in_words(names: Sequence[str]) -> str:
    return ", ".join(names) if names else "no values"


def _value_from_text(text: str) -> object:
    """Return the number, True or False that a text stands for, or else the text."""
    for number_type in (int, float):
        try:
            return number_type(text)
        except ValueError:
            continue
    return {"true": True, "false": False}.get(text.lower(), text)


def _part_to_text(part: Part, kind: Kind[Part], from_text: Callable[[str], Part]) -> str:
    offer = offer_of(type(part), kind)
    name = offer.name if offer.status(offers(kind)) == "ok" else offer.qualified_name
    try:
        values: list[str] = []
        for position, field_name in enumerate(_field_names(type(part))):
            value = getattr(part, field_name)
            if value is not None:  # no text stands for None: it must be the default
                values.append(f"{value}" if len(values) == position else f"{field_name}={value}")
        text = name + (":" + ",".join(values) if values else "")
        understood = from_text(text)
    except (AttributeError, Nnl2Error) as error:
        raise InvalidValueError(f"{part!r} cannot be written as text: {error}") from error
    if understood != part:
        raise InvalidValueError(f"{part!r} cannot be written as text: {text!r} means {understood!r}")
    return text
