"""A comparison as a picture: boundaries side by side where there are two inputs, else curves and weights."""

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
    from nnl2_demo.problem import Comparison


def check_path(path: Path) -> None:
    """Raise an error before anything is trained if a picture cannot be written there."""
    if not path.parent.is_dir():
        raise InvalidValueError(f"--plot {path}: there is no folder {path.parent}")
    if not os.access(path.parent, os.W_OK):
        raise InvalidValueError(f"--plot {path} cannot be written there")


def save(comparison: Comparison, path: Path) -> None:
    """Draw the comparison into a file, whose ending says as what; an old picture stays until this one is whole."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as aside:
        made = Path(aside) / path.name
        with rc_context({"svg.fonttype": "none"}):  # words stay words
            draw(comparison).savefig(made, format=path.suffix[1:].lower(), dpi=120)
        made.replace(path)


def draw(comparison: Comparison) -> Figure:
    """Return the comparison as a figure; no display is needed."""
    with_boundaries = comparison.problem.layer_sizes[0] == 2
    n_panels = len(comparison.results)
    figure = Figure(figsize=(max(9, 3 * n_panels), 6.4) if with_boundaries else (11, 4.6), layout="constrained")
    figure.suptitle(f"{comparison.problem.title}; seed {comparison.example_seed}", fontsize=11)
    if with_boundaries:
        above, below = cast("list[SubFigure]", figure.subfigures(2, 1, height_ratios=[1.2, 1]))
        _boundaries(above, comparison)
        _curves(below, comparison)
    else:
        left, right = cast("list[SubFigure]", figure.subfigures(1, 2, width_ratios=[1, 1.1]))
        _curves(left, comparison)
        _weights(right, comparison)
    return figure


def _boundaries(figure: SubFigure, comparison: Comparison) -> None:
    """Draw one panel for each strategy, with the same axes."""
    inputs = np.concatenate([result.items.inputs for result in comparison.results])
    margin = 0.08 * np.ptp(inputs, axis=0)
    lows, highs = inputs.min(axis=0) - margin, inputs.max(axis=0) + margin
    limits = ((lows[0], highs[0]), (lows[1], highs[1]))
    panels = figure.subplots(1, len(comparison.results), sharex=True, sharey=True, squeeze=False)[0]
    decides = comparison.problem.decides
    for axes, result in zip(panels, comparison.results, strict=True):
        plot_boundary(axes, result.network.compute_outputs, result.items, limits)
        accuracies = [f"{kind} {result.accuracies[kind]:.3f}" for kind in ("train", decides)]
        axes.set_title(f"{result.strategy}\n{', '.join(accuracies)}", fontsize=9)
        axes.set_xlabel("first input")
    panels[0].set_ylabel("second input")
    panels[0].legend(loc="best", fontsize=7)


def _curves(figure: SubFigure, comparison: Comparison) -> None:
    """Draw the errors of all strategies on one axis."""
    axes = figure.subplots()
    for number, result in enumerate(comparison.results):
        plot_errors(axes, result.strategy, result.curve.epochs, result.curve.errors, number)
    axes.set_xlabel("epochs")
    axes.set_ylabel(f"{comparison.problem.error_name}, training items")
    axes.set_ylim(bottom=0)
    axes.legend(fontsize=8)


def _weights(figure: SubFigure, comparison: Comparison) -> None:
    """Draw how the weights are spread in each network."""
    axes = figure.subplots()
    plot_weights(
        axes,
        [result.strategy for result in comparison.results],
        [
            np.concatenate([layer.weights.ravel() for layer in result.network.layers])
            for result in comparison.results
        ],
    )
    axes.set_xlabel("weights after training (logarithmic beyond -1 and 1)")
