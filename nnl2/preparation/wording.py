"""How messages speak of what stands in somebody's file: on one line, bounded, and harmless to a terminal."""

from __future__ import annotations

from difflib import get_close_matches
from reprlib import Repr
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_NAMES = 8
"""A message names no more things than these."""

_repr = Repr()
_repr.maxstring = _repr.maxother = 60


def shown(value: object) -> str:
    r"""Return a value as Python writes it, cut in the middle where it is long.

    >>> print(shown("a\x1b[31m\nb"))
    'a\x1b[31m\nb'
    """
    return _repr.repr(value)


def printable(text: str) -> str:
    """Return a text with everything that could not be printed on one line as Python escapes it."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def listed(parts: Iterable[str]) -> str:
    """Return the parts joined by commas, the first ones only where there are many.

    >>> listed("abcdefghij")
    'a, b, c, d, e, f, g, h and 2 more'
    """
    every = list(parts)
    rest = f" and {len(every) - MOST_NAMES} more" if len(every) > MOST_NAMES else ""
    return ", ".join(every[:MOST_NAMES]) + rest


def near_match(name: str, names: Sequence[str]) -> str:
    """Return the question whether a name like this one was meant, with a space after it; or nothing.

    >>> near_match("diabets", ["age", "Diabetes"])
    "did you mean 'Diabetes'? "
    """
    by_small_letters = {each.lower(): each for each in names}
    near = get_close_matches(name.lower(), by_small_letters, n=1, cutoff=0.5)
    return f"did you mean {shown(by_small_letters[near[0]])}? " if near else ""
