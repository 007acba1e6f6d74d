"""What a comparison says, in sentences: what must be known first, what tables show, and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnl2.comparison.scores import OF_VALUES, SCORES
from nnl2.statistics import CANNOT_TELL

if TYPE_CHECKING:
    from nnl2.comparison.findings import Findings
    from nnl2.comparison.rows import Row


def said_first(comparison: Findings) -> list[str]:
    """Return what a person must know, a paragraph each: the verdict, a best guess, what can be told at all."""
    return [
        f"Verdict: {comparison.verdict}.",
        *_hardly_better_than_nothing(comparison),
        _best_guess(comparison),
        _resolution(comparison),
    ]


def what_differences_show(comparison: Findings) -> str:
    """Return what stands in the table of differences."""
    score = SCORES[comparison.score]
    units = ", in %, differences in points" if score.per_cent else ""
    less = "" if score.larger_is_better else ", less is better"
    return f"{comparison.data}; {score.name} decides{less}{units}:"


def what_spread_shows(comparison: Findings) -> str:
    """Return what stands in the table of the spread, and what its headings mean."""
    in_points = ", in points" if SCORES[comparison.score].per_cent else ""
    of = "test items on which" if comparison.over_items else "splits in which"
    explained = f"half: half of the interval; +/=/-: {of} it is better, equal, worse"
    if comparison.over_items:
        return f"How well differences from {comparison.baseline} are known{in_points}. {explained}:"
    below = "25 %, 75 %: so many splits lie below"
    return f"How differences from {comparison.baseline} spread{in_points}. {explained}; {below}:"


def rests_on(comparison: Findings) -> list[str]:
    """Return what the result rests on, a paragraph each."""
    return [
        *_notes_of_rows(comparison),
        *_on_ends_of_ladders(comparison),
        *comparison.notes,
        f"Estimated: {comparison.estimand}.",
        f"Score: {comparison.score}, {comparison.score_reason}. {_judged_by(comparison)}",
        f"Splits: {comparison.splits}.",
        f"Recipe: {comparison.recipe_sentence}. Seed {comparison.seed}.",
    ]


def _hardly_better_than_nothing(comparison: Findings) -> list[str]:
    """Return a warning where no network does better than who sees no inputs; else nothing."""
    score, bare = SCORES[comparison.score], comparison.without_inputs
    means = [row.scores[score.name] for row in comparison.rows if score.name in row.scores]
    best = max(means) if score.larger_is_better else min(means)
    if bare is None or (best - bare if score.larger_is_better else bare - best) > comparison.rope:
        return []
    unit = " %" if score.per_cent else ""
    answer = "the mean" if score in OF_VALUES else "the shares of the classes"
    said = f"Who answers {answer} without looking at any input comes to {score.name} {score.shown(bare)}{unit}"
    return [f"Beware: no network here learns much. {said}, the best of these to {score.shown(best)}{unit}."]


def _best_guess(comparison: Findings) -> str:
    is_baseline = comparison.best_guess == comparison.baseline
    why = ": no strategy has a better mean" if is_baseline else ", which has the best mean"
    said = f"Best guess, if you must choose: {comparison.best_guess}{why}"
    row = comparison.row(comparison.best_guess)
    chances = row.probabilities
    others = _best_by_other_scores(comparison)
    unsure = "; a guess, for the interval below leaves it open" if row.verdict == CANNOT_TELL else ""
    if chances is None:
        return f"{said}.{others}"
    return (
        f"{said}. It is better than {comparison.baseline} with probability {100 * chances.better:.0f} %, "
        f"practically the same {100 * chances.same:.0f} %, worse {100 * chances.worse:.0f} %{unsure}.{others}"
    )


def _best_by_other_scores(comparison: Findings) -> str:
    """Return who is better by other scores, and by more than their ropes."""
    *rows, _ = comparison.rows  # the last has other seeds
    guess, baseline = comparison.row(comparison.best_guess), comparison.row(comparison.baseline)
    found: dict[str, list[str]] = {}
    for name, own in guess.scores.items():
        means = np.array([row.scores.get(name, own) for row in rows])
        by_how_much = SCORES[name].better_by(means, np.full(len(rows), own))
        best = int(by_how_much.argmax())
        if by_how_much[best] > SCORES[name].rope_beside(baseline.scores.get(name, own)):
            found.setdefault(rows[best].name, []).append(name)
    said = [f"{name} by {' and '.join(scores)}" for name, scores in found.items()]
    return f" Other scores say otherwise: {', '.join(said)}." if said else ""


def _resolution(comparison: Findings) -> str:
    among = f" with {comparison.n_compared} strategies" if comparison.n_compared > 1 else ""
    words = f"What this data can resolve{among}: "
    if comparison.resolution is None:
        return (
            f"{words}two equal runs with other seeds do not tell, for they came out alike, failed, or have no "
            f"interval. 'Cannot tell' does not mean equal."
        )
    size = SCORES[comparison.score].shown_size(comparison.resolution)
    return (
        f"{words}judging by two equal runs with other seeds, a true difference of about {size} would be found "
        f"about every second time; smaller ones mostly not. 'Cannot tell' does not mean equal."
    )


def _judged_by(comparison: Findings) -> str:
    said = (
        f"Differences up to {SCORES[comparison.score].shown_size(comparison.rope)} make no difference in practice."
    )
    n, confidence = comparison.n_compared, f"{100 * comparison.confidence:.4g} %"
    if n == 1:
        return f"{said} The interval holds at {confidence}; positive is better."
    return (
        f"{said} Each interval holds at {confidence}, so that all {n} hold together at 95 %: with fewer "
        f"strategies they are narrower, and the data resolve more. Positive is better."
    )


def _notes_of_rows(comparison: Findings) -> list[str]:
    """Return what each strategy chose, and what else must be known of it, a sentence each."""
    notes = []
    for row in comparison.rows:
        ends = _ends_of_ladder(row)
        if len(row.chosen) > 1 or ends:
            counted = ", ".join(f"{text} in {count}" for text, count in row.chosen)
            notes.append(f"{'; '.join([f'{row.name} chose {counted}', *ends])}.")
        if row.note:
            notes.append(f"{row.name}: {row.note}.")
    return notes


def _on_ends_of_ladders(comparison: Findings) -> list[str]:
    """Return where the whole way of a strength can be seen, if an end of a ladder was chosen."""
    if not any(_ends_of_ladder(row) for row in comparison.rows):
        return []
    where = "nnl2-demo path TABLE REGULARIZER, in Python strength_path"
    return [f"The score along all strengths, also beyond a ladder's end, is shown by {where}."]


def _ends_of_ladder(row: Row) -> list[str]:
    """Return how often an end of the ladder was chosen, and what to try then."""
    ends = (
        ("weak", row.at_weak_end, row.beyond_weak_end),
        ("strong", row.at_strong_end, row.beyond_strong_end),
    )
    return [
        f"{count} at the ladder's {end} end: the best may lie beyond{'' if step is None else f', try {step}'}"
        for end, count, step in ends
        if count
    ]
