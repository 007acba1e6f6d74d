"""Colours, dashes and markers: what is told apart is so by shape, dash or lightness too, not by colour alone."""

from __future__ import annotations

from typing import Any

COLOURS = ("#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
"""Okabe and Ito's, which colour-blind readers tell apart."""

DASHES: tuple[Any, ...] = ("-", "--", ":", "-.", (0, (5, 1)), (0, (1, 1)), (0, (3, 1, 1, 1, 1, 1)))

MARKERS = ("", "s", "^", "v", "D")
"""Where dashes begin again, each round of them has a marker of its own."""

FEW_POINTS = 12
"""A curve of fewer has a marker at each."""


def curve_style(number: int, n_points: int) -> dict[str, Any]:
    """Return how the curve of a number looks: where dashes begin again, other colours and markers go with them."""
    again, dash = divmod(number, len(DASHES))
    marker = MARKERS[again % len(MARKERS)]
    return {
        "linestyle": DASHES[dash],
        "color": COLOURS[(number + again) % len(COLOURS)],
        "marker": marker or "o" if n_points < FEW_POINTS else marker,
        "markevery": max(1, n_points // FEW_POINTS),
        "markersize": 3,
    }
