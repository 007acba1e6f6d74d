"""What a thing is made of: `Content` to be written, and `Stored` content, asked for piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from nnl2.errors import InvalidTypeError, InvalidValueError, shown
from nnl2.validation import check_count, check_number

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from numpy.typing import DTypeLike, NDArray

    Vector = NDArray[Any]

LARGEST_COUNT = 2**53
"""What counts things in a file is no larger."""


@frozen
class Content:
    """What a thing is made of.

    Parameters
    ----------
    header
        What JSON can hold.
    vectors
        Its numbers, by name: each `(n,)` of float64, float32 or int64.
    """

    header: Mapping[str, Any]
    vectors: Mapping[str, Vector]

    def with_part(self, name: str, part: Content) -> Content:
        """Return the content of a thing that holds another."""
        vectors = {f"{name}.{own}": vector for own, vector in part.vectors.items()}
        return Content({**self.header, name: part.header}, {**self.vectors, **vectors})


@frozen
class Stored:
    """What a file says of a thing; whatever is asked for is there and as it should be, or an error tells.

    Parameters
    ----------
    header, vectors
        As in `Content`.
    where
        What messages put before a name.
    """

    header: Mapping[str, Any]
    vectors: Mapping[str, Vector]
    where: str = ""

    def part(self, name: str) -> Stored:
        """Return what is said of a thing in this one."""
        own = {
            key.removeprefix(f"{name}."): vector
            for key, vector in self.vectors.items()
            if key.startswith(f"{name}.")
        }
        return Stored(self._of_type(name, dict, "an object"), own, f"{self.where}{name}.")

    def parts(self, name: str, *, most: int) -> list[Stored]:
        """Return what is said of several things, so many at most, none of which has vectors."""
        numbered = {f"{name}[{number}]": each for number, each in enumerate(self.list(name, most=most))}
        return [Stored(numbered, {}, self.where).part(each) for each in numbered]

    def has(self, name: str) -> bool:
        """Return whether anything but null is said under a name."""
        return self.header.get(name) is not None

    def list_of(self, name: str, size: int) -> list[Any]:
        """Return a list of so many things."""
        every = self.list(name, most=size)
        if len(every) < size:
            raise InvalidValueError(f"{self.where}{name} must be {size}, got {len(every)}")
        return every

    def list(self, name: str, *, most: int) -> list[Any]:
        """Return a list of anything, so long at most: nobody looks at what is longer."""
        every: list[Any] = self._of_type(name, list, "a list")
        if len(every) > most:
            raise InvalidValueError(f"{self.where}{name} are {len(every):,}, more than {most:,}")
        return every

    def text(self, name: str) -> str:
        """Return a text."""
        return self._of_type(name, str, "a text")

    def flag(self, name: str) -> bool:
        """Return true or false."""
        return self._of_type(name, bool, "true or false")

    def whole(self, name: str, *, maximum: int = LARGEST_COUNT) -> int:
        """Return a whole number >= 0."""
        return check_count(f"{self.where}{name}", self._alone(name), minimum=0, maximum=maximum)

    def wholes(self, name: str, size: int) -> tuple[int, ...]:
        """Return so many whole numbers >= 0."""
        numbered = {f"{name}[{number}]": each for number, each in enumerate(self.list_of(name, size))}
        each = Stored(numbered, {}, self.where)
        return tuple(map(each.whole, numbered))

    def number(self, name: str) -> float:
        """Return a finite number."""
        return check_number(f"{self.where}{name}", self._alone(name))

    def texts(self, name: str, *, most: int) -> tuple[str, ...]:
        """Return texts that all differ, so many at most."""
        every = self.list(name, most=most)
        if not all(isinstance(each, str) for each in every) or len(set(every)) < len(every):
            raise InvalidValueError(f"{self.where}{name} must be texts that all differ")
        return tuple(every)

    def labels(self, name: str, size: int) -> tuple[Hashable, ...]:
        """Return the labels of so many classes, two at least that look different."""
        every = self.list_of(name, size)
        if not all(isinstance(label, str | bool | int | float) for label in every):
            raise InvalidTypeError(f"{self.where}{name} must be words, numbers or booleans")
        if len({str(label) for label in every}) < len(every) or len(every) < 2:
            raise InvalidValueError(f"{self.where}{name} must be two at least that all differ")
        return tuple(every)

    def vector(self, name: str, dtype: DTypeLike, size: int | None = None) -> Vector:
        """Return finite numbers of this type, and so many if it is known how many there must be."""
        found = self.measured(name, dtype, size)
        if not np.isfinite(found).all():
            raise InvalidValueError(f"{self.where}{name}.npy must hold finite numbers, and does not")
        return found

    def measured(self, name: str, dtype: DTypeLike, size: int | None = None) -> Vector:
        """Return numbers that need not be finite, as an error that was measured need not be."""
        found = self.vectors.get(name)
        if found is None:
            raise InvalidValueError(f"{self.where}{name}.npy is missing")
        expected = len(found) if size is None else size
        if len(found) != expected or found.dtype != dtype:
            raise InvalidValueError(
                f"{self.where}{name}.npy must hold {expected} numbers of {np.dtype(dtype)}, got {len(found)} of "
                f"{found.dtype}"
            )
        return found

    def check_vectors(self, *names: str) -> None:
        """Raise InvalidValueError if there are others than these."""
        others = sorted(set(self.vectors) - set(names))
        if others:
            raise InvalidValueError(f"{self.where}{others[0]}.npy belongs to nothing")

    def _said(self, name: str) -> Any:  # noqa: ANN401 (whatever JSON says)
        if name not in self.header:
            raise InvalidValueError(f"{self.where}{name} is missing")
        return self.header[name]

    def _of_type(self, name: str, kind: type, what: str) -> Any:  # noqa: ANN401 (of that type)
        value = self._said(name)
        if not isinstance(value, kind):
            raise InvalidTypeError(f"{self.where}{name} must be {what}, got {_shown(value)}")
        return value

    def _alone(self, name: str) -> Any:  # noqa: ANN401 (a number, a text, true, false or null)
        value = self._said(name)
        if isinstance(value, list | dict):
            raise InvalidTypeError(f"{self.where}{name} must be a number, got {_shown(value)}")
        return value


def _shown(value: object) -> str:
    """Return a value as errors show it; a list or an object, however large, in a word."""
    if isinstance(value, list):
        return "a list"
    return "an object" if isinstance(value, dict) else shown(value)
