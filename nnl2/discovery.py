"""Regularizers and optimizers by name, found through entry-point groups: `nnl2.regularizers`, `nnl2.optimizers`.

A distribution offers a regularizer or an optimizer by naming its class in the group; the built-in ones are named
there like anybody's. Only metadata is read until one is asked for by its name: then its module is imported, which
runs its code.

The environment variable NNL2_DISABLE_PLUGINS switches plug-ins off: all of them where it is 1 (or all, true,
yes, on), or else the distributions it names, separated by commas. What is switched off is never imported, and
takes its name from nobody.
"""

from __future__ import annotations

import os
import re
import sys
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import field, frozen

from nnl2.errors import PluginError, UnknownNameError, in_words, shown
from nnl2.optimizers import Optimizer
from nnl2.regularizers import Regularizer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.metadata import EntryPoint

Part = TypeVar("Part", Regularizer, Optimizer)

OWN_DISTRIBUTION = "nnl2"
DISABLED_BY = "NNL2_DISABLE_PLUGINS"
ALL = ("1", "all", "true", "yes", "on")
"""Values of that variable that switch all plug-ins off."""


@frozen
class Kind(Generic[Part]):
    """What a distribution may offer.

    Parameters
    ----------
    name, with_article
        What it is called.
    base
        The class of which all are subclasses.
    example
        The text of one.
    """

    name: str
    with_article: str
    base: type[Part]
    example: str

    @property
    def group(self) -> str:
        """The entry-point group in which their classes are named."""
        return f"nnl2.{self.name}s"


REGULARIZERS = Kind("regularizer", "a regularizer", Regularizer, "l2:0.01")
OPTIMIZERS = Kind("optimizer", "an optimizer", Optimizer, "adam:beta1=0.8")  # type: ignore[type-abstract]
_BASES = {kind.group: kind.base for kind in (REGULARIZERS, OPTIMIZERS)}


def offered_names(kind: Kind[Part], distribution: str) -> list[str]:
    """Return the names under which a distribution offers parts of a kind; nothing is imported."""
    return [offer.name for offer in offers(kind) if offer.distribution == distribution]


def regularizer_class(name: str) -> type[Regularizer]:
    """Return the regularizer's class installed under a name, or under `distribution/name`.

    Raises
    ------
    UnknownNameError
        If nothing is installed under the name, or several distributions offer it.
    PluginError
        If it cannot be loaded, or is switched off.
    """
    return class_of(REGULARIZERS, name)


def optimizer_class(name: str) -> type[Optimizer]:
    """Return the optimizer's class installed under a name, as `regularizer_class` does."""
    return class_of(OPTIMIZERS, name)


def class_of(kind: Kind[Part], name: str) -> type[Part]:
    """Return the class of a kind installed under a name, as `regularizer_class` does."""
    found = offers(kind)
    namesakes = [offer for offer in found if name in {offer.name, offer.qualified_name}]
    for offer in namesakes:
        if name == offer.qualified_name or offer.status(found) == "ok":
            return offer.load()
    named = [offer.qualified_name for offer in namesakes if not offer.disabled]
    if namesakes and not named:
        return namesakes[0].load()  # which is switched off: the error says so
    if named:
        raise UnknownNameError(f"{name!r} is offered more than once; say which: {' or '.join(named)}")
    names = sorted({offer.name for offer in found})
    near = get_close_matches(name.lower(), names, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise UnknownNameError(f"no {kind.name} is called {name!r}; {hint}installed are {', '.join(names)}")


def offer_of(wanted: type[Part], kind: Kind[Part]) -> Offer:
    """Return under which name a class is installed; only its own package is loaded to find out.

    Raises
    ------
    UnknownNameError
        If it is installed under none.
    """
    own_package = wanted.__module__.partition(".")[0]
    for offer in offers(kind):
        if re.split(r"[.:\s]", offer.entry_point.value.strip(), maxsplit=1)[0] != own_package:
            continue
        try:
            loaded = offer.load()
        except PluginError:
            continue
        if loaded is wanted:
            return offer
    raise UnknownNameError(
        f"{wanted.__name__} is installed under no name; name it in the entry-point group {kind.group!r}"
    )


@frozen(order=True)
class Offer:
    """A name under which a distribution offers a class; nothing is imported yet."""

    name: str
    distribution: str
    version: str
    entry_point: EntryPoint = field(order=False)

    @property
    def qualified_name(self) -> str:
        """The name under which it is reached also where others have its name."""
        return f"{self.distribution}/{self.name}"

    def __str__(self) -> str:
        return f"{self.name!r} of {self.distribution} {self.version}"

    @property
    def disabled(self) -> bool:
        """Whether it is switched off; a built-in never is."""
        named = {_normalized(name) for name in re.split(r"[,\s]+", os.environ.get(DISABLED_BY, ""))}
        return self.distribution != OWN_DISTRIBUTION and not named.isdisjoint({*ALL, self.distribution})

    def status(self, found: Sequence[Offer]) -> str:
        """Return its status among all that were found, before anything is loaded."""
        offering = {other.distribution for other in found if other.name == self.name and not other.disabled}
        if self.disabled:
            return "disabled"
        if self.distribution == OWN_DISTRIBUTION or offering == {self.distribution}:
            return "ok"
        return "shadowed" if OWN_DISTRIBUTION in offering else "ambiguous"

    def load(self) -> type[Any]:
        """Import the class, which is one of the group's; whatever goes wrong is a PluginError."""
        base = _BASES[self.entry_point.group]
        if self.disabled:
            raise PluginError(f"{self} is switched off by {DISABLED_BY}={os.environ[DISABLED_BY]}")
        try:
            loaded = self.entry_point.load()
            fits = isinstance(loaded, type) and issubclass(loaded, base)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # whatever foreign code raises
            raise PluginError(f"{self} cannot be loaded: {in_words(error)}") from error
        if not fits:
            raise PluginError(f"{self} is no subclass of nnl2.{base.__name__}, but {shown(loaded)}")
        return loaded


def offers(kind: Kind[Part]) -> list[Offer]:
    """Return what the installed distributions offer of a kind, sorted by name; only metadata is read."""
    return list(_offers_at(kind.group, tuple(map(_content, sys.path))))


@lru_cache(maxsize=len(_BASES))
def _offers_at(group: str, _: tuple[tuple[str, int | None], ...]) -> tuple[Offer, ...]:
    """Return what is offered by what lies on the path; reading it takes several milliseconds."""
    from importlib.metadata import entry_points  # noqa: PLC0415 (as slow to import as half of numpy)

    return tuple(sorted({_offer(point) for point in entry_points(group=group)}))


def _content(folder: str) -> tuple[str, int | None]:
    """Return a folder, and when something was last put into it or taken away."""
    try:
        return folder, Path(folder).stat().st_mtime_ns
    except OSError:
        return folder, None


def _offer(point: EntryPoint) -> Offer:
    """Return what an entry point offers; a distribution with damaged metadata goes by the name 'unknown'."""
    name, version = (_metadata(point, key) or "unknown" for key in ("Name", "Version"))
    return Offer(point.name, _normalized(name), version, point)


def _metadata(point: EntryPoint, key: str) -> str | None:
    try:
        fields: Any = {} if point.dist is None else point.dist.metadata
        value: str | None = fields.get(key)  # dist.name warns where there is none, and will raise
    except Exception:  # noqa: BLE001 (what is damaged is read in other ways by every Python)
        return None
    return value


def _normalized(distribution: str) -> str:
    """Return a distribution's name as the package index compares it."""
    return re.sub(r"[-_.]+", "-", distribution.strip()).lower()
