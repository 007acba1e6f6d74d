"""`nnl2-demo decay`: L2 and weight decay under three optimizers."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve

from nnl2 import L2, NeuralNetwork, Start, make_data, regularizer_from_text
from nnl2.statistics import Independent, paired_difference
from nnl2_demo.decay import comparisons, output, reading
from nnl2_demo.studies.article import start_of

GOLDEN = Path(__file__).with_name("golden_decay.txt").read_text(encoding="utf-8")
QUICK = ["decay", "--epochs", "5", "--seeds", "4", "--seed", "7"]


@pytest.fixture(scope="module")
def quick():
    """A short run."""
    return comparisons.run(range(7, 11), 5)


@pytest.mark.slow
@pytest.mark.minutes
def test_the_whole_output_is_the_golden_one_to_the_letter(console):
    finished = console("decay")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout == GOLDEN


def test_the_verdict_comes_first_and_no_line_is_wider_than_a_page():
    assert GOLDEN.split("\n\n")[1].startswith("Verdict: ")
    assert max(map(len, GOLDEN.splitlines())) <= 80


def test_a_short_run_is_told_as_table_json_and_csv(console, quick):
    table = console(*QUICK)
    assert (table.returncode, table.stderr) == (0, "")
    assert table.stdout == f"{output.as_table(quick)}\n"
    told = json.loads(console(*QUICK, "--format", "json").stdout)
    assert told["settings"] == {"epochs": 5, "seeds": [7, 8, 9, 10], "strengths": list(comparisons.STRENGTHS)}
    assert list(told["optimizers"]) == ["SGD", "Momentum", "Adam"]
    rows = list(csv.DictReader(io.StringIO(console(*QUICK, "--format", "csv").stdout)))
    assert len(rows) == 3 * (1 + 2 * len(comparisons.STRENGTHS))
    for row in rows:
        compared = told["optimizers"][row["optimizer"]]["comparison"]["rows"]
        name = f"{row['regularizer']} {float(row['strength']):g}" if row["strength"] else row["regularizer"]
        (same,) = (each for each in compared if each["name"] == name)
        assert float(row["accuracy"]) == same["scores"]["accuracy"]
        assert row["mean"] == ("" if same["difference"] is None else str(same["difference"]["mean"]))


def test_what_other_seeds_say_is_told_of_the_usual_training_only(quick):
    assert "Confirmed on the seeds 10000 to 10099, which played no part" in " ".join(GOLDEN.split())
    assert not any("Confirmed" in paragraph for paragraph in reading.reading_of(quick))


def test_strengths_are_matched_so_that_under_sgd_the_two_are_one_thing(quick):
    for under in quick.all_under:
        for strength in comparisons.STRENGTHS:
            l2, decay = (
                regularizer_from_text(
                    under.comparison.outcome(comparisons.name_of(kind, strength)).regularizers[0]
                )
                for kind in (comparisons.L2_NAME, comparisons.DECAY_NAME)
            )
            assert l2.strength == strength
            assert decay.rate == under.trained.learning_rate * strength
    sgd, *others = quick.all_under
    assert sgd.verdict == "one thing"
    assert quick.apart < 1e-14
    assert not any(under.verdict == "one thing" for under in others)


def test_the_networks_that_are_compared_are_those_one_would_train(quick):
    start = Start(make_data(200, seed=108), *start_of(8, 5))
    for under in quick.all_under:
        network = NeuralNetwork(
            10, 8, 4, initial=start.weights, optimizer=under.trained.optimizer, regularizer=L2(0.06)
        )
        rate = under.trained.learning_rate
        network.train(start.items, epochs=5, learning_rate=rate, orders=start.orders)
        compared = under.comparison.outcome("L2 0.06").networks[1]
        assert np.array_equal(network.weights, compared.weights)


def test_the_best_strength_has_the_best_mean_and_the_difference_is_decays(quick):
    for under in quick.all_under:
        for kind, best in under.best.items():
            accuracies = [under.row(kind, strength).scores["accuracy"] for strength in comparisons.STRENGTHS]
            assert under.row(kind, best).scores["accuracy"] == max(accuracies)
        decay, l2 = (
            under.comparison.outcome(comparisons.name_of(kind, strength)).scores["accuracy"]
            for kind, strength in (("weight decay", 0.2), ("L2", 0.02))
        )
        expected = paired_difference(decay, l2, replicates=Independent(), confidence=1 - 0.05 / 3)
        assert under.decay_beside_l2(0.2, 0.02) == expected


def test_what_never_varies_has_no_interval(quick):
    sgd = quick.all_under[0]
    assert reading.points(sgd.decay_beside_l2(0.06, 0.06)) == "+0.00"
    named_otherwise = evolve(sgd, comparison=evolve(sgd.comparison, recipe=quick.all_under[1].comparison.recipe))
    assert named_otherwise.verdict == "no difference seen"


def test_training_items_are_others_with_each_seed_and_none_of_those_that_judge(quick):
    under = quick.all_under[0]
    assert "each has new training items" in under.comparison.splits
    assert comparisons.FIRST_ITEMS > 17  # the seed of the fresh items


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_a_picture_is_drawn_without_a_display(console, tmp_path, ending):
    path = tmp_path / f"picture.{ending}"
    finished = console(*QUICK, "--plot", str(path), DISPLAY="", MPLBACKEND="nonsense")
    assert (finished.returncode, finished.stderr) == (0, "")
    if ending == "svg":
        text = "".join(ET.parse(path).getroot().itertext())  # noqa: S314 (our own file)
        words = (
            "SGD, learning rate 0.01",
            "Adam, learning rate 0.001",
            "weight decay",
            "none",
            "4 seeds from 7 on",
        )
        assert all(each in text for each in words)
    else:
        assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--plot", "picture.jpg"], "a picture is a file that ends in .png or .svg, not 'picture.jpg'"),
        (["--plot", "nowhere/picture.png"], "there is no folder nowhere"),
        (["--seeds", "1"], "1 is not in the range 2<=x<=10000"),
        (["--epochs", "0"], "0 is not in the range 1<=x<=100000"),
        (["--regularizer", "l1"], "No such option"),
    ],
)
def test_a_mistaken_call_is_one_line_before_training(console, arguments, message):
    finished = console("decay", *arguments)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert message in finished.stderr
    assert finished.stderr.count("\n") == 1


def test_so_many_networks_begin_as_the_progress_expects():
    begun = []
    comparisons.run(range(7, 9), 1, begun.extend)
    assert len(begun) == comparisons.n_networks(range(7, 9))


def test_without_the_compiled_update_fewer_seeds_are_compared(monkeypatch):
    monkeypatch.setattr("nnl2_demo.decay.comparisons.is_compiled", lambda: False)
    assert comparisons.seeds_from(5, None) == range(5, 7)
    assert comparisons.seeds_from(5, 9) == range(5, 14)
