"""What the README shows is what happens."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, flags=re.DOTALL)
PROGRAMS = [
    (code, BLOCKS[number + 1][1])
    for number, (language, code) in enumerate(BLOCKS)
    if language == "python" and BLOCKS[number + 1][0] == "text"
]


@pytest.mark.parametrize(("program", "output"), PROGRAMS)
def test_a_program_prints_what_stands_below_it(program, output, capsys):
    exec(program, {})  # noqa: S102 (our own text)
    printed = capsys.readouterr().out
    number = re.compile(r"\d*\.?\d+")
    assert number.sub("#", printed) == number.sub("#", output)
    # another processor's tanh may move the last digit
    for ours, expected in zip(number.findall(printed), number.findall(output), strict=True):
        decimals = len(expected.partition(".")[2])
        assert float(ours) == pytest.approx(float(expected), abs={0: 0, 1: 0.11}.get(decimals, 0.011))


def test_the_table_is_the_demos():
    golden = (ROOT / "tests/demo/golden.txt").read_text(encoding="utf-8")
    (table,) = [text for language, text in BLOCKS if language == "text" and text.startswith("strategy")]
    assert table in golden


def test_the_plug_in_of_the_guide_is_found_and_works(tmp_path):
    (module,) = [code for language, code in BLOCKS if language == "python" and "class Shrink" in code]
    (project,) = [text for language, text in BLOCKS if language == "toml"]
    offered = tomllib.loads(project)["project"]
    info = tmp_path / "nnl2_shrink-0.1.dist-info"
    info.mkdir()
    info.joinpath("METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {offered['name']}\nVersion: {offered['version']}\n"
    )
    (name, value), *_ = offered["entry-points"]["nnl2.regularizers"].items()
    info.joinpath("entry_points.txt").write_text(f"[nnl2.regularizers]\n{name} = {value}\n")
    tmp_path.joinpath("nnl2_shrink.py").write_text(module)
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from nnl2_demo.cli import main; main()"
    finished = subprocess.run(
        [sys.executable, "-c", program, "--epochs", "5", "--regularizer", "shrink:0.0002"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.search(r"^shrink:0.0002 +0\.\d{4} ", finished.stdout, flags=re.MULTILINE)


def test_every_built_in_is_in_the_table():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for name, value in project["project"]["entry-points"]["nnl2.regularizers"].items():
        assert f"| `{name}` | `{value.partition(':')[2]}(" in README
