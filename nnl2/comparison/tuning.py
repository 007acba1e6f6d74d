"""Choosing a strength inside a training part: by inner folds and the error there, never by test items."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nnl2.comparison.fits import Fit, Fitted, train_all
from nnl2.comparison.parts import seed_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnl2.comparison.fits import Train
    from nnl2.comparison.parts import ClassWeights
    from nnl2.comparison.recipe import Recipe
    from nnl2.comparison.splits import Split, Splits
    from nnl2.comparison.strategies import Strategy


def choose(
    numbered: Sequence[tuple[int, Split]],
    strategies: Sequence[Strategy],
    splits: Splits,
    recipe: Recipe,
    class_weights: ClassWeights,
    seed: int,
    n_jobs: int,
    trained_by: Train,
) -> list[list[int]]:
    """Return, for each split and strategy, which candidate its training part chooses.

    The error, summed over all items of the inner folds, decides; of equal ones the weaker. Where all candidates
    diverge it is the weakest.
    """
    open_ones = [strategy for strategy in strategies if strategy.is_chosen]
    if not open_ones:
        return [[0] * len(strategies) for _ in numbered]
    parts = [
        [
            fold.part(splits.inside, class_weights, seed)
            for fold in split.inner(splits.inside, recipe.inner_folds, seed_of(seed, number, 1))
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
    losses = iter(map(_loss, fits, train_all(fits, recipe, n_jobs, trained_by, recorded=False)))
    chosen = []
    for folds in parts:
        totals = [np.zeros(len(strategy.candidates)) for strategy in open_ones]
        for _ in folds:
            for total in totals:
                total += [next(losses) for _ in total]
        best = iter(int(total.argmin()) for total in totals)
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
