"""What the moons post's program does comes out, as an independent rerun of it recorded."""

import json
from pathlib import Path

import numpy as np
import pytest

from nnl2 import L2, Dataset, Start, Step
from nnl2_demo.studies import moons as demo
from nnl2_demo.study import train_example

REFERENCE = json.loads(Path(__file__).with_name("moons.json").read_text(encoding="utf-8"))
RUNS = {"none": "none", "l2_0.01": demo.L2_NAME}


@pytest.fixture(scope="module")
def trained():
    """Both runs after 3,000 epochs."""
    return train_example(demo.study())


def flat(parts):
    return np.concatenate([np.array(parts[name]).T.ravel() for name in ("W1", "b1", "W2", "b2")])


def test_data_weights_and_orders_are_drawn_from_one_stream():
    start = demo.start(6, 2)
    assert start.items.inputs[:5].tolist() == REFERENCE["inputs"]
    assert start.items.labels.tolist() == REFERENCE["labels"]
    assert start.weights.tolist() == flat(REFERENCE["runs"]["none"]["initial"]).tolist()
    assert start.orders[0].tolist() == REFERENCE["first_permutation"]


@pytest.mark.parametrize("run", RUNS)
def test_final_weights_and_accuracies_are_the_reruns(run, trained):
    result, expected = trained.course(RUNS[run]), REFERENCE["runs"][run]
    # 21,000 updates with products of another shape, whose sums round in another order
    assert result.network.weights == pytest.approx(flat(expected["final"]), rel=1e-9, abs=1e-9)
    assert round(result.accuracies["train"] * 200) == expected["train_correct"]
    assert result.accuracies["fresh"] == expected["fresh_accuracy"]
    fresh = trained.study.scored["fresh"]
    assert result.network.error(fresh) == pytest.approx(expected["fresh_cross_entropy"], rel=1e-9)


@pytest.mark.parametrize("run", RUNS)
def test_the_printed_costs_are_the_reruns(run, trained):
    costs = demo.printed_costs(trained, RUNS[run])
    # one of 10 in "none" was seen 6e-14 off, one in L2 2e-14
    assert costs == pytest.approx(REFERENCE["runs"][run]["costs"], rel=1e-12)


def test_lambda_is_divided_by_the_size_of_the_current_batch():
    weights, penalty = np.array([[2.0], [-1.0]]), demo.BatchL2(0.8)
    whole, last = (Step(epoch=1, epochs=1, learning_rate=1.0, batch_size=size, n_items=200) for size in (32, 8))
    assert penalty.gradient(weights, whole).tolist() == [[0.05], [-0.025]]
    assert penalty.gradient(weights, last).tolist() == [[0.2], [-0.1]]
    assert penalty.penalty(weights, last) == 0.25


def test_the_last_batch_of_an_epoch_is_smaller_and_decays_harder():
    study, start = demo.study(), demo.start(6, 1)
    network = study.network(start, demo.BatchL2(0.8), 6)
    network.train(start.items, epochs=1, learning_rate=1.0, batch_size=32, orders=start.orders)
    weights = start.weights
    for part, size in ((slice(192), 32), (slice(192, None), 8)):
        rows = start.orders[0, part]
        items = Dataset(start.items.inputs[rows], start.items.targets[rows])
        in_parts = study.network(Start(items, weights, "fixed"), L2(0.8 / size), 6)
        in_parts.train(items, epochs=1, learning_rate=1.0, batch_size=size, orders="fixed")
        weights = in_parts.weights
    assert network.weights.tolist() == weights.tolist()
