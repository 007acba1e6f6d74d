"""A page holds everything it needs, and nothing from outside becomes markup."""

import base64
import re
from hashlib import sha256
from html.parser import HTMLParser

import numpy as np
import pytest

from nnl2.report import bullets, new_figure, page_of, paragraph, picture, section, table
from nnl2.report.fragments import cleaned
from nnl2.report.page import program_of
from nnl2.report.pictures import fit_words, in_lines, short


class Reader(HTMLParser):
    """Notes elements with their attributes, and text."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.text = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def a_picture(says="Two lines.", name="one"):
    with new_figure(2) as figure:
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], color="#0072b2", label=name)
        axes.axvspan(0, 0.5, color="0.9")
        axes.legend()
        return picture(figure, says, ["name", "value"], [[name, "1"]])


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a\nb\tc", "a b c"),
        ("a\x00\x1bb", "a\ufffd\ufffdb"),
        ("\u202eabc", "\ufffdabc"),
        ("\ud800", "\ufffd"),
        ("ü", "ü"),
    ],
)
def test_what_no_page_can_show_is_left_out(given, shown):
    assert cleaned(given) == shown


@pytest.mark.parametrize(
    "make", [paragraph, lambda t: bullets([t]), lambda t: table(t, [t, t], [[t, t]]), section]
)
def test_text_from_outside_becomes_no_markup(make):
    hostile = "<script>\"' onload=x</script>&lt;"
    page = page_of(hostile, [make(hostile)])
    assert "script" not in [tag for tag, _ in Reader(page).elements]
    assert not any("onload" in (attributes or {}) for _, attributes in Reader(page).elements)
    assert Reader(page).text.count(hostile) >= 3  # in the title, as headline, and inside


def test_a_page_loads_nothing():
    elements = Reader(page_of("Mine", [section("One", a_picture())])).elements
    (rules,) = [a["content"] for tag, a in elements if a.get("http-equiv") == "Content-Security-Policy"]
    assert rules.startswith("default-src 'none';")
    assert "script-src" not in rules
    links = [value for _, a in elements for name, value in a.items() if name in ("src", "href", "xlink:href")]
    assert all(link.startswith(("#", "data:")) for link in links)
    assert {"script", "iframe", "img", "form"}.isdisjoint(tag for tag, _ in elements)


def test_only_the_pages_own_program_may_run(tmp_path):
    script = tmp_path / "it.js"
    script.write_text("let a = '<b>';\n", encoding="utf-8")
    page = page_of("Mine", [], program=program_of(script, {"name": "</script><script>alert(1)"}))
    ran = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    assert ran == ["let a = '<b>';\n"]
    digest = base64.b64encode(sha256(ran[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page


def test_a_picture_says_in_words_and_numbers_what_it_shows():
    reader = Reader(a_picture("Two <lines>."))
    (svg,) = [attributes for tag, attributes in reader.elements if tag == "svg"]
    assert (svg["role"], svg["aria-label"]) == ("img", "Two <lines>.")
    assert "table" in [tag for tag, _ in reader.elements]
    assert "Two <lines>." in reader.text


def test_a_picture_has_the_same_bytes_each_time_and_ids_of_its_own():
    first, again, other = a_picture(), a_picture(), a_picture("Another.")
    assert first == again
    ids = [set(re.findall(r'\bid="([^"]+)"', each)) for each in (first, other)]
    assert ids[0].isdisjoint(ids[1])
    used = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', first)
    assert {one or two for one, two in used} <= ids[0]


def test_a_picture_has_the_colours_of_the_page():
    drawn = a_picture()
    assert "var(--colour-1)" in drawn
    assert "color-mix(in srgb, var(--ink)" in drawn
    assert not re.search(r": ?#[0-9a-f]{6}", drawn)


def test_names_in_a_picture_are_text_as_it_is():
    drawn = a_picture(name="$\\frac{$ 0.00512345 <b>")
    assert "$\\frac{$ 0.00512345 &lt;b&gt;" in drawn


def test_numbers_along_a_logarithmic_axis_are_numbers():
    with new_figure(2) as figure:
        axes = figure.subplots()
        axes.plot([0.001, 1], [1, 100])
        axes.set_xscale("log")
        axes.set_yscale("symlog")
        drawn = picture(figure, "A line.", ["x", "y"], [["0.001", "1"]])
    assert "$" not in drawn
    assert ">0.01</text>" in drawn


def test_what_is_too_long_for_a_picture_is_cut_and_parted():
    assert short("a" * 40) == "a" * 20 + "\u2026"
    with new_figure(2) as figure:
        axes = figure.subplots()
        axes.set_xlabel("word " * 30)
        fit_words(axes)
    assert max(map(len, axes.get_xlabel().splitlines())) <= 38


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("short", ["short"]),
        ("", [""]),
        (
            "how much better than none: balanced accuracy (points);",
            ["how much better than none:", "balanced accuracy (points);"],
        ),
        ("m" * 70, ["m" * 36, "m" * 34]),
    ],
)
def test_words_are_parted_into_lines_of_about_the_same_length(words, lines):
    assert in_lines(words).split("\n") == lines


def test_numbers_are_typeset():
    assert paragraph("lower by 96.0 % of 3 +- 1") == "<p>lower by 96.0\u00a0% of 3 \u00b1 1</p>"


def test_labels_that_an_axis_was_given_stay():
    with new_figure(2) as figure:
        axes = figure.subplots()
        axes.plot([1, 9])
        axes.set_yscale("symlog", subs=(2, 5))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter("about {x:g}")
        drawn = picture(figure, "A line.", ["x", "y"], [["1", "9"]])
    assert ">about 5</text>" in drawn


def test_words_stand_to_the_left_and_numbers_to_the_right():
    cells = re.findall(r"<td(.*?)>", table("Mine", ["a", "b", "c"], [["x", "1.0 [-1, 2]", "cannot tell"]]))
    assert cells == ["", ' class="words"']


def test_a_sum_of_regularizers_is_parted_where_they_are_joined():
    assert '<th scope="row">l2:0.01+<wbr>dropout:0.2</th>' in table("Mine", ["a"], [["l2:0.01+dropout:0.2"]])


def test_a_number_among_words_stays_in_one_line():
    cells = re.findall(r"<td(.*?)>", table("Mine", ["a", "b"], [["x", "one thing"], ["y", "+0.1 [-1, 2]"]]))
    assert cells == [' class="words"', ' class="words number"']


def test_each_colour_can_be_read_on_its_paper():
    """WCAG asks for 4.5 for text, and 3 for what is drawn."""
    from nnl2.report.page import STYLE

    for scheme in re.findall(r":root \{(.*?)\}", STYLE.read_text(encoding="utf-8"), flags=re.DOTALL):
        colours = dict(re.findall(r"--([\w-]+): #([0-9a-f]{6})", scheme))
        paper = luminance(colours.pop("paper"))
        for name, colour in colours.items():
            contrast = (max(paper, luminance(colour)) + 0.05) / (min(paper, luminance(colour)) + 0.05)
            assert contrast >= {"ink": 7, "soft": 4.5, "raised": 1}.get(name, 3), (name, colour)


def luminance(colour):
    """Return the relative luminance of a colour, after WCAG 2."""
    shares = np.array([int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)])
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])
