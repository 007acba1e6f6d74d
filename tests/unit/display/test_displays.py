"""Displays keep to scikit-learn's convention, and what they draw are the data they were given."""

import io

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

import nnl2.display
from nnl2 import L2, Dataset, InvalidTypeError, NeuralNetwork, NeuralNetworkClassifier, make_data
from nnl2.display import (
    BoundaryDisplay,
    DifferencesDisplay,
    Display,
    IntervalCurveDisplay,
    LossCurveDisplay,
    ScoresDisplay,
    WeightsDisplay,
)
from nnl2.display.interval_curves import end_at_hundred


def axes():
    return Figure().subplots()


def rows_of(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def one_of_each():
    items = Dataset([[0.0, 0.0], [1.0, 1.0]], [[0.0], [1.0]])
    return [
        BoundaryDisplay(((0, 1), (0, 1)), np.random.default_rng(0).random((5, 5, 2)), items),
        DifferencesDisplay({"l2": (0.1, -0.1, 0.3)}, rope=0.05, baseline="none", score="accuracy"),
        IntervalCurveDisplay([0.1, 1.0], {"held out": [0.7, 0.6]}, value_name="strength", mean_name="accuracy"),
        LossCurveDisplay({"l2": ([0, 1], [0.7, 0.5])}),
        ScoresDisplay({"l2": [0.7, 0.8]}, score="accuracy"),
        WeightsDisplay({"l2": np.array([-1.0, 0.0, 2.0])}),
    ]


every_display = pytest.mark.parametrize("display", one_of_each(), ids=repr)


def test_what_is_public_is_there_and_other_names_are_not():
    assert all(hasattr(nnl2.display, name) for name in nnl2.display.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'plots'"):
        nnl2.display.plots  # noqa: B018 (looking it up is the test)


def test_every_display_is_among_them():
    assert {type(each) for each in one_of_each()} == set(Display.__subclasses__())


@every_display
def test_a_display_draws_where_it_is_told_and_returns_itself(display):
    ax = axes()
    assert display.plot(ax) is display
    assert display.ax_ is ax
    assert display.figure_ is ax.figure
    assert ax.lines or ax.collections
    artists = {name for name in vars(display) if name.endswith("_")}
    assert artists == {name for kind in type(display).__mro__ for name in vars(kind).get("__annotations__", {})}


@every_display
def test_without_axes_a_display_makes_a_figure_and_shows_nothing(display, monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: pytest.fail("shown"))
    try:
        display.plot()
        assert display.figure_ is plt.gcf()
    finally:
        plt.close("all")


@every_display
def test_drawn_again_a_display_holds_what_it_drew_last(display):
    display.plot(axes())
    last = axes()
    display.plot(last)
    artists = [value for name, value in vars(display).items() if name.endswith("s_")]
    drawn = [each for some in artists for each in (some.values() if isinstance(some, dict) else [some])]
    flat = [each for some in drawn for each in (some if isinstance(some, list | tuple) else [some])]
    assert all(each.axes is last for each in flat if hasattr(each, "axes"))


def test_curves_are_told_apart_by_their_dashes_and_then_by_markers():
    curve = range(20), np.linspace(1, 0, 20)
    lines = LossCurveDisplay({str(number): curve for number in range(30)}).plot(axes()).lines_
    dashes = [str(line._dash_pattern) for line in lines.values()]  # noqa: SLF001
    assert len(set(dashes[:7])) == 7
    assert len(set(zip(dashes, [line.get_marker() for line in lines.values()], strict=True))) == 30
    assert lines["3"].get_label() == "3"


def test_a_band_of_curves_is_their_median_and_their_quartiles():
    errors = np.array([[4.0, 1.0], [5.0, 2.0], [6.0, 3.0], [7.0, np.inf], [8.0, np.nan]])
    display = LossCurveDisplay({"items": ([0, 10], errors)}).plot(axes())
    assert display.lines_["items"].get_xydata().tolist() == [[0, 6], [10, 2]]
    corners = display.bands_["items"].get_paths()[0].vertices
    assert (corners[:, 1].min(), corners[:, 1].max()) == (1, 7)
    assert corners[corners[:, 0] == 10][:, 1].max() == 3


def test_a_single_network_has_a_curve_and_no_band():
    display = LossCurveDisplay({"items": ([0, 10], [0.5, 0.25])}).plot(axes())
    assert display.lines_["items"].get_xydata().tolist() == [[0, 0.5], [10, 0.25]]
    assert display.bands_ == {}


def test_of_infinite_errors_and_of_no_networks_nothing_is_drawn():
    curves = {"some": ([0, 10], [[1.0, np.inf], [1.0, np.inf]]), "none": ([0, 10], np.empty((0, 2)))}
    lines = LossCurveDisplay(curves).plot(axes()).lines_
    assert np.isnan(lines["some"].get_ydata()).tolist() == [False, True]
    assert np.isnan(lines["none"].get_ydata()).all()


def test_histories_of_several_networks_stand_beside_one_another():
    data, held_out = make_data(20), make_data(10, 13)
    networks = {"none": NeuralNetwork(10, 4, seed=0), "l2:0.1": NeuralNetwork(10, 4, seed=0, regularizer=L2(0.1))}
    histories = {
        name: network.train(data, validation=held_out, epochs=3, learning_rate=0.1)
        for name, network in networks.items()
    }
    lines = LossCurveDisplay.from_histories(histories, ax=axes()).lines_
    assert list(lines) == [f"{name}, {kind} items" for name in networks for kind in ("training", "validation")]
    assert lines["none, training items"].get_ydata().tolist() == histories["none"].errors.tolist()
    drawn = lines["l2:0.1, validation items"].get_ydata()
    assert drawn.tolist() == histories["l2:0.1"].validation_errors.tolist()


@pytest.fixture(scope="module")
def estimator():
    X, y = np.random.default_rng(0).normal(size=(40, 3)), np.arange(40) % 2  # noqa: N806
    return NeuralNetworkClassifier(max_epochs=5, random_state=0).fit(X, y, validation_data=(X[:10], y[:10]))


def test_an_estimator_shows_its_losses(estimator):
    lines = LossCurveDisplay.from_estimator(estimator, ax=axes()).lines_
    assert lines["training items"].get_ydata()[1:].tolist() == estimator.loss_curve_
    assert lines["validation items"].get_ydata()[1:].tolist() == estimator.validation_curve_


def test_an_estimator_shows_the_weights_of_each_layer(estimator):
    display = WeightsDisplay.from_estimator(estimator, ax=axes())
    assert rows_of(display.ax_) == ["layer 1", "layer 2"]
    drawn = display.strokes_["layer 2"].get_offsets()[:, 0]
    assert drawn.tolist() == estimator.coefs_[1].ravel().tolist()


@pytest.mark.parametrize("display", [LossCurveDisplay, WeightsDisplay])
@pytest.mark.parametrize("other", [NeuralNetworkClassifier(), 5])
def test_what_is_no_fitted_estimator_is_refused_in_one_line(display, other):
    with pytest.raises(InvalidTypeError, match=r"estimator must be .*fitted.* got .*pipeline\[-1\]") as caught:
        display.from_estimator(other)
    assert "\n" not in str(caught.value)


def test_every_weight_has_its_stroke_and_the_middle_half_its_box():
    networks = {name: NeuralNetwork(4, 3, 2, seed=seed) for seed, name in enumerate(("one", "two"))}
    display = WeightsDisplay.from_networks(networks, ax=axes())
    weights = np.concatenate([layer.weights.ravel() for layer in networks["one"].layers])
    assert display.strokes_["one"].get_offsets()[:, 0].tolist() == weights.tolist()
    low, median, high = np.quantile(weights, [0.25, 0.5, 0.75])
    (box,) = display.boxes_["one"]
    assert (box.get_x(), box.get_x() + box.get_width()) == pytest.approx((low, high))
    assert display.medians_["one"].get_xdata()[0] == median
    assert rows_of(display.ax_) == ["one", "two"]


def test_differences_have_their_intervals_where_these_are_known():
    differences = {"l2": (1.0, -1.0, 3.0), "l1": (0.5, None, None)}
    display = DifferencesDisplay(differences, rope=0.5, baseline="none", score="accuracy (points)").plot(axes())
    assert display.points_["l1"].get_xydata().tolist() == [[0.5, 1]]
    assert {name: line.get_xydata().tolist() for name, line in display.intervals_.items()} == {
        "l2": [[-1, 2], [3, 2]]
    }
    ends = display.rope_.get_extents().transformed(display.ax_.transData.inverted())
    assert (ends.x0, ends.x1) == pytest.approx((-0.5, 0.5))
    assert rows_of(display.ax_) == ["l2", "l1"]
    assert display.ax_.get_xlabel().startswith("how much better than none: accuracy (points);\n")


def test_scores_are_points_and_their_mean_a_stroke():
    display = ScoresDisplay({"none": [0.5, 0.7], "l2": [0.8, 0.8]}, score="accuracy").plot(axes())
    assert display.points_["none"].get_xdata().tolist() == [0.5, 0.7]
    assert display.means_["none"].get_xdata().tolist() == pytest.approx([0.6, 0.6])
    assert len(set(display.points_["l2"].get_ydata())) == 2  # equal ones stand apart
    assert "one point for each of 2 replicates" in display.ax_.get_xlabel()


def test_means_along_a_number_have_bands_levels_and_marks():
    curves = {"held out": [[0.6, 0.5, 0.7], [np.nan] * 3, [0.5, 0.4, 0.6]], "training": [0.9, 0.8, 0.7]}
    display = IntervalCurveDisplay(
        [0.1, 1.0, 10.0],
        curves,
        value_name="strength",
        mean_name="accuracy",
        levels={"without": 0.55},
        marks={"best": 0.1, "simplest": 10.0},
    ).plot(axes())
    drawn = display.lines_["held out"].get_ydata()
    assert drawn[::2].tolist() == [0.6, 0.5]
    assert np.isnan(drawn[1])  # a gap
    assert list(display.bands_) == ["held out"]
    assert display.level_lines_["without"].get_ydata() == [0.55, 0.55]
    assert display.mark_lines_["simplest"].get_xdata() == [10, 10]
    assert display.mark_lines_["best"].get_label() == "best: 0.1"
    assert display.ax_.get_xscale() == "log"


def test_bands_that_overlap_are_told_apart_by_their_edges():
    curves = {name: [[1, 0, 2], [2, 1, 3]] for name in ("one", "two")}
    display = IntervalCurveDisplay([1, 2], curves, value_name="items", mean_name="score").plot(axes())
    one, two = display.bands_.values()
    assert one.get_linestyle() != two.get_linestyle()
    assert one.get_edgecolor()[0, 3] > one.get_facecolor()[0, 3]


def test_a_curve_that_is_left_out_leaves_the_others_their_looks():
    given = {"value_name": "items", "mean_name": "score"}
    both, one = (
        IntervalCurveDisplay([1, 2], {"none": none, "l2": [3, 4]}, **given).plot(axes())
        for none in ([1, 2], [np.nan] * 2)
    )
    assert list(one.lines_) == ["l2"]
    assert one.lines_["l2"].get_color() == both.lines_["l2"].get_color() != both.lines_["none"].get_color()


def test_without_curves_there_is_no_legend():
    display = IntervalCurveDisplay([1, 2], {}, value_name="items", mean_name="score").plot(axes())
    assert display.ax_.get_legend() is None


def test_numbers_that_fall_stand_from_left_to_right():
    given = {"value_name": "limit", "mean_name": "accuracy"}
    ax = IntervalCurveDisplay([2.0, 1.0, 0.0], {"held out": [1, 2, 3]}, **given).plot(axes()).ax_
    left, right = ax.get_xlim()
    assert left >= 2
    assert right <= 0
    assert ax.get_xscale() == "linear"


def test_an_axis_of_per_cent_ends_where_scores_do():
    ax = (
        IntervalCurveDisplay(
            [1, 2], {"held out": [(99, 95, 103), (1, -3, 5)]}, value_name="items", mean_name="accuracy"
        )
        .plot(axes())
        .ax_
    )
    assert ax.get_ylim()[1] > 103
    end_at_hundred(ax)
    assert ax.get_ylim() == (-1, 101)
    ax.set_ylim(80, 90)
    end_at_hundred(ax)
    assert ax.get_ylim() == (80, 90)


NAMES = ["_mine", "$\\frac$", "$x$"]


@pytest.mark.parametrize(
    "display",
    [
        IntervalCurveDisplay([1, 2], {name: [1, 2] for name in NAMES}, value_name="$\\x", mean_name="$\\y$ $"),
        DifferencesDisplay(dict.fromkeys(NAMES, (0.1, 0.0, 0.2)), rope=0.1, baseline="$\\b$", score="$\\s$"),
        ScoresDisplay({name: [0.1, 0.2] for name in NAMES}, score="$\\s$"),
        WeightsDisplay({name: [0.1, 0.2] for name in NAMES}),
    ],
    ids=lambda display: type(display).__name__,
)
def test_names_are_words_whatever_signs_they_hold(display):
    ax = axes()
    display.plot(ax)
    ax.figure.savefig(io.BytesIO())
    legend = ax.get_legend()
    shown = ax.get_yticklabels() if legend is None else legend.get_texts()
    assert [each.get_text() for each in shown] == NAMES


def test_one_value_and_many_marks_can_be_drawn():
    marks = {"best": 1, "simplest": 1, "own": 1}
    display = IntervalCurveDisplay([1], {"held out": [2]}, value_name="x", mean_name="y", marks=marks).plot(axes())
    assert list(display.mark_lines_) == list(marks)


def test_what_stands_beside_a_drawing_is_drawn_each_time():
    seen = []
    display = IntervalCurveDisplay([1, 2], {}, value_name="x", mean_name="y", beside=seen.append)
    first, second = axes(), axes()
    display.plot(first)
    display.plot(second)
    assert seen == [first, second]
