"""DropConnect conforms, and does what it says."""

import numpy as np
import pytest

from nnl2 import Dataset, InvalidValueError, NeuralNetwork, SquaredError, make_data
from nnl2.testing import parametrize_with_checks
from nnl2_dropconnect import DropConnect


@parametrize_with_checks([DropConnect(), DropConnect(0), DropConnect(0.9)])
def test_it_conforms(regularizer, check):
    check(regularizer)


def test_the_share_left_out_is_the_one_asked_for():
    factors = DropConnect(0.2).mask_weights((100, 100, 10), np.random.default_rng(0))
    assert np.unique(factors).tolist() == [0, 1 / 0.8]
    assert np.mean(factors == 0) == pytest.approx(0.2, abs=4 * 0.4 / 100_000**0.5)


def test_a_weight_that_is_left_out_does_not_change_in_that_update():
    network = NeuralNetwork(10, 4, seed=0, regularizer=DropConnect(0.5))
    before = network.layers[0]
    network.train(make_data(20), epochs=1, learning_rate=0.1, batch_size=20)
    after = network.layers[0]
    assert 5 < np.count_nonzero(after.weights == before.weights) < 35
    assert not (after.biases == before.biases).any()


def test_with_one_weight_an_update_is_its_formula():
    data = Dataset([[3.0]], [[1.0]])
    network = NeuralNetwork(1, 1, initial=[0.5, 0.25], seed=2, output=SquaredError(), regularizer=DropConnect(0.5))
    followed = 0
    for _ in range(20):
        weight, bias = network.weights
        network.train(data, epochs=1, learning_rate=0.01)
        changes = network.weights - (weight, bias)
        expected = {f: -0.01 * (f * weight * 3 + bias - 1) * np.array([3 * f, 1]) for f in (0.0, 2.0)}
        (factor,) = (f for f, change in expected.items() if changes == pytest.approx(change, rel=1e-9, abs=1e-15))
        followed += factor == 2
    assert 0 < followed < 20


def test_the_network_in_use_has_all_its_weights():
    network, plain = NeuralNetwork(10, 8, 4, seed=0, regularizer=DropConnect(0.5)), NeuralNetwork(10, 8, 4, seed=1)
    network.train(make_data(50), epochs=2, learning_rate=0.01)
    plain.weights = network.weights
    inputs = make_data(5).inputs
    assert np.array_equal(network.compute_outputs(inputs), plain.compute_outputs(inputs))


@pytest.mark.parametrize("rate", [-0.1, 1, float("nan")])
def test_a_rate_that_cannot_be_is_refused(rate):
    with pytest.raises(InvalidValueError, match=r"DropConnect.rate must be a finite number in \[0, 1\), got"):
        DropConnect(rate)
