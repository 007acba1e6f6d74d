"""Data frames are asked through their own methods: stand-ins here, pandas and polars where they are installed."""

import datetime as dt
import decimal

import numpy as np
import pytest

from nnl2 import InvalidTypeError, InvalidValueError, Table
from nnl2.preparation import read_frame


class Series:
    """One column, as pandas and polars have it."""

    def __init__(self, values):
        self.values = values

    def to_numpy(self):
        return self.values if isinstance(self.values, np.ndarray) else np.array([*self.values, None], object)[:-1]


class Frame:
    """A data frame, as pandas and polars have it."""

    def __init__(self, **columns):
        self.columns = list(columns)
        self.cells = columns

    def __getitem__(self, label):
        return Series(self.cells[label])


class NotAvailable:
    """What pandas.NA does: it says neither yes nor no."""

    def __ne__(self, other):
        return self

    __hash__ = None

    def __bool__(self):
        raise TypeError("boolean value of NA is ambiguous")


def column_of(values):
    """Return the first column of a table of three items."""
    table = Table.from_frame(Frame(x=values, z=np.array([0.5, 1, 2]), y=np.array([0, 1, 0])))
    return table.columns[0]


@pytest.mark.filterwarnings("ignore:table. left out")
@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.array([1, 2, 1]), ["1", "2", "1"]),
        (np.array([1.5, np.nan, 2]), ["1.5", "", "2"]),
        (np.array([True, False, True]), ["True", "False", "True"]),
        (np.array([0.1, 2], dtype=np.float32), [repr(float(np.float32(0.1))), "2"]),
        (["a", None, "b"], ["a", "", "b"]),
        (["a", float("nan"), "b"], ["a", "", "b"]),
        ([1, NotAvailable(), 2.5], ["1", "", "2.5"]),
        ([True, None, False], ["True", "", "False"]),
        ([decimal.Decimal("1.50"), decimal.Decimal("sNaN"), 2], ["1.50", "", "2"]),
        (["NA", " b ", "c"], ["", "b", "c"]),
        ([dt.date(2020, 1, 31), None, dt.date(2020, 2, 1)], ["2020-01-31", "", "2020-02-01"]),
        (np.array(["2020-01-31", "NaT", "2020-02-01"], "datetime64[D]"), ["2020-01-31", "", "2020-02-01"]),
        (np.array(["a", "b"]), ["a", "b"]),
        ([10**400, 1, 2], ["inf", "1", "2"]),
    ],
    ids=repr,
)
def test_cells_of_any_kind_are_read(values, words):
    assert column_of(values).words.tolist() == words


def test_numbers_in_a_column_of_objects_are_numbers():
    column = column_of([1, NotAvailable(), 2.5])
    assert column.holds_numbers
    assert column.numbers[[0, 2]].tolist() == [1, 2.5]
    assert column_of([decimal.Decimal("1.5"), 2]).numbers.tolist() == [1.5, 2]


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (np.array([True, False, True]), (False, True)),
        (["b", "a", "b"], ("a", "b")),
        (np.array([2.0, 1.0, 2.0]), (1, 2)),
    ],
)
def test_labels_stay_what_they_are(labels, classes):
    assert Table.from_frame(Frame(x=np.array([1, 2, 3]), y=labels), "y").classes == classes


def test_purposes_are_the_same_as_in_files():
    frame = Frame(
        day=["2020-01-02", "2020-01-01"], x=np.array([1, 2]), w=np.array([3, 4]), g=["b", "a"], y=["u", "v"]
    )
    table = Table.from_frame(frame, "y", time="day", weight="w", group="g", name="mine")
    assert table.name == "mine"
    assert table.columns[0].numbers.tolist() == [2, 1]
    assert table.item_weights.tolist() == [4, 3]
    assert table.groups.tolist() == ["a", "b"]
    with pytest.raises(InvalidValueError, match=r"table: column 'x' must hold a weight >= 0 .*got -1 \(item 1\)"):
        Table.from_frame(Frame(x=np.array([1, -1]), z=np.array([1, 2]), y=["u", "v"]), weight="x")


def test_columns_that_teach_nothing_are_left_out_as_in_files():
    frame = Frame(nr=np.arange(40), x=np.arange(40) % 7, none=np.full(40, np.nan), y=["u", "v"] * 20)
    with pytest.warns(UserWarning, match=r"left out 'nr' \(an ID, .*'none' \(empty\)$") as told:
        assert [column.name for column in Table.from_frame(frame).inputs] == ["x"]
    assert told[0].filename == __file__


class TwoOfOneName(Frame):
    """What pandas allows."""

    def __init__(self):
        super().__init__(x=[1, 2])
        self.columns = ["x", "x"]


@pytest.mark.parametrize(
    ("frame", "error", "message"),
    [
        (
            [[1, 2]],
            InvalidTypeError,
            "frame must be a DataFrame of pandas or polars, got list; arrays go to Table.",
        ),
        (np.zeros((2, 2)), InvalidTypeError, "frame must be a DataFrame of pandas or polars, got ndarray"),
        (TwoOfOneName(), InvalidValueError, "table has several columns of one name; rename them"),
        (Frame(), InvalidValueError, "table is empty; it must have a column and an item at least"),
        (Frame(x=[]), InvalidValueError, "table is empty"),
        (
            Frame(x=[[1], [2]], y=[0, 1]),
            InvalidTypeError,
            "table: column 'x' holds a list in item 0; make it a number",
        ),
        (Frame(x=[np.zeros(2), 1], y=[0, 1]), InvalidTypeError, "table: column 'x' holds a ndarray in item 0"),
        (Frame(x=[1, b"a"], y=[0, 1]), InvalidTypeError, "table: column 'x' holds a bytes in item 1"),
        (Frame(x=np.array([1j, 2])), InvalidTypeError, "table: column 'x' holds a complex in item 0"),
        (
            Frame(x=np.array([1, np.inf])),
            InvalidValueError,
            "table: column 'x' contains inf in item 1, too large to",
        ),
    ],
)
def test_what_is_no_data_frame_is_one_clear_line(frame, error, message):
    with pytest.raises(error, match=message) as caught:
        Table.from_frame(frame)
    assert "\n" not in str(caught.value)


CELLS = {
    "alter": [31, None, 53, 31],
    "stadt": ["Köln", "Ulm", None, "Ulm"],
    "raucht": [True, False, None, True],
    "größe": [1.5, 2.5, None, 4.0],
    "krank": ["ja", "nein", "ja", "nein"],
}


def check_frame(frame):
    table = Table.from_frame(frame, "krank")
    assert [column.name for column in table.inputs] == ["alter", "stadt", "raucht", "größe"]
    assert [column.holds_numbers for column in table.inputs] == [True, False, False, True]
    assert [column.present.tolist() for column in table.inputs] == [
        [cell is not None for cell in cells] for cells in list(CELLS.values())[:-1]
    ]
    assert table.classes == ("ja", "nein")
    data = table.prepare(range(4)).dataset(table, range(4))
    assert data.inputs.shape == (4, 2 + 3 + 3)


def test_a_frame_of_pandas_is_read():
    pandas = pytest.importorskip("pandas")
    check_frame(pandas.DataFrame(CELLS))
    check_frame(pandas.DataFrame(CELLS).convert_dtypes())
    check_frame(pandas.DataFrame(CELLS).astype({"stadt": "category", "krank": "category"}))
    with pytest.raises(InvalidValueError, match="several columns of one name"):
        Table.from_frame(pandas.DataFrame([[1, 2], [3, 4]], columns=["x", "x"]))
    dated = pandas.DataFrame(CELLS | {"tag": pandas.date_range("2020-01-01", periods=4, tz="Europe/Berlin")[::-1]})
    assert Table.from_frame(dated, "krank", time="tag").targets.tolist() == [1, 0, 1, 0]


def test_a_frame_of_polars_is_read():
    polars = pytest.importorskip("polars")
    check_frame(polars.DataFrame(CELLS))
    check_frame(polars.DataFrame(CELLS).with_columns(polars.col("stadt").cast(polars.Categorical)))
    tags = [dt.datetime(2020, 1, day, tzinfo=dt.UTC) for day in (4, 3, 2, 1)]
    dated = polars.DataFrame(CELLS | {"tag": tags})
    assert Table.from_frame(dated, "krank", time="tag").targets.tolist() == [1, 0, 1, 0]
    with pytest.raises(InvalidTypeError, match="frame must be a DataFrame of pandas or polars, got Series"):
        Table.from_frame(polars.Series([1, 2]))


def test_items_of_a_frame_without_a_target_become_inputs():
    table = Table.from_frame(Frame(x=np.array([1.0, 2.0, 3.0]), y=["a", "b", "a"]))
    new = read_frame(Frame(z=["k", "l"], x=np.array([3.0, 1.0])), "new")
    assert (new.name, len(new)) == ("new", 2)
    inputs = table.prepare(range(3)).inputs(new)
    assert inputs[0] == -inputs[1]
