"""compare on tables as somebody has them: words, gaps, an ID, umlauts, items that weigh, a test file."""

import random

import numpy as np
import pytest

from nnl2 import FixedTest, InvalidValueError, Recipe, RepeatedFolds, Table, TimeOrder, UnknownNameError, compare
from nnl2.preparation import joined

QUICK = {"recipe": Recipe(hidden=3, epochs=6), "splits": RepeatedFolds(3, repeats=1)}


def customers(n_items=90, seed=1):
    """Return the columns of customers; the older ones and those in Köln come again."""
    rng = random.Random(seed)  # noqa: S311
    ages = [rng.choice([None, *range(18, 80)]) for _ in range(n_items)]
    cities = [rng.choice(["Köln", "Ulm", "Bad Füssing", "", "?"]) for _ in range(n_items)]
    return {
        "Nr": list(range(1000, 1000 + n_items)),
        "Alter": ages,
        "Stadt": cities,
        "Gewicht": [rng.choice([1, 2, 3]) for _ in range(n_items)],
        "kommt wieder": [
            "ja" if (age or 40) + 20 * (city == "Köln") + rng.gauss(0, 8) > 60 else "nein"
            for age, city in zip(ages, cities, strict=True)
        ],
    }


@pytest.fixture
def table_of(tmp_path):
    """Return a function that makes a Table of columns, through a CSV file."""

    def make(columns, name="customers.csv", **settings):
        lines = [
            ";".join(columns),
            *(";".join("" if c is None else str(c) for c in row) for row in zip(*columns.values(), strict=True)),
        ]
        (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
        return Table.from_csv(tmp_path / name, **settings)

    return make


pytestmark = pytest.mark.filterwarnings("ignore:.*(left out|are left out).*:UserWarning")


def test_words_and_gaps_are_compared_and_what_is_left_out_is_told(table_of):
    result = compare(table_of(customers(), weight="Gewicht"), ["l2", "dropout:0.2"], **QUICK)
    assert result.data == "customers.csv: 90 items, 2 columns as 5 inputs, target 'kommt wieder' of 2 classes"
    assert result.row("none").scores["accuracy"] > 0.7
    assert "Left out: Nr (an ID, whole numbers that all differ)." in result.notes
    assert "Items count by their weights, in learning and in scores." in result.notes
    assert "ja" not in result.outcome("none").scores


def test_values_have_a_name_too(table_of):
    table = table_of(customers(), target="Alter")
    assert compare(table, ["l2:0.01"], **QUICK).data.endswith("inputs, target 'Alter'")


def test_class_weights_are_told(table_of):
    notes = compare(table_of(customers()), ["l2:0.01"], class_weights="balanced", **QUICK).notes
    assert any("all classes count alike" in note for note in notes)
    notes = compare(table_of(customers()), ["l2:0.01"], class_weights={"ja": 2, "nein": 1}, **QUICK).notes
    assert any("classes count by the weights {'ja': 2, 'nein': 1}" in note for note in notes)


@pytest.mark.parametrize("splits", [TimeOrder(3), RepeatedFolds(2, repeats=1)])
def test_other_splits_take_it_too(table_of, splits):
    result = compare(table_of(customers()), ["l2"], recipe=QUICK["recipe"], splits=splits)
    assert len(result.rows) == 3


def test_groups_stay_together(table_of):
    columns = customers() | {"Haushalt": [f"H{n // 3}" for n in range(90)]}
    columns = {name: columns[name] for name in ("Alter", "Stadt", "Haushalt", "kommt wieder")}
    result = compare(table_of(columns, group="Haushalt"), ["l2:0.01"], **QUICK)
    assert "groups kept together" in result.splits


def test_a_test_file_is_joined_and_judged_by(table_of):
    first, test = table_of(customers()), table_of(customers(50, seed=2), name="later.csv")
    both = joined(first, test)
    assert (both.n_items, both.classes) == (140, ("ja", "nein"))
    assert both.name == "customers.csv with later.csv"
    rows = np.arange(90, 140)
    alone = first.prepare(range(90)).dataset(test, range(50))
    assert (both.prepare(range(90)).dataset(both, rows).inputs == alone.inputs).all()
    assert (both.prepare(range(90)).dataset(both, rows).targets == alone.targets).all()
    result = compare(both, ["l2:0.01"], recipe=QUICK["recipe"], splits=FixedTest(rows))
    assert result.splits == "one training set of 90 items, one test set of 50"


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (
            {"Alter": ["alt", "jung"] * 10},
            InvalidValueError,
            "'Alter' must hold numbers, as in customers.csv, got",
        ),
        (
            {"kommt wieder": ["ja", "nie"] * 10},
            InvalidValueError,
            "later.csv has the class 'nie', not among ja, nein",
        ),
        (
            {"kommt wieder": list(np.linspace(0, 1, 20))},
            InvalidValueError,
            "later.csv is regression, but customers",
        ),
        ({"Stadt": None}, UnknownNameError, "later.csv has no column 'Stadt'"),
    ],
)
def test_a_test_file_that_does_not_fit_is_one_line(table_of, change, error, message):
    columns = {name: cells for name, cells in (customers(20) | change).items() if cells is not None}
    with pytest.raises(error, match=message):
        joined(table_of(customers()), table_of(columns, name="later.csv"))


def test_both_files_weigh_their_items_or_neither(table_of):
    with pytest.raises(InvalidValueError, match="must both have item_weights, or neither"):
        joined(table_of(customers(), weight="Gewicht"), table_of(customers(20), name="later.csv"))
