"""`compare`: whether a regularizer helps on these data, which, how much, and whether the difference is real."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.comparison.fits import Procedure
from nnl2.comparison.headline import headline
from nnl2.comparison.notes import described, estimand, notes_on, recipe_in_words, why_not_judged
from nnl2.comparison.recipe import Recipe
from nnl2.comparison.resolution import resolution
from nnl2.comparison.result import Comparison
from nnl2.comparison.rows import Ruler
from nnl2.comparison.running import outcomes_of
from nnl2.comparison.scores import score_without_inputs
from nnl2.comparison.settled import settle
from nnl2.comparison.strategies import Strategy, as_strategy, beside
from nnl2.errors import InvalidTypeError, InvalidValueError, TrainingDivergedError
from nnl2.network import train
from nnl2.statistics import simultaneous_confidence
from nnl2.validation import check_number, check_seed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from nnl2.comparison.fits import Train
    from nnl2.comparison.outcome import Outcome
    from nnl2.comparison.parts import ClassWeights
    from nnl2.comparison.rows import Row
    from nnl2.comparison.running import Progress
    from nnl2.comparison.scores import Score
    from nnl2.comparison.splits import Split, Splits
    from nnl2.comparison.strategies import Given

    FloatArray = NDArray[np.floating[Any]]
    Strategies = Iterable[Given] | Mapping[str, Given] | Given | None

OTHER_SEEDS = "{}, other seeds"


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
    on_progress: Progress = None,
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
    contenders = _contenders(strategies, as_strategy(baseline), recipe)
    reference, *compared, other_seeds = contenders
    splits, made, decides, reason = settle(data, splits, score, class_weights, seed)

    procedure = Procedure(splits, recipe, class_weights, seed, n_jobs, trained_by)
    outcomes = outcomes_of(contenders, made, procedure, decides, on_progress)
    theirs = _checked(outcomes[0], decides)
    if rope is None:
        rope = decides.rope_beside(float(theirs[-1] if splits.over_items else theirs.mean()))
    ruler = Ruler(decides, splits, made, outcomes[0], simultaneous_confidence(len(compared)), rope)
    rows = [ruler.row(*each) for each in zip(compared, outcomes[1:-1], strict=True)]
    first, last = ruler.baseline_row(reference), ruler.seed_luck_row(other_seeds, outcomes[-1])
    verdicts = [(row.name, row.verdict_and_size) for row in rows]
    chosen = any(strategy.is_chosen for strategy in contenders)
    return Comparison(
        data=described(made, splits),
        splits=splits.sentence(made),
        recipe_sentence=recipe_in_words(recipe, made, splits, chosen=chosen),
        recipe=recipe,
        estimand=estimand(made, splits, chosen=chosen),
        score=decides.name,
        score_reason=reason,
        baseline=reference.name,
        confidence=ruler.confidence,
        rope=rope,
        verdict=headline(verdicts, reference.name, why_not_judged(splits, decides)),
        best_guess=_best([first, *rows], decides),
        resolution=resolution(ruler, outcomes[-1]),
        without_inputs=_without_inputs(made[-1:] if splits.over_items else made, decides),
        over_items=splits.over_items,
        rows=(first, *rows, last),
        outcomes=tuple(outcomes),
        notes=notes_on(made[0].table, outcomes, class_weights),
        seed=seed,
    )


def _contenders(strategies: Strategies, baseline: Strategy, recipe: Recipe) -> list[Strategy]:
    """Return the baseline, what is compared with it, and the baseline with other seeds."""
    contenders = beside(baseline, strategies, recipe)
    if len(contenders) == 1:
        raise InvalidValueError(f"strategies must hold one besides the baseline {baseline.name!r}")
    other_seeds = OTHER_SEEDS.format(baseline.name)
    if other_seeds in (each.name for each in contenders):
        raise InvalidValueError(f"strategies must not be called {other_seeds!r}, as the baseline's second run is")
    return [*contenders, Strategy(other_seeds, baseline.candidates)]


def _checked(baseline: Outcome, score: Score) -> FloatArray:
    """Return the baseline's score in each replicate, without which nothing can be compared."""
    if baseline.failures:
        raise TrainingDivergedError(
            f"the baseline {baseline.name!r} failed in {len(baseline.failures)} of {baseline.n_replicates} "
            f"replicates: {baseline.failures[0][1]}"
        )
    baseline.check_defined(score)
    return np.array(baseline.scores[score.name], dtype=np.float64)


def _best(rows: Sequence[Row], score: Score) -> str:
    """Return the name of the row with the best mean; of equal ones the first."""
    sign = 1 if score.larger_is_better else -1
    return max(
        (row for row in rows if score.name in row.scores), key=lambda row: sign * row.scores[score.name]
    ).name


def _without_inputs(made: Sequence[Split], score: Score) -> float | None:
    each = [score_without_inputs(split.table, split.train, split.test, score) for split in made]
    return None if None in each else float(np.mean(each))  # type: ignore[arg-type]
