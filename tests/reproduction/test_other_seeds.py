"""What the studies say of other seeds, computed again; of football what costs a minute or two."""

import numpy as np
import pytest
from attrs import evolve

from nnl2.engine import kernel
from nnl2_demo.studies import article, football, moons
from nnl2_demo.study import NONE, rerun

pytestmark = [
    pytest.mark.slow,
    pytest.mark.minutes,
    pytest.mark.skipif(kernel.library() is None, reason="without the compiled update it takes hours"),
]
FIRST = 10_000


def on_other_seeds(study, n_seeds):
    settings = evolve(study.settings, seed=FIRST)
    return rerun(study, settings, study.strategies, study.seeds(FIRST, n_seeds))


def differences(told):
    """Return the difference of each strategy to none in points, by its name."""
    return {row.name: row.difference for row in told.comparison.rows if row.difference is not None}


def points(*differences):
    return tuple(f"{100 * each:+.1f}" for each in differences)


def interval(difference):
    mean, low, high = points(difference.mean, difference.low, difference.high)
    return f"{mean} [{low}, {high}]"


def test_the_articles():
    words, found = " ".join(article.CONFIRMED.split()), differences(on_other_seeds(article.study(), 100))
    for name in (article.L2_NAME, "dropout 0.3", "L1 0.001", article.WRONG_SIGN):
        assert f"{name} {interval(found[name])}, {points(found[name].worst)[0]}" in words


def test_the_moons():
    words, found = " ".join(moons.CONFIRMED.split()), differences(on_other_seeds(moons.study(), 100))
    l2 = found[moons.L2_NAME]
    mean, ends = interval(l2).split(" ", 1)
    assert f"the mean difference is {mean} points {ends}" in words
    assert f"L2 won with {l2.wins} and lost with {l2.losses}" in words
    median, worst = points(l2.quartiles[1], l2.worst)
    assert f"its median is {median} and its worst seed {worst}" in words


def test_footballs_with_ten_seeds(football_file):
    words = " ".join(football.CONFIRMED.split())
    told = on_other_seeds(football.study(football_file), 10)
    found = differences(told)
    assert (
        f"dropout {interval(found[football.DROPOUT_NAME])}, as published "
        f"{interval(found[football.AS_PUBLISHED])} points" in words
    )
    reached = [told.accuracies(name, "test") for name in (football.DROPOUT_NAME, football.AS_PUBLISHED)]
    assert np.max(reached) < 0.95
    assert NONE in told.compared
