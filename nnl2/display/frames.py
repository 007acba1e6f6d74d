"""Frames of an animation, drawn: networks side by side, boundaries above, errors up to there below."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from nnl2.display.boundaries import BoundaryDisplay
from nnl2.display.losses import LossCurveDisplay

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray
    from PIL.Image import Image

    from nnl2.data import Dataset
    from nnl2.display.boundaries import Limits

    FloatArray = NDArray[np.floating[Any]]

PER_ROW = 4
"""Networks side by side."""

WIDTH, HEIGHTS = 2.5, (2.65, 1.35)
"""Inches of a network's panels: the boundary, and the errors below."""

BESIDE, ABOVE = 0.8, 0.7
"""Inches for the key of the grey, and for title and legend."""

LONGEST_NAME = 34
"""Characters of a name above a panel."""

DPI = 100

HIGHEST = 1.1
"""The axes of errors end at so many times the largest."""

MOST = 4.0
"""But at no more than so many times the largest at the start: of what goes astray only the beginning is seen."""


@frozen(eq=False)
class Snapshot:
    """A network after an epoch: the shares of its outputs, as `BoundaryDisplay` takes them, and its errors."""

    epoch: int
    shares: FloatArray
    training_error: float
    held_out_error: float


@frozen(eq=False)
class Frame:
    """What is seen at an epoch: of each network, by name, all snapshots up to there."""

    epoch: int
    seen: Mapping[str, Sequence[Snapshot]]


class Stage:
    """A figure on which one frame after the other is drawn, in the same places.

    Parameters
    ----------
    frames
        All that will be drawn, so that axes suit them all.
    items, limits
        As `BoundaryDisplay` takes them.
    title, input_names, class_names
        What is learned, and what its two inputs and its classes are called; classes may have their numbers alone.

    Attributes
    ----------
    figure
        The figure.
    boundaries, errors
        What the last frame drew, by network.
    """

    def __init__(
        self,
        frames: Sequence[Frame],
        items: Dataset,
        limits: Limits,
        *,
        title: str,
        input_names: Sequence[str],
        class_names: Sequence[str],
    ) -> None:
        from matplotlib.figure import Figure  # noqa: PLC0415 (`import nnl2` stays light)

        self.items = items
        self.limits = limits
        self.title = title
        self.input_names = [short(name) for name in input_names]
        self.class_names = [short(f"class {name}") for name in class_names]
        self.last = frames[-1]
        self.highest = _highest(frames[-1])
        n_rows = ceil(len(self.last.seen) / PER_ROW)
        n_columns = ceil(len(self.last.seen) / n_rows)
        size = n_columns * WIDTH + BESIDE, n_rows * sum(HEIGHTS) + ABOVE
        self.figure = Figure(figsize=size, dpi=DPI, layout="constrained")
        grid = self.figure.subplots(2 * n_rows, n_columns, squeeze=False, height_ratios=HEIGHTS * n_rows)
        above, below = grid[::2].ravel(), grid[1::2].ravel()
        for axes in (*above[len(self.last.seen) :], *below[len(self.last.seen) :]):
            axes.set_axis_off()
        self.panels = dict(zip(self.last.seen, zip(above, below, strict=True), strict=False))
        self.heading = self.figure.suptitle("", x=0.01, ha="left", fontsize=11, parse_math=False)
        self.leftmost = list(self.panels)[::n_columns]
        self.draw(self.last)
        self._add_keys(2 * n_columns)
        self.figure.draw_without_rendering()
        self.figure.set_layout_engine("none")  # nothing shall jump from frame to frame

    def draw(self, frame: Frame) -> None:
        """Draw a frame in the place of the last."""
        self.boundaries: dict[str, BoundaryDisplay] = {}
        self.errors: dict[str, LossCurveDisplay] = {}
        for name, (above, below) in self.panels.items():
            for artist in (*above.collections, *below.lines):
                artist.remove()
            self.boundaries[name] = self._draw_boundary(above, name, frame.seen[name][-1])
            self.errors[name] = self._draw_errors(below, name, frame.seen[name])
        title = f"{self.title}: " if self.title else ""
        self.heading.set_text(f"{title}epoch {frame.epoch} of {self.last.epoch}")

    def _draw_boundary(self, axes: Axes, name: str, now: Snapshot) -> BoundaryDisplay:
        display = BoundaryDisplay(self.limits, now.shares, self.items).plot(axes)
        axes.set_title(short(name), fontsize=10, parse_math=False)
        across, up = self.input_names
        axes.set_xlabel(across, fontsize=8, parse_math=False)
        axes.set_ylabel(up if name in self.leftmost else "", fontsize=8, parse_math=False)
        axes.tick_params(labelsize=8, labelleft=name in self.leftmost)
        return display

    def _draw_errors(self, axes: Axes, name: str, seen: Sequence[Snapshot]) -> LossCurveDisplay:
        """Draw errors along an axis on which the epochs of frames are evenly spread, a dot at the last."""
        epochs = [each.epoch for each in seen]
        errors = [each.training_error for each in seen], [each.held_out_error for each in seen]
        curves = {"training items": (epochs, errors[0]), "items held out": (epochs, errors[1])}
        display = LossCurveDisplay(curves).plot(axes)
        display.legend_.remove()
        for line in display.lines_.values():
            line.set(marker="o", markevery=[-1])
        axes.set_xscale("symlog", linthresh=1)
        axes.xaxis.set_major_formatter("{x:g}")
        axes.set_xlim(epochs[0], max(self.last.epoch, epochs[0] + 1))
        axes.set_ylim(0, self.highest)
        axes.tick_params(labelsize=8, labelleft=name in self.leftmost)
        axes.set_xlabel("epochs", fontsize=8)
        axes.set_ylabel("error" if name in self.leftmost else "", fontsize=8)
        said = f"training {errors[0][-1]:.3f}, held out {errors[1][-1]:.3f}"
        axes.set_title(said, fontsize=9, loc="left")
        return display

    def _add_keys(self, n_columns: int) -> None:
        """Draw what greys, items and curves mean, beside and below all panels."""
        display, (above, below) = next(iter(self.boundaries.values())), next(iter(self.panels.values()))
        display.add_key([axes for axes, _ in self.panels.values()])
        items, classes = above.get_legend_handles_labels()
        curves, kinds = below.get_legend_handles_labels()
        names = [*(self.class_names or classes), *kinds]
        legend = self.figure.legend(
            [*items, *curves], names, loc="outside lower left", ncols=n_columns, fontsize=8
        )
        for text in legend.get_texts():
            text.set_parse_math(False)


def images_of(stage: Stage, frames: Sequence[Frame]) -> list[Image]:
    """Return each frame as an image."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 (as above)
    from PIL import Image  # noqa: PLC0415 (as above)

    canvas = FigureCanvasAgg(stage.figure)
    images = []
    for frame in frames:
        stage.draw(frame)
        canvas.draw()  # type: ignore[no-untyped-call]  # matplotlib has no types there
        images.append(Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB"))  # type: ignore[no-untyped-call]
    return images


def short(name: str) -> str:
    """Return a name as it fits beside a panel."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}\u2026"


def _highest(last: Frame) -> float:
    """Return where the axes of errors end."""
    errors = [[max(each.training_error, each.held_out_error) for each in seen] for seen in last.seen.values()]
    at_the_start = max(each[0] for each in errors)
    return HIGHEST * min(MOST * at_the_start, max(map(max, errors)))
