"""An error is one line that harms no terminal."""

import pickle

import numpy as np
import pytest

from nnl2 import L2, InvalidValueError, Nnl2Error, PluginError
from nnl2.errors import in_a_line, in_words, shown


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("one\n two\t three ", "one two three"),
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("abc\u202edef", r"abc\u202edef"),
        ("\udc80", r"\udc80"),
        ("Überraschung, 驚き", "Überraschung, 驚き"),
    ],
)
def test_a_text_from_outside_is_a_line_of_printable_characters(text, line):
    assert in_a_line(text) == line
    assert str(Nnl2Error(text)) == line


def test_a_long_text_loses_its_middle_and_keeps_the_way_out():
    message = str(InvalidValueError(f"name must be short, got {'x' * 1_000_000}; give a shorter one"))
    assert len(message) < 2100
    assert message.startswith("name must be short, got xxx")
    assert message.endswith("xxx; give a shorter one")


def test_an_error_comes_out_of_a_pickle_as_it_went_in():
    error = pickle.loads(pickle.dumps(PluginError("one\ntwo")))  # noqa: S301
    assert type(error) is PluginError
    assert str(error) == "one two"


@pytest.mark.parametrize(
    "value",
    [np.zeros((60, 60)), "x" * 1_000_000, list(range(100_000)), 10**5000],
    ids=["array", "text", "list", "number"],
)
def test_a_value_that_is_large_is_shown_in_a_short_line(value):
    with pytest.raises(
        (TypeError, ValueError), match=r"L2\.strength must be a finite number >= 0, got "
    ) as caught:
        L2(value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


class Grudge(Exception):  # noqa: N818
    def __str__(self):
        raise self

    __repr__ = __str__


def test_what_cannot_be_told_is_told_by_its_type():
    assert in_words(Grudge()) == "Grudge: its message cannot be read"
    assert in_words(SystemExit(3)) == "SystemExit: 3"
    assert shown(Grudge()) == "an object of type Grudge"
