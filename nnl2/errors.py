"""What can go wrong: every error of nnl2, each also the built-in error one would expect; and how it is told."""

from __future__ import annotations

LONGEST_LINE = 2000
"""Characters of a line; what is longer loses its middle."""

LONGEST_VALUE = 200
"""The same for a value that is shown in a line."""


class Nnl2Error(Exception):
    """Anything nnl2 refuses to do; its message is one line with the way out, whatever was put into it."""

    def __init__(self, message: object = "") -> None:
        super().__init__(in_a_line(str(message)))


class InvalidValueError(Nnl2Error, ValueError):
    """An argument of the right type whose value cannot be used."""


class InvalidTypeError(Nnl2Error, TypeError):
    """An argument of a type that cannot be used."""


class UnknownNameError(Nnl2Error, LookupError):
    """A name that nothing has, or more than one thing: a regularizer's, a table's, a column's."""


class KernelError(Nnl2Error, RuntimeError):
    """A compiled update that is missing where it is required, or does not fit this version."""


class PluginError(Nnl2Error, RuntimeError):
    """A regularizer that cannot be loaded, or answered a question with something unusable."""


class ConformanceError(Nnl2Error, AssertionError):
    """A regularizer that does not keep what every regularizer keeps; one sentence for each mistake."""


class ModelFileError(Nnl2Error, ValueError):
    """A model file that cannot be written, or read, or is none."""


class TrainingDivergedError(Nnl2Error, ArithmeticError):
    """Training in which an error or a weight grew beyond all bounds."""


class JournalError(Nnl2Error, OSError):
    """A journal that cannot be read or written, or belongs to another run."""


class ClusterError(Nnl2Error, RuntimeError):
    """A cluster whose scheduler or workers are gone, or differ from this process."""


def in_a_line(text: str, longest: int = LONGEST_LINE) -> str:
    """Return a text from outside as one line that harms no terminal.

    White space is folded, what cannot be printed (colours, titles, bells, marks that turn the direction) is shown
    as its escape, and a long text loses its middle.
    """
    line = " ".join(text.split())
    if len(line) > longest:
        line = f"{line[: longest // 2]} ... {line[-longest // 2 :]}"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


def shown(value: object) -> str:
    """Return a value as an error line shows it: its repr, or its type where that fails."""
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 (whatever a foreign repr raises)
        text = f"an object of type {type(value).__name__}"
    return in_a_line(text, LONGEST_VALUE)


def in_words(error: BaseException) -> str:
    """Return an error's type and message in a line."""
    try:
        message = str(error)
    except BaseException:  # noqa: BLE001 (whatever a foreign message raises)
        message = "its message cannot be read"
    return in_a_line(f"{type(error).__name__}: {message}")
