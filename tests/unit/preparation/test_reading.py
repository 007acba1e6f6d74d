"""A CSV file: what is read, and one line for what is not."""

import re

import numpy as np
import pytest

from nnl2 import InvalidTypeError, InvalidValueError, Table, UnknownNameError
from nnl2.preparation import reading

GOOD = "age,city,ill\n31,Ulm,no\n42,Bonn,yes\n53,Ulm,no\n"
IDS = "age,city\n" + "".join(f"{item % 7},P{item:03}\n" for item in range(60))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "table.csv is empty, or names no column; its first line must name the columns"),
        ("\n  \n\n", "table.csv is empty, or names no column"),
        (",,,\n,,,\n", "table.csv is empty, or names no column"),
        ("a,b,c\n", "table.csv names 3 columns, but has no items below them"),
        ("ill\nno\nyes\n", "table.csv has one column only, 'ill'; if it holds more, say with delimiter= what"),
        (
            "a,b\n1,2\n\n1,2,3\n",
            r"table.csv, line 4 has 3 cells for 2 columns \(a, b\); quote cells that hold ','",
        ),
        ('a,b\n"1\n1",2\n1\n', "table.csv, line 4 has 1 cells for 2 columns"),
        ("a,b,a\n1,2,3\n", "table.csv, line 1: columns 1 and 3 are both called 'a'; rename one"),
        (
            "\n5.1,3.5,0\n4.9,3.0,1\n",
            r"table.csv, line 2 must name the columns, got numbers only \(5.1, 3.5, 0\); put a line of names",
        ),
        ("5.1,3.5,no\n4.9,3.0,yes\n", r"line 1 must name the columns, got numbers too \(5.1, 3.5, no\); put a"),
        ('a,b\n1,2\n"1,2\n3,4\n', "table.csv, line 3: unexpected end of data; is a quotation mark never closed"),
        ('a,b\n1,2\n"1"x,2\n', "table.csv, line 3: ',' expected after '\"'; is a quotation mark never closed"),
        (f"a,b\n1,{'x' * 200_000}\n", r"table.csv, line 2: field larger than field limit"),
        (b"a,b\n1,\0\n", "table.csv, line 2: there is a zero byte, so this is no text; save it as CSV"),
        (
            b"a,b\r1,2\r1,\x81\r",
            "table.csv, line 3: the byte 0x81 means nothing in utf-8 or cp1252; if this is text",
        ),
        (bytes(range(1, 256)) * 9, "table.csv, line 3: the byte 0x81 means nothing in utf-8 or cp1252"),
        (b"PK\x03\x04...", "table.csv is a zip archive or an Excel file; save it as CSV first"),
        (
            "größe,ill\n1,yes\n2,nö\n".encode() + "3,nö\n".encode("cp1252"),
            "table.csv, line 4: not UTF-8, as other lines are; save the file in one encoding, or say enc",
        ),
        ("größe,ill\n1,yes\n".encode("utf-16")[:-1], "line 2: the byte 0x0a means nothing in utf-16; if this is"),
        ("a,ill\n1,no\n2,no\n", "table.csv: the target 'ill' is always 'no'; there is nothing to learn"),
        ("a,ill\n1,\n2,NA\n", "table.csv: the target 'ill' is missing in all items; name another column"),
        (
            "a,b,ill\n1,,no\n1,,yes\n",
            r"no column to learn from, but for 'a' \(always 1.0\), 'b' \(empty\); add one",
        ),
        (IDS, "the target 'city' has 60 different values in 60 items, more than 50 classes; it is an ID or free"),
        (IDS + IDS.partition("\n")[2], "'city' has 60 different values in 120 items.*; group them first"),
    ],
)
def test_a_file_that_is_no_table_is_one_clear_line(content, message, csv_file):
    with pytest.raises(InvalidValueError, match=message) as caught:
        Table.from_csv(csv_file(content))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            {"target": "Il"},
            UnknownNameError,
            "table.csv has no column 'Il'; did you mean 'ill'. its columns are age, city, ill",
        ),
        ({"target": "zzz\x1b"}, UnknownNameError, r"no column 'zzz\\x1b'; its columns are age, city, ill$"),
        ({"weight": "wait"}, UnknownNameError, "no column 'wait'"),
        ({"group": "ill"}, InvalidValueError, "column 'ill' cannot be two of target, weight, group and time"),
        ({"delimiter": ";;"}, InvalidValueError, "delimiter must be one character such as ';'.*got ';;'"),
        ({"delimiter": "a"}, InvalidValueError, "delimiter must be one character such as ';'.*got 'a'"),
        ({"delimiter": 3}, InvalidTypeError, "delimiter must be one character .*got 3"),
        ({"delimiter": ";"}, InvalidValueError, "one column only, 'age,city,ill'; .*say with delimiter="),
        ({"encoding": "klingon"}, InvalidValueError, "encoding must name a text encoding .* got 'klingon'"),
        ({"encoding": "rot13"}, InvalidValueError, "encoding must name a text encoding .* got 'rot13'"),
        ({"encoding": "undefined"}, InvalidValueError, "encoding must name a text encoding .* got 'undefined'"),
        ({"encoding": 8}, InvalidTypeError, "encoding must be a name such as 'utf-8' or 'cp1252', got 8"),
        ({"task": "guess"}, InvalidValueError, "task must be 'classification' or 'regression', got 'guess'"),
        ({"task": "regression"}, InvalidValueError, "'ill' holds words such as 'no', .*task='classification'"),
    ],
)
def test_a_wrong_argument_is_one_clear_line(arguments, error, message, csv_file):
    with pytest.raises(error, match=message) as caught:
        Table.from_csv(csv_file(GOOD), **arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "error", "message"),
    [
        ("nowhere.csv", InvalidValueError, "nowhere.csv cannot be read: No such file or directory"),
        (".", InvalidValueError, "cannot be read: "),
        ("zero\0.csv", InvalidValueError, r"zero\\x00.csv cannot be read: embedded null byte"),
        (3, InvalidTypeError, "path must be the path of a CSV file, got 3"),
    ],
)
def test_a_path_to_no_file_is_one_clear_line(path, error, message):
    with pytest.raises(error, match=message):
        Table.from_csv(path)


def test_a_file_that_is_too_large_or_too_wide_is_told_so(csv_file, monkeypatch):
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    with pytest.raises(InvalidValueError, match=r"table.csv has more than 0 MB, too many for a small network"):
        Table.from_csv(csv_file(GOOD))
    monkeypatch.undo()
    monkeypatch.setattr(reading, "MOST_COLUMNS", 2)
    with pytest.raises(InvalidValueError, match="line 1 names 3 columns, more than 2; give fewer"):
        Table.from_csv(csv_file(GOOD))


def test_control_characters_reach_no_terminal(csv_file):
    with pytest.raises(UnknownNameError) as caught:
        Table.from_csv(csv_file("\x1b[31mred,b\u202e,c\n1,2,3\n", "\x07.csv"), target="x\ny")
    assert str(caught.value) == r"\x07.csv has no column 'x\ny'; its columns are \x1b[31mred, b\u202e, c"
    with pytest.warns(UserWarning, match=re.escape(r"left out '\x1b[31mred' (always 1.0)")):
        table = Table.from_csv(csv_file("\x1b[31mred,b,c\n1,2,3\n1,4,5\n", "\x07.csv"))
    assert repr(table) == r"Table(\x07.csv: 2 items, 1 inputs, target 'c' of 2 classes)"


def test_long_cells_are_cut_in_messages(csv_file):
    with pytest.raises(InvalidValueError) as caught:
        Table.from_csv(csv_file("a,b\n" + f"1,{'x' * 10_000}\n" * 2))
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_the_encoding_is_told_from_the_bytes(encoding, csv_file):
    table = Table.from_csv(csv_file("Größe,krank\n1,ja\n2,nö\n3,ja\n".encode(encoding)))
    assert [column.name for column in table.columns] == ["Größe"]
    assert table.classes == ("ja", "nö")


def test_a_given_encoding_is_taken(csv_file):
    table = Table.from_csv(csv_file("x,y\n1,Ł\n2,ó\n".encode("cp1250")), encoding="cp1250")
    assert table.classes == ("ó", "Ł")
    with pytest.raises(InvalidValueError, match="line 2: the byte 0xa3 means nothing in utf-8; if this is text"):
        Table.from_csv(csv_file("x,y\n1,Ł\n2,ó\n".encode("cp1250")), encoding="utf-8")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_from_the_lines(delimiter, csv_file):
    rows = ["a", '"b, c"', "y"], ["1", '"x;y|z"', "0"], ["2", f'"u{delimiter}v"', "1"]
    table = Table.from_csv(csv_file("\n".join(map(delimiter.join, rows))))
    assert [column.name for column in table.columns] == ["a", "b, c"]
    assert table.columns[1].words.tolist() == ["x;y|z", f"u{delimiter}v"]


@pytest.mark.parametrize("delimiter", [":", " ", "~"])
def test_any_delimiter_can_be_given(delimiter, csv_file):
    text = GOOD.replace(",", delimiter)
    assert Table.from_csv(csv_file(text), delimiter=delimiter).columns[0].numbers.tolist() == [31, 42, 53]


def test_decimal_commas_are_read_where_the_comma_parts_no_cells(csv_file):
    table = Table.from_csv(csv_file("Größe, cm;Gewicht, kg;krank\n171,5;62,25;ja\n180;-,5e1;nein\n"))
    assert [column.name for column in table.columns] == ["Größe, cm", "Gewicht, kg"]
    assert [column.numbers.tolist() for column in table.columns] == [[171.5, 180], [62.25, -5]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_will_do_and_cells_may_span_lines(end, csv_file):
    table = Table.from_csv(csv_file(end.join(["note,y", f'"one{end}two",0', "x,1", ""])))
    assert table.columns[0].words.tolist() == [f"one{end}two", "x"]


def test_what_spreadsheets_leave_behind_is_nothing(csv_file):
    table = Table.from_csv(csv_file("a,y,,\n1,0,,\n2,1,,\n,,,\n\n, ,,\n"))
    assert [column.name for column in table.columns] == ["a"]
    assert len(table) == 2


def test_a_column_without_a_name_gets_one(csv_file):
    table = Table.from_csv(csv_file(",a,y\n7,1,0\n3,2,1\n"))
    assert [column.name for column in table.columns] == ["column 1", "a"]


def test_what_looks_like_a_number_only_to_python_is_a_word(csv_file):
    rows = ["1_000", "٣", "0x10", "infinity", "1e999", "1e200"]
    column = Table.from_csv(csv_file("a,y\n" + "".join(f"{row},{n % 2}\n" for n, row in enumerate(rows)))).columns[
        0
    ]
    assert not column.holds_numbers
    assert column.words.tolist() == rows
    assert np.isnan(column.numbers).all()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_first_line_may_announce_the_delimiter(csv_file, end):
    table = Table.from_csv(csv_file(end.join(["sep=^", "a,b^y", "1^no", "2^yes", ""])))
    assert [column.name for column in table.columns] == ["a,b"]
    with pytest.raises(InvalidValueError, match="line 4 has 1 cells for 2 columns"):
        Table.from_csv(csv_file(end.join(["sep=;", "a;y", "1;no", "2", ""])))


def test_columns_may_be_called_by_years(csv_file):
    table = Table.from_csv(csv_file("2019,2020,y\n1,2,a\n3,5,b\n"))
    assert [column.name for column in table.columns] == ["2019", "2020"]
