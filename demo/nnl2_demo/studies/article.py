"""The article's 10-8-4 network, over a hundred seeds.

Its strategies side by side, its published numbers, and whether the differences are real.

Source: J. McCaffrey, "Neural Network L2 Regularization Using Python", Visual Studio Magazine, 2017.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2 import (
    L1,
    L2,
    ArticleSquaredError,
    Dropout,
    NoRegularization,
    Start,
    WeightDecay,
    make_data,
)
from nnl2.statistics import exact_mcnemar, smallest_telling_difference
from nnl2_demo.article_replay import PublishedRun
from nnl2_demo.course import Course, Curve
from nnl2_demo.published import Published
from nnl2_demo.reading import about_confirmation, about_seeds, about_stops, items
from nnl2_demo.study import NONE, Settings, Study
from nnl2_demo.wrong_sign import WrongSignL2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnl2_demo.study import Example, Rerun

    FloatArray = NDArray[np.floating[Any]]

L2_NAME = "L2 0.005"
WRONG_SIGN = "L2, wrong sign"
AS_PUBLISHED = "L2 as published"

FIGURE_1 = {
    NONE: ["0.1072", "0.1002", "0.1120", "0.0985", "0.0913", "0.9550", "0.7000"],
    AS_PUBLISHED: ["0.1479", "0.1121", "0.1157", "0.1320", "0.1479", "0.9200", "0.7250"],
}
"""What the article's Figure 1 prints: five errors, then accuracies on training and test items."""

GARBLED = {(NONE, 0): "0.1877", (NONE, 1): "0.1357", (AS_PUBLISHED, 3): "0.1339"}
"""The digits of three of its cells that are garbled in the text of the figure."""

CONFIRMED = """Confirmed on the seeds 10000 to 10099, which played no part in writing this (0 to 99 did, and 100 to
    129 in choosing dropout's rate). Mean difference to none in points, its interval, the worst seed: L2 0.005 +2.6
    [+2.3, +2.9], -0.3; dropout 0.3 +2.1 [+1.8, +2.4], -0.9; L1 0.001 +0.3 [-0.1, +0.7], -4.4; L2, wrong sign -1.4
    [-1.8, -1.1], -4.8."""
"""What other seeds say: `nnl2-demo --seed 10000`."""

REMARKS = {AS_PUBLISHED: "the sign is wrong: every update climbs the penalty"}


def study() -> Study:
    """Return the article's study."""
    training_items = make_data()

    def start(seed: int, epochs: int) -> Start:
        return Start(training_items, *start_of(seed, epochs))

    built = Study(
        name="article",
        title='The 10-8-4 demo of "Neural Network L2 Regularization Using Python" (J. McCaffrey, 2017)',
        training="10-8-4, tanh, softmax, the article's squared error; one item at a time",
        error_name="mean squared error",
        layer_sizes=(10, 8, 4),
        output=ArticleSquaredError(),
        settings=Settings(epochs=500, learning_rate=0.01),
        n_seeds=100,
        n_seeds_in_numpy=2,
        published_seed=0,
        n_checkpoints=5,
        strategies={
            NONE: NoRegularization(),
            L2_NAME: L2(0.005),
            "weight decay 0.00005": WeightDecay(0.00005),
            "L1 0.001": L1(0.001),
            # 0.3 is the best of 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5 by the mean accuracy on
            # 20,000 items of make_data(20_000, seed=1000), over the seeds 100 to 129: .6604; none has .6363.
            "dropout 0.3": Dropout(rate=0.3),
            WRONG_SIGN: WrongSignL2(0.005),
        },
        start=start,
        scored={"test": make_data(40, seed=13), "fresh": make_data(10_000, seed=17)},
        validation=make_data(40, seed=12),  # for regularizers that watch it; never the test items
        replays={AS_PUBLISHED: lambda: _replay(built)},
        published=_published,
        read=_read,
    )
    return built


def start_of(seed: int, epochs: int) -> tuple[FloatArray, NDArray[np.uint8]]:
    """Return the article's initial weights `(124,)` and visiting orders `(epochs, 200)` for one seed.

    Both come from one `random.Random`: first all weights and biases, then one shuffle of the same list of
    items for every epoch.
    """
    rng = Random(seed)  # noqa: S311 (the article's generator)
    weights = np.array([0.02 * rng.random() - 0.01 for _ in range(124)], dtype=np.float32)
    items = list(range(200))
    orders = np.empty((epochs, len(items)), dtype=np.uint8)
    for epoch in range(epochs):
        rng.shuffle(items)
        orders[epoch] = items
    return weights.astype(np.float64), orders


def _replay(study: Study) -> Course:
    """Return what the article's own arithmetic makes of "L2", with its errors after every 100 epochs."""
    settings = study.settings
    weights, orders = start_of(study.published_seed, settings.epochs)
    start = Start(make_data(), weights, orders)
    run = PublishedRun(weights)
    inputs, targets = start.items.inputs.astype(np.float32), start.items.targets.astype(np.float32)
    checkpoints, errors = study.checkpoints(settings.epochs), []
    for epoch, order in enumerate(orders, start=1):
        for item in order:
            run.update(inputs[item], targets[item])
        if epoch in checkpoints:
            errors.append(run.mean_squared_error(inputs, targets))
    network = study.network(start, NoRegularization(), study.published_seed)
    network.weights = run.weights
    return study.course(AS_PUBLISHED, network, start.items, Curve(checkpoints, errors, [0.0] * len(errors)))


def _published(example: Example) -> list[Published]:
    """Return Figure 1, cell by cell."""
    checkpoints = example.checkpoints
    lines = []
    for strategy, printed in FIGURE_1.items():
        course = example.course(strategy)
        ours = [course.curve.error_at(epoch) for epoch in checkpoints]
        ours += [course.accuracies["train"], course.accuracies["test"]]
        what = [f"error after {epoch} epochs" for epoch in checkpoints] + ["train accuracy", "test accuracy"]
        for number, (text, came_out) in enumerate(zip(printed, ours, strict=True)):
            assert came_out is not None
            meant = GARBLED.get((strategy, number), "")
            remark = "garbled in the text of the figure" if meant else REMARKS.get(strategy, "")
            line = Published("article", f"{strategy}: {what[number]}", text, came_out, meant=meant, remark=remark)
            lines.append(line)
    return lines


def _read(rerun: Rerun) -> list[str]:
    return [
        *(_about_the_figure(rerun.example) if rerun.example.as_published else _about_other_settings()),
        *_about_decay(rerun),
        about_seeds(rerun),
        """Only the seeds vary here, the training items stay: the intervals speak of luck with initial weights and
        visiting orders, not of other training items.""",
        *about_stops(rerun),
        *about_confirmation(rerun, CONFIRMED),
        _about_strengths(),
    ]


def _about_the_figure(example: Example) -> list[str]:
    none, published = example.course(NONE), example.course(AS_PUBLISHED)
    l2 = example.course(L2_NAME)
    test_items = example.study.scored["test"]
    n = test_items.n_items
    telling = smallest_telling_difference(n)
    train_share, test_share = (
        {name: example.course(name).accuracies[kind] for name in (NONE, L2_NAME, AS_PUBLISHED)}
        for kind in ("train", "test")
    )
    more = round((test_share[AS_PUBLISHED] - test_share[NONE]) * n)
    test = exact_mcnemar(
        *(each.network.predict(test_items.inputs) == test_items.labels for each in (none, published))
    )
    return [
        f"""Figure 1 of the article prints 0.9550 and 0.7000 without L2, 0.9200 and 0.7250 with it, on training
        and test items. Rerun, these are {train_share[NONE]:.4f} and {test_share[NONE]:.4f} ("{NONE}"),
        {train_share[AS_PUBLISHED]:.4f} and {test_share[AS_PUBLISHED]:.4f} ("{AS_PUBLISHED}"), and the errors agree
        too, but for three cells whose digits are garbled in the text of the figure: .1072, .1002 and .1320 must
        read {_dot(GARBLED[NONE, 0])}, {_dot(GARBLED[NONE, 1])} and {_dot(GARBLED[AS_PUBLISHED, 3])}.""",
        f"""The sign: the article's listing forms its signals from target - output, and therefore adds its step;
        but to the gradient it adds lamda * w, its penalty's gradient, as if the step were subtracted. So it
        climbs its penalty, and the largest weight grows to {published.largest_weight:.1f}. What Figure 1 calls
        L2 is the opposite of it; with the right sign the largest weight is {l2.largest_weight:.2f}, and
        {test_share[L2_NAME]:.4f} of the test items are right.""",
        f""""{AS_PUBLISHED}" repeats the arithmetic of NumPy 1, "{WRONG_SIGN}" makes the same mistake in today's
        float64: after about epoch 200 this run is chaotic, a difference in the last bit grows until it shows in
        the printed digits. Only the second is repeated with other seeds.""",
        f"""What {n} test items can show: {round(test_share[NONE] * n)} right without L2 against
        {round(test_share[AS_PUBLISHED] * n)} as published is
        {items(more)}. By McNemar's exact test (items that only one of
        the two gets right: {test.only_first} and {test.only_second}) p = {test.p_value:.2f}, no evidence of a
        difference. With {n} items this test finds none below {100 * telling:.0f} points at the 5 % level, so the
        step to {test_share[L2_NAME]:.4f} with the right sign proves nothing either.""",
    ]


def _about_other_settings() -> list[str]:
    return [
        f"""The row "{AS_PUBLISHED}" is left out: it is known for the article's own settings only (500 epochs,
        learning rate 0.01, seed 0)."""
    ]


def _about_decay(rerun: Rerun) -> list[str]:
    if rerun.settings.learning_rate != 0.01:
        return []
    return [
        """L2 and constant weight decay are one thing here: plain gradient descent with L2 0.005 multiplies each
        weight by 1 - 0.01 * 0.005 in every update, and that is the decay of 0.00005. The article calls them not
        exactly equivalent; trained apart they differ by rounding only, so here both rows are the same networks."""
    ]


def _about_strengths() -> str:
    return """None of these strengths need be the best of its kind. L2's is the article's, the decay's follows from
        it, L1's is a round number. Only dropout's rate was chosen by measuring: of ten rates from 0.02 to 0.5 it
        had, by little, the best mean accuracy on 20,000 other fresh items, after 500 epochs over the seeds 100 to
        129. Try others with --regularizer."""


def _dot(printed: str) -> str:
    """Return a number as the article prints it, .1234."""
    return printed.removeprefix("0")
