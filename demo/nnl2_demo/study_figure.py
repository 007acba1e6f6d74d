"""A study as a picture: boundaries side by side where there are two inputs, else curves and weights."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure, SubFigure

from nnl2 import InvalidValueError
from nnl2.display.plots import plot_boundary, plot_errors, plot_weights

if TYPE_CHECKING:
    from nnl2_demo.study import Rerun


def check_path(path: Path) -> None:
    """Raise an error before anything is trained if a picture cannot be written there."""
    if not path.parent.is_dir():
        raise InvalidValueError(f"--plot {path}: there is no folder {path.parent}")
    if not os.access(path.parent, os.W_OK):
        raise InvalidValueError(f"--plot {path} cannot be written there")


def save(rerun: Rerun, path: Path) -> None:
    """Draw the study into a file, whose ending says as what; an old picture stays until this one is whole."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as aside:
        made = Path(aside) / path.name
        with rc_context({"svg.fonttype": "none"}):  # words stay words
            draw(rerun).savefig(made, format=path.suffix[1:].lower(), dpi=120)
        made.replace(path)


def draw(rerun: Rerun) -> Figure:
    """Return the study as a figure; no display is needed."""
    with_boundaries = rerun.study.layer_sizes[0] == 2
    n_panels = len(rerun.example.courses)
    figure = Figure(figsize=(max(9, 3 * n_panels), 6.4) if with_boundaries else (11, 4.6), layout="constrained")
    figure.suptitle(f"{rerun.study.title}; seed {rerun.example.seed}", fontsize=11)
    if with_boundaries:
        above, below = cast("list[SubFigure]", figure.subfigures(2, 1, height_ratios=[1.2, 1]))
        _boundaries(above, rerun)
        _curves(below, rerun)
    else:
        left, right = cast("list[SubFigure]", figure.subfigures(1, 2, width_ratios=[1, 1.1]))
        _curves(left, rerun)
        _weights(right, rerun)
    return figure


def _boundaries(figure: SubFigure, rerun: Rerun) -> None:
    """Draw one panel for each strategy, with the same axes."""
    inputs = np.concatenate([course.items.inputs for course in rerun.example.courses])
    margin = 0.08 * np.ptp(inputs, axis=0)
    lows, highs = inputs.min(axis=0) - margin, inputs.max(axis=0) + margin
    limits = ((lows[0], highs[0]), (lows[1], highs[1]))
    panels = figure.subplots(1, len(rerun.example.courses), sharex=True, sharey=True, squeeze=False)[0]
    decides = rerun.study.decides
    for axes, course in zip(panels, rerun.example.courses, strict=True):
        plot_boundary(axes, course.network.compute_outputs, course.items, limits)
        accuracies = [f"{kind} {course.accuracies[kind]:.3f}" for kind in ("train", decides)]
        axes.set_title(f"{course.strategy}\n{', '.join(accuracies)}", fontsize=9)
        axes.set_xlabel("first input")
    panels[0].set_ylabel("second input")
    panels[0].legend(loc="best", fontsize=7)


def _curves(figure: SubFigure, rerun: Rerun) -> None:
    """Draw the errors of all strategies on one axis."""
    axes = figure.subplots()
    for number, course in enumerate(rerun.example.courses):
        plot_errors(axes, course.strategy, course.curve.epochs, course.curve.errors, number)
    axes.set_xlabel("epochs")
    axes.set_ylabel(f"{rerun.study.error_name}, training items")
    axes.set_ylim(bottom=0)
    axes.legend(fontsize=8)


def _weights(figure: SubFigure, rerun: Rerun) -> None:
    """Draw how the weights are spread in each network."""
    axes = figure.subplots()
    plot_weights(
        axes,
        [course.strategy for course in rerun.example.courses],
        [
            np.concatenate([layer.weights.ravel() for layer in course.network.layers])
            for course in rerun.example.courses
        ],
    )
    axes.set_xlabel("weights after training (logarithmic beyond -1 and 1)")
