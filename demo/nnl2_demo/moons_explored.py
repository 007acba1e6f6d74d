"""What `nnl2-demo explore moons` trains, and how it tells of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from nnl2 import L1, L2, Dropout, WeightDecay, format_table
from nnl2.report.exploration import Exploration, explore
from nnl2_demo.studies.moons import moons

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nnl2 import Regularizer

N_STRENGTHS = 20
N_ITEMS = 60
LEARNING_RATE = 1.0

L1_JUMPS = (
    "L1 moves every weight by learning rate times strength in every update. The learning rate is 1 here: from a "
    "strength of 0.01 on a weight jumps by more than 0.01, over zero instead of staying near it."
)

LADDERS: dict[str, tuple[Callable[[float], Regularizer], float, float]] = {
    "L2": (L2, 1e-5, 0.3),
    "L1": (L1, 1e-5, 0.1),
    "L1 + L2, the same strength of both": (lambda strength: L1(strength) + L2(strength), 1e-5, 0.1),
    "weight decay (its rate)": (WeightDecay, 1e-5, 0.3),
    "dropout (its rate)": (lambda rate: Dropout(rate=rate), 0.005, 0.8),
}
"""What is trained by its name: how it is made of a number, and the smallest and the largest of twenty."""


def explored(seeds: Sequence[int], epochs: int) -> Exploration:
    """Return networks for all strengths of all regularizers, from the same starts."""
    return explore(
        lambda seed: moons(N_ITEMS, seed),
        {name: {number: make(number) for number in _numbers(*ends)} for name, (make, *ends) in LADDERS.items()},
        moons(5000, 12345),
        data="two moons that overlap",
        seeds=seeds,
        epochs=epochs,
        learning_rate=LEARNING_RATE,
        remarks=[L1_JUMPS],
    )


def _numbers(smallest: float, largest: float) -> list[float]:
    """Return strengths evenly spread on a logarithmic axis, with two digits each."""
    return [float(f"{number:.2g}") for number in np.geomspace(smallest, largest, N_STRENGTHS)]


def written(exploration: Exploration, chosen_format: str) -> str:
    """Return an exploration as JSON, or as a table of where the held-out error is lowest."""
    if chosen_format == "json":
        return json.dumps(exploration.to_dict(), allow_nan=False)
    rows = []
    for name, states in exploration.states.items():
        errors = [float(np.median(state.held_out_errors)) for state in states]
        best = int(np.argmin(errors))
        numbers = (errors[0], errors[best], errors[-1])
        rows.append([name, f"{states[best].strength:.2g}", *(f"{number:.3f}" for number in numbers)])
    header = ["regularizer", "best at", "weakest", "best", "strongest"]
    return (
        f"Explored: {exploration.data}, {exploration.recipe}.\n"
        f"Held-out error, medians over {len(exploration.seeds)} seeds:\n\n{format_table(header, rows)}"
    )
