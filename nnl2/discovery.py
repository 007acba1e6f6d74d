"""Regularizers by name and from text, found through the entry-point group `nnl2.regularizers`.

A distribution offers a regularizer by naming its class in that group; the built-in ones are named there like
anybody's. Only metadata is read until a regularizer is asked for by its name, or all are listed: then its
module is imported, which runs its code.

As text, a regularizer is `name`, `name:value,value` (fields in order) or `name:field=value`; several are
joined by `+`. A name that two distributions offer is written `distribution/name`.

The environment variable NNL2_DISABLE_PLUGINS switches plug-ins off: all of them where it is 1 (or all, true,
yes, on), or else the distributions it names, separated by commas. What is switched
off is never imported, and is nobody's rival.
"""

from __future__ import annotations

import inspect
import os
import re
from difflib import get_close_matches
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

from attrs import field, frozen

from nnl2.errors import InvalidTypeError, InvalidValueError, Nnl2Error, PluginError, UnknownNameError
from nnl2.regularizers import NoRegularization, Regularizer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.metadata import EntryPoint

GROUP = "nnl2.regularizers"
OWN_DISTRIBUTION = "nnl2"
DISABLED_BY = "NNL2_DISABLE_PLUGINS"
ALL = ("1", "all", "true", "yes", "on")
"""Values of that variable that switch all plug-ins off."""

_JOINT = re.compile(r"\+(?=\s*[A-Za-z])")
"""The plus sign between regularizers stands before a letter; the one in 1e+3 does not."""


@frozen
class Listing:
    """One line of the list of installed regularizers.

    Parameters
    ----------
    name, distribution, version
        The name, and who offers it.
    status
        `ok`; `broken` if it cannot be loaded; `shadowed` if a built-in has the name; `ambiguous` if another
        distribution has it too (both are reached as `distribution/name`); `disabled` if it is switched off.
    summary
        The first line of its docstring, or the reason why it is broken or disabled.
    """

    name: str
    distribution: str
    version: str
    status: str
    summary: str


def installed_regularizers() -> list[Listing]:
    """Return all installed regularizers, sorted by name; every one is loaded, and a broken one harms no other.

    >>> [listing.name for listing in installed_regularizers() if listing.distribution == "nnl2"]
    ['dropout', 'l1', 'l2', 'none', 'weight-decay']
    """
    found = _offers()
    listings = []
    for offer in found:
        status = offer.status(found)
        try:
            summary = inspect.cleandoc(offer.load().__doc__ or "").partition("\n")[0]
        except PluginError as error:
            status, summary = "disabled" if offer.disabled else "broken", str(error)
        listings.append(Listing(offer.name, offer.distribution, offer.version, status, summary))
    return listings


def offered_names(distribution: str) -> list[str]:
    """Return the names under which a distribution offers regularizers; nothing is imported."""
    return [offer.name for offer in _offers() if offer.distribution == distribution]


def regularizer_class(name: str) -> type[Regularizer]:
    """Return the class installed under a name, or under `distribution/name`.

    Raises
    ------
    UnknownNameError
        If nothing is installed under the name, or several distributions offer it.
    PluginError
        If it cannot be loaded, or is switched off.
    """
    found = _offers()
    namesakes = [offer for offer in found if name in {offer.name, offer.qualified_name}]
    for offer in namesakes:
        if name == offer.qualified_name or offer.status(found) == "ok":
            return offer.load()
    rivals = [offer.qualified_name for offer in namesakes if not offer.disabled]
    if namesakes and not rivals:
        return namesakes[0].load()  # which is switched off: the error says so
    if rivals:
        raise UnknownNameError(f"{name!r} is offered more than once; say which: {' or '.join(rivals)}")
    names = sorted({offer.name for offer in found})
    near = get_close_matches(name.lower(), names, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise UnknownNameError(f"no regularizer is called {name!r}; {hint}installed are {', '.join(names)}")


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
    if not isinstance(text, str):
        raise InvalidTypeError(f"a regularizer's text must be a str such as 'l2:0.01', got {text!r}")
    neutral: Regularizer = NoRegularization()
    return reduce(add, (_part_from_text(part.strip()) for part in _JOINT.split(text)), neutral)


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
    return "+".join(_part_to_text(part) for part in regularizer.parts or (regularizer,))


@frozen(order=True)
class _Offer:
    """A name under which a distribution offers a regularizer; nothing is imported yet."""

    name: str
    distribution: str
    version: str
    entry_point: EntryPoint = field(order=False)

    @property
    def qualified_name(self) -> str:
        return f"{self.distribution}/{self.name}"

    @property
    def disabled(self) -> bool:
        """Whether it is switched off; a built-in never is."""
        named = {_normalized(name) for name in re.split(r"[,\s]+", os.environ.get(DISABLED_BY, ""))}
        return self.distribution != OWN_DISTRIBUTION and not named.isdisjoint({*ALL, self.distribution})

    def status(self, found: Sequence[_Offer]) -> str:
        """Return its status among all that were found, before anything is loaded."""
        rivals = {other.distribution for other in found if other.name == self.name and not other.disabled}
        if self.disabled:
            return "disabled"
        if self.distribution == OWN_DISTRIBUTION or rivals == {self.distribution}:
            return "ok"
        return "shadowed" if OWN_DISTRIBUTION in rivals else "ambiguous"

    def load(self) -> type[Regularizer]:
        """Import the class; whatever goes wrong is a PluginError."""
        what = f"{self.name!r} of {self.distribution} {self.version}"
        if self.disabled:
            raise PluginError(f"{what} is switched off by {DISABLED_BY}={os.environ[DISABLED_BY]}")
        try:
            loaded = self.entry_point.load()
        except (Exception, SystemExit) as error:
            reason = " ".join(str(error).split())
            raise PluginError(f"{what} cannot be loaded: {type(error).__name__}: {reason}") from error
        if not (isinstance(loaded, type) and issubclass(loaded, Regularizer)):
            raise PluginError(f"{what} is no subclass of nnl2.Regularizer, but {loaded!r}")
        return loaded


def _offers() -> list[_Offer]:
    """Return what the installed distributions offer, sorted by name; only metadata is read."""
    from importlib.metadata import entry_points  # noqa: PLC0415 (as slow to import as half of numpy)

    return sorted({_offer(point) for point in entry_points(group=GROUP)})


def _offer(point: EntryPoint) -> _Offer:
    """Return what an entry point offers; a distribution with damaged metadata goes by the name 'unknown'."""
    name = (point.dist.name if point.dist is not None else None) or "unknown"
    try:
        version = (point.dist.version if point.dist is not None else None) or "unknown"
    except KeyError:
        version = "unknown"
    return _Offer(point.name, _normalized(name), version, point)


def _normalized(distribution: str) -> str:
    """Return a distribution's name as the package index compares it."""
    return re.sub(r"[-_.]+", "-", distribution.strip()).lower()


def _part_from_text(text: str) -> Regularizer:
    name, colon, values = text.partition(":")
    if not re.fullmatch(r"[\w./-]+", name.strip()) or not name.strip():
        raise InvalidValueError(
            f"a regularizer's text must be a name and its values, as in 'l2:0.01', got {text!r}"
        )
    chosen = regularizer_class(name.strip())
    names = list(inspect.signature(chosen).parameters)
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
        reason = " ".join(str(error).split())
        raise InvalidValueError(f"{text!r} is refused: {type(error).__name__}: {reason}") from error


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


def _part_to_text(part: Regularizer) -> str:
    name = _name_of(type(part))
    try:
        values = [str(getattr(part, field_name)) for field_name in inspect.signature(type(part)).parameters]
        text = name + (":" + ",".join(values) if values else "")
        understood = regularizer_from_text(text)
    except (AttributeError, Nnl2Error) as error:
        raise InvalidValueError(f"{part!r} cannot be written as text: {error}") from error
    if understood != part:
        raise InvalidValueError(f"{part!r} cannot be written as text: {text!r} means {understood!r}")
    return text


def _name_of(wanted: type[Regularizer]) -> str:
    """Return the name under which a class is installed; only its own package is loaded to find out."""
    found = _offers()
    own_package = wanted.__module__.partition(".")[0]
    for offer in found:
        if re.split(r"[.:\s]", offer.entry_point.value.strip(), maxsplit=1)[0] != own_package:
            continue
        try:
            loaded = offer.load()
        except PluginError:
            continue
        if loaded is wanted:
            return offer.name if offer.status(found) == "ok" else offer.qualified_name
    raise UnknownNameError(
        f"{wanted.__name__} is installed under no name; name it in the entry-point group {GROUP!r}"
    )
