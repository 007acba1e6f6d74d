"""compare: same data and starts for all, strengths chosen inside, verdicts that are their intervals."""

import csv
import io
import json

import attrs
import numpy as np
import pytest
from attrs import frozen
from matplotlib.figure import Figure

from nnl2 import (
    L1,
    L2,
    Dataset,
    Dropout,
    FixedTest,
    FreshData,
    Independent,
    InvalidTypeError,
    InvalidValueError,
    Overlapping,
    PluginError,
    Recipe,
    Regularizer,
    RepeatedFolds,
    Table,
    TimeOrder,
    TrainingDivergedError,
    WeightDecay,
    compare,
    format_comparison,
    make_data,
    paired_difference,
    train,
)
from nnl2.comparison import Outcome, rows
from nnl2.comparison.headline import headline
from nnl2.statistics import Probabilities, exact_mcnemar, probabilities, sign_flip_difference, verdict

LITTLE = ", but probably by less than makes a difference in practice"


def test_rows_are_the_baseline_the_strategies_and_the_baseline_with_other_seeds(arrays, quick):
    result = compare(arrays, ["l2:0.01", Dropout(rate=0.1)], **quick)
    assert [row.name for row in result.rows] == ["none", "l2:0.01", "dropout:0.1", "none, other seeds"]
    assert [outcome.n_replicates for outcome in result.outcomes] == [6] * 4
    assert result.confidence == 0.975
    assert result.row("none").difference is None
    assert result.rows[-1].verdict == "luck of the seed"


def test_the_same_seed_gives_the_same_result_on_any_number_of_threads(arrays, quick):
    one, two = (compare(arrays, ["l2"], **quick, n_jobs=n_jobs).to_dict() for n_jobs in (1, 2))
    assert one == two
    other = compare(arrays, ["l2"], **quick, seed=1)
    assert other.outcome("none").scores != compare(arrays, ["l2"], **quick).outcome("none").scores


def test_differences_are_those_of_the_corrected_test_and_verdicts_those_of_their_intervals(arrays, quick):
    result = compare(arrays, ["l2:0.3", "l1:0.1"], **quick)
    for name in ("l2:0.3", "l1:0.1"):
        ours, theirs = (result.outcome(each).scores["accuracy"] for each in (name, "none"))
        expected = paired_difference(ours, theirs, replicates=Overlapping(0.5), confidence=0.975)
        row = result.row(name)
        found = row.difference
        assert (found.mean, found.low, found.high) == pytest.approx((expected.mean, expected.low, expected.high))
        assert (found.wins, found.losses, found.ties) == (expected.wins, expected.losses, expected.ties)
        assert row.verdict == verdict(found.low, found.high, rope=0.01)
        assert row.probabilities == pytest.approx(
            probabilities(ours, theirs, replicates=Overlapping(0.5), rope=0.01)
        )
        assert found.worst == pytest.approx(min(a - b for a, b in zip(ours, theirs, strict=True)))


def test_a_strategy_that_never_differs_is_not_called_equal(arrays, quick):
    result = compare(arrays, ["l2:0"], **quick)
    assert "Best guess, if you must choose: none: no strategy has a better mean." in str(result)
    assert result.row("l2:0").verdict == "no difference seen"
    assert result.row("l2:0").note == "no difference in any replicate, which does not show that there is none"
    assert result.verdict == "l2:0 is never different from none"
    assert result.row("l2:0").difference.low is None


@pytest.mark.parametrize(
    ("word", "chances", "said"),
    [
        (
            "better",
            (0.13, 0.87, 0.0),
            f"is better than none{LITTLE}",
        ),
        ("better", (0.6, 0.4, 0.0), "is better than none"),
        ("worse", (0.0, 0.7, 0.3), f"is worse than none{LITTLE}"),
        ("cannot tell", (0.2, 0.7, 0.1), "cannot tell whether l2 is better or worse than none"),
    ],
)
def test_the_verdict_says_where_a_real_difference_probably_is_too_small_to_matter(
    arrays, quick, word, chances, said
):
    row = compare(arrays, ["l2:0.1"], **quick).row("l2:0.1")
    row = attrs.evolve(row, verdict=word, probabilities=Probabilities(*chances))
    sentence = headline([("l2", row.verdict_and_size)], "none", "")
    assert sentence.removeprefix("l2 ") == said


def test_a_verdict_and_its_best_guess_do_not_contradict_each_other(arrays, quick, monkeypatch):
    likely_small = Probabilities(better=0.13, same=0.87, worse=0.0)
    monkeypatch.setattr(rows, "verdict", lambda *_, **__: "better")
    monkeypatch.setattr(rows, "probabilities", lambda *_, **__: likely_small)
    result = compare(arrays, ["l2:0.1"], **quick)
    assert result.verdict == f"l2:0.1 is better than none{LITTLE}"
    assert result.row("l2:0.1").verdict == "better"


def test_a_name_without_numbers_is_chosen_by_the_training_part_alone(arrays, quick):
    inputs, labels = arrays
    chosen = compare(arrays, ["l2"], **quick).outcome("l2").regularizers
    assert set(chosen) <= {f"l2:{each.strength}" for each in L2.strengths()}
    held_out = quick["splits"].split(Table.from_arrays(*arrays), 0)[0].test
    others = inputs.copy()
    others[held_out] = 100 * inputs[held_out] ** 2
    assert compare((others, labels), ["l2"], **quick).outcome("l2").regularizers[0] == chosen[0]


def test_choices_are_counted_and_those_at_an_end_reported(arrays, quick):
    row = compare(arrays, ["l2"], **quick).row("l2")
    assert sum(count for _, count in row.chosen) == 6
    ends = [text for text in ("l2:0.0003", "l2:0.1") if text in dict(row.chosen)]
    assert row.at_weak_end + row.at_strong_end == sum(dict(row.chosen)[text] for text in ends)


def test_a_choice_at_an_end_says_what_to_try_beyond(arrays, quick):
    result = compare(arrays, ["dropout", "l2+dropout:0.1", "l2:0.1"], **quick)
    assert (result.row("dropout").beyond_weak_end, result.row("dropout").beyond_strong_end) == (
        "dropout:0.03",
        "dropout:0.9",
    )
    assert result.row("l2+dropout:0.1").beyond_strong_end == "l2:0.3+dropout:0.1"
    assert result.row("l2:0.1").beyond_weak_end is None
    at_end = attrs.evolve(result.row("dropout"), at_weak_end=0, at_strong_end=2)
    text = str(attrs.evolve(result, rows=(result.rows[0], at_end, *result.rows[2:])))
    assert "2 at the ladder's strong end: the best may lie beyond, try dropout:0.9." in " ".join(text.split())
    assert "is shown by nnl2-demo path TABLE REGULARIZER, in Python strength_path." in " ".join(text.split())
    nothing_beyond = attrs.evolve(at_end, beyond_strong_end=None)
    text = str(attrs.evolve(result, rows=(result.rows[0], nothing_beyond, *result.rows[2:])))
    assert "2 at the ladder's strong end: the best may lie beyond." in " ".join(text.split())


def test_strengths_are_called_chosen_only_where_some_are(arrays, quick):
    given, chosen = (compare(arrays, [each], **quick) for each in ("l2:0.1", "l2"))
    assert given.estimand.endswith("strengths as given")
    assert "inner folds" not in given.recipe_sentence
    assert chosen.estimand.endswith("strengths chosen by this procedure")
    assert "strengths chosen by 3 inner folds" in chosen.recipe_sentence


def test_what_the_data_resolve_is_said_for_so_many_strategies(arrays, quick):
    several = " ".join(str(compare(arrays, ["l2:0.1", "l1:0.1"], **quick)).split())
    assert "What this data can resolve with 2 strategies: judging by" in several
    assert "so that all 2 hold together at 95 %: with fewer strategies they are narrower" in several
    alone = " ".join(str(compare(arrays, ["l2:0.1"], **quick)).split())
    assert "What this data can resolve: judging by" in alone
    assert "The interval holds at 95 %; positive is better." in alone


def test_the_headings_are_explained(arrays, quick):
    text = " ".join(str(compare(arrays, ["l2:0.1"], **quick)).split())
    for explained in (
        "half: half of the interval",
        "+/=/-: splits in which it is better, equal, worse",
        "75 %: so",
    ):
        assert explained in text


class LikeOthers(Regularizer):
    """Regularizes nothing; the test makes its scores."""


def test_the_same_difference_in_all_replicates_has_no_interval(arrays, quick, monkeypatch):
    """Two or three replicates may well differ by the same number of items: that is no certainty."""

    def always_the_same(outcome, _):
        return np.full(6, 0.9 if outcome.name == "ours" else 0.8)

    monkeypatch.setattr(Outcome, "values", always_the_same)
    row = compare(arrays, {"ours": LikeOthers()}, **quick).row("ours")
    assert (row.difference.low, row.difference.high, row.probabilities) == (None, None, None)
    assert row.difference.wins == 6
    assert row.verdict == "cannot tell"
    assert row.note == "the same difference in all replicates: what never varies has no interval"


def test_objects_classes_texts_and_mappings_name_the_same_strategies(arrays, quick):
    by_text = compare(arrays, ["l2", "l1:0.01"], **quick)
    by_class = compare(arrays, [L2, L1(0.01)], **quick)
    assert by_text.to_dict() == by_class.to_dict()
    named = compare(arrays, {"ours": "l2+dropout:0.1"}, **quick)
    assert named.row("ours").chosen[0][0].endswith("+dropout:0.1")


def test_weight_decay_shares_the_networks_of_l2(arrays, quick):
    ladder = {"decay": WeightDecay(0.2 * 0.01), "l2": L2(0.01)}
    result = compare(arrays, ladder, **quick)
    assert result.outcome("decay").scores == result.outcome("l2").scores
    assert result.outcome("decay").regularizers[0] == "weight-decay:0.002"


def test_the_mean_over_seeds_is_one_replicate(arrays, quick):
    result = compare(arrays, ["l2:0.1"], recipe=Recipe(hidden=3, epochs=8, seeds=3), splits=quick["splits"])
    assert result.outcome("none").n_replicates == 6
    assert len(result.outcome("none").scores["accuracy"]) == 6


def test_a_strategy_that_diverges_is_a_row_that_says_so(arrays, quick):
    result = compare(arrays, ["l2:1000", "l2:0.01"], **quick)
    row = result.row("l2:1000")
    assert row.verdict == "diverged"
    assert row.difference is None
    assert "failed in 6 of 6 replicates: training diverged" in row.note
    assert result.row("l2:0.01").difference is not None
    assert "l2:1000 diverged" in str(result)


def test_a_baseline_that_diverges_is_an_error(arrays, quick):
    with pytest.raises(TrainingDivergedError, match=r"the baseline 'l2:1000' failed in 6 of 6 replicates"):
        compare(arrays, ["none"], baseline="l2:1000", **quick)


@pytest.mark.parametrize("score", ["r2", "rmse"])
def test_values_are_compared_in_their_own_unit(values, quick, score):
    result = compare(values, ["l2:0.3"], score=score, **quick)
    assert result.score == score
    row = result.row("l2:0.3")
    better = np.mean(result.outcome("none").scores["rmse"]) > np.mean(result.outcome("l2:0.3").scores["rmse"])
    assert (row.difference.mean > 0) == better
    assert 0 < result.row("none").scores["rmse"] < 10
    assert "values" in result.data


@pytest.mark.parametrize("score", ["balanced-accuracy", "log-loss", "auc"])
def test_any_score_may_decide(arrays, quick, score):
    result = compare(arrays, ["l2:0.3"], score=score, **quick)
    assert score in result.row("l2:0.3").scores
    assert f"{score} decides" in " ".join(str(result).split())
    assert result.resolution > 0


def test_where_one_class_has_over_two_thirds_balanced_accuracy_decides(arrays, quick):
    inputs, _ = arrays
    result = compare((inputs, (inputs[:, 0] > 0.8).astype(int)), ["l2:0.1"], **quick)
    assert result.score == "balanced-accuracy"
    assert "the largest class has" in result.score_reason


def test_a_fixed_test_set_is_judged_by_mcnemar_or_by_flipped_signs(arrays, quick):
    rows = np.arange(0, 60, 2)
    one = compare(arrays, ["l2:1"], splits=FixedTest(rows), recipe=quick["recipe"])
    none, ours = (one.outcome(name).items[0] == 1 for name in ("none", "l2:1"))
    assert one.row("l2:1").difference.p_value == exact_mcnemar(ours, none).p_value
    assert one.row("l2:1").probabilities is None
    assert "trained on these very 30 items" in one.estimand
    several = compare(arrays, ["l2:1"], splits=FixedTest(rows), recipe=Recipe(hidden=3, epochs=8, seeds=3))
    none, ours = (several.outcome(name).items[0] for name in ("none", "l2:1"))
    found, expected = several.row("l2:1").difference, sign_flip_difference(ours, none)
    assert (found.low, found.high, found.p_value) == (expected.low, expected.high, expected.p_value)


@pytest.mark.parametrize(("score", "data"), [("auc", "arrays"), ("rmse", "values")])
def test_a_score_that_is_no_mean_over_items_is_not_judged_on_a_fixed_test_set(request, quick, score, data):
    given = request.getfixturevalue(data)
    result = compare(given, ["l2:0.3"], score=score, splits=FixedTest(range(0, 60, 2)), recipe=quick["recipe"])
    assert result.row("l2:0.3").verdict == "not judged"
    assert f"{score} is no mean over test items, and there is no test for it on one test set" in result.verdict
    assert "blocks of time" not in str(result)
    assert result.resolution is None


def test_a_few_test_items_have_no_interval_and_no_infinite_one(arrays):
    recipe = Recipe(hidden=3, epochs=8, seeds=3)
    result = compare(arrays, ["l2:0.3"], score="log-loss", splits=FixedTest([3, 30]), recipe=recipe)
    row = result.row("l2:0.3")
    assert (row.difference.low, row.difference.high) == (None, None)
    assert row.verdict == "cannot tell"
    assert row.note.startswith("too few test items for an interval")
    json.dumps(result.to_dict(), allow_nan=False)


def test_in_time_order_the_last_block_is_shown_without_a_verdict(arrays, quick):
    result = compare(arrays, ["l2"], splits=TimeOrder(3), recipe=quick["recipe"])
    assert result.row("l2").verdict == "not judged"
    assert "blocks of time depend on one another" in result.verdict
    assert result.row("l2").difference.p_value is None
    assert result.row("l2").scores["accuracy"] == result.outcome("l2").scores["accuracy"][-1]
    for split in TimeOrder(3).split(Table.from_arrays(*arrays), 0):
        assert split.train.max() < split.test.min()


def test_a_generator_makes_independent_replicates_judged_on_fresh_items(quick):
    result = compare(
        lambda seed: make_data(50, seed=seed), ["l2:0.1"], splits=FreshData(4), recipe=quick["recipe"]
    )
    ours, theirs = (result.outcome(each).scores["accuracy"] for each in ("l2:0.1", "none"))
    expected = paired_difference(ours, theirs, replicates=Independent())
    assert result.row("l2:0.1").difference.low == pytest.approx(expected.low)
    assert "4 independent replicates" in result.splits
    assert "20000 fresh test items in all" in result.splits
    assert "trained on 50 new items of this generator" in result.estimand


def test_a_generator_must_heed_its_seed(arrays, quick):
    """Else networks would be judged by the items they were trained on."""
    with pytest.raises(InvalidValueError, match="it makes the same items for two different seeds"):
        compare(lambda _: arrays, ["l2:0.1"], splits=FreshData(3), recipe=quick["recipe"])


class OffersNothingToIterate(Regularizer):
    @classmethod
    def strengths(cls):
        return 5


class OffersText(Regularizer):
    @classmethod
    def strengths(cls):
        return ("l2:0.1", "l2:0.2")


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (OffersNothingToIterate, "OffersNothingToIterate.strengths failed: TypeError"),
        (OffersText, "OffersText.strengths must return regularizers, got 'l2:0.1'"),
    ],
)
def test_a_broken_ladder_is_named(arrays, quick, kind, message):
    with pytest.raises(PluginError, match=message):
        compare(arrays, {"own": kind}, **quick)


def test_forward_splits_are_two_or_more():
    with pytest.raises(InvalidValueError, match=r"TimeOrder.blocks must be a whole number >= 2, got 1"):
        TimeOrder(1)


def test_groups_are_never_parted(arrays, quick):
    groups = np.repeat(np.arange(12), 5)
    table = Table.from_arrays(*arrays, groups=groups)
    for split in quick["splits"].split(table, 0):
        assert not set(groups[split.train]) & set(groups[split.test])
        for learned, held_out in quick["splits"].inside(table, split.train, 3, 0):
            assert not set(groups[learned]) & set(groups[held_out])
    assert "groups kept together" in compare(table, ["l2"], **quick).splits


def test_item_weights_and_class_weights_count(arrays, quick):
    inputs, labels = arrays
    plain = compare(arrays, ["l2:0.1"], **quick).outcome("none")
    weighted = Table.from_arrays(inputs, labels, item_weights=np.linspace(0.1, 2, 60))
    assert compare(weighted, ["l2:0.1"], **quick).outcome("none").scores != plain.scores
    yes = compare(arrays, ["l2:0.1"], class_weights={"yes": 50, "no": 1}, **quick).outcome("none")
    assert yes.scores["log-loss"] > plain.scores["log-loss"]
    balanced = compare(arrays, ["l2:0.1"], class_weights="balanced", **quick).outcome("none")
    assert balanced.scores["log-loss"] != plain.scores["log-loss"]


@frozen
class StopAtOnce(Regularizer):
    def should_stop(self, errors):
        return True


def test_what_watches_validation_items_gets_them_cut_from_its_training_part(table, quick):
    seen = []

    def noting(networks, data, *, validation, **settings):
        seen.extend(zip(networks, data, validation, strict=True))
        return train(networks, data, validation=validation, **settings)

    compare(table, {"stops": StopAtOnce()}, **quick, trained_by=noting)
    sizes = {(n.regularizer.answers("should_stop"), d.n_items, v.n_items) for n, d, v in seen}
    assert sizes == {(False, 40, 20), (True, 32, 8)}
    for network, learned, watched in seen:
        if network.regularizer.answers("should_stop"):
            assert not {tuple(row) for row in learned.inputs} & {tuple(row) for row in watched.inputs}


def test_collapsed_networks_are_told(arrays, quick):
    result = compare(arrays, ["l2:4"], **quick)
    assert "names one class for all test items in 6 of 6 replicates" in result.row("l2:4").note


def test_where_only_regularized_networks_collapse_they_are_called_too_strong(arrays, quick):
    said = "Where networks name one class for all test items, intervals are too short"
    one = compare(arrays, ["l2:4", "l2:0.01"], **quick)
    assert f"{said}; those of none do not, so l2:4 is too strong here." in one.notes
    two = compare(arrays, ["l2:4", "l2:5"], class_weights="balanced", **quick)
    assert f"{said}; those of none do not, so l2:4 and l2:5 are too strong here." in two.notes


def test_where_the_baseline_collapses_class_weights_may_help(arrays, quick):
    said = "Where networks name one class for all test items, intervals are too short"
    assert (
        f"{said}; if a class is rare, balanced class weights let them learn it."
        in compare(arrays, ["none", "l2:5"], baseline="l2:4", **quick).notes
    )
    weighted = compare(arrays, ["l2:5"], baseline="l2:4", class_weights="balanced", **quick)
    assert f"{said}." in weighted.notes


def test_a_baseline_that_learns_by_heart_is_not_sent_to_longer_training(arrays, quick):
    (early,) = (note for note in compare(arrays, ["l2:0.01"], **quick).notes if "still falling" in note)
    assert early.endswith("% of the way): longer training could change what comes out.")
    recipe = Recipe(hidden=8, epochs=100)
    (late,) = (
        note
        for note in compare(arrays, ["l2:0.01"], splits=quick["splits"], recipe=recipe).notes
        if "still falling" in note
    )
    assert "but on items held out its error is lowest near epoch" in late
    assert late.endswith("by that error longer training will not help it.")


def test_a_dataset_is_compared_by_its_labels(arrays, quick):
    data = Dataset.from_labels(*arrays)
    expected = compare(arrays, ["l2:0.1"], **quick).outcome("none").scores
    assert compare(data, ["l2:0.1"], **quick).outcome("none").scores == expected
    numbers = Dataset(data.inputs, data.inputs[:, :1])
    assert compare(numbers, ["l2:0.1"], **quick).score == "r2"


def test_everything_is_in_the_dictionary_and_the_lines(arrays, quick):
    result = compare(arrays, ["l2", "l2:1000"], **quick)
    told = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert told["verdict"] == result.verdict
    assert told["recipe"]["learning_rate"] == 0.2
    assert len(told["outcomes"]) == 4
    assert told["outcomes"][0]["curves"][0]["epochs"][-1] == 8
    lines = list(csv.DictReader(io.StringIO(result.to_csv())))
    assert len(lines) == 24
    assert lines[0]["strategy"] == "none"
    assert float(lines[0]["accuracy"]) == result.outcome("none").scores["accuracy"][0]
    assert "diverged" in lines[12]["failure"]


def test_the_text_has_80_columns_and_the_verdict_before_the_rows(arrays, quick):
    result = compare(arrays, {"a strategy with quite a long name of its own": "l2", "l1": "l1"}, **quick)
    text = format_comparison(result)
    assert text == str(result)
    assert max(map(len, text.splitlines())) <= 80
    order = [text.index(each) for each in ("Verdict:", "Best guess", "What this data can resolve", "better by")]
    assert order == sorted(order)
    assert "nan" not in text


@pytest.mark.parametrize("width", [60, 72, 100])
def test_the_text_is_as_wide_as_is_asked_for(arrays, quick, width):
    result = compare(arrays, {"a strategy with quite a long name of its own": "l2"}, **quick)
    lines = format_comparison(result, width).splitlines()
    assert width - 20 < max(map(len, lines)) <= width
    in_full = [line for line in lines if line.startswith("a strategy with quite a long name of its own  ")]
    assert len(in_full) == (3 if width == 100 else 0)


def test_the_other_scores_stand_beside(arrays, values, quick):
    text = str(compare(arrays, ["l2:1000"], score="auc", **quick))
    assert "strategy           accuracy  balanced-accuracy  log-loss   auc\n" in text
    assert "\nl2:1000                   -                  -         -     -\n" in text
    assert "strategy              r2   rmse\n" in str(compare(values, ["l2:0.1"], **quick))


def test_markdown_says_the_same(arrays, quick):
    result = compare(arrays, {"a | b": "l2:0.1"}, **quick)
    text = result.to_markdown()
    assert text.startswith("**Verdict: ")
    assert "| a \\| b | " in text
    assert f"- Splits: {result.splits}." in text


def test_what_is_known_without_inputs_stands_beside(arrays, values, quick):
    rng = np.random.default_rng(1)
    labels = np.where(np.arange(60) % 5 < 3, "yes", "no")
    result = compare((rng.normal(size=(60, 4)), labels), ["l2:0.3"], **quick)
    assert result.without_inputs == 0.6
    assert "Beware: no network here learns much." in str(result)
    assert "Beware" not in str(compare(arrays, ["l2:0.01"], **quick))
    assert -0.2 < compare(values, ["l2:0.01"], **quick).without_inputs <= 0


def test_the_rope_can_be_given(arrays, quick):
    result = compare(arrays, ["l2:0.3"], rope=0.9, **quick)
    assert result.row("l2:0.3").verdict.startswith("practically the same")
    assert result.rope == 0.9


def test_progress_is_told_and_changes_nothing(arrays, quick):
    told = []
    result = compare(arrays, ["l2"], on_progress=lambda *numbers: told.append(numbers), **quick)
    assert told == [(number, 6) for number in range(1, 7)]
    assert result.to_dict() == compare(arrays, ["l2"], **quick).to_dict()


def test_nothing_is_dropped_where_nothing_is_hidden(arrays, quick):
    result = compare(arrays, recipe=Recipe(hidden=(), epochs=2), splits=quick["splits"])
    assert [row.name for row in result.rows] == ["none", "l2", "l1", "none, other seeds"]


def test_over_test_items_no_quartiles_are_told(arrays, quick):
    text = str(compare(arrays, ["l2:0.1"], recipe=quick["recipe"], splits=FixedTest(range(40, 60))))
    assert "test items on which it is better, equal, worse" in " ".join(text.split())
    assert "median" not in text


def test_scores_are_drawn_as_points(arrays, quick):
    result = compare(arrays, ["l2:0.1"], **quick)
    display = result.plot_scores(Figure().subplots())
    assert list(display.points_) == ["none", "l2:0.1", "none, other seeds"]
    scores = result.outcome("l2:0.1").scores[result.score]
    assert display.points_["l2:0.1"].get_xdata().tolist() == [100 * score for score in scores]


def test_the_errors_in_training_are_drawn_as_bands(arrays, quick):
    result = compare(arrays, ["l2:0.1"], **quick)
    display = result.plot_curves("l2:0.1", Figure().subplots())
    errors = np.array([history.errors for history in result.outcome("l2:0.1").histories])
    drawn = display.lines_["training items"].get_ydata()
    assert drawn.tolist() == np.quantile(errors, 0.5, axis=0, method="inverted_cdf").tolist()
    assert list(display.bands_) == ["training items", "items held out"]


def test_it_is_shown_in_a_notebook_and_drawn(arrays, quick):
    result = compare(arrays, {"<b>": "l2:0.1"}, **quick)
    html = result._repr_html_()
    assert "&lt;b&gt;" in html
    assert "<b>,"[:3] not in html.replace("<b>" + result.verdict.replace("<", "&lt;").replace(">", "&gt;"), "")
    display = result.plot(Figure().subplots())
    assert [label.get_text() for label in display.ax_.get_yticklabels()] == ["<b>", "none, other seeds"]
    assert display.points_["<b>"].get_xdata() == [100 * result.row("<b>").difference.mean]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"data": 5}, InvalidTypeError, r"data must be \(inputs, targets\), a Dataset, a Table, or a function"),
        ({"strategies": []}, InvalidValueError, "strategies must hold one besides the baseline 'none'"),
        ({"strategies": ["l2", "l2"]}, InvalidValueError, "must have different names, got 'l2' twice"),
        ({"strategies": [5]}, InvalidTypeError, "a strategy must be a text such as 'l2'"),
        ({"strategies": ["l2+l1"]}, InvalidValueError, "leaves more than one strength open"),
        ({"strategies": {"none": "l2"}}, InvalidValueError, "must not be called 'none', as the baseline is"),
        ({"score": "f1"}, InvalidValueError, "score must be one of accuracy, balanced-accuracy, log-loss, auc"),
        ({"splits": 5}, InvalidTypeError, r"splits must be RepeatedFolds\(\), FixedTest\(rows\)"),
        ({"splits": FreshData(3)}, InvalidValueError, "FreshData splits a function of the seed"),
        ({"splits": FixedTest([0, 0])}, InvalidValueError, "the different rows of the test items"),
        ({"splits": FixedTest([0, 99])}, InvalidValueError, r"must be in \[0, 59\]"),
        ({"recipe": "fast"}, InvalidTypeError, "recipe must be a Recipe, got 'fast'"),
        ({"class_weights": {"yes": 2}}, InvalidValueError, 'class_weights must be "balanced" or a mapping'),
        ({"rope": -1}, InvalidValueError, "rope must be a finite number >= 0"),
        ({"seed": -1}, InvalidValueError, "seed must be a whole number"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_line(arrays, quick, change, error, message):
    settings = {"data": arrays, "strategies": ["l2:0.1"], **quick} | change
    with pytest.raises(error, match=message) as caught:
        compare(settings.pop("data"), settings.pop("strategies"), **settings)
    assert "\n" not in str(caught.value)


def test_a_class_with_too_few_items_is_named(arrays, quick):
    inputs, labels = arrays
    labels = labels.copy()
    labels[labels == "no"] = "yes"
    labels[:2] = "no"
    with pytest.raises(InvalidValueError, match="class 'no' has 2 of 60 items, but each needs 3; ask for"):
        compare((inputs, labels), ["l2"], **quick)


def test_folds_of_values_need_items(values):
    with pytest.raises(InvalidValueError, match="31 folds need two items each, got 60"):
        compare(values, ["l2:0.1"], splits=RepeatedFolds(31))


def test_a_guess_says_that_it_is_one_and_where_other_scores_say_otherwise(arrays, quick):
    result = compare(arrays, ["l2:0.01"], **quick)
    guess = result.best_guess
    other = "none" if guess == "l2:0.01" else "l2:0.01"
    as_guessed = {"accuracy": 0.9, "balanced-accuracy": 0.9, "log-loss": 0.50, "auc": 0.9}
    otherwise = {"accuracy": 0.8, "balanced-accuracy": 0.8, "log-loss": 0.40, "auc": 0.9}

    def text(scores_of_other):
        scores = {guess: as_guessed, other: scores_of_other}
        rows = [attrs.evolve(row, scores=scores.get(row.name, row.scores)) for row in result.rows]
        return " ".join(format_comparison(attrs.evolve(result, rows=tuple(rows))).split())

    assert f"Other scores say otherwise: {other} by log-loss." in text(otherwise)
    assert "Other scores" not in text(otherwise | {"log-loss": 0.499})
    cannot_tell = result.row("l2:0.01").verdict == "cannot tell"
    assert ("a guess, for the interval below leaves it open" in text(otherwise)) == (
        cannot_tell and guess == "l2:0.01"
    )
