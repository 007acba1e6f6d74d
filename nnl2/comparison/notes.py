"""What must be known of the data and of training, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnl2.errors import in_a_line

if TYPE_CHECKING:
    from collections.abc import Sequence

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
"""An error still falls where the last fifth of the epochs bring more than this share of what all brought."""


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
    if not any(outcome.n_collapsed for outcome in outcomes):
        return ()
    way_out = "; balanced class weights let them learn rare classes" if class_weights is None else ""
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
