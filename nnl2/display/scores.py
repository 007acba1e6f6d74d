"""`ScoresDisplay`: a score in each replicate, and its mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnl2.display.base import Display
from nnl2.display.style import COLOURS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

SPREAD = (0.0, 0.12, -0.12, 0.06, -0.06, 0.18, -0.18)
"""How far points stand above or below the middle of their row, one after the other."""


class ScoresDisplay(Display):
    """A score in each replicate as a point, a row for each name; a stroke is the mean.

    Parameters
    ----------
    scores
        By name, `(n_replicates,)`.
    score
        What they are, with its unit.

    Attributes
    ----------
    ax_, figure_
        As `Display` has them.
    points_, means_
        By name.
    """

    points_: dict[str, Line2D]
    means_: dict[str, Line2D]

    def __init__(self, scores: Mapping[str, Sequence[float]], *, score: str) -> None:
        self.scores = scores
        self.score = score

    def _draw(self, ax: Axes) -> None:
        self.points_, self.means_ = {}, {}
        rows = range(len(self.scores), 0, -1)
        for row, (name, values) in zip(rows, self.scores.items(), strict=True):
            beside = row + np.resize(SPREAD, len(values))  # so that equal ones are told apart
            (self.points_[name],) = ax.plot(
                values, beside, linestyle="", marker="o", markersize=4, alpha=0.6, color=COLOURS[1]
            )
            mean = float(np.mean(values))
            (self.means_[name],) = ax.plot([mean, mean], [row - 0.3, row + 0.3], color=COLOURS[0])
        ax.set_yticks(list(rows), list(self.scores), parse_math=False)
        ax.set_ylim(0.5, len(self.scores) + 0.5)
        n = max(map(len, self.scores.values()))
        ax.set_xlabel(f"{self.score};\none point for each of {n} replicates,\ntheir mean a stroke")
