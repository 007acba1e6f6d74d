"""MaxNorm conforms, and does what it says."""

import numpy as np
import pytest

from nnl2 import InvalidValueError, NeuralNetwork, Step, make_data
from nnl2.testing import parametrize_with_checks
from nnl2_max_norm import MaxNorm


@parametrize_with_checks([MaxNorm(), MaxNorm(0.5)])
def test_it_conforms(regularizer, check):
    check(regularizer)


def test_long_weights_are_scaled_to_the_limit_and_short_ones_left_alone():
    weights = np.array([[3.0, 0.3], [-4.0, 0.4]])
    constrained = MaxNorm(2.5).constrain(weights, Step(1, 1, 0.1, 1, 1))
    assert constrained == pytest.approx(np.array([[1.5, 0.3], [-2.0, 0.4]]), abs=1e-15)
    assert np.array_equal(constrained[:, 1], weights[:, 1])


def test_no_unit_of_a_trained_network_is_longer_than_the_limit():
    network = NeuralNetwork(10, 8, 4, seed=0, regularizer=MaxNorm(0.5))
    network.train(make_data(50), epochs=20, learning_rate=0.1)
    lengths = np.concatenate([np.linalg.norm(layer.weights, axis=0) for layer in network.layers])
    assert lengths.max() == pytest.approx(0.5, abs=1e-12)


@pytest.mark.parametrize("limit", [0, -1, float("nan")])
def test_a_limit_that_cannot_be_is_refused(limit):
    with pytest.raises(InvalidValueError, match=r"MaxNorm.limit must be a finite number > 0, got"):
        MaxNorm(limit)
