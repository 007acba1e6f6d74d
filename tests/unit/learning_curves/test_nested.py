"""Smaller training parts: nested, stratified, by whole groups; how many items are tried, for how many epochs."""

import numpy as np
import pytest

from nnl2 import InvalidTypeError, InvalidValueError, Recipe, RepeatedFolds, Table, make_data, train
from nnl2.comparison.fits import Procedure
from nnl2.comparison.strategies import as_strategy
from nnl2.learning_curves.nested import nested, nested_order
from nnl2.learning_curves.sizes import epochs_for, sizes_of

FOLDS = RepeatedFolds(5, repeats=2)
FIXED, CHOSEN = [as_strategy("none"), as_strategy("l2:0.1")], [as_strategy("none"), as_strategy("l2")]


def table_of(counts, groups=None):
    """Return a table with so many items of each class."""
    labels = np.repeat(np.arange(len(counts)), counts)
    inputs = np.random.default_rng(0).normal(size=(len(labels), 2))
    return Table.from_arrays(inputs, labels, groups=groups)


def sizes(table, given=None, n_points=6, strategies=FIXED, splits=FOLDS, recipe=Recipe()):
    procedure = Procedure(splits, recipe, None, 0, 1, train)
    return sizes_of(given, n_points, nested(splits.split(table, 0), 0), strategies, procedure)


def test_a_smaller_training_part_lies_inside_the_next_larger_one_and_the_test_part_stays():
    splits = FOLDS.split(table_of([50, 30, 20]), 0)
    found = nested(splits, 0)
    numbered = list(enumerate(splits))
    by_size = [[split for _, split in found.smaller(numbered, n)] for n in (5, 11, 40, 80)]
    for *smaller, whole in zip(*by_size, strict=True):
        assert [len(split.train) for split in smaller] == [5, 11, 40]
        for one, next_one in zip(smaller, [*smaller[1:], whole], strict=True):
            assert set(one.train) < set(next_one.train)
            assert np.array_equal(one.test, whole.test)
    assert by_size[-1] == list(splits)


def test_every_beginning_has_the_classes_in_the_shares_of_all():
    counts = np.array([50, 30, 20])
    table = table_of(counts)
    ordered = table.targets[nested_order(table, np.arange(100), 0)]
    for n in range(1, 101):
        there = np.bincount(ordered[:n], minlength=3)
        assert (np.abs(there - n * counts / 100) <= 1).all()


def test_another_split_or_seed_has_its_items_come_in_otherwise():
    table = table_of([20, 20])
    orders = [nested_order(table, np.arange(40), seed).tolist() for seed in (0, 0, 1)]
    assert orders[0] == orders[1] != orders[2]
    assert all(sorted(order) == list(range(40)) for order in orders)
    first, second = nested(FOLDS.split(table, 0), 0).orders[:2]
    assert first.tolist() != second.tolist()


def test_groups_come_in_whole_and_by_the_class_of_their_items():
    groups = np.repeat(np.arange(20), 5)
    table = table_of([50, 50], groups=groups)
    order = nested_order(table, np.arange(100), 0)
    assert all(len(set(groups[order[start : start + 5]])) == 1 for start in range(0, 100, 5))
    assert np.bincount(table.targets[order[:50]]).tolist() == [25, 25]


def test_values_come_in_at_random():
    table = Table.from_arrays(np.arange(30.0).reshape(-1, 1), np.arange(30) + 0.5)
    order = nested_order(table, np.arange(30), 0).tolist()
    assert sorted(order) == list(range(30)) != order


def test_where_folds_differ_by_an_item_the_full_size_is_that_of_the_smallest():
    found = nested(FOLDS.split(Table.bundled("diabetes"), 0), 0)
    assert (found.n_full, found.n_largest) == (353, 354)


def test_by_default_each_size_is_at_most_twice_the_one_before():
    table = table_of([400, 400])
    assert sizes(table) == (20, 40, 80, 160, 320, 640)
    assert sizes(table, n_points=3) == (160, 320, 640)
    assert sizes(table_of([30, 30])) == (10, 14, 19, 26, 35, 48)


def test_by_default_no_size_between_leaves_a_last_batch_of_one_item():
    table = table_of([400, 400])
    assert sizes(table, recipe=Recipe(batch_size=13)) == (20, 39, 80, 160, 320, 640)
    assert sizes(table, recipe=Recipe(batch_size=1)) == (20, 40, 80, 160, 320, 640)


def test_by_default_no_size_is_too_small_for_the_rarest_class():
    table = table_of([180, 12])
    assert sizes(table, n_points=5)[0] == 10
    smallest = sizes(table, n_points=5, strategies=CHOSEN)[0]
    found = nested(FOLDS.split(table, 0), 0)
    rare = [
        np.bincount(split.table.targets[split.train]).min()
        for _, split in found.smaller(list(enumerate(found.splits)), smallest)
    ]
    assert min(rare) == 3  # the inner folds


def test_given_sizes_are_sorted_and_told_once():
    assert sizes(table_of([50, 50]), given=[80, 20, 20, 40]) == (20, 40, 80)


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ([10, 81], InvalidValueError, "sizes must be at most 80, the training items of each split, got 81"),
        ([1, 20], InvalidValueError, "sizes must be a whole number >= 2, got 1"),
        ([0.5, 20], InvalidValueError, "sizes must be a whole number >= 2, got 0.5"),
        ([20], InvalidValueError, r"at least two different sizes, got \[20\]; the training parts have 80 items"),
        (20, InvalidTypeError, r"several numbers of training items, such as \[20, 50\], got 20"),
        ("20", InvalidTypeError, "several numbers of training items"),
    ],
)
def test_sizes_that_are_none_are_refused(given, error, words):
    with pytest.raises(error, match=words):
        sizes(table_of([50, 50]), given=given)


def test_a_size_too_small_for_a_class_is_refused_with_one_that_is_enough():
    table = table_of([90, 10])
    with pytest.raises(
        InvalidValueError, match=r"4 training items are too few: class 1 has 0 of 4 items.*; \d+ are enough"
    ) as told:
        sizes(table, given=[4, 80])
    enough = int(str(told.value).rpartition("; ")[2].split()[0])
    assert sizes(table, given=[enough, 80]) == (enough, 80)


def test_a_size_too_small_for_inner_folds_is_refused_only_where_they_choose():
    table = table_of([50, 50])
    assert sizes(table, given=[4, 80]) == (4, 80)
    with pytest.raises(InvalidValueError, match="4 training items are too few: class 0 has 2 of 4 items"):
        sizes(table, given=[4, 80], strategies=CHOSEN)
    values = Table.from_arrays(np.arange(60.0).reshape(-1, 1), np.arange(60) + 0.5)
    with pytest.raises(InvalidValueError, match="5 training items are too few: 3 folds need two items each"):
        sizes(values, given=[5, 40], strategies=CHOSEN)


def test_with_groups_a_size_is_tried_as_it_will_be_parted():
    labels = np.repeat([0, 1], [80, 16])
    table = Table.from_arrays(np.zeros((96, 2)) + labels[:, None], labels, groups=np.arange(96) // 4)
    found = sizes(table, strategies=CHOSEN, splits=RepeatedFolds(2, repeats=2))
    assert found[0] >= 10  # no warning of a class that has fewer items than there are folds
    with pytest.raises(InvalidValueError, match="6 training items are too few"):
        sizes(table, given=[6, 40], strategies=CHOSEN, splits=RepeatedFolds(2, repeats=2))


def test_what_watches_validation_items_needs_enough_to_part_some():
    pytest.importorskip("nnl2_early_stopping")
    watching = [as_strategy("none"), as_strategy("early-stopping")]
    with pytest.raises(InvalidValueError, match="8 training items are too few: class 0 has 4 of 8 items"):
        sizes(table_of([50, 50]), given=[8, 80], strategies=watching)


def test_a_table_in_which_no_smaller_part_serves_is_refused_in_its_own_words():
    table = table_of([40, 3])
    with pytest.raises(InvalidValueError, match="class 1 has 2 of 28 items, but each needs 3"):
        sizes(table, strategies=CHOSEN, splits=RepeatedFolds(3, repeats=1))


@pytest.mark.parametrize(
    ("n_items", "batch_size", "epochs"), [(100, 16, 50), (50, 16, 88), (10, 16, 350), (10, 1, 500), (99, 16, 50)]
)
def test_fewer_items_have_more_epochs_and_as_many_updates(n_items, batch_size, epochs):
    recipe = Recipe(epochs=50, batch_size=batch_size)
    assert epochs_for(recipe, n_items, 100) == epochs
    of_all, own = (-(-n // batch_size) * e for n, e in ((100, 50), (n_items, epochs)))
    assert abs(of_all - own) <= -(-n_items // batch_size) / 2


def test_a_generator_s_items_are_nested_too():
    from nnl2 import FreshData

    splits = FreshData(2).split(lambda seed: make_data(60, seed), 0)
    found = nested(splits, 0)
    (_, small), _ = found.smaller(list(enumerate(splits)), 20)
    assert set(small.train) < set(range(60))
    assert np.array_equal(small.test, splits[0].test)
