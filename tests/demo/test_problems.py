"""What all problems share: one frame, published numbers beside ours, pictures."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve, frozen
from scipy.io import savemat

from nnl2 import Dataset, InvalidValueError, NoRegularization, Regularizer, SoftmaxCrossEntropy
from nnl2_demo import figure, output, problems
from nnl2_demo.problem import Settings, Start, compare
from nnl2_demo.problems import article, football, moons
from nnl2_demo.published import Published

FILES = sorted(Path(problems.__file__).parent.glob("[a-z]*.py"))


@pytest.fixture(scope="session")
def made_up_file(tmp_path_factory):
    """A file of the course's form, with items of our own."""
    path = tmp_path_factory.mktemp("data") / "data.mat"
    (train, train_labels), (test, test_labels) = (
        (items.inputs, items.targets) for items in (moons.moons(211, 1), moons.moons(200, 2))
    )
    savemat(path, {"X": train, "y": train_labels, "Xval": test, "yval": test_labels})
    return path


def test_every_problem_is_in_the_list():
    assert list(problems.PROBLEMS) == [file.stem for file in FILES]


@pytest.mark.parametrize("entry", problems.PROBLEMS.values(), ids=lambda entry: entry.name)
def test_a_problem_is_a_command_that_tells_what_it_is(console, entry):
    text = console(entry.name, "--help").stdout
    assert " ".join(entry.about.split())[:60] in " ".join(text.split())
    assert ("--data" in text) == entry.needs_data == (entry.name == "football")
    assert entry.name in console("--help").stdout


@pytest.mark.parametrize("name", ["moons", "football"])
def test_a_short_run_is_told_as_table_json_and_csv(console, made_up_file, name):
    arguments = [name, "--epochs", "30", "--regularizer", "l1:0.001"]
    arguments += ["--data", str(made_up_file)] if name == "football" else []
    table = console(*arguments)
    assert (table.returncode, table.stderr) == (0, "")
    assert "Published" not in table.stdout
    assert "Reading" in table.stdout
    told = json.loads(console(*arguments, "--format", "json").stdout)
    assert told["problem"] == name
    assert told["published"] == []
    assert (told["strategies"][0]["strategy"], told["strategies"][-1]["strategy"]) == ("none", "l1:0.001")
    assert all(f"{row['error_10']:.4f}" in table.stdout for row in told["strategies"])
    rows = list(csv.DictReader(io.StringIO(console(*arguments, "--format", "csv").stdout)))
    assert [row["strategy"] for row in rows] == [row["strategy"] for row in told["strategies"]]


def test_football_without_its_file_says_what_it_needs(console):
    finished = console("football")
    assert finished.returncode == 1
    assert finished.stderr.startswith("Error: football needs --data data.mat: the 2-D football data of the course")
    assert finished.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [["football", "--data", "nowhere.mat"], ["reproduce", "--data", "nowhere.mat"]]
)
def test_a_file_that_is_not_there_is_one_line(console, arguments):
    finished = console(*arguments)
    assert finished.returncode == 1
    assert "nowhere.mat" in finished.stderr
    assert finished.stderr.count("\n") == 1
    assert finished.stdout == ""


def test_everything_is_reproduced(console):
    finished = console("reproduce", "--format", "json")
    assert finished.returncode == 0
    lines = json.loads(finished.stdout)
    run = [line for line in lines if line["ours"] is not None]
    assert len(run) == 14 + 24
    assert all(line["matches"] for line in run)
    assert {line["document"] for line in lines if line["ours"] is None} == {"football notes 1", "football notes 2"}
    assert {line["meant"] for line in lines} == {"", "0.1877", "0.1357", "0.1339"}


def test_what_was_not_run_is_told():
    lines = football.not_run()
    assert len(lines) == 27
    assert not any(line.matches for line in lines)


@pytest.mark.parametrize(
    ("line", "digits", "matches"),
    [
        (Published("", "", "0.1357", 0.13572), (4, 4), True),
        (Published("", "", "0.1357", 0.13564), (3, 4), False),
        (Published("", "", "0.1357", 0.13594), (2, 4), False),
        (Published("", "", "0.1002", 0.13569, meant="0.1357"), (4, 4), True),
        (Published("", "", "0.16329987525724216", 0.16329987525724218, 1e-13), (15, 17), True),
        (Published("", "", "0.16329987525724216", 0.16329987529, 1e-13), (9, 17), False),
        (Published("", "", "0.95", 0.95), (2, 2), True),
        (Published("", "", "0.95", None), (0, 2), False),
        (Published("", "", "0.95", 12.0), (0, 2), False),
    ],
)
def test_digits_are_counted_and_judged(line, digits, matches):
    assert (line.digits, line.matches) == (digits, matches)


def test_a_number_that_differs_ends_with_status_1(console, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import nnl2_demo.reproduction as r\n"
        "from nnl2_demo.published import Published\n"
        "r.reproduce_all = lambda *_: [Published('here', 'this', '0.5', 0.6)]\n"
    )
    finished = console("reproduce", PYTHONPATH=str(tmp_path))
    assert finished.returncode == 1
    assert "DIFFERS" in finished.stdout


def test_also_where_fewer_seeds_are_compared_the_published_one_is_among_them(monkeypatch, made_up_file):
    monkeypatch.setattr("nnl2_demo.problem.is_compiled", lambda: False)
    for problem in (article.problem(), moons.problem(), football.problem(made_up_file)):
        seeds = problem.seeds(problem.settings)
        assert 1 < len(seeds) < problem.n_seeds
        assert problem.published_seed in seeds


def test_no_published_numbers_stand_beside_those_of_another_seed():
    problem = moons.problem()
    for seeds, shown, as_published in (([5, 6], 6, True), ([4, 5], 4, False)):
        short = evolve(problem, settings=Settings(1, 1.0))
        comparison = compare(short, short.settings, problem.strategies, seeds)
        assert (comparison.example_seed, comparison.as_published) == (shown, as_published)


def test_a_watching_regularizer_needs_items_to_spare(made_up_file):
    class Watching(Regularizer):
        def should_stop(self, errors):
            return True

    problem = football.problem(made_up_file)
    with pytest.raises(
        InvalidValueError, match="'watching' watches validation items, and football has none to spare"
    ):
        compare(problem, Settings(2, 0.1), {"none": NoRegularization(), "watching": Watching()}, [3])


@pytest.mark.parametrize("epochs", [1, 2, 7, 300, 500, 2999, 3000, 3001, 30_000, 30_001, 100_000])
def test_curves_have_one_to_four_hundred_points_and_meet_every_checkpoint(epochs):
    for problem in (article.problem(), moons.problem()):
        stride, checkpoints = problem.record_every(epochs), problem.checkpoints(epochs)
        assert all(checkpoint % stride == 0 for checkpoint in checkpoints[:-1])
        assert checkpoints[-1] == epochs
        assert len(checkpoints) == min(epochs, problem.n_checkpoints)
        assert min(epochs, 100) <= epochs / stride + 1 <= 405
    assert moons.problem().checkpoints(30_000) == (10_000, 20_000, 30_000)


@pytest.mark.parametrize("arguments", [["moons"], ["article"]])
def test_a_picture_is_drawn_without_a_display(console, tmp_path, arguments):
    for ending in ("png", "svg"):
        path = tmp_path / f"picture.{ending}"
        finished = console(*arguments, "--epochs", "6", "--plot", str(path), DISPLAY="", MPLBACKEND="")
        assert (finished.returncode, finished.stderr) == (0, "")
        if ending == "svg":
            text = "".join(ET.parse(path).getroot().itertext())  # noqa: S314 (our own file)
            assert all(words in text for words in ("none", "epochs", "seed"))
        else:
            assert path.read_bytes().startswith(b"\x89PNG")
            assert path.stat().st_size > 20_000


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("picture.jpg", "a picture is a file that ends in .png or .svg, not 'picture.jpg'"),
        ("nowhere/picture.png", "there is no folder nowhere"),
    ],
)
def test_a_picture_that_cannot_be_written_is_refused_before_training(console, path, message):
    finished = console("moons", "--plot", path)
    assert finished.returncode == (2 if path == "picture.jpg" else 1)
    assert message in finished.stderr
    assert finished.stdout == ""


def test_a_picture_that_cannot_be_finished_leaves_the_old_one(tmp_path, monkeypatch):
    class Breaks:
        def savefig(self, path, **_):
            path.write_bytes(b"half")
            raise OSError(28, "No space left on device")

    path = tmp_path / "picture.png"
    path.write_bytes(b"old")
    monkeypatch.setattr("nnl2_demo.figure.draw", lambda _: Breaks())
    with pytest.raises(OSError, match="No space left"):
        figure.save(None, path)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("picture.png", b"old")]


def test_a_broken_backend_is_no_trouble_for_a_file(console, tmp_path):
    finished = console("moons", "--epochs", "2", "--plot", str(tmp_path / "a.svg"), MPLBACKEND="nonsense")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert (tmp_path / "a.svg").exists()


@frozen
class Explodes(Regularizer):
    """Its gradient makes weights grow without bounds, but in the networks of seed 4 only."""

    def gradient(self, weights, step):
        return -1e3 * weights


def test_a_row_that_diverges_says_so_and_the_others_stand():
    problem = evolve(moons.problem(), n_checkpoints=2)
    strategies = problem.strategies_with({"bad": Explodes()})
    comparison = compare(problem, Settings(4, 0.1), strategies, [3, 4])
    assert comparison.diverged == {"bad": "diverged at epoch 1 with 2 of 2 seeds"}
    text = output.comparison_as_table(comparison)
    rows = [line for line in text.splitlines() if line.startswith("bad ")]
    assert len(rows) == 2
    assert all(" -  diverged at epoch 1 with 2 of 2 seeds" in row for row in rows)
    assert "L2 0.01 per batch" in text.partition("Reading")[2]
    told = json.loads(output.comparison_as_json(comparison))["strategies"]
    assert [row["diverged"] for row in told] == [None, None, "diverged at epoch 1 with 2 of 2 seeds"]
    assert told[-1]["train_accuracy"] is None
    assert output.comparison_as_csv(comparison).count("\n") == 3
    figure.draw(comparison)


def test_where_a_problems_own_row_diverges_its_reading_is_left_out():
    problem = moons.problem()
    strategies = {**problem.strategies, moons.L2_NAME: Explodes()}
    comparison = compare(problem, Settings(4, 0.1), strategies, [3, 4])
    assert comparison.reading == [
        "With these settings L2 0.01 per batch diverged, so what is said of them otherwise is left out."
    ]


@frozen
class StopsAfterThree(Regularizer):
    """Stops after three epochs."""

    def should_stop(self, errors):
        return len(errors) == 3


def test_a_row_that_stopped_says_when_and_what_it_watched():
    problem = article.problem()
    comparison = compare(
        problem, Settings(10, 0.01), problem.strategies_with({"brief": StopsAfterThree()}), [0, 1]
    )
    text = " ".join(output.comparison_as_table(comparison).split())
    kept = comparison.result("brief").curve.kept_epoch
    assert (
        f"brief stopped after epoch 3 of 10 and keeps the weights of epoch {kept}: it watched the error on 40 "
        f"validation items, which are none of those whose accuracy is told"
    ) in text
    assert re.search(r"brief [a-z ]*\([-+0-9.]+ points; stopped after 3 of 10 epochs\)", text)


def test_a_problem_without_published_numbers_and_with_many_inputs_is_told_on_the_page():
    rng = np.random.default_rng(0)
    items = Dataset.from_labels(rng.normal(size=(20, 30)), rng.integers(0, 2, 20), classes=[0, 1])
    problem = evolve(
        moons.problem(),
        layer_sizes=(30, 2),
        output=SoftmaxCrossEntropy(),
        strategies={"none": NoRegularization()},
        settings=Settings(2, 0.1),
        start=lambda *_: Start(items, np.zeros(62), "fixed"),
        scored={"fresh": items},
        validation=None,
        published=lambda _: [],
        published_seed=0,
        read=lambda _: [],
    )
    text = output.comparison_as_table(compare(problem, problem.settings, problem.strategies, [0]))
    assert "Printed, and what came out" not in text
    assert max(map(len, text.splitlines())) <= 100
    assert "  ..." in text
