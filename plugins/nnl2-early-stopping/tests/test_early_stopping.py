"""EarlyStopping conforms, and does what it says."""

import numpy as np
import pytest

from nnl2 import InvalidValueError, NeuralNetwork, make_data
from nnl2.testing import parametrize_with_checks
from nnl2_early_stopping import EarlyStopping


@parametrize_with_checks([EarlyStopping(), EarlyStopping(1)])
def test_it_conforms(regularizer, check):
    check(regularizer)


@pytest.mark.parametrize(
    ("errors", "stops"),
    [
        ([0.5], False),
        ([0.5, 0.6], False),
        ([0.5, 0.6, 0.7], True),
        ([0.5, 0.6, 0.5, 0.5], True),
        ([0.5, 0.6, 0.4, 0.5], False),
        ([float("nan"), 0.5, 0.6], False),
        ([float("nan")] * 3, True),
    ],
)
def test_it_stops_when_patience_is_over(errors, stops):
    assert EarlyStopping(2).should_stop(np.array(errors)) is stops


def test_the_network_keeps_the_weights_of_its_best_epoch():
    validation = make_data(40, seed=12)
    network = NeuralNetwork(10, 8, 4, seed=0, regularizer=EarlyStopping(5))
    history = network.train(make_data(), epochs=500, learning_rate=0.1, validation=validation)
    best = int(np.argmin(history.validation_errors))
    assert history.epochs[-1] == best + 5 == network.epochs
    assert history.kept_epoch == best
    assert network.error(validation) == history.validation_errors[best]


def test_without_validation_items_it_says_what_it_needs():
    network = NeuralNetwork(10, 8, 4, seed=0, regularizer=EarlyStopping())
    with pytest.raises(InvalidValueError, match=r"watches the validation error; pass validation=Dataset"):
        network.train(make_data(), epochs=1, learning_rate=0.1)


@pytest.mark.parametrize("patience", [0, 2.5, -1])
def test_a_patience_that_cannot_be_is_refused(patience):
    with pytest.raises(InvalidValueError, match=r"EarlyStopping.patience must be a whole number >= 1, got"):
        EarlyStopping(patience)
