"""A new plug-in is a working distribution."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from nnl2 import InvalidValueError
from nnl2.testing.scaffold import TEMPLATE, new_plugin

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(environment_with):
    """Return a function that runs a module of Python in a plug-in's folder, as if the plug-in were installed."""

    def run(folder, *arguments):
        command = [sys.executable, "-m", *arguments]
        return subprocess.run(
            command, cwd=folder, env=environment_with(folder), capture_output=True, text=True, check=False
        )

    return run


def test_what_is_written_passes_its_own_tests_and_the_check(tmp_path, run):
    folder = new_plugin("nnl2-group-lasso", tmp_path)
    assert sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()) == [
        "README.md", "nnl2_group_lasso.py", "pyproject.toml", "tests/test_nnl2_group_lasso.py",
    ]  # fmt: skip
    tested = run(folder, "pytest", "-p", "no:cacheprovider", "-rN")
    assert tested.returncode == 0, tested.stdout
    assert "collected 21 items" in tested.stdout, "the kit's checks, and the numbers in the docstring"
    checked = run(folder, "nnl2_demo", "check", "group-lasso:0.01")
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.startswith("GroupLasso(amount=0.01)\n")
    assert "passed   its text makes the same again\n" in checked.stdout
    assert "0 failed" in checked.stdout


def test_an_author_who_replaces_the_example_breaks_no_test(tmp_path, run):
    folder = new_plugin("nnl2-mine", tmp_path)
    folder.joinpath("nnl2_mine.py").write_text(
        """\
from attrs import frozen
from nnl2 import Regularizer


@frozen
class Mine(Regularizer):
    share: float = 0.01
    first_epoch: int = 10

    def decay(self, step):
        return 1 - self.share if step.epoch >= self.first_epoch else 1.0
""",
        encoding="utf-8",
    )
    tested = run(folder, "pytest", "-p", "no:cacheprovider")
    assert tested.returncode == 0, tested.stdout


def test_the_wheel_says_what_it_is(tmp_path):
    ours, its = (
        tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        for folder in (ROOT, new_plugin("nnl2-group-lasso", tmp_path))
    )
    assert its["description"] == "GroupLasso: a regularizer for nnl2"
    assert all(its[name] == ours[name] for name in ("readme", "license", "requires-python"))


def test_no_name_of_the_template_is_left(tmp_path):
    folder = new_plugin("nnl2-my-lasso", tmp_path)
    for file in folder.rglob("*"):
        assert "shrink" not in file.name
        assert file.is_dir() or "shrink" not in file.read_text(encoding="utf-8").lower()
    assert "class MyLasso(Regularizer)" in (folder / "nnl2_my_lasso.py").read_text(encoding="utf-8")


def test_the_template_itself_comes_out_under_its_own_name(tmp_path):
    folder = new_plugin("nnl2-shrink", tmp_path)
    for file in folder.rglob("*"):
        assert file.is_dir() or file.read_bytes() == (TEMPLATE / file.relative_to(folder)).read_bytes()


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "nnl2-mine").mkdir()
    (tmp_path / "nnl2-mine" / "precious.py").write_text("1", encoding="utf-8")
    with pytest.raises(FileExistsError, match="nnl2-mine is there already; choose another name or move it away"):
        new_plugin("nnl2-mine", tmp_path)
    assert [file.name for file in tmp_path.rglob("*")] == ["nnl2-mine", "precious.py"]


def test_nothing_half_written_is_left(tmp_path, monkeypatch):
    monkeypatch.setattr("nnl2.testing.scaffold._renamed", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        new_plugin("nnl2-mine", tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Shrink", "nnl2 and words, all joined by hyphens, like nnl2-shrink, not 'Shrink'"),
        ("../evil", "words, all joined by hyphens"),
        ("nnl2_shrink", "words, all joined by hyphens"),
        ("", "words, all joined by hyphens"),
        ("nnl2", "words, all joined by hyphens"),
        ("numpy", "words, all joined by hyphens"),
        ("nnl2-l2", "'nnl2-l2' would offer 'l2', as nnl2 itself does"),
        ("nnl2-true", "'nnl2-true' would define a True that is another already"),
        ("nnl2-step", "'nnl2-step' would define a Step that is another already"),
        ("nnl2-demo", "'nnl2-demo' would define a Demo that is another already"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(tmp_path, name, message):
    with pytest.raises(InvalidValueError) as caught:
        new_plugin(name, tmp_path)
    assert message in str(caught.value)
    assert not list(tmp_path.iterdir())
