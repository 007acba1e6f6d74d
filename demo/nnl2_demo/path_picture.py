"""A path as a picture: scores, sizes of weights, and shares above one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

if TYPE_CHECKING:
    from nnl2 import StrengthPath


def draw(path: StrengthPath) -> Figure:
    """Return a path as a figure; no display is needed."""
    figure = Figure(figsize=(9, 8.5), layout="constrained")
    figure.suptitle(path.data, fontsize=10)
    scores, sizes, shares = figure.subplots(3, 1, sharex=True, height_ratios=[1.4, 1, 1])
    path.plot(scores)
    path.plot_weights(sizes)
    path.plot_shares(shares)
    for axes in (scores, sizes):
        axes.set_xlabel("")
    return figure
