"""Which kinds of things can be saved."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from attrs import frozen

from nnl2.errors import InvalidTypeError, InvalidValueError, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from nnl2.modelfile.content import Content, Stored

MODULES = {
    "NeuralNetwork": "nnl2.modelfile.networks",
    "TableModel": "nnl2.modelfile.table_models",
    "NeuralNetworkClassifier": "nnl2.estimators.stored",
    "NeuralNetworkRegressor": "nnl2.estimators.stored",
    "Pipeline": "nnl2.estimators.stored_pipelines",
}
"""The module in whose `KINDS` a kind stands, by the name of its class; it is loaded when the kind is asked for."""


@frozen
class Kind:
    """A kind of thing that can be saved.

    Parameters
    ----------
    of
        Its class; things of its subclasses are other kinds.
    content_of
        Returns what a thing is made of.
    made_of
        Returns the thing that is made of what a file says; errors of any sort are told of the file.
    """

    of: type
    content_of: Callable[[Any], Content]
    made_of: Callable[[Stored], Any]

    @property
    def name(self) -> str:
        """The name in the file."""
        return self.of.__name__


def kind_of(thing: object) -> Kind:
    """Return the kind of a thing, or say what can be saved."""
    name = type(thing).__name__
    if name in MODULES and type(thing) is kind_called(name).of:
        return kind_called(name)
    if hasattr(thing, "best_estimator_"):
        raise InvalidTypeError(f"a {name} cannot be saved, but what it has found can: save its best_estimator_")
    raise InvalidTypeError(f"thing must be {_in_words()}, which can be saved; got {shown(thing)}")


def kind_called(name: str) -> Kind:
    """Return the kind of this name, or say which there are."""
    if name not in MODULES:
        raise InvalidValueError(f"kind must be that of {_in_words()}, got {shown(name)}")
    kinds = import_module(MODULES[name]).KINDS
    (found,) = (kind for kind in kinds if kind.name == name)
    return found


def _in_words() -> str:
    return " or ".join(f"a {name}" for name in MODULES)
