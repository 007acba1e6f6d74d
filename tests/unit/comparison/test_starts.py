"""Replicates that are seeds: items, first weights and visiting orders as a function of the seed gives them."""

from importlib import import_module

import numpy as np
import pytest
from attrs import frozen

from nnl2 import (
    L1,
    L2,
    Dataset,
    Dropout,
    GivenStarts,
    InvalidTypeError,
    InvalidValueError,
    NeuralNetwork,
    NoRegularization,
    Recipe,
    Regularizer,
    SigmoidCrossEntropy,
    Start,
    compare,
    paired_difference,
    train,
)
from nnl2.comparison.curves import curves_of
from nnl2.statistics import Independent

N_EPOCHS = 6
RECIPE = Recipe(
    hidden=3,
    output=SigmoidCrossEntropy(),
    learning_rate=0.3,
    batch_size=4,
    epochs=N_EPOCHS,
    record_every=2,
)


def items(n_items, seed):
    rng = np.random.default_rng(seed)
    inputs = 3 + rng.normal(size=(n_items, 2))
    return Dataset(inputs, (inputs[:, :1] + rng.normal(size=(n_items, 1)) > 3).astype(float))


TRAINING, TEST = items(20, 1), items(300, 2)
SEEDS = GivenStarts(range(3, 9), TEST)


def weights_and_orders(seed):
    rng = np.random.default_rng(seed)
    weights = rng.normal(size=13)
    return weights, np.array([rng.permutation(20) for _ in range(N_EPOCHS)])


def same_items(seed):
    return Start(TRAINING, *weights_and_orders(seed))


def own_items(seed):
    return Start(items(20, 100 + seed), *weights_and_orders(seed))


def trained(seed, regularizer, start=same_items):
    """Return a network as it comes out without compare."""
    begun = start(seed)
    network = NeuralNetwork(
        2, 3, 1, initial=begun.weights, output=SigmoidCrossEntropy(), regularizer=regularizer, seed=seed
    )
    network.train(begun.items, epochs=N_EPOCHS, learning_rate=0.3, batch_size=4, orders=begun.orders)
    return network


@pytest.mark.parametrize("start", [same_items, own_items])
def test_each_replicate_is_what_its_start_says_and_nothing_is_standardised(start):
    result = compare(start, {"noisy": Dropout(rate=0.3)}, splits=SEEDS, recipe=RECIPE)
    for name, regularizer in (("none", NoRegularization()), ("noisy", Dropout(rate=0.3))):
        outcome = result.outcome(name)
        expected = [trained(seed, regularizer, start) for seed in SEEDS.seeds]
        for ours, alone in zip(outcome.networks, expected, strict=True):
            assert ours.weights.tolist() == alone.weights.tolist()
        assert outcome.scores["accuracy"] == pytest.approx([each.accuracy(TEST) for each in expected])
        assert outcome.histories[0].epochs.tolist() == [0, 2, 4, 6]


def test_differences_are_paired_by_seed_and_intervals_are_those_of_independent_replicates():
    result = compare(same_items, ["l2:0.1"], splits=SEEDS, recipe=RECIPE)
    ours, theirs = (result.outcome(name).scores["accuracy"] for name in ("l2:0.1", "none"))
    expected = paired_difference(ours, theirs, replicates=Independent())
    found = result.row("l2:0.1").difference
    assert (found.mean, found.low, found.high) == pytest.approx((expected.mean, expected.low, expected.high))


def test_one_output_is_judged_as_the_second_class():
    outcome = compare(same_items, ["l2:0.1"], splits=SEEDS, recipe=RECIPE).outcome("none")
    network = trained(3, NoRegularization())
    assert outcome.scores["log-loss"][0] == pytest.approx(network.error(TEST))
    from sklearn.metrics import roc_auc_score

    assert outcome.scores["auc"][0] == pytest.approx(
        roc_auc_score(TEST.labels, network.compute_outputs(TEST.inputs)[:, 0])
    )


def test_other_seeds_are_those_of_the_next_replicate_and_the_same_networks_where_items_stay():
    n_trained = []

    def counting(networks, *arguments, **settings):
        n_trained.append(len(networks))
        return train(networks, *arguments, **settings)

    result = compare(same_items, ["l2:0.1"], splits=SEEDS, recipe=RECIPE, trained_by=counting)
    none, other = (result.outcome(name).scores["accuracy"] for name in ("none", "none, other seeds"))
    assert other == (*none[1:], none[0])
    compare(own_items, ["l2:0.1"], splits=SEEDS, recipe=RECIPE, trained_by=counting)
    assert n_trained == [12, 18]


def test_the_result_says_what_varies():
    same, own = (compare(start, ["l2:0.1"], splits=SEEDS, recipe=RECIPE) for start in (same_items, own_items))
    assert "trained on these very 20 items, strengths as given" in same.estimand
    assert "6 seeds, from 3 to 8: only the seed varies" in same.splits
    assert "20 items of their own" in own.estimand
    assert "each has new training items" in own.splits
    assert "SigmoidCrossEntropy(); first weights and visiting orders by the seed" in same.recipe_sentence
    assert same.data == "given starts: 20 training items, 300 test items, 2 inputs, 2 classes"
    assert max(map(len, str(same).splitlines())) <= 80


def test_a_tuple_is_one_regularizer_for_each_layer():
    layers = (L2(0.1), L1(0.01))
    result = compare(same_items, {"both": layers}, splits=SEEDS, recipe=RECIPE)
    assert result.outcome("both").networks[1].weights.tolist() == trained(4, layers).weights.tolist()
    assert result.outcome("both").regularizers[0] == "l2:0.1 / l1:0.01"


def test_many_visiting_orders_are_trained_in_several_calls_with_the_same_result(monkeypatch):
    whole = compare(own_items, ["l2:0.1"], splits=SEEDS, recipe=RECIPE)
    monkeypatch.setattr(import_module("nnl2.comparison.running"), "MOST_NUMBERS", 100)
    in_parts = compare(own_items, ["l2:0.1"], splits=SEEDS, recipe=RECIPE)
    assert in_parts.to_dict() == whole.to_dict()


@frozen
class StopsAtOnce(Regularizer):
    def should_stop(self, errors):
        return True


def test_the_error_on_test_items_is_measured_during_training():
    result = compare(own_items, ["l2:0.1"], splits=GivenStarts([1, 2], TEST), recipe=RECIPE)
    curves = curves_of(result.outcome("l2:0.1"))
    assert curves.training.shape == curves.held_out.shape == (2, len(curves.epochs))
    network = result.outcome("l2:0.1").networks[1]
    assert curves.held_out[1, -1] == network.error(TEST)


def test_what_watches_gets_the_validation_items():
    splits = GivenStarts([1, 2], TEST, validation=items(30, 5))
    result = compare(same_items, {"stops": StopsAtOnce()}, splits=splits, recipe=RECIPE)
    assert [history.epochs[-1] for history in result.outcome("stops").histories] == [1, 1]
    with pytest.raises(InvalidValueError, match="watches validation items, and there are none; give GivenStarts"):
        compare(same_items, {"stops": StopsAtOnce()}, splits=SEEDS, recipe=RECIPE)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"strategies": ["l2"]}, InvalidValueError, "strengths are not chosen, .* as in 'l2:0.01'"),
        ({"class_weights": "balanced"}, InvalidValueError, "class_weights are for tables"),
        ({"recipe": Recipe(seeds=2)}, InvalidValueError, "one network for each seed; Recipe.seeds must be 1"),

        ({"data": lambda _: TRAINING}, InvalidTypeError, "a function of the seed that returns a Start"),
        ({"data": TRAINING}, InvalidValueError, "GivenStarts splits a function of the seed"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused_in_one_line(change, error, message):
    settings = {"data": same_items, "strategies": ["l2:0.1"], "splits": SEEDS, "recipe": RECIPE} | change
    with pytest.raises(error, match=message) as caught:
        compare(**settings)
    assert "\n" not in str(caught.value)


def test_test_items_must_fit_the_training_items():
    splits = GivenStarts([1, 2], Dataset(np.ones((4, 3)), np.eye(4, 1)))
    with pytest.raises(InvalidValueError, match="test must have 2 inputs, as training items, got 3"):
        compare(same_items, ["l2:0.1"], splits=splits, recipe=RECIPE)


@pytest.mark.parametrize("seeds", [[], [1], [1, 1]])
def test_seeds_are_several_and_different(seeds):
    with pytest.raises(InvalidValueError, match="seeds must be at least two different seeds"):
        GivenStarts(seeds, TEST)


def test_an_output_that_is_none_is_refused():
    with pytest.raises(InvalidTypeError, match=r"Recipe\.output must be an Output, .* got 'sigmoid'"):
        Recipe(output="sigmoid")
