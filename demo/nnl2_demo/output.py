"""A study as text for people, or as JSON or CSV for programs."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from attrs import asdict

from nnl2 import Independent, format_comparison, format_matrix_partial, format_table, mean_interval
from nnl2.comparison.scores import ACCURACY
from nnl2_demo.page import bullet, cut_to_page, heading, paragraph, table_in_parts, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnl2 import Dataset, Listing
    from nnl2.testing import Report
    from nnl2_demo.course import Course
    from nnl2_demo.published import Published
    from nnl2_demo.study import Rerun


def study_as_table(rerun: Rerun) -> str:
    """Return a study as a person reads it: the comparison, one seed of it, what was published, reading."""
    study, settings, example = rerun.study, rerun.settings, rerun.example
    items = example.courses[0].items
    others = [f"{others.n_items:,} {name}" for name, others in study.scored.items()]
    accuracies = " and ".join(", ".join([f"{items.n_items} training", *others]).rsplit(", ", 1))
    side_by_side = f"""Side by side, seed {example.seed}: {study.error_name} on the training items after so many
        epochs, without penalty; then accuracy on the {accuracies} items"""
    published = example.published
    parts = [
        paragraph(study.title),
        format_comparison(rerun.comparison, width()),
        heading("One seed of them"),
        paragraph(
            f"Network: {study.training}; {settings.epochs} epochs, learning rate {settings.learning_rate:g}"
        ),
        _training_items(example.seed, items),
        paragraph(side_by_side),
        _courses_table(rerun),
        *([heading("Printed, and what came out"), published_as_table(published)] if published else []),
        "\n".join([heading("Reading"), *map(bullet, rerun.reading)]),
    ]
    return "\n\n".join(parts)


def study_as_json(rerun: Rerun) -> str:
    """Return a study as one JSON object; numbers are not rounded."""
    comparison, example = rerun.comparison.to_dict(), rerun.example
    for outcome in comparison["outcomes"]:
        del outcome["curves"]  # of hundreds of networks; those of the example seed stand apart
    compared = [name for name in rerun.strategies if name in rerun.compared and name not in rerun.diverged]
    return to_json(
        {
            "study": rerun.study.name,
            "settings": asdict(rerun.settings) | {"seeds": list(rerun.seeds)},
            "example_seed": example.seed,
            "strategies": _rows(rerun),
            "accuracies": {
                name: {kind: rerun.accuracies(name, kind) for kind in rerun.study.scored} for name in compared
            },
            "comparison": comparison,
            "curves": {course.strategy: asdict(course.curve) for course in example.courses},
            "published": _lines(example.published),
            "reading": rerun.reading,
        }
    )


def study_as_csv(rerun: Rerun) -> str:
    """Return a study as CSV, one line for each strategy; numbers are not rounded."""
    return to_csv(_rows(rerun))


def published_as_table(lines: Sequence[Published]) -> str:
    """Return published numbers beside ours: a table for each document and strategy, and what should be known."""
    blocks: dict[str, list[Published]] = {}
    for line in lines:
        blocks.setdefault(f"{line.document}, {line.what.partition(': ')[0]}", []).append(line)
    return "\n\n".join(_published_block(name, block) for name, block in blocks.items())


def _published_block(name: str, lines: Sequence[Published]) -> str:
    rows = [[_what(line), line.printed, line.rounded or "-", _digits(line)] for line in lines]
    off = [line.tolerance for line in lines if line.matches and line.digits[0] < line.digits[1]]
    told: dict[str, list[str]] = {}
    for line in lines:
        remark = f"{line.remark}, means {line.meant}" if line.meant else line.remark
        if remark:
            told.setdefault(remark, []).append(_what(line))
    remarks = [
        remark if 2 * len(whats) > len(lines) else f"{', '.join(whats)}: {remark}"
        for remark, whats in told.items()
    ]
    if off:
        remarks.append(f"digits differ by {max(off):g} at most, for sums in another order are rounded otherwise")
    table = table_in_parts(["", "printed", "ours", "digits"], rows)
    return "\n".join([paragraph(name), *table, *map(bullet, remarks)])


def _what(line: Published) -> str:
    """Return what the number is, without the name of its strategy."""
    return line.what.partition(": ")[2]


def _digits(line: Published) -> str:
    """Return how many digits are equal, and whether that is right."""
    if line.ours is None:
        return "not run"
    equal, n = line.digits
    return f"{equal} of {n} {'ok' if line.matches else 'DIFFERS'}"


def published_as_json(lines: Sequence[Published]) -> str:
    """Return published numbers beside ours; ours are not rounded."""
    return to_json(_lines(lines))


def published_as_csv(lines: Sequence[Published]) -> str:
    """Return published numbers beside ours, one line each."""
    return to_csv(_lines(lines))


def _lines(lines: Sequence[Published]) -> list[dict[str, Any]]:
    return [
        asdict(line) | {"equal_digits": line.digits[0], "printed_digits": line.digits[1], "matches": line.matches}
        for line in lines
    ]


def listings_as_table(listings: list[Listing]) -> str:
    """Return what is installed as a table."""
    rows = [[each.name, each.distribution, each.version, each.status, each.summary] for each in listings]
    return format_table(["name", "distribution", "version", "status", "summary"], rows, n_left=5)


def listings_as_json(listings: list[Listing]) -> str:
    """Return what is installed as a JSON array."""
    return to_json([asdict(listing) for listing in listings])


def report_as_json(report: Report) -> str:
    """Return what came of the checks of one regularizer or optimizer."""
    checks = [{"check": o.check, "status": o.status, "detail": o.detail} for o in report.outcomes]
    return to_json({report.kind: repr(report.part), "checks": checks, "summary": report.summary})


def _rows(rerun: Rerun) -> list[dict[str, Any]]:
    """Return one record for each strategy, with None for what it does not have."""
    example, comparison, decides = rerun.example, rerun.comparison, rerun.study.decides
    rows = []
    settings = asdict(rerun.settings) | {"n_seeds": len(rerun.seeds)}
    courses = {course.strategy: course for course in example.courses}
    for strategy in rerun.strategies:
        course = courses.get(strategy)
        row: dict[str, Any] = {"strategy": strategy} | settings
        row |= {f"error_{epoch}": course and course.curve.error_at(epoch) for epoch in example.checkpoints}
        row |= {f"{kind}_accuracy": course and course.accuracies[kind] for kind in rerun.kinds}
        row["largest_weight"] = course and course.largest_weight
        values = comparison.outcome(strategy).values(ACCURACY) if strategy in rerun.compared else None
        mean = None if values is None else mean_interval(values, replicates=Independent())
        row[f"mean_{decides}_accuracy"] = mean and mean.mean
        row["mean_low"], row["mean_high"] = (mean.low, mean.high) if mean else (None, None)
        own = comparison.row(strategy) if strategy in rerun.compared else None
        difference = own.difference if own else None
        row["difference_to_none"] = difference and difference.mean
        for name in ("low", "high", "wins", "losses", "ties", "worst"):
            row[name] = getattr(difference, name) if difference else None
        quartiles = difference.quartiles if difference else (None,) * 3
        row |= dict(zip(("first_quartile", "median", "third_quartile"), quartiles, strict=True))
        row["verdict"] = (own.verdict or None) if own else None
        row["diverged"] = rerun.diverged.get(strategy)
        rows.append(row)
    return rows


def _courses_table(rerun: Rerun) -> str:
    example = rerun.example
    header = ["strategy", *map(str, example.checkpoints), *rerun.kinds, "largest weight"]
    rows, courses = [], {course.strategy: course for course in example.courses}
    for strategy in rerun.strategies:
        course = courses.get(strategy)
        if course is None:
            rows.append([strategy, *["-"] * (len(header) - 1)])
            continue
        errors = [course.curve.error_at(epoch) for epoch in example.checkpoints]
        cells = ["-" if error is None else f"{error:.4f}" for error in errors]
        cells += [f"{course.accuracies[kind]:.4f}" for kind in rerun.kinds]
        rows.append([strategy, *cells, f"{course.largest_weight:.2f}"])
    told = [bullet(f"{strategy} {when}") for strategy, when in rerun.diverged.items()]
    stops = [_stop(rerun, course) for course in example.courses]
    return "\n\n".join([*table_in_parts(header, rows), *told, *filter(None, stops)])


def _stop(rerun: Rerun, course: Course) -> str:
    """Tell of a course that ended early; empty where it did not."""
    validation, epochs = rerun.study.validation, rerun.settings.epochs
    if validation is None or course.last_epoch >= epochs:
        return ""
    return paragraph(
        f"""{course.strategy} stopped after epoch {course.last_epoch} of {epochs} and keeps the weights of epoch
        {course.curve.kept_epoch}: it watched the error on
        {validation.n_items} validation items, which are none of those whose accuracy is told"""
    )


def _training_items(seed: int, items: Dataset) -> str:
    sizes = f"{items.inputs.shape[1]} inputs, {_targets(items)}"
    return f"Training items of seed {seed} ({items.n_items}): {sizes}\n{cut_to_page(format_matrix_partial(items))}"


def _targets(items: Dataset) -> str:
    n_targets = items.targets.shape[1]
    return "one target" if n_targets == 1 else f"{n_targets} targets"


def to_json(value: object) -> str:
    """Return a value as JSON."""
    return json.dumps(value, indent=2, allow_nan=False)


def to_csv(rows: Sequence[dict[str, Any]]) -> str:
    """Return rows with the same keys as CSV, these in the first line."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().rstrip("\n")
