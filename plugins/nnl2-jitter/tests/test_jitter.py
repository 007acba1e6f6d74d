"""Jitter conforms, and does what it says."""

import numpy as np
import pytest

from nnl2 import InvalidValueError, NeuralNetwork, make_data
from nnl2.testing import parametrize_with_checks
from nnl2_jitter import Jitter


@parametrize_with_checks([Jitter(), Jitter(0), Jitter(2.5)])
def test_it_conforms(regularizer, check):
    check(regularizer)


def test_the_noise_has_the_standard_deviation_asked_for():
    noise, _ = Jitter(0.25).augment(np.zeros((100_000, 1)), np.ones((1, 1)), np.random.default_rng(0))
    assert noise.mean() == pytest.approx(0, abs=4 * 0.25 / 100_000**0.5)
    assert noise.std() == pytest.approx(0.25, rel=0.01)


def test_the_network_in_use_sees_no_noise():
    network = NeuralNetwork(10, 8, 4, seed=0, regularizer=Jitter(0.5))
    data = make_data(50)
    network.train(data, epochs=2, learning_rate=0.01)
    assert np.array_equal(network.compute_outputs(data.inputs), network.compute_outputs(data.inputs))


def test_a_negative_scale_is_refused():
    with pytest.raises(InvalidValueError, match=r"Jitter.scale must be a finite number >= 0, got -1"):
        Jitter(-1)
