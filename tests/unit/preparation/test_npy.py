"""Tables in `.npy` files: taken as they are, in columns x0, x1 ..., the target in one or in a file of its own."""

import io

import numpy as np
import pytest

from nnl2 import InvalidTypeError, InvalidValueError, Table, UnknownNameError
from nnl2.preparation import read_npy

NUMBERS = np.array([[0.5, 1, 0], [1.5, np.nan, 1], [2.5, 3, 1]], np.float32)


@pytest.fixture
def saved(tmp_path):
    """Return a function that saves an array, or these very bytes, and returns the path."""

    def save(content, name="numbers.npy"):
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            np.save(path, content)
        return path

    return save


def test_the_last_column_is_the_target(saved):
    table = Table.from_npy(saved(NUMBERS))
    assert repr(table) == "Table(numbers.npy: 3 items, 2 inputs, target 'x2' of 2 classes)"
    assert [column.name for column in table.inputs] == ["x0", "x1"]
    assert table.classes == (0.0, 1.0)
    assert table.targets.tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("target", "classes"), [("x0", (0.5, 1.5, 2.5)), ("x1", (0.0, 1.0)), ("x2", (0.0, 1.0)), (None, (0.0, 1.0))]
)
def test_any_column_may_be_the_target_and_the_others_keep_their_names(saved, target, classes):
    table = Table.from_npy(saved(NUMBERS[:, [0, 2, 2]]), target, task="classification")
    assert table.target_name == (target or "x2")
    assert [column.name for column in table.columns] == [n for n in ("x0", "x1", "x2") if n != table.target_name]
    assert table.classes == classes
    kept = [int(column.name[1:]) for column in table.columns]
    np.testing.assert_array_equal(table.matrix, NUMBERS[:, [0, 2, 2]][:, kept])


def test_the_target_may_have_a_file_of_its_own(saved):
    labels = saved(np.array(["no", "yes", "no"]), "labels.npy")
    for target in (labels, str(labels)):
        table = Table.from_npy(saved(NUMBERS), target)
        assert (len(table.inputs), table.target_name, table.classes) == (3, "target", ("no", "yes"))


def test_the_file_is_not_copied(saved):
    table = Table.from_npy(saved(NUMBERS))
    base = table.columns[0].cells
    while base.base is not None and isinstance(base.base, np.ndarray):
        base = base.base
    assert isinstance(base, np.memmap)
    assert table.matrix.dtype == np.float32
    with pytest.raises(ValueError, match="read-only"):
        table.matrix[0, 0] = 1


def test_whole_numbers_and_booleans_become_floats(saved):
    table = Table.from_npy(saved(np.array([[1, 2, 0], [3, 5, 1]])), task="classification")
    assert table.matrix.dtype == np.float64
    assert table.columns[1].numbers.tolist() == [2, 5]


def test_the_task_may_be_said(saved):
    assert Table.from_npy(saved(NUMBERS), task="regression").classes is None


def zipped():
    file = io.BytesIO()
    np.savez(file, a=NUMBERS)
    return file.getvalue()


def header(text):
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode() + bytes(64)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"",
            r"^numbers\.npy is no whole \.npy file of numbers or words; write one with np\.save\(path, array\)$",
        ),
        (b"a,b\n1,2\n", r"^numbers\.npy is no whole \.npy file"),
        (b"PK\x03\x04", r"^numbers\.npy holds several arrays"),
        (header("{'descr': '<f8"), r"no whole \.npy file"),
        (header("{'descr': ("), r"no whole \.npy file"),
        (zipped(), r"^numbers\.npy holds several arrays; save the one that is meant"),
        (NUMBERS[0], r"^numbers\.npy must hold a table of shape \(items, columns\).*, got shape \(3,\)$"),
        (NUMBERS[:0], r"^numbers\.npy must hold a table .*, got shape \(0, 3\)$"),
        (NUMBERS[:, :1], r"^numbers\.npy has one column only; name the file with a label for each item as target"),
        (np.array([["a", "b"]]), r"^inputs must hold numbers only"),
        (
            np.array([[1e200, 0], [1, 1]]),
            r"^inputs: column 'x0' contains 1e\+200 in item 0, too large to be scaled",
        ),
        (np.array([[1, np.inf, 0], [1, 1, 1]], np.float32), r"^inputs: column 'x1' contains inf in item 0"),
        (np.array([[1, np.nan], [1, 1]]), r"^targets contain NaN"),
    ],
)
def test_what_is_no_table_gets_one_line(saved, content, message):
    with pytest.raises((InvalidValueError, InvalidTypeError), match=message) as error:
        Table.from_npy(saved(content))
    assert "\n" not in str(error.value)


def test_items_to_predict_are_columns_with_the_same_names(saved):
    sheet = read_npy(saved(NUMBERS))
    assert [column.name for column in sheet.columns] == ["x0", "x1", "x2"]
    np.testing.assert_array_equal(sheet.columns[1].numbers, NUMBERS[:, 1])
    with pytest.raises(InvalidValueError, match="must hold a table of shape"):
        read_npy(saved(NUMBERS[0]))


def test_a_file_cut_short_is_told(saved):
    path = saved(NUMBERS)
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(InvalidValueError, match=r"no whole \.npy file"):
        Table.from_npy(path)


def test_pickled_objects_are_refused(saved):
    with pytest.raises(InvalidValueError, match="of numbers or words"):
        Table.from_npy(saved(np.array([[1, "a"]], dtype=object)))


def test_a_column_that_is_not_there_is_named(saved):
    with pytest.raises(
        UnknownNameError, match=r"has no column 'x3'; its columns are x0 to x2, and another \.npy file"
    ):
        Table.from_npy(saved(NUMBERS), "x3")


def test_labels_of_another_length_are_refused(saved):
    with pytest.raises(InvalidValueError, match="targets must be one for each of 3 items"):
        Table.from_npy(saved(NUMBERS), saved(np.zeros(2), "labels.npy"))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InvalidValueError, match=r"^none\.npy cannot be read: No such file"):
        Table.from_npy(tmp_path / "none.npy")
