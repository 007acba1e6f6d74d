"""What stands in a network for a regularizer or an optimizer that a model file names and nobody here has.

The network predicts as ever; to train it on is refused, with the package to install.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import fields, frozen, has

from nnl2.errors import PluginError
from nnl2.optimizers import Optimizer
from nnl2.regularizers import Regularizer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from nnl2.optimizers.base import Memory
    from nnl2.regularizers import Step


@frozen
class MissingRegularizer(Regularizer):
    """A regularizer that cannot be had.

    Parameters
    ----------
    name, distribution, version
        Which one it is, and whose.
    values
        What it was made from, as the file has it.
    reason
        Why it cannot be had, in a line.
    """

    name: str
    distribution: str
    version: str
    values: Mapping[str, Any]
    reason: str


@frozen
class MissingOptimizer(Optimizer):
    """An optimizer that cannot be had; the fields are those of `MissingRegularizer`."""

    name: str
    distribution: str
    version: str
    values: Mapping[str, Any]
    reason: str

    def update(
        self, gradient: NDArray[np.floating[Any]], memory: Memory, step: Step
    ) -> tuple[NDArray[np.floating[Any]], Memory]:
        """Raise PluginError."""
        raise _missing(self)


Missing = MissingRegularizer | MissingOptimizer


def missing_among(*parts: Regularizer | Optimizer) -> Missing | None:
    """Return the first of a network's parts, or of what these are made of, that cannot be had, if there is one."""
    each = (one for part in parts for one in _made_of(part))
    return next((one for one in each if isinstance(one, Missing)), None)


def refuse_missing(regularizers: Sequence[Regularizer], optimizer: Optimizer) -> None:
    """Raise PluginError if one of a network's parts cannot be had."""
    missing = missing_among(*regularizers, optimizer)
    if missing is not None:
        raise _missing(missing)


def _made_of(part: Regularizer | Optimizer) -> Iterator[Regularizer | Optimizer]:
    """Yield the parts of a sum, or an optimizer and those around which it is."""
    if isinstance(part, Regularizer):
        yield from part.parts
        return
    yield part
    kind: type = type(part)
    for own in fields(kind) if has(kind) else ():
        value = getattr(part, own.name)
        if isinstance(value, Optimizer):
            yield from _made_of(value)


def _missing(part: Missing) -> PluginError:
    what = "optimizer" if isinstance(part, Optimizer) else "regularizer"
    return PluginError(
        f"the network was trained with the {what} {part.name!r} of {part.distribution} {part.version}, without "
        f"which it predicts, but is not trained on ({part.reason}); install {part.distribution} {part.version} "
        f"(as the file says), and load the file again"
    )
