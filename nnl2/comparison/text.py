"""`format_comparison`: a Comparison as text of 80 columns, the verdict first."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from nnl2.comparison.scores import SCORES
from nnl2.display.tables import format_table

if TYPE_CHECKING:
    from nnl2.comparison.findings import Findings
    from nnl2.comparison.verdict import Row

WIDTH = 80
LONGEST_NAME = 22


def format_comparison(comparison: Findings) -> str:
    """Return a comparison as text: verdict, best guess, what the data can resolve, rows, how it was done."""
    paragraphs = [
        f"{comparison.data}; {comparison.score} decides.",
        f"Verdict: {comparison.verdict}.",
        _best_guess(comparison),
        _resolution(comparison),
    ]
    tables = [_differences(comparison), _spread(comparison)]
    after = [
        *_notes_of_rows(comparison),
        *comparison.notes,
        f"Estimated: {comparison.estimand}.",
        f"Score: {comparison.score}, {comparison.score_reason}. {_judged_by(comparison)}",
        f"Splits: {comparison.splits}.",
        f"Recipe: {comparison.recipe_sentence}. Seed {comparison.seed}.",
    ]
    texts = [_wrapped(each) for each in paragraphs if each]
    return "\n\n".join([*texts, *filter(None, tables), "\n".join(map(_wrapped, after))])


def interval_of(row: Row, score: str) -> str:
    """Return a row's difference with its interval as text."""
    if row.difference is None:
        return ""
    shown, each = SCORES[score].shown_difference, row.difference
    interval = "" if each.low is None or each.high is None else f" [{shown(each.low)}, {shown(each.high)}]"
    return shown(each.mean) + interval


def _wrapped(text: str) -> str:
    return fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _shown(comparison: Findings, size: float) -> str:
    if not SCORES[comparison.score].per_cent:
        return f"{size:.3g}"
    points = f"{100 * size:.2g}"
    return f"{points} point{'' if points == '1' else 's'}"


def _judged_by(comparison: Findings) -> str:
    return (
        f"Differences up to {_shown(comparison, comparison.rope)} make no difference in practice. Each interval "
        f"holds at {100 * comparison.confidence:.4g} %, so that all hold together at 95 %; positive is better."
    )


def _best_guess(comparison: Findings) -> str:
    said = f"Best guess, if you must choose: {comparison.best_guess}, which has the best mean"
    chances = comparison.row(comparison.best_guess).probabilities
    if chances is None:
        return f"{said}."
    return (
        f"{said}. It is better than {comparison.baseline} with probability {100 * chances.better:.0f} %, "
        f"practically the same {100 * chances.same:.0f} %, worse {100 * chances.worse:.0f} %."
    )


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


def _differences(comparison: Findings) -> str:
    score = SCORES[comparison.score]
    verdicts = [_short(row.verdict) for row in comparison.rows]
    width = max(map(len, verdicts))  # cells of one width stand to the left
    lines = [
        [
            _name(row),
            score.shown(row.scores[score.name]) if score.name in row.scores else "-",
            interval_of(row, score.name),
            words.ljust(width),
        ]
        for row, words in zip(comparison.rows, verdicts, strict=True)
    ]
    return format_table(["strategy", "mean", "better by", "verdict".ljust(width)], lines)


def _name(row: Row) -> str:
    return row.name if len(row.name) <= LONGEST_NAME else f"{row.name[: LONGEST_NAME - 3]}..."


def _short(words: str) -> str:
    """Return a verdict as it fits into the table: slight differences by their sign."""
    return words.replace(", slightly better", " (+)").replace(", slightly worse", " (-)")


def _record(row: Row) -> str:
    assert row.difference is not None
    return f"{row.difference.wins}-{row.difference.ties}-{row.difference.losses}"


def _spread(comparison: Findings) -> str:
    score = SCORES[comparison.score]
    lines = []
    for row in comparison.rows:
        each = row.difference
        if each is not None and each.half_width is not None:
            numbers = (*each.quartiles, each.worst)
            half = f"{100 * each.half_width:.1f}" if score.per_cent else f"{each.half_width:.3g}"
            lines.append([_name(row), half, _record(row), *map(score.shown_difference, numbers)])
    header = ["strategy", "+-", "won-tied-lost", "quarter", "median", "3 quarters", "worst"]
    return format_table(header, lines) if lines else ""


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
