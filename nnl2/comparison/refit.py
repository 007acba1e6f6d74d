"""`refit`: one strategy on a whole table, by the procedure that was compared; a `TableModel` to predict with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnl2.comparison.fits import Fit, Procedure, train_all
from nnl2.comparison.recipe import Recipe
from nnl2.comparison.splits import RepeatedFolds
from nnl2.comparison.splits.tables import TableSplit
from nnl2.comparison.strategies import as_strategy
from nnl2.comparison.tuning import choose
from nnl2.errors import InvalidTypeError, TrainingDivergedError, shown
from nnl2.network import train
from nnl2.preparation import Table
from nnl2.preparation.columns import checked_rows
from nnl2.table_model import TableModel
from nnl2.validation import check_seed

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from nnl2.comparison.findings import Findings
    from nnl2.comparison.parts import ClassWeights
    from nnl2.comparison.splits import Splits
    from nnl2.comparison.strategies import Given


def refit(
    table: Table,
    strategy: Given,
    *,
    splits: Splits = RepeatedFolds(),  # noqa: B008 (a value)
    recipe: Recipe = Recipe(),  # noqa: B008 (a value)
    class_weights: ClassWeights = None,
    rows: ArrayLike | None = None,
    seed: int = 0,
    n_jobs: int = -1,
) -> TableModel:
    """Return a model that learned from all items of a table, as networks did in `compare`.

    A strategy without numbers has its strength chosen by inner folds of the items, as in every training part
    there. What a comparison says of a strategy it says of this procedure on its training parts; all items are
    somewhat more.

    Parameters
    ----------
    table
        The items.
    strategy
        Such as `comparison.best_guess`.
    splits, recipe, class_weights, seed, n_jobs
        As `compare` was given them; of the splits only how they part training items matters, and of the recipe's
        seeds one is trained.
    rows
        The items to learn from, by their numbers; by default all.

    Raises
    ------
    InvalidValueError, InvalidTypeError, UnknownNameError
        If an argument cannot be used.
    TrainingDivergedError
        If training diverges.

    Examples
    --------
    >>> from nnl2 import Table
    >>> refit(Table.bundled("iris"), "l2:0.01")
    TableModel(l2:0.01: 'species' of 3 classes from 4 columns, learned from 150 items)
    """
    if not isinstance(table, Table):
        raise InvalidTypeError(f"table must be a Table, such as Table.from_csv(path) returns, got {shown(table)}")
    seed, chosen = check_seed("seed", seed), as_strategy(strategy)
    every = np.arange(table.n_items) if rows is None else rows
    learned = checked_rows(table.name, table.n_items, every).astype(np.intp)
    whole = TableSplit(table, learned, learned)
    procedure = Procedure(splits, recipe, class_weights, seed, n_jobs, train)
    ((candidate,),) = choose([(0, whole)], [chosen], procedure)
    part = whole.part(splits.inside, class_weights, seed)
    fit = Fit(part, chosen.candidates[candidate], splits.network_seed(seed, 0, 0, 0))
    ((network, history),) = train_all([fit], procedure, record_every=recipe.epochs)
    if history.failure is not None:
        raise TrainingDivergedError(f"{chosen.name} on all {len(learned)} items: {history.failure}")
    return TableModel(table.target_name, part.preparation, network, chosen.text_of(candidate), len(learned))


def why_refitted(comparison: Findings, model: TableModel) -> str:
    """Return in a sentence which strategy a model was made by, and why this one."""
    name = comparison.best_guess
    means = f"the best mean {comparison.score}"
    row = comparison.row(name)
    reason = means if name == comparison.baseline else f"{means}; beside {comparison.baseline}: {row.verdict}"
    strength = "" if model.strategy == name else f", its strength chosen on them: {model.strategy}"
    return f"{name}, the best guess ({reason}), learned from all {model.n_items} items{strength}"
