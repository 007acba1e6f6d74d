"""What tests of model files need: models, and their files."""

import pytest

from nnl2 import L2, Adam, Dropout, NeuralNetwork, Preparation, TableModel, save
from nnl2.preparation.encodings import OneHot, Standardized


@pytest.fixture(scope="session")
def network():
    """A network with memory and noise, as it is made."""
    return NeuralNetwork(3, 4, 2, seed=0, regularizer=L2(0.01) + Dropout(rate=0.1), optimizer=Adam())


@pytest.fixture(scope="session")
def table_model():
    """A model of a column of numbers and one of words, for two classes."""
    encodings = (Standardized("size", 2.0, 2.5, 1.5), OneHot("city", ("", "Köln", "Ulm"), has_others=False))
    network = NeuralNetwork(4, 4, 2, seed=0, regularizer=L2(0.01))
    return TableModel("ill", Preparation(encodings, ("no", "yes")), network, "l2:0.01", 40)


@pytest.fixture(scope="session")
def whole_files(network, table_model, tmp_path_factory):
    """The bytes of the files of both."""
    folder = tmp_path_factory.mktemp("whole")
    for name, thing in (("network", network), ("table_model", table_model)):
        save(thing, folder / name)
    return {name: (folder / name).read_bytes() for name in ("network", "table_model")}
