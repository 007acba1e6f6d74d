"""ToStart conforms, and does what it says."""

import pickle

import numpy as np
import pytest

from nnl2 import L2, InvalidValueError, NeuralNetwork, Step, make_data
from nnl2.testing import parametrize_with_checks
from nnl2_start import ToStart

STEP = Step(1, 1, 0.1, 1, 1)


@parametrize_with_checks([ToStart(), ToStart(0), ToStart(2.5)])
def test_it_conforms(regularizer, check):
    check(regularizer)


def test_gradient_and_penalty_are_the_formulas():
    begun = ToStart(0.5).begin(np.array([[1.0, -2.0]]))
    weights = np.array([[2.0, -4.0]])
    assert begun.gradient(weights, STEP).tolist() == [[0.5, -1.0]]
    assert begun.penalty(weights, STEP) == 0.25 * (1 + 4)


def test_from_zero_it_is_l2():
    settings = {"epochs": 3, "learning_rate": 0.1, "batch_size": 8}
    one, other = (
        NeuralNetwork(10, 4, seed=0, initial=np.zeros(44), regularizer=regularizer)
        for regularizer in (ToStart(0.1), L2(0.1))
    )
    assert one.train(make_data(50), **settings) == other.train(make_data(50), **settings)
    assert np.array_equal(one.weights, other.weights)


def test_the_stronger_it_is_the_nearer_to_another_networks_weights_a_network_stays():
    taught = NeuralNetwork(10, 8, 4, seed=0)
    taught.train(make_data(200), epochs=20, learning_rate=0.05)
    distances = []
    for strength in (0, 0.01, 0.1, 1):
        network = NeuralNetwork(10, 8, 4, seed=1, initial=taught.weights, regularizer=ToStart(strength))
        network.train(make_data(20, seed=3), epochs=20, learning_rate=0.05)
        moved = [a.weights - b.weights for a, b in zip(network.layers, taught.layers, strict=True)]
        distances.append(np.linalg.norm(np.concatenate(moved, axis=None)))
    assert distances == sorted(distances, reverse=True)
    assert distances[-1] < distances[0] / 2


def test_a_penalty_is_0_before_training_and_the_squared_distance_after():
    network = NeuralNetwork(10, 8, 4, seed=0, regularizer=ToStart(0.5))
    before = network.layers
    history = network.train(make_data(50), epochs=2, learning_rate=0.01)
    moved = sum(np.square(a.weights - b.weights).sum() for a, b in zip(network.layers, before, strict=True))
    assert history.penalties[0] == 0
    assert history.penalties[-1] == pytest.approx(0.25 * moved, rel=1e-12)


def test_the_networks_own_holds_the_strength_alone():
    network = NeuralNetwork(10, 8, 4, seed=0, regularizer=ToStart(0.5))
    network.train(make_data(50), epochs=1, learning_rate=0.01)
    assert network.regularizer.start is None, "each layer is served by an object of its own"
    assert repr(network.regularizer) == "ToStart(strength=0.5)"
    assert pickle.loads(pickle.dumps(network.regularizer)) == ToStart(0.5)  # noqa: S301 (our own bytes)


def test_ones_that_began_elsewhere_are_not_equal():
    one, same, other = (ToStart(0.5).begin(np.full((2, 2), value)) for value in (1.0, 1.0, 2.0))
    assert one == same
    assert one not in (other, ToStart(0.5))


def test_a_negative_strength_is_refused():
    with pytest.raises(InvalidValueError, match=r"ToStart.strength must be a finite number >= 0, got -1"):
        ToStart(-1)


def test_nobody_gives_the_start_but_nnl2():
    with pytest.raises(TypeError, match="'start' must be"):
        ToStart(0.5, start=3)
