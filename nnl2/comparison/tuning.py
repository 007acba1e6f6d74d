"""Choosing a strength inside a training part: by inner folds and the error there, never by test items."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nnl2.comparison.fits import Fit, Fitted, Wanted, train_all
from nnl2.comparison.parts import seed_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnl2.comparison.fits import Procedure
    from nnl2.comparison.splits import Split
    from nnl2.comparison.strategies import Strategy


def wanted_in(
    numbered: Sequence[tuple[int, Split]], strategies: Sequence[Strategy], procedure: Procedure
) -> list[list[Wanted]]:
    """Return what each split has trained of each strategy: the candidate that its training part chooses."""
    return [
        [
            Wanted(strategy.text_of(choice), strategy.candidates[choice])
            for strategy, choice in zip(strategies, chosen, strict=True)
        ]
        for chosen in choose(numbered, strategies, procedure)
    ]


def choose(
    numbered: Sequence[tuple[int, Split]], strategies: Sequence[Strategy], procedure: Procedure
) -> list[list[int]]:
    """Return, for each split and strategy, which candidate its training part chooses.

    The error, summed over all items of the inner folds, decides; of equal ones the weaker. Where all candidates
    diverge it is the weakest.
    """
    recipe, seed = procedure.recipe, procedure.seed
    open_ones = [strategy for strategy in strategies if strategy.is_chosen]
    if not open_ones:
        return [[0] * len(strategies) for _ in numbered]
    parts = [
        [
            procedure.part(fold)
            for fold in split.inner(procedure.splits.inside, recipe.inner_folds, seed_of(seed, number, 1))
        ]
        for number, split in numbered
    ]
    fits = [
        Fit(part, regularizer, seed_of(seed, number, 2, fold))
        for (number, _), folds in zip(numbered, parts, strict=True)
        for fold, part in enumerate(folds)
        for strategy in open_ones
        for regularizer in strategy.candidates
    ]
    losses = list(map(_loss, fits, train_all(fits, procedure, record_every=recipe.epochs)))
    sizes = [len(strategy.candidates) for strategy in open_ones]
    totals = np.reshape(losses, (len(numbered), recipe.inner_folds, sum(sizes))).sum(axis=1)
    chosen = []
    for each in totals:
        best = iter(int(own.argmin()) for own in np.split(each, np.cumsum(sizes)[:-1]))
        chosen.append([next(best) if strategy.is_chosen else 0 for strategy in strategies])
    return chosen


def _loss(fit: Fit, fitted: Fitted) -> float:
    """Return the total error over the held-out items; infinite where training failed."""
    if fitted.history.failure is not None:
        return math.inf
    items = fit.part.held_out
    total = items.n_items if items.item_weights is None else items.item_weights.sum()
    error = fitted.network.error(items) * float(total)
    return error if math.isfinite(error) else math.inf
