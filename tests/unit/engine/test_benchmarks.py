"""Benchmarks are run by hand; here each is begun, so that they are not found broken when they are needed."""

import sys
from pathlib import Path

import numpy as np
import pytest

from nnl2 import NeuralNetwork, ReLU

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def benchmark_folder(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(variable, "1")
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(BENCHMARKS)):
            del sys.modules[name]


@pytest.mark.usefixtures("benchmark_folder", "compiled")
def test_engines_are_compared(monkeypatch):
    import engines

    monkeypatch.setattr(engines, "SECONDS", 0)
    monkeypatch.setattr(engines, "compared", lambda calls, n=1: [call() for call in calls] and n)
    network = NeuralNetwork(30, 20, 5, seed=0, hidden=ReLU(), dtype=np.float32)
    assert engines.compared(*engines.training(network, 8)) > 1
    assert engines.compared(engines.passing(network)) == 1


@pytest.mark.usefixtures("benchmark_folder")
def test_speed_is_measured():
    import speed

    found = speed.measure("plug-ins", 1)["contestants"]
    assert found["nnl2"]["times_the_first"] == 1
    assert all(each["seconds"] > 0 for each in found.values())
