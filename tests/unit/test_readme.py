"""What the README shows is what happens."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from nnl2.engine import kernel
from nnl2.testing.scaffold import TEMPLATE, new_plugin

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, flags=re.DOTALL)
PROGRAMS = [
    (code, BLOCKS[number + 1][1])
    for number, (language, code) in enumerate(BLOCKS)
    if language == "python" and BLOCKS[number + 1][0] == "text"
]


@pytest.mark.skipif(kernel.library() is None, reason="without the compiled update it takes minutes")
@pytest.mark.parametrize(("program", "output"), PROGRAMS)
def test_a_program_prints_what_stands_below_it(program, output, capsys):
    exec(program, {})  # noqa: S102 (our own text)
    assert capsys.readouterr().out == output


def test_the_table_is_the_demos():
    golden = (ROOT / "tests/demo/golden.txt").read_text(encoding="utf-8")
    (table,) = [text for language, text in BLOCKS if language == "text" and text.startswith("strategy")]
    assert table in golden


def test_the_plug_in_of_the_guide_is_what_the_console_writes():
    shown = [text for language, text in BLOCKS if language == "toml" or "class Shrink" in text]
    assert shown == [
        (TEMPLATE / file).read_text(encoding="utf-8") for file in ("nnl2_shrink.py", "pyproject.toml")
    ]


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
