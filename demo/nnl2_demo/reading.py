"""Sentences that fit any comparison: what the seeds alone do, which strategy helps, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2_demo.problem import NONE

if TYPE_CHECKING:
    from nnl2_demo.problem import Comparison, Replicates


def about_help(comparison: Comparison, what_varies: str) -> str:
    """Tell which strategies help; `what_varies` says of what the intervals speak."""
    problem, n_seeds, epochs = comparison.problem, len(comparison.seeds), comparison.settings.epochs
    verdicts = [verdict(replicates, epochs) for replicates in comparison.replicates if replicates.difference]
    return f"""After {epochs} epochs, on {problem.decides} items and over {n_seeds} seeds:
        {"; ".join(verdicts)}. {what_varies} And of such intervals one in twenty misleads."""


def about_seeds(comparison: Comparison) -> str:
    """Tell how far apart the networks without regularization are, by their seeds alone."""
    problem, none = comparison.problem, comparison.replicate(NONE)
    spreads = []
    for kind, accuracies in none.accuracies.items():
        n = problem.scored[kind].n_items
        if n <= 1000:
            right = [round(accuracy * n) for accuracy in accuracies]
            spreads.append(f"between {min(right)} and {max(right)} of the {n} {kind} items right")
        else:
            spreads.append(f"between {min(accuracies):.3f} and {max(accuracies):.3f} of {n:,} {kind} ones")
    return f"""One seed proves nothing: by its seed alone, the network without regularization gets
        {", and ".join(spreads)}."""


def verdict(replicates: Replicates, epochs: int) -> str:
    """Tell whether a strategy helps."""
    difference = replicates.difference
    assert difference is not None
    points = f"{100 * difference.mean:+z.1f} points{_stops(replicates, epochs)}"
    if difference.low > 0:
        return f"{replicates.strategy} helps ({points})"
    if difference.high < 0:
        return f"{replicates.strategy} does harm ({points})"
    return f"{replicates.strategy} cannot be told from none ({points})"


def _stops(replicates: Replicates, epochs: int) -> str:
    """Tell after how many epochs training ended, where a regularizer stopped it."""
    first, last = min(replicates.last_epochs), max(replicates.last_epochs)
    if first == epochs:
        return ""
    return f"; stopped after {first if first == last else f'{first} to {last}'} of {epochs} epochs"


def items(number: int) -> str:
    """Return a number of items in words."""
    return "one item" if number == 1 else f"{number} items"
