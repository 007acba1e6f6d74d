"""LabelSmoothing conforms, and does what it says."""

import numpy as np
import pytest

from nnl2 import Dataset, InvalidValueError, NeuralNetwork, SigmoidCrossEntropy, make_data
from nnl2.testing import parametrize_with_checks
from nnl2_label_smoothing import LabelSmoothing


@parametrize_with_checks([LabelSmoothing(), LabelSmoothing(0), LabelSmoothing(0.5)])
def test_it_conforms(regularizer, check):
    check(regularizer)


def smoothed(amount, targets):
    inputs, answer = LabelSmoothing(amount).augment(np.ones((len(targets), 1)), np.array(targets), rng=None)
    assert (inputs == 1).all()
    return answer.tolist()


def test_a_share_of_each_target_is_spread_over_all_classes():
    assert smoothed(0.25, [[1.0, 0, 0, 0], [0, 0.5, 0.5, 0]]) == [
        [0.8125, 0.0625, 0.0625, 0.0625], [0.0625, 0.4375, 0.4375, 0.0625],
    ]  # fmt: skip


def test_a_single_output_moves_towards_one_half():
    assert smoothed(0.25, [[1.0], [0.0], [0.5]]) == [[0.875], [0.125], [0.5]]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_network_learns_what_it_learns_from_smoothed_targets(dtype):
    data = make_data(50)
    shares = Dataset(data.inputs, 0.9 * data.targets + 0.1 / 4)
    settings = {"epochs": 3, "learning_rate": 0.1, "batch_size": 8}
    network = NeuralNetwork(10, 8, 4, seed=0, dtype=dtype, regularizer=LabelSmoothing(0.1))
    plain = NeuralNetwork(10, 8, 4, seed=0, dtype=dtype)
    history = network.train(data, **settings)
    plain.train(shares, **settings)
    assert np.allclose(network.weights, plain.weights, rtol=1e-5 if dtype == np.float32 else 1e-12)
    assert history.errors[-1] == network.error(data), "errors are measured on the targets as they are"


def test_outputs_that_could_grow_for_ever_stay_near_the_smoothed_target():
    data = Dataset([[-1.0], [1.0]], [[0.0], [1.0]])
    network = NeuralNetwork(1, 1, seed=0, output=SigmoidCrossEntropy(), regularizer=LabelSmoothing(0.2))
    network.train(data, epochs=500, learning_rate=0.5)
    assert network.compute_outputs(data.inputs) == pytest.approx(np.array([[0.1], [0.9]]), abs=0.001)


@pytest.mark.parametrize("amount", [-0.1, 1.1, float("nan")])
def test_an_amount_that_cannot_be_is_refused(amount):
    with pytest.raises(InvalidValueError, match=r"LabelSmoothing.amount must be a finite number in \[0, 1\], got"):
        LabelSmoothing(amount)
