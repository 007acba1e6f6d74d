"""What is kept on a cluster from call to call: the arrays of large tables, and only while they are there."""

from types import SimpleNamespace

import numpy as np
import pytest

from nnl2 import NeuralNetwork, Table
from nnl2.execution.tables import Tables
from nnl2.network import assigned
from nnl2.preparation import table as module


class Client:
    """Notes what is scattered."""

    def __init__(self):
        self.sent = []

    def scatter(self, arrays, **_):
        self.sent += arrays
        return [SimpleNamespace(status="finished") for _ in arrays]


@pytest.fixture
def tasks(monkeypatch):
    """Return a function that makes a task on some rows of one large table."""
    monkeypatch.setattr(module, "LARGEST_COPY", 0)
    inputs = np.random.default_rng(0).normal(size=(30, 3))
    table = Table.from_arrays(inputs, inputs[:, 0] > 0)

    def on(rows):
        data = table.prepare(rows).dataset(table, rows)
        return assigned([NeuralNetwork(3, 2, 2, seed=0)], data, epochs=1, learning_rate=0.1)[1]

    return on


def arrays_alone(client):
    return [arrays[0] for arrays in client.sent if len(arrays) == 1]


def test_another_call_sends_other_items_of_the_same_table_without_its_array(tasks):
    client = Client()
    tables = Tables(client)
    for rows in (range(20), range(10, 30)):
        tables.keep_only_arrays_of(tasks(rows))
        tables.keyed(tasks(rows))
        tables.keyed(tasks(rows))
    assert len(arrays_alone(client)) == 1
    assert len(client.sent) == 3


def test_an_array_that_is_lost_between_calls_is_sent_anew(tasks):
    client = Client()
    tables = Tables(client)
    _, futures = tables.keyed(tasks(range(20)))
    for future in futures.values():
        future.status = "cancelled"
    tables.keep_only_arrays_of(tasks(range(20)))
    tables.keyed(tasks(range(20)))
    assert len(arrays_alone(client)) == 2


def test_an_array_that_no_call_needs_is_let_go_of(tasks):
    client = Client()
    tables = Tables(client)
    tables.keyed(tasks(range(20)))
    tables.keep_only_arrays_of([])
    tables.keyed(tasks(range(20)))
    assert len(arrays_alone(client)) == 2
