"""What every regularizer keeps, built in or not: one set of rules over all of them."""

import copy
import pickle

import numpy as np
import pytest

from nnl2 import L1, L2, Dropout, NoRegularization, Regularizer, Step, WeightDecay
from nnl2_demo.wrong_sign import WrongSignL2

REGULARIZERS = [
    NoRegularization(),
    L2(0.3),
    L2(0),
    WeightDecay(0.2),
    L1(0.3),
    Dropout(rate=0.4),
    L2(0.3) + L1(0.1),
    L2(0.3) + WeightDecay(0.2) + Dropout(rate=0.4),
]
STEP = Step(epoch=3, learning_rate=0.1, batch_size=4, n_items=12)

every = pytest.mark.parametrize("regularizer", REGULARIZERS, ids=repr)


def finite_difference(regularizer, weights, step, h=1e-6):
    """Return d penalty / d weights by central differences."""
    slopes = np.empty_like(weights)
    for index in np.ndindex(weights.shape):
        moved = weights.copy()
        moved[index] += h
        above = regularizer.penalty(moved, step)
        moved[index] -= 2 * h
        slopes[index] = (above - regularizer.penalty(moved, step)) / (2 * h)
    return slopes


@pytest.fixture
def weights():
    """Weights away from zero, where |w| has no slope."""
    rng = np.random.default_rng(4)
    return rng.uniform(0.2, 2, size=(3, 5)) * rng.choice([-1, 1], size=(3, 5))


@every
def test_the_gradient_is_the_slope_of_the_penalty(regularizer, weights):
    gradient = regularizer.gradient(weights, STEP)
    # central differences with h = 1e-6 of sums near 10 are exact to about 1e-9
    assert gradient == pytest.approx(finite_difference(regularizer, weights, STEP), abs=1e-7)


def test_the_wrong_sign_is_found_by_the_slope(weights):
    wrong = WrongSignL2(0.3)
    assert wrong.gradient(weights, STEP) == pytest.approx(-finite_difference(wrong, weights, STEP), abs=1e-7)


def climbs(regularizer, weights):
    after = weights - 1e-3 * regularizer.gradient(weights, STEP)
    return regularizer.penalty(after, STEP) > regularizer.penalty(weights, STEP)


@every
def test_a_small_step_against_the_gradient_does_not_climb_the_penalty(regularizer, weights):
    assert not climbs(regularizer, weights)


def test_a_small_step_against_the_articles_gradient_climbs_the_penalty(weights):
    assert climbs(WrongSignL2(0.3), weights)


@every
def test_arguments_are_left_as_they_are(regularizer, weights):
    before = weights.copy()
    inputs = weights.copy()
    regularizer.gradient(weights, STEP)
    regularizer.constrain(weights, STEP)
    regularizer.penalty(weights, STEP)
    regularizer.corrupt(inputs, np.random.default_rng(0))
    assert np.array_equal(weights, before)
    assert np.array_equal(inputs, before)


@every
def test_equal_random_numbers_make_equal_noise(regularizer, weights):
    one, other = (regularizer.mask((6, 4), np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(one, other)
    one, other = (regularizer.corrupt(weights, np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(one, other)


@every
def test_a_mask_is_one_on_average(regularizer):
    mask = regularizer.mask((100_000, 2), np.random.default_rng(0))
    deviation = mask.std() / np.sqrt(mask.size)
    assert abs(mask.mean() - 1) <= 4 * deviation


@every
def test_answers_for_many_lanes_are_those_of_each_alone(regularizer, weights):
    lanes = np.stack([weights, 2 * weights, -weights], axis=-1)
    for question in ("gradient", "constrain"):
        together = getattr(regularizer, question)(lanes, STEP)
        for lane in range(3):
            assert np.array_equal(together[..., lane], getattr(regularizer, question)(lanes[..., lane], STEP))
    penalties = np.broadcast_to(regularizer.penalty(lanes, STEP), (3,))
    for lane in range(3):
        # a sum over two axes may add in another order than one over three
        assert penalties[lane] == pytest.approx(regularizer.penalty(lanes[..., lane], STEP), rel=1e-14)


@every
def test_it_is_a_value(regularizer):
    twin = copy.deepcopy(regularizer)
    assert twin == regularizer
    assert hash(twin) == hash(regularizer)
    assert pickle.loads(pickle.dumps(regularizer)) == regularizer  # noqa: S301 (our own bytes)


@every
def test_its_repr_makes_it_again(regularizer):
    names = {
        "L1": L1,
        "L2": L2,
        "Dropout": Dropout,
        "WeightDecay": WeightDecay,
        "NoRegularization": NoRegularization,
    }
    assert eval(repr(regularizer), names) == regularizer  # noqa: S307 (our own text)


@every
def test_it_cannot_be_changed(regularizer):
    with pytest.raises(AttributeError):
        regularizer.strength = 1


@every
def test_no_regularization_is_neutral_on_both_sides(regularizer):
    assert NoRegularization() + regularizer == regularizer
    assert regularizer + NoRegularization() == regularizer


@every
def test_plus_is_associative(regularizer):
    one, other = L2(0.1), Dropout(rate=0.5)
    assert (one + regularizer) + other == one + (regularizer + other)


def test_a_sum_answers_what_training_makes_of_its_parts(weights):
    one, other = L2(0.3) + WeightDecay(0.5), L1(0.2) + WeightDecay(0.2)
    both = one + other
    assert np.allclose(both.gradient(weights, STEP), one.gradient(weights, STEP) + other.gradient(weights, STEP))
    assert both.decay(STEP) == one.decay(STEP) * other.decay(STEP) == 0.4
    assert both.penalty(weights, STEP) == pytest.approx(one.penalty(weights, STEP) + other.penalty(weights, STEP))
    assert both.parts == (L2(0.3), WeightDecay(0.5), L1(0.2), WeightDecay(0.2))


def test_only_regularizers_can_be_added():
    with pytest.raises(TypeError):
        L2() + 0.1


@pytest.mark.parametrize(
    "question", ["corrupt", "mask", "gradient", "decay", "constrain", "penalty", "should_stop"]
)
def test_a_question_that_is_not_overridden_has_a_neutral_answer(question, weights):
    neutral = Regularizer()
    rng = np.random.default_rng(0)
    arguments = {
        "corrupt": (weights, rng),
        "mask": ((2, 3), rng),
        "decay": (STEP,),
        "should_stop": (weights,),
    }
    answer = getattr(neutral, question)(*arguments.get(question, (weights, STEP)))
    expected = {"corrupt": weights, "mask": np.ones((2, 3)), "gradient": 0 * weights, "decay": 1}
    expected |= {"constrain": weights, "penalty": 0, "should_stop": False}
    assert np.array_equal(answer, expected[question])
    assert not Regularizer.answers(question)
