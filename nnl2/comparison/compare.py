"""`compare`: whether a regularizer helps on these data, which, how much, and whether the difference is real."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.comparison.fits import Fit, Part, seed_of, train_all, weights_by_class
from nnl2.comparison.outcome import outcome_of, replicate_of
from nnl2.comparison.recipe import Recipe
from nnl2.comparison.result import Comparison
from nnl2.comparison.scores import deciding_score
from nnl2.comparison.sources import as_table
from nnl2.comparison.splits import check_splits
from nnl2.comparison.strategies import Strategy, as_strategies, as_strategy
from nnl2.comparison.tuning import choose
from nnl2.comparison.verdict import SEED_LUCK, Ruler, headline, outside_the_family
from nnl2.errors import InvalidTypeError, InvalidValueError, TrainingDivergedError
from nnl2.statistics import simultaneous_confidence
from nnl2.validation import check_seed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nnl2.comparison.fits import ClassWeights
    from nnl2.comparison.outcome import Outcome, Replicate
    from nnl2.comparison.scores import Score
    from nnl2.comparison.splits import Split, Splits
    from nnl2.comparison.strategies import Given
    from nnl2.comparison.verdict import Row
    from nnl2.training.history import History

    Strategies = Iterable[Given] | Mapping[str, Given] | Given | None

OTHER_SEEDS = "{}, other seeds"

MOST_NUMBERS = 5_000_000
"""Inputs in memory at a time: so many splits go through one call of `train` together."""

STILL_FALLING = 0.02
"""An error still falls where the last fifth of the epochs bring more than this share of what all brought."""


def compare(
    data: Any,  # noqa: ANN401 (checked where it becomes a Table)
    strategies: Strategies = None,
    *,
    baseline: Given = "none",
    score: str | None = None,
    splits: Splits | None = None,
    recipe: Recipe = Recipe(),  # noqa: B008 (a value)
    class_weights: ClassWeights = None,
    seed: int = 0,
    n_jobs: int = -1,
) -> Comparison:
    """Return how strategies compare with a baseline, on the same splits and from the same starts.

    Parameters
    ----------
    data
        (inputs, targets), a Dataset, a Table, or a function of the seed that returns one of the first two: then
        each replicate has new training items.
    strategies
        Texts, regularizers or their classes, or a mapping of names to these. A name without numbers, such as
        "l2", and a class, mean that each training part chooses the strength from the ladder the class offers. By
        default "l2", "l1", "dropout", and "weight-decay" where the optimizer makes it another thing than L2.
    baseline
        What they are compared with; it is trained once more with other seeds, which shows the luck of the seed.
    score
        The score that decides: accuracy, balanced-accuracy, log-loss or auc; r2 or rmse. By default accuracy, or
        balanced accuracy where the largest class has over two thirds of the items; r2 for values.
    splits
        RepeatedFolds(), FixedTest(rows), TimeOrder(), or FreshData() for a generator.
    recipe
        How every network is made and trained.
    class_weights
        How much items of each class count in learning: "balanced", or a mapping of labels to weights. Scores count
        them as they are.
    seed
        Seeds the splits and all networks.
    n_jobs
        The number of threads, -1 for one on each processor.

    Raises
    ------
    InvalidValueError, InvalidTypeError, UnknownNameError
        If an argument cannot be used; nothing has been trained then.
    TrainingDivergedError
        If the baseline diverges. Of other strategies their rows say so.

    Examples
    --------
    >>> from nnl2 import make_data
    >>> from nnl2.comparison import RepeatedFolds
    >>> result = compare(make_data(60), ["l2:0.1"], splits=RepeatedFolds(3, repeats=1))
    >>> [row.name for row in result.rows]
    ['none', 'l2:0.1', 'none, other seeds']
    """
    seed = check_seed("seed", seed)
    if not isinstance(recipe, Recipe):
        raise InvalidTypeError(f"recipe must be a Recipe, got {recipe!r}")
    reference = as_strategy(baseline)
    compared = [each for each in as_strategies(strategies, recipe) if each.candidates != reference.candidates]
    if not compared:
        raise InvalidValueError(f"strategies must hold one besides the baseline {reference.name!r}")
    table = None if callable(data) else as_table(data)
    splits = check_splits(splits, data, groups=table is not None and table.groups is not None)
    made = splits.split(data if table is None else table, seed)
    tables = [split.table for split in (made if table is None else made[:1])]
    decides, reason = deciding_score(score, tables)
    _check_class_weights(class_weights, tables[0].classes)
    contenders = [reference, *compared, Strategy(OTHER_SEEDS.format(reference.name), reference.candidates)]
    if len({each.name for each in contenders}) < len(contenders):
        raise InvalidValueError(f"strategies must not be called {reference.name!r}, as the baseline is")

    replicates: list[list[Replicate]] = [[] for _ in contenders]
    numbers: list[list[int]] = [[] for _ in contenders]
    for some in _batches(made):
        _run(some, contenders, splits, recipe, class_weights, seed, n_jobs, decides, replicates, numbers)
    outcomes = [outcome_of(each.name, own) for each, own in zip(contenders, replicates, strict=True)]
    _check_baseline(outcomes[0], decides)

    theirs = outcomes[0].values(decides)
    assert theirs is not None
    mean = float(theirs[-1] if splits.over_items else theirs.mean())
    confidence = simultaneous_confidence(len(compared))
    ruler = Ruler(decides, splits, made, outcomes[0], confidence, decides.rope_beside(mean))
    rows = [ruler.row(*each) for each in zip(contenders, outcomes, numbers, strict=True)]
    compared_rows = tuple(rows[1:-1])
    first, n_inputs = made[0].table, made[0].table.prepare(made[0].train).n_inputs
    return Comparison(
        data=_described(made, n_inputs),
        splits=splits.sentence(made),
        recipe_sentence=recipe.sentence(first, n_inputs),
        recipe=recipe,
        estimand=f"what networks differ by, {splits.trained_on(made)}, strengths chosen by this procedure",
        score=decides.name,
        score_reason=reason,
        baseline=reference.name,
        confidence=confidence,
        rope=ruler.rope,
        verdict=headline(compared_rows, reference.name),
        best_guess=_best(rows[:-1], decides),
        resolution=ruler.resolution(outcomes[-1]),
        rows=(
            ruler.baseline_row(rows[0]),
            *compared_rows,
            outside_the_family(rows[-1], SEED_LUCK),
        ),
        outcomes=tuple(outcomes),
        notes=_notes(outcomes[0]),
        seed=seed,
    )


def _batches(made: Sequence[Split]) -> Iterator[list[tuple[int, Split]]]:
    """Return the splits with their numbers, as many at a time as memory should hold."""
    numbered = list(enumerate(made))
    per_split = max(1, len(made[0].train) * made[0].table.prepare(made[0].train).n_inputs)
    size = max(1, MOST_NUMBERS // per_split)
    for start in range(0, len(numbered), size):
        yield numbered[start : start + size]


def _run(
    numbered: Sequence[tuple[int, Split]],
    contenders: Sequence[Strategy],
    splits: Splits,
    recipe: Recipe,
    class_weights: ClassWeights,
    seed: int,
    n_jobs: int,
    decides: Score,
    replicates: list[list[Replicate]],
    numbers: list[list[int]],
) -> None:
    """Choose strengths, train and judge for some splits; what comes out is added to replicates and numbers."""
    *own, _ = contenders
    choices = choose(numbered, own, splits, recipe, class_weights, seed, n_jobs)
    chosen = [[*each, each[0]] for each in choices]  # the baseline with other seeds takes the baseline's
    parts = [
        Part(
            split.table,
            split.train,
            split.test,
            splits,
            weights_by_class(split.table, split.train, class_weights),
            seed,
        )
        for _, split in numbered
    ]
    fits = [
        Fit(
            part,
            strategy.candidates[choice],
            seed_of(seed, number, int(strategy is contenders[-1]), repeat),
        )
        for (number, _), part, choice_of in zip(numbered, parts, chosen, strict=True)
        for strategy, choice in zip(contenders, choice_of, strict=True)
        for repeat in range(recipe.seeds)
    ]
    fitted = iter(train_all(fits, recipe, n_jobs, recorded=True))
    for part, choice_of in zip(parts, chosen, strict=True):
        for place, (strategy, choice) in enumerate(zip(contenders, choice_of, strict=True)):
            networks = [next(fitted) for _ in range(recipe.seeds)]
            replicates[place].append(replicate_of(strategy.text_of(choice), part, networks, decides))
            numbers[place].append(choice)


def _check_class_weights(given: ClassWeights, classes: tuple[Any, ...] | None) -> None:
    if given is None:
        return
    if classes is None:
        raise InvalidValueError("class_weights are for classes, but these targets are values")
    if isinstance(given, Mapping) and set(given) == set(classes):
        return
    if given != "balanced":
        raise InvalidValueError(
            f'class_weights must be "balanced" or a mapping of each of {list(classes)} to a weight, got {given!r}'
        )


def _check_baseline(outcome: Outcome, score: Score) -> None:
    if outcome.failures:
        raise TrainingDivergedError(
            f"the baseline {outcome.name!r} failed in {len(outcome.failures)} of {outcome.n_replicates} "
            f"replicates: {outcome.failures[0][1]}"
        )
    if outcome.values(score) is None:
        raise InvalidValueError(
            f"{score.name} is not defined on some test part, because a class or all spread is missing there; "
            f"ask for another score, or for fewer folds"
        )


def _best(rows: Sequence[Row], score: Score) -> str:
    """Return the name of the row with the best mean; of equal ones the first."""
    sign = 1 if score.larger_is_better else -1
    return max(
        (row for row in rows if score.name in row.scores), key=lambda row: sign * row.scores[score.name]
    ).name


def _described(made: Sequence[Split], n_inputs: int) -> str:
    table = made[0].table
    kind = "values" if table.classes is None else f"{len(table.classes)} classes"
    return f"{table.name}: {table.n_items} items, {n_inputs} inputs, {kind}"


def _notes(baseline: Outcome) -> tuple[str, ...]:
    """Return what must be known of the baseline's training: whether it had come to its end."""
    falls = [_last_fall(history) for history in baseline.histories]
    if np.mean(falls) <= STILL_FALLING:
        return ()
    share = 100 * float(np.mean(falls))
    said = f"The training error of {baseline.name} is still falling at the end"
    return (
        f"{said} (the last fifth of the epochs brings {share:.0f} % of the way): more could change the verdict.",
    )


def _last_fall(history: History) -> float:
    """Return which share of its whole fall an error makes in the last fifth of the epochs."""
    errors, epochs = history.errors, history.epochs
    earlier = errors[np.searchsorted(epochs, epochs[0] + 0.8 * (epochs[-1] - epochs[0]))]
    way = errors[0] - errors.min()
    return float((earlier - errors[-1]) / way) if way > 0 else 0.0
