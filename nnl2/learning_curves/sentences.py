"""What a learning curve says, in sentences: whether more items would help, and what each regularizer gains."""

from __future__ import annotations

from itertools import groupby, takewhile
from typing import TYPE_CHECKING

from nnl2.comparison.headline import joined
from nnl2.comparison.scores import SCORES
from nnl2.comparison.strategies import layers_of
from nnl2.comparison.text import difference_as_text
from nnl2.statistics import BETTER, CANNOT_TELL, SAME_IN_PRACTICE, WORSE, verdict
from nnl2.training.stopping import stopping_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnl2.comparison.difference import Difference
    from nnl2.comparison.fits import Procedure
    from nnl2.comparison.strategies import Strategy
    from nnl2.learning_curves.findings import CurveFindings
    from nnl2.learning_curves.nested import Nested
    from nnl2.learning_curves.rows import CurveRow

FAILED = "failed"

AT_THE_END = {
    BETTER: "more would probably help networks {}",
    SAME_IN_PRACTICE: "networks {} practically stayed the same",
    WORSE: "networks {} got worse",
    CANNOT_TELL: "cannot tell whether more would help networks {}",
    FAILED: "training failed {}",
}
"""What is said of networks by the verdict on their last step."""

WITHOUT = "without regularization"
"""What is said for none where it could be taken for nobody."""


def said_first(curve: CurveFindings) -> list[str]:
    """Return what a person must know, a paragraph each: whether more items would help, then each regularizer."""
    return [would_more_help(curve), *(_on_one(curve, name) for name in curve.names)]


def would_more_help(curve: CurveFindings) -> str:
    """Return in a sentence which networks are still getting better where the curve ends."""
    *_, before, last = curve.sizes
    found: dict[str, list[str]] = {}
    for name, step in curve.last_steps.items():
        networks = WITHOUT if name == curve.names[0] else f"with {name}"
        found.setdefault(_at_the_end(step, curve.rope), []).append(networks)
    said = [
        words.format(joined(found[how], "or" if how == CANNOT_TELL else "and"))
        for how, words in AT_THE_END.items()
        if how in found
    ]
    return f"Judged by the step from {before} to {last} items: {'; '.join(said)}."


def _at_the_end(step: Difference | None, rope: float) -> str:
    """Return what the last step of a regularizer says: a verdict, or that training failed."""
    if step is None:
        return FAILED
    if step.low is None or step.high is None:
        return CANNOT_TELL
    said = verdict(step.low, step.high, rope=rope)
    return SAME_IN_PRACTICE if said.startswith(SAME_IN_PRACTICE) else said


def _on_one(curve: CurveFindings, name: str) -> str:
    """Return what must be known of one regularizer: its last score and step, when it is nearly there, its gain."""
    rows, step = curve.rows_of(name), curve.last_steps[name]
    said = [_last_score(curve, rows[-1])]
    if step is not None:
        unknown = "" if step.low is not None else ", the same in every split, which says nothing of others"
        said.append(f"the last step brings {_with_unit(curve, step)}{unknown}")
    return f"{name}: {'; '.join([*said, *_when_nearly_there(rows), *_on_gains(curve, rows)])}."


def _last_score(curve: CurveFindings, row: CurveRow) -> str:
    if row.held_out is None:
        return f"training failed with {row.n_items} items"
    score = SCORES[curve.score]
    unit = " %" if score.per_cent else ""
    mean = f"{score.name} {score.shown(row.held_out.mean)}{unit}"
    if row.held_out.low == row.held_out.high:
        return f"{mean} with {row.n_items} items in every split"
    low, high = (score.shown(score.within(each)) for each in (row.held_out.low, row.held_out.high))
    return f"{mean} [{low}, {high}] with {row.n_items} items"


def _with_unit(curve: CurveFindings, difference: Difference) -> str:
    score = SCORES[curve.score]
    return f"{difference_as_text(difference, score)}{' points' if score.per_cent else ''}"


def _when_nearly_there(rows: Sequence[CurveRow]) -> list[str]:
    """Return from which size on all means lie within the interval of the last; nothing where that is the last."""
    last = rows[-1].held_out
    if last is None:
        return []
    near = list(
        takewhile(
            lambda row: row.held_out is not None and last.low <= row.held_out.mean <= last.high, reversed(rows)
        )
    )
    return [f"from {near[-1].n_items} items on its mean lies within that interval"] if len(near) > 1 else []


def _on_gains(curve: CurveFindings, rows: Sequence[CurveRow]) -> list[str]:
    """Return with how many items a regularizer is better than none, and where most; nothing of none itself."""
    gains = {row.n_items: row.gain for row in rows if row.gain is not None}
    if not gains:
        return []
    most = max(gains, key=lambda n_items: gains[n_items].mean)
    better = [n_items for n_items, gain in gains.items() if gain.low is not None and gain.low > 0]
    worse = [n_items for n_items, gain in gains.items() if gain.high is not None and gain.high < 0]
    said = []
    if better:
        most = max(better, key=lambda n_items: gains[n_items].mean)
        where = "" if len(better) == 1 else f", most with {most}"
        said.append(f"better than none with {_numbers(better)} items{where}: {_with_unit(curve, gains[most])}")
    if worse:
        least = min(worse, key=lambda n_items: gains[n_items].mean)
        where = "" if len(worse) == 1 else f", most with {least}"
        said.append(f"worse than none with {_numbers(worse)} items{where}: {_with_unit(curve, gains[least])}")
    if not said:
        said.append(
            f"cannot tell it from none with any number of items; it looks best with {most}: "
            f"{_with_unit(curve, gains[most])}"
        )
    return said


def _numbers(sizes: Sequence[int]) -> str:
    return joined([*map(str, sizes)], "and")


def what_stands_there(curve: CurveFindings) -> str:
    """Return what stands in the table of sizes."""
    score = SCORES[curve.score]
    units = ", in %, gains in points" if score.per_cent else ""
    less = "" if score.larger_is_better else ", less is better"
    return (
        f"{curve.data}; {score.name}{less}{units}, with 95 % intervals over splits; gain: how much better than "
        f"none with the same items:"
    )


def rests_on(curve: CurveFindings) -> list[str]:
    """Return what the result rests on, a paragraph each."""
    return [
        *_on_failures(curve),
        *_on_choices(curve),
        *_on_collapsed(curve),
        *_on_last_batches(curve),
        *curve.notes,
        f"Score: {curve.score}, {curve.score_reason}. {_judged_by(curve)}",
        f"Splits: {curve.splits}. {curve.nesting}",
        f"Recipe: {curve.recipe_sentence}. {curve.updates} Seed {curve.seed}.",
    ]


def updates_in_words(procedures: dict[int, Procedure], found: Nested) -> str:
    """Return over how many epochs networks learned with the fewest items, and why not over equally many."""
    fewest, procedure = next(iter(procedures.items()))
    return (
        f"These are the epochs with {found.n_full} items; with fewer there are more, {procedure.recipe.epochs} "
        f"with {fewest} items, so that networks make as many updates: with equal epochs, few items would also be "
        f"learned for a shorter time."
    )


def notes_on_stopping(strategies: Sequence[Strategy]) -> list[str]:
    """Return that not all networks make as many updates, where some may stop early."""
    stopped = [
        strategy.name for strategy in strategies if any(stopping_parts(layers_of(c)) for c in strategy.candidates)
    ]
    if not stopped:
        return []
    names = " and ".join(stopped)
    return [
        (
            f"The patience of {names} is counted in epochs, which are shorter with few items: there networks stop "
            f"after fewer updates than the others make."
        )
    ]


def nesting_in_words(found: Nested) -> str:
    """Return how smaller training parts were made."""
    table = found.splits[0].table
    stratified = "" if table.classes is None else ", stratified by class"
    grouped = "" if table.groups is None else ", group by group"
    most = found.n_largest
    differ = "" if most == found.n_full else f" (with {found.n_full} they are whole, up to {most} items)"
    return (
        f"Smaller training parts lie inside the larger ones{stratified}{grouped}{differ}; test parts are the same "
        f"with all sizes."
    )


def _on_failures(curve: CurveFindings) -> list[str]:
    return [f"{row.name} with {row.n_items} items {row.failure}." for row in curve.rows if row.failure]


def _on_choices(curve: CurveFindings) -> list[str]:
    """Return what each regularizer whose strength was chosen chose most often at each size."""
    said = []
    for name in curve.names:
        rows = curve.rows_of(name)
        if any(text != name for row in rows for text, _ in row.chosen):
            most = [(text, [*own]) for text, own in groupby(rows, lambda row: row.chosen[0][0])]
            spans = (f"{text} with {_span(own)} items" for text, own in most)
            said.append(f"{name} chose most often {', '.join(spans)}.")
    return said


def _span(rows: Sequence[CurveRow]) -> str:
    first, last = rows[0].n_items, rows[-1].n_items
    return str(first) if first == last else f"{first} to {last}"


def _on_collapsed(curve: CurveFindings) -> list[str]:
    """Return with how few items networks name one class; of the most items the notes tell."""
    found = [
        f"{row.name} with {row.n_items}" for row in curve.rows if row.n_collapsed and row.n_items < curve.sizes[-1]
    ]
    if not found:
        return []
    where = ", ".join(found)
    return [f"Some networks name one class for all test items, so that intervals are too short: {where} items."]


def _on_last_batches(curve: CurveFindings) -> list[str]:
    """Return with how many items the last batch of an epoch has one item, whose update counts like all others."""
    size = curve.recipe.batch_size
    parts = sorted({*curve.sizes, curve.n_largest})
    found = [n_items for n_items in parts if size > 1 and n_items % size == 1 and n_items > size]
    if not found:
        return []
    where = _numbers(found)
    said = f"With {where} items the last batch of an epoch has one item, whose update counts like one of {size}"
    return [f"{said}: scores may be worse for it. Another batch size, or other sizes, avoid that."]


def _judged_by(curve: CurveFindings) -> str:
    said = f"Differences up to {SCORES[curve.score].shown_size(curve.rope)} make no difference in practice."
    n_steps = len(curve.last_steps)
    if n_steps == 1:
        return said
    n_gains = (n_steps - 1) * len(curve.sizes)
    gain, step = (
        f"each at {100 * confidence:.4g} %" for confidence in (curve.gain_confidence, curve.step_confidence)
    )
    together = f"The {n_gains} intervals of gains hold together at 95 %, {gain}"
    return f"{said} {together}; so do the {n_steps} of last steps, {step}."
