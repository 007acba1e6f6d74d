"""What holds for built-in regularizers and their sums beside the kit's rules: values, `+`, neutral answers."""

import copy
import pickle

import numpy as np
import pytest

from nnl2 import L1, L2, Dropout, NoRegularization, ProximalL1, Regularizer, Step, WeightDecay

REGULARIZERS = [
    NoRegularization(),
    L2(0.3),
    L2(0),
    WeightDecay(0.2),
    L1(0.3),
    ProximalL1(0.3),
    Dropout(rate=0.4),
    L2(0.3) + L1(0.1),
    L2(0.3) + WeightDecay(0.2) + Dropout(rate=0.4),
]
STEP = Step(epoch=3, epochs=5, learning_rate=0.1, batch_size=4, n_items=12)

every = pytest.mark.parametrize("regularizer", REGULARIZERS, ids=repr)


@pytest.fixture
def weights():
    """Weights away from zero, where |w| has no slope."""
    rng = np.random.default_rng(4)
    return rng.uniform(0.2, 2, size=(3, 5)) * rng.choice([-1, 1], size=(3, 5))


@every
def test_it_is_a_value(regularizer):
    copied = copy.deepcopy(regularizer)
    assert copied == regularizer
    assert hash(copied) == hash(regularizer)
    assert pickle.loads(pickle.dumps(regularizer)) == regularizer  # noqa: S301 (our own bytes)


@every
def test_its_repr_makes_it_again(regularizer):
    names = {
        "L1": L1,
        "L2": L2,
        "ProximalL1": ProximalL1,
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
    "question", ["augment", "mask", "mask_weights", "gradient", "decay", "constrain", "penalty", "should_stop"]
)
def test_a_question_that_is_not_overridden_has_a_neutral_answer(question, weights):
    neutral = Regularizer()
    rng = np.random.default_rng(0)
    arguments = {
        "augment": (weights, weights, rng),
        "mask": ((2, 3), rng),
        "mask_weights": ((1, 2, 3), rng),
        "decay": (STEP,),
        "should_stop": (weights,),
    }
    answer = getattr(neutral, question)(*arguments.get(question, (weights, STEP)))
    expected = {"augment": (weights, weights), "mask": np.ones((2, 3)), "mask_weights": np.ones((1, 2, 3))}
    expected |= {"gradient": 0 * weights, "decay": 1}
    expected |= {"constrain": weights, "penalty": 0, "should_stop": False}
    assert np.array_equal(answer, expected[question])
    assert not Regularizer.answers(question)
