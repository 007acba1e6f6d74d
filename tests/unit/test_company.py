"""A network learns the same, bit for bit, whatever is trained beside it."""

import threading

import numpy as np
import pytest
from attrs import field, frozen

from nnl2 import (
    L1,
    L2,
    Dataset,
    Dropout,
    NeuralNetwork,
    NoRegularization,
    Regularizer,
    ReLU,
    SigmoidCrossEntropy,
    SquaredError,
    WeightDecay,
    make_data,
    train,
)
from nnl2.engine import plain

DATA = make_data(20)
OTHER_DATA = make_data(20, seed=12)


@frozen
class UnitNorm(Regularizer):
    """Incoming weights longer than a limit are shortened: a question that looks at whole columns."""

    limit: float = 1.0

    def constrain(self, weights, step):
        norms = np.linalg.norm(weights, axis=0)
        return weights * np.minimum(1, self.limit / np.maximum(norms, 1e-12))


@frozen
class Jitter(Regularizer):
    """Noise on the inputs, drawn twice for a question, so that the size of a block is seen."""

    deviation: float = 0.1

    def augment(self, inputs, targets, rng):
        noise = rng.normal(scale=self.deviation, size=inputs.shape)
        return inputs + noise * (rng.random(inputs.shape) < 0.5), targets


@frozen
class MaskedWeights(Regularizer):
    """Some weights are left out, drawn twice for a question, so that the size of a part is seen."""

    rate: float = 0.2

    def mask_weights(self, shape, rng):
        return (rng.random(shape) >= self.rate) * (0.5 + rng.random(shape))


@frozen
class ToStart(Regularizer):
    """L2 towards the first weights."""

    strength: float = 0.1
    start: np.ndarray | None = field(default=None, eq=False)

    def begin(self, weights):
        return ToStart(self.strength, weights)

    def gradient(self, weights, step):
        return self.strength * (weights - self.start)


@frozen
class Branching(Regularizer):
    """A question with an `if` on its number."""

    strength: float = 0.1

    def gradient(self, weights, step):
        if self.strength > 0.15:
            return self.strength * weights
        return self.strength * np.sign(weights)


@frozen
class Whole(Regularizer):
    """A question that counts with its number."""

    times: int = 2

    def gradient(self, weights, step):
        return sum((0.001 * weights for _ in range(self.times)), np.zeros_like(weights))


@frozen
class Limit(Regularizer):
    """A number that may be missing."""

    limit: float | None = None

    def constrain(self, weights, step):
        return weights + 0 if self.limit is None else np.minimum(weights, self.limit)


@frozen
class WarmUp(Regularizer):
    """A question that answers otherwise from the second epoch on."""

    strength: float = 0.1

    def gradient(self, weights, step):
        if step.epoch < 2:
            return 0 * weights
        return self.strength * weights if self.strength > 0.15 else 0.01 * np.sign(weights)


@frozen
class Shaped(Regularizer):
    """A field that holds an array, which makes `==` ambiguous."""

    factors: np.ndarray

    def gradient(self, weights, step):
        return self.factors[0] * weights


@frozen
class Asked(Regularizer):
    """A question that looks at a weight, so that no trace can answer it."""

    strength: float = 0.1

    def gradient(self, weights, step):
        return self.strength * weights if weights[0, 0] > 0 else -0.001 * weights


class Plain(Regularizer):
    """No attrs class."""

    def __init__(self, strength):
        self.strength = strength

    def gradient(self, weights, step):
        return self.strength * weights


REGULARIZERS = [
    NoRegularization(),
    L2(0.01),
    L2(0.02),
    WeightDecay(0.001),
    WeightDecay(0.002),
    L1(0.01),
    L1(0.002),
    Dropout(rate=0.2),
    Dropout(rate=0.5),
    L2(0.01) + Dropout(rate=0.2),
    UnitNorm(0.8),
    UnitNorm(0.5),
    Jitter(0.1),
    Jitter(0.3),
    MaskedWeights(0.2),
    MaskedWeights(0.5) + Dropout(rate=0.2),
    ToStart(0.1),
    ToStart(0.2),
    Branching(0.1),
    Branching(0.2),
    Whole(2),
    Whole(3),
    Limit(None),
    Limit(0.1),
    Limit(0.2),
    WarmUp(0.1),
    WarmUp(0.2),
    Shaped(np.array([0.1, 1])),
    Shaped(np.array([0.2, 1])),
    Plain(0.1),
    Plain(0.2),
    Asked(0.1),
    Asked(0.2),
    [L2(0.01), L1(0.001)],
    [L2(0.02), L1(0.003)],
    [UnitNorm(0.7) + Dropout(rate=0.3), L2(0.01)],
]


def networks(numbers, dtype=np.float64):
    return [
        NeuralNetwork(
            10,
            8,
            4,
            regularizer=REGULARIZERS[n % len(REGULARIZERS)],
            bias_regularizer=L2(0.001 * (n % 3)),
            seed=n,
            dtype=dtype,
        )
        for n in numbers
    ]


def learned(group, batch_size, data=DATA):
    histories = train(group, data, epochs=2, learning_rate=0.1, batch_size=batch_size)
    return [(network.weights.copy(), history) for network, history in zip(group, histories, strict=True)]


def same(one, other):
    return np.array_equal(one[0], other[0]) and one[1] == other[1]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("batch_size", [1, 7, 20])
def test_every_network_learns_together_what_it_learns_alone(batch_size, dtype):
    together = learned(networks(range(2 * len(REGULARIZERS)), dtype), batch_size)
    for number, joint in enumerate(together):
        (alone,) = learned(networks([number], dtype), batch_size)
        assert same(joint, alone), REGULARIZERS[number % len(REGULARIZERS)]


def test_the_order_of_networks_changes_nothing():
    forwards = learned(networks(range(23)), 1)
    backwards = learned(networks(reversed(range(23))), 1)
    assert all(same(one, other) for one, other in zip(forwards, reversed(backwards), strict=True))


@pytest.mark.parametrize("n_jobs", [2, 3, -1])
@pytest.mark.parametrize("batch_size", [1, 7])
def test_threads_change_nothing(batch_size, n_jobs):
    numbers = range(len(REGULARIZERS))
    here, there = networks(numbers), networks(numbers)
    settings = {"learning_rate": 0.1, "batch_size": batch_size, "epochs": 2}
    assert train(here, DATA, **settings) == train(there, DATA, **settings, n_jobs=n_jobs)
    assert all(np.array_equal(one.weights, other.weights) for one, other in zip(here, there, strict=True))


@frozen
class Near(Regularizer):
    """Pulls towards weights that `==` does not look at."""

    strength: float = 0.1
    start: float = field(default=0.0, eq=False)

    def gradient(self, weights, step):
        return self.strength * (weights - self.start)


def test_what_is_equal_need_not_be_the_same():
    def pair():
        return [NeuralNetwork(10, 8, 4, regularizer=Near(start=start), seed=1) for start in (0.0, 1.0)]

    together = learned(pair(), 1)
    for network, joint in zip(pair(), together, strict=True):
        assert same(joint, learned([network], 1)[0])
    assert not same(*together)


@frozen
class AskedByItems(Regularizer):
    """A strength divided by the items; it looks at a weight, so that no trace can answer it."""

    strength: float = 1.0

    def gradient(self, weights, step):
        return self.strength * step.learning_rate / step.n_items * weights + 0 * float(weights[0, 0])


@frozen
class WholeBatches(Regularizer):
    """A strength that grows with the epochs, but only in whole batches."""

    def gradient(self, weights, step):
        return 0 * weights if step.batch_size < 8 else 0.01 * step.epoch * weights


@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize("regularizer", [AskedByItems(), WholeBatches(), Asked()], ids=repr)
def test_networks_of_one_specification_with_other_data_and_rates_learn_what_they_learn_alone(regularizer, n_jobs):
    def made():
        return [NeuralNetwork(10, 8, 4, regularizer=regularizer, seed=seed) for seed in range(6)]

    datasets, rates = [make_data(41 + number) for number in range(6)], [0.5, 0.1, 0.05, 0.01, 0.3, 0.2]
    together = made()
    train(together, datasets, epochs=5, learning_rate=rates, batch_size=8, n_jobs=n_jobs)
    for network, alone, data, rate in zip(together, made(), datasets, rates, strict=True):
        alone.train(data, epochs=5, learning_rate=rate, batch_size=8)
        assert np.array_equal(network.weights, alone.weights)


def any_mix():
    """Networks that have nothing in common, each with its data and batch size; two have been trained before."""
    mix = [
        (NeuralNetwork(10, 8, 4, regularizer=Dropout(rate=0.2), seed=1), DATA, 1),
        (NeuralNetwork(10, 4, seed=2, dtype="float32"), OTHER_DATA, 7),
        (NeuralNetwork(3, 5, 6, 1, output=SigmoidCrossEntropy(), hidden=ReLU(), seed=3), yes_or_no(11), 4),
        (NeuralNetwork(3, 40, 1, output=SquaredError(), regularizer=L2(0.1), seed=4), yes_or_no(100), 100),
        (NeuralNetwork(10, 8, 4, regularizer=Jitter(0.1), seed=1), make_data(57), 10),
        (NeuralNetwork(10, 4, regularizer=MaskedWeights(0.2), seed=5), make_data(57), 3),
        (NeuralNetwork(10, 6, 4, regularizer=ToStart(0.2), seed=6), DATA, 1),
    ]
    for number in (0, 2):
        network, data, _ = mix[number]
        network.train(data, epochs=number + 1, learning_rate=0.1)
    return zip(*mix, strict=True)


def yes_or_no(n_items):
    rng = np.random.default_rng(n_items)
    inputs = rng.normal(size=(n_items, 3))
    return Dataset(inputs, (inputs.sum(axis=1, keepdims=True) > 0).astype(float), rng.random(n_items))


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_any_mix_of_networks_is_trained_together(n_jobs):
    group, datasets, sizes = any_mix()
    histories = train(group, datasets, epochs=4, learning_rate=0.05, batch_size=sizes, n_jobs=n_jobs)
    for alone, data, size, network, history in zip(*any_mix(), group, histories, strict=True):
        assert alone.train(data, epochs=4, learning_rate=0.05, batch_size=size) == history
        assert np.array_equal(alone.weights, network.weights)
        assert alone.epochs == network.epochs


def test_how_many_epochs_a_call_takes_changes_nothing(monkeypatch):
    def trained():
        group, datasets, sizes = any_mix()
        histories = train(group, datasets, epochs=5, learning_rate=0.05, batch_size=sizes)
        return [(network.weights, history) for network, history in zip(group, histories, strict=True)]

    usual = trained()
    for work in (1, 3000, 20_000):  # a part of an epoch, one epoch, several
        monkeypatch.setattr("nnl2.engine.select.MOST_WORK", work)
        assert all(same(one, other) for one, other in zip(usual, trained(), strict=True))


@pytest.mark.parametrize("batch_size", [1, 7, 130])
def test_what_is_drawn_does_not_depend_on_the_batch_size(batch_size, monkeypatch):
    monkeypatch.setattr("nnl2.engine.feed.BLOCK_BYTES", 22 * 8 * 50)  # blocks of fifty items
    drawn = []

    @frozen
    class Spy(Regularizer):
        def mask(self, shape, rng):
            drawn.append(Dropout(rate=0.5).mask(shape, rng))
            return drawn[-1]

    NeuralNetwork(10, 8, 4, regularizer=Spy(), seed=1).train(
        make_data(130), epochs=2, learning_rate=0.1, batch_size=batch_size
    )
    assert [len(mask) for mask in drawn] == [50, 50, 30] * 2
    rng = np.random.default_rng(np.random.SeedSequence(1).spawn(3)[2].spawn(2)[0].spawn(1)[0])
    assert all(np.array_equal(mask, Dropout(rate=0.5).mask(mask.shape, rng)) for mask in drawn)


@pytest.mark.parametrize("engine", [None, plain], ids=["the usual engine", "plain"])
@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize("batch_size", [1, 4, 50])
def test_factors_of_weights_depend_on_the_network_and_its_updates_alone(batch_size, n_jobs, engine, monkeypatch):
    drawn = {(10, 8): [], (8, 4): []}

    class Spy(Regularizer):
        def mask_weights(self, shape, rng):
            drawn[shape[1:]].append(MaskedWeights(0.2).mask_weights(shape, rng))
            return drawn[shape[1:]][-1]

    if engine is not None:
        monkeypatch.setattr("nnl2.training.loop.engine_for", lambda *_: engine)
        monkeypatch.setattr("nnl2.engine.select.engine_for_outputs", lambda _: engine)
    monkeypatch.setattr("nnl2.engine.feed.BLOCK_BYTES", 8 * 124 * 5)  # five updates at a time
    one = NeuralNetwork(10, 8, 4, regularizer=L2(0.1) + Spy(), seed=1)
    others = [NeuralNetwork(10, 9, 4, regularizer=MaskedWeights(0.5), seed=1), *networks(range(3))]
    sizes = [2, batch_size, 1, 7, 20]
    train([others[0], one, *others[1:]], DATA, epochs=2, learning_rate=0.1, batch_size=sizes, n_jobs=n_jobs)
    n_updates = -(-20 // batch_size)
    whole, rest = divmod(n_updates, 5)
    streams = np.random.SeedSequence(1).spawn(3)[2].spawn(2)
    for stream, shape in zip(streams, [(10, 8), (8, 4)], strict=True):
        rng = np.random.default_rng(stream.spawn(1)[0])
        expected = [(5, *shape)] * whole + [(rest, *shape)] * bool(rest)
        answers = drawn[shape]
        assert [each.shape for each in answers] == expected * 2
        assert all(np.array_equal(each, MaskedWeights(0.2).mask_weights(each.shape, rng)) for each in answers)


def test_threads_leave_the_process_as_it_was():
    from threadpoolctl import threadpool_info

    before = threadpool_info()
    threads = [
        threading.Thread(target=train, args=(networks(range(4)), DATA), kwargs={"epochs": 2, "learning_rate": 0.1})
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert threadpool_info() == before


@pytest.mark.parametrize("batch_size", [1, 7])
def test_deep_networks_learn_together_what_they_learn_alone(batch_size):
    def deep(numbers):
        return [NeuralNetwork(10, 6, 5, 3, 4, regularizer=REGULARIZERS[n], hidden=ReLU(), seed=n) for n in numbers]

    together = learned(deep(range(18)), batch_size)
    for number, joint in enumerate(together):
        assert same(joint, learned(deep([number]), batch_size)[0])


def test_equal_regularizers_in_a_sequence_are_one_for_all_layers():
    (one,) = learned([NeuralNetwork(10, 8, 4, regularizer=UnitNorm(0.5), seed=1)], 1)
    (each,) = learned([NeuralNetwork(10, 8, 4, regularizer=[UnitNorm(0.5)] * 2, seed=1)], 1)
    assert same(one, each)


def test_a_second_noisy_part_changes_nothing_in_the_first():
    def masks(*others):
        drawn = []

        class Spy(Regularizer):
            def mask(self, shape, rng):
                drawn.append(Dropout(rate=0.5).mask(shape, rng))
                return drawn[-1]

        NeuralNetwork(10, 8, 4, regularizer=sum(others, Spy()), seed=1).train(DATA, epochs=2, learning_rate=0.1)
        return drawn

    assert all(map(np.array_equal, masks(), masks(L2(0.1), Dropout(rate=0.5), Jitter(0.1))))


def test_dropout_draws_a_new_mask_for_every_item_and_epoch():
    drawn = []

    class Spy(Regularizer):
        def mask(self, shape, rng):
            drawn.append(Dropout(rate=0.5).mask(shape, rng))
            return drawn[-1]

    NeuralNetwork(10, 8, 4, regularizer=Spy(), seed=1).train(make_data(130), epochs=3, learning_rate=0.1)
    masks = np.concatenate(drawn)
    assert masks.shape == (3 * 130, 8)
    assert len(np.unique(masks, axis=0)) > 170  # of 390 drawn from 256 possible ones
