"""Drawings show what they say, without a display."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from nnl2 import Activation, Dataset, InvalidValueError, NeuralNetwork, SigmoidCrossEntropy
from nnl2.display.plots import plot_boundary, plot_error_band, plot_errors, plot_weights

ITEMS = Dataset([[0.0, 0.0], [1.0, 1.0], [0.2, 0.1]], [[0.0], [1.0], [0.0]])
ITEMS_OF_TWO = Dataset.from_labels(ITEMS.inputs, [0, 1, 0])
LIMITS = ((-1.0, 2.0), (-2.0, 1.0))


class Identity(Activation):
    def outputs(self, sums):
        return sums.copy()

    def slope(self, outputs):
        return np.ones_like(outputs)


def axes():
    return Figure().subplots()


def network_with_boundary_at_half():
    """Return a network whose output is 1/2 where the first input is 1/2."""
    return NeuralNetwork(2, 1, 1, initial=[1.0, 0.0, -0.5, 8.0, 0.0], output=SigmoidCrossEntropy())


@pytest.mark.parametrize("n_outputs", [1, 2])
def test_the_boundary_stands_where_the_answer_changes(n_outputs):
    drawn = axes()
    network = network_with_boundary_at_half()
    items = ITEMS
    if n_outputs == 2:
        network = NeuralNetwork(2, 1, 2, initial=[1.0, 0.0, -0.5, -4.0, 4.0, 0.0, 0.0])
        items = ITEMS_OF_TWO
    plot_boundary(drawn, network.compute_outputs, items, LIMITS)
    line = drawn.collections[-3].get_paths()[0].vertices  # below both kinds of items
    assert line[:, 0] == pytest.approx(0.5, abs=1e-6)
    assert (line[:, 1].min(), line[:, 1].max()) == (-2, 1)


def test_of_two_outputs_the_larger_one_decides():
    drawn = axes()
    # outputs 1 / (1 + exp(-3)) and 1 / (1 + exp(-4 x)): the second is larger where x > 3/4, not where it is > 1/2
    network = NeuralNetwork(
        2, 1, 2, initial=[1.0, 0, 0, 0, 4, 3, 0], hidden=Identity(), output=SigmoidCrossEntropy()
    )
    plot_boundary(drawn, network.compute_outputs, ITEMS_OF_TWO, LIMITS)
    line = drawn.collections[-3].get_paths()[0].vertices
    assert line[:, 0] == pytest.approx(0.75, abs=1e-3)
    assert network.predict([[0.7, 0.0], [0.8, 0.0]]).tolist() == [0, 1]


def test_items_of_the_two_classes_have_different_shapes():
    drawn = axes()
    plot_boundary(drawn, network_with_boundary_at_half().compute_outputs, ITEMS, LIMITS)
    circles, crosses = drawn.collections[-2:]
    assert circles.get_offsets().tolist() == [[0.0, 0.0], [0.2, 0.1]]
    assert crosses.get_offsets().tolist() == [[1.0, 1.0]]
    assert not np.array_equal(circles.get_paths()[0].vertices, crosses.get_paths()[0].vertices)


@pytest.mark.parametrize(("n_inputs", "n_targets"), [(3, 1), (2, 3)])
def test_a_boundary_needs_two_inputs_and_two_classes(n_inputs, n_targets):
    items = Dataset(np.ones((2, n_inputs)), np.ones((2, n_targets)))
    with pytest.raises(InvalidValueError, match="a boundary is drawn for two inputs and two classes, not for"):
        plot_boundary(axes(), lambda inputs: inputs, items, LIMITS)


def test_curves_are_told_apart_by_their_dashes():
    drawn = axes()
    for number in range(7):
        plot_errors(drawn, str(number), range(20), np.linspace(1, 0, 20), number)
    assert len({(line.get_linestyle(), str(line._dash_pattern)) for line in drawn.lines}) == 7  # noqa: SLF001
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
