"""A study as a picture: errors over the seeds, and of one seed its boundaries or its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from matplotlib.figure import Figure, SubFigure

from nnl2.display.plots import plot_boundary, plot_errors, plot_weights
from nnl2_demo.curves_figure import draw_curves, panels_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from nnl2_demo.study import Rerun


def draw(rerun: Rerun) -> Figure:
    """Return the study as a figure; no display is needed."""
    with_boundaries = rerun.study.layer_sizes[0] == 2
    n_panels = len(rerun.example.courses)
    figure = Figure(figsize=(max(9, 3 * n_panels), 6.4) if with_boundaries else (14, 5.4), layout="constrained")
    seeds = f"{rerun.seeds[0]} to {rerun.seeds[-1]}"
    if with_boundaries:
        figure.suptitle(f"{rerun.study.title}; above seed {rerun.example.seed}, below seeds {seeds}", fontsize=11)
        above, below = cast("list[SubFigure]", figure.subfigures(2, 1, height_ratios=[1.3, 1]))
        _boundaries(above, rerun)
        _curves(below.subplots(1, n_panels, sharex=True, sharey=True, squeeze=False)[0], rerun)
    else:
        figure.suptitle(f"{rerun.study.title}; seeds {seeds}, weights of seed {rerun.example.seed}", fontsize=11)
        left, right = cast("list[SubFigure]", figure.subfigures(1, 2, width_ratios=[1.6, 1]))
        _curves(panels_for(left, [course.strategy for course in rerun.example.courses]), rerun)
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


def _curves(panels: Sequence[Axes], rerun: Rerun) -> None:
    """Draw the errors of all strategies over the seeds; of a published run those of its seed."""
    names = [course.strategy for course in rerun.example.courses]
    for axes, course in zip(panels, rerun.example.courses, strict=False):
        if course.strategy not in rerun.compared:
            plot_errors(axes, "training items", course.curve.epochs, course.curve.errors, 0)
    draw_curves(panels, rerun.comparison, names, rerun.study.error_name)


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
