"""Networks to be trained, and a real cluster of worker processes."""

import logging
from contextlib import suppress

import pytest

from nnl2 import L2, NeuralNetwork, make_data, train


@pytest.fixture
def networks():
    """Return a function that makes the same few networks each time."""

    def make(regularizer=L2(0.01), n=6):
        return [NeuralNetwork(10, 8, 4, seed=seed, regularizer=regularizer) for seed in range(n)]

    return make


@pytest.fixture(scope="session")
def items():
    return make_data(40)


@pytest.fixture
def alone(networks, items):
    """Return a function that trains such networks in this process."""

    def trained(regularizer=L2(0.01), n=6, **settings):
        made = networks(regularizer, n)
        return made, train(made, items, **settings)

    return trained


@pytest.fixture
def client(connected):
    """Return a client of a cluster of two worker processes, all of which are there."""
    try:
        connected.wait_for_workers(2, timeout=10)
    except TimeoutError:  # dask does not start a worker again that was killed while it began
        connected.cluster.scale(0)
        connected.cluster.scale(2)
        connected.wait_for_workers(2, timeout=60)
    return connected


@pytest.fixture(scope="package")
def connected():
    distributed = pytest.importorskip("distributed", reason="dask is missing: pip install -e '.[dask]'")
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL
    )
    with distributed.Client(cluster) as client:
        yield client
    with suppress(KeyError):  # dask may not know any more which workers were killed
        cluster.close()
