"""A study as a picture: errors over the seeds, and of one seed its boundaries or its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from matplotlib.figure import Figure, SubFigure

from nnl2.display import BoundaryDisplay, LossCurveDisplay, WeightsDisplay
from nnl2.display.boundaries import limits_around
from nnl2_demo.curves_figure import draw_curves, legend_above, panels_for, rows_and_columns

if TYPE_CHECKING:
    from nnl2_demo.study import Rerun


def draw(rerun: Rerun) -> Figure:
    """Return the study as a figure; no display is needed."""
    return _with_boundaries(rerun) if rerun.study.layer_sizes[0] == 2 else _with_weights(rerun)


def _with_boundaries(rerun: Rerun) -> Figure:
    n_rows, n_columns = rows_and_columns(len(rerun.example.courses))
    figure = Figure(figsize=(max(9, 3.6 * n_columns), 6.8 * n_rows), layout="constrained")
    figure.suptitle(
        f"{rerun.study.title}; above seed {rerun.example.seed}, below seeds {rerun.seeds[0]} to {rerun.seeds[-1]}"
    )
    above, below = cast("list[SubFigure]", figure.subfigures(2, 1, height_ratios=[1.4, 1]))
    _boundaries(above, rerun)
    _curves(below, rerun)
    return figure


def _with_weights(rerun: Rerun) -> Figure:
    n_rows, _ = rows_and_columns(len(rerun.example.courses))
    figure = Figure(figsize=(14, 2.7 * max(2, n_rows)), layout="constrained")
    figure.suptitle(
        f"{rerun.study.title}; seeds {rerun.seeds[0]} to {rerun.seeds[-1]}, weights of seed {rerun.example.seed}"
    )
    left, right = cast("list[SubFigure]", figure.subfigures(1, 2, width_ratios=[1.6, 1]))
    _curves(left, rerun)
    _weights(right, rerun)
    return figure


def _boundaries(figure: SubFigure, rerun: Rerun) -> None:
    """Draw one panel for each strategy, with the same axes."""
    limits = limits_around(np.concatenate([course.items.inputs for course in rerun.example.courses]))
    panels = panels_for(figure, len(rerun.example.courses))
    decides = rerun.study.decides
    for axes, course in zip(panels, rerun.example.courses, strict=True):
        display = BoundaryDisplay.from_function(
            course.network.compute_outputs, course.items, limits=limits, ax=axes
        )
        accuracies = [f"{kind} {course.accuracies[kind]:.3f}" for kind in ("train", decides)]
        axes.set_title(f"{course.strategy}\n{', '.join(accuracies)}", fontsize=9)
    figure.supxlabel("first input; the line is the boundary", fontsize=10)
    figure.supylabel("second input", fontsize=10)
    legend_above(panels)
    display.add_key(panels)


def _curves(figure: SubFigure, rerun: Rerun) -> None:
    """Draw the errors of all strategies over the seeds; of a published run those of its seed."""
    names = [course.strategy for course in rerun.example.courses]
    panels = panels_for(figure, len(names))
    for axes, course in zip(panels, rerun.example.courses, strict=True):
        if course.strategy not in rerun.compared:
            LossCurveDisplay({"training items": (course.curve.epochs, course.curve.errors)}).plot(axes)
    draw_curves(panels, rerun.comparison, names, rerun.study.error_name)


def _weights(figure: SubFigure, rerun: Rerun) -> None:
    """Draw how the weights are spread in each network."""
    axes = figure.subplots()
    networks = {course.strategy: course.network for course in rerun.example.courses}
    WeightsDisplay.from_networks(networks, ax=axes)
    axes.set_xlabel("weights after training (log beyond -1 and 1)")
