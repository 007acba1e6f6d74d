"""Kernel and plain give the same bits: weights, optimizer memory, errors, outputs."""

import itertools

import numpy as np
import pytest
from attrs import frozen

from nnl2 import (
    L1,
    L2,
    SGD,
    ArticleSquaredError,
    Dataset,
    Dropout,
    NeuralNetwork,
    NoRegularization,
    Optimizer,
    ProximalL1,
    Regularizer,
    ReLU,
    Sigmoid,
    SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
    SoftmaxSquaredError,
    SquaredError,
    Tanh,
    WeightDecay,
)
from nnl2.engine import kernel, plain
from nnl2.engine.feed import Feed, Items

ACTIVATIONS = [Tanh(), Sigmoid(), ReLU()]
OUTPUTS = [
    SoftmaxCrossEntropy(),
    SigmoidCrossEntropy(),
    SoftmaxSquaredError(),
    ArticleSquaredError(),
    SquaredError(),
]


@frozen
class Jitter(Regularizer):
    """Inputs with noise."""

    def augment(self, inputs, targets, rng):
        return inputs + rng.normal(0, 0.1, inputs.shape), targets


@frozen
class TransposedNoise(Regularizer):
    """Noise that does not lie row by row."""

    def augment(self, inputs, targets, rng):
        return np.asfortranarray(inputs + rng.normal(0, 0.1, inputs.shape)), targets

    def mask(self, shape, rng):
        return rng.random(shape[::-1]).T * 2


@frozen
class ColumnNorm(Regularizer):
    """The weights into a unit have at most this norm."""

    most: float = 0.9

    def constrain(self, weights, step):
        norms = np.linalg.norm(weights, axis=0)
        return weights * np.minimum(1, self.most / np.maximum(norms, 1e-9))


@frozen
class Annealed(Regularizer):
    """L2 that fades."""

    def gradient(self, weights, step):
        return 0.1 / step.epoch * weights


@frozen
class ForSmallBatches(Regularizer):
    """Small weights become 0 after a small batch, where it is asked; after others all shrink."""

    def constrain(self, weights, step):
        if step.batch_size < 7:
            return np.where(np.abs(weights) < np.quantile(np.abs(weights), 0.1), 0.0, weights)
        return weights * 0.999


@frozen
class Sorted(Regularizer):
    """What no trace can note: it is asked in every update."""

    def gradient(self, weights, step):
        return 0.01 * np.sort(weights, axis=0)


@frozen
class Momentum(Optimizer):
    """The changes, faded, go on."""

    def begin(self, weights):
        return (np.zeros_like(weights),)

    def update(self, gradient, memory, step):
        change = 0.9 * memory[0] - step.learning_rate * gradient
        return change, (change,)


@frozen
class Adam(Optimizer):
    """Two moments, and the running powers of their rates."""

    def begin(self, weights):
        return np.zeros_like(weights), np.zeros_like(weights), np.ones((1, 1)), np.ones((1, 1))

    def update(self, gradient, memory, step):
        first, second, power1, power2 = memory
        first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
        power1, power2 = power1 * 0.9, power2 * 0.999
        size = np.sqrt(second / (1 - power2)) + 1e-8
        return -step.learning_rate * (first / (1 - power1)) / size, (first, second, power1, power2)


@frozen
class LastTwo(Optimizer):
    """One memory becomes what the other was."""

    def begin(self, weights):
        return np.zeros_like(weights), np.zeros_like(weights)

    def update(self, gradient, memory, step):
        last, before = memory
        return -step.learning_rate * (gradient + 0.5 * last + 0.25 * before), (gradient, last)


@frozen
class OwnRate(Optimizer):
    """A running number that begins with another value for each layer."""

    def begin(self, weights):
        return (np.full((1, 1), 0.5 + np.abs(weights).mean()),)

    def update(self, gradient, memory, step):
        return -step.learning_rate * memory[0] * gradient, (memory[0] * 0.99,)


@frozen
class UnitRates(Optimizer):
    """A rate for each unit, and one for the layer that falls with the gradient's norm."""

    def begin(self, weights):
        return np.ones((1, weights.shape[1])), np.ones((1, 1))

    def update(self, gradient, memory, step):
        rates, slower = memory
        size = np.abs(gradient).mean(axis=0, keepdims=True)
        slower = slower / (1 + np.linalg.norm(gradient))
        return -step.learning_rate * rates * (0.5 + slower) * gradient, (0.9 * rates + size, slower)


def data_for(sizes, output, n_items, rng, *, weights="none", dtype=np.float64):
    """Return items that suit a network; weights may be some, zeros too, or all 0 in the first items."""
    inputs = rng.normal(size=(n_items, sizes[0]))
    if isinstance(output, SquaredError):
        targets = rng.normal(size=(n_items, sizes[-1]))
    elif isinstance(output, SigmoidCrossEntropy):
        targets = rng.random((n_items, sizes[-1]))
    else:
        targets = np.eye(sizes[-1])[rng.integers(sizes[-1], size=n_items)]
    item_weights = None if weights == "none" else rng.random(n_items)
    if weights == "zeros":
        item_weights[rng.random(n_items) < 0.4] = 0
        item_weights[-1] = 1
    if weights == "first 0":
        item_weights[: n_items // 2] = 0
    return Dataset(inputs.astype(dtype), targets.astype(dtype), item_weights)


SIZES = [
    (1, 1), (3, 2), (13, 5), (1, 33), (40, 3), (5, 16),
    (10, 8, 4), (2, 7, 2), (5, 3, 13), (1, 1, 1), (17, 40, 9), (8, 32, 8), (31, 15, 1), (4, 1, 12),
    (6, 5, 3, 2), (13, 13, 5, 3), (3, 24, 20, 4), (2, 1, 40, 6),
    (9, 11, 13, 7, 5), (1, 8, 1, 16, 2), (4, 3, 3, 3, 10),
]  # fmt: skip
NOISE = [NoRegularization()] * 4 + [Dropout(rate=0.4), Jitter(), Dropout(rate=0.2) + Jitter(), TransposedNoise()]
PENALTIES = [
    NoRegularization(),
    L2(0.01),
    L1(0.01),
    ProximalL1(0.01),
    WeightDecay(0.001),
    L2(0.01) + L1(0.003) + WeightDecay(0.002),
    ColumnNorm(),
    Annealed(),
    Annealed() + ColumnNorm(),
    ForSmallBatches(),
    Sorted(),
]
OPTIMIZERS = [SGD(), SGD(), SGD(), Momentum(), Adam(), LastTwo(), OwnRate(), UnitRates()]
BATCHES = [1, 1, 2, 7, 32, "full"]
WEIGHTS = ["none", "none", "some", "zeros", "first 0"]
DTYPES = [np.float64, np.float32]


def drawn(seed):
    """Return a case in which every setting is drawn by itself, and functions take turns."""
    rng = np.random.default_rng(seed)
    functions = list(itertools.product(ACTIVATIONS, OUTPUTS, DTYPES))
    hidden, output, dtype = functions[seed % len(functions)]
    sizes, noise, penalty, biases, optimizer, batch, weights, n_items, own, orders = (
        given[rng.integers(len(given))]
        for given in (
            SIZES, NOISE, PENALTIES, [NoRegularization(), None, L1(0.02)], OPTIMIZERS, BATCHES, WEIGHTS,
            [5, 9, 36], [True, True, False], [None, "fixed"],
        )
    )  # fmt: skip
    data = data_for(sizes, output, n_items, rng, weights=weights, dtype=dtype if own else np.float64)
    settings = {
        "regularizer": noise + penalty,
        "bias_regularizer": penalty if biases is None else biases,
        "hidden": hidden,
        "output": output,
        "optimizer": optimizer,
        "dtype": dtype,
        "seed": seed,
    }
    training = {
        "batch_size": data.n_items if batch == "full" else batch,
        "orders": orders,
        "learning_rate": 0.02,
        "validation": data_for(sizes, output, 6, rng),
    }
    return sizes, data, settings, training


N_DRAWN = 132


@pytest.mark.parametrize("seed", range(N_DRAWN))
def test_kernel_and_plain_give_the_same_bits(seed, same_bits):
    sizes, data, settings, training = drawn(seed)
    same_bits(lambda: NeuralNetwork(*sizes, **settings), data, **training)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(N_DRAWN, 6 * N_DRAWN))
def test_kernel_and_plain_give_the_same_bits_in_more_cases(seed, same_bits):
    test_kernel_and_plain_give_the_same_bits(seed, same_bits)


def test_the_cases_cover_what_they_are_drawn_from():
    seen = set()
    for seed in range(N_DRAWN):
        sizes, data, settings, training = drawn(seed)
        dtype, batch, weights = settings["dtype"], training["batch_size"], data.item_weights
        seen |= {
            ("layers", dtype, len(sizes)),
            ("functions", dtype, settings["hidden"], settings["output"]),
            ("batch", dtype, "full" if batch >= data.n_items else batch),
            ("smaller last batch", dtype, data.n_items % batch > 0),
            ("weights", dtype, weights is None or weights.min() == 0, weights is None or weights[:2].max() == 0),
            ("optimizer", dtype, settings["optimizer"]),
            ("data", dtype, data.inputs.dtype),
        }
        seen |= {("part", dtype, type(part)) for part in settings["regularizer"].parts}
        seen |= {("part of biases", dtype, type(part)) for part in settings["bias_regularizer"].parts}
    kinds = [each[0] for each in seen]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "layers": 2 * 4,
        "functions": 2 * 15,
        "batch": 2 * 5,
        "smaller last batch": 2 * 2,
        "weights": 2 * 3,
        "optimizer": 2 * 6,
        "data": 2 + 1,
        "part": 2 * 11,
        "part of biases": 2 * 8,
    }


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("width", range(1, 41))
def test_layers_of_every_width_give_the_same_bits(width, dtype, same_bits):
    """The kernel works on whole vectors: four rows of two, one row of eight, and what is left of them."""
    rng = np.random.default_rng(width)
    sizes = (width, 41 - width, width)
    data = data_for(sizes, SoftmaxCrossEntropy(), 9, rng)
    same_bits(lambda: NeuralNetwork(*sizes, seed=width, dtype=dtype), data, batch_size=7, epochs=1)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("batch_size", "n_items"), [(63, 130), (64, 128), (65, 130), (129, 258), (200, 200)])
def test_batches_larger_than_a_block_of_items_give_the_same_bits(batch_size, n_items, dtype, same_bits):
    """The kernel takes 64 items at a time; their sums run on from one block to the next."""
    rng = np.random.default_rng(batch_size)
    data = data_for((5, 6, 3), SoftmaxCrossEntropy(), n_items, rng, weights="zeros")

    def make():
        return NeuralNetwork(5, 6, 3, seed=1, dtype=dtype, regularizer=Dropout(rate=0.3) + L2(0.01))

    same_bits(make, data, batch_size=batch_size, epochs=2)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("output", OUTPUTS, ids=repr)
def test_a_batch_whose_items_all_weigh_nothing_changes_nothing_else(output, dtype, same_bits):
    data = data_for((4, 5, 3), output, 20, np.random.default_rng(2), weights="first 0")

    def make(regularizer=NoRegularization()):
        return NeuralNetwork(4, 5, 3, seed=1, dtype=dtype, output=output, regularizer=regularizer)

    first = Dataset(data.inputs[:10], data.targets[:10], np.r_[np.zeros(9), 1])
    network = same_bits(make, first, batch_size=3, epochs=1, orders="fixed")
    last = Dataset(data.inputs[9:10], data.targets[9:10])
    alone = same_bits(make, last, batch_size=1, epochs=1)
    assert np.array_equal(network.weights, alone.weights)
    same_bits(lambda: make(L2(0.1)), data, batch_size=5, orders="fixed")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("inputs", [np.float64, np.float32, np.float16, int, bool])
def test_data_of_another_type_gives_the_same_bits(inputs, dtype, same_bits):
    rng = np.random.default_rng(3)
    data = Dataset(rng.normal(0, 3, (12, 4)).astype(inputs), np.eye(3)[rng.integers(3, size=12)].astype(int))
    same_bits(lambda: NeuralNetwork(4, 5, 3, seed=1, dtype=dtype), data, batch_size=5, validation=data)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("epochs", [1, 2])
def test_noise_need_not_lie_row_by_row(epochs, dtype, same_bits):
    data = data_for((4, 5, 3), SoftmaxCrossEntropy(), 12, np.random.default_rng(8))
    regularizer = [TransposedNoise(), NoRegularization()]
    same_bits(lambda: NeuralNetwork(4, 5, 3, seed=1, dtype=dtype, regularizer=regularizer), data, epochs=epochs)


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("engine", [kernel, plain], ids=["kernel", "plain"])
def test_bits_do_not_depend_on_how_much_one_call_trains(engine, dtype, trained, monkeypatch):
    """A call takes several epochs of a small table, or a part of an epoch; noise is drawn block by block."""
    rng = np.random.default_rng(4)
    data = data_for((4, 6, 3), SoftmaxCrossEntropy(), 30, rng, weights="some")

    def make():
        regularizer = Dropout(rate=0.3) + Jitter() + ForSmallBatches()
        return NeuralNetwork(4, 6, 3, seed=1, dtype=dtype, regularizer=regularizer, optimizer=Adam())

    monkeypatch.setattr("nnl2.engine.feed.BLOCK_BYTES", 8 * 13 * 17)  # noise for 17 items at a time
    left = []
    for most_items in (1000, 70, 30, 13, 1):
        monkeypatch.setattr("nnl2.training.loop.most_items", lambda *_, most_items=most_items: most_items)
        left.append(trained(engine, make, data, epochs=3, batch_size=7, validation=data).left)
    assert all(each == left[0] for each in left)


# Masked weights, and what begins with the first ones


@frozen
class MaskedWeights(Regularizer):
    """A third of the weights are left out, the others are smaller or larger."""

    def mask_weights(self, shape, rng):
        return np.maximum(3 * rng.random(shape) - 1, 0)


@frozen
class TurnedWeights(Regularizer):
    """Factors that do not lie row by row, or are True and False."""

    def mask_weights(self, shape, rng):
        kept = rng.random(shape[::-1]).T < 0.7
        return kept if shape[1] % 2 else kept / 0.7


@frozen
class ToStart(Regularizer):
    """L2 towards the first weights, which its trace holds."""

    start: object = None

    def begin(self, weights):
        return ToStart(weights)

    def gradient(self, weights, step):
        return 0.1 * (weights - self.start)


WITH_WEIGHT_MASKS = [
    MaskedWeights(),
    TurnedWeights() + MaskedWeights() + L2(0.01),
    MaskedWeights() + Dropout(rate=0.3) + Jitter() + ToStart(),
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("regularizer", WITH_WEIGHT_MASKS, ids=["alone", "two", "with other noise"])
@pytest.mark.parametrize("batch_size", [1, 7, 10, 30])
@pytest.mark.parametrize("sizes", [(4, 3), (5, 13, 3), (4, 9, 5, 6, 3)], ids=repr)
def test_masked_weights_give_the_same_bits(sizes, batch_size, regularizer, dtype, same_bits):
    rng = np.random.default_rng(batch_size)
    weights = ["none", "some", "zeros"][batch_size % 3]
    data = data_for(sizes, SoftmaxCrossEntropy(), 30, rng, weights=weights, dtype=dtype)

    def make(noise=regularizer):
        return NeuralNetwork(*sizes, seed=1, dtype=dtype, regularizer=noise, optimizer=Momentum())

    network = same_bits(make, data, batch_size=batch_size, validation=data)
    without = same_bits(lambda: make(NoRegularization()), data, batch_size=batch_size)
    assert not np.array_equal(network.weights, without.weights)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("regularizer", WITH_WEIGHT_MASKS, ids=["alone", "two", "with other noise"])
@pytest.mark.parametrize("sizes", [(4, 3), (5, 13, 3), (4, 9, 5, 6, 3)], ids=repr)
@pytest.mark.parametrize(("batch_size", "most_updates"), [(1, 7), (4, 3), (7, 1)])
def test_masked_weights_give_the_same_bits_where_an_epoch_is_visited_in_parts(
    batch_size, most_updates, sizes, regularizer, dtype, same_bits, monkeypatch
):
    data = data_for(sizes, SoftmaxCrossEntropy(), 30, np.random.default_rng(9), weights="some", dtype=dtype)

    def make():
        return NeuralNetwork(*sizes, seed=1, dtype=dtype, regularizer=regularizer)

    n_parameters = len(make().weights)
    monkeypatch.setattr("nnl2.engine.feed.BLOCK_BYTES", 8 * n_parameters * most_updates)
    in_parts = []
    monkeypatch.setattr(Feed, "visits", _told(Feed.visits, in_parts))
    same_bits(make, data, batch_size=batch_size)
    assert all(in_parts)


def _told(visits, in_parts):
    """Return `Feed.visits` that tells whether epochs are visited in parts."""

    def told(self, *arguments):
        in_parts.append(self.in_parts)
        return visits(self, *arguments)

    return told


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("engine", [kernel, plain], ids=["kernel", "plain"])
def test_factors_of_weights_do_not_depend_on_the_parts_an_epoch_is_visited_in(engine, trained, monkeypatch):
    data = data_for((4, 6, 3), SoftmaxCrossEntropy(), 30, np.random.default_rng(4), weights="some")

    def make():
        return NeuralNetwork(4, 6, 3, seed=1, regularizer=MaskedWeights() + Dropout(rate=0.3) + Jitter())

    left = []
    for most_updates in (1000, 17, 3, 1):
        monkeypatch.setattr("nnl2.engine.feed.BLOCK_BYTES", 8 * 51 * most_updates)
        left.append(trained(engine, make, data, epochs=3, batch_size=4, validation=data).left)
    assert all(each == left[0] for each in left)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_gradient_towards_the_first_weights_gives_the_same_bits(dtype, same_bits):
    data = data_for((4, 6, 5, 3), SoftmaxCrossEntropy(), 30, np.random.default_rng(4))
    same_bits(
        lambda: NeuralNetwork(4, 6, 5, 3, seed=1, dtype=dtype, regularizer=ToStart(), bias_regularizer=ToStart()),
        data,
        batch_size=7,
        epochs=3,
    )


# Where numbers leave all bounds

PAIRS = list(zip(itertools.cycle(ACTIVATIONS), OUTPUTS, strict=False))
functions = pytest.mark.parametrize(("hidden", "output"), PAIRS, ids=str)


@pytest.mark.parametrize("dtype", DTYPES)
@functions
def test_networks_that_diverge_fail_alike(hidden, output, dtype, same_bits):
    data = data_for((3, 5, 2), output, 8, np.random.default_rng(5))
    failures = []
    for rate in (1e-3, 50.0, 1e6, 1e30):
        for regularizer in (NoRegularization(), L2(0.5) + L1(0.5), Sorted()):
            network = NeuralNetwork(
                3, 5, 2, seed=1, dtype=dtype, hidden=hidden, output=output, regularizer=regularizer
            )
            start = network.weights
            trained = same_bits(lambda network=network: _copy(network), data, learning_rate=rate, batch_size=3)
            failures.append(np.array_equal(trained.weights, start))
    assert any(failures)
    assert not all(failures)


def _copy(network):
    copied = NeuralNetwork(1, 1)
    copied.__dict__.update(network.__dict__)
    return copied


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("dtype", DTYPES)
@functions
def test_infinities_and_what_is_no_number_arise_in_the_same_places(hidden, output, dtype, one_call):
    """Also in the epochs after the first bad one, which training would not show."""
    data = data_for((3, 5, 2), output, 9, np.random.default_rng(6))
    rates = (1.0, 1e4, float(np.finfo(dtype).max) / 1e8)
    pairs = [
        (SGD(), NoRegularization()),
        (SGD(), L1(0.5) + L2(2.0)),
        (Momentum(), ColumnNorm()),
        (Adam(), L1(0.5)),
    ]
    bad = 0
    for rate, (optimizer, regularizer) in itertools.product(rates, pairs):
        functions = {"hidden": hidden, "output": output, "optimizer": optimizer, "regularizer": regularizer}
        network = NeuralNetwork(3, 5, 2, seed=1, dtype=dtype, **functions)
        one, other = (one_call(engine, network, data, epochs=3, rate=rate) for engine in (kernel, plain))
        assert one == other
        bad += not np.isfinite(np.frombuffer(other["vectors"], dtype)).all()
    assert bad


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("output", OUTPUTS, ids=repr)
@pytest.mark.parametrize("hidden", ACTIVATIONS, ids=repr)
def test_outputs_and_errors_of_huge_and_tiny_sums_have_the_same_bits(hidden, output, dtype):
    """Infinities of both signs meet in some sums."""
    rng, largest = np.random.default_rng(7), float(np.finfo(dtype).max)
    items = Items.of(data_for((3, 4, 5), output, 70, rng), np.dtype(dtype))
    network = NeuralNetwork(3, 4, 5, seed=1, dtype=dtype, hidden=hidden, output=output)
    architecture = network.spec.architecture
    scales = (0.0, 1e-40, 1e-9, 1.0, 30.0, 1e3, 1e20, largest)
    for scale, inputs_scale in itertools.product(scales, (1.0, largest / 4)):
        with np.errstate(over="ignore"):
            parameters = network.weights * dtype(scale)
            scaled = Items(items.inputs * dtype(inputs_scale), items.targets, items.weights)
        parameters[::7] = 0
        parameters[3::11] = -0.0
        one, other = (
            engine.compute_outputs(architecture, parameters, scaled.inputs) for engine in (kernel, plain)
        )
        assert np.array_equal(one, other, equal_nan=True)
        totals = [np.array([[0.1, 2.0], [3.0, 0.0]]) for _ in range(2)]
        vectors = np.stack([parameters, parameters / 2])
        for engine, total in zip((kernel, plain), totals, strict=True):
            engine.add_errors(architecture, vectors, scaled, total)
        assert np.array_equal(*totals, equal_nan=True)
