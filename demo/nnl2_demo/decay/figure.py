"""Accuracy against strength, for L2 and weight decay under each optimizer: where the curves part, the two do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from nnl2.comparison.scores import ACCURACY
from nnl2.display.style import COLOURS, DASHES
from nnl2_demo.decay.comparisons import DECAY_NAME, L2_NAME, NONE, STRENGTHS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from nnl2_demo.decay.comparisons import Decay, Under

MOST_LOST = 8
"""Points below the worst `none` that are drawn: what lies further down would flatten all else."""

STRENGTH = "strength s: L2 adds s * w to the gradient, weight decay takes learning rate * s * w off the weight w"


def draw(decay: Decay) -> Figure:
    """Return a figure with a panel for each optimizer; no display is needed."""
    figure = Figure(figsize=(11, 4.2), layout="constrained")
    figure.suptitle(
        f"Where L2 and weight decay part ways; {len(decay.seeds)} seeds from {decay.seeds[0]} on", fontsize=11
    )
    panels = figure.subplots(1, len(decay.all_under), sharey=True)
    draw_panels(panels, decay)
    panels[0].set_ylabel("accuracy on fresh items (%)")
    figure.supxlabel(f"{STRENGTH}; bars: intervals of the difference to none", fontsize=10)
    panels[0].legend(fontsize=8, loc="lower left")
    return figure


def draw_panels(panels: Sequence[Axes], decay: Decay) -> None:
    """Draw a panel for each optimizer, all to one scale."""
    for axes, under in zip(panels, decay.all_under, strict=True):
        _draw_one(axes, under)
    scores = [100 * row.scores[ACCURACY.name] for under in decay.all_under for row in under.comparison.rows]
    lowest = min(100 * under.comparison.row(NONE).scores[ACCURACY.name] for under in decay.all_under)
    panels[0].set_ylim(lowest - MOST_LOST, max(scores) + 1)


def _draw_one(axes: Axes, under: Under) -> None:
    """Draw means, with the intervals of their differences to none, over the strengths."""
    none = under.comparison.row(NONE).scores[ACCURACY.name]
    axes.axhline(100 * none, color=COLOURS[0], linestyle=DASHES[2], linewidth=1, label=NONE)
    for number, (kind, marker) in enumerate(((L2_NAME, "o"), (DECAY_NAME, "s")), start=1):
        rows = [under.row(kind, strength) for strength in STRENGTHS]
        halves = [0.0 if each.difference is None else each.difference.half_width or 0.0 for each in rows]
        axes.errorbar(
            STRENGTHS,
            [100 * row.scores[ACCURACY.name] for row in rows],
            yerr=[100 * half for half in halves],
            color=COLOURS[number],
            linestyle=DASHES[number - 1],
            marker=marker,
            markersize=5 if marker == "o" else 9,
            fillstyle="full" if marker == "o" else "none",
            capsize=2,
            label=kind,
        )
    axes.set_xscale("log")
    axes.set_xticks(STRENGTHS, [f"{strength:g}" for strength in STRENGTHS])
    axes.minorticks_off()
    axes.set_title(f"{under.trained.name}, learning rate {under.trained.learning_rate:g}", fontsize=10)
