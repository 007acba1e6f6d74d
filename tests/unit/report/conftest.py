"""What pages show in these tests: small, and with names that mean harm."""

import pytest

from nnl2 import L2, Dataset, Dropout, Recipe, RepeatedFolds, compare, make_data
from nnl2.report.exploration import explore

HOSTILE = [
    "<script>alert(1)</script>",
    '" onload="alert(1)',
    "$\\frac{$ & </svg></title>",
    "\x00\x1b[31m\u202enot turned\ud800",
    "{braces} %s \\n",
    "\u6b63\u5247\u5316 " * 30,
]


@pytest.fixture(scope="session")
def comparison():
    """Return a comparison of four classes, with hostile names."""
    names = {name: L2(0.001 * number) for number, name in enumerate(HOSTILE, start=1)}
    return compare(make_data(120), names, splits=RepeatedFolds(2, repeats=1), recipe=Recipe(epochs=3, hidden=3))


def two_moons(seed):
    """Return items of two classes that overlap."""
    from sklearn.datasets import make_moons

    inputs, labels = make_moons(40, noise=0.3, random_state=seed)
    return Dataset(inputs, labels.reshape(-1, 1))


@pytest.fixture(scope="session")
def exploration():
    """Return a small exploration, with a hostile name."""
    return explore(
        two_moons,
        {
            "L2": {strength: L2(strength) for strength in (0.0001, 0.01, 1.0)},
            HOSTILE[0]: {rate: Dropout(rate=rate) for rate in (0.1, 0.2, 0.5)},
        },
        two_moons(99),
        data=HOSTILE[0],
        seeds=range(3),
        epochs=40,
    )
