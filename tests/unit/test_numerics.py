"""Tables as users have them: far from 1, constant, of one class, with one item, very long, very wide."""

import tracemalloc

import numpy as np
import pytest

from nnl2 import Dataset, NeuralNetwork, ReLU, train


def items(inputs, n_classes=2):
    inputs = np.asarray(inputs)
    return Dataset(inputs, np.eye(n_classes)[np.arange(len(inputs)) % n_classes])


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["float64", "float32"])
@pytest.mark.parametrize("scale", [1e-300, 1e-30, 1.0, 1e6, 1e30, 1e300])
def test_inputs_of_any_size_are_learned_or_told_of_in_one_line(scale, dtype):
    data = items(scale * np.random.default_rng(0).normal(size=(20, 3)))
    network = NeuralNetwork(3, 4, 2, seed=0, hidden=ReLU(), dtype=dtype)
    before = network.weights.copy()
    (history,) = train([network], data, epochs=3, learning_rate=0.1, failed="keep")
    if history.failure is None:
        assert np.isfinite(history.errors).all()
        assert np.isfinite(network.weights).all()
    else:
        assert "scale the inputs" in history.failure
        assert np.array_equal(network.weights, before)


@pytest.mark.parametrize("scale", [1e6, 1e300])
def test_inputs_far_too_large_are_warned_of(scale):
    with pytest.warns(UserWarning, match="scale the inputs"):
        items(scale * np.random.default_rng(0).normal(size=(20, 3)))


def test_a_constant_column_does_no_harm():
    inputs = np.random.default_rng(0).normal(size=(40, 3))
    inputs[:, 1] = 7.0
    history = NeuralNetwork(3, 4, 2, seed=0).train(items(inputs), epochs=20, learning_rate=0.05)
    assert history.errors[-1] < history.errors[0]


def test_items_of_one_class_are_learned_as_such():
    inputs = np.random.default_rng(0).normal(size=(30, 3))
    data = Dataset.from_labels(inputs, np.zeros(30, int), classes=[0, 1])
    network = NeuralNetwork(3, 4, 2, seed=0)
    network.train(data, epochs=50, learning_rate=0.1)
    assert network.accuracy(data) == 1.0


@pytest.mark.parametrize("batch_size", [1, 2, 100])
def test_a_table_may_have_one_item(batch_size):
    data = items([[0.5, -1.0, 2.0]])
    network = NeuralNetwork(3, 4, 2, seed=0)
    history = network.train(data, epochs=30, learning_rate=0.1, batch_size=batch_size)
    assert history.errors[-1] < history.errors[0]
    assert network.accuracy(data) == 1.0


@pytest.mark.slow
def test_a_million_items_take_little_memory_beside_the_table():
    inputs = np.random.default_rng(0).normal(size=(1_000_000, 4)).astype(np.float32)
    data = items(inputs.astype(np.float64))
    network = NeuralNetwork(4, 3, 2, seed=0)
    tracemalloc.start()
    history = network.train(data, epochs=1, learning_rate=0.1, batch_size=32)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(history.errors) == 2
    assert peak < 40_000_000  # the visiting order has eight bytes for each item


def test_a_hundred_thousand_inputs_are_learned():
    data = items(np.random.default_rng(0).normal(size=(6, 100_000)) / 300)
    network = NeuralNetwork(100_000, 2, 2, seed=0)
    history = network.train(data, epochs=5, learning_rate=0.5, batch_size=3)
    assert history.errors[-1] < history.errors[0]
