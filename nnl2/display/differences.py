"""`DifferencesDisplay`: differences to a baseline with their intervals, a forest plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2.display.base import Display
from nnl2.display.style import COLOURS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch


class DifferencesDisplay(Display):
    """Differences to a baseline with their intervals, a row each; 0 is a line, the rope a band.

    Parameters
    ----------
    differences
        By name, the mean difference and the two ends of its interval; None for ends that are not known.
    rope
        The region of practical equivalence: differences up to this size make none in practice.
    baseline
        With what all are compared.
    score
        What is compared, with its unit.

    Attributes
    ----------
    ax_, figure_
        As `Display` has them.
    points_, intervals_
        By name; no interval where its ends are not known.
    rope_, zero_
        The band, and the line.
    """

    points_: dict[str, Line2D]
    intervals_: dict[str, Line2D]
    rope_: Patch
    zero_: Line2D

    def __init__(
        self,
        differences: Mapping[str, tuple[float, float | None, float | None]],
        *,
        rope: float,
        baseline: str,
        score: str,
    ) -> None:
        self.differences = differences
        self.rope = rope
        self.baseline = baseline
        self.score = score

    def _draw(self, ax: Axes) -> None:
        self.points_, self.intervals_ = {}, {}
        self.rope_ = ax.axvspan(-self.rope, self.rope, color="0.9", zorder=0)
        self.zero_ = ax.axvline(0, color=COLOURS[0], linewidth=0.8)
        rows = range(len(self.differences), 0, -1)
        for row, (name, (mean, low, high)) in zip(rows, self.differences.items(), strict=True):
            if low is not None and high is not None:
                (self.intervals_[name],) = ax.plot([low, high], [row, row], color=COLOURS[1], linewidth=2)
            (self.points_[name],) = ax.plot([mean], [row], marker="o", color=COLOURS[0])
        ax.set_yticks(list(rows), list(self.differences), parse_math=False)
        ax.set_ylim(0.5, len(self.differences) + 0.5)
        beside = "in the grey it makes no difference in practice"
        ax.set_xlabel(f"how much better than {self.baseline}: {self.score};\n{beside}")
