"""Workers of dask train what one thread would, whatever dies."""

import logging
import os
import signal
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from attrs import frozen

from nnl2 import InvalidValueError, Regularizer, Table, compare, make_data, train
from nnl2.comparison import Recipe, RepeatedFolds
from nnl2.errors import ClusterError
from nnl2.execution import Cluster, Journal, Trainer, blocks, handshake, link
from nnl2.preparation import table

distributed = pytest.importorskip("distributed", reason="dask is missing: pip install -e '.[dask]'")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.minutes,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]

SETTINGS = {"epochs": 20, "learning_rate": 0.05}
HERE = os.getpid()


@frozen
class Deadly(Regularizer):
    """Kills a worker that is asked for its penalty: once, where a file says so, or every time."""

    once: str = ""

    def penalty(self, weights, step):
        if os.getpid() != HERE and (not self.once or Path(self.once).exists()):
            if self.once:
                Path(self.once).unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return 0.0


@pytest.fixture(autouse=True)
def _travelling():
    """Let classes of this module travel with their values: workers cannot import it."""
    import cloudpickle

    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    yield
    cloudpickle.unregister_pickle_by_value(sys.modules[__name__])


def assert_same(networks, others):
    for network, other in zip(networks, others, strict=True):
        np.testing.assert_array_equal(network.weights, other.weights)
        assert network.state.order_stream == other.state.order_stream


def test_workers_train_what_one_thread_would(client, networks, items, alone):
    expected, histories = alone(**SETTINGS)
    made = networks()
    assert Trainer(Cluster(client))(made, items, **SETTINGS) == histories
    assert_same(made, expected)


def test_each_network_has_its_own_items_orders_and_settings(client, networks):
    data = [make_data(20, seed) for seed in range(6)]
    settings = SETTINGS | {
        "orders": [np.tile(np.arange(20)[::-1], (20, 1)), "fixed", None] * 2,
        "validation": data[::-1],
        "learning_rate": [0.1, lambda epoch: 0.1 / epoch] * 3,
        "batch_size": [1, 2, 3] * 2,
    }
    expected, made = networks(), networks()
    assert Trainer(Cluster(client))(made, data, **settings) == train(expected, data, **settings)
    assert_same(made, expected)


def test_a_comparison_on_a_cluster_is_that_on_threads(client):
    settings = {"splits": RepeatedFolds(2, repeats=1), "recipe": Recipe(epochs=3)}
    here = compare(make_data(40), ["l2"], **settings)
    there = compare(make_data(40), ["l2"], **settings, trained_by=Trainer(Cluster(client)))
    assert there.to_dict() == here.to_dict()


def test_a_worker_that_is_killed_in_mid_run_loses_nothing(client, networks, items, alone, tmp_path):
    once = tmp_path / "kill"
    regularizer = Deadly(str(once))
    expected, histories = alone(regularizer, **SETTINGS)
    once.touch()
    made = networks(regularizer)
    assert Trainer(Cluster(client))(made, items, **SETTINGS) == histories
    assert not once.exists()
    assert_same(made, expected)


def test_a_network_under_which_workers_die_again_and_again_is_given_up_and_the_rest_stands(
    client, networks, items, alone
):
    expected, _ = alone(**SETTINGS)
    (deadly,) = networks(Deadly(), 1)
    made = [*networks(), deadly]
    before = deadly.state
    *others, history = Trainer(Cluster(client))(made, items, **SETTINGS, failed="keep")
    assert history.failure.startswith("workers died 4 times while they trained this network (10-8-4, regularizer=")
    assert deadly.state is before
    assert all(each.failure is None for each in others)
    assert_same(made[:-1], expected)


def test_a_worker_unlike_this_process_is_named_before_any_work(client, networks, items, monkeypatch):
    other = handshake.own_versions() | {"numpy": "1.0"}
    monkeypatch.setattr(handshake, "own_versions", lambda: other)
    with pytest.raises(ClusterError, match=r"^worker tcp://127\.0\.0\.1:\d+: numpy \S+ instead of 1\.0"):
        Trainer(Cluster(client))(networks(), items, **SETTINGS)


def shrinking(folder, monkeypatch):
    """Return a regularizer whose module is importable in this process, and nowhere else."""
    name = "regularizer_of_one_machine"
    folder.joinpath(f"{name}.py").write_text(
        "from attrs import frozen\nfrom nnl2 import Regularizer\n\n\n@frozen\nclass Shrinking(Regularizer):\n"
        "    def decay(self, step):\n        return 0.999\n"
    )
    monkeypatch.syspath_prepend(folder)
    return import_module(name).Shrinking()


def look_also_in(folder):
    """Let a worker import what lies in a folder."""
    import importlib
    import sys

    sys.path.insert(0, folder)
    importlib.invalidate_caches()


def test_a_worker_without_a_plug_in_is_named_within_seconds(client, networks, items, tmp_path, monkeypatch):
    """Handshake has a time limit of its own, five seconds, beyond which it says so."""
    made = networks(shrinking(tmp_path, monkeypatch))
    with pytest.raises(ClusterError, match=r"^worker tcp://\S+: regularizer_of_one_machine missing \(ModuleNotF"):
        Trainer(Cluster(client))(made, items, **SETTINGS)


def test_a_late_worker_is_used_and_one_without_the_plug_in_is_left_out(
    client, networks, items, alone, tmp_path, monkeypatch
):
    regularizer = shrinking(tmp_path, monkeypatch)
    expected, histories = alone(regularizer, n=40, **SETTINGS)
    client.run(look_also_in, str(tmp_path))  # the two workers that are there; late ones do without
    monkeypatch.setattr(blocks, "OVERHEAD", 0.0)  # so that blocks have one network, and some are left
    monkeypatch.setattr(blocks, "OVERHEAD_HERE", 0.0)
    late = []

    class JoinedLate(Cluster):
        def train(self, tasks, n_jobs, done):
            def done_and_join(number, trained):
                done(number, trained)
                if not late:
                    sys.path.remove(str(tmp_path))  # which a worker that is started here would inherit
                    client.cluster.scale(3)
                    client.wait_for_workers(3)
                    late.extend(client.nthreads())

            super().train(tasks, n_jobs, done_and_join)

    made = networks(regularizer, 40)
    try:
        with pytest.warns(UserWarning, match=r"regularizer_of_one_machine missing .*it is left out"):
            assert Trainer(JoinedLate(client))(made, items, **SETTINGS) == histories
    finally:
        client.cluster.scale(2)
    assert len(late) == 3
    assert_same(made, expected)


def test_settings_that_cannot_be_used_are_refused_here(client, networks, items):
    with pytest.raises(InvalidValueError, match="epochs must be"):
        Trainer(Cluster(client))(networks(), items, epochs=0, learning_rate=0.1)


def test_what_a_worker_refuses_is_raised_here_as_it_is(client, networks, items):
    class Watching(Regularizer):
        def should_stop(self, errors):
            return False

    with pytest.raises(InvalidValueError, match="watches the validation error"):
        Trainer(Cluster(client))(networks(Watching(), 1), items, **SETTINGS)


def test_a_large_table_is_sent_once_for_all_splits(client, monkeypatch):
    inputs = np.random.default_rng(0).normal(size=(60, 10))
    large = Table.from_arrays(inputs, inputs[:, 0] > 0)
    settings = {"splits": RepeatedFolds(3, repeats=1), "recipe": Recipe(epochs=3)}
    monkeypatch.setattr(table, "LARGEST_COPY", 0)
    expected = compare(large, ["l2"], **settings).to_dict()
    sent, scatter = [], client.scatter
    monkeypatch.setattr(client, "scatter", lambda arrays, **own: sent.extend(arrays) or scatter(arrays, **own))
    assert compare(large, ["l2"], trained_by=Trainer(Cluster(client)), **settings).to_dict() == expected
    alone = [arrays[0] for arrays in sent if len(arrays) == 1]
    assert [array.shape for array in alone] == [inputs.shape]
    assert len(sent) > 6
    assert all(isinstance(arrays[0], tuple) for arrays in sent if len(arrays) > 1)


def test_a_scheduler_that_goes_away_leaves_the_journal(networks, items, tmp_path, monkeypatch):
    monkeypatch.setattr(link, "PATIENCE", 1.0)
    monkeypatch.setattr(blocks, "OVERHEAD", 0.0)
    monkeypatch.setattr(blocks, "OVERHEAD_HERE", 0.0)
    cluster = distributed.LocalCluster(n_workers=1, dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL)

    class Closing(Journal):
        def add(self, key, trained):
            super().add(key, trained)
            cluster.close()

    with distributed.Client(cluster) as client, Closing(tmp_path / "run.jsonl") as journal:
        with pytest.raises(ClusterError, match=r"^the scheduler at tcp://\S+ has been gone for \d+ s$"):
            Trainer(Cluster(client), journal)(networks(n=20), items, **SETTINGS)
        assert 0 < len(journal) < 20
