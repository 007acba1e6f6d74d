"""`learning_curve`: what more training items bring, and with how many of them which regularizer helps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnl2.comparison.fits import Procedure
from nnl2.comparison.notes import described, notes_on, recipe_in_words
from nnl2.comparison.recipe import Recipe
from nnl2.comparison.settled import settle
from nnl2.comparison.strategies import as_strategy, beside
from nnl2.errors import InvalidTypeError, InvalidValueError, TrainingDivergedError
from nnl2.learning_curves.nested import nested
from nnl2.learning_curves.result import LearningCurve
from nnl2.learning_curves.rows import Ruler
from nnl2.learning_curves.running import learn, procedure_for
from nnl2.learning_curves.sentences import nesting_in_words, notes_on_stopping, updates_in_words
from nnl2.learning_curves.sizes import sizes_of
from nnl2.network import train
from nnl2.statistics import simultaneous_confidence
from nnl2.validation import check_seed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nnl2.comparison.parts import ClassWeights
    from nnl2.comparison.running import Progress
    from nnl2.comparison.splits import Splits
    from nnl2.comparison.strategies import Given
    from nnl2.learning_curves.rows import CurveRow

N_POINTS = 6


def learning_curve(
    data: Any,  # noqa: ANN401 (checked where it becomes a Table)
    regularizers: Iterable[Given] | Mapping[str, Given] | Given | None = None,
    *,
    sizes: Iterable[int] | None = None,
    n_points: int = N_POINTS,
    score: str | None = None,
    splits: Splits | None = None,
    recipe: Recipe = Recipe(),  # noqa: B008 (a value)
    class_weights: ClassWeights = None,
    seed: int = 0,
    n_jobs: int = -1,
    on_progress: Progress = None,
) -> LearningCurve:
    """Return what regularizers come to with few and with many training items, on the same splits.

    The training items of a split come in one after the other, the same for every regularizer, so that each
    smaller training part lies inside the next larger one; the test part stays as it is. All networks of a split
    begin with the same weights.

    Parameters
    ----------
    data
        As `nnl2.compare` takes it.
    regularizers
        As its strategies; beside them always stands none. Where a name leaves the strength open, such as "l2",
        each training part of each size chooses its own by inner folds.
    sizes
        The numbers of training items, two or more; by default `n_points` at equal distances on a logarithmic axis,
        up to the whole training part and from there down to its half, a quarter and so on, as far as so few items
        are enough.
    n_points
        How many sizes, from 2 to 100.
    score, class_weights, seed, n_jobs, on_progress
        As `nnl2.compare` takes them.
    splits
        RepeatedFolds(), or FreshData() for a generator. One test set has no interval over splits, blocks of time
        have no verdict, and given starts have no smaller part.
    recipe
        How every network is made and trained. With fewer items it is trained for more epochs, so that it makes as
        many updates as with all: with equal epochs few items would also be learned for a shorter time, and what is
        seen would be both. With all items what comes out is what `compare` finds, to the last bit.

    Raises
    ------
    InvalidValueError, InvalidTypeError, UnknownNameError, PluginError
        If an argument cannot be used, or a size is too small for a class or for inner folds; nothing has been
        trained then.
    TrainingDivergedError
        If training fails with every size of every regularizer. Of single ones their rows say so.

    Notes
    -----
    Intervals know that splits of a table overlap, by the share of test items at every size: the same test items
    return whatever the size, and smaller training parts share fewer items (C. Nadeau and Y. Bengio, "Inference for
    the Generalization Error", 2003, section 3).

    Examples
    --------
    >>> from nnl2 import make_data
    >>> from nnl2.comparison import RepeatedFolds
    >>> curve = learning_curve(make_data(60), "l2:0.1", sizes=[10, 20, 40], splits=RepeatedFolds(3, repeats=1))
    >>> [(row.name, row.n_items, row.epochs) for row in curve.rows_of("l2:0.1")]
    [('l2:0.1', 10, 150), ('l2:0.1', 20, 75), ('l2:0.1', 40, 50)]
    """
    seed = check_seed("seed", seed)
    if not isinstance(recipe, Recipe):
        raise InvalidTypeError(f"recipe must be a Recipe, got {recipe!r}")
    strategies = beside(as_strategy("none"), regularizers, recipe)
    splits, made, deciding, reason = settle(data, splits, score, class_weights, seed)
    if splits.over_items:
        raise InvalidValueError(
            f"a learning curve needs intervals over splits, as RepeatedFolds() has them, and "
            f"{type(splits).__name__} has none"
        )
    found = nested(made, seed)
    procedure = Procedure(splits, recipe, class_weights, seed, n_jobs, train)
    numbers = sizes_of(sizes, n_points, found, strategies, procedure)
    procedures = {n_items: procedure_for(procedure, n_items, found.n_full) for n_items in numbers}
    learned = learn(strategies, found, procedures, deciding, on_progress)
    for outcome, _ in learned[-1]:
        outcome.check_defined(deciding)

    confidence = simultaneous_confidence(max(1, len(strategies) - 1) * len(numbers))
    ruler = Ruler(deciding, splits.replicates(made), confidence)
    rows = tuple(
        ruler.row(n_items, procedures[n_items].recipe.epochs, of_size[number], of_size[0].outcome)
        for number in range(len(strategies))
        for n_items, of_size in zip(numbers, learned, strict=True)
    )
    stepwise = Ruler(deciding, ruler.replicates, simultaneous_confidence(len(strategies)))
    before, last = learned[-2:]
    chosen = any(strategy.is_chosen for strategy in strategies)
    return LearningCurve(
        data=described(made, splits),
        splits=splits.sentence(made),
        recipe_sentence=recipe_in_words(recipe, made, splits, chosen=chosen),
        recipe=recipe,
        updates=updates_in_words(procedures, found),
        nesting=nesting_in_words(found),
        score=deciding.name,
        score_reason=reason,
        sizes=numbers,
        n_largest=found.n_largest,
        rows=rows,
        last_steps={
            own.outcome.name: stepwise.difference(own.outcome, smaller.outcome)
            for own, smaller in zip(last, before, strict=True)
        },
        gain_confidence=ruler.confidence,
        step_confidence=stepwise.confidence,
        rope=deciding.rope_beside(_reference(rows)),
        outcomes=tuple(of_size[number].outcome for number in range(len(strategies)) for of_size in learned),
        notes=(
            *notes_on(made[0].table, [each.outcome for each in last], class_weights),
            *notes_on_stopping(strategies),
        ),
        seed=seed,
    )


def _reference(rows: Sequence[CurveRow]) -> float:
    """Return the score beside which a difference is large or small: without regularization, with the most items.

    Where training failed there, it is another one's.
    """
    sound = [
        (row.name != rows[0].name, -row.n_items, row.held_out.mean) for row in rows if row.held_out is not None
    ]
    if not sound:
        raise TrainingDivergedError(f"no network of the learning curve can be trained: {rows[0].failure}")
    return min(sound)[-1]
