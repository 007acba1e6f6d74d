"""A large table of numbers is never copied: its rows are standardised as they are asked for, to the same bits."""

import tracemalloc

import numpy as np
import pytest
from attrs import frozen

from nnl2 import Recipe, Regularizer, RepeatedFolds, Table, compare, data, strength_path
from nnl2.engine import feed, kernel
from nnl2.preparation import encodings, standardized
from nnl2.preparation import table as module
from nnl2.preparation.standardized import StandardizedRows


@frozen
class Patient(Regularizer):
    """Ends training after an epoch in which the validation error rose."""

    def should_stop(self, errors):
        return len(errors) > 2 and errors[-1] > errors[-2]


@pytest.fixture(params=[np.float32, np.float64])
def table(request):
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(80, 4)).astype(request.param)
    inputs[3, 1] = np.nan
    return Table.from_arrays(inputs, inputs[:, 0] > 0)


SETTINGS = {
    "splits": RepeatedFolds(3, repeats=1),
    "recipe": Recipe(epochs=4, hidden=(3,), inner_folds=2),
    "class_weights": "balanced",
}


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    """Let blocks have few items, so that there are several."""
    monkeypatch.setattr(standardized, "AT_ONCE", 40)
    monkeypatch.setattr(feed, "BLOCK_BYTES", 8 * 6 * 15)
    monkeypatch.setattr(data, "BLOCK_NUMBERS", 60)


def with_and_without_copies(monkeypatch, run):
    """Return what comes out where parts of the table are copied, and where none may be."""
    copied = run()
    asked_for, dataset = [], module.Preparation.dataset
    monkeypatch.setattr(module, "LARGEST_COPY", 0)
    monkeypatch.setattr(
        module.Preparation, "dataset", lambda *own: asked_for.append(dataset(*own)) or asked_for[-1]
    )
    made = run()
    assert asked_for
    assert all(isinstance(each.inputs, StandardizedRows) for each in asked_for)
    return copied, made


def test_a_comparison_is_the_same_to_the_last_bit(table, monkeypatch):
    copied, made = with_and_without_copies(
        monkeypatch, lambda: compare(table, ["l2", "dropout:0.2", Patient()], **SETTINGS).to_dict()
    )
    assert copied == made


def test_a_path_is_the_same_to_the_last_bit(table, monkeypatch):
    copied, made = with_and_without_copies(
        monkeypatch, lambda: strength_path(table, "l1", n_points=3, **SETTINGS).to_dict()
    )
    assert copied == made


@pytest.mark.slow
@pytest.mark.minutes
@pytest.mark.skipif(kernel.library() is None, reason="without the compiled update it takes minutes")
def test_a_comparison_takes_less_memory_than_the_table(monkeypatch):
    monkeypatch.undo()  # blocks of usual size
    monkeypatch.setattr(module, "LARGEST_COPY", 500_000)  # else a table that shows it would take minutes
    monkeypatch.setattr(encodings, "MOST_NUMBERS", 500_000)
    inputs = np.random.default_rng(0).normal(size=(150_000, 100)).astype(np.float32)
    recipe = Recipe(epochs=1, batch_size=64, hidden=(2,))
    compare((inputs[:200], inputs[:200, 0] > 0), ["l2:0.01"], splits=RepeatedFolds(2, repeats=1), recipe=recipe)
    tracemalloc.start()  # what is imported is there by now
    try:
        table = Table.from_arrays(inputs, (inputs[:, 0] > 0).astype(int))
        compare(table, ["l2:0.01", Patient()], splits=RepeatedFolds(2, repeats=1), recipe=recipe, n_jobs=1)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < inputs.nbytes
