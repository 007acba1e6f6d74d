"""What a person must be told of how a table was read: notation, gaps, words."""

import pytest

from nnl2 import Table
from nnl2.preparation import joined


def remarks(csv_file, text, **arguments):
    return Table.from_csv(csv_file(text), **arguments).remarks


def test_of_an_ordinary_file_without_gaps_and_words_there_is_nothing_to_tell(csv_file):
    assert remarks(csv_file, "x,z,y\n1,2.5,a\n2,3.5,b\n") == ()
    assert Table.bundled("iris").remarks == ()


def test_what_was_assumed_is_told(csv_file):
    said = remarks(csv_file, "größe;z;y\n1,5;2.5;a\n2;3.5;b\n".encode("cp1252"))
    assert said == ("Read as cp1252, with ';' between cells and decimal commas in größe.",)
    assert remarks(csv_file, "x\tz\ty\n1\t2\ta\n2\t3\tb\n") == ("Read with tabs between cells.",)
    assert remarks(csv_file, "x,z,y\n1,2,a\n2,3,b\n".encode("utf-16")) == ("Read as utf-16.",)
    assert remarks(csv_file, "x,z,y\n1,2,a\n2,3,b\n".encode("utf-8-sig")) == ()
    assert remarks(csv_file, 'x,z,y\n"1,5",2,a\n2,3,b\n') == ("Read with decimal commas in x.",)


def test_a_number_that_can_be_read_in_two_ways_is_told(csv_file):
    (said,) = remarks(csv_file, "x;z;y\n1.234;2;a\n2.345;3;b\n")
    assert said == "Read with ';' between cells and '1.234' in x as 1.234."
    (said,) = remarks(csv_file, "x;z;y\n1.234;2,5;a\n2.345;3;b\n")
    assert said == "Read with ';' between cells, decimal commas in z and '1.234' in x as 1234."


def test_gaps_are_counted_where_they_are_and_it_is_told_what_stands_for_them(csv_file):
    text = "x,z,city,y\n1,,Ulm,a\n,2,?,b\n3,,Bonn,b\n4,5,,a\n"
    assert remarks(csv_file, text) == (
        "Gaps: 1 in x, 2 in z, for which the median of the training part stands; 2 in city, a word of their own.",
        "Words, an input for each: city (2).",
    )


def test_of_many_words_the_rarest_share_an_input(csv_file):
    rows = "".join(f"{n % 5},w{n % 25},{'ab'[n % 3 % 2]}\n" for n in range(100))
    assert remarks(csv_file, f"x,word,y\n{rows}") == (
        "Words, an input for each: word (25, of which the rarest share one).",
    )


def test_columns_that_are_left_out_are_not_spoken_of(csv_file):
    with pytest.warns(UserWarning, match="left out 'same'"):
        assert remarks(csv_file, "x,same,y\n1,,a\n2,k,b\n") == ()


def test_no_more_than_a_few_columns_are_named(csv_file):
    names = ",".join(f"x{n}" for n in range(12))
    text = f"{names},y\n{','.join('1' * 12)},a\n{','.join('2' * 12)},b\n{',' * 11},a\n"
    (said,) = remarks(csv_file, text)
    assert said.startswith("Gaps: 1 in x0, 1 in x1")
    assert "1 in x7 and 4 more, for which" in said


def test_of_a_joined_table_all_gaps_are_told(csv_file):
    table = Table.from_csv(csv_file("x;y\n1,5;a\n;b\n2;b\n"))
    both = joined(table, Table.from_csv(csv_file("x;y\n;a\n3;b\n"), like=table))
    assert both.remarks[1].startswith("Gaps: 2 in x,")


def test_names_are_harmless_to_a_terminal(csv_file):
    assert "\\x1b" in remarks(csv_file, "a\x1bb,y\nUlm,0\nBonn,1\nUlm,0\n")[0]
