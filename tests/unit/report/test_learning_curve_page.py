"""The page of a learning curve shows what the learning curve holds."""

import re
from html import escape

import pytest

from nnl2 import L2, Recipe, RepeatedFolds, learning_curve, make_data
from nnl2.learning_curves.text import table_of_curve
from nnl2.report import learning_curve_page
from nnl2.report.fragments import cleaned
from nnl2.report.pictures import LONGEST_LABEL

SETTINGS = {"sizes": [20, 50], "splits": RepeatedFolds(2, repeats=1), "recipe": Recipe(epochs=3, hidden=3)}
HOSTILE = ["<script>alert(1)</script>", "$\\frac{$ & </svg></title>", "\x00\u202enot turned", "a long name " * 9]


@pytest.fixture(scope="module")
def curve():
    names = {name: L2(0.001 * number) for number, name in enumerate(HOSTILE, start=1)}
    return learning_curve(make_data(120), names, **SETTINGS)


@pytest.fixture(scope="module")
def page(curve):
    return learning_curve_page(curve)


def test_its_numbers_are_those_of_the_learning_curve(page, curve):
    for name, *cells in table_of_curve(curve)[1]:
        assert f'<th scope="row">{escape(cleaned(name))}</th>' in page
        for cell in filter(None, cells):
            shown = escape(cell).replace("+-", "±")
            assert f">{shown}</td>" in page


def test_hostile_names_are_shown_and_do_nothing(page):
    page.encode("utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_three_pictures_have_words_and_tables(page):
    pictures = re.findall(r"<figure>(.*?)</figure>", page, flags=re.DOTALL)
    assert len(pictures) == 3
    for each in pictures:
        assert re.search(r'role="img" aria-label="[^"]{20,}"', each)
        assert "<table>" in each
        drawn = re.findall(r"<text[^>]*>([^<]*)</text>", each)
        assert max(map(len, drawn)) <= 44


def test_names_in_a_legend_are_as_long_as_the_narrowest_page_has_room_for(page):
    assert f">{HOSTILE[-1][: LONGEST_LABEL - 1]}\u2026</text>" in page


def test_without_another_regularizer_there_are_no_gains_to_draw():
    page = learning_curve_page(learning_curve(make_data(120), "none", **SETTINGS))
    assert page.count("<figure>") == 2


def test_it_is_the_same_each_time(page, curve):
    assert learning_curve_page(curve) == page
