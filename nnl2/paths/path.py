"""`strength_path`: how strong a regularizer must be on these data, and what it does to the weights on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnl2.comparison.fits import Procedure
from nnl2.comparison.notes import described, notes_on, recipe_in_words
from nnl2.comparison.recipe import Recipe
from nnl2.comparison.settled import settle
from nnl2.comparison.strategies import text_of
from nnl2.errors import InvalidTypeError, InvalidValueError
from nnl2.network import train
from nnl2.paths.axis import axis_of
from nnl2.paths.result import StrengthPath
from nnl2.paths.rows import best_of, error_of, row_of, simplest_of
from nnl2.paths.running import walk
from nnl2.regularizers import NoRegularization
from nnl2.validation import check_seed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nnl2.comparison.parts import ClassWeights
    from nnl2.comparison.running import Progress
    from nnl2.comparison.splits import Splits
    from nnl2.comparison.strategies import Given

N_POINTS = 20


def strength_path(
    data: Any,  # noqa: ANN401 (checked where it becomes a Table)
    regularizer: Given,
    *,
    values: Iterable[float] | None = None,
    start: float | None = None,
    stop: float | None = None,
    n_points: int = N_POINTS,
    score: str | None = None,
    splits: Splits | None = None,
    recipe: Recipe = Recipe(),  # noqa: B008 (a value)
    class_weights: ClassWeights = None,
    seed: int = 0,
    n_jobs: int = -1,
    on_progress: Progress = None,
) -> StrengthPath:
    """Return what a regularizer comes to in many strengths, on the same splits and from the same starts.

    Parameters
    ----------
    data
        As `nnl2.compare` takes it.
    regularizer
        A name, a class or an object; of a sum such as "l2+dropout:0.2" the part that is left open varies.
    values
        The strengths; by default `n_points` at equal distances on a logarithmic axis.
    start, stop
        The ends of that axis; by default it runs along the ladder that the class offers, and up to ten times
        beyond it at each end, as far as the class takes such numbers.
    n_points
        How many strengths, >= 2; fewer come out where they are whole numbers.
    score, recipe, class_weights, seed, n_jobs, on_progress
        As `nnl2.compare` takes them.
    splits
        RepeatedFolds(), FreshData() for a generator, or GivenStarts(seeds, test) for starts. One test set serves
        to judge what was chosen, and not to choose.

    Raises
    ------
    InvalidValueError, InvalidTypeError, UnknownNameError, PluginError
        If an argument cannot be used; nothing has been trained then.
    TrainingDivergedError
        If every strength diverges somewhere. Of single ones their rows say so.

    Notes
    -----
    The simplest strength within one standard error is the rule of L. Breiman, J. Friedman, R. Olshen and C. Stone,
    "Classification and Regression Trees", 1984, section 3.4.3; the path with its two marks that of J. Friedman, T.
    Hastie and R. Tibshirani, "Regularization Paths for Generalized Linear Models via Coordinate Descent", 2010.
    Here the standard error knows that splits of a table overlap.

    Examples
    --------
    >>> from nnl2 import make_data
    >>> from nnl2.comparison import RepeatedFolds
    >>> path = strength_path(make_data(60), "l2", values=[0.01, 0.1, 1], splits=RepeatedFolds(3, repeats=1))
    >>> [row.regularizer for row in path.rows]
    ['none', 'l2:0.01', 'l2:0.1', 'l2:1.0']
    """
    seed = check_seed("seed", seed)
    if not isinstance(recipe, Recipe):
        raise InvalidTypeError(f"recipe must be a Recipe, got {recipe!r}")
    axis = axis_of(regularizer, values, start, stop, n_points)
    splits, made, deciding, reason = settle(data, splits, score, class_weights, seed)
    if splits.over_items:
        raise InvalidValueError(
            f"a path needs several splits to choose by, such as RepeatedFolds(), and {type(splits).__name__} has "
            f"one test set: choose on the other items, and judge by these with compare"
        )
    procedure = Procedure(splits, recipe, class_weights, seed, n_jobs, train)
    named = [(text_of(each), each) for each in (NoRegularization(), *axis.regularizers)]
    walked = walk(named, made, procedure, deciding, on_progress)
    outcomes = tuple(each.outcome for each in walked)
    outcomes[0].check_defined(deciding)
    replicates = splits.replicates(made)
    rows = tuple(
        row_of(value, each, deciding, replicates) for value, each in zip((None, *axis.values), walked, strict=True)
    )
    best = best_of(rows[1:], deciding)
    error = error_of(best, replicates)
    return StrengthPath(
        name=axis.name,
        field=axis.field,
        data=described(made, splits),
        splits=splits.sentence(made),
        recipe_sentence=recipe_in_words(recipe, made, splits, chosen=False),
        recipe=recipe,
        score=deciding.name,
        score_reason=reason,
        rows=rows,
        best=best,
        standard_error=error,
        simplest=simplest_of(rows[1:], best, error, deciding),
        outcomes=outcomes,
        notes=notes_on(made[0].table, [outcomes[0], outcomes[rows.index(best)]], class_weights),
        seed=seed,
    )
