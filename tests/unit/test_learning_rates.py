"""A learning rate that is a function of the epoch."""

import numpy as np
import pytest
from attrs import frozen

from nnl2 import (
    SGD,
    Adam,
    InvalidTypeError,
    InvalidValueError,
    Momentum,
    NeuralNetwork,
    Optimizer,
    TrainingDivergedError,
    train,
)


def network(**settings):
    return NeuralNetwork(3, 4, 2, seed=1, **settings)


def fading(epoch):
    return 0.2 / epoch


def in_steps(epoch):
    return 0.2 if epoch < 4 else 0.05


@pytest.mark.parametrize("optimizer", [SGD(), Momentum(), Adam()], ids=repr)
@pytest.mark.parametrize("schedule", [fading, in_steps])
def test_it_is_training_with_another_number_in_each_epoch(schedule, optimizer, small_data):
    at_once, one_by_one = network(optimizer=optimizer), network(optimizer=optimizer)
    at_once.train(small_data, epochs=7, learning_rate=schedule, batch_size=5)
    for epoch in range(1, 8):
        one_by_one.train(small_data, epochs=1, learning_rate=schedule(epoch), batch_size=5)
    assert np.array_equal(at_once.weights, one_by_one.weights)


def test_epochs_are_counted_over_the_whole_life_of_a_network(small_data):
    at_once, in_two = network(), network()
    at_once.train(small_data, epochs=7, learning_rate=fading)
    for epochs in (3, 4):
        in_two.train(small_data, epochs=epochs, learning_rate=fading)
    assert np.array_equal(at_once.weights, in_two.weights)


def test_a_function_that_never_changes_is_a_number(small_data):
    histories = train(
        [network(), network()], small_data, epochs=9, learning_rate=[0.1, lambda _: 0.1], validation=small_data
    )
    assert np.array_equal(histories[0].errors, histories[1].errors)


def test_networks_of_different_ages_follow_it_each_at_their_own(small_data):
    young, old = network(), network()
    old.train(small_data, epochs=3, learning_rate=fading)
    alone = network()
    alone.train(small_data, epochs=7, learning_rate=fading)
    train([young, old], small_data, epochs=4, learning_rate=fading, n_jobs=2)
    assert np.array_equal(old.weights, alone.weights)


def test_optimizers_see_the_rate_of_the_epoch(small_data):
    seen = []

    @frozen
    class Listening(Optimizer):
        def update(self, gradient, memory, step):
            seen.append((int(step.epoch), float(step.learning_rate)))  # known, so it is asked in every epoch
            return -step.learning_rate * gradient, memory

    network(optimizer=Listening()).train(small_data, epochs=6, learning_rate=in_steps)
    assert set(seen) >= {(epoch, in_steps(epoch)) for epoch in range(1, 7)}


@pytest.mark.parametrize(
    ("schedule", "error", "message"),
    [
        (lambda epoch: 3 - epoch, InvalidValueError, r"learning_rate\(3\) must be a finite number > 0, got 0"),
        (lambda _: "0.1", InvalidTypeError, r"learning_rate\(1\) must be a finite number > 0, got '0.1'"),
        (lambda _: None, InvalidTypeError, r"learning_rate\(1\) must be a finite number > 0, got None"),
        (lambda epoch: 1 / (2 - epoch), InvalidValueError, r"learning_rate\(2\) fails: ZeroDivisionError: "),
        (lambda: 0.1, InvalidValueError, r"learning_rate\(1\) fails: TypeError: .*"),
        (lambda epoch: 10.0**-epoch, InvalidValueError, r"learning_rate\(46\) 1e-46 is too small for a float32"),
    ],
)
def test_a_function_that_fails_is_one_line_and_nothing_is_trained(schedule, error, message, small_data):
    own = network(dtype=np.float32)
    with pytest.raises(error, match=message) as caught:
        own.train(small_data, epochs=50, learning_rate=schedule)
    assert "\n" not in str(caught.value)
    assert own.epochs == 0


def test_divergence_names_the_rate_of_its_epoch(small_data):
    with pytest.raises(TrainingDivergedError, match=r"at epoch 3 \(learning_rate=1e\+12, "):
        network().train(small_data, epochs=5, learning_rate=lambda epoch: 0.1 if epoch < 3 else 1e12)
