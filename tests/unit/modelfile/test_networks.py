"""A network that was saved is the same network, and learns on as if it had not been."""

import sys
from subprocess import run

import numpy as np
import pytest
from attrs import field, frozen

from nnl2 import (
    L1,
    L2,
    SGD,
    Activation,
    Adam,
    ArticleSquaredError,
    Clip,
    Dataset,
    Dropout,
    InvalidTypeError,
    Momentum,
    Nesterov,
    NeuralNetwork,
    NoRegularization,
    Optimizer,
    Regularizer,
    ReLU,
    Sigmoid,
    SigmoidCrossEntropy,
    SoftmaxSquaredError,
    SquaredError,
    UnknownNameError,
    WeightDecay,
    load,
    regularizer_from_text,
    save,
)

hypothesis = pytest.importorskip("hypothesis")
st = pytest.importorskip("hypothesis.strategies")
arrays = pytest.importorskip("hypothesis.extra.numpy").arrays

NETWORKS = {
    "as it comes": {},
    "without hidden layer": {"sizes": (3, 2)},
    "two hidden layers": {
        "sizes": (3, 4, 3, 2),
        "regularizer": [L2(0.1), NoRegularization(), L1(0.01) + L2(1e-17)],
    },
    "noise and memory": {"regularizer": L2(0.01) + Dropout(rate=0.3), "optimizer": Adam(beta1=0.8)},
    "one with biases": {"bias_regularizer": WeightDecay(0.001), "optimizer": Clip(Momentum(0.5), norm=0.1)},
    "float32": {"dtype": np.float32, "hidden": ReLU(), "optimizer": Nesterov()},
    "squared error": {"output": SoftmaxSquaredError(), "hidden": Sigmoid()},
    "the article's": {"output": ArticleSquaredError(), "initial": np.linspace(-1, 1, 26)},
    "sigmoids": {"output": SigmoidCrossEntropy()},
    "values": {"output": SquaredError(), "optimizer": SGD()},
}


def made(sizes=(3, 4, 2), seed=3, **settings):
    return NeuralNetwork(*sizes, seed=seed, **settings)


def assert_same(network, other):
    assert other.spec == network.spec
    assert other.seed == network.seed
    for name in ("parameters", "memory", "first"):
        own, its = getattr(network.state, name), getattr(other.state, name)
        assert (own is None and its is None) or (own.tobytes() == its.tobytes() and own.dtype == its.dtype)
    for name in ("order_stream", "noise_streams", "epochs"):
        assert getattr(network.state, name) == getattr(other.state, name)


@pytest.mark.parametrize("settings", NETWORKS.values(), ids=NETWORKS)
def test_a_network_comes_back_bit_for_bit_and_learns_on_as_if_it_had_never_left(settings, small_data, tmp_path):
    network = made(**settings)
    network.train(small_data, epochs=3, learning_rate=0.05, batch_size=5)
    save(network, tmp_path / "network.npz")
    again = load(tmp_path / "network.npz")
    assert_same(network, again)
    inputs = small_data.inputs
    assert (again.compute_outputs(inputs) == network.compute_outputs(inputs)).all()
    histories = [each.train(small_data, epochs=3, learning_rate=0.05, batch_size=5) for each in (network, again)]
    assert histories[0] == histories[1]
    assert_same(network, again)


def test_what_begins_with_the_first_weights_and_what_watches_comes_back(small_data, other_data, tmp_path):
    pytest.importorskip("nnl2_start")
    pytest.importorskip("nnl2_early_stopping")
    regularizer = regularizer_from_text("start:0.1+early-stopping:patience=2")
    network = made(regularizer=regularizer)
    settings = {"epochs": 5, "learning_rate": 0.1, "validation": other_data}
    network.train(small_data, **settings)
    assert network.state.first is not None
    save(network, tmp_path / "network.npz")
    again = load(tmp_path / "network.npz")
    assert_same(network, again)
    assert network.train(small_data, **settings) == again.train(small_data, **settings)
    assert_same(network, again)


regularizers = st.lists(
    st.builds(L2, st.floats(0, 1e300))
    | st.builds(L1, st.floats(0, 1e300))
    | st.builds(Dropout, rate=st.floats(0, 1, exclude_max=True))
    | st.builds(WeightDecay, st.floats(0, 1, exclude_max=True)),
    max_size=3,
).map(lambda parts: sum(parts, start=NoRegularization()))
optimizers = st.recursive(
    st.builds(Adam, st.floats(0, 0.99), st.floats(0, 0.99), st.floats(1e-12, 1))
    | st.builds(Momentum, st.floats(0, 0.99)),
    lambda inner: st.builds(Clip, inner, st.floats(1e-9, 1e9)),
    max_leaves=3,
)


@pytest.mark.slow
@hypothesis.settings(
    max_examples=60, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
@hypothesis.given(
    sizes=st.lists(st.integers(1, 4), min_size=2, max_size=4),
    regularizer=regularizers,
    optimizer=optimizers,
    seed=st.integers(0, 2**32 - 1),
    numbers=st.data(),
)
def test_any_network_comes_back(tmp_path, sizes, regularizer, optimizer, seed, numbers):
    network = made(sizes, seed, regularizer=regularizer, optimizer=optimizer)
    finite = st.floats(allow_nan=False, allow_infinity=False)
    network.weights = numbers.draw(arrays(np.float64, len(network.weights), elements=finite))
    save(network, tmp_path / "network.npz")
    assert_same(network, load(tmp_path / "network.npz"))


@pytest.mark.slow
def test_it_is_loaded_in_another_process(network, small_data, tmp_path):
    save(network, tmp_path / "network.npz")
    program = f"""
import nnl2
network = nnl2.load({str(tmp_path / "network.npz")!r})
print(network.compute_outputs({small_data.inputs.tolist()}).tolist())
"""
    finished = run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert finished.stdout == f"{network.compute_outputs(small_data.inputs).tolist()}\n"


def test_numpy_reads_the_file_too(network, tmp_path):
    save(network, tmp_path / "network.npz")
    with np.load(tmp_path / "network.npz", allow_pickle=False) as file:
        assert (file["parameters"] == network.weights).all()
        assert b'"layer_sizes":[3,4,2]' in file["header"].tobytes()


def test_a_file_that_numpy_writes_of_it_is_the_same_model(network, tmp_path):
    save(network, tmp_path / "network.npz")
    with np.load(tmp_path / "network.npz") as file:
        np.savez(tmp_path / "copy.npz", **file)
    assert_same(network, load(tmp_path / "copy.npz"))


def test_the_same_network_makes_the_same_file(network, tmp_path):
    for name in ("one", "other"):
        save(network, tmp_path / name)
    save(load(tmp_path / "one"), tmp_path / "again")
    one, other, again = ((tmp_path / name).read_bytes() for name in ("one", "other", "again"))
    assert one == other == again


class Odd(Activation):
    """An activation of one's own."""

    def outputs(self, sums):
        """Return them."""
        return sums / 2

    def slope(self, outputs):
        """Return it."""
        return np.full_like(outputs, 0.5)


@frozen
class Homemade(Regularizer):
    """A regularizer that is installed nowhere."""

    strength: float = 0.1


@frozen
class Resting(Optimizer):
    """An optimizer that is installed nowhere."""

    def update(self, gradient, memory, step):
        """Return no change."""
        return 0 * gradient, memory


@frozen
class Forgetful(L2):
    """No L2: its file would say it is one."""


@frozen
class Pair(Clip):
    """No Clip."""

    pair: tuple = field(default=(1, 2))


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        (
            {"hidden": Odd()},
            InvalidTypeError,
            r"hidden must be one of Tanh, Sigmoid, ReLU to be saved, got Odd\(\)",
        ),
        ({"regularizer": L2() + Homemade()}, UnknownNameError, "Homemade is installed under no name; name it in"),
        ({"optimizer": Resting()}, UnknownNameError, "Resting is installed under no name"),
        ({"regularizer": Forgetful()}, UnknownNameError, "Forgetful is installed under no name"),
        ({"optimizer": Clip(Resting())}, UnknownNameError, "Resting is installed under no name"),
        ({"optimizer": Pair()}, InvalidTypeError, r"Pair.pair must be a finite number, .*, got \(1, 2\)"),
    ],
)
def test_what_a_file_cannot_hold_is_refused_and_nothing_is_written(settings, error, said, tmp_path):
    with pytest.raises(error, match=said):
        save(made(**settings), tmp_path / "network.npz")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "thing", [None, {"a": 1}, L2(), np.zeros(3), NeuralNetwork, Dataset(np.eye(2), np.eye(2))]
)
def test_what_is_no_model_is_refused(thing, tmp_path):
    with pytest.raises(
        InvalidTypeError, match=r"thing must be a NeuralNetwork or a TableModel.*, which can be saved"
    ):
        save(thing, tmp_path / "thing.npz")


def test_a_kind_of_network_of_ones_own_is_no_network_of_ours(tmp_path):
    class Own(NeuralNetwork):
        """One that a file could not make again."""

    Own.__name__ = "NeuralNetwork"
    with pytest.raises(InvalidTypeError, match="thing must be a NeuralNetwork or a TableModel"):
        save(Own(3, 2), tmp_path / "own.npz")
