"""Drawings show what they say, without a display."""

import numpy as np
from matplotlib.figure import Figure

from nnl2.display.plots import plot_error_band, plot_errors, plot_weights


def axes():
    return Figure().subplots()


def test_curves_are_told_apart_by_their_dashes_and_then_by_markers():
    drawn = axes()
    for number in range(30):
        plot_errors(drawn, str(number), range(20), np.linspace(1, 0, 20), number)
    dashes = [str(line._dash_pattern) for line in drawn.lines]  # noqa: SLF001
    assert len(set(dashes[:7])) == 7
    assert len(set(zip(dashes, [line.get_marker() for line in drawn.lines], strict=True))) == 30
    assert drawn.lines[3].get_label() == "3"


def test_a_band_of_curves_is_their_median_and_their_quartiles():
    drawn = axes()
    errors = np.array([[4.0, 1.0], [5.0, 2.0], [6.0, 3.0], [7.0, np.inf], [8.0, np.nan]])
    plot_error_band(drawn, "items", np.array([0, 10]), errors, 1)
    (median,), (band,) = drawn.lines, drawn.collections
    assert median.get_xydata().tolist() == [[0, 6], [10, 2]]
    assert median.get_label() == "items"
    corners = band.get_paths()[0].vertices
    assert (corners[:, 1].min(), corners[:, 1].max()) == (1, 7)
    assert corners[corners[:, 0] == 10][:, 1].max() == 3


def test_of_infinite_errors_nothing_is_drawn():
    drawn = axes()
    plot_error_band(drawn, "items", np.array([0, 10]), np.array([[1.0, np.inf], [1.0, np.inf]]), 0)
    assert np.isnan(drawn.lines[0].get_ydata()).tolist() == [False, True]


def test_every_weight_has_its_stroke():
    drawn = axes()
    weights = list(np.random.default_rng(0).normal(size=(2, 20)))
    plot_weights(drawn, ["one", "two"], weights)
    strokes = drawn.collections[0].get_offsets()
    assert strokes[:, 0].tolist() == weights[0].tolist()
    assert [label.get_text() for label in drawn.get_yticklabels()] == ["one", "two"]
