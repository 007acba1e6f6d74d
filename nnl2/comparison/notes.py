"""What must be known of the data and of training, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnl2.comparison.curves import curves_of
from nnl2.comparison.headline import joined
from nnl2.errors import in_a_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnl2.comparison.curves import Curves
    from nnl2.comparison.outcome import Outcome
    from nnl2.comparison.parts import ClassWeights
    from nnl2.comparison.recipe import Recipe
    from nnl2.comparison.scores import Score
    from nnl2.comparison.splits import Split, Splits
    from nnl2.preparation import Table
    from nnl2.training.history import History

UNNAMED = "target"
"""What arrays call their target."""

STILL_FALLING = 0.02
"""An error still falls where the last fifth of the epochs bring more than this share of what all brought; it rises
where it ends above its lowest by more than this share of its way down."""


def described(made: tuple[Split, ...], splits: Splits) -> str:
    """Return what is compared on: its name, items, inputs and target."""
    table, n_inputs = made[0].table, made[0].n_inputs
    n_columns = len(table.inputs)
    columns = f"{n_columns} column{'s' if n_columns > 1 else ''} as "
    inputs = f"{'' if n_columns == n_inputs else columns}{n_inputs} input{'s' if n_inputs > 1 else ''}"
    kind = "values" if table.classes is None else f"{len(table.classes)} classes"
    if table.target_name != UNNAMED:
        of_classes = "" if table.classes is None else f" of {kind}"
        kind = f"target {in_a_line(table.target_name)!r}{of_classes}"
    return f"{in_a_line(table.name)}: {splits.items(made)}, {inputs}, {kind}"


def estimand(made: tuple[Split, ...], splits: Splits, *, chosen: bool) -> str:
    """Return what the differences are estimates of."""
    strengths = "chosen by this procedure" if chosen else "as given"
    return f"what networks differ by, {splits.trained_on(made)}, strengths {strengths}"


def recipe_in_words(recipe: Recipe, made: tuple[Split, ...], splits: Splits, *, chosen: bool) -> str:
    """Return how every network was made and trained, and how strengths were chosen, if any was."""
    sentence = recipe.sentence(made[0].table, made[0].n_inputs, splits.prepared, splits.start)
    return f"{sentence}; {recipe.choice_sentence()}" if chosen else sentence


def why_not_judged(splits: Splits, score: Score) -> str:
    """Return why there is no verdict, where there is none."""
    if not splits.has_verdicts:
        return "blocks of time depend on one another, and there is no test for them"
    return f"{score.name} is no mean over test items, and there is no test for it on one test set"


def notes_on(table: Table, outcomes: Sequence[Outcome], class_weights: ClassWeights) -> tuple[str, ...]:
    """Return what else must be known, a sentence each; the baseline's outcome is the first."""
    return (
        *_on_answers(outcomes, class_weights),
        *_on_training(outcomes[0]),
        *_on_weights(table, class_weights),
        *_left_out(table),
    )


def _on_answers(outcomes: Sequence[Outcome], class_weights: ClassWeights) -> tuple[str, ...]:
    """Return what follows where networks name one class: nothing is learned, or what is compared is too strong."""
    if not any(outcome.n_collapsed for outcome in outcomes):
        return ()
    baseline = outcomes[0]
    collapsed = [outcome for outcome in outcomes if outcome.n_collapsed]
    too_strong = [each.name for each in collapsed if each.regularizers != baseline.regularizers]
    way_out = ""
    if len(too_strong) == len(collapsed):  # neither the baseline nor the same with other seeds
        be = "is" if len(too_strong) == 1 else "are"
        way_out = f"; those of {baseline.name} do not, so {joined(too_strong, 'and')} {be} too strong here"
    elif class_weights is None:
        way_out = "; if a class is rare, balanced class weights let them learn it"
    return (f"Where networks name one class for all test items, intervals are too short{way_out}.",)


def _on_weights(table: Table, class_weights: ClassWeights) -> tuple[str, ...]:
    said = [] if table.item_weights is None else ["Items count by their weights, in learning and in scores."]
    if class_weights == "balanced":
        said.append(
            "In learning all classes count alike (balanced class weights); scores count items as they are."
        )
    elif class_weights is not None:
        said.append(f"In learning classes count by the weights {class_weights}; scores count items as they are.")
    return tuple(said)


def _left_out(table: Table) -> tuple[str, ...]:
    """Return which columns are no inputs, and why."""
    reasons = [f"{in_a_line(name)} ({reason})" for name, reason in table.left_out.items()]
    return (f"Left out: {', '.join(reasons)}.",) if reasons else ()


def _on_training(baseline: Outcome) -> tuple[str, ...]:
    """Return what must be known of the baseline's training: whether longer training could bring more."""
    falls = [_last_fall(history) for history in baseline.histories]
    if np.mean(falls) <= STILL_FALLING:
        return ()
    share = 100 * float(np.mean(falls))
    said = f"The training error of {baseline.name} is still falling at the end"
    brings = f"(the last fifth of the epochs brings {share:.0f} % of the way)"
    lowest = _lowest_before_rising(curves_of(baseline))
    if lowest is None:
        return (f"{said} {brings}: longer training could change what comes out.",)
    rises = f"but on items held out its error is lowest near epoch {lowest} and rises from there"
    so = "it learns its training items by heart, and by that error longer training will not help it"
    return (f"{said} {brings}, {rises}: {so}.",)


def _lowest_before_rising(curves: Curves) -> int | None:
    """Return the epoch with the lowest mean held-out error; None unless it rises from there, or is unknown."""
    if curves.held_out is None or np.isnan(curves.held_out).any():
        return None
    errors = curves.held_out.mean(axis=0)
    lowest = int(errors.argmin())
    rises = errors[-1] - errors[lowest] > STILL_FALLING * (errors[0] - errors[lowest])
    return int(curves.epochs[lowest]) if rises else None


def _last_fall(history: History) -> float:
    """Return which share of its whole fall an error makes in the last fifth of the epochs."""
    errors, epochs = history.errors, history.epochs
    earlier = errors[np.searchsorted(epochs, epochs[0] + 0.8 * (epochs[-1] - epochs[0]))]
    way = errors[0] - errors.min()
    return float((earlier - errors[-1]) / way) if way > 0 else 0.0
