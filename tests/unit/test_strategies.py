"""The numbers of the built-in regularizers: worked cases, and what they refuse."""

import numpy as np
import pytest

from nnl2 import (
    L1,
    L2,
    Dataset,
    Dropout,
    InvalidTypeError,
    InvalidValueError,
    NeuralNetwork,
    ProximalL1,
    Step,
    WeightDecay,
    make_data,
)
from nnl2.errors import shown
from nnl2.outputs import softmax

STEP = Step(epoch=1, epochs=1, learning_rate=0.1, batch_size=1, n_items=10)
WEIGHTS = np.array([[5.0, -3.0, 2.0]])


def test_the_articles_worked_case():
    """Lambda 0.10 and weights 5, -3, 2 make 3.80 (the article's text leaves out the one half)."""
    assert 2 * L2(0.10).penalty(WEIGHTS, STEP) == pytest.approx(3.80)
    assert L2(0.10).gradient(WEIGHTS, STEP).ravel() == pytest.approx([0.5, -0.3, 0.2])


def test_l1_pulls_all_weights_alike_and_zero_not_at_all():
    assert L1(0.5).penalty(WEIGHTS, STEP) == 5.0
    assert L1(0.5).gradient(np.array([[3.0, -0.1, 0.0]]), STEP).tolist() == [[0.5, -0.5, 0.0]]


def test_proximal_l1_moves_weights_as_far_as_l1_and_stops_at_zero():
    weights = np.array([[3.0, -0.125, 0.0625, 0.0, -0.03125]])
    step = Step(epoch=1, epochs=1, learning_rate=0.125, batch_size=1, n_items=10)
    assert ProximalL1(0.5).penalty(WEIGHTS, STEP) == 5.0
    assert ProximalL1(0.5).constrain(weights, step).tolist() == [[2.9375, -0.0625, 0.0, 0.0, 0.0]]


def test_weights_become_exactly_zero_by_proximal_l1_and_not_by_l1():
    n_zero = []
    for regularizer in (L1(0.05), ProximalL1(0.05)):
        network = NeuralNetwork(10, 8, 4, seed=0, regularizer=regularizer)
        network.train(make_data(40), epochs=20, learning_rate=0.05)
        n_zero.append(sum(int((layer.weights == 0).sum()) for layer in network.layers))
    assert n_zero[0] == 0
    assert n_zero[1] > 20


def test_a_weight_that_nothing_pulls_away_stays_zero():
    """Inputs of 0 give their weights no gradient: soft-thresholding alone moves them."""
    data = make_data(20)
    inputs = data.inputs.copy()
    inputs[:, 0] = 0
    network = NeuralNetwork(10, 8, 4, seed=0, regularizer=ProximalL1(0.5))
    network.train(Dataset(inputs, data.targets), epochs=10, learning_rate=0.05)
    assert (network.layers[0].weights[0] == 0).all()


def test_weight_decay_is_a_factor():
    assert WeightDecay(0.02).decay(STEP) == 0.98


def test_dropout_drops_its_rate_and_keeps_the_mean():
    mask = Dropout(rate=0.25).mask((4000, 5), np.random.default_rng(0))
    assert set(np.unique(mask)) == {0, 1 / 0.75}
    assert (mask == 0).mean() == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / 20000))


def test_dropouts_rate_is_given_by_keyword():
    with pytest.raises(TypeError):
        Dropout(0.5)


@pytest.mark.parametrize("make", [L2, L1, ProximalL1])
@pytest.mark.parametrize(
    ("strength", "error"),
    [
        (-1, InvalidValueError),
        (np.nan, InvalidValueError),
        (np.inf, InvalidValueError),
        ("0.01", InvalidTypeError),
        (None, InvalidTypeError),
        (True, InvalidTypeError),
        (np.True_, InvalidTypeError),
        ([0.1], InvalidTypeError),
        (1j, InvalidTypeError),
        (10**400, InvalidValueError),
    ],
)
def test_a_strength_is_a_finite_number_from_zero(make, strength, error):
    with pytest.raises(error) as caught:
        make(strength)
    assert str(caught.value) == f"{make.__name__}.strength must be a finite number >= 0, got {shown(strength)}"


@pytest.mark.parametrize("make", [WeightDecay, Dropout])
@pytest.mark.parametrize("rate", [1, -0.1, np.nan, np.inf])
def test_a_rate_is_a_share_below_one(make, rate):
    with pytest.raises(InvalidValueError) as caught:
        make(rate=rate)
    assert str(caught.value) == f"{make.__name__}.rate must be a finite number in [0, 1), got {rate!r}"


def test_numpy_numbers_are_numbers():
    assert L2(np.float32(0.5)) == L2(0.5)
    assert L2(np.int64(1)) == L2(1)


def test_softmax_takes_any_sums():
    assert softmax(np.array([[1000.0, -1000.0, 1000.0]])).tolist() == [[0.5, 0, 0.5]]
