"""Boundaries of a comparison are those of the networks it compared."""

import attrs
import numpy as np
import pytest
from attrs import frozen
from sklearn.datasets import make_moons

from nnl2 import FreshData, InvalidValueError, Recipe, Regularizer, RepeatedFolds, Table, compare, make_data
from nnl2.comparison.animation import boundary_animation, check_boundaries
from nnl2.display.animations import GRID
from nnl2.display.boundaries import shares_on_grid

QUICK = Recipe(epochs=4)


def new_moons(seed):
    return make_moons(40, noise=0.3, random_state=seed)


def a_table():
    inputs, labels = new_moons(0)
    return Table.from_arrays(inputs, labels)


@pytest.mark.parametrize(
    ("data", "splits", "settings"),
    [
        (new_moons, FreshData(3), {}),
        (a_table(), RepeatedFolds(3, repeats=1), {"class_weights": "balanced"}),
    ],
)
@pytest.mark.parametrize("replicate", [0, 2])
def test_the_last_frame_shows_the_networks_that_were_compared(data, splits, settings, replicate):
    comparison = compare(
        data, ["l2", "weight-decay:0.01", "l1:1e30"], splits=splits, recipe=QUICK, seed=3, **settings
    )
    animation = boundary_animation(comparison, data, splits, **settings, replicate=replicate)
    last = animation.frames[-1]
    chosen = comparison.outcome("l2").regularizers[replicate]
    assert list(last.seen) == ["none", chosen, "weight-decay:0.01"]  # l1 has diverged
    for name, (*_, now) in last.seen.items():
        network = comparison.outcome("l2" if name == chosen else name).networks[replicate]
        assert np.array_equal(now.shares, shares_on_grid(network.compute_outputs, animation.limits, GRID))
        assert now.training_error == network.error(animation.items)


def test_early_stopping_shows_the_weights_it_brought_back():
    @frozen
    class Patient(Regularizer):
        def should_stop(self, errors):
            return len(errors) > 5

    splits = RepeatedFolds(3, repeats=1)
    recipe = Recipe(epochs=60, learning_rate=3.0, hidden=(8,))
    comparison = compare(a_table(), [Patient()], splits=splits, recipe=recipe)
    (name,) = {outcome.name for outcome in comparison.outcomes} - {"none", "none, other seeds"}
    for replicate in range(3):
        animation = boundary_animation(comparison, a_table(), splits, replicate=replicate)
        compared = comparison.outcome(name).networks[replicate]
        now = animation.frames[-1].seen[name][-1]
        assert np.array_equal(now.shares, shares_on_grid(compared.compute_outputs, animation.limits, GRID))
        assert f"{name} {compared.error(animation.items):.3f} on training items" in str(animation)


def test_where_all_failed_there_is_nothing_to_animate():
    splits = RepeatedFolds(3, repeats=1)
    comparison = compare(a_table(), ["l2:0.1"], splits=splits, recipe=QUICK)
    failed = [
        attrs.evolve(each, histories=tuple(attrs.evolve(h, failure="diverged") for h in each.histories))
        for each in comparison.outcomes
    ]
    with pytest.raises(InvalidValueError, match="all networks failed in replicate 0"):
        boundary_animation(attrs.evolve(comparison, outcomes=tuple(failed)), a_table(), splits)


def test_the_axes_are_named_as_the_columns_are():
    splits = RepeatedFolds(3, repeats=1)
    comparison = compare(a_table(), ["l2:0.1"], splits=splits, recipe=QUICK)
    animation = boundary_animation(comparison, a_table(), splits)
    assert animation.input_names == ["x0 (standardised)", "x1 (standardised)"]
    assert animation.title == a_table().name
    assert animation.class_names == ["0", "1"]
    assert boundary_animation(comparison, a_table(), splits, title="mine").title == "mine"


def test_of_many_items_some_are_drawn(monkeypatch):
    monkeypatch.setattr("nnl2.comparison.animation.MOST_DRAWN", 9)
    splits = RepeatedFolds(3, repeats=1)
    comparison = compare(a_table(), ["l2:0.1"], splits=splits, recipe=QUICK)
    animation = boundary_animation(comparison, a_table(), splits)
    assert animation.items.n_items == 9
    compared = comparison.outcome("none").networks[0]
    now = animation.frames[-1].seen["none"][-1]
    assert now.training_error == compared.error(animation.items)  # it learned from all, as there


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (make_data(60), "a boundary is drawn for two inputs, and networks have 10 for"),
        (Table.bundled("diabetes"), "boundaries are those of classes, and the target of diabetes holds values"),
    ],
)
def test_what_has_no_boundaries_is_refused_before_anything_is_trained(data, message):
    with pytest.raises(InvalidValueError, match=message):
        check_boundaries(data, RepeatedFolds(3, repeats=1), 0)
