"""ElasticNet conforms, and does what it says."""

import numpy as np
import pytest

from nnl2 import L1, L2, InvalidValueError, NeuralNetwork, Step, make_data, train
from nnl2.testing import parametrize_with_checks
from nnl2_elastic_net import ElasticNet


@parametrize_with_checks([ElasticNet(), ElasticNet(0.3, 1), ElasticNet(0.3, 0), ElasticNet(0)])
def test_it_conforms(regularizer, check):
    check(regularizer)


@pytest.mark.parametrize("l1_ratio", [0.0, 0.3, 1.0])
def test_the_map_finds_the_lowest_point_of_penalty_plus_half_the_square_of_the_way(l1_ratio):
    net, step, weight = ElasticNet(2.0, l1_ratio), Step(1, 1, 0.25, 1, 1), 0.8
    points = np.linspace(-1, 1, 200_001)
    penalties = np.array([net.penalty(np.full((1, 1), p), step) for p in points[::100]])
    objective = 0.25 * penalties + (points[::100] - weight) ** 2 / 2
    lowest = points[::100][np.argmin(objective)]
    assert net.constrain(np.full((1, 1), weight), step).item() == pytest.approx(lowest, abs=0.001)


def test_weights_become_exactly_zero_which_l1_plus_l2_cannot_do():
    networks = [
        NeuralNetwork(10, 8, 4, seed=0, regularizer=regularizer)
        for regularizer in (ElasticNet(0.1, 0.5), L1(0.05) + L2(0.05))
    ]
    train(networks, make_data(), epochs=60, learning_rate=0.01)
    zeros = [sum(int((layer.weights == 0).sum()) for layer in network.layers) for network in networks]
    assert zeros[0] > 10
    assert zeros[1] == 0


@pytest.mark.parametrize("l1_ratio", [-0.1, 1.1])
def test_a_share_outside_0_to_1_is_refused(l1_ratio):
    with pytest.raises(InvalidValueError, match=r"ElasticNet.l1_ratio must be a finite number in \[0, 1\], got"):
        ElasticNet(0.1, l1_ratio)
