"""`compare`: whether a regularizer helps on these data, which, how much, and whether the difference is real."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.comparison.fits import Fit, train_all
from nnl2.comparison.notes import described, notes_on
from nnl2.comparison.outcome import outcome_of, replicate_of
from nnl2.comparison.recipe import Recipe
from nnl2.comparison.result import Comparison
from nnl2.comparison.scores import deciding_score, score_without_inputs
from nnl2.comparison.sources import as_table
from nnl2.comparison.splits import check_splits
from nnl2.comparison.strategies import Strategy, as_strategies, as_strategy
from nnl2.comparison.tuning import choose
from nnl2.comparison.verdict import SEED_LUCK, Ruler, headline, outside_the_family
from nnl2.errors import InvalidTypeError, InvalidValueError, TrainingDivergedError
from nnl2.network import train
from nnl2.statistics import simultaneous_confidence
from nnl2.validation import check_number, check_seed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from nnl2.comparison.fits import Train
    from nnl2.comparison.outcome import Outcome, Replicate
    from nnl2.comparison.parts import ClassWeights
    from nnl2.comparison.scores import Score
    from nnl2.comparison.splits import Split, Splits
    from nnl2.comparison.strategies import Given
    from nnl2.comparison.verdict import Row

    Strategies = Iterable[Given] | Mapping[str, Given] | Given | None

OTHER_SEEDS = "{}, other seeds"

MOST_NUMBERS = 5_000_000
"""Numbers in memory at a time, of 8 bytes each: so many splits go through one call of `train` together."""

N_TOLD = 20
"""How often progress is told; more often, threads would wait for one another."""


def compare(
    data: Any,  # noqa: ANN401 (checked where it becomes a Table)
    strategies: Strategies = None,
    *,
    baseline: Given = "none",
    score: str | None = None,
    splits: Splits | None = None,
    recipe: Recipe = Recipe(),  # noqa: B008 (a value)
    rope: float | None = None,
    class_weights: ClassWeights = None,
    seed: int = 0,
    n_jobs: int = -1,
    on_progress: Callable[[int, int], object] | None = None,
    trained_by: Train = train,
) -> Comparison:
    """Return how strategies compare with a baseline, on the same splits and from the same starts.

    Parameters
    ----------
    data
        (inputs, targets), a Dataset, a Table, or a function of the seed that returns one of the first two: then
        each replicate has new training items. Or a function that returns a Start: then nothing is standardised,
        and it decides first weights and visiting orders too.
    strategies
        Texts, regularizers or their classes, tuples of regularizers for each layer, or a mapping of names to
        these. A name without numbers, such as "l2", and a class, mean that each training part chooses the
        strength from the ladder the class offers. By default "l2", "l1", "dropout" (where there is a hidden
        layer), and "weight-decay" where the optimizer makes it another thing than L2.
    baseline
        What they are compared with; it is trained once more with other seeds, which shows the luck of the seed.
    score
        The score that decides: accuracy, balanced-accuracy, log-loss or auc; r2 or rmse. By default accuracy, or
        balanced accuracy where the largest class has over two thirds of the items; r2 for values.
    splits
        RepeatedFolds(), FixedTest(rows), TimeOrder(), or FreshData() for a generator, GivenStarts(seeds, test)
        for starts.
    recipe
        How every network is made and trained.
    rope
        Differences up to this size make no difference in practice, in the unit of the score; by default .01, or a
        hundredth of the baseline's log-loss or rmse.
    class_weights
        How much items of each class count in learning: "balanced", or a mapping of labels to weights. Scores count
        them as they are.
    seed
        Seeds the splits and all networks.
    n_jobs
        The number of threads, -1 for one on each processor.
    on_progress
        Called in the calling thread about twenty times, with the number of splits that are done and of all.
    trained_by
        What trains networks, called as `nnl2.train` is; another may show progress, or train elsewhere.

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
    if rope is not None:
        rope = check_number("rope", rope, minimum=0)
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
    for some in _batches(made, 1 if on_progress is None else N_TOLD):
        _run(
            some, contenders, splits, recipe, class_weights, seed, n_jobs, trained_by, decides, replicates, numbers
        )
        if on_progress is not None:
            on_progress(some[-1][0] + 1, len(made))
    outcomes = [outcome_of(each.name, own) for each, own in zip(contenders, replicates, strict=True)]
    _check_baseline(outcomes[0], decides)

    theirs = outcomes[0].values(decides)
    assert theirs is not None
    mean = float(theirs[-1] if splits.over_items else theirs.mean())
    confidence = simultaneous_confidence(len(compared))
    ruler = Ruler(
        decides, splits, made, outcomes[0], confidence, decides.rope_beside(mean) if rope is None else rope
    )
    rows = [ruler.row(*each) for each in zip(contenders, outcomes, numbers, strict=True)]
    compared_rows = tuple(rows[1:-1])
    sentence = recipe.sentence(made[0].table, made[0].n_inputs, splits.prepared, splits.start)
    return Comparison(
        data=described(made, splits),
        splits=splits.sentence(made),
        recipe_sentence=f"{sentence}; {recipe.choice_sentence()}" if splits.chooses else sentence,
        recipe=recipe,
        estimand=f"what networks differ by, {splits.trained_on(made)}, strengths "
        f"{'chosen by this procedure' if splits.chooses else 'as given'}",
        score=decides.name,
        score_reason=reason,
        baseline=reference.name,
        confidence=confidence,
        rope=ruler.rope,
        verdict=headline(compared_rows, reference.name),
        best_guess=_best(rows[:-1], decides),
        resolution=ruler.resolution(outcomes[-1]),
        without_inputs=_without_inputs(made[-1:] if splits.over_items else made, decides),
        over_items=splits.over_items,
        rows=(
            ruler.baseline_row(rows[0]),
            *compared_rows,
            outside_the_family(rows[-1], SEED_LUCK),
        ),
        outcomes=tuple(outcomes),
        notes=notes_on(made[0].table, outcomes, class_weights),
        seed=seed,
    )


def _batches(made: Sequence[Split], n_told: int) -> Iterator[list[tuple[int, Split]]]:
    """Return the splits with their numbers, as many at a time as memory should hold, but so often at least."""
    numbered = list(enumerate(made))
    size = max(1, min(MOST_NUMBERS // max(1, made[0].n_numbers), math.ceil(len(made) / n_told)))
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
    trained_by: Train,
    decides: Score,
    replicates: list[list[Replicate]],
    numbers: list[list[int]],
) -> None:
    """Choose strengths, train and judge for some splits; what comes out is added to replicates and numbers."""
    *own, _ = contenders
    choices = choose(numbered, own, splits, recipe, class_weights, seed, n_jobs, trained_by)
    chosen = [[*each, each[0]] for each in choices]  # the baseline with other seeds takes the baseline's
    parts = [split.part(splits.inside, class_weights, seed) for _, split in numbered]
    fits = [
        Fit(
            part,
            strategy.candidates[choice],
            splits.network_seed(seed, number, int(strategy is contenders[-1]), repeat),
        )
        for (number, _), part, choice_of in zip(numbered, parts, chosen, strict=True)
        for strategy, choice in zip(contenders, choice_of, strict=True)
        for repeat in range(recipe.seeds)
    ]
    fitted = iter(train_all(fits, recipe, n_jobs, trained_by, recorded=True))
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


def _without_inputs(made: Sequence[Split], score: Score) -> float | None:
    each = [score_without_inputs(split.table, split.train, split.test, score) for split in made]
    return None if None in each else float(np.mean(each))  # type: ignore[arg-type]
