"""Boundaries stand where answers change, and the grey says how surely."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from nnl2 import Activation, Dataset, InvalidValueError, NeuralNetwork, SigmoidCrossEntropy
from nnl2.display import BoundaryDisplay
from nnl2.display.boundaries import limits_around, shares_of

ITEMS = Dataset([[0.0, 0.0], [1.0, 1.0], [0.2, 0.1]], [[0.0], [1.0], [0.0]])
ITEMS_OF_TWO = Dataset.from_labels(ITEMS.inputs, [0, 1, 0])
LIMITS = ((-1.0, 2.0), (-2.0, 1.0))


class Identity(Activation):
    def outputs(self, sums):
        return sums.copy()

    def slope(self, outputs):
        return np.ones_like(outputs)


def drawn(compute_outputs, items):
    return BoundaryDisplay.from_function(compute_outputs, items, limits=LIMITS, ax=Figure().subplots())


def boundary_of(display):
    (line,) = display.lines_
    return line.get_paths()[0].vertices


def network_with_boundary_at_half():
    """Return a network whose output is 1/2 where the first input is 1/2."""
    return NeuralNetwork(2, 1, 1, initial=[1.0, 0.0, -0.5, 8.0, 0.0], output=SigmoidCrossEntropy())


@pytest.mark.parametrize("n_outputs", [1, 2])
def test_the_boundary_stands_where_the_answer_changes(n_outputs):
    network = network_with_boundary_at_half()
    items = ITEMS
    if n_outputs == 2:
        network = NeuralNetwork(2, 1, 2, initial=[1.0, 0.0, -0.5, -4.0, 4.0, 0.0, 0.0])
        items = ITEMS_OF_TWO
    line = boundary_of(drawn(network.compute_outputs, items))
    assert line[:, 0] == pytest.approx(0.5, abs=1e-6)
    assert (line[:, 1].min(), line[:, 1].max()) == (-2, 1)


def test_of_two_outputs_the_larger_one_decides():
    # outputs 1 / (1 + exp(-3)) and 1 / (1 + exp(-4 x)): the second is larger where x > 3/4, not where it is > 1/2
    network = NeuralNetwork(
        2, 1, 2, initial=[1.0, 0, 0, 0, 4, 3, 0], hidden=Identity(), output=SigmoidCrossEntropy()
    )
    line = boundary_of(drawn(network.compute_outputs, ITEMS_OF_TWO))
    assert line[:, 0] == pytest.approx(0.75, abs=1e-3)
    assert network.predict([[0.7, 0.0], [0.8, 0.0]]).tolist() == [0, 1]


def test_items_of_the_two_classes_have_different_shapes():
    circles, crosses = drawn(network_with_boundary_at_half().compute_outputs, ITEMS).points_
    assert circles.get_offsets().tolist() == [[0.0, 0.0], [0.2, 0.1]]
    assert crosses.get_offsets().tolist() == [[1.0, 1.0]]
    assert not np.array_equal(circles.get_paths()[0].vertices, crosses.get_paths()[0].vertices)


def test_a_boundary_needs_two_inputs():
    items = Dataset(np.ones((2, 3)), np.ones((2, 1)))
    with pytest.raises(InvalidValueError, match="a boundary is drawn for two inputs, not for"):
        BoundaryDisplay.from_function(lambda inputs: inputs, items)


def three_strips(inputs):
    """Return outputs of three classes, which change where the first input is 0 and 1."""
    nearness = np.exp(-np.square(inputs[:, :1] - np.array([[-0.5, 0.5, 1.5]])))
    return nearness / nearness.sum(axis=1, keepdims=True)


def test_of_several_classes_each_has_its_boundary_and_its_shape():
    display = drawn(three_strips, Dataset.from_labels([[-0.5, 0.0], [0.5, 0.0], [1.5, 0.0]], [0, 1, 2]))
    paths = [line.get_paths()[0].to_polygons(closed_only=False) for line in display.lines_]
    assert {round(path[0, 0], 2) for parts in paths for path in parts} == {0, 1}
    assert len({str(each.get_paths()[0].vertices) for each in display.points_}) == 3
    assert [each.get_label() for each in display.points_] == ["class 0", "class 1", "class 2"]


def test_where_the_answer_does_not_change_there_is_no_boundary():
    assert drawn(lambda inputs: np.full((len(inputs), 1), 0.75), ITEMS).lines_ == []


@pytest.mark.parametrize(
    ("compute_outputs", "says"),
    [
        (lambda inputs: 1 / (1 + np.exp(-inputs[:, :1])), "output for class 1"),
        (lambda inputs: 1 / (1 + np.exp(-inputs)), "output for class 1"),
        (three_strips, "largest share of the outputs"),
    ],
)
def test_the_grey_has_a_key(compute_outputs, says):
    display = drawn(compute_outputs, ITEMS)
    key = display.add_key([display.ax_])
    assert display.figure_.axes[-1].get_ylabel() == says
    assert key.mappable is display.greys_


def test_one_column_of_outputs_is_that_of_class_1():
    assert shares_of(np.array([[0.25]])).tolist() == [[0.75, 0.25]]
    assert shares_of(np.array([[1.0, 3.0]])).tolist() == [[0.25, 0.75]]


def test_limits_show_all_items_and_a_little_around_them():
    assert limits_around(np.array([[0.0, -1.0], [1.0, 1.0]])) == ((-0.08, 1.08), (-1.16, 1.16))
