"""`nnl2-demo learning-curve`: regularizers with few and with many items, and what a wrong call is told."""

import csv
import io
import json
import re
from functools import partial
from pathlib import Path

import pytest

from nnl2_demo.learning_curve_command import learning_curve_command

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/learning-curves.md").read_text(encoding="utf-8")
QUICK = ["--epochs", "3", "--folds", "2", "--repeats", "1", "--hidden", "3"]
ONE = ["--regularizer", "l2:0.1", *QUICK]


@pytest.fixture
def call(in_process):
    """Return a function that calls `nnl2-demo learning-curve` in this process."""
    return partial(in_process, "learning-curve")


def test_the_page_shows_what_is_printed(call):
    ((shown, text),) = re.findall(
        r"```sh\nnnl2-demo learning-curve (.*?)\n```\n```text\n(.*?)```", PAGE, flags=re.DOTALL
    )
    status, printed, told = call(*shown.split())
    assert (status, told) == (0, "")
    assert printed == text


def test_the_page_tells_of_every_option_of_its_own():
    own = {"sizes": "--sizes", "n_points": "--points", "texts": "--regularizer", "with_all": "--all"}
    assert all(f"`{option}" in PAGE for option in own.values())
    assert set(own) <= {parameter.name for parameter in learning_curve_command.params}


@pytest.mark.parametrize("table", ["diabetes", "moons"])
def test_a_table_and_a_generator_have_six_sizes(call, table):
    few = ["--epochs", "1", "--hidden", "2", "--repeats", "2", "--regularizer", "l2:0.1"]
    status, text, told = call(table, *few, "--format", "csv")
    assert (status, told) == (0, "")
    assert len(list(csv.DictReader(io.StringIO(text)))) == 12


def test_every_format_holds_the_same_sizes(call):
    chosen = ["iris", *ONE, "--sizes", "20,75"]
    told = json.loads(call(*chosen, "--format", "json")[1])
    assert told["sizes"] == [20, 75]
    assert [row["n_items"] for row in told["rows"]] == [20, 75, 20, 75]
    assert call(*chosen)[1].startswith("Judged by the step from 20 to 75 items: ")
    assert call(*chosen, "--format", "markdown")[1].startswith("**Judged by the step from 20 to 75 items: ")
    assert call(*chosen, "--format", "csv")[1].startswith("regularizer,n_items,epochs,held_out,")


def test_every_setting_reaches_the_learning_curve(call):
    settings = "--regularizer l2 --regularizer dropout:0.2 --points 3 --folds 3 --repeats 2 --seeds 2 --epochs 2 "
    settings += "--score log-loss --class-weight balanced --learning-rate 0.1 --batch-size 8 --seed 7 --jobs 1 "
    settings += "--hidden 4,3"
    told = json.loads(call("iris", *settings.split(), "--format", "json")[1])
    assert (len(told["sizes"]), told["sizes"][-1]) == (3, 100)
    assert list(told["last_steps"]) == ["none", "l2", "dropout:0.2"]
    assert told["splits"].startswith("3 stratified folds, parted 2 times")
    assert (told["score"], told["seed"]) == ("log-loss", 7)
    for said in ("4-3 hidden units", "learning rate 0.1", "batches of 8, 2 epochs", "the mean of 2 seeds"):
        assert said in told["recipe_sentence"]
    assert any("balanced class weights" in note for note in told["notes"])


def test_the_groups_of_a_csv_come_in_whole(call, tmp_path):
    lines = [f"p{item // 4},{item % 7},{'ja' if item % 7 > 3 else 'nein'}" for item in range(96)]
    table = tmp_path / "patients.csv"
    table.write_text("\n".join(["patient,measured,ill", *lines]), encoding="utf-8")
    status, text, _ = call(table, *ONE, "--group", "patient", "--sizes", "24,48")
    assert status == 0
    assert "group by group" in " ".join(text.split())


def test_result_and_picture_are_written_into_files(call, tmp_path):
    result, picture = tmp_path / "curve.txt", tmp_path / "curve.svg"
    status, text, _ = call("iris", *ONE, "--sizes", "20,75", "-o", result, "--plot", picture)
    assert (status, text) == (0, "")
    assert result.read_text(encoding="utf-8").startswith("Judged by ")
    drawn = picture.read_text(encoding="utf-8")
    for words in ("accuracy (%), held-out items", "training items", "better than none (points)", "l2:0.1"):
        assert words in drawn


def test_where_all_others_diverge_there_are_no_gains_to_draw(call, tmp_path):
    picture = tmp_path / "curve.svg"
    status, text, told = call("iris", "--regularizer", "l2:1e30", *QUICK, "--sizes", "20,75", "--plot", picture)
    assert (status, told) == (0, "")
    assert "training failed with l2:1e30" in " ".join(text.split())
    assert "better than none" not in picture.read_text(encoding="utf-8")


def test_data_that_are_too_few_for_a_size_are_one_line_with_status_1(call):
    status, text, told = call("iris", "--regularizer", "l2", *QUICK, "--sizes", "6,75")
    assert (status, text) == (1, "")
    assert (
        told
        == "Error: 6 training items are too few: class 'setosa' has 2 of 6 items, but each needs 3; 9 are enough\n"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["iris", "--regularizer", "l3"], "Invalid value for '--regularizer': no regularizer is called 'l3'"),
        (["irs"], "did you mean 'iris'?"),
        (["iris", "--sizes", "20,half"], "must be whole numbers such as 20,50,100, not '20,half'"),
        (["iris", "--sizes", "20,0.5"], "must be whole numbers such as 20,50,100"),
        (["iris", "--sizes", "20,40", "--points", "3"], "--sizes and --points do not go together"),
        (["iris", "--points", "1"], "1 is not in the range"),
        (["iris", "--target", "species"], "--target is for a CSV file"),
        (["diabetes", "--class-weight", "balanced"], "--class-weight is for classes"),
        (["diabetes", "--score", "accuracy"], "Invalid value for '--score'"),
        (["iris", "--test", "file.csv"], "No such option"),
        (["iris", "--time", "year"], "No such option"),
        (["iris", "--journal", "file"], "No such option"),
        (["moons", "--repeats", "1"], "--repeats must be 2 or more"),
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
        status, _, told = in_process("learning-curve", "iris", option, str(tmp_path / "x.gif"))
        assert (status, "No such option" in told) == (2, True)
