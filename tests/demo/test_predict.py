"""`nnl2-demo compare --save` and `nnl2-demo predict`: from one table to the items of another."""

import os
import re
import shlex
import stat
import sys
from pathlib import Path

import numpy as np
import pytest

from nnl2 import NeuralNetwork, Preparation, Table, TableModel, load, refit, save
from nnl2.preparation.encodings import Standardized

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/models.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```sh\n(.*?)```\n\n```text\n(.*?)```", PAGE, flags=re.DOTALL)

QUICK = ["--epochs", "4", "--folds", "2", "--repeats", "1", "--hidden", "3", "--regularizer", "l2:0.01"]


@pytest.fixture(autouse=True)
def there(tmp_path, monkeypatch):
    """Be in a folder with a table and new items."""
    monkeypatch.chdir(tmp_path)
    lines = [f"{number % 7},{'Ulm' if number % 2 else 'Köln'},{number * 1.5},{number % 4}" for number in range(40)]
    Path("table.csv").write_text("\n".join(["age,city,pay,ill", *lines]), encoding="utf-8")
    Path("new.csv").write_text("city;pay;age\nUlm;1,5;1\nKöln;;2\n", encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def model_file(tmp_path_factory):
    """A model of such a table."""
    folder = tmp_path_factory.mktemp("model")
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(40, 2))
    lines = [f"{a:.3f},{'Ulm' if b > 0 else 'Köln'},{int(a + b > 0)}" for a, b in inputs]
    (folder / "table.csv").write_text("\n".join(["age,city,ill", *lines]), encoding="utf-8")
    save(refit(Table.from_csv(folder / "table.csv"), "l2:0.01"), folder / "model.npz")
    return folder / "model.npz"


@pytest.mark.slow
def test_the_page_shows_what_is_said(in_process):
    (new,) = re.findall(r"```csv\n(.*?)```", PAGE, flags=re.DOTALL)
    Path("new.csv").write_text(new, encoding="utf-8")
    assert len(SHOWN) == 2
    for command, said in SHOWN:
        status, out, err = in_process(*shlex.split(command)[1:])
        assert (status, out + err) == (0, said)
    assert Path("result.txt").read_text(encoding="utf-8").startswith("Verdict: ")


def test_what_is_saved_is_the_best_guess_refitted_and_said_on_stderr(in_process):
    status, out, err = in_process("compare", "table.csv", *QUICK, "--save", "model.npz", "--format", "json")
    assert status == 0
    assert out.startswith("{")
    (said,) = [line for line in err.splitlines() if line.startswith("Saved")]
    assert re.fullmatch(
        r"Saved model.npz: (none|l2:0.01), the best guess \(the best mean .*\), learned from all 40 items\.",
        said,
    )
    model = load("model.npz")
    assert model.strategy in said
    assert model.network.layer_sizes == (4, 3, 4)
    assert model.network.epochs == 4


def test_the_same_comparison_comes_out_with_and_without_a_model(in_process):
    plain = in_process("compare", "table.csv", *QUICK)[1]
    assert in_process("compare", "table.csv", *QUICK, "--save", "model.npz")[1] == plain


def test_the_items_of_a_test_file_are_not_learned_from(in_process):
    Path("test.csv").write_text(
        "\n".join(Path("table.csv").read_text(encoding="utf-8").splitlines()[:20]), "utf-8"
    )
    quick = [each for each in QUICK if each not in ("--folds", "2", "--repeats", "1")]
    status, _, err = in_process("compare", "table.csv", *quick, "--test", "test.csv", "--save", "model.npz")
    assert status == 0
    assert "learned from all 40 items" in err
    assert load("model.npz").n_items == 40


def test_a_target_of_values_is_predicted_in_its_unit(in_process):
    assert in_process("compare", "table.csv", "--target", "pay", *QUICK, "--save", "model.npz")[0] == 0
    Path("new.csv").write_text("city;age;ill\nUlm;1;1\nKöln;2;0\n", encoding="utf-8")
    status, out, err = in_process("predict", "model.npz", "new.csv")
    assert (status, err) == (0, "")
    name, *values = out.splitlines()
    assert name == "pay"
    assert all(-50 < float(value) < 110 for value in values)
    assert len(values) == 2


def test_predictions_are_csv_with_class_and_probabilities(in_process, model_file):
    status, out, err = in_process("predict", model_file, "new.csv")
    assert (status, err) == (0, "")
    head, *lines = out.splitlines()
    assert head == "ill,P(0),P(1)"
    for line in lines:
        label, *probabilities = line.split(",")
        assert sum(map(float, probabilities)) == pytest.approx(1, abs=2e-6)
        assert label == str(int(float(probabilities[1]) > 0.5))
    assert len(lines) == 2


def test_what_a_hostile_model_calls_its_classes_moves_no_terminal(in_process, monkeypatch):
    preparation = Preparation((Standardized("age", 0, 0, 1),), ("no\x1b[2J", "yes"))
    save(TableModel("ill\x07", preparation, NeuralNetwork(1, 2, seed=0), "none", 9), "model.npz")
    assert "\x1b[2J" in in_process("predict", "model.npz", "new.csv")[1]  # a file gets what there is
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True)
    assert in_process("predict", "model.npz", "new.csv")[1].startswith("ill\\x07,P(no\\x1b[2J),P(yes)\n")


def test_columns_that_tell_items_apart_are_kept_before_what_is_said(in_process, model_file):
    Path("new.csv").write_text("age;city;patient\n1;Ulm;007\n2;Köln;a,b\n", encoding="utf-8")
    plain = in_process("predict", model_file, "new.csv")[1].splitlines()
    status, out, err = in_process("predict", model_file, "new.csv", "--keep", "patient", "--keep", "age")
    assert (status, err) == (0, "")
    kept = ["patient,age", "007,1", '"a,b",2']
    assert out.splitlines() == [f"{own},{said}" for own, said in zip(kept, plain, strict=True)]
    status, out, err = in_process("predict", model_file, "new.csv", "--keep", "pateint")
    assert (status, out) == (2, "")
    assert "Invalid value for '--keep': new.csv has no column 'pateint'; did you mean 'patient'?" in err


def test_predictions_go_into_a_file(in_process, model_file):
    out = in_process("predict", model_file, "new.csv")[1]
    assert in_process("predict", model_file, "new.csv", "-o", "predicted.csv") == (0, "", "")
    assert Path("predicted.csv").read_text(encoding="utf-8") == out


def test_predictions_go_where_a_link_leads_and_the_file_keeps_its_mode(in_process, model_file):
    Path("predicted.csv").touch(mode=0o640)
    Path("link.csv").symlink_to("predicted.csv")
    assert in_process("predict", model_file, "new.csv", "-o", "link.csv") == (0, "", "")
    assert Path("link.csv").is_symlink()
    assert Path("predicted.csv").read_text(encoding="utf-8").startswith("ill,P(0),P(1)")
    assert Path("predicted.csv").stat().st_mode & 0o777 == 0o640


def test_delimiter_and_encoding_are_as_for_compare(in_process, model_file):
    Path("odd.csv").write_bytes("age~city\n1~Köln\n".encode("utf-16-le"))
    status, out, _ = in_process("predict", model_file, "odd.csv", "--delimiter", "~", "--encoding", "utf-16-le")
    assert status == 0
    assert len(out.splitlines()) == 2


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("age;note\n1;x\n", 1, "Error: new.csv has no column 'city'; its columns are age, note"),
        (
            "Age;city\n1;Ulm\n",
            1,
            "Error: new.csv has no column 'age'; did you mean 'Age'? its columns are Age, city",
        ),
        (
            "age;city\nold;Ulm\n",
            1,
            "Error: new.csv: column 'age' must hold numbers, as it did before, got words such as 'old' in line 2",
        ),
        (
            "age;city\n1;Ulm\n1e400;Ulm\n",
            1,
            "Error: new.csv: column 'age' must hold numbers, as it did before, got '1e400', which is no finite",
        ),
        ("age;city\n", 1, "Error: new.csv names 2 columns, but has no items below them"),
        ("", 1, "Error: new.csv is empty, or names no column; its first line must name the columns"),
        (
            "age;city\n1;Rom\n",
            0,
            "Warning: new.csv: column 'city' has 'Rom' in line 2, which was never seen; it counts",
        ),
        (
            "age;city\n1;\n",
            0,
            "Warning: new.csv: column 'city' has a gap in line 2, which was never seen; it counts as",
        ),
        ("city;x;age;ill\nUlm;y;1;?\n", 0, ""),
    ],
)
def test_a_table_that_differs_is_taken_or_refused_in_a_line(text, status, said, in_process, model_file):
    Path("new.csv").write_text(text, encoding="utf-8")
    got, out, err = in_process("predict", model_file, "new.csv")
    assert got == status
    assert err.startswith(said)
    assert err.count("\n") == bool(said)
    assert out.count("\n") == (0 if status else 2)


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["none.npz", "new.csv"], 2, "'none.npz' does not exist"),
        (["MODEL", "none.csv"], 2, "'none.csv' does not exist"),
        (["MODEL"], 2, "Missing argument 'TABLE'"),
        (
            ["new.csv", "new.csv"],
            1,
            "new.csv is no whole model file, as nnl2.save writes it: it is cut off, or something",
        ),
        (["network.npz", "new.csv"], 1, "network.npz holds a NeuralNetwork, which knows no columns of a table"),
        (["MODEL", "new.csv", "-o", "new.csv"], 2, "--output would overwrite TABLE, new.csv; name another file"),
        (["MODEL", "new.csv", "-o", "none/out.csv"], 2, "there is no folder none"),
        (["MODEL", "MODEL"], 1, "is a zip archive or an Excel file; save it as CSV first"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(arguments, status, said, in_process, model_file):
    save(NeuralNetwork(2, 2, seed=0), "network.npz")
    got, out, err = in_process("predict", *(str(model_file) if each == "MODEL" else each for each in arguments))
    assert (got, out) == (status, "")
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("option", "said"), [("--output", "; leave the option out to write to stdout"), ("--save", ", and no file")]
)
def test_a_pipe_or_a_device_stays_what_it_is(option, said, in_process):
    os.mkfifo("pipe")
    status, out, err = in_process("compare", "table.csv", *QUICK, option, "pipe")
    assert (status, out) == (2, "")
    assert f"pipe is a pipe or a device{said}" in err
    assert stat.S_ISFIFO(Path("pipe").stat().st_mode)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["article", "--save", "m.npz"],
            "--save is for a table; article makes new items, and no column has a name.",
        ),
        (["table.csv", "--save", "table.csv"], "--save would overwrite TABLE, table.csv; name another file."),
        (["table.csv", "-o", "a", "--save", "a"], "--save would overwrite --output, a; name another file."),
        (["table.csv", "--save", "."], ". is a folder"),
    ],
)
def test_where_a_model_cannot_be_kept_is_told_before_anything_is_trained(arguments, said, in_process):
    status, out, err = in_process("compare", *arguments)
    assert (status, out) == (2, "")
    assert said in err


def test_help_says_how_another_than_the_best_guess_is_kept(in_process):
    status, said, _ = in_process("compare", "--help")
    assert status == 0
    assert 'in Python: save(refit(table, "l2"), "model.npz").' in " ".join(said.split())
