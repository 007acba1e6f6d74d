"""`nnl2-demo compare`: a table of one's own in one line, and what a wrong call is told."""

import csv
import io
import json
import os
import pty
import random
import re
import shlex
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from nnl2.comparison.scores import SCORES
from nnl2.engine import kernel
from nnl2.preparation.bundled import BUNDLED
from nnl2.writing import write_whole
from nnl2_demo import compare_options, own_table
from nnl2_demo.comparing import compare_table

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/comparing.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```sh\n(.*?)```\n```text\n(.*?)```", PAGE, flags=re.DOTALL)
UNTOLD = {"name", "seed", "jobs"}
"""What needs no page."""

QUICK = ["--epochs", "4", "--folds", "2", "--repeats", "1", "--hidden", "3", "--regularizer", "l2:0.01"]
"""Without --folds and --repeats where these do not fit."""

FAST = ["--epochs", "4", "--hidden", "3", "--regularizer", "l2:0.01"]


@pytest.fixture
def call(in_process):
    """Return a function that calls `nnl2-demo compare` in this process."""
    return partial(in_process, "compare")


def patients(n_items, seed):
    """Yield the lines of patients: an ID, numbers, words, gaps, umlauts, notes; 15 % are ja, mostly the older."""
    rng = random.Random(seed)  # noqa: S311
    yield "Nr;Alter;Größe;Stadt;Gewicht;Datum;Bemerkung;Diabetes"
    for item in range(n_items):
        ill = item % 20 in (3, 9, 14)
        age = rng.gauss(68 if ill else 45, 10)
        yield ";".join(
            [
                str(5000 + item),
                "" if rng.random() < 0.1 else f"{age:.1f}".replace(".", ","),
                f"{rng.gauss(170, 10):.0f}",
                rng.choice(["Köln", "Nürnberg", "Bad Füssing", "?"]),
                str(rng.randrange(1, 4)),
                f"2020-{1 + item * 12 // n_items:02}-{1 + item % 28:02}",
                f'"Besuch {item};\nnächster bald"',
                "ja" if ill else "nein",
            ]
        )


@pytest.fixture
def patients_file(tmp_path):
    path = tmp_path / "patienten.csv"
    path.write_text("\n".join(patients(403, 1)), encoding="cp1252")
    return path


def test_a_table_with_everything_in_it_gets_a_readable_answer(call, patients_file):
    status, text, told = call(
        patients_file, "--regularizer", "l2", "--epochs", "8", "--folds", "3", "--repeats", "1"
    )
    assert status == 0
    lines = text.splitlines()
    assert lines[0].startswith("Verdict: ")
    assert max(map(len, lines)) <= 80
    words = " ".join(text.split())
    for said in (
        "patienten.csv: 403 items, 4 columns as 7 inputs, target 'Diabetes' of 2 classes;",
        "balanced-accuracy decides",
        "the largest class has 85 % of the items",
        "Left out: Nr (an ID, whole numbers that all differ), Datum (dates such as",
        "3 stratified folds",
        "Table: Read as cp1252, with ';' between cells and decimal commas in Alter. Gaps: ",
        "in Alter, for which the median of the training part stands; ",
        "in Stadt, a word of their own. Words, an input for each: Stadt (3).",
    ):
        assert said in words
    order = [text.index(each) for each in ("Verdict:", "Best guess", "\nnone ", "\nl2 ", "Estimated:", "Recipe:")]
    assert order == sorted(order)
    assert told.startswith("Warning: patienten.csv: left out 'Nr' (an ID")
    assert told.count("\n") == 1


@pytest.mark.parametrize("table", ["iris", "wine", "breast_cancer", "digits", "diabetes"])
def test_tables_have_names(call, table):
    status, text, told = call(table, *QUICK, "--epochs", "1")
    assert (status, told) == (0, "")
    assert f"{table}: " in text


@pytest.mark.parametrize("generator", ["article", "moons"])
def test_generators_make_new_items(call, generator):
    status, text, _ = call(generator, *FAST, "--repeats", "3", "--format", "json")
    told = json.loads(text)
    assert status == 0
    assert told["data"].startswith(f"{generator}: 200 new items each")
    assert told["splits"].startswith("3 independent replicates")


def test_every_setting_reaches_the_comparison(call):
    settings = "--folds 3 --repeats 2 --seeds 2 --score log-loss --rope 0.25 --class-weight balanced --epochs 3 "
    settings += "--learning-rate 0.1 --batch-size 8 --seed 7 --jobs 1 --hidden 4,3 --format json"
    told = json.loads(call("iris", "--regularizer", "l1:0.01+dropout:0.2", *settings.split())[1])
    assert told["splits"].startswith("3 stratified folds, parted 2 times")
    assert (told["score"], told["rope"], told["seed"]) == ("log-loss", 0.25, 7)
    recipe = {name: told["recipe"][name] for name in ("hidden", "epochs", "learning_rate", "batch_size", "seeds")}
    assert recipe == {"hidden": [4, 3], "epochs": 3, "learning_rate": 0.1, "batch_size": 8, "seeds": 2}
    assert [row["name"] for row in told["rows"]][1] == "l1:0.01+dropout:0.2"
    assert any("balanced class weights" in note for note in told["notes"])


def test_another_optimizer_has_a_learning_rate_of_its_own(call):
    recipe = json.loads(call("iris", *QUICK, "--optimizer", "adam", "--format", "json")[1])["recipe"]
    assert recipe["optimizer"].startswith("Adam(")
    assert recipe["learning_rate"] == 0.01


def test_the_options_know_what_there_is():
    assert set(compare_options.TABLES) == set(BUNDLED)
    assert set(compare_options.GENERATORS) == set(own_table.GENERATORS)
    assert set(compare_options.SCORES) == set(SCORES)


def test_without_a_picture_no_backend_matters(call):
    assert call("iris", *QUICK, MPLBACKEND="broken")[0] == 0


def test_without_hidden_units_nothing_is_dropped(call):
    status, text, told = call("iris", "--hidden", "0", "--epochs", "2", "--folds", "2", "--repeats", "1")
    assert (status, told) == (0, "")
    assert "no hidden layer" in text
    assert "dropout" not in text


@pytest.mark.slow
def test_all_that_are_installed_are_compared(call):
    told = json.loads(call("iris", *QUICK, "--all", "--epochs", "1", "--format", "json")[1])
    assert {"l2:0.01", "l2", "l1", "dropout", "weight-decay"} <= {row["name"] for row in told["rows"]}


def test_an_array_in_a_file_is_a_table(call, tmp_path):
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(40, 3)).astype(np.float32)
    labels = np.where(inputs[:, 0] > 0, "ja", "nein")
    np.save(tmp_path / "inputs.npy", inputs)
    np.save(tmp_path / "labels.npy", labels)
    np.save(tmp_path / "both.npy", np.column_stack([inputs, inputs[:, 0] > 0]))
    settings = [*QUICK, "--format", "json"]
    _, apart, told = call(tmp_path / "inputs.npy", "--target", tmp_path / "labels.npy", *settings)
    _, together, also_told = call(tmp_path / "both.npy", *settings)
    assert told == also_told == ""
    apart, together = json.loads(apart), json.loads(together)
    assert apart["data"] == "inputs.npy: 40 items, 3 inputs, 2 classes"
    assert together["data"] == "both.npy: 40 items, 3 inputs, target 'x3' of 2 classes"
    assert apart["score"] == together["score"] == "accuracy"


def test_what_only_a_csv_has_is_refused_of_an_array(call, tmp_path):
    np.save(tmp_path / "both.npy", np.eye(4))
    for option in ("--group", "--time", "--weight", "--encoding", "--delimiter"):
        value = {"--encoding": "utf-8", "--delimiter": ";"}.get(option, "x0")
        status, _, told = call(tmp_path / "both.npy", option, value)
        assert status == 2
        assert f"{option} is for a CSV file" in told
    status, _, told = call(tmp_path / "both.npy", "--target", "x9")
    assert (status, told.strip().splitlines()[-1]) == (
        2,
        "Error: both.npy has no column 'x9'; its columns are x0 to x3, and another .npy file may hold the target",
    )


def test_a_test_file_judges(call, patients_file, tmp_path):
    test = tmp_path / "später.csv"
    test.write_text("\n".join(patients(100, 2)), encoding="utf-8")
    status, text, told = call(patients_file, "--test", test, *FAST)
    assert status == 0
    assert "one training set of 403 items, one test set of 100" in text
    assert "später.csv" not in told


def test_columns_may_have_purposes_of_their_own(call, patients_file):
    assert "Items count by their weights" in call(patients_file, *QUICK, "--weight", "Gewicht")[1]
    assert "groups kept together" in call(patients_file, *QUICK, "--group", "Größe")[1]
    in_time = call(patients_file, *FAST, "--time", "Datum", "--folds", "3")[1]
    assert "3 forward splits in the order of items" in in_time
    assert "l2:0.01 is not judged beside none" in " ".join(in_time.split())


def test_numbers_may_be_classes_or_values(call, patients_file):
    text = call(patients_file, *QUICK, "--target", "Größe", "--task", "regression")[1]
    assert "r2 decides" in " ".join(text.split())
    assert "target 'Gewicht' of 3 classes" in call(patients_file, *QUICK, "--target", "Gewicht")[1]


def test_delimiter_and_encoding_can_be_said(call, tmp_path):
    path = tmp_path / "table.txt"
    path.write_bytes("a;x\tGröße\n".encode("latin-1") + b"".join(b"%d\t%d\n" % (n % 7, n % 2) for n in range(40)))
    status, text, _ = call(path, *QUICK, "--delimiter", "tab", "--encoding", "latin-1")
    assert status == 0
    assert "target 'Größe'" in text


def test_the_text_obeys_the_columns_of_the_environment(call):
    lines = call("iris", *QUICK, COLUMNS="64")[1].splitlines()
    assert 60 < max(map(len, lines)) <= 64


def test_programs_and_reports_get_formats_of_their_own(call):
    lines = list(csv.DictReader(io.StringIO(call("iris", *QUICK, "--format", "csv")[1])))
    assert [line["strategy"] for line in lines] == 2 * ["none"] + 2 * ["l2:0.01"] + 2 * ["none, other seeds"]
    assert call("iris", *QUICK, "--format", "markdown")[1].startswith("**Verdict: ")


def test_also_programs_and_reports_are_told_how_a_file_was_read(call, patients_file):
    said = json.loads(call(patients_file, *QUICK, "--format", "json")[1])["table"]
    assert said[0] == "Read as cp1252, with ';' between cells and decimal commas in Alter."
    assert f"\n\nTable: {said[0]}" in call(patients_file, *QUICK, "--format", "markdown")[1]
    assert json.loads(call("iris", *QUICK, "--format", "json")[1])["table"] == []


def test_a_test_file_may_lack_a_class(call, patients_file, tmp_path):
    test = tmp_path / "test.csv"
    header, *lines = patients(100, 2)
    test.write_text("\n".join([header, *(line for line in lines if line.endswith("nein"))]), encoding="utf-8")
    status, text, _ = call(patients_file, "--test", test, *FAST)
    assert status == 0
    assert "one test set of 85" in text


def test_a_file_is_written_whole_or_not_at_all(call, tmp_path):
    path = tmp_path / "result.md"
    assert call("iris", *QUICK, "-o", path) == (0, "", "")
    text = path.read_text(encoding="utf-8")
    assert text.startswith("Verdict: ")

    def fill_the_disk(file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_whole(path, fill_the_disk)
    assert path.read_text(encoding="utf-8") == text
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_a_picture_is_drawn_whatever_the_backend(call, tmp_path, ending):
    path = tmp_path / f"result.{ending}"
    status, text, told = call("iris", *QUICK, "--plot", path, MPLBACKEND="broken")
    assert (status, told) == (0, "")
    assert text.startswith("Verdict: ")
    assert path.read_bytes().startswith(b"\x89PNG" if ending == "png" else b"<?xml")
    if ending == "svg":
        words = path.read_text(encoding="utf-8")
        assert all(each in words for each in ("none, other seeds", "items held out", "median, middle half"))
    assert list(tmp_path.iterdir()) == [path]


def test_a_picture_names_an_axis_once_for_each_column_and_its_legend_hides_nothing(call, tmp_path):
    path = tmp_path / "result.svg"
    more = [word for strength in (1, 2, 3, 4) for word in ("--regularizer", f"l2:0.0{strength}")]
    assert call("iris", *QUICK, *more[2:], "--plot", path)[0] == 0
    words = re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text(encoding="utf-8"))
    assert words.count("cross-entropy:") == 1
    assert words.count("epochs") == 3  # five panels stand in three columns
    assert words.count("items held out") == 1


@pytest.mark.slow
def test_on_a_terminal_the_time_left_is_told_and_the_result_is_the_same(call):
    master, terminal = pty.openpty()
    command = [sys.executable, "-m", "nnl2_demo", "compare", "iris", *QUICK]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=terminal, text=True) as process:
        os.close(terminal)
        text = process.stdout.read()
    told = os.read(master, 100_000).decode()
    os.close(master)
    assert "Training" in told
    assert "100%" in told
    assert text == call("iris", *QUICK)[1]


@pytest.mark.slow
@pytest.mark.skipif(kernel.library() is None, reason="without the compiled update it takes minutes")
@pytest.mark.parametrize(("command", "expected"), SHOWN)
def test_the_page_shows_what_happens(call, command, expected):
    program, *arguments = shlex.split(command)
    assert program == "nnl2-demo"
    assert call(*arguments[1:]) == (0, expected, "")


@pytest.mark.slow
@pytest.mark.skipif(kernel.library() is None, reason="without the compiled update it takes hours")
def test_the_readme_shows_how_an_answer_begins(call):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"compare diabetes\n```\n\n```text\n(.*?)```", readme, flags=re.DOTALL)
    assert call("diabetes")[1].startswith(shown)


def test_the_page_explains_every_option():
    for parameter in compare_table.params:
        assert any(name in PAGE for name in parameter.opts if name.startswith("-")) or parameter.name in UNTOLD


IN_THE_CALL = [
    ([], "Missing argument 'TABLE'"),
    (["iriss"], "'iriss' is no file; did you mean 'iris'?"),
    (["nofile.csv"], "'nofile.csv' is no file; a CSV or .npy file, or one of iris, wine"),
    (["."], "'.' is a folder"),
    (["iris", "extra"], "unexpected extra argument (extra)"),
    (["iris", "--target", "species"], "--target is for a CSV file; iris comes as it is"),
    (["article", "--folds", "3"], "--folds is for a table; article makes new items"),
    (["article", "--repeats", "1"], "--repeats must be 2 or more for article"),
    (["FILE", "--target", "Diabets"], "has no column 'Diabets'; did you mean 'Diabetes'?"),
    (["FILE", "--group", "Ort"], "has no column 'Ort'"),
    (["FILE", "--target", "Nr", "--weight", "Nr"], "column 'Nr' cannot be two of --target, --group"),
    (["FILE", "--time", "Datum", "--group", "Stadt"], "--time and --group do not go together"),
    (["FILE", "--test", "FILE", "--folds", "3"], "--test and --folds do not go together: a test file is"),
    (["FILE", "--test", "nofile.csv"], "File 'nofile.csv' does not exist"),
    (["FILE", "--encoding", "klingon"], "there is no encoding 'klingon'; try utf-8"),
    (["FILE", "--delimiter", "ab"], "must be one character such as ';', or tab, not 'ab'"),
    (["FILE", "-o", "FILE"], "--output would overwrite TABLE"),
    (["iris", "--regularizer", "l3"], "no regularizer is called 'l3'; did you mean 'l2'?"),
    (["iris", "--regularizer", "l2:abc"], "L2.strength must be a finite number >= 0, got 'abc'"),
    (["iris", "--regularizer", "l2+l1"], "leaves more than one strength open"),
    (["iris", "--regularizer", "none"], "--regularizer none is there already"),
    (["iris", "--hidden", "8;4"], "must be units such as 8 or 16,8, or 0 for no hidden layer, not '8;4'"),
    (["iris", "--optimizer", "adaam"], "no optimizer is called 'adaam'"),
    (["iris", "--folds", "1"], "Invalid value for '--folds': 1 is not in the range"),
    (["iris", "--seeds", "x"], "Invalid value for '--seeds'"),
    (
        ["iris", "--score", "r2"],
        "score must be one of accuracy, balanced-accuracy, log-loss, auc for classification",
    ),
    (["moons", "--score", "rmse"], "score must be one of accuracy"),
    (["diabetes", "--class-weight", "balanced"], "--class-weight is for classes, but the target holds values"),
    (["iris", "--rope", "nan"], "Invalid value for '--rope': must be a finite number, not nan"),
    (["iris", "--epochs", "0"], "Invalid value for '--epochs'"),
    (["iris", "--learning-rate", "inf"], "Invalid value for '--learning-rate': must be a finite number, not inf"),
    (["iris", "--jobs", "0"], "Invalid value for '--jobs'"),
    (["iris", "--format", "xml"], "Invalid value for '--format'"),
    (["iris", "--plot", "x.pdf"], "a picture is a file that ends in .png or .svg"),
    (["iris", "-o", "nowhere/result.txt"], "there is no folder nowhere"),
    (["iris", "-o", "."], ". is a folder"),
    (["iris", "--colour"], "No such option"),
]

IN_THE_DATA = [
    (["FILE", "--target", "Nr"], "the target 'Nr' looks like an ID"),
    (["FILE", "--time", "Stadt"], "the cell is missing"),
    (["FILE", "--weight", "Stadt"], "column 'Stadt' must hold a weight >= 0 for each item"),
    (["FILE", "--task", "regression"], "holds words such as 'nein', which is no regression"),
    (["FILE", "--encoding", "ascii"], "means nothing in ascii"),
    (["iris", "--folds", "60"], "class 'setosa' has 50 of 150 items, but each needs 60; ask for fewer folds"),
    (["iris", *FAST, "--learning-rate", "1e12"], "the baseline 'none' failed in 20 of 20 replicates"),
]


@pytest.mark.parametrize(
    ("arguments", "message", "status"),
    [(*each, 2) for each in IN_THE_CALL] + [(*each, 1) for each in IN_THE_DATA],
    ids=lambda each: " ".join(each) if isinstance(each, list) else "",
)
def test_a_wrong_call_is_one_line(call, patients_file, tmp_path, monkeypatch, arguments, message, status):
    monkeypatch.chdir(tmp_path)
    given = [str(patients_file) if each == "FILE" else each for each in arguments]
    found, text, told = call(*given)
    assert found == status
    assert message in told
    assert told.startswith("Error: ")
    assert told.count("\n") == 1
    assert text == ""
    assert list(tmp_path.iterdir()) == [patients_file]


@pytest.mark.parametrize(
    "command", [["compare"], ["path", "l2", "--points", "3"], ["learning-curve", "--points", "2"]]
)
def test_names_with_dollars_are_drawn_as_words(in_process, tmp_path, command):
    rng = random.Random(0)  # noqa: S311
    table = tmp_path / "$\\frac$.csv"
    rows = (f"{rng.random()},{rng.random()},{'$x' if item % 2 else 'y$'}" for item in range(60))
    table.write_text("\n".join(["a,b$,$\\target$", *rows]))
    name, *more = command
    settings = ["--epochs", "2", "--folds", "2", "--repeats", "2"]
    chosen = [] if name == "path" else ["--regularizer", "l2:0.1"]
    given = [name, str(table), *more, *chosen, *settings, "--plot", str(tmp_path / "p.png")]
    status, _, told = in_process(*given)
    assert (status, told) == (0, "")
    assert (tmp_path / "p.png").stat().st_size > 10_000
