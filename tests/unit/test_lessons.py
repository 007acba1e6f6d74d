"""The notebooks in docs/ run, and print what is stored in them."""

import json
from pathlib import Path

import pytest

from nnl2.engine import kernel

NOTEBOOKS = sorted(Path(__file__).parents[2].glob("docs/*.ipynb"))


def printed(cell):
    """Return what a cell is stored to have printed."""
    return "".join("".join(each["text"]) for each in cell["outputs"] if each["output_type"] == "stream")


@pytest.mark.slow
@pytest.mark.skipif(kernel.library() is None, reason="without the compiled update it takes minutes")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_prints_what_is_stored_in_it(path, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.chdir(tmp_path)  # where it may write files
    known = {"__name__": "notebook"}
    cells = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    for cell in cells:
        exec("".join(cell["source"]), known)  # noqa: S102 (our own text)
        assert capsys.readouterr().out == printed(cell)
    known["plt"].close("all")
    assert len(cells) >= 4


def test_there_are_two_lessons():
    assert [path.stem for path in NOTEBOOKS] == ["choosing", "first-lesson"]
