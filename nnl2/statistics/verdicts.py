"""What an interval of a difference says, in words, also where there are several."""

from __future__ import annotations

from nnl2.errors import InvalidValueError
from nnl2.validation import check_count, check_number

BETTER, WORSE, CANNOT_TELL = "better", "worse", "cannot tell"
SAME_IN_PRACTICE = "practically the same"
SLIGHTLY_BETTER, SLIGHTLY_WORSE = (f"{SAME_IN_PRACTICE}, slightly {word}" for word in (BETTER, WORSE))


def simultaneous_confidence(n_intervals: int, *, level: float = 0.05) -> float:
    """Return the confidence at which each of several intervals is made so that all hold at 1 - level together.

    >>> simultaneous_confidence(5)
    0.99
    """
    return 1 - check_number("level", level, above=0, below=1) / check_count("n_intervals", n_intervals)


def verdict(low: float, high: float, *, rope: float) -> str:
    """Return what the interval from low to high, of a difference, says in words.

    Wholly within the rope it is practically the same, with the sign where 0 is outside; else it is better or
    worse where 0 is outside; else nobody can tell.

    >>> [verdict(*ends, rope=1) for ends in ((-0.4, 0.3), (0.1, 0.9), (0.1, 2.5), (-1.5, 0.2))]
    ['practically the same', 'practically the same, slightly better', 'better', 'cannot tell']

    Raises
    ------
    InvalidValueError, InvalidTypeError
        If low is above high, one of them is NaN, or the rope is no number >= 0.
    """
    rope = check_number("rope", rope, minimum=0)
    if not low <= high:  # also where one is NaN
        raise InvalidValueError(f"an interval must run from low to high, got {low} to {high}")
    within = -rope <= low and high <= rope
    if low > 0:
        return SLIGHTLY_BETTER if within else BETTER
    if high < 0:
        return SLIGHTLY_WORSE if within else WORSE
    return SAME_IN_PRACTICE if within else CANNOT_TELL
