"""Pictures of trained networks, each with its numbers: errors in training, weights, boundaries."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.comparison.curves import display_of
from nnl2.display import BoundaryDisplay, WeightsDisplay
from nnl2.display.boundaries import limits_around
from nnl2.report.pictures import MOST_TICKS, fit_words, in_lines, legend_above, new_figure, picture, short

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from nnl2.comparison.curves import Curves
    from nnl2.data import Dataset
    from nnl2.network import NeuralNetwork
    from nnl2.report.fragments import Html

    FloatArray = NDArray[np.floating[Any]]

N_COLUMNS = 2
"""Of panels beside one another."""

MOST_EPOCHS = 12
"""Rows of a table of errors."""

HIGHEST = 1.1
"""The axis of errors ends at so many times the largest median: of what goes astray only the beginning is seen."""

PANEL_HEIGHT, BOUNDARY_HEIGHT = 1.35, 1.75
"""Inches of a panel with errors, and of one with a boundary."""


def errors_picture(curves: Mapping[str, Curves], of_what: str) -> Html:
    """Return how errors go on in training, a panel for each strategy and all to one scale.

    Parameters
    ----------
    curves
        The errors by the strategy's name.
    of_what
        What the error is called.
    """
    with new_figure(0.5 + PANEL_HEIGHT * ceil(len(curves) / N_COLUMNS)) as figure:
        panels = _panels(figure, len(curves))
        for axes, (name, each) in zip(panels, curves.items(), strict=True):
            display_of(each).plot(axes).legend_.remove()
            axes.set(title=short(name), xlabel="", ylabel="")
        panels[0].set_ylim(0, HIGHEST * max(float(np.nanmax(each)) for _, _, each in _medians(curves)))
        panels[0].locator_params(axis="x", nbins=MOST_TICKS - 2, integer=True)
        figure.supxlabel("epochs")
        figure.supylabel(in_lines(of_what))
        legend_above(figure, panels[0])
        rows = [row for kind in ("training", "held out") for row in _rows_of(curves, kind)]
        return picture(figure, _what_errors_say(curves, of_what), ["epoch", "items", *curves], rows)


def _panels(figure: Figure, n_panels: int) -> list[Axes]:
    """Return panels in two columns, all to one scale; what is left over of the last row stays empty."""
    grid = figure.subplots(ceil(n_panels / N_COLUMNS), N_COLUMNS, sharex=True, sharey=True, squeeze=False)
    panels = list(grid.ravel())
    for axes in panels[n_panels:]:
        axes.set_axis_off()
    used = panels[:n_panels]
    for axes in used[-N_COLUMNS:]:  # the lowest of each column
        axes.tick_params(labelbottom=True)
    return used


def _medians(curves: Mapping[str, Curves]) -> Iterator[tuple[str, str, FloatArray]]:
    """Yield name, kind of items and `(n_epochs,)` medians of errors."""
    for name, each in curves.items():
        for kind, errors in (("training", each.training), ("held out", each.held_out)):
            if errors is not None:
                yield name, kind, np.nanmedian(errors, axis=0)


def _what_errors_say(curves: Mapping[str, Curves], of_what: str) -> str:
    ends = {(name, kind): float(medians[-1]) for name, kind, medians in _medians(curves)}
    last = min(kind for _, kind in ends)  # "held out", where anything is
    of_kind = {name: error for (name, kind), error in ends.items() if kind == last}
    least, most = min(of_kind, key=of_kind.__getitem__), max(of_kind, key=of_kind.__getitem__)
    spread = ": the median over all networks, and as a band the middle half of them"
    return (
        f"{of_what[:1].upper()}{of_what[1:]} in training{spread if _are_many(curves) else ''}. At the end it is "
        f"lowest for {least} ({of_kind[least]:.3g}, {last}) and highest for {most} ({of_kind[most]:.3g}, {last})."
    )


def _are_many(curves: Mapping[str, Curves]) -> bool:
    return any(len(each.training) > 1 for each in curves.values())


def _rows_of(curves: Mapping[str, Curves], kind: str) -> list[list[str]]:
    """Return a row for some epochs, with the medians of all strategies."""
    by_name = {
        name: dict(zip(curves[name].epochs.tolist(), medians.tolist(), strict=True))
        for name, each, medians in _medians(curves)
        if each == kind
    }
    epochs = sorted({epoch for medians in by_name.values() for epoch in medians})
    places = np.linspace(0, len(epochs) - 1, min(len(epochs), MOST_EPOCHS))
    return [
        [
            str(epochs[round(place)]),
            kind,
            *(_shown(by_name.get(name, {}).get(epochs[round(place)])) for name in curves),
        ]
        for place in places
    ]


def _shown(error: float | None) -> str:
    return "-" if error is None else f"{error:.4g}"


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
    class_names: Sequence[str] = (),
) -> Html:
    """Return where networks of two inputs, by name, change their answer, with their items on top."""
    limits = limits_around(np.concatenate([items[name].inputs for name in networks]))
    with new_figure(0.8 + BOUNDARY_HEIGHT * ceil(len(networks) / N_COLUMNS)) as figure:
        panels = _panels(figure, len(networks))
        for axes, (name, network) in zip(panels, networks.items(), strict=True):
            display = BoundaryDisplay.from_function(network.compute_outputs, items[name], limits=limits, ax=axes)
            axes.set_title(short(name))
            for drawn, class_name in zip(display.points_, class_names, strict=False):
                drawn.set_label(short(f"class {class_name}"))
        display.add_key(figure.axes)
        figure.supxlabel(in_lines(input_names[0]))
        figure.supylabel(in_lines(input_names[1]))
        legend_above(figure, panels[0])
        says = "Where each network changes its answer (the thick line), how sure it is (the grey), and its items."
        rows = [
            [name, f"{network.accuracy(items[name]):.3f}", f"{network.error(items[name]):.4g}"]
            for name, network in networks.items()
        ]
        return picture(figure, says, ["strategy", "right of the training items", "error on them"], rows)
