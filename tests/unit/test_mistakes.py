"""What newcomers try, and what they are told."""

import numpy as np
import pytest
from attrs import frozen

import nnl2
from nnl2 import (
    L1,
    L2,
    Activation,
    Dropout,
    InvalidTypeError,
    InvalidValueError,
    NeuralNetwork,
    Nnl2Error,
    NoRegularization,
    Regularizer,
    Uniform,
    make_data,
    regularizer_from_text,
    train,
)

DATA = make_data(20)
SETTINGS = {"epochs": 2, "learning_rate": 0.01}


@pytest.mark.parametrize("settings", [{}, SETTINGS])
def test_inputs_and_labels_in_the_place_of_a_dataset_are_told_how_to_call(settings):
    network = NeuralNetwork(10, 4)
    with pytest.raises(InvalidTypeError, match=r"train: .*; call it as train\(Dataset"):
        network.train(DATA.inputs, DATA.labels, **settings)
    with pytest.raises(InvalidTypeError, match=r"train: .*; call it as train\(\[network, \.\.\.\], Dataset"):
        train(network, DATA.inputs, DATA.labels, **settings)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: L2(lam=0.1), r"L2: .*'lam'; it is made as L2\(strength=\.\.\.\)"),
        (lambda: L2(0.1, 0.2), r"L2: too many positional arguments; it is made as L2\(strength=\.\.\.\)"),
        (lambda: Dropout(0.2), r"Dropout: too many positional arguments; it is made as Dropout\(rate=\.\.\.\)"),
        (lambda: NoRegularization(1), r"NoRegularization: .*; it is made as NoRegularization\(\)"),
        (lambda: Plain(1), r"Plain: .*; it is made as Plain\(\)"),
    ],
)
def test_a_field_that_is_none_is_told_those_that_are(make, message):
    with pytest.raises(InvalidTypeError, match=message):
        make()


class Plain(Regularizer):
    """Not an attrs class."""


def test_a_class_without_fields_is_made_all_the_same():
    assert isinstance(Plain(), Plain)


def test_regularizers_can_be_summed():
    assert sum([L2(0.1), L1(0.1)]) == L2(0.1) + L1(0.1)
    with pytest.raises(TypeError, match="unsupported operand"):
        1 + L2(0.1)


def test_numbers_look_alike_whatever_they_were():
    assert repr(L2(np.float64(0.25))) == repr(L2(np.float32(0.25))) == "L2(strength=0.25)"
    assert type(L2(1).strength) is float
    assert repr(regularizer_from_text("dropout:0.5")) == "Dropout(rate=0.5)"


@pytest.mark.parametrize("sizes", [[10, 8, 4], (10, 8, 4), np.array([10, 8, 4])])
def test_layer_sizes_in_a_list_are_told_how_to_be_given(sizes):
    with pytest.raises(InvalidTypeError, match=r"one by one: NeuralNetwork\(10, 8, 4\), not in a list"):
        NeuralNetwork(sizes)


@pytest.mark.parametrize(("rate", "size"), [(1e39, "large"), (1e-60, "small")])
def test_a_learning_rate_must_be_one_in_the_networks_number_type(rate, size):
    network = NeuralNetwork(10, 4, dtype=np.float32)
    with pytest.raises(InvalidValueError, match=f"learning_rate .* is too {size} for a float32 network"):
        network.train(DATA, epochs=1, learning_rate=rate)


def test_dropout_without_a_hidden_layer_is_warned_of():
    with pytest.warns(UserWarning, match=r"Dropout\(rate=0\.2\) does nothing here: .* no hidden layer") as caught:
        NeuralNetwork(10, 4, regularizer=L2(0.1) + Dropout(rate=0.2))
    assert caught[0].filename == __file__
    NeuralNetwork(10, 4, regularizer=L2(0.1))
    NeuralNetwork(10, 5, 4, regularizer=Dropout(rate=0.2))


@frozen(eq=False)
class Odd(Activation):
    answer: object

    def outputs(self, sums):
        return self.answer(sums)

    def slope(self, outputs):
        return np.ones_like(outputs)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda sums: sums[0], r"answers outputs of a table \(3, 2\) of floats with shape \(2,\)"),
        (lambda sums: sums > 0, "and type bool; answer with an array like it"),
        (lambda _: "nonsense", r"with shape \(\) and type <U8"),
        (lambda sums: sums @ sums, "fails in outputs: ValueError: matmul"),
    ],
)
def test_an_activation_that_answers_nonsense_is_refused(answer, message):
    with pytest.raises(InvalidValueError, match=message):
        NeuralNetwork(10, 8, 4, hidden=Odd(answer))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Uniform(1e308), r"Uniform\.limit must be a finite number > 0 and <= 1e\+08"),
        (lambda: NeuralNetwork(10**30, 10**30, 2), "a network may have 1,000,000,000 weights and biases"),
        (lambda: NeuralNetwork(10, 4).train(DATA, on_epoch=3, **SETTINGS), "on_epoch must be a function"),
        (lambda: NeuralNetwork(10, 4).train(DATA, orders=np.ma.arange(40).reshape(2, 20), **SETTINGS), "mask"),
    ],
)
def test_what_cannot_be_is_one_line(make, message):
    with pytest.raises(Nnl2Error, match=message) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_the_articles_fourth_number_is_told_of():
    assert "NeuralNetwork(10, 8, 4, seed=3)" in nnl2.article.__doc__


def test_an_error_that_training_makes_larger_is_warned_of():
    with pytest.warns(
        UserWarning, match=r"training made the error larger, from .* to .*; use a smaller"
    ) as caught:
        NeuralNetwork(10, 8, 4, seed=0).train(DATA, epochs=2, learning_rate=10)
    assert caught[0].filename == __file__
    networks = [NeuralNetwork(10, 8, 4, seed=0) for _ in range(3)]
    with pytest.warns(UserWarning, match=r"in 2 of 3 networks, the first of them 1:") as caught:
        train(networks, DATA, epochs=2, learning_rate=[0.01, 10, 10])
    assert len(caught) == 1


def test_a_network_that_goes_on_is_not_warned_of():
    network = NeuralNetwork(10, 8, 4, seed=0)
    network.train(DATA, epochs=50, learning_rate=0.1)
    before = network.error(DATA)
    network.train(DATA, epochs=1, learning_rate=1)
    assert network.error(DATA) > before
