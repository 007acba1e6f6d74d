"""What became of a network's weights: worked cases."""

import numpy as np
import pytest

from nnl2 import NeuralNetwork, ReLU
from nnl2.paths.weights import Weights, mean_weights, weights_of

INPUTS = np.array([[-1.0, 1.0], [1.0, 1.0]])


def network(first, second, hidden, biases=(0, 0)):
    """Return a 2-2-1 network with these weights."""
    made = NeuralNetwork(2, 2, 1, hidden=hidden, seed=0)
    made.weights = [*np.ravel(first), *biases, *second, 0]
    return made


def test_size_and_zeros_are_those_of_all_weights_but_not_of_biases():
    found = weights_of(network([[3, 0], [0, -4]], [0, 12], ReLU(), biases=(100, 0)), INPUTS)
    assert (found.norm, found.largest, found.zeros) == (13.0, 12.0, 0.5)


@pytest.mark.parametrize(
    ("first", "second", "dead"),
    [
        ([[1, 1], [0, 0]], [1, 1], 0),
        ([[1, 0], [0, 1]], [1, 1], 0.5),  # the second unit sees an input that never varies
        ([[1, 1], [-5, 0]], [1, 1], 0.5),  # the first is below 0 for all items
        ([[1, 1], [0, 0]], [1, 0], 0.5),  # nobody hears the second
        ([[1, 1], [0, 0]], [1e-7, 0], 1),
    ],
)
def test_a_unit_is_dead_if_what_it_hands_on_never_varies(first, second, dead):
    assert weights_of(network(first, second, ReLU()), INPUTS).dead == dead


def test_a_second_hidden_layer_is_seen_through_the_first():
    made = NeuralNetwork(1, 1, 1, 1, hidden=ReLU(), seed=0)
    made.weights = [1, 0, -1, 0, 1, 0]  # the second unit gets nothing but numbers up to 0
    assert weights_of(made, np.array([[0.0], [1.0]])).dead == 0.5


def test_without_hidden_units_none_is_dead():
    assert weights_of(NeuralNetwork(2, 3, seed=0), INPUTS).dead is None


def test_means_are_those_of_each_number():
    assert mean_weights([Weights(1, 2, 0, 0.5), Weights(3, 4, 1, 1)]) == Weights(2, 3, 0.5, 0.75)
    assert mean_weights([Weights(1, 2, 0, None)]).dead is None
