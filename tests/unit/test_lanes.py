"""A network learns the same, bit for bit, whatever is trained beside it."""

from typing import ClassVar

import numpy as np
import pytest
from attrs import frozen

from nnl2 import (
    L1,
    L2,
    Dataset,
    Dropout,
    InvalidValueError,
    NeuralNetwork,
    NoRegularization,
    Regularizer,
    ReLU,
    TrainingDivergedError,
    WeightDecay,
    make_data,
    train,
)

DATA = make_data(130)  # more than one block of noise
OTHER_DATA = make_data(130, seed=12)


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

    def corrupt(self, inputs, rng):
        noise = rng.normal(scale=self.deviation, size=inputs.shape)
        return inputs + noise * (rng.random(inputs.shape) < 0.5)


@frozen
class Branching(Regularizer):
    """A question with an `if` on a number, which no stack of different numbers can answer."""

    strength: float = 0.1
    elementwise: ClassVar[bool] = True

    def gradient(self, weights, step):
        if self.strength > 0.15:
            return self.strength * weights
        return self.strength * np.sign(weights)


@frozen
class Whole(Regularizer):
    """A question that needs a plain number: an array, even of one, will not do."""

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
    """A question that looks at its number only later: its stack fails in the middle of the training."""

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


class Plain(Regularizer):
    """No attrs class: it has no fields to stack."""

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
    histories = train(group, data, epochs=3, learning_rate=0.1, batch_size=batch_size)
    return [(network.weights.copy(), history) for network, history in zip(group, histories, strict=True)]


def same(one, other):
    return np.array_equal(one[0], other[0]) and one[1] == other[1]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("batch_size", [1, 7, 40, 130])
def test_every_network_learns_together_what_it_learns_alone(batch_size, dtype):
    together = learned(networks(range(2 * len(REGULARIZERS)), dtype), batch_size)
    for number, joint in enumerate(together):
        (alone,) = learned(networks([number], dtype), batch_size)
        assert same(joint, alone), REGULARIZERS[number % len(REGULARIZERS)]


@pytest.mark.parametrize("batch_size", [1, 7, 40])
@pytest.mark.parametrize("lanes", [1, 2, 3, 7, 16, 21, 150])
def test_a_network_learns_the_same_beside_any_number_of_others(lanes, batch_size):
    numbers = range(150)
    few = learned(networks(numbers[:lanes]), batch_size)
    many = learned(networks(numbers[: lanes + 5]), batch_size)
    assert all(same(one, other) for one, other in zip(few, many, strict=False))


def test_the_order_of_networks_changes_nothing():
    forwards = learned(networks(range(23)), 1)
    backwards = learned(networks(reversed(range(23))), 1)
    assert all(same(one, other) for one, other in zip(forwards, reversed(backwards), strict=True))


@pytest.mark.parametrize("batch_size", [1, 7])
def test_networks_may_have_data_of_their_own(batch_size):
    pair = networks([1, 8])
    together = learned(pair, batch_size, [DATA, OTHER_DATA])
    (one,) = learned(networks([1]), batch_size)
    (other,) = learned(networks([8]), batch_size, OTHER_DATA)
    assert same(together[0], one)
    assert same(together[1], other)


@pytest.mark.parametrize("batch_size", [1, 40])
def test_chunks_change_nothing(batch_size, monkeypatch):
    whole = learned(networks(range(50)), batch_size)
    monkeypatch.setattr("nnl2.lockstep.CHUNK_BYTES", 3 * 124 * 8 * 7)  # seven networks in each
    assert all(
        same(one, other) for one, other in zip(whole, learned(networks(range(50)), batch_size), strict=True)
    )


def built_ins():
    regularizers = [L2(0.01), L1(0.01), Dropout(rate=0.2), WeightDecay(0.001), L2(0.02)]
    return [NeuralNetwork(10, 8, 4, regularizer=each, seed=seed) for seed, each in enumerate(regularizers)]


@pytest.mark.parametrize("batch_size", [1, 40])
def test_processes_change_nothing(batch_size):
    here, there = built_ins(), built_ins()
    settings = {"learning_rate": 0.1, "batch_size": batch_size, "epochs": 3}
    assert train(here, DATA, **settings) == train(there, DATA, **settings, n_jobs=2)
    assert train(here, DATA, **settings) == train(there, DATA, **settings, n_jobs=-1)
    assert all(np.array_equal(one.weights, other.weights) for one, other in zip(here, there, strict=True))


def test_processes_change_nothing_where_products_are_large_enough_for_threads():
    rng = np.random.default_rng(0)
    data = Dataset.from_labels(rng.normal(size=(400, 60)), rng.integers(4, size=400))
    here, there = ([NeuralNetwork(60, 90, 4, seed=seed) for seed in range(2)] for _ in range(2))
    settings = {"learning_rate": 0.1, "batch_size": 200, "epochs": 5}
    assert train(here, data, **settings) == train(there, data, **settings, n_jobs=2)
    assert all(np.array_equal(one.weights, other.weights) for one, other in zip(here, there, strict=True))


def test_a_failure_in_another_process_is_told_and_changes_nothing():
    group = [*built_ins(), NeuralNetwork(10, 8, 4, regularizer=L2(1e6), seed=9)]
    before = [network.state() for network in group]
    with pytest.raises(TrainingDivergedError, match=r"\(network 5, learning_rate=0.1, regularizer=L2\("):
        train(group, DATA, epochs=3, learning_rate=0.1, n_jobs=2)
    for network, state in zip(group, before, strict=True):
        after = network.state()
        assert np.array_equal(after.parameters, state.parameters)
        assert (after.order_stream, after.noise_streams) == (state.order_stream, state.noise_streams)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_jobs": 0}, "n_jobs must be a whole number >= 1, got 0"),
        ({"n_jobs": 2, "on_epoch": print}, "on_epoch is called in one process only"),
    ],
)
def test_a_number_of_processes_that_cannot_be_used_is_refused(settings, message):
    with pytest.raises(InvalidValueError, match=message):
        train(built_ins(), DATA, epochs=1, learning_rate=0.1, **settings)


@pytest.mark.parametrize("batch_size", [1, 7, 40])
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
    one = NeuralNetwork(10, 8, 4, regularizer=Dropout(rate=0.5), seed=1)
    two = NeuralNetwork(10, 8, 4, regularizer=L2(0.1) + Dropout(rate=0.5) + Jitter(0.1), seed=1)
    masks = [network.noise[0][0].regularizer.mask((4, 8), network.noise[0][0].rng) for network in (one, two)]
    assert np.array_equal(*masks)


def test_dropout_draws_a_new_mask_for_every_item_and_epoch():
    drawn = []

    class Spy(Regularizer):
        def mask(self, shape, rng):
            drawn.append(Dropout(rate=0.5).mask(shape, rng))
            return drawn[-1]

    NeuralNetwork(10, 8, 4, regularizer=Spy(), seed=1).train(DATA, epochs=3, learning_rate=0.1)
    masks = np.concatenate(drawn)
    assert masks.shape == (3 * 130, 8)
    assert len(np.unique(masks, axis=0)) > 170  # of 390 drawn from 256 possible ones
