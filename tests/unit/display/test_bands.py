"""Means along a number, with their intervals as bands; and the labels below."""

import pytest
from matplotlib.figure import Figure

from nnl2.display.bands import label_sizes, plot_band


@pytest.fixture
def axes():
    return Figure().subplots()


def test_a_band_lies_between_the_ends_of_the_intervals_and_has_an_edge(axes):
    plot_band(axes, "l2", [1, 2], [0.5, 0.6], [0.4, 0.6], [0.7, 0.8], 1)
    (line,), (band,) = axes.lines, axes.collections
    assert list(line.get_ydata()) == [0.5, 0.6]
    assert {tuple(corner) for corner in band.get_paths()[0].vertices} == {(1, 0.4), (1, 0.7), (2, 0.6), (2, 0.8)}
    assert band.get_edgecolor()[0, 3] > band.get_facecolor()[0, 3]


def test_means_without_intervals_are_a_line_alone(axes):
    plot_band(axes, "norm", [1, 2], [0.5, 0.6], [0.5, 0.6], [0.5, 0.6], 0)
    assert len(axes.lines) == 1
    assert not axes.collections


@pytest.mark.parametrize(
    ("sizes", "labels"), [([10, 20, 40, 80], {10, 20, 40, 80}), ([10, 76, 78, 80], {10, 80}), ([79, 80], {79, 80})]
)
def test_sizes_below_a_picture_have_room_between(axes, sizes, labels):
    label_sizes(axes, sizes)
    assert {int(text.get_text()) for text in axes.get_xticklabels(which="both") if text.get_text()} == labels
