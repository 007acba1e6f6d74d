"""Pictures of trained networks, each with its numbers: errors in training, weights, boundaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.display import BoundaryDisplay, LossCurveDisplay, WeightsDisplay
from nnl2.display.boundaries import limits_around
from nnl2.report.pictures import PER_LINE, fit_words, legend_above, new_figure, picture, short

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from nnl2.data import Dataset
    from nnl2.network import NeuralNetwork
    from nnl2.report.fragments import Html

    FloatArray = NDArray[np.floating[Any]]
    Course = Mapping[int, Sequence[float]]
    """For each epoch, the error of every network that was still in training."""

MOST_EPOCHS = 12
"""Rows of a table of errors."""

LEGEND_HEIGHT = 0.22
"""Inches for a line of names."""


def errors_picture(courses: Mapping[str, Course], of_what: str) -> Html:
    """Return how errors go on in training, for strategies by name: medians, and the middle half around them."""
    with new_figure(2.9 + LEGEND_HEIGHT * len(courses) / PER_LINE) as figure:
        axes = figure.subplots()
        display = LossCurveDisplay({name: (list(each), _as_rows(each)) for name, each in courses.items()})
        for name, line in display.plot(axes).lines_.items():
            line.set_label(short(name))
        axes.set_ylabel(of_what)
        axes.set_ylim(bottom=0)
        legend_above(figure, axes)
        return picture(figure, _what_errors_say(courses, of_what), ["epoch", *courses], _rows_of(courses))


def _as_rows(course: Course) -> FloatArray:
    """Return errors with a column for each epoch; NaN where a network is no longer in training."""
    columns = list(course.values())
    table = np.full((max(map(len, columns)), len(columns)), np.nan)
    for number, errors in enumerate(columns):
        table[: len(errors), number] = errors
    return table


def _what_errors_say(courses: Mapping[str, Course], of_what: str) -> str:
    ends = {name: float(np.median(list(course.values())[-1])) for name, course in courses.items()}
    least, most = min(ends, key=lambda name: ends[name]), max(ends, key=lambda name: ends[name])
    return (
        f"{of_what} after each epoch: the median over all networks, and as a band the middle half of them. At the "
        f"end it is lowest for {least} ({ends[least]:.3g}) and highest for {most} ({ends[most]:.3g})."
    )


def _rows_of(courses: Mapping[str, Course]) -> list[list[str]]:
    epochs = sorted({epoch for course in courses.values() for epoch in course})
    shown = [epochs[round(place)] for place in np.linspace(0, len(epochs) - 1, min(len(epochs), MOST_EPOCHS))]
    return [
        [
            str(epoch),
            *(f"{np.median(course[epoch]):.4g}" if epoch in course else "-" for course in courses.values()),
        ]
        for epoch in shown
    ]


def weights_picture(networks: Mapping[str, NeuralNetwork], whose: str) -> Html:
    """Return how the weights of some networks, by name, are spread."""
    with new_figure(1.1 + 0.32 * len(networks)) as figure:
        axes = figure.subplots()
        display = WeightsDisplay.from_networks(networks, ax=axes)
        axes.set_xlabel("weights after training (logarithmic beyond -1 and 1)")
        fit_words(axes)
        says = f"The weights {whose}, biases left out: a stroke for each, a box around their middle half."
        header = ["strategy", "25 %", "median", "75 %", "largest", "norm", "exactly 0"]
        return picture(figure, says, header, [_summary(*each) for each in display.weights.items()])


def _summary(name: str, weights: FloatArray) -> list[str]:
    numbers = [*np.quantile(weights, [0.25, 0.5, 0.75]), np.abs(weights).max(), np.linalg.norm(weights)]
    return [name, *(f"{number:.3g}" for number in numbers), f"{(weights == 0).sum()} of {len(weights)}"]


def boundaries_picture(
    networks: Mapping[str, NeuralNetwork],
    items: Mapping[str, Dataset],
    input_names: Sequence[str] = ("first input", "second input"),
) -> Html:
    """Return where networks of two inputs, by name, change their answer, with their items on top."""
    n_rows = (len(networks) + 1) // 2
    limits = limits_around(np.concatenate([items[name].inputs for name in networks]))
    with new_figure(0.6 + 2.1 * n_rows) as figure:
        panels = figure.subplots(n_rows, 2, sharex=True, sharey=True, squeeze=False).ravel()
        for axes, (name, network) in zip(panels, networks.items(), strict=False):
            display = BoundaryDisplay.from_function(network.compute_outputs, items[name], limits=limits, ax=axes)
            axes.set_title(short(name), fontsize=9)
        for axes in panels[len(networks) :]:
            axes.set_visible(False)
        display.add_key(list(panels))
        figure.supxlabel(short(input_names[0]), fontsize=9)
        figure.supylabel(short(input_names[1]), fontsize=9)
        legend_above(figure, panels[0])
        says = "Where each network changes its answer (the thick line), how sure it is (the grey), and its items."
        rows = [
            [name, f"{network.accuracy(items[name]):.3f}", f"{network.error(items[name]):.4g}"]
            for name, network in networks.items()
        ]
        return picture(figure, says, ["strategy", "right of the training items", "error on them"], rows)
