"""The numbers of the built-in regularizers: worked cases, and what they refuse."""

import numpy as np
import pytest

from nnl2 import L1, L2, Dropout, InvalidTypeError, InvalidValueError, Step, WeightDecay
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


def test_weight_decay_is_a_factor():
    assert WeightDecay(0.02).decay(STEP) == 0.98


def test_dropout_drops_its_rate_and_keeps_the_mean():
    mask = Dropout(rate=0.25).mask((4000, 5), np.random.default_rng(0))
    assert set(np.unique(mask)) == {0, 1 / 0.75}
    assert (mask == 0).mean() == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / 20000))


def test_dropouts_rate_is_given_by_keyword():
    with pytest.raises(TypeError):
        Dropout(0.5)


@pytest.mark.parametrize("make", [L2, L1])
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
