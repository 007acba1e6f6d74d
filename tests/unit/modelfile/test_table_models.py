"""A model of any table comes back as it was."""

from copy import copy

import numpy as np
import pytest
from attrs import evolve

from nnl2 import InvalidValueError, NeuralNetwork, Preparation, SquaredError, TableModel, load, save
from nnl2.preparation.columns import Column, Sheet
from nnl2.preparation.encodings import MOST_CATEGORIES, OneHot, Standardized

hypothesis = pytest.importorskip("hypothesis")
st = pytest.importorskip("hypothesis.strategies")

texts = st.text()
numbers = st.floats(-1e150, 1e150)
kinds = st.builds(
    Standardized, name=st.just(""), median=numbers, mean=numbers, scale=st.just(0.0) | st.floats(1e-150, 1e150)
) | st.builds(
    OneHot,
    name=st.just(""),
    categories=st.lists(texts, unique=True, min_size=1, max_size=MOST_CATEGORIES).map(tuple),
    has_others=st.booleans(),
)
columns = st.dictionaries(texts, kinds, min_size=1, max_size=4).map(
    lambda named: tuple(type(kind)(name, *_values(kind)) for name, kind in named.items())
)
labels = st.lists(texts | st.booleans() | st.integers() | numbers, min_size=2, max_size=4, unique_by=str).map(
    tuple
)


def _values(kind):
    return (
        (kind.median, kind.mean, kind.scale)
        if isinstance(kind, Standardized)
        else (kind.categories, kind.has_others)
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"target_name": "\ud800"}, "surrogates not allowed"),
        ({"n_items": float("nan")}, "not JSON compliant"),
        ({"strategy": 5}, "strategy must be a text, got 5"),
        (
            {"preparation": Preparation((OneHot("a", tuple("abcd"), has_others=False),), ((1,), (2,)))},
            "classes must",
        ),
    ],
)
def test_what_could_not_be_loaded_is_not_saved(changes, said, table_model, tmp_path):
    with pytest.raises(InvalidValueError, match=f"this TableModel cannot be saved: .*{said}"):
        save(evolve(table_model, **changes), tmp_path / "model.npz")
    assert not list(tmp_path.iterdir())


def test_a_memory_that_has_overflowed_is_not_saved(network, tmp_path):
    overflowed = copy(network)
    overflowed.state = evolve(network.state, memory=network.state.memory + np.inf)
    with pytest.raises(
        InvalidValueError, match=r"this NeuralNetwork cannot be saved: memory.npy must hold finite"
    ):
        save(overflowed, tmp_path / "model.npz")
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@hypothesis.settings(
    max_examples=60, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
@hypothesis.given(encodings=columns, classes=st.none() | labels, name=texts, mean=numbers, cells=st.data())
def test_a_model_of_any_table_comes_back(tmp_path, encodings, classes, name, mean, cells):
    preparation = Preparation(encodings, classes, mean, 2.0)
    settings = {} if classes else {"output": SquaredError()}
    network = NeuralNetwork(preparation.n_inputs, len(classes or "1"), seed=0, **settings)
    model = TableModel(name, preparation, network, "none", 9)
    save(model, tmp_path / "model.npz")
    again = load(tmp_path / "model.npz")
    assert again.preparation == preparation
    assert (again.target_name, again.strategy, again.n_items) == (name, "none", 9)
    kinds = [[type(label) for label in each.preparation.classes or ()] for each in (again, model)]
    assert kinds[0] == kinds[1]
    items = [
        Column.from_numbers("new", each.name, np.array([cells.draw(numbers), np.nan]))
        if isinstance(each, Standardized)
        else Column(each.name, np.array([each.categories[0], each.categories[-1]], object))
        for each in encodings
    ]
    sheet = Sheet("new", tuple(items))
    assert again.predict(sheet).to_csv() == model.predict(sheet).to_csv()
