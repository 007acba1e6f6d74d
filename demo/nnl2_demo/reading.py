"""Sentences that fit any study: what the seeds alone do, which strategies help by how much, and how surely."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from nnl2_demo.study import NONE

if TYPE_CHECKING:
    from nnl2_demo.study import Rerun


def about_difference(rerun: Rerun, strategy: str) -> str:
    """Tell how a strategy differs from none, in points: mean, median, worst seed."""
    row = rerun.comparison.row(strategy)
    assert row.difference is not None
    _, median, _ = row.difference.quartiles
    return ", ".join(f"{100 * each:+z.1f}" for each in (row.difference.mean, median, row.difference.worst))


def about_confirmation(rerun: Rerun, confirmed: str) -> list[str]:
    """Tell what came out on other seeds, which is known of the published settings only."""
    return [confirmed] if evolve(rerun.settings, seed=rerun.study.settings.seed) == rerun.study.settings else []


def about_seeds(rerun: Rerun) -> str:
    """Tell how far apart the networks without regularization are, by their seeds alone."""
    spreads = []
    for kind, items in rerun.study.scored.items():
        n, accuracies = items.n_items, rerun.accuracies(NONE, kind)
        if n <= 1000:
            right = [round(accuracy * n) for accuracy in accuracies]
            spreads.append(f"between {min(right)} and {max(right)} of the {n} {kind} items right")
        else:
            spreads.append(f"between {min(accuracies):.3f} and {max(accuracies):.3f} of {n:,} {kind} ones")
    return f"""One seed proves nothing: by its seed alone, the network without regularization gets
        {", and ".join(spreads)}."""


def about_stops(rerun: Rerun) -> list[str]:
    """Tell after how many epochs training ended, where a regularizer stopped it."""
    told = []
    for strategy in rerun.compared[:-1]:
        each = rerun.last_epochs(strategy)
        first, last, epochs = min(each), max(each), rerun.settings.epochs
        if first < epochs and strategy not in rerun.diverged:
            when = f"{first}" if first == last else f"{first} to {last}"
            told.append(f"{strategy} stopped after {when} of {epochs} epochs.")
    return told


def items(number: int) -> str:
    """Return a number of items in words."""
    return "one item" if number == 1 else f"{number} items"
