"""A comparison as a picture: differences with their intervals, and the scores of each split."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib import rc_context
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from pathlib import Path

    from nnl2 import Comparison


def draw(comparison: Comparison, path: Path) -> None:
    """Draw differences and scores into a file, whose ending says as what; no display is needed."""
    height = 1.6 + 0.35 * len(comparison.rows)
    figure = Figure(figsize=(11, height), layout="constrained")
    figure.suptitle(comparison.data, fontsize=10)
    left, right = figure.subplots(1, 2)
    comparison.plot(left)
    comparison.plot_scores(right)
    with rc_context({"svg.fonttype": "none"}):  # words stay words
        figure.savefig(path, format=path.suffix[1:].lower(), dpi=120)
