"""Vectors, matrices and tables as text."""

import pytest

from nnl2 import (
    InvalidValueError,
    format_matrix,
    format_matrix_partial,
    format_table,
    format_vector,
    make_data,
    show_matrix,
    show_matrix_partial,
    show_vector,
)


def test_the_articles_names_are_the_same_objects():
    import nnl2.article

    assert nnl2.makeData is nnl2.article.makeData is make_data
    assert nnl2.showVector is nnl2.article.showVector is show_vector
    assert nnl2.showMatrix is nnl2.article.showMatrix is show_matrix
    assert nnl2.showMatrixPartial is nnl2.article.showMatrixPartial is show_matrix_partial


def test_the_first_rows_are_the_articles(capsys):
    show_matrix_partial(make_data(), 2, 1, True)
    assert capsys.readouterr().out.splitlines() == [
        "[  0]  -0.8   1.0   6.8  -0.5   0.1   1.4  -5.0   0.2   2.1   4.7   0.0   0.0   1.0   0.0",
        "[  1]  -6.5  -3.1  -6.5   5.0   3.1  -7.3   7.7   7.4   2.5   1.8   0.0   1.0   0.0   0.0",
        " ...",
        "[199]   0.6   5.4  -6.0   6.0  -0.4  -7.5  -1.1  -2.0   2.8   6.9   1.0   0.0   0.0   0.0",
    ]


def test_what_is_shown_is_what_is_formatted(capsys):
    show_vector([1, -2.345])
    show_matrix([[1, 2], [3, 4]], 0)
    assert capsys.readouterr().out == format_vector([1, -2.345]) + "\n" + format_matrix([[1, 2], [3, 4]], 0) + "\n"


def test_a_dataset_is_shown_with_its_targets_beside():
    assert format_matrix(make_data(1)).endswith("4.7   0.0   0.0   1.0   0.0")


@pytest.mark.parametrize(
    ("n_rows", "expected"),
    [
        (1, ["[0]  1", " ...", "[2]  3"]),
        (2, ["[0]  1", "[1]  2", "[2]  3"]),
        (9, ["[0]  1", "[1]  2", "[2]  3"]),
    ],
)
def test_no_dots_where_nothing_is_left_out(n_rows, expected):
    assert format_matrix_partial([[1], [2], [3]], n_rows, 0).splitlines() == expected


def test_row_numbers_can_be_left_out():
    assert format_matrix_partial([[1], [2], [3]], 1, 0, indices=False) == "1\n ...\n3"


def test_a_table_has_names_to_the_left_and_numbers_to_the_right():
    assert format_table(["name", "of", "n"], [["a", "bcd", "10"]], n_left=2).splitlines() == [
        "name  of    n",
        "----  ---  --",
        "a     bcd  10",
    ]


def test_what_is_no_matrix_is_refused():
    with pytest.raises(InvalidValueError, match="matrix must be a table"):
        format_matrix([1, 2])
    with pytest.raises(InvalidValueError, match="decimals must be a whole number >= 0, got -1"):
        format_vector([1, 2], -1)
    with pytest.raises(InvalidValueError, match=r"vector must be one row of numbers, got shape \(2, 1\)"):
        format_vector([[1], [2]])
    with pytest.raises(InvalidValueError, match="n_rows must be a whole number >= 1, got 0"):
        format_matrix_partial([[1]], 0)
