"""Pages in a real browser: they ask nothing of anybody and fit any screen, and the slider moves the pictures.

Needs playwright, which is among the extra `dev`, and a Chromium, such as Debian's package; else all is skipped.
Playwright starts it with an empty profile.
"""

import itertools
import json
import re
import shutil
import subprocess
import sys

import pytest

from nnl2.engine import kernel

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: pip install playwright"
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no browser: apt install chromium"),
    pytest.mark.skipif(kernel.library() is None, reason="without the compiled update it takes minutes"),
]

CALLS = {
    "compare": "compare moons --repeats 3 --epochs 20 --regularizer l2 --regularizer l1:0.01",
    "table": "compare iris --repeats 1 --folds 2 --epochs 3 --all",
    "path": "path iris l1 --repeats 1 --folds 2 --epochs 3",
    "learning-curve": "learning-curve iris --repeats 1 --folds 2 --epochs 3",
    "moons": "moons --epochs 60 --seeds 3",
    "article": "article --epochs 20 --seeds 2",
    "decay": "decay --epochs 2 --seeds 2",
    "explore": "explore moons --epochs 100 --seeds 2 --format json",
}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",  # else it looks for updates and its makers' hosts, at every start
    "--disable-component-update",
    "--disable-sync",
]
SIZES = [360, 800, 1600]
each_page = pytest.mark.parametrize("name", list(CALLS))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a function that makes a page by the console, once: its path, and what was printed."""
    folder, known = tmp_path_factory.mktemp("pages"), {}

    def make(name):
        if name not in known:
            path = folder / f"{name}.html"
            command = [sys.executable, "-m", "nnl2_demo", *CALLS[name].split(), "--report", str(path)]
            finished = subprocess.run(command, capture_output=True, text=True, check=True)
            known[name] = path, finished.stdout
        return known[name]

    return make


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def visit(browser, made):
    """Return a function that opens a page; at the end none may have complained, or asked for anything."""
    said, opened = [], []

    def open_page(name, width=800, **options):
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme="light", **options)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url))
        opened.append(page)
        url = made(name)[0].as_uri()
        page.goto(url)
        assert said == [url], "only the page itself is asked for"
        said.clear()
        return page

    yield open_page
    for page in opened:
        page.close()
    assert said == []


@each_page
def test_a_page_fits_every_screen(visit, name):
    page = visit(name)
    for width in SIZES:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        for shown in page.evaluate(
            "[...document.querySelectorAll('figure svg')].map(each => each.getBoundingClientRect().width)"
        ):
            assert 250 <= shown <= width


@each_page
def test_words_can_be_read_on_what_they_stand_on(visit, name):
    page, papers = visit(name), set()
    seen = "[...new Set([...document.querySelectorAll({!r})].map(each => getComputedStyle(each).{}))]"
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        papers.add(paper)
        colours = page.evaluate(seen.format("p, li, td, th, figcaption, caption, summary, h2", "color"))
        drawn = page.evaluate(seen.format("figure svg text", "fill"))
        for colour in (*colours, *drawn):
            assert contrast(colour, paper) >= 4.5, (scheme, colour)
    assert len(papers) == 2


def contrast(one, other):
    """Return the contrast of two colours, after WCAG 2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    """Return the relative luminance of what a browser calls a colour: rgb(0, 0, 0), or color(srgb 0 0 0)."""
    numbers = [float(each) for each in re.findall(r"[\d.]+", colour)[:3]]
    shares = numbers if colour.startswith("color") else [each / 255 for each in numbers]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


WORDS = """
    [...document.querySelectorAll("figure svg")].map(svg => [...svg.querySelectorAll("text")]
        .filter(each => each.textContent.trim() && getComputedStyle(each).visibility !== "hidden").map(each => {
            const around = svg.getBoundingClientRect();
            const to = each.getScreenCTM(), box = each.getBoundingClientRect();
            return {
                said: each.textContent, size: parseFloat(getComputedStyle(each).fontSize) * Math.hypot(to.a, to.b),
                box: [box.left, box.top, box.right, box.bottom],
                inside: box.left >= around.left - 1 && box.right <= around.right + 1
                    && box.top >= around.top - 1 && box.bottom <= around.bottom + 1,
            };
        }))
"""
"""The words in every picture, how large they are in the reader's eyes, and where they stand."""


@each_page
def test_words_in_a_picture_are_large_enough_whole_and_apart_on_a_phone(visit, name):
    pictures = visit(name, 360).evaluate(WORDS)
    assert pictures
    for words in pictures:
        assert len(words) > 5
        for each in words:
            assert each["size"] >= 10, each
            assert each["inside"], each
        for one, other in itertools.combinations(words, 2):
            assert not overlap(one["box"], other["box"]), (one["said"], other["said"])


def overlap(one, other):
    """Return whether two boxes have more in common than the empty space around letters."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > 2 and down > 3


@each_page
def test_what_is_open_is_printed_and_nothing_is_wider_than_the_paper(visit, name):
    page = visit(name, 690)  # A4 without its margins
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    folded = page.locator("details").last
    assert not folded.is_visible()
    folded.evaluate("each => each.open = true")
    assert folded.locator("td").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 690
    assert page.pdf(format="A4").startswith(b"%PDF")


def facts(page):
    return [page.locator(f"#fact-{row}").text_content() for row in range(6)]


def test_the_slider_moves_the_pictures_by_keyboard_too(visit):
    page = visit("explore")
    seen = set()
    page.locator("#strength").focus()
    for key in ("ArrowRight", "ArrowRight", "End", "Home", "PageUp"):
        page.keyboard.press(key)
        paths = [page.locator(f"#{path}").get_attribute("d") for path in ("grey-2", "weights", "here")]
        seen.add((*paths, *facts(page), page.locator("#said-strength").text_content()))
    assert len(seen) >= 4
    names = {
        page.locator(f"#{name}-picture").get_attribute("aria-label") for name in ("boundary", "errors", "weights")
    }
    assert len(names) == 3


def test_a_strength_below_the_errors_stands_where_the_line_of_the_slider_stands_with_it(visit):
    page = visit("explore")
    named = page.locator("#tick-1")
    page.locator("#strength").fill("9")
    assert page.locator("#said-strength").text_content() == named.text_content()
    line = float(page.locator("#here").get_attribute("d").removeprefix("M").partition(" ")[0])
    assert line == pytest.approx(float(named.get_attribute("x")), abs=0.5)  # words stand at whole units


def test_another_regularizer_has_other_errors(visit):
    page = visit("explore")
    before = page.locator("#held-out-line").get_attribute("d"), facts(page)
    page.select_option("#regularizer", index=4)
    assert (page.locator("#held-out-line").get_attribute("d"), facts(page)) != before


def test_its_numbers_are_those_of_the_json(visit, made):
    from statistics import median

    told = json.loads(made("explore")[1])
    page = visit("explore")
    for name, states in told["states"].items():
        page.select_option("#regularizer", label=name)
        for number in (0, 7, 19):
            page.locator("#strength").fill(str(number))
            state = states[number]
            assert float(page.locator("#said-strength").text_content()) == pytest.approx(
                state["strength"], rel=0.05
            )
            training, held_out, right, *_ = facts(page)
            for shown, errors in ((training, state["training_errors"]), (held_out, state["held_out_errors"])):
                assert shown == f"{median(errors):.3f} [{min(errors):.3f}, {max(errors):.3f}]"
            assert right == f"{100 * state['held_out_accuracy']:.1f} %"


def test_the_button_leads_to_the_lowest_held_out_error(visit, made):
    from statistics import median

    states = json.loads(made("explore")[1])["states"]["L2"]
    page = visit("explore")
    page.click("#best")
    assert facts(page)[1].startswith(f"{min(median(state['held_out_errors']) for state in states):.3f} ")


def test_a_screen_reader_is_told_when_the_slider_rests(visit):
    page = visit("explore")
    page.locator("#strength").fill("9")
    playwright.expect(page.locator("#told")).to_contain_text(" on held-out ones")
    assert page.locator("#told").get_attribute("aria-live") == "polite"


def test_without_a_program_the_tables_hold_every_number(visit):
    page = visit("explore", java_script_enabled=False)
    assert "without it, the tables below hold every number" in page.locator("noscript").inner_text()
    assert page.locator("details tbody tr").count() == 100
    assert not page.locator("#strength").is_visible()
    assert not page.locator("figure").first.is_visible()
