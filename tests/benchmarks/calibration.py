"""Are the verdicts of `compare` right as often as they say? Worlds in which the truth is known.

    python tests/benchmarks/calibration.py run FILE WORLD [--tables 20] [--fresh 20] [--seed 0]
    python tests/benchmarks/calibration.py report FILE

`run` compares on tables of a world, and on fresh training sets of the size that folds train on, by which the true
difference is measured. Each comparison is a line of FILE, so what ran is kept, and running on goes on there.
`report` counts what came out: every figure with its standard error. docs/calibration.md tells what is asked, and
what was answered.
"""

from __future__ import annotations

import argparse
import json
import math
import warnings
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from worlds import WORLDS

from nnl2 import FreshData, Independent, Overlapping, RepeatedFolds, compare, mean_interval
from nnl2.statistics import BETTER, WORSE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from worlds import World

    from nnl2 import Comparison

    Line = dict[str, Any]
    FloatArray = NDArray[np.float64]

SPLITS = RepeatedFolds(5, repeats=4)
OVERLAPPING = Overlapping(1 / (SPLITS.folds - 1))

FRESH_AT_A_TIME = 20
"""Fresh training sets in one comparison: each is then judged on a thousand fresh items."""

FRESH_SEEDS = 10**6
"""Fresh training sets have seeds from here on, tables those before."""

GIVEN = 0.75, 0.85
"""Probabilities of about 80 %."""


def main() -> None:
    """Run or report, as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["run", "report"])
    parser.add_argument("file", type=Path)
    parser.add_argument("world", nargs="?", choices=WORLDS)
    parser.add_argument("--tables", type=int, default=20)
    parser.add_argument("--fresh", type=int, default=20, help="fresh training sets")
    parser.add_argument("--seed", type=int, default=0, help="of the first table")
    given = parser.parse_args()
    if given.what == "report":
        report(given.file)
    else:
        run(given.file, given.world, given.tables, given.fresh, given.seed)


def run(file: Path, name: str, n_tables: int, n_fresh: int, seed: int) -> None:
    """Add a line to the file for each comparison that is not there yet."""
    there = {(line["world"], line["seed"]) for line in lines_of(file)}
    tables = range(seed, seed + n_tables)
    fresh = range(FRESH_SEEDS + seed, FRESH_SEEDS + seed + math.ceil(n_fresh / FRESH_AT_A_TIME))
    for each in (*fresh, *tables):
        if (name, each) not in there:
            result = (on_fresh_data if each in fresh else on_a_table)(WORLDS[name], each)
            with file.open("a") as stream:
                stream.write(json.dumps(line_of(name, each, result)) + "\n")


def on_a_table(world: World, seed: int) -> Comparison:
    """Return the comparison on one table, as a user makes it."""
    data = world.make(world.n_items, seed=seed)
    return compared(world, data, SPLITS, seed)


def on_fresh_data(world: World, seed: int) -> Comparison:
    """Return the comparison on fresh training sets, each of as many items as folds train on."""
    n_train = world.n_items - world.n_items // SPLITS.folds
    return compared(world, lambda number: world.make(n_train, seed=number), FreshData(FRESH_AT_A_TIME), seed)


def compared(world: World, data: Any, splits: Any, seed: int) -> Comparison:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a network whose error grew: one of 80 may
        return compare(
            data, world.strategies, baseline=world.baseline, score="accuracy", splits=splits,
            recipe=world.recipe, seed=seed, n_jobs=1,
        )  # fmt: skip


def line_of(name: str, seed: int, result: Comparison) -> Line:
    """Return what is kept of a comparison: what each row says, and its differences in all replicates."""

    def scores(strategy: str) -> FloatArray:
        return np.array(result.outcome(strategy).scores[result.score])

    return {
        "world": name,
        "seed": seed,
        "rope": result.rope,
        "rows": [
            {
                "name": row.name,
                "verdict": row.verdict,
                "low": row.difference.low,
                "high": row.difference.high,
                "probabilities": row.probabilities,
                "collapsed": result.outcome(row.name).n_collapsed,
                "differences": np.round(scores(row.name) - scores(result.baseline), 6).tolist(),
            }
            for row in result.rows[1:-1]
        ],
    }


def lines_of(file: Path) -> list[Line]:
    """Return the lines of a file; none if there is no such file."""
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def report(file: Path) -> None:
    """Print the figures as tables in Markdown."""
    by_world: dict[str, list[Line]] = {name: [] for name in WORLDS}
    for line in lines_of(file):
        by_world[line["world"]].append(line)
    asked = {name: Asked.of(lines) for name, lines in by_world.items() if lines}
    nulls = {name: each for name, each in asked.items() if WORLDS[name].is_null and each.tables}
    effects = {name: each for name, each in asked.items() if not WORLDS[name].is_null and each.tables}
    print_table(
        ["world", "tables", "true difference, points", "some wrong verdict", "plain t-test of one wrong"],
        [null_line(name, each) for name, each in nulls.items()],
    )
    print_table(
        ["world", "strategy", "tables", "true difference, points", "held by 95 % intervals", "by those shown",
         "by plain ones", "found", "tables with collapsed networks"],
        [line for name, each in effects.items() for line in effect_lines(name, each)],
    )  # fmt: skip
    statements = {"better": (0,), "practically the same": (1,), "worse": (2,), "any of these": (0, 1, 2)}
    for of, worlds in (("with effects", effects), ("all", asked)):
        print_table(
            [f"given about 80 %, worlds: {of}", "tables of each", "given", "is so"],
            [guess_line(words, places, worlds.values()) for words, places in statements.items()],
        )


@frozen
class Asked:
    """The lines of one world: comparisons on tables, and the true differences as fresh training sets tell them."""

    tables: list[Line]
    truths: dict[str, tuple[float, float]]
    """The mean of each strategy's difference and its standard error."""

    @classmethod
    def of(cls, lines: list[Line]) -> Asked:
        fresh: dict[str, list[float]] = defaultdict(list)
        for line in lines:
            for row in line["rows"] if line["seed"] >= FRESH_SEEDS else []:
                fresh[row["name"]] += row["differences"]
        truths = {
            name: (float(np.mean(each)), float(np.std(each, ddof=1)) / math.sqrt(len(each)))
            for name, each in fresh.items()
        }
        return cls([line for line in lines if line["seed"] < FRESH_SEEDS], truths)

    def given_and_so(self, line: Line, places: tuple[int, ...]) -> tuple[int, int]:
        """Return how many statements of a table are given about 80 %, and how many of these are so."""
        low, high = GIVEN
        so = []
        for row in line["rows"]:
            truth, rope = self.truths.get(row["name"], (0.0, 0.0))[0], line["rope"]
            is_so = truth > rope, abs(truth) <= rope, truth < -rope
            so += [is_so[at] for at in places if low <= (row["probabilities"] or (0, 0, 0))[at] < high]
        return len(so), sum(so)


def null_line(name: str, asked: Asked) -> list[str]:
    wrong = [any(row["verdict"] in (BETTER, WORSE) for row in line["rows"]) for line in asked.tables]
    naive = [not holds(line["rows"][0], 0.0, Independent()) for line in asked.tables]
    truths = " / ".join(points(*each) for each in asked.truths.values()) or "0 by symmetry"
    return [name, str(len(asked.tables)), truths, share(wrong), share(naive)]


def effect_lines(name: str, asked: Asked) -> list[list[str]]:
    lines = []
    for place, (strategy, (truth, error)) in enumerate(asked.truths.items()):
        rows = [line["rows"][place] for line in asked.tables]
        lines.append([
            name, strategy, str(len(rows)), points(truth, error),
            share([holds(row, truth, OVERLAPPING) for row in rows]),
            share([row["low"] is None or row["low"] <= truth <= row["high"] for row in rows]),
            share([holds(row, truth, Independent()) for row in rows]),
            share([row["verdict"] == (BETTER if truth > 0 else WORSE) for row in rows]),
            str(sum(row["collapsed"] > 0 for row in rows)),
        ])  # fmt: skip
    return lines


def guess_line(words: str, places: tuple[int, ...], asked: Iterable[Asked]) -> list[str]:
    """Return how often what was given about 80 % is so, of equally many tables of each world.

    What is better by more than the rope has place 0, practically the same 1, worse 2.
    """
    worlds = [each for each in asked if each.tables]
    n_tables = min(len(each.tables) for each in worlds)
    counts = [each.given_and_so(line, places) for each in worlds for line in each.tables[:n_tables]]
    given, so = np.sum(counts, axis=0)
    part = so / given
    error = math.sqrt(sum((own_so - part * own) ** 2 for own, own_so in counts)) / given
    return [words, str(n_tables), str(given), f"{100 * part:.1f} % ({100 * error:.1f})"]


def holds(row: Line, truth: float, replicates: Any) -> bool:
    """Return whether the 95 % interval of one strategy alone holds the truth; of no difference nothing is said."""
    interval = mean_interval(row["differences"], replicates=replicates)
    return row["low"] is None or interval.low <= truth <= interval.high


def points(mean: float, error: float) -> str:
    return f"{100 * mean:+.2f} ({100 * error:.2f})"


def share(counted: list[bool]) -> str:
    """Return a share in per cent with its standard error."""
    if not counted:
        return "-"
    part = float(np.mean(counted))
    return f"{100 * part:.1f} % ({100 * math.sqrt(part * (1 - part) / len(counted)):.1f})"


def print_table(header: list[str], lines: list[list[str]]) -> None:
    print("\n".join(f"| {' | '.join(line)} |" for line in [header, ["---"] * len(header), *lines]) + "\n")


if __name__ == "__main__":
    main()
