"""`nnl2-demo path`: a regularizer in many strengths in one line, and what a wrong call is told."""

import csv
import io
import json
import re
from functools import partial
from pathlib import Path

import pytest

from nnl2_demo.path_command import path_command

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/paths.md").read_text(encoding="utf-8")
QUICK = ["--epochs", "3", "--folds", "2", "--repeats", "1", "--hidden", "3"]


@pytest.fixture
def call(in_process):
    """Return a function that calls `nnl2-demo path` in this process."""
    return partial(in_process, "path")


def test_the_page_shows_what_is_printed(call):
    ((shown, text),) = re.findall(r"```sh\nnnl2-demo path (.*?)\n```\n```text\n(.*?)```", PAGE, flags=re.DOTALL)
    status, printed, told = call(*shown.split())
    assert (status, told) == (0, "")
    assert printed == text


def test_the_page_tells_of_every_option_of_its_own():
    shared = {"name", "regularizer", "seed", "jobs"}
    own = {"start": "--from", "stop": "--to", "n_points": "--points", "values": "--values", "plot": "--plot"}
    assert all(f"`{option}" in PAGE for option in own.values())
    assert set(own) | shared <= {parameter.name for parameter in path_command.params}


@pytest.mark.parametrize("table", ["diabetes", "moons"])
def test_a_table_and_a_generator_have_20_strengths(call, table):
    few = ["--epochs", "1", "--hidden", "2", "--repeats", "2"]
    status, text, told = call(table, "l2", *few, "--format", "csv")
    assert (status, told) == (0, "")
    assert len(list(csv.DictReader(io.StringIO(text)))) == 21


def test_every_format_holds_the_same_strengths(call):
    chosen = ["iris", "l2", *QUICK, "--values", "0.01,0.1"]
    told = json.loads(call(*chosen, "--format", "json")[1])
    assert [row["value"] for row in told["rows"]] == [None, 0.01, 0.1]
    assert call(*chosen)[1].startswith("Best of 2: ")
    assert call(*chosen, "--format", "markdown")[1].startswith("**Best of 2: ")
    assert call(*chosen, "--format", "csv")[1].startswith("strength,regularizer,held_out,")


def test_every_setting_reaches_the_path(call):
    settings = "--from 0.01 --to 1 --points 3 --folds 3 --repeats 2 --seeds 2 --score log-loss --epochs 2 "
    settings += "--class-weight balanced --learning-rate 0.1 --batch-size 8 --seed 7 --jobs 1 --hidden 4,3"
    told = json.loads(call("iris", "l2+dropout:0.2", *settings.split(), "--format", "json")[1])
    assert [row["value"] for row in told["rows"][1:]] == [0.01, 0.1, 1]
    assert told["splits"].startswith("3 stratified folds, parted 2 times")
    assert (told["score"], told["seed"], told["name"]) == ("log-loss", 7, "l2+dropout:0.2")
    for said in ("4-3 hidden units", "learning rate 0.1", "batches of 8, 2 epochs", "the mean of 2 seeds"):
        assert said in told["recipe_sentence"]
    assert any("balanced class weights" in note for note in told["notes"])


def test_result_and_picture_are_written_into_files(call, tmp_path):
    result, picture = tmp_path / "path.txt", tmp_path / "path.svg"
    status, text, _ = call("iris", "l2", *QUICK, "--points", "3", "-o", result, "--plot", picture)
    assert (status, text) == (0, "")
    assert result.read_text(encoding="utf-8").startswith("Best of 3: ")
    drawn = picture.read_text(encoding="utf-8")
    for words in ("held-out items", "largest weight", "hidden units dead", "l2: strength, stronger to the right"):
        assert words in drawn


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["iris"], "Missing argument 'REGULARIZER'"),
        (["iris", "l3"], "Invalid value for 'REGULARIZER': no regularizer is called 'l3'"),
        (["iris", "none"], "a path varies one number"),
        (["irs", "l2"], "did you mean 'iris'?"),
        (["iris", "l2", "--values", "0.1,much"], "must be numbers such as 0.001,0.01,0.1, not '0.1,much'"),
        (["iris", "l2", "--values", "0,01,0.1"], "write 0.01, not 0,01; between two strengths stands a comma"),
        (
            ["iris", "l2", "--from", "0,01"],
            "Invalid value for '--from': '0,01' is no number (write 0.01, not 0,01)",
        ),
        (["iris", "l2", "--learning-rate", "fast"], "Invalid value for '--learning-rate': 'fast' is no number"),
        (
            ["iris", "l2", "--values", "0.1,1", "--to", "3"],
            "--values and --from, --to or --points do not go together",
        ),
        (["iris", "l2", "--from", "0"], "0.0 is not in the range x>0"),
        (["iris", "dropout", "--to", "1"], "Dropout.rate must be a finite number in [0, 1), got 1"),
        (["iris", "l2", "--target", "species"], "--target is for a CSV file"),
        (["diabetes", "l2", "--class-weight", "balanced"], "--class-weight is for classes"),
        (["diabetes", "l2", "--score", "accuracy"], "Invalid value for '--score'"),
        (["iris", "l2", "--test", "file.csv"], "No such option"),
        (["iris", "l2", "--journal", "file"], "No such option"),  # it was taken once, and kept nothing
        (["moons", "l2", "--repeats", "1"], "--repeats must be 2 or more"),
    ],
)
def test_a_wrong_call_is_one_line_with_status_2(call, arguments, words):
    status, text, told = call(*arguments)
    assert (status, text) == (2, "")
    assert told.startswith("Error: ")
    assert told.count("\n") == 1
    assert words in told


def test_what_only_compare_does_is_no_option(in_process, tmp_path):
    for option in ("--animate", "--save", "--journal", "--dask", "--test"):
        status, _, told = in_process("path", "iris", "l2", option, str(tmp_path / "x.gif"))
        assert (status, "No such option" in told) == (2, True)
