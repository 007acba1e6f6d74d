"""`format_comparison`: a Comparison as text of 80 columns, the verdict first; and the parts it is made of."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from nnl2.comparison.scores import OF_CLASSES, OF_VALUES, SCORES
from nnl2.display.tables import format_table
from nnl2.statistics import CANNOT_TELL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnl2.comparison.findings import Findings
    from nnl2.comparison.verdict import Row

    Lines = list[list[str]]

WIDTH = 80
SHORTEST_NAME = 10
"""In a narrow table names are cut to so many characters, but no further."""


def format_comparison(comparison: Findings, width: int = WIDTH) -> str:
    """Return a comparison as text: verdict, best guess, what the data can resolve, rows, what it rests on."""
    blocks = [
        *(_wrapped(each, width) for each in said_first(comparison)),
        _wrapped(what_differences_show(comparison), width),
        _table(*differences(comparison), width),
    ]
    for title, (header, lines) in also_shown(comparison):
        blocks += [_wrapped(title, width), _table(header, lines, width)]
    return "\n\n".join([*blocks, "\n".join(_wrapped(each, width) for each in rests_on(comparison))])


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


def differences(comparison: Findings) -> tuple[list[str], Lines]:
    """Return the header and a line for each row: name, mean, difference with interval, verdict."""
    score = SCORES[comparison.score]
    lines = [
        [
            row.name,
            score.shown(row.scores[score.name]) if score.name in row.scores else "-",
            interval_of(row, score.name),
            _short(row.verdict),
        ]
        for row in comparison.rows
    ]
    if comparison.without_inputs is not None:
        lines.append(["(without inputs)", score.shown(comparison.without_inputs), "", ""])
    return ["strategy", "mean", "better by", "verdict"], lines


def also_shown(comparison: Findings) -> list[tuple[str, tuple[list[str], Lines]]]:
    """Return the other tables that hold something, each with what stands in it."""
    tables = [
        (_what_spread_shows(comparison), _spread(comparison)),
        ("The means of all scores:", _all_scores(comparison)),
    ]
    return [(title, (header, lines)) for title, (header, lines) in tables if lines]


def _what_spread_shows(comparison: Findings) -> str:
    """Return what stands in the table of the spread."""
    in_points = ", in points" if SCORES[comparison.score].per_cent else ""
    if comparison.over_items:
        return f"Half of each interval{in_points}; on how many test items better/equal/worse:"
    return f"Half of each interval; in how many splits better/equal/worse; how differences spread{in_points}:"


def _spread(comparison: Findings) -> tuple[list[str], Lines]:
    """Return the header and a line for each difference: half its interval, how often better, quartiles, worst."""
    score, header = SCORES[comparison.score], ["strategy", "half", "+/=/-"]
    lines = []
    for row in comparison.rows:
        each = row.difference
        if each is not None and each.half_width is not None:
            numbers = () if comparison.over_items else (*each.quartiles, each.worst)
            half, often = score.shown(each.half_width), f"{each.wins}/{each.ties}/{each.losses}"
            lines.append([row.name, half, often, *map(score.shown_difference, numbers)])
    return header if comparison.over_items else [*header, "25 %", "median", "75 %", "worst"], lines


def _all_scores(comparison: Findings) -> tuple[list[str], Lines]:
    """Return the header and a line for each row: the means of all scores, "-" where one is not defined."""
    of_task = OF_VALUES if SCORES[comparison.score] in OF_VALUES else OF_CLASSES
    lines = [
        [row.name, *(each.shown(row.scores[each.name]) if each.name in row.scores else "-" for each in of_task)]
        for row in comparison.rows
    ]
    return ["strategy", *(each.name for each in of_task)], lines


def rests_on(comparison: Findings) -> list[str]:
    """Return what the result rests on, a paragraph each."""
    return [
        *_notes_of_rows(comparison),
        *comparison.notes,
        f"Estimated: {comparison.estimand}.",
        f"Score: {comparison.score}, {comparison.score_reason}. {_judged_by(comparison)}",
        f"Splits: {comparison.splits}.",
        f"Recipe: {comparison.recipe_sentence}. Seed {comparison.seed}.",
    ]


def interval_of(row: Row, score: str) -> str:
    """Return a row's difference with its interval as text."""
    if row.difference is None:
        return ""
    shown, each = SCORES[score].shown_difference, row.difference
    interval = "" if each.low is None or each.high is None else f" [{shown(each.low)}, {shown(each.high)}]"
    return shown(each.mean) + interval


def _wrapped(text: str, width: int) -> str:
    return fill(text, width, break_long_words=False, break_on_hyphens=False)


def _table(header: Sequence[str], lines: Lines, width: int) -> str:
    """Return a table whose first column loses the ends of names where it is too wide."""
    made = [list(header), *lines]
    if header[-1] == "verdict":  # words, which stand to the left: cells of one width do
        widest = max(len(line[-1]) for line in made)
        made = [[*line[:-1], line[-1].ljust(widest)] for line in made]
    too_wide = max(map(len, format_table(made[0], made[1:]).splitlines())) - width
    longest = max(SHORTEST_NAME, max(len(line[0]) for line in made) - max(0, too_wide))
    cut = [[name if len(name) <= longest else f"{name[: longest - 3]}...", *cells] for name, *cells in made]
    return format_table(cut[0], cut[1:])


def _shown(comparison: Findings, size: float) -> str:
    if not SCORES[comparison.score].per_cent:
        return f"{size:.3g}"
    points = f"{100 * size:.2g}" if size < 1 else f"{100 * size:.0f}"
    return f"{points} point{'' if points == '1' else 's'}"


def _judged_by(comparison: Findings) -> str:
    return (
        f"Differences up to {_shown(comparison, comparison.rope)} make no difference in practice. Each interval "
        f"holds at {100 * comparison.confidence:.4g} %, so that all hold together at 95 %; positive is better."
    )


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
    said = f"Best guess, if you must choose: {comparison.best_guess}, which has the best mean"
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
    words = "What this data can resolve: "
    if comparison.resolution is None:
        return (
            f"{words}two equal runs with other seeds do not tell, for they came out alike or failed. "
            f"'Cannot tell' does not mean equal."
        )
    return (
        f"{words}judging by two equal runs with other seeds, a true difference of about "
        f"{_shown(comparison, comparison.resolution)} would be found about every second time; smaller ones mostly "
        f"not. 'Cannot tell' does not mean equal."
    )


def _short(words: str) -> str:
    """Return a verdict as it fits into the table: slight differences by their sign."""
    return words.replace(", slightly better", " (+)").replace(", slightly worse", " (-)")


def _notes_of_rows(comparison: Findings) -> list[str]:
    notes = []
    for row in comparison.rows:
        if len(row.chosen) > 1 or row.at_weak_end or row.at_strong_end:
            counted = ", ".join(f"{text} in {count}" for text, count in row.chosen)
            ends = [
                f"{count} at the ladder's {end} end, beyond which the best may lie"
                for count, end in ((row.at_weak_end, "weak"), (row.at_strong_end, "strong"))
                if count
            ]
            notes.append(f"{row.name} chose {counted}{'; ' if ends else ''}{'; '.join(ends)}.")
        if row.note:
            notes.append(f"{row.name}: {row.note}.")
    return notes
