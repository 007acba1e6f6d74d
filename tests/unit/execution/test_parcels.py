"""Tasks and what came of them, on their way to a worker and back: nothing is lost, and nothing mixed up."""

import numpy as np
import pytest

from nnl2 import (
    L1,
    L2,
    Adam,
    Dropout,
    NeuralNetwork,
    PluginError,
    SquaredError,
    Tanh,
    TrainingDivergedError,
    make_data,
)
from nnl2.activations import ReLU
from nnl2.network import assigned
from nnl2.training.task import Trained

pytest.importorskip("cloudpickle", reason="dask is missing: pip install -e '.[dask]'")

from nnl2.execution.parcels import modules_needed, packed, results_packed, results_unpacked, unpacked
from nnl2.execution.worker import _train
from nnl2.training.loop import Shared

PARTS = [
    {},
    {"regularizer": L2(0.1)},
    {"regularizer": L2(0.2)},
    {"regularizer": L2(0.1) + Dropout(rate=0.1)},
    {"regularizer": [L2(0.1), L1(0.1)]},
    {"bias_regularizer": L2(0.1)},
    {"hidden": ReLU()},
    {"hidden": Tanh()},
    {"output": SquaredError()},
    {"optimizer": Adam()},
    {"optimizer": Adam(beta1=0.8)},
    {"dtype": np.float32},
]


@pytest.fixture
def tasks():
    networks = [NeuralNetwork(10, 3, 4, seed=seed, **parts) for seed, parts in enumerate(PARTS + PARTS)]
    return assigned(networks, make_data(20), epochs=2, learning_rate=0.1)[1]


def test_each_task_arrives_as_it_was(tasks):
    for sent, arrived in zip(tasks, unpacked(packed(tasks)), strict=True):
        assert repr(arrived.spec) == repr(sent.spec)
        assert arrived.spec.dtype == sent.spec.dtype
        np.testing.assert_array_equal(arrived.state.parameters, sent.state.parameters)
        assert arrived.state.parameters.dtype == sent.state.parameters.dtype
        assert arrived.state.order_stream == sent.state.order_stream
        assert arrived.state.noise_streams == sent.state.noise_streams
        np.testing.assert_array_equal(arrived.settings.learning_rates, sent.settings.learning_rates)


def test_what_many_share_is_packed_once(tasks):
    assert len(packed(tasks[1:2] * 50)) < 50 * len(packed(tasks[1:2]))
    distinct = {id(each.spec) for each in unpacked(packed(tasks))}
    assert len(distinct) == len(PARTS)


def test_results_come_back_as_they_were(tasks):
    trained = [_train(task, Shared()) for task in tasks]
    for sent, arrived in zip(trained, results_unpacked(results_packed(trained)), strict=True):
        assert arrived.history == sent.history
        np.testing.assert_array_equal(arrived.state.memory, sent.state.memory)
        assert not arrived.state.parameters.flags.writeable


def test_an_error_comes_back_as_one_that_is_caught_alike(tasks):
    class MyError(PluginError):
        pass

    trained = _train(tasks[0], Shared())
    for failure, kind in ((MyError("so"), PluginError), (TrainingDivergedError("so"), TrainingDivergedError)):
        (arrived,) = results_unpacked(results_packed([Trained(trained.state, trained.history, failure)]))
        assert type(arrived.failure) is kind
        assert str(arrived.failure) == "so"


def test_only_foreign_modules_are_asked_for(tasks):
    assert modules_needed(tasks) == []
