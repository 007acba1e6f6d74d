"""NeuralNetwork: how it is made, what it computes, what it refuses."""

import copy
import math
import pickle

import numpy as np
import pytest

from nnl2 import (
    L1,
    L2,
    ArticleSquaredError,
    Dataset,
    Dropout,
    InvalidTypeError,
    InvalidValueError,
    NeuralNetwork,
    NoRegularization,
    ReLU,
    Sigmoid,
    SigmoidCrossEntropy,
    Tanh,
    Uniform,
    make_data,
)


def test_weights_are_one_flat_vector_in_the_articles_order():
    network = NeuralNetwork(2, 3, 2, initial=range(17), seed=0)
    assert network.weights.tolist() == list(range(17))
    (w1, b1), (w2, b2) = network.layers
    assert w1.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert b1.tolist() == [6, 7, 8]
    assert w2.tolist() == [[9, 10], [11, 12], [13, 14]]
    assert b2.tolist() == [15, 16]


def test_weights_can_be_set():
    network = NeuralNetwork(2, 3, 2, seed=0)
    network.weights = np.arange(17) / 10
    assert network.layers[1].biases.tolist() == [1.5, 1.6]


def test_what_was_read_before_training_stays(small_data):
    network = NeuralNetwork(3, 4, 2, seed=0)
    before = network.weights
    copied = before.copy()
    network.train(small_data, epochs=1, learning_rate=0.1)
    assert np.array_equal(before, copied)
    assert not np.array_equal(network.weights, before)


def test_weights_and_layers_are_read_only():
    network = NeuralNetwork(2, 3, 2, seed=0)
    for array in (network.weights, *network.layers[0]):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_a_copy_is_read_only_and_has_random_streams_of_its_own(small_data):
    network = NeuralNetwork(3, 4, 2, seed=0, regularizer=Dropout(rate=0.3))
    for copied in (copy.copy(network), copy.deepcopy(network)):
        with pytest.raises(ValueError, match="read-only"):
            copied.weights[0] = 1
        copied.train(small_data, epochs=1, learning_rate=0.1)
    again = NeuralNetwork(3, 4, 2, seed=0, regularizer=Dropout(rate=0.3))
    before, after = network.state, again.state
    assert (before.order_stream, before.noise_streams) == (after.order_stream, after.noise_streams)
    assert network.epochs == 0


def test_the_caller_keeps_its_own_list_of_regularizers():
    mine = [L2(0.1), L1(0.1)]
    network = NeuralNetwork(3, 4, 2, seed=0, regularizer=mine)
    mine[0] = L2(0.9)
    assert network.regularizer == (L2(0.1), L1(0.1))


def test_the_caller_keeps_its_own_vector():
    mine = np.zeros(17)
    network = NeuralNetwork(2, 3, 2, initial=mine, seed=0)
    mine[0] = 1
    assert network.weights[0] == 0


@pytest.mark.parametrize(
    ("hidden", "limits"),
    [
        (Tanh(), [math.sqrt(6 / 50), math.sqrt(6 / 34)]),
        (Sigmoid(), [math.sqrt(6 / 50), math.sqrt(6 / 34)]),
        (ReLU(), [math.sqrt(6 / 20), math.sqrt(6 / 30)]),
    ],
    ids=repr,
)
def test_initial_weights_fill_the_limits_of_the_activation_and_biases_are_zero(hidden, limits):
    network = NeuralNetwork(20, 30, 4, hidden=hidden, seed=0)
    for layer, limit in zip(network.layers, limits, strict=True):
        assert 0.9 * limit < np.abs(layer.weights).max() <= limit
        assert not layer.biases.any()


def test_uniform_draws_biases_too():
    network = NeuralNetwork(20, 30, 4, initial=Uniform(0.01), seed=0)
    assert 0.0099 < np.abs(network.weights).max() <= 0.01
    assert network.layers[0].biases.all()


def test_equal_seeds_make_equal_networks_and_others_do_not():
    one, same, other = (NeuralNetwork(3, 4, 2, seed=seed) for seed in (7, 7, 8))
    assert np.array_equal(one.weights, same.weights)
    assert not np.array_equal(one.weights, other.weights)


def test_a_drawn_seed_is_shown_and_makes_the_network_again():
    drawn = NeuralNetwork(3, 4, 2)
    assert np.array_equal(drawn.weights, NeuralNetwork(3, 4, 2, seed=drawn.seed).weights)
    assert drawn.seed != NeuralNetwork(3, 4, 2).seed


def test_the_regularizer_does_not_change_how_a_network_starts():
    one, other = (
        NeuralNetwork(3, 4, 2, seed=7),
        NeuralNetwork(3, 4, 2, seed=7, regularizer=Dropout(rate=0.5) + L2()),
    )
    assert np.array_equal(one.weights, other.weights)
    assert one.state.order_stream == other.state.order_stream


def test_outputs_are_the_forward_pass():
    network = NeuralNetwork(3, 4, 2, seed=7, initial=Uniform(1.0))
    inputs = np.random.default_rng(0).normal(size=(5, 3))
    (w1, b1), (w2, b2) = network.layers
    sums = np.tanh(inputs @ w1 + b1) @ w2 + b2
    exponentials = np.exp(sums)
    assert network.compute_outputs(inputs) == pytest.approx(
        exponentials / exponentials.sum(axis=1, keepdims=True), rel=1e-13
    )


def test_far_outputs_are_finite():
    network = NeuralNetwork(1, 1, 2, initial=[0, 1, 1e4, -1e4, 0, 0], seed=0)
    assert network.compute_outputs([[1.0]]).tolist() == [[1.0, 0.0]]
    assert network.error(Dataset([[1.0]], [[0.0, 1.0]])) == pytest.approx(2e4 * np.tanh(1), rel=1e-12)
    sigmoid = NeuralNetwork(1, 1, 1, initial=[0, 1, -1e4, 0], output=SigmoidCrossEntropy(), seed=0)
    assert sigmoid.compute_outputs([[1.0]]).tolist() == [[0.0]]


def test_many_items_give_the_outputs_of_few():
    network = NeuralNetwork(10, 8, 4, seed=1)
    inputs = make_data(9000).inputs
    whole = network.compute_outputs(inputs)
    assert np.array_equal(np.vstack([network.compute_outputs(part) for part in np.split(inputs, 30)]), whole)


def test_the_first_largest_output_is_the_class():
    network = NeuralNetwork(1, 1, 3, initial=np.zeros(8), seed=0)
    assert network.predict([[5.0]]).tolist() == [0]


def test_a_single_output_means_class_1_above_one_half():
    network = NeuralNetwork(1, 1, 1, initial=[1, 0, 1, 0], output=SigmoidCrossEntropy(), seed=0)
    data = Dataset([[-1.0], [0.0], [1.0]], [[0], [1], [1]])
    assert network.predict(data.inputs).tolist() == [0, 0, 1]
    assert network.accuracy(data) == 2 / 3


def test_mean_squared_error_is_per_item_and_without_one_half():
    network = NeuralNetwork(1, 1, 2, initial=np.zeros(6), seed=0)
    data = Dataset([[1.0], [2.0]], [[1, 0], [0, 1]])
    assert network.mean_squared_error(data) == 0.5
    article = NeuralNetwork(1, 1, 2, initial=np.zeros(6), output=ArticleSquaredError(), seed=0)
    assert article.error(data) == 0.5


@pytest.mark.filterwarnings("ignore:column 0 of inputs has scale")
@pytest.mark.parametrize(
    ("settings", "inputs"), [({"dtype": "float32"}, 1e39), ({}, 1.7e308)], ids=["float32", "float64"]
)
def test_outputs_that_are_no_numbers_are_no_class(settings, inputs):
    network = NeuralNetwork(1, 4, 2, hidden=ReLU(), initial=np.resize([3, -3, 3], 18), seed=0, **settings)
    data = Dataset([[0.0], [inputs]], [[1, 0], [0, 1]])
    assert np.isnan(network.error(data))
    for use in (lambda: network.accuracy(data), lambda: network.predict(data.inputs)):
        with pytest.raises(InvalidValueError, match="the outputs for item 1 are no numbers, so it has no class"):
            use()


def test_a_network_has_a_specification_and_a_state(small_data):
    network = NeuralNetwork(3, 4, 2, seed=0, regularizer=L2(0.1))
    assert network.spec.layer_sizes == (3, 4, 2)
    assert network.spec.regularizer == L2(0.1)
    before = network.state
    network.train(small_data, epochs=2, learning_rate=0.1)
    after = network.state
    assert (before.epochs, after.epochs) == (0, 2)
    network.state = before
    assert network.epochs == 0
    assert np.array_equal(network.weights, before.parameters)
    for state in (before, after):
        with pytest.raises(ValueError, match="read-only"):
            state.parameters[0] = 1
        with pytest.raises(AttributeError):
            state.epochs = 3


def test_float32_networks_compute_in_float32(small_data):
    network = NeuralNetwork(3, 4, 2, seed=0, dtype=np.float32, regularizer=L2(0.01) + Dropout(rate=0.1))
    network.train(small_data, epochs=2, learning_rate=0.1)
    network.train(small_data, epochs=2, learning_rate=0.1, batch_size=5)
    assert network.weights.dtype == np.float32
    assert network.compute_outputs(small_data.inputs).dtype == np.float32


def test_a_network_can_be_copied_and_pickled_and_goes_on_the_same(small_data):
    network = NeuralNetwork(3, 4, 2, seed=0, regularizer=Dropout(rate=0.3))
    network.train(small_data, epochs=2, learning_rate=0.1)
    copies = [copy.deepcopy(network), pickle.loads(pickle.dumps(network))]  # noqa: S301 (our own bytes)
    network.train(small_data, epochs=2, learning_rate=0.1)
    for each in copies:
        each.train(small_data, epochs=2, learning_rate=0.1)
        assert np.array_equal(each.weights, network.weights)


@pytest.mark.parametrize(
    ("network", "text"),
    [
        (NeuralNetwork(3, 4, 2, seed=1), "NeuralNetwork(3, 4, 2, regularizer=NoRegularization(), seed=1)"),
        (
            NeuralNetwork(3, 4, 5, 2, seed=1, regularizer=[L2(0.1), L1(0.2), NoRegularization()], hidden=ReLU()),
            (
                "NeuralNetwork(3, 4, 5, 2, regularizer=(L2(strength=0.1), L1(strength=0.2), NoRegularization()),"
                " hidden=ReLU(), seed=1)"
            ),
        ),
        (
            NeuralNetwork(
                3, 4, 2, seed=1, bias_regularizer=L2(0.1), output=SigmoidCrossEntropy(), dtype="float32"
            ),
            (
                "NeuralNetwork(3, 4, 2, regularizer=NoRegularization(), bias_regularizer=L2(strength=0.1),"
                " output=SigmoidCrossEntropy(), seed=1, dtype=float32)"
            ),
        ),
    ],
)
def test_the_repr_says_what_it_is(network, text):
    assert repr(network) == text


@pytest.mark.parametrize(
    ("sizes", "settings", "error", "message"),
    [
        ((10, 0, 4), {}, ValueError, "the number of hidden units must be a whole number >= 1, got 0"),
        ((10, -3, 4), {}, ValueError, "the number of hidden units must be a whole number >= 1, got -3"),
        ((10, 8.5, 4), {}, ValueError, "the number of hidden units must be a whole number >= 1, got 8.5"),
        (("10", 8, 4), {}, TypeError, "the number of inputs must be a whole number >= 1, got '10'"),
        (
            (10,),
            {},
            ValueError,
            r"at least the numbers of inputs and outputs, as in NeuralNetwork\(10, 4\).*got 1 s",
        ),
        (
            (10, 4, 2),
            {"optimizer": "sgd"},
            TypeError,
            r"optimizer must be SGD\(\) or another Optimizer, got 'sgd'",
        ),
        ((3, 4, 2), {"seed": -1}, ValueError, r"seed must be a whole number in \[0, 4294967295\], got -1"),
        (
            (3, 4, 2),
            {"seed": 2**32},
            ValueError,
            r"seed must be a whole number in \[0, 4294967295\], got 4294967296",
        ),
        ((3, 4, 2), {"seed": "a"}, TypeError, r"seed must be a whole number in \[0, 4294967295\], got 'a'"),
        ((3, 4, 2), {"dtype": int}, ValueError, "dtype must be float64 or float32, got int64"),
        ((3, 4, 2), {"dtype": "real"}, TypeError, "dtype must be float64 or float32, got 'real'"),
        (
            (3, 4, 2),
            {"hidden": "tanh"},
            TypeError,
            r"hidden must be Tanh\(\), ReLU\(\), Sigmoid\(\) or another Activation",
        ),
        (
            (3, 4, 2),
            {"output": Tanh()},
            TypeError,
            r"output must be SoftmaxCrossEntropy\(\),.* or another Output, got Tanh\(\)",
        ),
        ((3, 4, 2), {"regularizer": "l2:0.1"}, TypeError, r"regularizer_from_text\('l2:0.1'\) makes one"),
        ((3, 4, 2), {"regularizer": L2}, TypeError, r"got the class L2; write L2\(\)"),
        ((3, 4, 2), {"regularizer": None}, TypeError, "regularizer must be a Regularizer.*got None"),
        (
            (3, 4, 2),
            {"regularizer": [L2()] * 3},
            ValueError,
            "a sequence of 2, one for each layer of weights, got 3",
        ),
        ((3, 4, 2), {"bias_regularizer": [L2(), 1]}, TypeError, "bias_regularizer must be.*got 1 among them"),
        (
            (3, 4, 2),
            {"initial": [1, 2]},
            ValueError,
            r"initial must be one flat vector of 26 numbers.*shape \(2,\)",
        ),
        (
            (3, 4, 2),
            {"initial": [[0.0] * 26]},
            ValueError,
            r"initial must be one flat vector.*shape \(1, 26\)",
        ),
        ((3, 4, 2), {"initial": [np.nan] * 26}, ValueError, "initial contains NaN"),
        ((3, 4, 2), {"initial": "glorot"}, ValueError, "initial must hold numbers only"),
        ((3, 4, 2), {"initial": [[1], [1, 2]]}, ValueError, "initial must be .* its rows differ in length"),
        ((3, 4, 2), {"initial": [1e39] * 26, "dtype": "float32"}, ValueError, "initial contains infinity"),
        (
            (3, 4, 2),
            {"bias_regularizer": Dropout(rate=0.1)},
            ValueError,
            r"bias_regularizer cannot hold Dropout\(",
        ),
        (
            (3, 4, 2),
            {"regularizer": [L2(), Dropout(rate=0.1)]},
            ValueError,
            r"regularizer cannot hold Dropout\(rate=0.1\) for layer 2 of 2: masks act on the outputs of hidden",
        ),
    ],
)
def test_an_argument_that_cannot_be_used_is_one_clear_line(sizes, settings, error, message):
    with pytest.raises(error, match=message) as caught:
        NeuralNetwork(*sizes, **settings)
    assert isinstance(caught.value, InvalidValueError | InvalidTypeError)
    assert "\n" not in str(caught.value)


def test_inputs_must_fit():
    network = NeuralNetwork(3, 4, 2, seed=0)
    with pytest.raises(
        InvalidValueError, match="inputs must have 3 columns, one for each input of the network, got 2"
    ):
        network.compute_outputs([[1.0, 2.0]])
    with pytest.raises(InvalidValueError, match=r"inputs must be a table.*reshape\(1, -1\)"):
        network.predict([1.0, 2.0, 3.0])
    with pytest.raises(InvalidTypeError, match="data must be a Dataset, got list"):
        network.accuracy([[1.0, 2.0, 3.0]])


@pytest.mark.parametrize("limit", [0, -1, np.inf, "0.1"])
def test_uniform_needs_a_limit_above_zero(limit):
    with pytest.raises((InvalidValueError, InvalidTypeError), match=r"Uniform\.limit must be a finite number > 0"):
        Uniform(limit)


@pytest.mark.parametrize(
    ("targets", "output", "message"),
    [
        (
            [[1.0, 1.0]],
            None,
            "SoftmaxCrossEntropy needs targets that sum to 1 in every item, but those of item 0 sum to 2",
        ),
        ([[2.0, -1.0]], None, r"SoftmaxCrossEntropy needs targets in \[0, 1\], but item 0 has 2 in column 0"),
        (
            [[0.5, 1.5]],
            SigmoidCrossEntropy(),
            r"SigmoidCrossEntropy needs targets in \[0, 1\], but item 0 has 1.5",
        ),
    ],
)
def test_targets_must_suit_the_output_function(targets, output, message):
    settings = {} if output is None else {"output": output}
    network = NeuralNetwork(1, 4, 2, seed=0, **settings)
    with pytest.raises(InvalidValueError, match=message):
        network.train(Dataset([[1.0]], targets), epochs=1, learning_rate=0.1)
