"""What several tests need: the article's reference numbers, small data, every regularizer."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from nnl2 import Dataset

REPRODUCTION = Path(__file__).parent / "reproduction"


@pytest.fixture(scope="session")
def reference():
    """The article's run, rerun elsewhere: exact weights and errors."""
    return json.loads((REPRODUCTION / "article.json").read_text(encoding="utf-8"))


@pytest.fixture
def small_data():
    """Twelve items with three inputs and one-hot targets of two classes."""
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(12, 3))
    return Dataset.from_labels(inputs, (inputs.sum(axis=1) > 0).astype(int))


@pytest.fixture
def other_data():
    """Twelve other items of the same kind."""
    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(12, 3))
    return Dataset.from_labels(inputs, (inputs[:, 0] > 0).astype(int))
