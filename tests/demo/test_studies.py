"""What all studies share: one frame, published numbers beside ours, pictures."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from attrs import evolve, frozen
from matplotlib.figure import Figure
from scipy.io import savemat

from nnl2 import L2, Dataset, InvalidValueError, NoRegularization, Regularizer, SoftmaxCrossEntropy, Start
from nnl2.comparison import rows
from nnl2_demo import output, pictures, studies, study_figure
from nnl2_demo.curves_figure import draw_curves, panels_for
from nnl2_demo.decay import comparisons
from nnl2_demo.published import Published
from nnl2_demo.studies import article, football, moons
from nnl2_demo.study import Settings, rerun, train_example

FILES = sorted(Path(studies.__file__).parent.glob("[a-z]*.py"))


@pytest.fixture(scope="session")
def made_up_file(tmp_path_factory):
    """A file of the course's form, with items of our own."""
    path = tmp_path_factory.mktemp("data") / "data.mat"
    (train, train_labels), (test, test_labels) = (
        (items.inputs, items.targets) for items in (moons.moons(211, 1), moons.moons(200, 2))
    )
    savemat(path, {"X": train, "y": train_labels, "Xval": test, "yval": test_labels})
    return path


def test_every_study_is_in_the_list():
    assert list(studies.STUDIES) == [file.stem for file in FILES]


@pytest.mark.parametrize("entry", studies.STUDIES.values(), ids=lambda entry: entry.name)
def test_a_study_is_a_command_that_tells_what_it_is(console, entry):
    text = console(entry.name, "--help").stdout
    assert " ".join(entry.about.split())[:60] in " ".join(text.split())
    assert ("--data" in text) == bool(entry.needs) == (entry.name == "football")
    assert entry.name in console("--help").stdout


def test_help_says_how_many_seeds_are_compared_and_how_long_that_takes(console, made_up_file):
    said = "How many seeds are compared; by default 100 (football: 10), which takes a minute or two."
    for name in ("", *studies.STUDIES, "decay"):
        assert said in " ".join(console(*name.split(), "--help").stdout.split())
    assert {article.study().n_seeds, moons.study().n_seeds, comparisons.N_SEEDS} == {100}
    assert football.study(made_up_file).n_seeds == 10


@pytest.mark.parametrize("name", ["moons", "football"])
def test_a_short_run_is_told_as_table_json_and_csv(console, made_up_file, name):
    arguments = [name, "--epochs", "30", "--seeds", "5", "--regularizer", "l1:0.001"]
    arguments += ["--data", str(made_up_file)] if name == "football" else []
    table = console(*arguments)
    assert (table.returncode, table.stderr) == (0, "")
    assert "Published" not in table.stdout
    assert "Reading" in table.stdout
    told = json.loads(console(*arguments, "--format", "json").stdout)
    assert told["study"] == name
    assert told["published"] == []
    assert (told["strategies"][0]["strategy"], told["strategies"][-1]["strategy"]) == ("none", "l1:0.001")
    assert all(f"{row['error_10']:.4f}" in table.stdout for row in told["strategies"])
    rows = list(csv.DictReader(io.StringIO(console(*arguments, "--format", "csv").stdout)))
    assert [row["strategy"] for row in rows] == [row["strategy"] for row in told["strategies"]]


def test_football_without_its_file_says_what_it_needs(console):
    finished = console("football")
    assert finished.returncode == 2
    assert finished.stderr.startswith("Error: football needs --data data.mat: the 2-D football data of the course")
    assert finished.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [["football", "--data", "nowhere.mat"], ["reproduce", "--data", "nowhere.mat"]]
)
def test_a_file_that_is_not_there_is_one_line(console, arguments):
    finished = console(*arguments)
    assert finished.returncode == 2
    assert "nowhere.mat" in finished.stderr
    assert finished.stderr.count("\n") == 1
    assert finished.stdout == ""


@pytest.mark.parametrize("width", [64, 80])
def test_a_study_obeys_the_columns_of_the_environment(console, width):
    for name in ("article", "moons"):
        lines = console(name, "--epochs", "30", "--seeds", "2", COLUMNS=str(width)).stdout.splitlines()
        assert width - 16 < max(map(len, lines)) <= width
    whole = [line for line in output.published_as_table(football.not_run()).splitlines() if line]
    assert max(map(len, whole)) <= 80


@pytest.mark.parametrize("width", [64, 80])
def test_published_numbers_obey_it_too(console, width):
    lines = console("moons", "--seeds", "7", COLUMNS=str(width)).stdout.splitlines()
    assert any("16 of 16 ok" in line for line in lines)
    assert max(map(len, lines)) <= width


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
    monkeypatch.setattr("nnl2_demo.study.is_compiled", lambda: False)
    for study in (article.study(), moons.study(), football.study(made_up_file)):
        seeds = study.seeds(study.settings.seed)
        assert 1 < len(seeds) < study.n_seeds
        assert study.published_seed in seeds
        assert len(study.seeds(study.settings.seed, 17)) == 17


def test_no_published_numbers_stand_beside_those_of_another_seed():
    short = evolve(moons.study(), settings=Settings(1, 1.0))
    for seeds, shown, as_published in (([5, 6], 6, True), ([4, 5], 4, False)):
        example = rerun(short, short.settings, short.strategies, seeds).example
        assert (example.seed, example.as_published) == (shown, as_published)


def test_the_networks_of_the_example_seed_are_those_that_are_trained_alone():
    short = evolve(moons.study(), settings=Settings(3, 1.0))
    among_others = rerun(short, short.settings, short.strategies, [5, 6]).example
    for ours, alone in zip(among_others.courses, train_example(short).courses, strict=True):
        assert (ours.strategy, ours.accuracies) == (alone.strategy, alone.accuracies)
        assert ours.network.weights.tolist() == alone.network.weights.tolist()
        assert (ours.curve.epochs, ours.curve.errors) == (alone.curve.epochs, alone.curve.errors)


def test_a_watching_regularizer_needs_items_to_spare(made_up_file):
    class Watching(Regularizer):
        def should_stop(self, errors):
            return True

    study = football.study(made_up_file)
    with pytest.raises(
        InvalidValueError, match="'watching' watches validation items, and football has none to spare"
    ):
        rerun(study, Settings(2, 0.1), {"none": NoRegularization(), "watching": Watching()}, [3, 4])


@pytest.mark.parametrize("epochs", [1, 2, 7, 300, 500, 2999, 3000, 3001, 30_000, 30_001, 100_000])
def test_curves_have_one_to_four_hundred_points_and_meet_every_checkpoint(epochs):
    for study in (article.study(), moons.study()):
        stride, checkpoints = study.record_every(epochs), study.checkpoints(epochs)
        assert all(checkpoint % stride == 0 for checkpoint in checkpoints[:-1])
        assert checkpoints[-1] == epochs
        assert len(checkpoints) == min(epochs, study.n_checkpoints)
        assert min(epochs, 100) <= epochs / stride + 1 <= 405
    assert moons.study().checkpoints(30_000) == (10_000, 20_000, 30_000)


@pytest.mark.parametrize("arguments", [["moons"], ["article"]])
def test_a_picture_is_drawn_without_a_display(console, tmp_path, arguments):
    for ending in ("png", "svg"):
        path = tmp_path / f"picture.{ending}"
        finished = console(
            *arguments, "--epochs", "6", "--seeds", "2", "--plot", str(path), DISPLAY="", MPLBACKEND=""
        )
        assert (finished.returncode, finished.stderr) == (0, "")
        if ending == "svg":
            text = "".join(ET.parse(path).getroot().itertext())  # noqa: S314 (our own file)
            assert all(words in text for words in ("none", "epochs", "seed", "items held out"))
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
    assert finished.returncode == 2
    assert message in finished.stderr
    assert finished.stdout == ""


def test_a_picture_that_cannot_be_finished_leaves_the_old_one(tmp_path):
    class Breaks:
        def savefig(self, path, **_):
            path.write(b"half")
            raise OSError(28, "No space left on device")

    path = tmp_path / "picture.png"
    path.write_bytes(b"old")
    with pytest.raises(OSError, match="No space left"):
        pictures.save(Breaks(), path)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("picture.png", b"old")]


def test_a_broken_backend_is_no_trouble_for_a_file(console, tmp_path):
    finished = console(
        "moons", "--epochs", "2", "--seeds", "2", "--plot", str(tmp_path / "a.svg"), MPLBACKEND="nonsense"
    )
    assert (finished.returncode, finished.stderr) == (0, "")
    assert (tmp_path / "a.svg").exists()


@frozen
class Explodes(Regularizer):
    """Its gradient makes weights grow without bounds, but in the networks of seed 4 only."""

    def gradient(self, weights, step):
        return -1e3 * weights


def test_a_row_that_diverges_says_so_and_the_others_stand():
    study = evolve(moons.study(), n_checkpoints=2)
    told = rerun(study, Settings(4, 0.1), study.strategies_with({"bad": Explodes()}), [3, 4])
    assert told.diverged == {"bad": "diverged at epoch 1 with 2 of 2 seeds"}
    text = output.study_as_table(told)
    rows = [line for line in text.splitlines() if line.startswith("bad ")]
    assert len(rows) == 3  # of the comparison, of all scores, of one seed
    assert rows[0].split() == ["bad", "-", "diverged"]
    assert "* bad diverged at epoch 1 with 2 of 2 seeds" in text
    assert "Over 2 seeds L2's mean, median and worst difference" in " ".join(text.partition("Reading")[2].split())
    rows = json.loads(output.study_as_json(told))["strategies"]
    assert [row["diverged"] for row in rows] == [None, None, "diverged at epoch 1 with 2 of 2 seeds"]
    assert rows[-1]["train_accuracy"] is None
    assert "bad" not in json.loads(output.study_as_json(told))["accuracies"]
    assert output.study_as_csv(told).count("\n") == 3
    study_figure.draw(told)


def test_where_a_studys_own_row_diverges_its_reading_is_left_out():
    study = moons.study()
    strategies = {**study.strategies, moons.L2_NAME: Explodes()}
    assert rerun(study, Settings(4, 0.1), strategies, [3, 4]).reading == [
        "With these settings L2 0.01 per batch diverged, so what is said of them otherwise is left out."
    ]


@frozen
class StopsAfterThree(Regularizer):
    """Stops after three epochs."""

    def should_stop(self, errors):
        return len(errors) == 3


def test_a_row_that_stopped_says_when_and_what_it_watched():
    study = article.study()
    told = rerun(study, Settings(10, 0.01), study.strategies_with({"brief": StopsAfterThree()}), [0, 1])
    text = " ".join(output.study_as_table(told).split())
    kept = told.example.course("brief").curve.kept_epoch
    assert (
        f"brief stopped after epoch 3 of 10 and keeps the weights of epoch {kept}: it watched the error on 40 "
        f"validation items, which are none of those whose accuracy is told"
    ) in text
    assert "brief stopped after 3 of 10 epochs." in text


def test_a_study_without_published_numbers_and_with_many_inputs_is_told_on_the_page():
    rng = np.random.default_rng(0)
    items = Dataset.from_labels(rng.normal(size=(20, 30)), rng.integers(0, 2, 20), classes=[0, 1])
    study = evolve(
        moons.study(),
        layer_sizes=(30, 2),
        output=SoftmaxCrossEntropy(),
        strategies={"none": NoRegularization(), "l2": L2(0.1)},
        settings=Settings(2, 0.1),
        start=lambda *_: Start(items, np.zeros(62), "fixed"),
        scored={"fresh": items},
        validation=None,
        published=lambda _: [],
        published_seed=0,
        unconfirmed=None,
        read=lambda _: [],
    )
    text = output.study_as_table(rerun(study, study.settings, study.strategies, [0, 1]))
    assert "Printed, and what came out" not in text
    assert max(map(len, text.splitlines())) <= 80
    assert "  ..." in text


def test_only_the_lowest_panel_of_each_column_says_that_it_shows_epochs():
    panels = panels_for(Figure().subfigures(), 5)
    for axes in panels:
        axes.plot([1, 2], [1.0, 0.5], label="training items")
    draw_curves(panels, SimpleNamespace(outcomes=()), ["none", "l1", "l2", "dropout", "weight-decay"], "error")
    assert [axes.get_xlabel() for axes in panels] == ["", "", "epochs", "epochs", "epochs"]


@pytest.mark.parametrize("word", ["better", "cannot tell"])
def test_a_verdict_says_that_other_seeds_do_not_confirm_it(monkeypatch, word):
    monkeypatch.setattr(rows, "verdict", lambda *_, **__: word)
    study = evolve(moons.study(), settings=Settings(3, 1.0))
    doubt = "; other seeds do not confirm that L2 0.01 per batch is better, see Reading"
    for settings, is_published in ((study.settings, True), (evolve(study.settings, seed=10_000), False)):
        told = rerun(study, settings, study.strategies, study.seeds(settings.seed, 3))
        assert told.comparison.verdict.endswith(doubt) == (is_published and word == "better")
