"""Small tables on which a comparison takes a second."""

import numpy as np
import pytest

from nnl2 import Recipe, RepeatedFolds, Table

QUICK = Recipe(hidden=3, epochs=8)
FOLDS = RepeatedFolds(3, repeats=2)


@pytest.fixture
def arrays():
    """Return sixty items of two classes that overlap a little."""
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(60, 4))
    return inputs, np.where(inputs[:, 0] + 0.5 * rng.normal(size=60) > 0, "yes", "no")


@pytest.fixture
def table(arrays):
    return Table.from_arrays(*arrays)


@pytest.fixture
def values(arrays):
    """Return a table with numbers to predict."""
    inputs, _ = arrays
    return Table.from_arrays(inputs, 100 + 7 * inputs[:, 0] + inputs[:, 1])


@pytest.fixture
def quick():
    return {"recipe": QUICK, "splits": FOLDS}
