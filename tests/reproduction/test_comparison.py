"""What `compare` finds on the article's generator, with its truth known: L2 helps, its wrong sign harms."""

import pytest

from nnl2 import L2, FreshData, compare, make_data
from nnl2_demo.wrong_sign import WrongSignL2

SETS = range(31_000, 31_020)
"""Disjoint sets of 30 replicates; they were fixed before any of them was looked at."""


@pytest.mark.slow
def test_verdicts_on_the_articles_generator_hold_on_disjoint_sets_of_replicates():
    found = []
    for seed in SETS:
        result = compare(
            lambda number: make_data(200, seed=number),
            {"l2": L2(0.005), "wrong sign": WrongSignL2(0.005)},
            splits=FreshData(30),
            seed=seed,
        )
        found.append((result.row("l2").verdict, result.row("wrong sign").verdict))
    assert found.count(("better", "worse")) >= 18
