"""What plug-ins answer: asked so that an error names who, what and where, and checked before it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnl2.errors import PluginError, in_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


class At(NamedTuple):
    """Where something was asked; it is put into words only where that is told, which is seldom."""

    place: object
    epoch: int

    def __str__(self) -> str:
        return f"in {self.place}, epoch {self.epoch}"


def unusable(part: object, what: str, where: object, why: str = "") -> PluginError:
    """Return the error of an answer: `part` did `what`, `where`, and `why` that is wrong."""
    return PluginError(f"{part!r} {what} {where}{why}")


def asked(part: object, question: str, where: object, ask: Callable[[], Any]) -> Any:  # noqa: ANN401 (what it answers)
    """Return what `ask()` answers; whatever it raises becomes a PluginError."""
    try:
        return ask()
    except Exception as error:
        hint = "; it changes its argument: answer with a new array" if "read-only" in str(error) else ""
        raise unusable(part, f"failed in {question}", where, f": {in_words(error)}{hint}") from error


def kind(answer: object) -> str:
    """Return what an answer is, in words: an int, a str, an L2."""
    if isinstance(answer, np.ndarray):
        return f"an array of shape {answer.shape}"
    name = type(answer).__name__
    spelt_out = not name[1:2].islower()  # "L2" begins with the vowel of "el"
    return f"{'an' if name[0] in ('AEFHILMNORSX' if spelt_out else 'AEIOaeio') else 'a'} {name}"


def check_array(
    part: object, question: str, where: object, answer: object, shape: tuple[int, ...]
) -> NDArray[Any]:
    """Return the answer, which must be an array of real numbers in this shape."""
    if not isinstance(answer, np.ndarray) or answer.dtype.kind not in "fiu":
        given = f"an array of {answer.dtype}" if isinstance(answer, np.ndarray) else kind(answer)
        raise unusable(part, f"answered {question} with {given} instead of an array of real numbers", where)
    if answer.shape != shape:
        raise unusable(part, f"answered {question} with shape {answer.shape} instead of {shape}", where)
    return answer


def not_finite(part: object, question: str, where: object) -> PluginError:
    """Return the error of an answer that is not finite."""
    return unusable(part, f"answered {question} with something not finite", where)
