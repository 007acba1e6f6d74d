"""What the console does with options, mistakes, pipes and Ctrl-C."""

import csv
import io
import json
import os
import pty
import re
import select
import shlex
import signal
import subprocess
import sys
from importlib.metadata import version

import pytest

QUICK = ["--epochs", "10", "--seeds", "10"]


@pytest.fixture(scope="module")
def quick(console):
    """A short run with another row, as JSON."""
    finished = console(*QUICK, "--regularizer", "l2:0.02+dropout:0.1", "--format", "json")
    return json.loads(finished.stdout)


def test_the_command_is_installed_by_its_name():
    finished = subprocess.run(
        [os.path.join(os.path.dirname(sys.executable), "nnl2-demo"), "--version"],  # noqa: PTH118, PTH120
        capture_output=True,
        text=True,
        check=True,
    )
    assert finished.stdout == f"nnl2-demo, version {version('nnl2')}\n"


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_tells_the_commands_and_the_options_of_the_bare_call(console, option):
    text = console(option).stdout
    for words in (
        "article",
        "regularizers",
        "--regularizer",
        "--epochs",
        "--learning-rate",
        "--seed",
        "--format",
    ):
        assert words in text


def test_json_holds_unrounded_numbers_for_every_strategy(quick):
    names = [row["strategy"] for row in quick["strategies"]]
    assert names == [
        "none",
        "L2 0.005",
        "weight decay 0.00005",
        "L1 0.001",
        "dropout 0.3",
        "L2, wrong sign",
        "l2:0.02+dropout:0.1",
    ]
    assert quick["settings"] == {"epochs": 10, "learning_rate": 0.01, "seed": 0, "seeds": list(range(10))}
    none = quick["strategies"][0]
    assert none["difference_to_none"] is None
    assert [none[each] for each in ("epochs", "learning_rate", "seed", "n_seeds")] == [10, 0.01, 0, 10]
    assert none["mean_fresh_accuracy"] == pytest.approx(sum(quick["accuracies"]["none"]["fresh"]) / 10)
    assert none["error_2"] > none["error_10"]
    assert quick["comparison"]["score"] == "accuracy"
    assert quick["curves"]["none"]["epochs"] == list(range(11))
    l2 = quick["strategies"][1]
    assert l2["worst"] <= l2["first_quartile"] <= l2["median"] <= l2["third_quartile"]
    assert l2["verdict"] == quick["comparison"]["rows"][1]["verdict"]


def test_with_a_setting_changed_the_published_row_is_left_out_and_the_reading_says_so(quick):
    assert "L2 as published" not in [row["strategy"] for row in quick["strategies"]]
    assert '"L2 as published" is left out' in quick["reading"][0]
    assert not any("Figure 1" in paragraph for paragraph in quick["reading"])


def test_csv_holds_what_json_holds(console, quick):
    finished = console(*QUICK, "--regularizer", "l2:0.02+dropout:0.1", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(finished.stdout)))
    for row, expected in zip(rows, quick["strategies"], strict=True):
        assert row == {name: "" if value is None else str(value) for name, value in expected.items()}


@pytest.mark.parametrize(
    ("epochs", "columns"),
    [("3", ["1", "2", "3"]), ("7", ["1", "3", "4", "6", "7"]), ("10", ["2", "4", "6", "8", "10"])],
)
def test_the_error_columns_are_five_equal_parts(console, epochs, columns):
    lines = console("--epochs", epochs, "--seeds", "2").stdout.splitlines()
    header = next(line.split() for line in lines if line.startswith("strategy") and " train" in line)
    assert header[1 : header.index("train")] == columns


def test_the_seed_is_that_of_the_networks(console, quick):
    later = json.loads(console(*QUICK, "--seed", "1", "--format", "json").stdout)
    assert later["settings"]["seeds"] == list(range(1, 11))
    assert later["accuracies"]["none"]["fresh"][:9] == quick["accuracies"]["none"]["fresh"][1:]


def test_another_learning_rate_is_another_training(console, quick):
    faster = json.loads(console(*QUICK, "--learning-rate", "0.02", "--format", "json").stdout)
    assert faster["strategies"][0]["error_10"] < quick["strategies"][0]["error_10"]
    assert not any("differ by rounding only" in paragraph for paragraph in faster["reading"])


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--regularizer", "none"], 2, "'--regularizer': 'none' is compared already"),
        (["--regularizer", "l3"], 2, "'--regularizer': no regularizer is called 'l3'; did you mean 'l2'?"),
        (["check", "l3"], 2, "'NAME': no regularizer is called 'l3'; did you mean 'l2'?"),
        (["--regularizer", "l2:-1"], 2, "'--regularizer': L2.strength must be a finite number >= 0, got -1"),
        (["--regularizer", "l2:abc"], 2, "'--regularizer': L2.strength must be a finite number >= 0, got 'abc'"),
        (["--regularizer", "l2:0.01+"], 2, "; one is missing in 'l2:0.01+'"),
        (["check", "l2:abc"], 2, "Invalid value for 'NAME': L2.strength must be a finite number"),
        (["mons"], 2, "No such command 'mons'. Did you mean 'moons'?"),
        (["--learning-rate", "1e12", "--epochs", "2"], 1, "Error: the baseline 'none' failed in 100 of 100"),
        (["--learning-rate", "1e12", "--epochs", "2"], 1, "replicates: training diverged: a weight became"),
        (["--learning-rate", "inf"], 2, "'--learning-rate': must be a finite number, not inf"),
        (["--epochs", "0"], 2, "Invalid value for '--epochs'"),
        (["--learning-rate", "0"], 2, "Invalid value for '--learning-rate'"),
        (["--seed", "4294967290"], 2, "Invalid value for '--seed'"),
        (["--seeds", "1"], 2, "Invalid value for '--seeds'"),
        (["--format", "xml"], 2, "Invalid value for '--format'"),
        (["--colour"], 2, "No such option"),
        (["football-manager"], 2, "No such command 'football-manager'"),
    ],
)
def test_a_mistake_is_one_line_and_an_exit_status(console, arguments, status, message):
    finished = console(*arguments)
    assert finished.returncode == status
    assert message in finished.stderr
    assert "Traceback" not in finished.stderr
    assert finished.stdout == ""
    assert finished.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [["article"], ["moons"]])
def test_without_the_compiled_update_fewer_seeds_give_the_same_numbers(console, arguments):
    arguments = [*arguments, "--epochs", "2", "--format", "json"]
    compiled, in_numpy = console(*arguments), console(*arguments, NNL2_KERNEL="off")
    told, told_in_numpy = json.loads(compiled.stdout), json.loads(in_numpy.stdout)
    n_seeds, n_in_numpy = (len(each["settings"]["seeds"]) for each in (told, told_in_numpy))
    assert compiled.stderr == ""
    assert in_numpy.stderr == (
        f"The compiled update is switched off: {n_in_numpy} seeds instead of {n_seeds}, so intervals are wide.\n"
    )
    assert 1 < n_in_numpy < n_seeds
    assert told_in_numpy["example_seed"] == told["example_seed"]
    for row, in_numpy_row in zip(told["strategies"], told_in_numpy["strategies"], strict=True):
        of_the_example_seed = [name for name in row if name.startswith("error_") or name == "largest_weight"]
        assert len(of_the_example_seed) == 3
        assert {name: in_numpy_row[name] for name in of_the_example_seed} == {
            name: row[name] for name in of_the_example_seed
        }
    for name, accuracies in told_in_numpy["accuracies"].items():
        for kind, in_numpy_accuracies in accuracies.items():
            assert in_numpy_accuracies == told["accuracies"][name][kind][:n_in_numpy]


def test_that_the_compiled_update_is_missing_is_said_first(console, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import nnl2.engine.kernel\nnnl2.engine.kernel.libraries = lambda folder: [folder / 'nowhere']\n"
    )
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    finished = console("--epochs", "1", PYTHONPATH=path)
    assert (finished.returncode, finished.stderr) == (0, "")
    first, second, *_ = finished.stdout.splitlines()
    assert first == (
        "The compiled update is missing (install nnl2 again (in a checkout: pip install -e .), where a C compiler "
        "is): 2 seeds instead of 100, so intervals are wide."
    )
    assert second.startswith("The 10-8-4 demo")


def test_without_the_compiled_update_a_plug_in_is_asked_in_another_process(console, with_guest):
    environment = with_guest("def gradient(self, weights, step): return weights[0]") | {"NNL2_KERNEL": "off"}
    finished = console("--epochs", "1", "--regularizer", "guest", "--format", "csv", **environment)
    assert finished.returncode == 1
    assert finished.stdout == ""
    message = "answered gradient with shape (8,) instead of (10, 8) in layer 1, epoch 1"
    assert finished.stderr.splitlines()[1:] == [f"Error: Guest() {message} ('guest', seed 0; 2 of 2 failed)"]


def test_a_wrong_wish_for_the_compiled_update_is_one_line(console):
    finished = console(NNL2_KERNEL="perhaps")
    assert finished.returncode == 1
    assert finished.stdout == ""
    assert finished.stderr == "Error: NNL2_KERNEL must be off or require, or not be set; got 'perhaps'\n"


def test_the_installed_regularizers_are_listed(console):
    lines = console("regularizers").stdout.splitlines()
    assert lines[0].split() == ["name", "distribution", "version", "status", "summary"]
    assert [line.split()[0] for line in lines[2:] if line.split()[1] == "nnl2"] == [
        "dropout",
        "l1",
        "l2",
        "none",
        "proximal-l1",
        "weight-decay",
    ]
    listed = json.loads(console("regularizers", "--format", "json").stdout)
    assert {"name", "distribution", "version", "status", "summary"} == set(listed[0])
    assert {each["status"] for each in listed if each["distribution"] == "nnl2"} == {"ok"}


def on_a_terminal(*arguments, **environment):
    """Run the program with stderr on a terminal; return what the terminal saw and the exit status."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "nnl2_demo", *arguments],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=os.environ | {"TERM": "xterm"} | environment,
    )
    os.close(theirs)
    return process, ours


def read_all(descriptor):
    seen = b""
    while True:
        try:
            part = os.read(descriptor, 4096)
        except OSError:  # the other end of a terminal is closed
            return seen.decode()
        if not part:
            return seen.decode()
        seen += part


def test_a_person_sees_a_progress_bar_on_stderr_only():
    process, terminal = on_a_terminal("--epochs", "20", "--seeds", "10")
    out, _ = process.communicate()
    seen = read_all(terminal)
    os.close(terminal)
    assert process.returncode == 0
    assert "Training" in seen
    assert "100%" in seen
    assert b"Training  [" not in out


@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1"}])
def test_no_colour_is_used_even_on_a_terminal(environment):
    process, terminal = on_a_terminal("--regularizer", "l3", **environment)
    process.communicate()
    seen = read_all(terminal)
    os.close(terminal)
    assert "l3" in seen
    assert not re.search("\x1b\\[[0-9;]*m", seen)


def test_a_full_disk_behind_stdout_is_one_line():
    with open("/dev/full", "w") as full:  # noqa: PTH123
        finished = subprocess.run(
            [sys.executable, "-m", "nnl2_demo", "regularizers"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert finished.returncode == 1
    assert "No space left" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_ctrl_c_is_one_line_and_status_130():
    process, terminal = on_a_terminal("--epochs", "100000")
    while (
        "Training" not in (text := os.read(terminal, 4096).decode()) and select.select([terminal], [], [], 60)[0]
    ):
        pass
    assert "Training" in text
    process.send_signal(signal.SIGINT)
    process.communicate()
    seen = read_all(terminal)
    os.close(terminal)
    assert process.returncode == 130
    assert "Interrupted." in seen
    assert "Traceback" not in seen


def test_a_regularizer_is_checked(console):
    finished = console("check", "l2:0.01")
    assert finished.returncode == 0
    first, *_, last = finished.stdout.splitlines()
    assert first == "L2(strength=0.01)"
    n_checks, n_passed, n_failed, n_skipped = map(int, re.findall(r"\d+", last))
    assert last == f"{n_checks} checks: {n_passed} passed, {n_failed} failed, {n_skipped} skipped"
    assert (n_failed, n_passed + n_skipped) == (0, n_checks)
    told = json.loads(console("check", "dropout", "--format", "json").stdout)
    assert told["regularizer"] == "Dropout(rate=0.3)"
    assert len(told["checks"]) == n_checks


def test_a_plug_in_that_was_written_here_is_to_be_installed_before_it_is_checked(
    in_process, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert in_process("new", "nnl2-wobble")[0] == 0
    status, _, told = in_process("check", "wobble:0.1")
    assert status == 2
    assert told.count("\n") == 1
    assert "; the folder nnl2-wobble is here, but not installed: " in told
    assert told.endswith(" -m pip install -e nnl2-wobble\n")


def test_an_optimizer_is_checked(console):
    finished = console("check", "adam:beta1=0.8", "--format", "json")
    assert finished.returncode == 0
    told = json.loads(finished.stdout)
    assert told["optimizer"] == "Adam(beta1=0.8, beta2=0.999, epsilon=1e-08)"
    assert {each["status"] for each in told["checks"]} == {"passed"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "l3"], "no regularizer is called 'l3'; did you mean 'l"),
        (["check", "l2+l1"], "is a sum; check its parts one by one"),
        (["new", "Nnl2"], "words, all joined by hyphens"),
    ],
)
def test_what_cannot_be_checked_or_written_is_one_line(console, arguments, message):
    finished = console(*arguments)
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert finished.stderr.startswith("Error: ")
    assert message in finished.stderr
    assert finished.stderr.count("\n") == 1


@pytest.fixture
def with_guest(tmp_path, environment_with):
    """Return a function that offers a regularizer, `guest`, with the methods given."""

    def offer(*methods):
        tmp_path.joinpath("pyproject.toml").write_text(
            '[project]\nname = "nnl2-guest"\nversion = "1"\n'
            '[project.entry-points."nnl2.regularizers"]\nguest = "nnl2_guest:Guest"\n'
        )
        head = "from attrs import frozen\nfrom nnl2 import Regularizer\n\n@frozen\nclass Guest(Regularizer):\n"
        tmp_path.joinpath("nnl2_guest.py").write_text(head + "".join(f"    {method}\n" for method in methods))
        return environment_with(tmp_path)

    return offer


def test_a_failed_check_is_told_by_the_exit_status(console, with_guest):
    environment = with_guest(
        "def gradient(self, weights, step): return -weights",
        "def penalty(self, weights, step): return (weights**2).sum() / 2",
    )
    finished = console("check", "guest", **environment)
    assert finished.returncode == 1
    assert "gradient has the wrong sign" in finished.stdout


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("weights * float('nan')", "Guest() answered gradient with something not finite in layer 1, epoch 1"),
        ("weights[0]", "Guest() answered gradient with shape (8,) instead of (10, 8) in layer 1, epoch 1"),
    ],
)
def test_a_plug_in_that_answers_wrongly_is_one_line(console, with_guest, answer, message):
    environment = with_guest(f"def gradient(self, weights, step): return {answer}")
    finished = console(*QUICK, "--regularizer", "guest", **environment)
    assert finished.returncode == 1
    assert finished.stderr == f"Error: {message} ('guest', seed 0; 10 of 10 failed)\n"


def test_a_new_plug_in_is_written_where_one_stands(tmp_path):
    command = [sys.executable, "-m", "nnl2_demo", "new", "nnl2-mine"]
    finished = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert finished.returncode == 0
    assert "wrote nnl2-mine/pyproject.toml\n" in finished.stdout
    assert (tmp_path / "nnl2-mine" / "nnl2_mine.py").is_file()
    again = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert again.returncode == 1
    assert again.stderr == "Error: nnl2-mine is there already; choose another name or move it away\n"


def test_the_next_step_after_a_new_plug_in_is_one_that_works(tmp_path):
    command = [sys.executable, "-m", "nnl2_demo", "new", "nnl2-mine"]
    finished = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    python = shlex.quote(sys.executable)
    last = finished.stdout.splitlines()[-1]
    assert last == f"Next: {python} -m pip install -e nnl2-mine pytest && {python} -m pytest nnl2-mine"


@pytest.mark.parametrize(
    ("arguments", "redirection", "status", "told"),
    [
        (["regularizers"], "2>&-", 0, "dropout"),
        (["--epochs", "2", "--seeds", "2"], "2>&-", 0, "Reading"),
        (["regularizers"], ">&-", 1, "Error: there is no stdout to write the results to\n"),
    ],
)
def test_a_closed_stream_is_no_silence(arguments, redirection, status, told):
    line = shlex.join([sys.executable, "-m", "nnl2_demo", *arguments])
    finished = subprocess.run(["sh", "-c", f"{line} {redirection}"], capture_output=True, text=True, check=False)  # noqa: S607
    assert finished.returncode == status
    assert told in finished.stdout + finished.stderr


def test_what_a_plug_in_prints_is_no_result(console, with_guest):
    environment = with_guest("print('loaded')", "def decay(self, step): print('asked'); return 0.9")
    listed = console("regularizers", "--format", "json", **environment)
    assert {"guest"} <= {each["name"] for each in json.loads(listed.stdout)}
    compared = console(
        "--epochs", "1", "--seeds", "2", "--regularizer", "guest", "--format", "json", **environment
    )
    assert json.loads(compared.stdout)["strategies"][-1]["strategy"] == "guest"
    assert "loaded" in compared.stderr
    checked = console("check", "guest", "--format", "json", **environment)
    assert json.loads(checked.stdout)["regularizer"] == "Guest()"
