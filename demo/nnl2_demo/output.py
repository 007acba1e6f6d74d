"""A comparison as text for people, or as JSON or CSV for programs."""

from __future__ import annotations

import csv
import io
import json
import re
import textwrap
from typing import TYPE_CHECKING, Any

from attrs import asdict

from nnl2 import format_matrix_partial, format_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nnl2 import Dataset, Listing
    from nnl2.testing import Report
    from nnl2_demo.problem import Comparison, Result
    from nnl2_demo.published import Published

WIDTH = 100


def comparison_as_table(comparison: Comparison) -> str:
    """Return the comparison as a person reads it."""
    problem, settings = comparison.problem, comparison.settings
    items = comparison.results[0].items
    others = [f"{others.n_items:,} {name}" for name, others in problem.scored.items()]
    accuracies = " and ".join(", ".join([f"{items.n_items} training", *others]).rsplit(", ", 1))
    side_by_side = f"""Side by side: {problem.error_name} on the training items after so many epochs, without
        penalty; then accuracy on the {accuracies} items"""
    text = f"""\
{problem.title}

Training items{_of_seed(comparison)} ({items.n_items}): {items.inputs.shape[1]} inputs, {_targets(items)}
{_narrow(format_matrix_partial(items))}

Network: {problem.training}; seed {comparison.example_seed}
Training: {settings.epochs} epochs, learning rate {settings.learning_rate:g}

{_fill(side_by_side)}

{_results_table(comparison)}"""
    lines = problem.published(comparison) if comparison.as_published else []
    if lines:
        text += f"\n\nPrinted, and what came out\n\n{published_as_table(lines)}"
    if comparison.replicates:
        seeds = comparison.seeds
        the_same = f"""The same with {len(seeds)} seeds, {seeds[0]} to {seeds[-1]}: mean accuracy on the
            {problem.decides} items, difference to none in points (paired by seed), both with their 95 %
            intervals; seeds won, lost and tied against none"""
        text += f"""

{_fill(the_same)}

{_replicates_table(comparison)}

Reading"""
        text = "\n".join([text, *(_bullet(paragraph) for paragraph in comparison.reading)])
    return text


def comparison_as_json(comparison: Comparison) -> str:
    """Return the comparison as one JSON object; numbers are not rounded."""
    problem, settings = comparison.problem, comparison.settings
    return _json(
        {
            "problem": problem.name,
            "settings": asdict(settings) | {"seeds": list(comparison.seeds)},
            "example_seed": comparison.example_seed,
            "strategies": _rows(comparison),
            "accuracies": {each.strategy: each.accuracies for each in comparison.replicates},
            "published": _lines(problem.published(comparison)) if comparison.as_published else [],
            "reading": comparison.reading,
        }
    )


def comparison_as_csv(comparison: Comparison) -> str:
    """Return the comparison as CSV, one line for each strategy; numbers are not rounded."""
    return _csv(_rows(comparison))


def published_as_table(lines: Sequence[Published]) -> str:
    """Return published numbers beside ours, one line each."""
    rows = []
    for line in lines:
        equal, n = line.digits
        printed = line.printed + (f" (means {line.meant})" if line.meant else "")
        near = "ok" if equal == n else f"ok, within {line.tolerance:g}"
        verdict = "not run: no data file" if line.ours is None else near if line.matches else "DIFFERS"
        remark = f"{verdict}; {line.remark}" if line.remark else verdict
        digits = "-" if line.ours is None else f"{equal} of {n}"
        rows.append([line.document, line.what, printed, line.rounded or "-", digits, remark])
    header = ["document", "what", "printed", "ours", "digits", ""]
    *aligned, remarks = zip(header, *rows, strict=True)
    table = format_table([column[0] for column in aligned], [row[:-1] for row in rows], n_left=2).splitlines()
    return "\n".join(f"{line}  {remark}".rstrip() for line, remark in zip(table, ["", *remarks], strict=True))


def published_as_json(lines: Sequence[Published]) -> str:
    """Return published numbers beside ours; ours are not rounded."""
    return _json(_lines(lines))


def published_as_csv(lines: Sequence[Published]) -> str:
    """Return published numbers beside ours, one line each."""
    return _csv(_lines(lines))


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
    return _json([asdict(listing) for listing in listings])


def report_as_json(report: Report) -> str:
    """Return what came of the checks of one regularizer or optimizer."""
    checks = [{"check": o.check, "status": o.status, "detail": o.detail} for o in report.outcomes]
    return _json({report.kind: repr(report.part), "checks": checks, "summary": report.summary})


def _rows(comparison: Comparison) -> list[dict[str, Any]]:
    """Return one record for each strategy, with None for what it does not have."""
    replicates = {each.strategy: each for each in comparison.replicates}
    decides = comparison.problem.decides
    rows = []
    results = {result.strategy: result for result in comparison.results}
    for strategy in comparison.strategies:
        result = results.get(strategy)
        row: dict[str, Any] = {"strategy": strategy}
        row |= {f"error_{epoch}": result and result.curve.error_at(epoch) for epoch in comparison.checkpoints}
        row |= {f"{kind}_accuracy": result and result.accuracies[kind] for kind in comparison.kinds}
        row["largest_weight"] = result and result.largest_weight
        own = replicates.get(strategy)
        mean = own.mean if own else None
        row[f"mean_{decides}_accuracy"] = mean.mean if mean else None
        row["mean_low"], row["mean_high"] = (mean.low, mean.high) if mean else (None, None)
        difference = own.difference if own else None
        row["difference_to_none"] = difference.mean if difference else None
        for name in ("low", "high", "wins", "losses", "ties"):
            row[name] = getattr(difference, name) if difference else None
        row["diverged"] = comparison.diverged.get(strategy)
        rows.append(row)
    return rows


def _results_table(comparison: Comparison) -> str:
    header = ["strategy", *map(str, comparison.checkpoints), *comparison.kinds, "largest weight"]
    rows, results = [], {result.strategy: result for result in comparison.results}
    for strategy in comparison.strategies:
        result = results.get(strategy)
        if result is None:
            rows.append([strategy, *["-"] * (len(header) - 1)])
            continue
        errors = [result.curve.error_at(epoch) for epoch in comparison.checkpoints]
        cells = ["-" if error is None else f"{error:.4f}" for error in errors]
        cells += [f"{result.accuracies[kind]:.4f}" for kind in comparison.kinds]
        rows.append([strategy, *cells, f"{result.largest_weight:.2f}"])
    stops = [_stop(comparison, result) for result in comparison.results]
    return "\n\n".join([_with_remarks(header, rows, comparison.diverged), *filter(None, stops)])


def _stop(comparison: Comparison, result: Result) -> str:
    """Tell of a result whose training ended early; empty where it did not."""
    validation, epochs = comparison.problem.validation, comparison.settings.epochs
    if validation is None or result.last_epoch >= epochs:
        return ""
    return _fill(
        f"""{result.strategy} stopped after epoch {result.last_epoch} of {epochs} and keeps the weights of epoch
        {result.curve.kept_epoch}: it watched the error on
        {validation.n_items} validation items, which are none of those whose accuracy is told"""
    )


def _with_remarks(header: list[str], rows: list[list[str]], remarks: Mapping[str, str]) -> str:
    """Return a table whose rows may be followed by a remark on what stands in their first column."""
    head, rule, *lines = format_table(header, rows).splitlines()
    told = [f"{line}  {remarks.get(row[0], '')}".rstrip() for line, row in zip(lines, rows, strict=True)]
    return "\n".join([head, rule, *told])


def _replicates_table(comparison: Comparison) -> str:
    rows = []
    for replicates in comparison.replicates:
        mean = replicates.mean
        cells = [replicates.strategy, f"{mean.mean:.4f}", f"[{mean.low:.3f}, {mean.high:.3f}]"]
        difference = replicates.difference
        if difference is None:
            cells += ["-"] * 5
        else:
            cells += [
                f"{100 * difference.mean:+z.1f}",
                f"[{100 * difference.low:+z.1f}, {100 * difference.high:+z.1f}]",
                str(difference.wins),
                str(difference.losses),
                str(difference.ties),
            ]
        rows.append(cells)
    of_mean = f"mean {comparison.problem.decides}"
    header = ["strategy", of_mean, "interval", "difference", "interval", "won", "lost", "tied"]
    rows += [[strategy, *["-"] * (len(header) - 1)] for strategy in comparison.diverged]
    return _with_remarks(header, rows, comparison.diverged)


def _of_seed(comparison: Comparison) -> str:
    return "" if comparison.problem.items_stay else f" of seed {comparison.example_seed}"


def _targets(items: Dataset) -> str:
    n_targets = items.targets.shape[1]
    return "one target" if n_targets == 1 else f"{n_targets} targets"


def _narrow(text: str) -> str:
    """Return rows of numbers, without those that would stand beyond the page."""
    lines = text.splitlines()
    if max(map(len, lines)) <= WIDTH:
        return text
    end = max(found.start() for found in re.finditer("  ", max(lines, key=len)) if found.start() <= WIDTH - 5)
    return "\n".join(line if len(line) <= end else f"{line[:end]}  ..." for line in lines)


def _fill(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), WIDTH)


def _bullet(paragraph: str) -> str:
    return textwrap.fill(
        paragraph,
        WIDTH,
        initial_indent="* ",
        subsequent_indent="  ",
        break_on_hyphens=False,
        break_long_words=False,
    )


def _json(value: object) -> str:
    return json.dumps(value, indent=2, allow_nan=False)


def _csv(rows: Sequence[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().rstrip("\n")
