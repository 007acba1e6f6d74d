"""`strength_path`: what it finds is what `compare` finds, and what it says of it."""

import csv
import io
import json

import numpy as np
import pytest
from attrs import evolve, frozen
from matplotlib.figure import Figure

from nnl2 import (
    FixedTest,
    FreshData,
    GivenStarts,
    InvalidTypeError,
    InvalidValueError,
    Recipe,
    Regularizer,
    RepeatedFolds,
    Start,
    Table,
    TrainingDivergedError,
    compare,
    format_path,
    make_data,
    strength_path,
)
from nnl2.comparison.scores import ACCURACY, LOG_LOSS
from nnl2.paths.rows import PathRow, best_of, simplest_of
from nnl2.statistics import MeanInterval, standard_error

QUICK = Recipe(hidden=3, epochs=4)
TWICE = RepeatedFolds(3, repeats=1)
VALUES = [0.01, 0.1, 1]


@pytest.fixture(scope="module")
def iris():
    return Table.bundled("iris")


@pytest.fixture(scope="module")
def path(iris):
    return strength_path(iris, "l2", values=VALUES, splits=TWICE, recipe=QUICK)


def test_rows_go_from_none_to_the_strongest(path):
    assert [row.value for row in path.rows] == [None, *VALUES]
    assert [row.regularizer for row in path.rows] == ["none", "l2:0.01", "l2:0.1", "l2:1.0"]
    assert path.without is path.rows[0]
    assert path.best in path.rows[1:]
    assert path.simplest in path.rows[1:]


def test_held_out_scores_are_those_of_a_comparison_to_the_last_bit(iris, path):
    compared = compare(iris, ["l2:0.01", "l2:0.1", "l2:1.0"], splits=TWICE, recipe=QUICK)
    for row in path.rows:
        assert row.held_out_scores == compared.outcome(row.regularizer).scores[path.score]


def test_a_training_score_is_that_of_the_items_a_network_learned_from(iris):
    recipe = Recipe(hidden=3, epochs=4, seeds=2)
    found = strength_path(iris, "l2", values=[0.01, 0.1], splits=TWICE, recipe=recipe)
    once = evolve(recipe, seeds=1)
    split = TWICE.split(iris, 0)[0]
    preparation = iris.prepare(split.train)
    network = strength_path(iris, "l2", values=[0.01, 0.1], splits=TWICE, recipe=once).outcomes[1].networks[0]
    expected = network.accuracy(preparation.dataset(iris, split.train))
    single = strength_path(iris, "l2", values=[0.01, 0.1], splits=TWICE, recipe=once).rows[1]
    assert single.training_scores[0] == pytest.approx(expected, abs=1e-12)
    assert found.rows[1].training_scores != single.training_scores  # two seeds, averaged


def test_values_are_predicted_in_their_unit_on_training_items_too():
    table = Table.bundled("diabetes")
    found = strength_path(table, "l2", values=[0.01, 3], splits=TWICE, recipe=QUICK, score="rmse")
    assert 30 < found.rows[1].training.mean < 90  # the target's spread is 77
    assert found.best is found.rows[1]


def test_the_strongest_weights_are_the_smallest(path):
    norms = [row.weights.norm for row in path.rows]
    assert norms == sorted(norms, reverse=True)


def test_zeros_are_counted_where_weights_become_zero(iris):
    found = strength_path(iris, "proximal-l1", values=[0.001, 1], splits=TWICE, recipe=QUICK)
    weak, strong = found.rows[1:]
    assert (strong.weights.zeros, strong.weights.dead) == (1, 1)
    assert weak.weights.zeros < 0.2


def test_starts_that_have_items_of_their_own_are_judged_on_these():
    def begin(seed):
        return Start(make_data(40, seed))

    splits = GivenStarts([1, 2, 3], make_data(100, 99))
    found = strength_path(begin, "l2", values=[0.01, 0.1], splits=splits, recipe=Recipe(hidden=4, epochs=30))
    for row, outcome in zip(found.rows, found.outcomes, strict=True):
        items = [make_data(40, seed) for seed in (1, 2, 3)]
        expected = [network.accuracy(own) for network, own in zip(outcome.networks, items, strict=True)]
        assert row.training_scores == pytest.approx(expected, abs=1e-12)


def test_fresh_data_make_independent_replicates():
    found = strength_path(
        lambda seed: make_data(40, seed), "l2", values=[0.01, 0.1], splits=FreshData(3), recipe=QUICK
    )
    assert found.splits.startswith("3 independent replicates")


def test_the_same_seed_finds_the_same_on_any_number_of_threads(iris, path):
    for n_jobs in (1, 2):
        again = strength_path(iris, "l2", values=VALUES, splits=TWICE, recipe=QUICK, n_jobs=n_jobs)
        assert again.to_dict() == path.to_dict()
    other = strength_path(iris, "l2", values=VALUES, splits=TWICE, recipe=QUICK, seed=1)
    assert other.to_dict() != path.to_dict()


def test_progress_is_told_to_its_end(iris):
    told = []
    strength_path(
        iris, "l2", values=VALUES, splits=TWICE, recipe=QUICK, on_progress=lambda *each: told.append(each)
    )
    assert told == [(1, 3), (2, 3), (3, 3)]


def row(value, mean):
    """Return a row with a held-out mean, or a failed one."""
    found = None if mean is None else MeanInterval(mean, mean, mean)
    return PathRow(value, f"l2:{value}", found, found, None, (mean,), (mean,), "" if mean else "failed in 1 of 1")


def test_the_best_has_the_best_mean_and_of_equal_ones_is_the_weaker():
    rows = [row(1, 0.5), row(2, 0.7), row(3, 0.7), row(4, None)]
    assert best_of(rows, ACCURACY) is rows[1]
    assert best_of(rows, LOG_LOSS) is rows[0]


@pytest.mark.parametrize(("error", "strongest"), [(0.0, 2), (0.05, 2), (0.1001, 3), (0.5, 4)])
def test_the_simplest_is_the_strongest_within_one_standard_error(error, strongest):
    rows = [row(1, 0.5), row(2, 0.7), row(3, 0.6), row(4, 0.3), row(5, None)]
    assert simplest_of(rows, rows[1], error, ACCURACY).value == strongest


def test_for_errors_less_is_better():
    rows = [row(1, 0.5), row(2, 0.4), row(3, 0.45), row(4, 0.9)]
    assert simplest_of(rows, best_of(rows, LOG_LOSS), 0.1, LOG_LOSS) is rows[2]


def test_the_standard_error_knows_that_splits_overlap(iris, path):
    replicates = TWICE.replicates(TWICE.split(iris, 0))
    assert path.standard_error == standard_error(path.best.held_out_scores, replicates=replicates)
    scores = np.array(path.best.held_out_scores)
    assert path.standard_error == pytest.approx(scores.std(ddof=1) * np.sqrt(1 / 3 + 1 / 2))


def test_what_diverges_is_told_in_its_row_and_never_chosen(iris):
    found = strength_path(iris, "l2", values=[0.01, 1e30], splits=TWICE, recipe=QUICK)
    failed = found.rows[-1]
    assert failed.failure.startswith("failed in 3 of 3 splits: training diverged")
    assert (failed.held_out, failed.training, failed.weights) == (None, None, None)
    assert found.best is found.rows[1]
    assert "l2:1e+30 failed in 3 of 3 splits" in " ".join(str(found).split())
    assert json.dumps(found.to_dict(), allow_nan=False)
    drawn = found.plot(Figure().subplots()).lines_["held-out items"].get_ydata()
    assert np.isnan(drawn).tolist() == [False, True]


def test_where_all_diverge_that_is_the_error(iris):
    with pytest.raises(TrainingDivergedError, match="no strength of the path can be trained: failed in 3 of 3"):
        strength_path(iris, "l2", values=[1e29, 1e30], splits=TWICE, recipe=QUICK)


def test_the_text_says_the_best_first_in_80_columns(path):
    lines = str(path).splitlines()
    assert lines[0].startswith("Best of 3: l2:")
    assert max(map(len, lines)) <= 80
    marked = [line for line in lines if line.endswith(("best", "simplest"))]
    assert 1 <= len(marked) <= 2
    assert str(path) == format_path(path)


def test_the_text_says_where_a_better_one_may_lie(path):
    first, last = path.rows[1], path.rows[-1]
    nothing = evolve(path.without, held_out=MeanInterval(0.0, 0.0, 0.0))
    rows = (nothing, *path.rows[1:])
    assert "the path's weak end" in " ".join(str(evolve(path, rows=rows, best=first)).split())
    assert "the path's strong end" in " ".join(str(evolve(path, rows=rows, best=last)).split())
    assert "end, so a better one" not in " ".join(str(evolve(path, rows=rows, best=path.rows[2])).split())


def test_the_text_says_where_no_regularization_is_as_good(path):
    said = "No regularization at all lies within one standard error too"
    as_good = evolve(path, rows=(evolve(path.without, held_out=path.best.held_out), *path.rows[1:]))
    worse = evolve(path, rows=(evolve(path.without, held_out=MeanInterval(0, 0, 0)), *path.rows[1:]))
    better = evolve(path, rows=(evolve(path.without, held_out=MeanInterval(1, 1, 1)), *path.rows[1:]))
    assert said in " ".join(str(as_good).split())
    assert "No regularization at all does better:" in " ".join(str(better).split())
    assert said not in " ".join(str(worse).split())


def test_numbers_are_what_json_and_csv_hold(path):
    told = json.loads(json.dumps(path.to_dict(), allow_nan=False))
    assert told["best"] == path.best.regularizer
    assert told["rows"][1]["held_out"]["mean"] == path.rows[1].held_out.mean
    assert told["rows"][1]["weights"]["norm"] == path.rows[1].weights.norm
    lines = list(csv.DictReader(io.StringIO(path.to_csv())))
    assert [line["strength"] for line in lines] == ["", "0.01", "0.1", "1.0"]
    assert float(lines[2]["held_out_low"]) == path.rows[2].held_out.low
    assert float(lines[2]["zeros"]) == path.rows[2].weights.zeros


def test_markdown_and_html_hold_the_same_table(path):
    assert path.to_markdown().startswith("**Best of 3: l2:")
    assert path.to_markdown().count("\n| ") == 6  # with the line below the heading
    assert path._repr_html_().count("<tr>") == 5
    assert repr(path).startswith("StrengthPath(l2, 3 strengths, best l2:")


def test_the_picture_shows_scores_sizes_and_shares(path):
    above, middle, below = Figure().subplots(3, 1)
    display = path.plot(above)
    path.plot_weights(middle)
    path.plot_shares(below)
    drawn = display.lines_["held-out items"]
    assert drawn.get_xdata().tolist() == VALUES
    assert drawn.get_ydata().tolist() == pytest.approx([100 * each.held_out.mean for each in path.rows[1:]])
    assert above.get_xscale() == middle.get_xscale() == "log"
    assert middle.get_ylim()[0] >= 0
    assert "stronger to the right" in below.get_xlabel()


def test_stronger_is_to_the_right_also_where_less_is_stronger(iris):
    @frozen
    class Limit(Regularizer):
        """Weights no larger than a limit."""

        limit: float = 1.0

        def constrain(self, weights, step):
            return np.clip(weights, -self.limit, self.limit)

        @classmethod
        def strengths(cls):
            return tuple(map(cls, (2.0, 1.0, 0.5)))

    axes = Figure().subplots()
    strength_path(iris, Limit, n_points=3, splits=TWICE, recipe=QUICK).plot(axes)
    left, right = axes.get_xlim()
    assert left > right


def test_strengths_at_both_ends_stand_inside_the_picture(iris):
    axes = Figure().subplots()
    strength_path(iris, "l2", values=(0.01, 1), splits=TWICE, recipe=QUICK).plot(axes)
    left, right = axes.get_xlim()
    assert left < 0.01
    assert right > 1


def test_the_axis_of_weights_has_several_numbers_wherever_it_ends(iris):
    axes = Figure().subplots()
    found = strength_path(iris, "l2", values=(0.01, 0.02), splits=TWICE, recipe=QUICK)
    found.plot_weights(axes)
    low, high = axes.get_ylim()
    ticks = [(text.get_position()[1], text.get_text()) for text in axes.get_yticklabels(which="both")]
    sizes = [size for row in found.rows for size in (row.weights.norm, row.weights.largest)]
    assert max(sizes) < 10 * min(sizes)
    assert len([label for at, label in ticks if label and low <= at <= high]) >= 2


def test_without_hidden_units_no_share_of_dead_ones_is_shown(iris):
    found = strength_path(iris, "l2", values=[0.01, 0.1], splits=TWICE, recipe=Recipe(hidden=(), epochs=2))
    axes = Figure().subplots()
    found.plot_shares(axes)
    assert len(axes.get_lines()) == 1
    assert str(found).count(" -") >= 3


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"splits": FixedTest(range(20))}, InvalidValueError, "FixedTest has one test set"),
        ({"recipe": "fast"}, InvalidTypeError, "recipe must be a Recipe, got 'fast'"),
        ({"seed": -1}, InvalidValueError, "seed must be a whole number"),
        ({"score": "r2"}, InvalidValueError, "score must be one of accuracy"),
        ({"class_weights": "fair"}, InvalidValueError, 'class_weights must be "balanced"'),
    ],
)
def test_what_cannot_be_used_is_told_before_anything_is_trained(iris, settings, error, words):
    with pytest.raises(error, match=words):
        strength_path(iris, "l2", **{"values": VALUES, "splits": TWICE} | settings)


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ((0.02, 0.03, 0.15), ["0.02", "0.05", "0.1"]),
        ((0.01, 1), ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1"]),
        ((0.0001, 10), ["0.0001", "0.001", "0.01", "0.1", "1", "10"]),
    ],
)
def test_strengths_below_a_picture_are_numbers_with_room_between(iris, values, labels):
    axes = Figure().subplots()
    strength_path(iris, "l2", values=values, splits=TWICE, recipe=QUICK).plot(axes)
    low, high = axes.get_xlim()
    ticks = [(text.get_position()[0], text.get_text()) for text in axes.get_xticklabels(which="both")]
    assert [label for at, label in ticks if label and low <= at <= high] == labels
