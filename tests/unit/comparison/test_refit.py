"""A strategy learns from a whole table as it did in every training part of a comparison."""

import numpy as np
import pytest

from nnl2 import (
    L2,
    Dropout,
    FixedTest,
    InvalidTypeError,
    InvalidValueError,
    Recipe,
    RepeatedFolds,
    Table,
    TimeOrder,
    TrainingDivergedError,
    compare,
    refit,
)
from nnl2.comparison import why_refitted

QUICK = Recipe(epochs=5, hidden=3)


@pytest.fixture(scope="module")
def iris():
    return Table.bundled("iris")


def test_with_the_training_rows_of_a_split_it_is_the_network_of_that_split(iris):
    for strategy in ("l2", "l2:0.01", "weight-decay:0.01"):
        test = np.arange(2, 150, 3)
        result = compare(iris, strategy, splits=FixedTest(test), recipe=QUICK, seed=3)
        (network,) = result.outcome(strategy).networks
        model = refit(
            iris, strategy, splits=FixedTest(test), rows=np.setdiff1d(range(150), test), recipe=QUICK, seed=3
        )
        assert (model.network.weights == network.weights).all()
        assert model.strategy == result.outcome(strategy).regularizers[0]
        assert model.n_items == 100


def test_it_learns_from_all_items_and_the_strength_is_chosen_on_them(iris):
    model = refit(iris, "l2", recipe=QUICK)
    assert model.n_items == 150
    assert model.strategy in {f"l2:{each.strength}" for each in L2.strengths()}
    assert model.preparation == iris.prepare(range(150))


def test_a_regularizer_a_class_and_one_for_each_layer_are_strategies_too(iris):
    assert refit(iris, L2(0.1) + Dropout(rate=0.1), recipe=QUICK).strategy == "l2:0.1+dropout:0.1"
    assert refit(iris, L2, recipe=QUICK).strategy.startswith("l2:")
    assert refit(iris, (L2(0.1), L2(0.2)), recipe=QUICK).strategy == "l2:0.1 / l2:0.2"


def test_the_same_seed_gives_the_same_model_on_any_number_of_threads(iris):
    models = [
        refit(iris, "l2", recipe=QUICK, seed=seed, n_jobs=n_jobs) for seed, n_jobs in ((1, 1), (1, 2), (2, 1))
    ]
    one, same, other = (model.network.weights for model in models)
    assert (one == same).all()
    assert (one != other).any()


def test_class_weights_and_time_order_reach_it(iris):
    plain = refit(iris, "l2:0.01", recipe=QUICK)
    weighted = refit(iris, "l2:0.01", recipe=QUICK, class_weights={"setosa": 5, "versicolor": 1, "virginica": 1})
    assert (plain.network.weights != weighted.network.weights).any()
    mixed = Table.from_arrays(np.arange(60.0)[:, None], np.tile([0, 1], 30))
    assert refit(mixed, "l2", splits=TimeOrder(), recipe=QUICK).n_items == 60


def test_what_watches_gets_validation_items_of_its_own(iris):
    pytest.importorskip("nnl2_early_stopping")
    assert refit(iris, "early-stopping:patience=1", recipe=QUICK).network.epochs <= 5


def test_why_it_was_refitted_is_said_in_a_sentence(iris):
    result = compare(iris, ["l2"], splits=RepeatedFolds(2, repeats=1), recipe=QUICK)
    model = refit(iris, result.best_guess, recipe=QUICK)
    said = why_refitted(result, model)
    name = result.best_guess
    assert said.startswith(f"{name}, the best guess (the best mean accuracy")
    assert "learned from all 150 items" in said
    if name == "l2":
        assert said.endswith(
            f"; beside none: {result.row('l2').verdict}), learned from all 150 items, "
            f"its strength chosen on them: {model.strategy}"
        )


def test_what_cannot_be_refitted_is_told(iris):
    with pytest.raises(InvalidTypeError, match="table must be a Table, such as"):
        refit((iris.targets, iris.targets), "l2")
    with pytest.raises(InvalidValueError, match=r"rows must be in \[0, 150\)"):
        refit(iris, "l2", rows=[200])
    with pytest.raises(TrainingDivergedError, match="l2:1000000 on all 150 items: training diverged"):
        refit(iris, "l2:1000000")
