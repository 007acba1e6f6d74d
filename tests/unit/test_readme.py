"""What the README and the pages in docs/ show is what happens."""

import re
import subprocess
import sys
import tomllib
from inspect import signature
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from nnl2 import Regularizer
from nnl2.engine import kernel
from nnl2.regularizers.base import QUESTIONS
from nnl2.testing.scaffold import TEMPLATE, new_plugin

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
README, GUIDE = (page.read_text(encoding="utf-8") for page in (PAGES[0], ROOT / "docs/own-regularizers.md"))


def blocks_of(text):
    """Return language and content of each block in fences."""
    return re.findall(r"```(\w+)\n(.*?)```", text, flags=re.DOTALL)


def programs():
    """Yield each block of Python with what is printed: the text below it, or else nothing."""
    for page in PAGES:
        blocks = [*blocks_of(page.read_text(encoding="utf-8")), ("", "")]
        for number, ((language, code), (following, output)) in enumerate(pairwise(blocks)):
            if language == "python":
                yield pytest.param(code, output if following == "text" else "", id=f"{page.name}-{number}")


@pytest.mark.skipif(kernel.library() is None, reason="without the compiled update it takes minutes")
@pytest.mark.parametrize(("program", "output"), list(programs()))
def test_a_program_prints_what_stands_below_it(program, output, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # where it may write files
    page = ModuleType("page")
    monkeypatch.setitem(sys.modules, "page", page)  # where a pickle looks for its classes
    exec(program, vars(page))  # noqa: S102 (our own text)
    assert capsys.readouterr().out == output


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_link_leads_to_a_file(page):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target


def test_the_table_is_the_demos():
    golden = (ROOT / "tests/demo/golden.txt").read_text(encoding="utf-8")
    (table,) = [text for language, text in blocks_of(README) if language == "text" and text.startswith("strategy")]
    assert table in golden


def test_the_plug_in_of_the_guide_is_what_the_console_writes():
    module, project = (
        (TEMPLATE / file).read_text(encoding="utf-8") for file in ("nnl2_shrink.py", "pyproject.toml")
    )
    assert ("python", module) in blocks_of(README)
    assert ("python", module) in blocks_of(GUIDE)
    assert [text for language, text in blocks_of(GUIDE) if language == "toml"] == [project]


def test_every_question_is_in_the_guide_as_it_is_asked():
    for question in QUESTIONS:
        arguments = [name for name in signature(getattr(Regularizer, question)).parameters if name != "self"]
        assert f"| `{question}({', '.join(arguments)})` | " in GUIDE


def test_every_plug_in_is_told_of():
    for folder in (ROOT / "plugins").iterdir():
        assert f"`{folder.name}`" in README
        assert f"`{folder.name}`" in GUIDE


def test_the_plug_in_of_the_guide_is_found_and_works(tmp_path, environment_with):
    finished = subprocess.run(
        [sys.executable, "-m", "nnl2_demo", "--epochs", "5", "--regularizer", "shrink:0.0002"],
        env=environment_with(new_plugin("nnl2-shrink", tmp_path)),
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.search(r"^shrink:0.0002 +0\.\d{4} ", finished.stdout, flags=re.MULTILINE)


def test_every_built_in_is_in_the_table():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for name, value in project["project"]["entry-points"]["nnl2.regularizers"].items():
        assert f"| `{name}` | `{value.partition(':')[2]}(" in README
