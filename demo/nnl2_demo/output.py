"""A comparison as text for people, or as JSON or CSV for programs."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from typing import TYPE_CHECKING, Any

from attrs import asdict

from nnl2 import format_matrix_partial, format_table
from nnl2_demo.article import LAYER_SIZES, N_FRESH, N_SEEDS
from nnl2_demo.reading import read

if TYPE_CHECKING:
    from nnl2 import Listing
    from nnl2.testing import Report
    from nnl2_demo.article import Comparison

WIDTH = 100


def comparison_as_table(comparison: Comparison) -> str:
    """Return the comparison as a person reads it."""
    settings, seeds = comparison.settings, comparison.settings.seeds
    n_items = comparison.training_items.n_items
    shape = "-".join(map(str, LAYER_SIZES))
    numbers = f"""\
The {shape} demo of "Neural Network L2 Regularization Using Python" (J. McCaffrey, 2017)

Training items ({n_items}): 10 inputs, 4 targets
{format_matrix_partial(comparison.training_items)}

Network: {shape}, tanh, softmax, the article's squared error; seed {settings.seed}
Training: {settings.epochs} epochs, one item at a time, learning rate {settings.learning_rate:g}

Side by side: mean squared error on the training items after so many epochs, then accuracy on the
{n_items} training items, {comparison.n_test_items} test items and {N_FRESH:,} fresh items of the same generator

{_results_table(comparison)}

The same with {N_SEEDS} seeds, {seeds[0]} to {seeds[-1]}: accuracy on the fresh items, difference to none in points
with its 95 % interval (paired by seed), seeds won, lost and tied against none

{_replicates_table(comparison)}

Reading"""
    return "\n".join([numbers, *(_bullet(paragraph) for paragraph in read(comparison))])


def comparison_as_json(comparison: Comparison) -> str:
    """Return the comparison as one JSON object; numbers are not rounded."""
    settings = comparison.settings
    return _json(
        {
            "settings": asdict(settings) | {"seeds": list(settings.seeds)},
            "strategies": _rows(comparison),
            "fresh_accuracies": {each.strategy: each.fresh_accuracies for each in comparison.replicates},
            "reading": read(comparison),
        }
    )


def comparison_as_csv(comparison: Comparison) -> str:
    """Return the comparison as CSV, one line for each strategy; numbers are not rounded."""
    rows = _rows(comparison)
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().rstrip("\n")


def regularizers_as_table(listings: list[Listing]) -> str:
    """Return the installed regularizers as a table."""
    rows = [[each.name, each.distribution, each.version, each.status, each.summary] for each in listings]
    return format_table(["name", "distribution", "version", "status", "summary"], rows, n_left=5)


def regularizers_as_json(listings: list[Listing]) -> str:
    """Return the installed regularizers as a JSON array."""
    return _json([asdict(listing) for listing in listings])


def _rows(comparison: Comparison) -> list[dict[str, Any]]:
    """Return one record for each strategy, with None for what it does not have."""
    replicates = {each.strategy: each for each in comparison.replicates}
    rows = []
    for result in comparison.results:
        row: dict[str, Any] = {"strategy": result.strategy}
        row |= {
            f"error_{epoch}": error
            for epoch, error in zip(comparison.settings.checkpoints, result.errors, strict=True)
        }
        for name in ("train_accuracy", "test_accuracy", "fresh_accuracy", "largest_weight"):
            row[name] = getattr(result, name)
        own = replicates.get(result.strategy)
        row["mean_fresh_accuracy"] = own.mean if own else None
        difference = own.difference if own else None
        row["difference_to_none"] = difference.mean if difference else None
        for name in ("low", "high", "wins", "losses", "ties"):
            row[name] = getattr(difference, name) if difference else None
        rows.append(row)
    return rows


def report_as_json(report: Report) -> str:
    """Return what came of the checks of one regularizer."""
    checks = [{"check": o.check, "status": o.status, "detail": o.detail} for o in report.outcomes]
    return _json({"regularizer": repr(report.regularizer), "checks": checks, "summary": report.summary})


def _results_table(comparison: Comparison) -> str:
    epochs = [str(epoch) for epoch in comparison.settings.checkpoints]
    header = ["strategy", *epochs, "train", "test", "fresh", "largest weight"]
    rows = [
        [
            result.strategy,
            *("-" if error is None else f"{error:.4f}" for error in result.errors),
            f"{result.train_accuracy:.4f}",
            f"{result.test_accuracy:.4f}",
            f"{result.fresh_accuracy:.4f}",
            f"{result.largest_weight:.2f}",
        ]
        for result in comparison.results
    ]
    return format_table(header, rows)


def _replicates_table(comparison: Comparison) -> str:
    rows = []
    for replicates in comparison.replicates:
        cells = [replicates.strategy, f"{replicates.mean:.4f}"]
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
    return format_table(["strategy", "mean fresh", "difference", "interval", "won", "lost", "tied"], rows)


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
