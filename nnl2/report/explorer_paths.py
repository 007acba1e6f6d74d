"""What the explorer's pictures consist of: SVG paths in whole units, computed beforehand for every state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.path import Path
    from numpy.typing import NDArray

    from nnl2.report.exploration import Exploration, State

    FloatArray = NDArray[np.floating[Any]]

WIDTH, HEIGHT = 1000, 760
"""Units of a picture inside its axes; y runs downwards."""

SHADES = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Where one grey ends and a darker one begins."""


def scaled(values: Iterable[float], lowest: float, highest: float, length: int) -> list[int]:
    """Return where values lie on an axis of whole units; what lies beyond its ends is moved there."""
    shares = (np.clip(np.array(list(values)), lowest, highest) - lowest) / (highest - lowest)
    return [round(each) for each in (length * shares).tolist()]


def region_paths(states: Sequence[State]) -> list[list[str]]:
    """Return, for each state, a path for each grey from weak to dark, and last the boundary."""
    from matplotlib.figure import Figure  # noqa: PLC0415 (heavy)

    axes = Figure().subplots()
    paths = []
    for state in states:
        outputs = np.array(state.outputs)
        across, up = np.linspace(0, WIDTH, outputs.shape[1]), np.linspace(HEIGHT, 0, outputs.shape[0])
        drawn = [axes.contourf(across, up, outputs, levels=[*SHADES, 1.01])]
        if outputs.min() < 0.5 < outputs.max():
            drawn.append(axes.contour(across, up, outputs, levels=[0.5]))
        texts = [_as_text(path) for each in drawn for path in each.get_paths()]
        paths.append([*texts, ""][: len(SHADES) + 1])
        for each in drawn:
            each.remove()  # clearing the axes takes four times as long as all else
    return paths


def item_paths(exploration: Exploration) -> tuple[str, str]:
    """Return a path with a circle for each item of class 0, and one with a cross for each of class 1."""
    columns = list(zip(*exploration.items, strict=True))
    across = scaled(columns[0], *exploration.limits[0], WIDTH)
    up = scaled(columns[1], *exploration.limits[1], HEIGHT)
    circles, crosses = "", ""
    for x, y, label in zip(across, up, columns[2], strict=True):
        if label == 0:
            circles += circle(x, HEIGHT - y)
        else:
            crosses += cross(x, HEIGHT - y)
    return circles, crosses


def circle(x: int, y: int) -> str:
    """Return the mark of class 0 around a point."""
    return f"M{x - 11} {y}a11 11 0 1 0 22 0a11 11 0 1 0-22 0"


def cross(x: int, y: int) -> str:
    """Return the mark of class 1 around a point."""
    return f"M{x - 10} {y - 10}l20 20m0-20l-20 20"


def weight_path(weights: Sequence[float], largest: float) -> str:
    """Return a path with a bar for each weight, from the middle up or down."""
    ends = scaled(weights, -largest, largest, HEIGHT)
    places = scaled(range(len(weights)), -1, len(weights), WIDTH)
    return "".join(f"M{x} {HEIGHT // 2}V{HEIGHT - end}" for x, end in zip(places, ends, strict=True))


def error_paths(errors: Sequence[Sequence[float]], largest: float) -> tuple[str, str]:
    """Return the line of the medians over the seeds for all strengths, and the band that holds all seeds."""
    table = np.array(errors)
    places = scaled(range(len(table)), 0, max(1, len(table) - 1), WIDTH)
    low, middle, high = (
        [HEIGHT - each for each in scaled(values.tolist(), 0, largest, HEIGHT)]
        for values in (table.min(axis=1), np.median(table, axis=1), table.max(axis=1))
    )
    line = "L".join(f"{x} {y}" for x, y in zip(places, middle, strict=True))
    there = [f"{x} {y}" for x, y in zip(places, high, strict=True)]
    back = [f"{x} {y}" for x, y in zip(places, low, strict=True)][::-1]
    return f"M{line}", f"M{'L'.join([*there, *back])}Z"


def _as_text(path: Path) -> str:
    """Return a path in whole units; points that fall together are left out."""
    if path.codes is None:
        return ""
    text, last = "", ""
    for (x, y), code in zip(path.vertices.tolist(), path.codes.tolist(), strict=True):  # type: ignore[union-attr]
        point = f"{round(x)} {round(y)}"
        if code == path.CLOSEPOLY:
            text += "Z"
        elif code == path.MOVETO or point != last:
            text += f"{'M' if code == path.MOVETO else 'L'}{point}"
        last = point
    return text
