"""`format_comparison`: a Comparison as text of 80 columns, the verdict first; and the tables in it."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from nnl2.comparison.scores import OF_CLASSES, OF_VALUES, SCORES
from nnl2.comparison.sentences import rests_on, said_first, what_differences_show, what_spread_shows
from nnl2.display.tables import format_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nnl2.comparison.difference import Difference
    from nnl2.comparison.findings import Findings
    from nnl2.comparison.rows import Row
    from nnl2.comparison.scores import Score
    from nnl2.statistics import MeanInterval

    Lines = list[list[str]]

WIDTH = 80
NOTHING = "-"
"""What stands in a table where there is no number."""

SHORTEST_NAME = 10
"""In a narrow table names are cut to so many characters, but no further."""


def format_comparison(comparison: Findings, width: int = WIDTH) -> str:
    """Return a comparison as text: verdict, best guess, what the data can resolve, rows, what it rests on."""
    shown = [(what_differences_show(comparison), differences(comparison)), *also_shown(comparison)]
    tables = [(title, table_within(*table, width)) for title, table in shown]
    return in_paragraphs(said_first(comparison), tables, rests_on(comparison), width)


def in_paragraphs(
    said_first: Iterable[str], tables: Iterable[tuple[str, str]], rests_on: Iterable[str], width: int
) -> str:
    """Return a result as text: what must be known, tables with what stands in them, what it rests on."""
    blocks = [wrapped(each, width) for each in said_first]
    for title, table in tables:
        blocks += [wrapped(title, width), table]
    return "\n\n".join([*blocks, "\n".join(wrapped(each, width) for each in rests_on)])


def differences(comparison: Findings) -> tuple[list[str], Lines]:
    """Return the header and a line for each row: name, mean, difference with interval, verdict."""
    score = SCORES[comparison.score]
    lines = [
        [
            row.name,
            score.shown(row.scores[score.name]) if score.name in row.scores else NOTHING,
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
        (what_spread_shows(comparison), _spread(comparison)),
        ("The means of all scores:", _all_scores(comparison)),
    ]
    return [(title, (header, lines)) for title, (header, lines) in tables if lines]


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
        [
            row.name,
            *(each.shown(row.scores[each.name]) if each.name in row.scores else NOTHING for each in of_task),
        ]
        for row in comparison.rows
    ]
    return ["strategy", *(each.name for each in of_task)], lines


def interval_of(row: Row, score: str) -> str:
    """Return a row's difference with its interval as text."""
    return difference_as_text(row.difference, SCORES[score])


def difference_as_text(difference: Difference | None, score: Score) -> str:
    """Return a difference with its interval as text; where there is none, nothing."""
    if difference is None:
        return ""
    shown, low, high = score.shown_difference, difference.low, difference.high
    interval = "" if low is None or high is None else f" [{shown(low)}, {shown(high)}]"
    return shown(difference.mean) + interval


def mean_as_text(interval: MeanInterval | None, score: Score) -> str:
    """Return a mean with half of its interval as text, without it where nothing varies; no mean is a dash."""
    if interval is None:
        return NOTHING
    half = (interval.high - interval.low) / 2
    if half == 0:
        return score.shown(interval.mean)
    return f"{score.shown(interval.mean)} +- {score.shown(half)}"


def wrapped(text: str, width: int) -> str:
    """Return a paragraph in lines no longer than the width."""
    return fill(text, width, break_long_words=False, break_on_hyphens=False)


def table_within(header: Sequence[str], lines: Lines, width: int) -> str:
    """Return a table of at most this width, if its first column can lose the ends of names for it."""
    made = [list(header), *lines]
    if header[-1] == "verdict":  # words, which stand to the left: cells of one width do
        widest = max(len(line[-1]) for line in made)
        made = [[*line[:-1], line[-1].ljust(widest)] for line in made]
    too_wide = max(map(len, format_table(made[0], made[1:]).splitlines())) - width
    longest = max(SHORTEST_NAME, max(len(line[0]) for line in made) - max(0, too_wide))
    cut = [[name if len(name) <= longest else f"{name[: longest - 3]}...", *cells] for name, *cells in made]
    return format_table(cut[0], cut[1:])


def _short(words: str) -> str:
    """Return a verdict as it fits into the table: slight differences by their sign."""
    return words.replace(", slightly better", " (+)").replace(", slightly worse", " (-)")
