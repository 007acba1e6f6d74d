"""What can go wrong: every error of nnl2, each also the built-in error one would expect."""

from __future__ import annotations


class Nnl2Error(Exception):
    """Anything nnl2 refuses to do; its message is one line with the way out."""


class InvalidValueError(Nnl2Error, ValueError):
    """An argument of the right type whose value cannot be used."""


class InvalidTypeError(Nnl2Error, TypeError):
    """An argument of a type that cannot be used."""


class UnknownNameError(Nnl2Error, LookupError):
    """A name under which nothing, or more than one thing, is installed."""


class KernelError(Nnl2Error, RuntimeError):
    """A compiled update that is missing where it is required, or does not fit this version."""


class PluginError(Nnl2Error, RuntimeError):
    """A regularizer that cannot be loaded, or answered a question with something unusable."""


class ConformanceError(Nnl2Error, AssertionError):
    """A regularizer that does not keep what every regularizer keeps; one sentence for each mistake."""


class TrainingDivergedError(Nnl2Error, ArithmeticError):
    """Training in which an error or a weight grew beyond all bounds."""
