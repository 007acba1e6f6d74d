"""How networks of a comparison are trained: optimizers, and what suits them."""

import pytest
from attrs import frozen

from nnl2 import (
    SGD,
    Adam,
    InvalidTypeError,
    InvalidValueError,
    Momentum,
    Nesterov,
    Optimizer,
    Recipe,
    UnknownNameError,
    compare,
)


@frozen
class Own(Optimizer):
    """Plain gradient descent by another name."""

    def update(self, gradient, memory, step):
        return -step.learning_rate * gradient, memory


@pytest.mark.parametrize(
    ("given", "optimizer", "learning_rate"),
    [
        (SGD(), SGD(), 0.2),
        ("momentum", Momentum(0.9), 0.02),
        ("momentum:0.5", Momentum(0.5), 0.1),
        (Nesterov(0.8), Nesterov(0.8), 0.04),
        ("adam:beta1=0.8", Adam(beta1=0.8), 0.01),
    ],
)
def test_an_optimizer_may_be_text_and_has_a_learning_rate_that_suits_it(given, optimizer, learning_rate):
    recipe = Recipe(optimizer=given)
    assert recipe.optimizer == optimizer
    assert recipe.learning_rate == learning_rate
    assert Recipe(optimizer=given, learning_rate=0.5).learning_rate == 0.5


def test_what_suits_an_optimizer_of_ones_own_must_be_said():
    with pytest.raises(InvalidValueError, match=r"learning_rate must be given with Own\(\): nobody knows"):
        Recipe(optimizer=Own())
    assert Recipe(optimizer=Own(), learning_rate=0.1).learning_rate == 0.1


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"optimizer": 5}, InvalidTypeError, "Recipe.optimizer must be an Optimizer or the text of one, got 5"),
        ({"optimizer": "adm"}, UnknownNameError, "no optimizer is called 'adm'; did you mean 'adam'"),
        ({"activation": "tanh"}, InvalidTypeError, "Recipe.activation must be an Activation, such as Tanh"),
        ({"optimizer": "adam", "learning_rate": 0}, InvalidValueError, "Recipe.learning_rate must be a finite"),
    ],
)
def test_a_mistaken_setting_is_one_clear_line(settings, error, message):
    with pytest.raises(error, match=message):
        Recipe(**settings)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_weight_decay_stands_beside_l2_where_it_is_another_thing(arrays, quick, optimizer):
    recipe = Recipe(hidden=3, epochs=8, optimizer=optimizer)
    settings = quick | {"recipe": recipe}
    result = compare(arrays, **settings)
    decay = [] if optimizer == "sgd" else ["weight-decay"]
    assert [row.name for row in result.rows] == ["none", "l2", *decay, "l1", "dropout", "none, other seeds"]
    both = compare(arrays, ["l2:0.05", f"weight-decay:{0.05 * recipe.learning_rate}"], **settings)
    by_l2, by_decay = (outcome.histories[0].errors[-1] for outcome in both.outcomes[1:3])
    assert (by_l2 == by_decay) == (optimizer == "sgd")
    assert repr(recipe.optimizer) in both.recipe_sentence
