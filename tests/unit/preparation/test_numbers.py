"""Numbers as people write them, and which decimal sign a file has."""

import numpy as np
import pytest

from nnl2 import Table
from nnl2.preparation import read_csv
from nnl2.preparation.numbers import number_from


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("1", 1, 1),
        ("-1.5", -1.5, np.nan),
        ("+,5", np.nan, 0.5),
        ("5.", 5, np.nan),
        ("1e3", 1000, 1000),
        ("1,5E-1", np.nan, 0.15),
        ("1,234.5", 1234.5, np.nan),
        ("-1.234,50", np.nan, -1234.5),
        ("1,234,567", 1234567, np.nan),
        ("1.234", 1.234, 1234),
        ("1,234", 1234, 1.234),
        ("0.125", 0.125, np.nan),
        ("12 345", 12345, 12345),
        ("12 345,6", np.nan, 12345.6),
        ("1\u202f234\u202f567", 1234567, 1234567),
        ("1'234.5", 1234.5, np.nan),
        ("1,2345", np.nan, 1.2345),
        ("1,234,56", np.nan, np.nan),
        ("1,234.567,8", np.nan, np.nan),
        ("1 234'567", np.nan, np.nan),
        ("1e999", np.nan, np.nan),
        ("12%", 12, 12),
        ("0,5 %", np.nan, 0.5),
        ("$1,234.50", 1234.5, np.nan),
        ("-99 €", -99, -99),
        ("\u22121.5", -1.5, np.nan),
        ("%", np.nan, np.nan),
        ("$5%", np.nan, np.nan),
        ("12 kg", np.nan, np.nan),
        ("\u0661", np.nan, np.nan),
        ("", np.nan, np.nan),
    ],
)
def test_a_number_has_one_decimal_sign_and_perhaps_thousands_apart(text, point, comma):
    read = [number_from(text, decimal) for decimal in ".,"]
    assert np.array_equal(read, [point, comma], equal_nan=True)


def numbers(csv_file, text):
    return [column.numbers.tolist() for column in read_csv(csv_file(text)).columns]


def test_the_decimal_sign_of_a_column_is_the_one_that_makes_more_numbers(csv_file):
    assert numbers(csv_file, "a;b\n1,5;1.5\n2;2\n3,25;3.25\n") == [[1.5, 2, 3.25], [1.5, 2, 3.25]]


def test_thousands_may_be_apart(csv_file):
    assert numbers(csv_file, 'a,b\n"1,234.5",1\n"12,000",2\n950,3\n')[0] == [1234.5, 12000, 950]
    assert numbers(csv_file, "a;b\n1.234,5;1\n12.000;2\n950;3\n")[0] == [1234.5, 12000, 950]


def test_decimal_commas_may_stand_between_quotation_marks_in_a_file_of_commas(csv_file):
    assert numbers(csv_file, 'a,b\n"1,5",1\n"2,75",2\n') == [[1.5, 2.75], [1, 2]]


def test_what_can_be_read_in_two_ways_follows_the_other_columns(csv_file):
    assert numbers(csv_file, "income;weight\n1.234;70,5\n2.345;81\n") == [[1234, 2345], [70.5, 81]]
    assert numbers(csv_file, "income;weight\n1,234;70.5\n2,345;81\n") == [[1234, 2345], [70.5, 81]]


def test_words_have_no_say_in_it(csv_file):
    text = "code;income\n0,5 a;1.234\n1,5;2.345\n2,5 b;3.456\n"
    assert numbers(csv_file, text)[1] == [1.234, 2.345, 3.456]


def test_without_other_columns_thousands_are_apart_only_where_other_numbers_have_no_sign_at_all(csv_file):
    assert numbers(csv_file, "a;b\n1.234;1\n2.345;2\n") == [[1.234, 2.345], [1, 2]]
    assert numbers(csv_file, "a;b\n1,234;1\n2,345;2\n") == [[1.234, 2.345], [1, 2]]
    assert numbers(csv_file, "a;b\n1.234;1\n950;2\n") == [[1234, 950], [1, 2]]
    assert numbers(csv_file, "a;b\n1,234;1\n950;2\n") == [[1234, 950], [1, 2]]
    assert numbers(csv_file, 'a,b\n"1,234",1\n"2,345",2\n') == [[1234, 2345], [1, 2]]
    assert numbers(csv_file, "a,b\n1.234,1\n950,2\n") == [[1.234, 950], [1, 2]]


def test_a_target_may_have_thousands_apart(csv_file):
    rows = "".join(f'{n % 5},"{n * n % 17},{n % 7:03}"\n' for n in range(1, 40))
    assert Table.from_csv(csv_file(f"x,y\n{rows}")).task == "regression"
