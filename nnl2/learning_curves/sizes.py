"""How many training items are tried, and for how many epochs networks learn from so many."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nnl2.errors import InvalidTypeError, InvalidValueError
from nnl2.learning_curves.nested import check_size
from nnl2.validation import check_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nnl2.comparison.fits import Procedure
    from nnl2.comparison.recipe import Recipe
    from nnl2.comparison.strategies import Strategy
    from nnl2.learning_curves.nested import Nested

FEWEST = 10
"""From so many items on, sizes run by default."""

GROWTH = 1.1
"""Where a size does not serve, one this many times as large is tried."""

MOST = 100
"""Sizes of a learning curve; more than anybody looks at."""


def sizes_of(
    given: Iterable[int] | None,
    n_points: int,
    found: Nested,
    strategies: Sequence[Strategy],
    procedure: Procedure,
) -> tuple[int, ...]:
    """Return the numbers of training items, the smallest first.

    Raises
    ------
    InvalidValueError, InvalidTypeError
        If one is no whole number, too small to learn from, or larger than the training part of some split.
    """
    if given is None:
        n_points = check_count("n_points", n_points, minimum=2, maximum=MOST)
        lowest = min(found.n_full, max(FEWEST, math.ceil(found.n_full / 2 ** (n_points - 1))))
        smallest = _smallest_that_serves(lowest, found, strategies, procedure)
        spaced = np.geomspace(smallest, found.n_full, n_points)[1:-1]
        inner = (_with_full_batches(round(each), procedure.recipe.batch_size) for each in spaced.tolist())
        sizes = sorted({smallest, *(size for size in inner if size > smallest), found.n_full})
    else:
        sizes = sorted({*_checked(given, found.n_full)})
    for size in sizes:
        if why_not := _why_not(size, found, strategies, procedure):
            raise InvalidValueError(_refusal(size, why_not, found, strategies, procedure))
    if len(sizes) < 2:
        raise InvalidValueError(
            f"a learning curve needs at least two different sizes, got {sizes}; the training parts have "
            f"{found.n_full} items"
        )
    return tuple(sizes)


def epochs_for(recipe: Recipe, n_items: int, n_full: int) -> int:
    """Return in how many epochs so many items make as many updates as all items in the recipe's epochs.

    >>> from nnl2 import Recipe
    >>> epochs_for(Recipe(epochs=50, batch_size=16), 25, 200)
    325
    """
    of_all, own = (math.ceil(n / recipe.batch_size) for n in (n_full, n_items))
    return max(1, round(recipe.epochs * of_all / own))


def _with_full_batches(n_items: int, batch_size: int) -> int:
    """Return a number of items whose last batch is no single item, whose update would count like all others."""
    return n_items - 1 if n_items > batch_size > 1 and n_items % batch_size == 1 else n_items


def _checked(given: Iterable[int], n_full: int) -> list[int]:
    if isinstance(given, str | int):
        raise InvalidTypeError(f"sizes must be several numbers of training items, such as [20, 50], got {given!r}")
    sizes = [check_count("sizes", each, minimum=2) for each in given]
    if sizes and max(sizes) > n_full:
        raise InvalidValueError(
            f"sizes must be at most {n_full}, the training items of each split, got {max(sizes)}; test items are "
            f"held out"
        )
    return sizes


def _why_not(n_items: int, found: Nested, strategies: Sequence[Strategy], procedure: Procedure) -> str:
    """Return why so many training items are too few; empty where they are enough."""
    try:
        check_size(found, n_items, strategies, procedure)
    except InvalidValueError as error:
        return str(error)
    return ""


def _smallest_that_serves(lowest: int, found: Nested, strategies: Sequence[Strategy], procedure: Procedure) -> int:
    """Return a size, not far above the smallest from `lowest` on that is enough to learn from."""
    size = lowest
    while size < found.n_full and _why_not(size, found, strategies, procedure):
        size = min(found.n_full, math.ceil(GROWTH * size))
    return size


def _refusal(size: int, why_not: str, found: Nested, strategies: Sequence[Strategy], procedure: Procedure) -> str:
    larger = _smallest_that_serves(size, found, strategies, procedure)
    if larger == found.n_full:
        return why_not
    reason = why_not.partition("; ")[0]
    return f"{size} training items are too few: {reason}; {larger} are enough"
