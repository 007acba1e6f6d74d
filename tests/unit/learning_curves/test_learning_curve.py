"""`learning_curve`: each point is what a network trained by hand comes to, and what is said of it is so."""

import csv
import io
import json
import re

import numpy as np
import pytest
from attrs import evolve, frozen
from matplotlib.figure import Figure

from nnl2 import (
    L2,
    FixedTest,
    FreshData,
    GivenStarts,
    InvalidTypeError,
    InvalidValueError,
    NeuralNetwork,
    NoRegularization,
    Recipe,
    Regularizer,
    RepeatedFolds,
    Start,
    Table,
    TimeOrder,
    TrainingDivergedError,
    compare,
    format_learning_curve,
    learning_curve,
    make_data,
)
from nnl2.comparison.difference import Difference
from nnl2.comparison.parts import seed_of
from nnl2.learning_curves.nested import nested_order
from nnl2.learning_curves.sentences import would_more_help
from nnl2.statistics import MeanInterval, Overlapping, mean_interval, paired_difference

QUICK = Recipe(hidden=3, epochs=4)
TWICE = RepeatedFolds(3, repeats=1)
SIZES = [12, 40, 100]


@pytest.fixture(scope="module")
def iris():
    return Table.bundled("iris")


@pytest.fixture(scope="module")
def curve(iris):
    return learning_curve(iris, ["l2:0.1", "l1"], sizes=SIZES, splits=TWICE, recipe=QUICK)


def in_a_line(curve):
    return " ".join(str(curve).split())


def test_every_regularizer_has_every_size_and_none_comes_first(curve):
    assert curve.names == ("none", "l2:0.1", "l1")
    assert [(row.name, row.n_items) for row in curve.rows] == [(name, n) for name in curve.names for n in SIZES]
    assert [outcome.name for outcome in curve.outcomes] == [row.name for row in curve.rows]


@pytest.mark.parametrize(("name", "regularizer"), [("none", NoRegularization()), ("l2:0.1", L2(0.1))])
@pytest.mark.parametrize(("n_items", "epochs"), [(12, 28), (40, 9)])
def test_a_point_is_what_networks_trained_by_hand_come_to(iris, curve, name, regularizer, n_items, epochs):
    (row,) = [row for row in curve.rows_of(name) if row.n_items == n_items]
    assert row.epochs == epochs
    for number, split in enumerate(TWICE.split(iris, 0)):
        order = nested_order(iris, split.train, seed_of(0, number, 3))
        few = split.train[np.sort(order[:n_items])]
        preparation = iris.prepare(few)
        network = NeuralNetwork(4, 3, 3, regularizer=regularizer, seed=seed_of(0, number, 0, 0))
        items, test = (preparation.dataset(iris, rows) for rows in (few, split.test))
        network.train(items, epochs=epochs, learning_rate=0.2, batch_size=16)
        known = curve.outcomes[curve.rows.index(row)].networks[number]
        assert all(
            np.array_equal(one.weights, other.weights)
            for one, other in zip(network.layers, known.layers, strict=True)
        )
        assert row.held_out_scores[number] == pytest.approx(network.accuracy(test), abs=1e-12)
        assert row.training_scores[number] == pytest.approx(network.accuracy(items), abs=1e-12)


def test_with_all_items_it_is_what_compare_finds_to_the_last_bit(iris, curve):
    compared = compare(iris, ["l2:0.1", "l1"], splits=TWICE, recipe=QUICK)
    for name in curve.names:
        whole = curve.rows_of(name)[-1]
        assert whole.held_out_scores == compared.outcome(name).scores[curve.score]
        chosen = dict(compared.row(name).chosen)
        assert dict(whole.chosen) == chosen


def test_networks_of_a_split_begin_with_the_same_weights_at_every_size(iris):
    at_once = Recipe(hidden=3, epochs=1, learning_rate=1e-300)
    found = learning_curve(iris, "l2:0.1", sizes=SIZES, splits=TWICE, recipe=at_once)
    for number in range(3):
        first, *others = (outcome.networks[number].layers[0].weights for outcome in found.outcomes)
        assert all(np.array_equal(first, other) for other in others)


def test_strengths_are_chosen_at_every_size_inside_the_training_part(curve):
    for row in curve.rows_of("l1"):
        assert sum(count for _, count in row.chosen) == 3
        assert all(text.startswith("l1:") for text, _ in row.chosen)
    assert re.search(r"l1 chose most often l1:\S+ with \d+", in_a_line(curve))
    assert "strengths chosen by 3 inner folds" in in_a_line(curve)


def test_intervals_know_that_splits_overlap_at_every_size(curve):
    replicates = Overlapping(50 / 100)
    for row in curve.rows:
        expected = mean_interval(row.held_out_scores, replicates=replicates)
        assert row.held_out == expected


def test_gains_are_paired_and_all_of_them_hold_together(curve):
    assert curve.gain_confidence == pytest.approx(1 - 0.05 / 6)
    assert all(row.gain is None for row in curve.rows_of("none"))
    differ = 0
    for name in ("l2:0.1", "l1"):
        for row, without in zip(curve.rows_of(name), curve.rows_of("none"), strict=True):
            scores = row.held_out_scores, without.held_out_scores
            if scores[0] != scores[1] and row.gain.low is not None:
                expected = paired_difference(
                    *scores, replicates=Overlapping(0.5), confidence=curve.gain_confidence
                )
                assert (row.gain.mean, row.gain.low) == pytest.approx((expected.mean, expected.low))
                differ += 1
    assert differ


def test_the_last_step_is_between_the_two_largest_sizes(curve):
    assert curve.step_confidence == pytest.approx(1 - 0.05 / 3)
    for name, step in curve.last_steps.items():
        _, before, last = (np.array(row.held_out_scores) for row in curve.rows_of(name))
        assert step.mean == pytest.approx((last - before).mean())


def test_the_same_seed_finds_the_same_on_any_number_of_threads(iris, curve):
    for n_jobs in (1, 2):
        again = learning_curve(iris, ["l2:0.1", "l1"], sizes=SIZES, splits=TWICE, recipe=QUICK, n_jobs=n_jobs)
        assert again.to_dict() == curve.to_dict()
    other = learning_curve(iris, ["l2:0.1", "l1"], sizes=SIZES, splits=TWICE, recipe=QUICK, seed=1)
    assert other.to_dict() != curve.to_dict()


def test_a_size_comes_out_the_same_whatever_sizes_stand_beside_it(iris, curve):
    found = learning_curve(iris, "l2:0.1", sizes=[40, 60], splits=TWICE, recipe=QUICK)
    assert found.rows_of("l2:0.1")[0].held_out_scores == curve.rows_of("l2:0.1")[1].held_out_scores


def test_seeds_are_averaged_and_progress_is_told_to_its_end(iris):
    told, recipe = [], evolve(QUICK, seeds=2)
    found = learning_curve(
        iris, "none", sizes=[12, 40], splits=TWICE, recipe=recipe, on_progress=lambda *each: told.append(each)
    )
    assert told == [(1, 3), (2, 3), (3, 3)]
    once = learning_curve(iris, "none", sizes=[12, 40], splits=TWICE, recipe=QUICK)
    assert found.names == ("none",)
    assert found.rows[0].training_scores != once.rows[0].training_scores


def test_by_default_six_sizes_of_what_compare_compares(iris):
    found = learning_curve(iris, splits=TWICE, recipe=Recipe(hidden=2, epochs=1))
    assert found.names == ("none", "l2", "l1", "dropout")
    assert len(found.sizes) == 6
    assert found.sizes[-1] == 100


def test_values_and_fresh_data_serve_too():
    found = learning_curve(
        Table.bundled("diabetes"), "l2:0.1", sizes=[20, 290], splits=TWICE, recipe=QUICK, score="rmse"
    )
    assert 40 < found.rows[0].held_out.mean < 200
    assert "less is better" in in_a_line(found)
    fresh = learning_curve(
        lambda seed: make_data(60, seed), "l2:0.1", sizes=[20, 60], splits=FreshData(3), recipe=QUICK
    )
    assert fresh.splits.startswith("3 independent replicates")


def test_groups_come_in_whole_and_the_text_says_so():
    groups = np.repeat(np.arange(15), 8)
    rng = np.random.default_rng(0)
    table = Table.from_arrays(rng.normal(size=(120, 2)), np.tile([0, 1], 60), groups=groups)
    found = learning_curve(table, "l2", sizes=[40, 80], splits=TWICE, recipe=QUICK)
    assert "stratified by class, group by group" in in_a_line(found)


def test_class_weights_serve_at_every_size(iris):
    found = learning_curve(iris, "none", sizes=[12, 40], splits=TWICE, recipe=QUICK, class_weights="balanced")
    assert any("balanced class weights" in note for note in found.notes)


def test_what_diverges_is_told_and_the_others_stay(iris):
    found = learning_curve(iris, ["l2:1e30", "l2:0.1"], sizes=[12, 40], splits=TWICE, recipe=QUICK)
    failed = found.rows_of("l2:1e30")
    assert all(row.failure.startswith("failed in 3 of 3 splits: training diverged") for row in failed)
    assert all((row.held_out, row.training, row.gain) == (None, None, None) for row in failed)
    assert found.last_steps["l2:1e30"] is None
    told = in_a_line(found)
    assert "training failed with l2:1e30" in told
    assert "l2:1e30: training failed with 40 items." in told
    assert "l2:1e30 with 12 items failed in 3 of 3 splits" in told
    assert json.dumps(found.to_dict(), allow_nan=False)
    for plot in (found.plot, found.plot_training, found.plot_gains):
        plot(Figure().subplots())


def test_where_all_diverge_that_is_the_error(iris):
    with pytest.raises(TrainingDivergedError, match="no network of the learning curve can be trained: failed in"):
        learning_curve(
            iris,
            "l2:0.1",
            sizes=[12, 40],
            splits=TWICE,
            recipe=Recipe(activation=QUICK.activation, learning_rate=1e300),
        )


def test_a_score_that_test_parts_do_not_define_is_refused():
    table = Table.from_arrays(np.random.default_rng(0).normal(size=(30, 2)), [0.5] * 28 + [1.5, 2.5])
    with pytest.raises(
        InvalidValueError, match="r2 is not defined on some test part, because a class or all spread"
    ):
        learning_curve(table, "l2:0.1", sizes=[10, 20], splits=TWICE, recipe=QUICK)


def difference(mean, low, high):
    return Difference(mean, low, high, 3, 0, 0, (mean, mean, mean), mean)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (difference(0.05, 0.02, 0.08), "more would probably help networks without regularization"),
        (difference(0.01, -0.02, 0.04), "cannot tell whether more would help networks without regularization"),
        (difference(0.0, None, None), "cannot tell whether more would help networks without regularization"),
        (difference(0.001, -0.005, 0.007), "networks without regularization practically stayed the same"),
        (difference(0.006, 0.003, 0.009), "networks without regularization practically stayed the same"),
        (difference(-0.05, -0.08, -0.02), "networks without regularization got worse"),
        (None, "training failed without regularization"),
    ],
)
def test_whether_more_items_would_help_is_judged_by_the_interval_of_the_last_step(curve, step, words):
    said = would_more_help(evolve(curve, last_steps={"none": step}))
    assert said == f"Judged by the step from 40 to 100 items: {words}."


def test_verdicts_on_the_last_step_are_told_together(curve):
    steps = {
        "none": difference(0.05, 0.02, 0.08),
        "l2:0.1": difference(0.05, 0.02, 0.08),
        "l1": difference(0.0, -0.02, 0.03),
    }
    assert would_more_help(evolve(curve, last_steps=steps)).endswith(
        "more would probably help networks without regularization and with l2:0.1; "
        "cannot tell whether more would help networks with l1."
    )


def with_gains(curve, *gains):
    """Return a learning curve of none and l2:0.1 with these gains."""
    rows = [evolve(row, gain=gain) for row, gain in zip(curve.rows_of("l2:0.1"), gains, strict=True)]
    steps = {name: curve.last_steps[name] for name in ("none", "l2:0.1")}
    return evolve(curve, rows=(*curve.rows_of("none"), *rows), last_steps=steps)


def test_the_largest_gain_is_told_with_its_interval(curve):
    better, more, unknown = (
        difference(*each) for each in ((0.1, 0.05, 0.15), (0.2, 0.01, 0.39), (0.3, -0.1, 0.7))
    )
    told = in_a_line(with_gains(curve, better, more, unknown))
    assert "better than none with 12 and 40 items, most with 40: +20.0 [+1.0, +39.0] points." in told
    told = in_a_line(with_gains(curve, better, unknown, unknown))
    assert "better than none with 12 items: +10.0 [+5.0, +15.0] points." in told
    told = in_a_line(with_gains(curve, unknown, difference(-0.2, -0.3, -0.1), None))
    assert "worse than none with 40 items: -20.0 [-30.0, -10.0] points." in told
    told = in_a_line(with_gains(curve, unknown, difference(0.0, None, None), difference(0.1, -0.1, 0.3)))
    assert (
        "cannot tell it from none with any number of items; it looks best with 12: +30.0 [-10.0, +70.0] points."
        in told
    )


def with_means(curve, *means):
    """Return a learning curve of none alone, with these held-out means, and an interval of +- 0.05."""
    rows = [
        evolve(row, held_out=MeanInterval(mean, mean - 0.05, mean + 0.05))
        for row, mean in zip(curve.rows_of("none"), means, strict=True)
    ]
    return evolve(curve, rows=tuple(rows), last_steps={"none": curve.last_steps["none"]})


def test_from_which_size_on_means_lie_within_the_interval_of_the_last(curve):
    said = "items on its mean lies within that interval"
    assert f"from 40 {said}" in in_a_line(with_means(curve, 0.5, 0.86, 0.9))
    assert f"from 12 {said}" in in_a_line(with_means(curve, 0.94, 0.86, 0.9))
    assert said not in in_a_line(with_means(curve, 0.9, 0.8, 0.9))


def test_the_text_has_80_columns_and_says_how_it_was_trained(curve):
    assert max(map(len, str(curve).splitlines())) <= 80
    assert str(curve) == format_learning_curve(curve)
    told = in_a_line(curve)
    assert told.startswith("Judged by the step from 40 to 100 items: ")
    assert (
        "These are the epochs with 100 items; with fewer there are more, 28 with 12 items, so that networks make "
        "as many updates: with equal epochs, few items would also be learned for a shorter time." in told
    )
    assert (
        "Smaller training parts lie inside the larger ones, stratified by class; test parts are the same" in told
    )
    assert (
        "The 6 intervals of gains hold together at 95 %, each at 99.17 %; so do the 3 of last steps, each" in told
    )


def test_sizes_whose_last_batch_has_one_item_are_told(iris, curve):
    said = "items the last batch of an epoch has one item, whose update counts like one of 16"
    assert said not in in_a_line(curve)
    found = learning_curve(iris, "none", sizes=[17, 20, 97], splits=TWICE, recipe=QUICK)
    assert f"With 17 and 97 {said}" in in_a_line(found)
    online = evolve(found, recipe=Recipe(batch_size=1))
    assert "the last batch" not in in_a_line(online)


def test_also_the_splits_that_have_one_item_more_are_told():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(49, 2))
    table = Table.from_arrays(inputs, inputs[:, 0])
    found = learning_curve(
        table, "none", sizes=[20, 32], splits=RepeatedFolds(3, repeats=1), recipe=Recipe(epochs=1, hidden=2)
    )
    assert found.sizes == (20, 32)
    assert found.n_largest == 33
    assert "With 33 items the last batch of an epoch has one item" in in_a_line(found)


def test_a_strength_that_is_chosen_everywhere_is_named(iris):
    found = learning_curve(iris, "l2", sizes=[40, 100], splits=TWICE, recipe=QUICK)
    assert "l2 chose most often l2:" in in_a_line(found)


def test_what_never_varies_has_no_interval(iris):
    found = learning_curve(iris, "none", sizes=[40, 100], splits=TWICE, recipe=QUICK)
    rows = tuple(
        evolve(row, held_out=evolve(row.held_out, low=row.held_out.mean, high=row.held_out.mean))
        for row in found.rows
    )
    text = in_a_line(evolve(found, rows=rows))
    assert "% with 100 items in every split" in text
    assert "+- 0.0" not in text


def test_many_default_sizes_are_all_large_enough():
    inputs = np.arange(60.0)[:, np.newaxis]
    table = Table.from_arrays(inputs, ["y"] * 6 + ["x"] * 54)
    for batch_size in (2, 3, 5, 7):
        found = learning_curve(
            table,
            "l2",
            n_points=100,
            splits=RepeatedFolds(2, repeats=1),
            recipe=Recipe(epochs=1, hidden=2, batch_size=batch_size),
        )
        assert len(found.sizes) > 2


def test_who_counts_epochs_is_told(iris):
    @frozen
    class Patient(Regularizer):
        def should_stop(self, errors):
            return len(errors) > 5

    found = learning_curve(iris, Patient(), sizes=[40, 100], splits=TWICE, recipe=QUICK)
    assert "is counted in epochs, which are shorter with few items" in in_a_line(found)


def test_numbers_are_what_json_and_csv_hold(curve):
    told = json.loads(json.dumps(curve.to_dict(), allow_nan=False))
    assert told["sizes"] == SIZES
    assert told["rows"][0]["held_out"]["mean"] == curve.rows[0].held_out.mean
    assert told["rows"][3]["gain"]["mean"] == curve.rows[3].gain.mean
    assert told["last_steps"]["l1"]["mean"] == curve.last_steps["l1"].mean
    lines = list(csv.DictReader(io.StringIO(curve.to_csv())))
    assert [(line["regularizer"], int(line["n_items"])) for line in lines] == [
        (row.name, row.n_items) for row in curve.rows
    ]
    assert float(lines[4]["held_out_low"]) == curve.rows[4].held_out.low
    assert lines[0]["gain"] == ""
    assert float(lines[4]["gain"]) == curve.rows[4].gain.mean
    assert lines[3]["chosen_most"] == "l2:0.1"


def test_markdown_and_html_hold_the_same_table(curve):
    assert curve.to_markdown().startswith("**Judged by the step from 40 to 100 items: ")
    assert curve.to_markdown().count("\n| ") == 11  # with the heading and the line below it
    assert curve._repr_html_().count("<tr>") == 10
    assert repr(curve).startswith("LearningCurve(none, l2:0.1, l1, 12 to 100 items, on iris")


def test_the_pictures_show_scores_and_gains_over_the_sizes(curve):
    above, middle, below = Figure().subplots(3, 1)
    curve.plot(above)
    curve.plot_training(middle)
    curve.plot_gains(below)
    for axes, names in ((above, curve.names), (middle, curve.names), (below, curve.names[1:])):
        assert [text.get_text() for text in axes.get_legend().get_texts()] == list(names)
        assert axes.get_xscale() == "log"
        assert axes.get_xlabel().startswith("training items")
        assert [text.get_text() for text in axes.get_xticklabels()] == ["100", "40", "12"]
    lines = above.get_lines()
    assert lines[1].get_xdata().tolist() == SIZES
    assert lines[1].get_ydata().tolist() == pytest.approx(
        [100 * row.held_out.mean for row in curve.rows_of("l2:0.1")]
    )


def test_of_none_alone_no_gains_are_drawn(iris):
    axes = Figure().subplots()
    learning_curve(iris, "none", sizes=[12, 40], splits=TWICE, recipe=QUICK).plot_gains(axes)
    assert axes.get_legend() is None


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        (
            {"splits": FixedTest(range(20))},
            InvalidValueError,
            r"needs intervals over splits, as RepeatedFolds\(\) has them, and FixedTest has none",
        ),
        ({"recipe": "fast"}, InvalidTypeError, "recipe must be a Recipe, got 'fast'"),
        ({"seed": -1}, InvalidValueError, "seed must be a whole number"),
        ({"score": "r2"}, InvalidValueError, "score must be one of accuracy"),
        ({"class_weights": "fair"}, InvalidValueError, 'class_weights must be "balanced"'),
        ({"sizes": [10, 500]}, InvalidValueError, "sizes must be at most 100"),
        ({"sizes": None, "n_points": 1}, InvalidValueError, "n_points must be"),
        ({"regularizers": {"none": L2(0.1)}}, InvalidValueError, "must not be called 'none'"),
        ({"regularizers": ["l2", "l2"]}, InvalidValueError, "got 'l2' twice"),
    ],
)
def test_what_cannot_be_used_is_told_before_anything_is_trained(iris, settings, error, words):
    usual = {"regularizers": "l2", "sizes": SIZES, "splits": TWICE}
    with pytest.raises(error, match=words):
        learning_curve(iris, **usual | settings)


def test_blocks_of_time_have_no_interval():
    with pytest.raises(
        InvalidValueError, match=r"intervals over splits, as RepeatedFolds\(\) has them, and TimeOrder has none"
    ):
        learning_curve(Table.bundled("diabetes"), "l2", splits=TimeOrder(3))


def test_given_starts_have_no_smaller_part():
    def begin(seed):
        return Start(make_data(40, seed))

    with pytest.raises(InvalidValueError, match="where starts are given, visiting orders are those of all"):
        learning_curve(begin, "l2:0.1", splits=GivenStarts([1, 2], make_data(50, 99)))
