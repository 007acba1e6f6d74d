"""Rows of a large array, standardised as they are asked for: the same bits as a copy of all of them."""

import numpy as np
import pytest

from nnl2 import FixedTest, NeuralNetwork, Recipe, Table, compare
from nnl2.engine import feed, matmul
from nnl2.preparation import joined, standardized
from nnl2.preparation import table as module
from nnl2.preparation.columns import Column, matrix_of
from nnl2.preparation.standardized import StandardizedRows


@pytest.fixture(params=[np.float32, np.float64])
def numbers(request):
    """Numbers with gaps, equal ones, outliers, far from zero."""
    rng = np.random.default_rng(0)
    made = rng.normal(size=(60, 5)) * [1, 1e-3, 1e6, 0, 1] + [0, 5, 1e7, 3, 0]
    made[rng.random(made.shape) < 0.1] = np.nan
    made[50:, 3] = 7
    made[55, 0] = 1e9
    return made.astype(request.param)


@pytest.fixture
def table(numbers):
    return Table.from_arrays(numbers, np.arange(60) % 2)


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    """Let blocks have few items, so that there are several."""
    monkeypatch.setattr(standardized, "AT_ONCE", 35)
    monkeypatch.setattr(feed, "BLOCK_BYTES", 8 * 7 * 20)


def asked_for(table, rows, monkeypatch):
    """Return how rows are prepared when no copy may be made, and the Dataset that is."""
    preparation = table.prepare(np.arange(50))
    copied = preparation.dataset(table, rows)
    monkeypatch.setattr(module, "LARGEST_COPY", 0)
    return copied, preparation.dataset(table, rows)


def test_rows_are_those_of_a_copy(table, numbers, monkeypatch):
    copied, made = asked_for(table, np.arange(60)[::-1], monkeypatch)
    assert isinstance(copied.inputs, np.ndarray)
    assert isinstance(made.inputs, StandardizedRows)
    assert made.inputs.shape == copied.inputs.shape == (60, 5)
    assert made.inputs.dtype == copied.inputs.dtype == numbers.dtype
    for rows in (slice(None), slice(3, 9), np.array([59, 0, 0, 7])):
        np.testing.assert_array_equal(made.inputs[rows], copied.inputs[rows])
    np.testing.assert_array_equal(np.asarray(made.inputs), copied.inputs)
    np.testing.assert_array_equal(made[5:8].inputs, copied[5:8].inputs)
    np.testing.assert_array_equal(made.targets, copied.targets)
    assert made.inputs.matrix is table.matrix


def test_the_array_is_not_copied_and_not_changed(numbers):
    before = numbers.copy()
    table = Table.from_arrays(numbers, np.arange(60) % 2)
    assert np.shares_memory(table.matrix, numbers)
    assert all(np.shares_memory(column.numbers, numbers) for column in table.columns)
    table.prepare(np.arange(60)).dataset(table, np.arange(60))
    np.testing.assert_array_equal(numbers, before)


@pytest.mark.parametrize("batch_size", [1, 16, 60])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_training_and_errors_are_the_same_to_the_last_bit(table, monkeypatch, dtype, batch_size):
    copied, made = asked_for(table, np.arange(60), monkeypatch)
    settings = {"epochs": 3, "learning_rate": 0.01, "batch_size": batch_size}
    networks = [NeuralNetwork(5, 4, 2, seed=0, dtype=dtype) for _ in range(2)]
    histories = [
        network.train(data, validation=data, **settings)
        for network, data in zip(networks, (copied, made), strict=True)
    ]
    assert histories[0] == histories[1]
    np.testing.assert_array_equal(networks[0].weights, networks[1].weights)
    assert networks[0].accuracy(copied) == networks[1].accuracy(made)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_products_are_those_of_a_copy_too(monkeypatch, dtype):
    monkeypatch.setattr(matmul, "BLOCK_ITEMS", 64)
    inputs = np.random.default_rng(0).normal(size=(300, 400)).astype(dtype)
    table = Table.from_arrays(inputs, inputs[:, 0] > 0)
    preparation = table.prepare(range(300))
    copied = preparation.dataset(table, range(300))
    monkeypatch.setattr(module, "LARGEST_COPY", 0)
    made = preparation.dataset(table, range(300))
    networks = [NeuralNetwork(400, 100, 2, seed=0, dtype=dtype) for _ in range(2)]
    histories = [
        network.train(data, validation=data, epochs=2, learning_rate=0.01, batch_size=100)
        for network, data in zip(networks, (copied, made), strict=True)
    ]
    assert histories[0] == histories[1]
    assert networks[0].error(copied) == networks[1].error(made)
    outputs = [n.compute_outputs(data.inputs) for n, data in zip(networks, (copied, made), strict=True)]
    np.testing.assert_array_equal(*outputs)


def test_a_dataset_keeps_its_items_whatever_becomes_of_the_rows_it_was_asked_for(table, monkeypatch):
    monkeypatch.setattr(module, "LARGEST_COPY", 0)
    rows = np.arange(60)
    data = table.prepare(rows).dataset(table, rows)
    before = data.inputs[:]
    rows[:] = 0
    np.testing.assert_array_equal(data.inputs[:], before)


def test_joined_tables_are_one_table(table, numbers, monkeypatch):
    other = Table.from_arrays(numbers[:20] + 1, np.arange(20) % 2)
    both = joined(table, other)
    preparation = both.prepare(range(80))
    copied = preparation.dataset(both, range(55, 80)).inputs
    monkeypatch.setattr(module, "LARGEST_COPY", 0)
    np.testing.assert_array_equal(preparation.dataset(both, range(55, 80)).inputs, copied)
    compare(both, ["l2:0.1"], splits=FixedTest(range(60, 80)), recipe=Recipe(epochs=1))


def test_the_array_is_known_by_its_columns(numbers):
    matrix = np.asfortranarray(numbers)
    for whole in (numbers, matrix, numbers[::2], numbers[:, 1:4], numbers[:, ::-1]):
        table = Table.from_arrays(whole, np.arange(len(whole)) % 2)
        np.testing.assert_array_equal(table.matrix, whole)
        assert np.shares_memory(table.matrix, whole)
    columns = table.columns
    assert matrix_of(columns[::2]) is not None
    assert matrix_of([columns[0], columns[2], columns[1]]) is None
    assert matrix_of([*columns[:2], Column("own", numbers[:, 2].copy())]) is None
    assert matrix_of([*columns[:2], Column("one by one", np.arange(60.0))]) is None


def test_many_columns_are_learned_from_like_few(monkeypatch, table):
    from nnl2.preparation import encodings

    at_once = table.prepare(range(60))
    monkeypatch.setattr(encodings, "MOST_NUMBERS", 61)
    one_by_one = table.prepare(range(60))
    for own, other in zip(at_once.encodings, one_by_one.encodings, strict=True):
        assert own.name == other.name
        np.testing.assert_allclose(
            [own.median, own.mean, own.scale], [other.median, other.mean, other.scale], rtol=1e-12
        )
