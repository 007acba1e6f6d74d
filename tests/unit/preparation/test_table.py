"""`Table`: tasks told from targets, weights, groups and times, arrays, and the tables of scikit-learn."""

import fractions
import pickle

import numpy as np
import pytest

from nnl2 import InvalidTypeError, InvalidValueError, Table, UnknownNameError

INPUTS = [[1.0, 2.0], [3.0, np.nan], [5.0, 4.0], [6.0, 7.0]]


def test_the_patients_are_read_in_one_line(patients_file):
    with pytest.warns(UserWarning, match="left out") as told:
        table = Table.from_csv(patients_file, "Diabetes")
    (warning,) = told
    assert str(warning.message) == (
        "patienten.csv: left out 'Nr' (an ID, whole numbers that all differ), 'Bemerkung' (an ID or free text, "
        "403 of 403 differ, such as 'Besuch 0;\\nnächster in 2 Wochen')"
    )
    assert repr(table) == "Table(patienten.csv: 403 items, 5 inputs, target 'Diabetes' of 2 classes)"
    assert table.task == "classification"
    assert table.classes == ("ja", "nein")
    assert np.bincount(table.targets).tolist() == [60, 343]
    assert [column.name for column in table.inputs if column.holds_numbers] == ["Alter", "Größe", "Gewicht"]
    data = table.prepare(range(300)).dataset(table, range(300, 403))
    assert data.inputs.shape == (103, 3 + 2 + 6)
    assert np.isfinite(data.inputs).all()


@pytest.mark.parametrize(
    ("targets", "task", "classes"),
    [
        (["b", "a", "b", "c"], "classification", ("a", "b", "c")),
        ([True, False, True, True], "classification", (False, True)),
        ([0, 1, 2, 1], "classification", (0, 1, 2)),
        ([3.0, 1.0, 3.0, 1.0], "classification", (1, 3)),
        ([0.5, 1.5, 0.5, 1.5], "classification", (0.5, 1.5)),
        (np.array(["b", "a", "b", "c"], dtype=object), "classification", ("a", "b", "c")),
        (np.array([2, 1, 2, 1], dtype=object), "classification", (1, 2)),
        ([0.5, 1.5, 2.5, 1.5], "regression", None),
        ([fractions.Fraction(1, 2), 1, 2, 3], "regression", None),
        (np.array([0, 1, 2, 3], dtype=np.uint8) * 0.5, "regression", None),
    ],
)
def test_the_task_is_told_from_the_targets(targets, task, classes):
    table = Table.from_arrays(INPUTS, targets)
    assert (table.task, table.classes) == (task, classes)
    told = table.targets.tolist() if classes is None else [classes[number] for number in table.targets]
    assert told == list(targets)
    assert table.targets.dtype == (np.float64 if classes is None else np.intp)


def test_up_to_ten_whole_numbers_are_classes_and_more_are_regression():
    inputs = np.zeros((22, 1))
    assert Table.from_arrays(inputs, np.arange(22) % 10).task == "classification"
    assert Table.from_arrays(inputs, np.arange(22) % 11).task == "regression"
    assert Table.from_arrays(inputs, np.arange(22) % 11, task="classification").classes == tuple(range(11))
    assert Table.from_arrays(inputs, np.arange(22) % 10, task="regression").classes is None


@pytest.mark.parametrize(
    ("inputs", "targets", "arguments", "error", "message"),
    [
        (
            [1.0, 2.0],
            [0, 1],
            {},
            InvalidValueError,
            r"inputs must be a table of shape \(items, columns\) .*\(2,\)",
        ),
        (np.zeros((0, 2)), [], {}, InvalidValueError, r"one of each at least, got shape \(0, 2\)"),
        ([["a"], ["b"]], [0, 1], {}, InvalidValueError, "inputs must hold numbers only: .*encode text"),
        (
            [[1.0], [np.inf]],
            [0, 1],
            {},
            InvalidValueError,
            "inputs: column 'x0' contains inf in item 1, too large",
        ),
        (
            [[1.0], [1e200]],
            [0, 1],
            {},
            InvalidValueError,
            "inputs: column 'x0' contains 1e.200 in item 1, too large",
        ),
        (
            [[1.0], [2.0]],
            [0, 1, 1],
            {},
            InvalidValueError,
            r"targets must be one for each of 2 items, got shape \(3,",
        ),
        (
            [[1.0], [2.0]],
            [[0, 1], [1, 0]],
            {},
            InvalidValueError,
            r"targets must be one .*targets.argmax\(axis=1\)",
        ),
        ([[1.0], [2.0]], [0, None], {}, InvalidValueError, "targets contain NaN or None; fill or drop such items"),
        ([[1.0], [2.0]], [0, np.nan], {}, InvalidValueError, "targets contain NaN or None; fill or drop"),
        ([[1.0], [2.0]], ["a", 1], {}, InvalidTypeError, "targets must be all numbers or all words, got int, str"),
        ([[1.0], [2.0]], [1j, 2j], {}, InvalidTypeError, "targets must be all numbers or all words, got complex"),
        ([[1.0], [2.0]], [{}, {}], {}, InvalidTypeError, "targets must be all numbers or all words, got dict"),
        ([[1.0], [2.0]], [1, 1], {}, InvalidValueError, "targets is always 1; there is nothing to learn"),
        (
            [[1.0], [2.0]],
            [1.5, np.inf],
            {"task": "regression"},
            InvalidValueError,
            "targets must be numbers up to 9007199254740992",
        ),
        ([[1.0], [2.0]], [2**63, 2**63 + 1], {}, InvalidValueError, "targets must be numbers up to .*got larger"),
        (
            [[1.0], [2.0]],
            [0, 1],
            {"item_weights": [1]},
            InvalidValueError,
            "item_weights must be one for each of 2",
        ),
        ([[1.0], [2.0]], [0, 1], {"item_weights": [1, -1]}, InvalidValueError, r"weight >= 0 .*got -1 \(item 1\)"),
        ([[1.0], [2.0]], [0, 1], {"item_weights": [1, np.nan]}, InvalidValueError, r"got nothing \(item 1\)"),
        ([[1.0], [2.0]], [0, 1], {"item_weights": [0, 0]}, InvalidValueError, "a weight above 0 for some items"),
        ([[1.0], [2.0]], [0, 1], {"groups": ["a"]}, InvalidValueError, "groups must be one for each of 2 items"),
        (
            np.zeros((99, 1)),
            np.arange(99),
            {"task": "classification"},
            InvalidValueError,
            "targets has 99 different values in 99 items, more than 50 classes; say task='regression'",
        ),
    ],
)
def test_arrays_that_cannot_be_used_are_one_clear_line(inputs, targets, arguments, error, message):
    with pytest.raises(error, match=message) as caught:
        Table.from_arrays(inputs, targets, **arguments)
    assert "\n" not in str(caught.value)


def test_arrays_are_taken_as_they_are():
    table = Table.from_arrays(
        np.arange(40).reshape(-1, 1), [0, 1] * 20, item_weights=np.arange(40), groups=["a", "b"] * 20, name="mine"
    )
    assert table.name == "mine"
    assert [column.name for column in table.inputs] == ["x0"]
    assert table.item_weights.tolist() == list(range(40))
    assert table.groups.tolist() == ["a", "b"] * 20
    assert len(table) == table.n_items == 40


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("iris", "Table(iris: 150 items, 4 inputs, target 'species' of 3 classes)"),
        ("wine", "Table(wine: 178 items, 13 inputs, target 'cultivar' of 3 classes)"),
        ("breast_cancer", "Table(breast_cancer: 569 items, 30 inputs, target 'diagnosis' of 2 classes)"),
        ("digits", "Table(digits: 1797 items, 64 inputs, target 'digit' of 10 classes)"),
        ("diabetes", "Table(diabetes: 442 items, 10 inputs, target 'progression')"),
    ],
)
def test_scikit_learn_brings_tables(name, text):
    table = Table.bundled(name)
    assert repr(table) == text
    assert pickle.loads(pickle.dumps(table)).targets.tolist() == table.targets.tolist()  # noqa: S301


def test_labels_of_bundled_tables_are_words_where_they_have_some():
    cancer = Table.bundled("breast_cancer")
    assert cancer.classes == ("benign", "malignant")
    assert np.bincount(cancer.targets).tolist() == [357, 212]
    assert Table.bundled("digits").classes == tuple(range(10))


def test_an_unknown_bundled_table_is_told_the_nearest():
    with pytest.raises(
        UnknownNameError, match=r"no bundled table is called 'wines'; did you mean 'wine'. there are"
    ):
        Table.bundled("wines")
    with pytest.raises(UnknownNameError, match="no bundled table is called 3; there are breast_cancer, diabetes"):
        Table.bundled(3)


TIMES = "seen,dose,clinic,counts,ill\n{},1,A,1,0\n{},2,B,0.5,1\n{},4,A,2,0\n"


def test_weights_and_groups_are_columns_of_their_own(csv_file):
    table = Table.from_csv(csv_file(TIMES.format(1, 2, 1)), weight="counts", group="clinic")
    assert table.item_weights.tolist() == [1, 0.5, 2]
    assert table.groups.tolist() == ["A", "B", "A"]
    assert [column.name for column in table.columns] == ["seen", "dose"]
    data = table.prepare([0, 2]).dataset(table, [1, 2])
    assert data.item_weights.tolist() == [0.5, 2]


@pytest.mark.parametrize(
    "times",
    [
        (3, 1, 3),
        ("2020-03-01", "2019-12-31", "2020-03-01"),
        ("2020-03-01T10:00", "2020-03-01 09:59:59", "2020-03-01T10:00"),
        ("1.10.2020", "30.9.2020", "01.10.2020"),
        ("2020-03-01T10:00+02:00", "2020-03-01T07:30Z", "2020-03-01T10:00+02:00"),
        ("2020/03/01", "2020/2/28", "2020/3/1"),
        ("1/3/2020", "13/2/2020", "1/3/2020"),
        ("3/1/2020 10:00", "2/13/2020 23:59", "3/1/2020 10:00"),
        ("3-1-2020", "2-28-2020", "3-1-2020"),
    ],
)
def test_items_are_sorted_by_time(times, csv_file):
    table = Table.from_csv(csv_file(TIMES.format(*times)), time="seen", weight="counts", group="clinic")
    assert [column.name for column in table.columns] == ["dose"]
    assert table.columns[0].numbers.tolist() == [2, 1, 4]
    assert table.targets.tolist() == [1, 0, 0]
    assert table.item_weights.tolist() == [0.5, 1, 2]
    assert table.groups.tolist() == ["B", "A", "A"]


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        (
            TIMES.format("2020-01-02", "a", "b"),
            {"time": "seen"},
            "line 3, column 'seen': 'a' is no time; write numbers, or dates as in 2020-01-31",
        ),
        (
            TIMES.format("31/1/2020", "1/31/2020", "b"),
            {"time": "seen"},
            "line 3, column 'seen': '1/31/2020' is no",
        ),
        (
            TIMES.format("1/2/2020", "2/3/2020", "12/11/2020"),
            {"time": "seen"},
            "table.csv, column 'seen': nothing tells days from months, as in '1/2/2020'; write 2020-01-31",
        ),
        (TIMES.format(1, "", 3), {"time": "seen"}, "line 3, column 'seen': the cell is missing, or no number"),
        (TIMES.format("a", "", "b"), {"group": "seen"}, "line 3, column 'seen': the cell is missing"),
        (
            TIMES.format(1, -2, 3),
            {"weight": "seen"},
            r"column 'seen' must hold a weight >= 0 .*, got -2 \(line 3\)",
        ),
        (TIMES.format(1, "", 3), {"weight": "seen"}, r"must hold a weight >= 0 .*, got nothing \(line 3\)"),
        (TIMES.format("a", "b", "b"), {"weight": "seen"}, r"must hold a weight >= 0 .*, got 'a' \(line 2\)"),
        (TIMES.format(0, 0, 0), {"weight": "seen"}, "a weight above 0 for some items, got 0 for all"),
    ],
)
def test_a_column_that_cannot_serve_its_purpose_is_one_clear_line(text, arguments, message, csv_file):
    with pytest.raises(InvalidValueError, match=message):
        Table.from_csv(csv_file(text), **arguments)


def test_items_without_a_target_are_left_out_and_told(csv_file):
    with pytest.warns(
        UserWarning, match="'y' is missing in 2 of 5 items, which are left out; the first is line 3"
    ):
        table = Table.from_csv(csv_file("x,w,y\n1,1,a\n2,,\n4,3,b\n3,,?\n5,2,b\n"), weight="w")
    assert table.columns[0].numbers.tolist() == [1, 4, 5]
    assert table.item_weights.tolist() == [1, 3, 2]
    assert table.targets.tolist() == [0, 1, 1]


def test_a_word_among_the_numbers_of_a_target_leaves_the_item_out(csv_file):
    rows = "".join(f"{item % 5},{item * 7.7 % 31:.2f}\n" for item in range(100))
    with pytest.warns(UserWarning, match="'y' is missing, or no number, in 1 of 101 items"):
        assert len(Table.from_csv(csv_file(f"x,y\n{rows}3,low\n"))) == 100


def test_plus_and_minus_are_labels(csv_file):
    assert Table.from_csv(csv_file("x,y\n1,+\n2,-\n3,+\n")).classes == ("+", "-")


def test_a_file_like_a_table_has_its_target_task_and_classes(csv_file):
    table = Table.from_csv(csv_file("y,x,z\na,1,2\nb,2,3\nc,3,5\n"), target="y")
    other = Table.from_csv(csv_file("x,z,y\n1,2,b\n1,2,b\n", "other.csv"), like=table)
    assert (other.target_name, other.task, other.classes) == ("y", "classification", ("a", "b", "c"))
    assert other.targets.tolist() == [1, 1]
    assert (dict(other.left_out), other.name) == ({}, "other.csv")
    assert table.prepare(range(3)).dataset(other, [0]).targets.tolist() == [[0, 1, 0]]


def test_labels_are_alike_as_they_are_written(csv_file):
    table = Table.from_csv(csv_file("x,y\n1,1\n2,2\n3,3 or more\n"))
    other = Table.from_csv(csv_file("x,y\n1,2\n1,2\n"), like=table)
    assert other.targets.tolist() == [1, 1]


def test_a_file_like_a_table_of_values_may_hold_few_and_equal_ones(csv_file):
    table = Table.from_csv(csv_file("x,y\n1,1.5\n2,2.5\n3,3.5\n"))
    other = Table.from_csv(csv_file("x,y\n1,2\n4,2\n"), like=table)
    assert (other.task, other.classes, other.targets.tolist()) == ("regression", None, [2, 2])


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("x,y\n1,a\n2,d\n", InvalidValueError, "other.csv has the class 'd', not among a, b; drop its items"),
        ("x,z\n1,a\n2,b\n", UnknownNameError, "other.csv has no column 'y'"),
    ],
)
def test_a_file_that_is_not_like_the_table_is_one_clear_line(text, error, message, csv_file):
    table = Table.from_csv(csv_file("x,y\n1,a\n2,b\n"))
    with pytest.raises(error, match=message):
        Table.from_csv(csv_file(text, "other.csv"), like=table)


def test_a_frame_can_be_like_a_table_too():
    class Frame:
        columns = ("x", "y")

        def __getitem__(self, name):
            cells = {"x": [1.0, 2.0], "y": ["b", "b"]}[name]
            return type("Series", (), {"to_numpy": lambda _: np.array(cells)})()

    table = Table.from_arrays([[1.0], [2.0]], ["a", "b"])
    assert Table.from_frame(Frame(), "y", like=table).targets.tolist() == [1, 1]


def test_like_must_be_a_table(csv_file):
    with pytest.raises(InvalidTypeError, match="like must be a Table, got str"):
        Table.from_csv(csv_file("x,y\n1,a\n2,b\n"), "y", like="table")
