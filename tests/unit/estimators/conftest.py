"""What tests of the estimators share: small tables."""

import numpy as np
import pytest
from sklearn.datasets import load_wine
from sklearn.preprocessing import scale


@pytest.fixture(scope="session")
def wine():
    """Standardised wines, three classes."""
    X, y = load_wine(return_X_y=True)
    return scale(X), y


@pytest.fixture(scope="session")
def two_classes():
    """Forty samples with three features, of the classes 0 and 1."""
    X = np.random.default_rng(0).normal(size=(40, 3))
    return X, (X[:, 0] > 0).astype(int)


@pytest.fixture(scope="session")
def numbers():
    """Forty samples whose target is far from 0, with a large spread."""
    X = np.random.default_rng(1).normal(size=(40, 3))
    return X, 500 + 100 * X[:, 0] - 50 * X[:, 1]
