"""Regularizers as authors write them: mixup, an annealed strength, one that begins with the first weights."""

import copy
import pickle
import re

import attrs
import numpy as np
import pytest
from attrs import cmp_using, field, frozen

from nnl2 import L2, NeuralNetwork, PluginError, Regularizer, make_data, train
from nnl2.testing import parametrize_with_checks

DATA = make_data(60)
SETTINGS = {"learning_rate": 0.05, "batch_size": 8}


@frozen
class Mixup(Regularizer):
    """Items are blended in pairs, inputs and targets alike (Zhang and others, "mixup", 2018)."""

    alpha: float = 0.4

    def augment(self, inputs, targets, rng):
        share = rng.beta(self.alpha, self.alpha, size=(len(inputs), 1))
        other = rng.permutation(len(inputs))
        return tuple(share * table + (1 - share) * table[other] for table in (inputs, targets))


@frozen
class Annealed(Regularizer):
    """L2 that fades over the run: in full at its begin, gone at its end."""

    strength: float = 0.1

    def gradient(self, weights, step):
        return self._now(step) * weights

    def penalty(self, weights, step):
        return self._now(step) / 2 * np.square(weights).sum()

    def _now(self, step):
        return self.strength * (1 - step.epoch / step.epochs)


@frozen
class ToStart(Regularizer):
    """L2 towards the first weights."""

    strength: float = 0.1
    start: np.ndarray | None = field(default=None, repr=False, eq=cmp_using(eq=np.array_equal), hash=False)

    def begin(self, weights):
        return attrs.evolve(self, start=weights)

    def gradient(self, weights, step):
        return self.strength * (weights - self.start)

    def penalty(self, weights, step):
        return self.strength / 2 * np.square(weights - self.start).sum()


@parametrize_with_checks([Mixup(), Mixup(1.0), Annealed(), ToStart()])
def test_they_conform(regularizer, check):
    check(regularizer)


# Mixup


def test_a_network_learns_from_mixed_items_and_is_measured_on_the_items_themselves():
    network = NeuralNetwork(10, 8, 4, seed=0, regularizer=Mixup())
    history = network.train(DATA, epochs=40, **SETTINGS)
    assert history.errors[-1] == network.error(DATA) < history.errors[0] / 2


def test_the_network_sees_what_mixup_makes_of_the_items_in_visiting_order():
    seen = []

    @frozen
    class Spy(Mixup):
        def augment(self, inputs, targets, rng):
            seen.append((inputs, targets))
            return super().augment(inputs, targets, rng)

    NeuralNetwork(10, 8, 4, seed=0, regularizer=Spy()).train(DATA, epochs=2, orders="fixed", **SETTINGS)
    assert all(np.array_equal(inputs, DATA.inputs) and np.array_equal(t, DATA.targets) for inputs, t in seen)
    assert len(seen) == 2


def test_targets_that_cannot_be_learned_are_refused_by_name():
    @frozen
    class Doubled(Regularizer):
        def augment(self, inputs, targets, rng):
            return inputs, 2 * targets

    network = NeuralNetwork(10, 8, 4, seed=0, regularizer=L2(0.1) + Doubled())
    with pytest.raises(PluginError, match=r"Doubled\(\) answered augment with targets that cannot be learned in"):
        network.train(DATA, epochs=1, **SETTINGS)


# A strength that follows the run


def one_epoch_at_a_time(strengths):
    """Return a network trained for an epoch with each of these strengths of L2."""
    network = NeuralNetwork(10, 8, 4, seed=0)
    for strength in strengths:
        following = NeuralNetwork(10, 8, 4, seed=0, regularizer=L2(strength))
        following.state = network.state
        following.train(DATA, epochs=1, **SETTINGS)
        network = following
    return network


def test_a_strength_follows_the_share_of_the_run_that_is_done():
    network = NeuralNetwork(10, 8, 4, seed=0, regularizer=Annealed(0.1))
    network.train(DATA, epochs=5, **SETTINGS)
    expected = one_epoch_at_a_time([0.1 * (1 - epoch / 5) for epoch in (1, 2, 3, 4, 5)])
    assert np.array_equal(network.weights, expected.weights)


def test_in_a_second_run_epochs_are_counted_on_to_its_own_last_one():
    network = NeuralNetwork(10, 8, 4, seed=0, regularizer=Annealed(0.1))
    network.train(DATA, epochs=2, **SETTINGS)
    network.train(DATA, epochs=3, **SETTINGS)
    shares = [1 / 2, 2 / 2, 3 / 5, 4 / 5, 5 / 5]
    expected = one_epoch_at_a_time([0.1 * (1 - share) for share in shares])
    assert np.array_equal(network.weights, expected.weights)


# What begins with the first weights


def to_start(seed=0, regularizer=ToStart(0.5), bias_regularizer=ToStart(0.25)):
    return NeuralNetwork(10, 8, 4, seed=seed, regularizer=regularizer, bias_regularizer=bias_regularizer)


def test_every_place_is_served_by_one_that_began_with_its_own_first_weights():
    asked = []

    @frozen
    class Spy(ToStart):
        def begin(self, weights):
            asked.append((self.strength, weights))
            return super().begin(weights)

    network = to_start(regularizer=[L2(0.0) + Spy(1), Spy(2)], bias_regularizer=Spy(3))
    first = network.layers
    network.weights = network.weights + 2.0
    history = network.train(DATA, epochs=1, **SETTINGS)
    expected = [(1, first[0].weights), (3, [first[0].biases]), (2, first[1].weights), (3, [first[1].biases])]
    for (strength, weights), (needed, own) in zip(asked, expected, strict=True):
        assert strength == needed
        assert np.array_equal(weights, own), "the weights it was made with, not those it has now"
        assert not weights.flags.writeable
    distance = 1 / 2 * 80 + 2 / 2 * 32 + 3 / 2 * 12
    assert history.penalties[0] == pytest.approx(2.0**2 * distance, rel=1e-12)


def test_networks_of_one_regularizer_begin_with_weights_of_their_own():
    together, alone = [to_start(seed) for seed in range(4)], [to_start(seed) for seed in range(4)]
    histories = train(together, DATA, epochs=3, n_jobs=2, **SETTINGS)
    for network, other, history in zip(alone, together, histories, strict=True):
        assert network.train(DATA, epochs=3, **SETTINGS) == history
        assert np.array_equal(network.weights, other.weights)


def test_a_network_goes_on_bit_for_bit_towards_where_it_began():
    parted, whole = to_start(), to_start()
    parted.train(DATA, epochs=3, **SETTINGS)
    last = parted.train(DATA, epochs=4, **SETTINGS)
    history = whole.train(DATA, epochs=7, **SETTINGS)
    assert np.array_equal(parted.weights, whole.weights)
    assert np.array_equal(last.penalties, history.penalties[3:])


@pytest.mark.parametrize("taken", ["state", "copy", "pickle"])
def test_another_network_goes_on_from_its_state_alike(taken):
    network = to_start()
    network.train(DATA, epochs=3, **SETTINGS)
    if taken == "state":
        other = to_start(seed=5)
        other.state = network.state
    elif taken == "copy":
        other = copy.deepcopy(network)
    else:
        other = pickle.loads(pickle.dumps(network))  # noqa: S301 (our own bytes)
    assert other.regularizer == ToStart(0.5), "what a network was given knows no weights"
    histories = [each.train(DATA, epochs=4, **SETTINGS) for each in (network, other)]
    assert histories[0] == histories[1]
    assert np.array_equal(network.weights, other.weights)


def test_the_state_of_a_network_that_remembers_no_first_weights_is_refused():
    message = "but has 0 first parameters instead of 124"
    with pytest.raises(ValueError, match=message):
        to_start().state = NeuralNetwork(10, 8, 4, seed=0).state


def answering(answer):
    @frozen
    class Wrong(Regularizer):
        def begin(self, weights):
            return answer(weights)

        def decay(self, step):
            return 0.99

    return Wrong()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda _: None, "Wrong() answered begin with a NoneType instead of a Wrong in layer 1"),
        (lambda _: L2(), "Wrong() answered begin with an L2 instead of a Wrong in layer 1"),
        (lambda weights: weights, "Wrong() answered begin with an array of shape (10, 8) instead of a Wrong in"),
        (lambda _: 1 / 0, "Wrong() failed in begin in layer 1: ZeroDivisionError: division by zero"),
        (
            lambda weights: weights.sort(),
            "Wrong() failed in begin in layer 1: ValueError: sort array is read-only; it changes its argument",
        ),
    ],
)
def test_a_wrong_answer_of_begin_is_named_and_changes_nothing(answer, message):
    network = to_start(regularizer=L2(0.1) + answering(answer))
    before = network.weights.copy()
    with pytest.raises(PluginError, match=f"^{re.escape(message)}"):
        network.train(DATA, epochs=1, **SETTINGS)
    assert np.array_equal(network.weights, before)
    assert network.epochs == 0
