"""What a column holds: numbers, words, gaps; and which columns teach nothing."""

import warnings

import numpy as np
import pytest

from nnl2 import InvalidValueError, Table
from nnl2.preparation.columns import Column
from nnl2.preparation.leaving_out import reasons_to_leave_out

YES_NO = ["yes", "no"]


def column(*texts):
    return Column.from_texts("x", texts)


def lines(*columns):
    return "\n".join(map(",".join, zip(*columns, strict=True))) + "\n"


def read(csv_file, name, cells, **roles):
    """Return the table of a column of cells, a column of numbers, and a target of two labels."""
    cells = [str(cell) for cell in cells]
    numbers = [str(item * item % 7) for item in range(len(cells))]
    labels = [YES_NO[item * item % 5 % 2] for item in range(len(cells))]
    return Table.from_csv(csv_file(lines([name, *cells], ["number", *numbers], ["ill", *labels])), **roles)


@pytest.mark.parametrize("missing", ["", " ", "?", "NA", "n/a", "#N/A", "<NA>", "NaN", "nat", "NULL"])
def test_a_cell_is_missing_if_it_says_so(missing):
    numbers, words = column("1", missing, "2.5"), column("a", missing, "b")
    assert numbers.holds_numbers
    assert numbers.numbers.tolist()[::2] == [1, 2.5]
    assert numbers.present.tolist() == words.present.tolist() == [True, False, True]
    assert words.words.tolist() == ["a", "", "b"]


@pytest.mark.parametrize("dash", ["-", "--", ".", "None"])
def test_a_dash_is_missing_among_numbers_and_a_word_among_words(dash):
    assert column("1", dash, "2").holds_numbers
    assert column("+", dash, "+").words.tolist() == ["+", dash, "+"]
    assert not column("+", dash, "+").holds_numbers


def test_numbers_may_have_spaces_around_them():
    assert column(" 7 ", "007").numbers.tolist() == [7, 7]


def test_few_words_among_many_numbers_are_slips_and_count_as_missing(csv_file):
    cells = [round(item * 7.7 % 31, 2) for item in range(100)]
    cells[17] = cells[30] = "12 kg"
    with pytest.warns(
        UserWarning, match="'weight' holds numbers, but '12 kg' in line 19; what is .* 2 in all"
    ) as told:
        table = read(csv_file, "weight", cells)
    assert len(told) == 1
    assert np.flatnonzero(np.isnan(table.columns[0].numbers)).tolist() == [17, 30]


def test_few_different_numbers_beside_a_word_are_words(csv_file):
    table = read(csv_file, "children", [*["0", "1", "2"] * 20, "3 or more"])
    assert set(table.columns[0].words) == {"0", "1", "2", "3 or more"}
    assert not table.columns[0].holds_numbers


RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("name", "cells", "reason"),
    [
        ("x", range(1, 41), "an ID, whole numbers that all differ"),
        ("x", range(40, 0, -1), "an ID, whole numbers that all differ"),
        ("x", RNG.permutation(40) + 1000, "an ID, whole numbers that all differ"),
        ("x", np.cumsum(RNG.integers(1, 50, 40)), "an ID, whole numbers that all differ"),
        ("patient_id", RNG.permutation(np.arange(40) * 1000), "an ID, whole numbers that all differ"),
        ("PatientID", RNG.permutation(np.arange(40) * 1000), "an ID, whole numbers that all differ"),
        ("Nr", RNG.permutation(np.arange(40) * 1000), "an ID, whole numbers that all differ"),
        ("x", [f"P{item}" for item in range(40)], "an ID or free text, 40 of 40 differ, such as 'P0'"),
        ("x", ["", *[f"P{item}" for item in range(39)]], "an ID or free text, 39 of 39 differ, such as 'P0'"),
        (
            "x",
            [f"2020-01-{1 + item % 28:02}" for item in range(40)],
            "dates such as '2020-01-01', of which an age",
        ),
        ("x", [f"{1 + item % 28}.1.2020" for item in range(40)], "dates such as '1.1.2020', of which an age"),
        ("x", [f"1/{1 + item % 28}/99 10:30" for item in range(40)], "dates such as '1/1/99 10:30', of which"),
        ("x", [f"{item % 24}:30" for item in range(40)], "dates such as '0:30', of which an age"),
        ("x", ["", "?"] * 20, "empty"),
        ("x", ["a"] * 40, "always 'a'"),
        ("x", ["1", ""] * 20, "always 1.0"),
    ],
)
def test_a_column_that_teaches_nothing_is_named_and_left_out(name, cells, reason, csv_file):
    with pytest.warns(UserWarning, match="left out") as told:
        table = read(csv_file, name, cells)
    assert [str(warning.message).startswith(f"table.csv: left out {name!r} ({reason}") for warning in told] == [
        True
    ]
    assert [column.name for column in table.inputs] == ["number"]
    assert table.left_out[name].startswith(reason)
    assert told[0].filename == __file__


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("income", RNG.permutation(np.arange(40) * 1000)),
        ("x", RNG.normal(size=40)),
        ("x", np.sort(RNG.normal(size=40))),
        ("paid", RNG.permutation(np.arange(40) * 1000)),
        ("x", [f"city {item % 30}" for item in range(40)]),
        ("id", [1, 1, *range(3, 41)]),
        ("id", range(9)),
    ],
)
def test_a_column_that_measures_is_an_input(name, cells, csv_file):
    assert [column.name for column in read(csv_file, name, cells).inputs] == [name, "number"]


@pytest.mark.parametrize(
    ("name", "cells"), [("x", range(1, 41)), ("x", RNG.permutation(40)), ("Nr", np.arange(40) * 1000)]
)
def test_an_id_as_target_is_refused_unless_it_is_said_to_be_measured(name, cells, csv_file):
    with pytest.raises(InvalidValueError, match=f"the target '{name}' looks like an ID: 40 whole numbers, all"):
        read(csv_file, name, cells, target=name)
    assert read(csv_file, name, cells, target=name, task="regression").targets.tolist() == list(cells)


def test_no_more_than_a_few_columns_are_named_in_one_warning(csv_file):
    empty = [[f"empty {number}", "", "", ""] for number in range(20)]
    with pytest.warns(UserWarning, match=r"'empty 7' \(empty\) and 12 more$"):
        Table.from_csv(csv_file(lines(*empty, ["x", "1", "2", "3"], ["y", "0", "1", "0"])))


def test_without_any_other_column_there_is_nothing_to_learn_from(csv_file):
    sheet = Table.from_arrays([[1.0], [2.0]], [0, 1])
    assert reasons_to_leave_out(sheet, sheet.columns) == {}
    with pytest.raises(
        InvalidValueError, match=r"table.csv has no column to learn from beside the target; add one"
    ):
        Table.from_csv(csv_file("w,y\n1,0\n1,1\n"), weight="w")


def test_a_table_without_faults_warns_of_nothing(csv_file):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read(csv_file, "x", np.arange(40) % 3).left_out == {}
