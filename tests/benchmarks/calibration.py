"""Are the verdicts of `compare` right as often as they say? Worlds in which the truth is known.

    python tests/benchmarks/calibration.py [--tables 20] [--seed 0] [--world NAME ...]

Nulls: strategies that are equal and unlike, so that every verdict of "better" or "worse" is wrong. The naive
paired t-test, which takes folds for independent, must be wrong often in one of them, or the check shows nothing.

Effects: L2 of one strength, whose true difference is measured on fresh tables of the size that folds train on; the
intervals must hold it in at least 90 % of the tables. Of differences to which 70 to 90 % are given, to be better
or to be worse by more than the rope, the share is counted that has this sign.

Every figure stands with its standard error. Two thousand tables, for the 6 % of wrong verdicts, take hours.
"""

from __future__ import annotations

import argparse
import math
import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from attrs import field, frozen

from nnl2 import (
    L2,
    Dataset,
    FreshData,
    Independent,
    Regularizer,
    RepeatedFolds,
    compare,
    make_data,
    paired_difference,
)
from nnl2.statistics import BETTER, WORSE, simultaneous_confidence

if TYPE_CHECKING:
    from collections.abc import Callable

SPLITS = RepeatedFolds(5, repeats=4)


@frozen
class Without(Regularizer):
    """L2 on all weights, and one of the inputs is silenced: where inputs are exchangeable all are equally good."""

    strength: float = 0.003
    silenced: int = field(default=0)
    n_inputs: int = 4

    def gradient(self, weights, step):
        return self.strength * weights

    def constrain(self, weights, step):
        if weights.shape[0] != self.n_inputs:
            return weights
        return weights * (np.arange(self.n_inputs) != self.silenced).astype(weights.dtype)[:, np.newaxis]


class WithoutFirst(Without):
    """Chosen among three strengths."""

    @classmethod
    def strengths(cls):
        return tuple(Without(strength, cls.SILENCED) for strength in (0.001, 0.01, 0.1))

    SILENCED = 0


class WithoutSecond(WithoutFirst):
    SILENCED = 1


class WithoutThird(WithoutFirst):
    SILENCED = 2


class World(NamedTuple):
    """Where tables come from, and what is compared on them."""

    make: Callable[[int, int], Dataset]
    n_items: int
    baseline: object
    strategies: object
    is_null: bool


def exchangeable(n_items: int, seed: int) -> Dataset:
    """Return items whose four inputs all tell the same about their class."""
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(n_items, 4))
    return Dataset.from_labels(
        inputs, (inputs.sum(axis=1) + rng.normal(size=n_items) > 0).astype(int), classes=[0, 1]
    )


def moons(n_items: int, seed: int) -> Dataset:
    """Return scikit-learn's two moons with noise."""
    from sklearn.datasets import make_moons

    return Dataset.from_labels(*make_moons(n_items, noise=0.3, random_state=seed), classes=[0, 1])


WORLDS = {
    "silenced, fixed": World(
        exchangeable, 200, Without(), {"second": Without(silenced=1), "third": Without(silenced=2)}, True
    ),
    "silenced, chosen": World(
        exchangeable, 200, WithoutFirst, {"second": WithoutSecond, "third": WithoutThird}, True
    ),
    "article, 200": World(make_data, 200, "none", {"l2": L2(0.03)}, False),
    "article, 500": World(make_data, 500, "none", {"l2": L2(0.03)}, False),
    "moons, 200": World(moons, 200, "none", {"l2": L2(0.03)}, False),
    "moons, 500": World(moons, 500, "none", {"l2": L2(0.03)}, False),
    "networks collapse": World(moons, 200, "none", {"l2": L2(0.5)}, False),
}


def main() -> None:
    """Print a line for each world."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--world", nargs="*", choices=WORLDS, default=list(WORLDS))
    parser.add_argument("--n-jobs", type=int, default=-1)
    given = parser.parse_args()
    for name in given.world:
        begun = time.perf_counter()
        told = (null if WORLDS[name].is_null else effect)(WORLDS[name], given.tables, given.seed, given.n_jobs)
        print(f"{name}: {told} ({given.tables} tables, {time.perf_counter() - begun:.0f} s)", flush=True)


def compared(world: World, seed: int, n_jobs: int):
    """Return the comparison on one table."""
    return compare(
        world.make(world.n_items, seed=1_000 + seed), world.strategies, baseline=world.baseline, splits=SPLITS,
        seed=seed, n_jobs=n_jobs,
    )  # fmt: skip


def null(world: World, n_tables: int, seed: int, n_jobs: int) -> str:
    """Return how often a verdict, or the naive test, finds a difference where there is none."""
    wrong = naive = 0
    for number in range(n_tables):
        result = compared(world, seed + number, n_jobs)
        rows = result.rows[1:-1]
        wrong += any(row.verdict in (BETTER, WORSE) for row in rows)
        naive += any(is_outside(result, row.name, simultaneous_confidence(1)) for row in rows[:1])
    return f"wrong verdicts {share(wrong, n_tables)}, naive t-test of one strategy {share(naive, n_tables)}"


def is_outside(result, name: str, confidence: float) -> bool:
    """Return whether the naive interval leaves 0 out."""
    values, baseline = (result.outcome(each).scores[result.score] for each in (name, result.baseline))
    naive = paired_difference(values, baseline, replicates=Independent(), confidence=confidence)
    return naive.low > 0 or naive.high < 0


def effect(world: World, n_tables: int, seed: int, n_jobs: int) -> str:
    """Return how often the interval holds the true difference, and what the probabilities are worth."""
    n_train = world.n_items - world.n_items // SPLITS.folds
    fresh = compare(
        lambda number: world.make(n_train, seed=number), world.strategies, baseline=world.baseline,
        splits=FreshData(200), score="accuracy", seed=10**6 + seed, n_jobs=n_jobs,
    )  # fmt: skip
    truth = fresh.rows[1].difference
    held = found = right = said = collapsed = 0
    for number in range(n_tables):
        result = compared(world, seed + number, n_jobs)
        row = result.rows[1]
        never = row.difference.never_differs  # then nothing is said that could be wrong
        held += never or row.difference.low <= truth.mean <= row.difference.high
        found += row.verdict == (BETTER if truth.mean > 0 else WORSE)
        collapsed += result.outcome(row.name).n_collapsed > 0
        side = 0.0 if never else max(row.probabilities.better, row.probabilities.worse)
        if 0.7 <= side <= 0.9:
            said += 1
            right += (row.probabilities.better == side) == (truth.mean > 0)
    error = 100 * (truth.high - truth.low) / 4
    sides = f"; given 70 to 90 %, on that side {share(right, said)}" if said else ""
    return (
        f"truth {100 * truth.mean:+.2f} points ({error:.2f}), intervals hold it {share(held, n_tables)}, "
        f"found {share(found, n_tables)}, collapsed networks in {collapsed} tables{sides}"
    )


def share(count: int, n: int) -> str:
    """Return a share in per cent with its standard error."""
    part = count / n
    return f"{100 * part:.1f} % ({100 * math.sqrt(part * (1 - part) / n):.1f})"


if __name__ == "__main__":
    main()
