"""The article's published numbers come out."""

from pathlib import Path

import numpy as np
import pytest

from nnl2 import L1, L2, ArticleSquaredError, NeuralNetwork, NoRegularization, WeightDecay, make_data, train
from nnl2_demo.article_replay import PublishedRun
from nnl2_demo.studies.article import start_of

RUNS = {
    "none": NoRegularization(),
    "l2_0.005": L2(0.005),
    "weight_decay_0.00005": WeightDecay(0.00005),
    "l1_0.001": L1(0.001),
}
PRINTED = {
    "none": [".1877", ".1357", ".1120", ".0985", ".0913"],
    "l2_0.005": [".2374", ".2142", ".2006", ".1934", ".1914"],
    "weight_decay_0.00005": [".2374", ".2142", ".2006", ".1934", ".1914"],
    "l1_0.001": [".2387", ".2004", ".1690", ".1433", ".1333"],
    "published_l2_0.005": [".1479", ".1121", ".1157", ".1339", ".1479"],
}


def printed(errors):
    return [f"{error:.4f}".removeprefix("0") for error in errors]


@pytest.fixture(scope="module")
def trained():
    """The four rows that the library trains, with their histories."""
    weights, orders = start_of(0, 500)
    networks = [
        NeuralNetwork(10, 8, 4, initial=weights, output=ArticleSquaredError(), regularizer=regularizer, seed=0)
        for regularizer in RUNS.values()
    ]
    histories = train(networks, make_data(), epochs=500, learning_rate=0.01, orders=orders, record_every=100)
    return dict(zip(RUNS, zip(networks, histories, strict=True), strict=True))


@pytest.fixture(scope="module")
def replay():
    """The published run: its weights after some updates, and its errors every 100 epochs."""
    weights, orders = start_of(0, 500)
    data = make_data()
    inputs, targets = data.inputs.astype(np.float32), data.targets.astype(np.float32)
    run = PublishedRun(weights)
    snapshots, errors, n_updates = {}, [], 0
    for epoch, order in enumerate(orders, start=1):
        for item in order:
            run.update(inputs[item], targets[item])
            n_updates += 1
            if n_updates in (1, 10, 200, 20000, 100000):
                snapshots[n_updates] = run.weights
        if epoch % 100 == 0:
            errors.append(run.mean_squared_error(inputs, targets))
    return run, snapshots, errors


def test_the_data_are_the_articles_to_the_last_bit():
    stored = np.load(Path(__file__).with_name("article_data.npz"))
    for name, data in (("train", make_data()), ("test", make_data(40, seed=13))):
        assert np.array_equal(np.hstack([data.inputs, data.targets]), stored[name])


def test_the_start_is_the_articles_to_the_last_bit(reference):
    weights, orders = start_of(0, 2)
    assert weights.tolist() == reference["initial_weights"]
    assert orders.tolist() == reference["visiting_order_of_epochs_1_and_2"]


@pytest.mark.parametrize("run", RUNS)
def test_errors_are_the_references_and_print_the_same_digits(run, trained, reference):
    _, history = trained[run]
    errors = history.errors[1:]
    # The reference stores float32 weights; float64 was seen to be at most 1.2e-5 off.
    assert errors == pytest.approx(reference["runs"][run]["mse_at_100_200_300_400_500"], abs=2e-5)
    assert printed(errors) == PRINTED[run]


@pytest.mark.parametrize("run", RUNS)
def test_accuracies_are_the_references(run, trained, reference):
    network, _ = trained[run]
    expected = reference["runs"][run]
    assert network.accuracy(make_data()) == expected["train_accuracy"]
    assert network.accuracy(make_data(40, seed=13)) == expected["test_accuracy"]


@pytest.mark.parametrize("run", RUNS)
def test_the_largest_weight_is_the_references(run, trained, reference):
    network, _ = trained[run]
    largest = max(np.abs(layer.weights).max() for layer in network.layers)
    # float64 against the reference's float32 storage over 100,000 updates
    assert largest == pytest.approx(reference["runs"][run]["max_abs_weight"], rel=1e-4)


@pytest.mark.parametrize("n_updates", [1, 10, 200, 20000, 100000])
def test_the_published_run_is_replayed_bit_for_bit(n_updates, replay, reference):
    _, snapshots, _ = replay
    expected = reference["runs"]["published_l2_0.005"]["weights_after_update"][str(n_updates)]
    assert snapshots[n_updates].tolist() == expected


def test_the_published_run_prints_the_published_digits(replay, reference):
    run, _, errors = replay
    assert errors == reference["runs"]["published_l2_0.005"]["mse_at_100_200_300_400_500"]
    assert printed(errors) == PRINTED["published_l2_0.005"]
    network = NeuralNetwork(10, 8, 4, initial=run.weights, output=ArticleSquaredError(), seed=0)
    assert network.accuracy(make_data()) == 0.92
    assert network.accuracy(make_data(40, seed=13)) == 0.725


def test_every_intermediate_of_the_first_update_is_the_references(reference):
    weights, orders = start_of(0, 1)
    run = PublishedRun(weights)
    first = reference["runs"]["published_l2_0.005"]["first_update"]
    hidden, outputs = run.compute_outputs(make_data().inputs[orders[0, 0]].astype(np.float32))
    assert hidden.tolist() == first["hidden"]
    assert outputs.tolist() == first["output"]
