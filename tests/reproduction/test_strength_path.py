"""What docs/paths.md says of the article's strength holds, on the seeds by which it was found and on others."""

import numpy as np
import pytest

from nnl2 import ArticleSquaredError, GivenStarts, Recipe, Start, compare, make_data, strength_path
from nnl2.engine import kernel

RECIPE = Recipe(hidden=8, output=ArticleSquaredError(), learning_rate=0.01, batch_size=1, epochs=500)
FIRST_LIMIT = 0.01

pytestmark = [
    pytest.mark.slow,
    pytest.mark.minutes,
    pytest.mark.skipif(kernel.library() is None, reason="without the compiled update it takes hours"),
]


def begin(seed):
    """Return 200 items of the article's generator and weights as small as the article's, both by the seed."""
    return Start(make_data(200, seed), np.random.default_rng(seed).uniform(-FIRST_LIMIT, FIRST_LIMIT, 124))


def test_a_path_finds_a_better_strength_than_the_articles():
    splits = GivenStarts(range(20), make_data(20_000, 100_000))
    path = strength_path(begin, "l2", values=[0.005, 0.0125, 0.0216, 0.0373], splits=splits, recipe=RECIPE)
    assert path.best.value == 0.0216
    assert path.best.held_out.mean == pytest.approx(0.677, abs=0.0005)


def test_other_seeds_and_other_items_confirm_it():
    splits = GivenStarts(range(5000, 5030), make_data(20_000, 200_000))
    result = compare(begin, ["l2:0.0216"], baseline="l2:0.005", splits=splits, recipe=RECIPE)
    row = result.row("l2:0.0216")
    assert row.verdict == "better"
    found = [round(100 * each, 1) for each in (row.difference.mean, row.difference.low, row.difference.high)]
    assert found == [1.4, 1.0, 1.7]
    assert row.difference.wins == 27
    balanced = [result.row(name).scores["balanced-accuracy"] for name in ("l2:0.0216", "l2:0.005")]
    assert [round(100 * each, 1) for each in balanced] == [62.5, 62.6]
