"""`--report FILE.html`: a page from every command that compares, and from `explore`."""

import json

import pytest

from nnl2.engine import kernel

pytestmark = pytest.mark.skipif(kernel.library() is None, reason="without the compiled update it takes minutes")

QUICK = {
    "compare": "compare iris --epochs 3 --folds 2 --repeats 1 --hidden 3 --regularizer l2:0.01",
    "path": "path iris l2 --epochs 3 --folds 2 --repeats 1 --hidden 3 --points 3",
    "learning-curve": "learning-curve iris --regularizer l2:0.1 --epochs 3 --folds 2 --repeats 1 --sizes 20,75",
    "article": "--epochs 5 --seeds 2",
    "moons": "moons --epochs 5 --seeds 2",
    "decay": "decay --epochs 5 --seeds 2",
    "explore": "explore moons --epochs 2 --seeds 1",
}


@pytest.fixture
def call(in_process):
    """Return a function that calls `nnl2-demo` with a line of words, and more, in this process."""
    return lambda line, *more: in_process(*line.split(), *more)


@pytest.mark.parametrize("name", list(QUICK))
def test_a_page_comes_beside_the_text(call, tmp_path, monkeypatch, name):
    monkeypatch.setenv("MPLBACKEND", "broken")
    path = tmp_path / "page.html"
    without = call(QUICK[name])
    assert call(QUICK[name], "--report", path) == without == (0, without[1], "")
    page = path.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert page.endswith("</html>\n")
    assert [each.name for each in tmp_path.iterdir()] == ["page.html"]


def test_boundaries_are_drawn_where_a_table_has_two_inputs(call, tmp_path):
    path, table = tmp_path / "page.html", tmp_path / "<b>.csv"
    lines = [f"{item % 7},{item * item % 11},{'ja' if item % 7 > 3 else 'nein'}" for item in range(60)]
    table.write_text("\n".join(["<i>one</i>,two,ill", *lines]), encoding="utf-8")
    settings = ["--epochs", 3, "--folds", 2, "--repeats", 1, "--regularizer", "l2:0.01"]
    assert call("compare", table, *settings, "--report", path)[0] == 0
    page = path.read_text(encoding="utf-8")
    assert "Where each network changes its answer" in page
    assert "&lt;b&gt;.csv" in page
    assert "&lt;i&gt;one" in page
    assert "<b>" not in page
    assert "<i>" not in page


def test_classes_that_are_numbers_have_their_names_too(call, tmp_path):
    path, table = tmp_path / "page.html", tmp_path / "table.csv"
    lines = [f"{item % 7},{item * item % 11},{3 if item % 7 > 3 else 8}" for item in range(60)]
    table.write_text("\n".join(["one,two,kind", *lines]), encoding="utf-8")
    settings = ["--epochs", 3, "--folds", 2, "--repeats", 1, "--regularizer", "l2:0.01"]
    assert call("compare", table, *settings, "--report", path)[0] == 0
    page = path.read_text(encoding="utf-8")
    assert ">class 3<" in page
    assert ">class 8<" in page


def test_the_study_tells_what_was_published(call, tmp_path):
    path = tmp_path / "page.html"
    assert call("--seeds 2", "--report", path)[0] == 0
    page = path.read_text(encoding="utf-8")
    assert "<h2>Printed, and what came out</h2>" in page
    assert "<td>0.1072</td>" in page
    assert "<p>14 numbers were published; 14 came out to the last digit.</p>" in page
    assert "<h2>One of the seeds: seed 0</h2>" in page
    assert "L2 as published" in page


@pytest.mark.parametrize("name", list(QUICK))
@pytest.mark.parametrize(
    ("file", "said"),
    [("page.txt", "a page is a file that ends in .html or .htm"), ("no/page.html", "there is no folder")],
)
def test_where_no_page_can_be_written_nothing_is_trained(call, tmp_path, name, file, said):
    status, text, told = call(QUICK[name], "--report", tmp_path / file)
    assert (status, text) == (2, "")
    assert said in told
    assert told.count("\n") == 1


def test_a_page_does_not_overwrite_what_is_written_beside(call, tmp_path):
    path = tmp_path / "a.html"
    status, _, told = call(QUICK["compare"], "-o", path, "--report", path)
    assert status == 2
    assert "--report would overwrite --output" in told


def test_what_is_explored_is_json_too(call):
    status, text, _ = call(QUICK["explore"], "--format", "json")
    told = json.loads(text)
    assert status == 0
    assert [len(states) for states in told["states"].values()] == [20] * 5
    assert told["seeds"] == [0]


def test_what_is_explored_is_told_in_a_table(call):
    status, text, _ = call("explore moons --epochs 2 --seeds 1 --seed 5")
    assert status == 0
    assert text.splitlines()[3].split() == ["regularizer", "best", "at", "weakest", "best", "strongest"]
    assert len(text.splitlines()) == 10
