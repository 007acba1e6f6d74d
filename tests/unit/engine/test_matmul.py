"""BLAS products do what `plain` defines, to rounding; who trains is decided by sizes alone."""

import gc
import itertools
import threading
import tracemalloc

import numpy as np
import pytest
from attrs import frozen
from threadpoolctl import ThreadpoolController

from nnl2 import (
    L1,
    L2,
    SGD,
    Activation,
    ArticleSquaredError,
    Dataset,
    Dropout,
    NeuralNetwork,
    NoRegularization,
    Optimizer,
    Regularizer,
    ReLU,
    Sigmoid,
    SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
    SoftmaxSquaredError,
    SquaredError,
    Tanh,
    WeightDecay,
    train,
)
from nnl2.engine import blas, kernel, matmul, plain
from nnl2.engine.select import engine_for, engine_for_outputs, most_items

DTYPES = (np.float64, np.float32)
ROUNDING = {np.float64: 1e-12, np.float32: 2e-4}
"""Both number types add some hundred roundings of 1e-16 and 6e-8; float32 has no more to give."""


@frozen
class Momentum(Optimizer):
    """One array to remember, which is also the change."""

    def begin(self, weights):
        return (np.zeros_like(weights),)

    def update(self, gradient, memory, step):
        change = 0.9 * memory[0] - step.learning_rate * gradient
        return change, (change,)


@frozen
class Adam(Optimizer):
    """Arrays and running numbers to remember."""

    def begin(self, weights):
        running = np.full((1, 1), 0.9), np.full((1, 1), 0.999)
        return np.zeros_like(weights), np.zeros_like(weights), *running

    def update(self, gradient, memory, step):
        mean, square, mean_power, square_power = memory
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        change = -step.learning_rate * mean / (1 - mean_power)
        change = change / (np.sqrt(square / (1 - square_power)) + 1e-4)
        return change, (mean, square, 0.9 * mean_power, 0.999 * square_power)


@frozen
class Recalling(Optimizer):
    """What it remembers of the last update moves on to what it remembers of the one before."""

    def begin(self, weights):
        return np.zeros_like(weights), np.zeros_like(weights), np.zeros_like(weights[:1])

    def update(self, gradient, memory, step):
        last, before, _ = memory
        return -step.learning_rate * (gradient + 0.5 * last + 0.2 * before), (gradient, last, before[:1] * 1)


@frozen
class MaxNorm(Regularizer):
    """Looks at whole columns."""

    def constrain(self, weights, step):
        norms = np.linalg.norm(weights, axis=0)
        return weights * np.minimum(1, 0.7 / np.maximum(norms, 1e-12))


@frozen
class Orthogonal(Regularizer):
    """Multiplies matrices, transposes, sums over rows, columns and all, and chooses."""

    def gradient(self, weights, step):
        spread = weights - weights.mean(axis=1, keepdims=True) - weights.max(axis=0)
        return 0.01 * (weights @ weights.T @ weights) + np.where(spread > 0, 0.001 * spread, 0) / weights.size

    def constrain(self, weights, step):
        return np.clip(weights, -0.6, None) + 0.001 * (weights > 0.5) - 1e-4 * weights.sum()


@frozen
class Asked(Regularizer):
    """A branch on the weights."""

    def gradient(self, weights, step):
        return 0.01 * weights if np.abs(weights).sum() > 1 else np.zeros_like(weights)


@frozen
class Connections(Regularizer):
    """Weights are left out at random in every update."""

    def mask_weights(self, shape, rng):
        return (rng.random(shape) < 0.7) / 0.7


class Softsign(Activation):
    """s / (1 + |s|), an activation of a user's own."""

    def outputs(self, sums):
        return sums / (1 + np.abs(sums))

    def slope(self, outputs):
        return (1 - np.abs(outputs)) ** 2


class HalvedOutputs(SquaredError):  # noqa: N818 (no exception)
    """An output of a user's own, whose class is derived from a built-in one."""

    def outputs(self, sums):
        return sums / 2

    def signal(self, outputs, targets):
        return (outputs - targets) / 2


SHAPES = [(5, 3), (4, 6, 3), (3, 7, 1), (6, 5, 4, 2)]
REGULARIZERS = [
    NoRegularization(),
    L2(0.01) + L1(0.001) + WeightDecay(0.001),
    MaxNorm(),
    Orthogonal(),
    Asked() + Dropout(rate=0.3),
    Connections() + L2(0.01),
]
OPTIMIZERS = [SGD(), Momentum(), Adam(), Recalling()]
HIDDEN = [Tanh(), Sigmoid(), ReLU(), Softsign()]
OUTPUTS = [
    SoftmaxCrossEntropy(), SigmoidCrossEntropy(), SoftmaxSquaredError(), ArticleSquaredError(), SquaredError(),
    HalvedOutputs(),
]  # fmt: skip


def data_for(sizes, output, *, n_items=37, weighted=False, seed=0):
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(n_items, sizes[0]))
    targets = np.eye(sizes[-1])[rng.integers(sizes[-1], size=n_items)]
    if sizes[-1] == 1 and type(output) is not SoftmaxCrossEntropy:
        targets = rng.uniform(0, 1, size=(n_items, 1))
    weights = rng.integers(0, 3, size=n_items) * 0.5 if weighted else None
    return Dataset(inputs, targets, weights)


@pytest.fixture
def same(use):
    """Return a function that trains with both engines, and asserts that they agree but for rounding."""

    def same(sizes, data, *, batch_size=8, epochs=3, **parts):
        rounding = ROUNDING[parts.get("dtype", np.float64)]
        trained = []
        for engine in (matmul, plain):
            use(engine)
            network = NeuralNetwork(*sizes, seed=1, **parts)
            history = network.train(data, epochs=epochs, learning_rate=0.1, batch_size=batch_size)
            trained.append(
                {
                    "weights": network.weights,
                    "memory": network.state.memory,
                    "errors": history.errors,
                    "outputs": network.compute_outputs(data.inputs),
                }
            )
        for name, one in trained[0].items():
            other = trained[1][name]
            largest = np.abs(other).max(initial=0)
            assert np.allclose(one, other, rtol=rounding, atol=rounding * largest), name
        return trained[0]

    return same


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("output", OUTPUTS, ids=repr)
@pytest.mark.parametrize("hidden", HIDDEN, ids=repr)
def test_it_learns_what_plain_learns_with_all_functions(hidden, output, dtype, same):
    for sizes, weighted in zip(SHAPES, itertools.cycle((True, False)), strict=False):
        data = data_for(sizes, output, weighted=weighted)
        same(sizes, data, hidden=hidden, output=output, dtype=dtype)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
@pytest.mark.parametrize("regularizer", REGULARIZERS, ids=repr)
def test_it_learns_what_plain_learns_with_all_programs(regularizer, optimizer, same):
    for sizes in SHAPES:
        if len(sizes) == 2 and "Dropout" in repr(regularizer):
            continue
        data = data_for(sizes, SoftmaxCrossEntropy())
        same(sizes, data, regularizer=regularizer, optimizer=optimizer, bias_regularizer=L2(0.01))


@pytest.mark.parametrize("batch_size", [1, 5, 36, 37])
def test_it_learns_what_plain_learns_in_all_batches(batch_size, same):
    data = data_for((4, 6, 3), SoftmaxCrossEntropy(), weighted=True)
    same((4, 6, 3), data, batch_size=batch_size, regularizer=[Dropout(rate=0.4) + L2(0.01), L2(0.1)])


def test_blocks_of_items_leave_errors_and_outputs_as_they_are(same, monkeypatch):
    data = data_for((4, 6, 3), SoftmaxCrossEntropy(), weighted=True)
    monkeypatch.setattr(matmul, "BLOCK_ITEMS", 10)
    same((4, 6, 3), data)


@pytest.mark.parametrize("dtype", DTYPES)
def test_bits_do_not_depend_on_how_much_one_call_trains(dtype, trained, monkeypatch):
    data = data_for((4, 6, 3), SoftmaxCrossEntropy(), n_items=30, weighted=True)

    def make():
        regularizer = Dropout(rate=0.3) + MaxNorm()
        return NeuralNetwork(4, 6, 3, seed=1, dtype=dtype, regularizer=regularizer, optimizer=Adam())

    left = []
    for most in (1000, 30, 13, 1):
        monkeypatch.setattr("nnl2.training.loop.most_items", lambda *_, most=most: most)
        left.append(trained(matmul, make, data, epochs=3, batch_size=7, validation=data).left)
    assert all(each == left[0] for each in left)


# Who trains, and with how many threads

LARGE = (400, 150, 10)


@pytest.fixture
def large():
    return data_for(LARGE, SoftmaxCrossEntropy(), n_items=700)


def blas_threads():
    return [library.num_threads for library in ThreadpoolController().select(user_api="blas").lib_controllers]


@pytest.fixture
def threads():
    """Return a function that gives BLAS so many threads."""
    libraries = ThreadpoolController().select(user_api="blas").lib_controllers
    before = blas_threads()

    def give(n):
        for library in libraries:
            library.set_num_threads(n)

    yield give
    for library, n in zip(libraries, before, strict=True):
        library.set_num_threads(n)


def test_sizes_alone_decide_who_trains(monkeypatch):
    """Not whether there is a kernel, nor whose functions a network has."""
    small, wide = (NeuralNetwork(*sizes, seed=0).spec.architecture for sizes in ((10, 8, 4), LARGE))
    own = NeuralNetwork(*LARGE, seed=0, hidden=Softsign()).spec.architecture
    assert engine_for(wide, 512) is engine_for(own, 512) is engine_for_outputs(wide) is matmul
    assert engine_for(wide, 1) is engine_for(small, 1)
    monkeypatch.setattr(kernel, "library", lambda: None)
    assert engine_for(wide, 512) is engine_for_outputs(wide) is matmul
    assert engine_for(wide, 1) is engine_for(small, 512) is engine_for_outputs(small) is plain


def test_a_call_with_products_holds_some_batches_of_a_large_table():
    architecture = NeuralNetwork(784, 100, 10, seed=0).spec.architecture
    assert 512 <= most_items(architecture, 60_000, 512) < 60_000


def test_errors_have_the_same_bits_whichever_engine_trained(large):
    network = NeuralNetwork(*LARGE, seed=1)
    for batch_size in (1, 512):
        history = network.train(large, epochs=1, learning_rate=0.01, batch_size=batch_size, validation=large)
        assert history.errors[-1] == history.validation_errors[-1] == network.error(large)


@pytest.mark.parametrize("n_jobs", [1, 3])
def test_bits_depend_neither_on_jobs_nor_on_the_threads_of_blas(n_jobs, large, threads):
    def networks():
        return [NeuralNetwork(*LARGE, seed=seed, hidden=ReLU(), dtype=np.float32) for seed in range(3)]

    threads(1)
    expected = networks()
    for network in expected:
        network.train(large, epochs=2, learning_rate=0.05, batch_size=128)
    threads(2)
    trained = networks()
    train(trained, large, epochs=2, learning_rate=0.05, batch_size=128, n_jobs=n_jobs)
    for one, other in zip(trained, expected, strict=True):
        assert np.array_equal(one.weights, other.weights)
        assert one.error(large) == other.error(large)
        assert np.array_equal(one.compute_outputs(large.inputs), other.compute_outputs(large.inputs))


def test_blas_has_its_threads_back_when_the_last_has_left(threads):
    threads(2)
    both_inside, may_leave = threading.Barrier(3), threading.Event()

    def work():
        with blas.OneThread():
            both_inside.wait()
            may_leave.wait()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    both_inside.wait()
    with blas.OneThread(), blas.OneThread():
        assert set(blas_threads()) == {1}
    assert set(blas_threads()) == {1}
    may_leave.set()
    for worker in workers:
        worker.join()
    assert set(blas_threads()) == {2}


@pytest.mark.parametrize("line", range(1, 12))
def test_ctrl_c_while_going_in_or_out_leaves_blas_its_threads(line, threads, monkeypatch):
    """It comes at the n-th call that the two make."""
    threads(2)
    calls = itertools.count(1)

    def interrupt(kept):
        if next(calls) == line:
            raise KeyboardInterrupt
        return kept

    class Library:
        """A library that Ctrl-C may come upon, before and after each of its calls."""

        def __init__(self, own):
            self.own = own

        @property
        def num_threads(self):
            interrupt(None)
            return interrupt(self.own.num_threads)

        def set_num_threads(self, n):
            interrupt(None)
            self.own.set_num_threads(n)
            interrupt(None)

    libraries = [Library(own) for own in ThreadpoolController().select(user_api="blas").lib_controllers]
    monkeypatch.setattr(blas, "_libraries", lambda: libraries)
    try:
        with blas.OneThread():
            interrupt(None)
    except KeyboardInterrupt:
        pass
    assert set(blas_threads()) == {2}
    monkeypatch.undo()
    with blas.OneThread():
        assert set(blas_threads()) == {1}
    assert set(blas_threads()) == {2}


@pytest.mark.slow
def test_a_large_table_is_not_copied():
    """60000 x 784: at most 10 MB beside the table."""
    inputs = np.random.default_rng(0).random((60_000, 784), np.float32)
    targets = np.eye(10, dtype=np.float32)[np.arange(60_000) % 10]
    data = Dataset(inputs, targets)
    network = NeuralNetwork(784, 100, 10, seed=0, dtype=np.float32, hidden=ReLU())
    gc.collect()
    tracemalloc.start()
    try:
        network.train(data, epochs=1, learning_rate=0.01, batch_size=512)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 10e6
