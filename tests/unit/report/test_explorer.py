"""Every state of the explorer is one that nnl2 trained, and its page shows it."""

import json
import re

import numpy as np
import pytest
from attrs import evolve

from nnl2 import L2, InvalidValueError, NeuralNetwork, SigmoidCrossEntropy
from nnl2.report.exploration import explore
from nnl2.report.explorer import FACTS, explorer_page, facts_of
from nnl2.report.explorer_paths import HEIGHT, WIDTH, error_paths, scaled, weight_path
from nnl2.report.fragments import escaped


def numbers_of(page):
    """Return what the program of a page is given."""
    (text,) = re.findall(r'<script type="application/json" id="numbers">(.*?)</script>', page, flags=re.DOTALL)
    return json.loads(text)


def test_a_state_is_what_training_alone_comes_to(exploration):
    from sklearn.datasets import make_moons

    state = exploration.states["L2"][1]
    errors = []
    for seed in range(3):
        inputs, labels = make_moons(40, noise=0.3, random_state=seed)
        network = NeuralNetwork(2, 8, 1, output=SigmoidCrossEntropy(), regularizer=L2(0.01), seed=seed)
        from nnl2 import Dataset

        items = Dataset(inputs, labels.reshape(-1, 1))
        network.train(items, epochs=40, learning_rate=1.0, batch_size=20)
        errors.append(network.error(items))
    assert list(state.training_errors) == errors
    assert state.strength == 0.01


def test_the_first_seed_is_the_one_that_is_shown(exploration):
    state = exploration.states["L2"][0]
    assert len(state.weights) == 24
    outputs = np.array(state.outputs)
    assert outputs.shape == (41, 41)
    assert 0 <= outputs.min() < 0.5 < outputs.max() <= 1
    assert len(exploration.items) == 40


@pytest.mark.parametrize(("ladders", "seeds"), [({}, [0]), ({"L2": {}}, [0]), ({"L2": {1.0: L2(1.0)}}, [])])
def test_nothing_cannot_be_explored(ladders, seeds):
    with pytest.raises(InvalidValueError, match="a regularizer with a strength, and a seed"):
        explore(str, ladders, None, data="nothing", seeds=seeds)


def test_the_program_gets_every_state_and_the_tables_hold_its_facts(exploration):
    page = explorer_page(exploration)
    ladders = numbers_of(page)["ladders"]
    assert list(ladders) == list(exploration.states)
    for name, states in exploration.states.items():
        assert [each["facts"] for each in ladders[name]["states"]] == [facts_of(state) for state in states]
        best = ladders[name]["best"]
        assert best == int(np.argmin([np.median(state.held_out_errors) for state in states]))
        for state in states:
            for fact in facts_of(state):
                assert f">{escaped(fact)}</td>" in page
    assert len(FACTS) == len(ladders["L2"]["states"][0]["facts"])


def test_hostile_names_do_nothing(exploration):
    page = explorer_page(exploration)
    assert "<script>alert" not in page
    assert page.count("<script") == 2
    assert "<option>&lt;script&gt;alert(1)&lt;/script&gt;</option>" in page


def test_it_is_the_same_each_time(exploration):
    assert explorer_page(exploration) == explorer_page(exploration)


def test_what_lies_beyond_an_axis_is_moved_to_its_end():
    assert scaled([-1, 0, 0.5, 1, 2], 0, 1, 100) == [0, 0, 50, 100, 100]


def test_bars_go_up_and_down_from_the_middle():
    assert (
        weight_path([1.0, -0.5], 1.0)
        == f"M{WIDTH // 3} {HEIGHT // 2}V0M{round(WIDTH * 2 / 3)} {HEIGHT // 2}V{HEIGHT * 3 // 4}"
    )


def test_a_band_holds_all_seeds_around_their_median():
    line, band = error_paths([[0.0, 0.5, 1.0], [0.2, 0.2, 0.2]], 1.0)
    assert line == f"M0 {HEIGHT // 2}L{WIDTH} {round(0.8 * HEIGHT)}"
    assert band == f"M0 0L{WIDTH} {round(0.8 * HEIGHT)}L{WIDTH} {round(0.8 * HEIGHT)}L0 {HEIGHT}Z"


def test_a_network_that_answers_all_alike_has_no_boundary(exploration):
    flat = [ladder["states"][-1] for ladder in numbers_of(explorer_page(exploration))["ladders"].values()]
    assert flat[0]["boundary"] == ""  # L2 of strength 1
    assert flat[1]["boundary"].startswith("M")


def test_regularizers_that_come_to_the_same_are_told_to_be_one_thing(exploration):
    assert "show the same errors" not in explorer_page(exploration)
    twice = evolve(exploration, states={"L2": exploration.states["L2"], "decay": exploration.states["L2"]})
    assert "<li>L2 and decay show the same errors: here they are one thing.</li>" in explorer_page(twice)


def test_the_lowest_held_out_error_is_told_beside_those_at_both_ends(exploration):
    states = exploration.states["L2"]
    medians = [float(np.median(state.held_out_errors)) for state in states]
    weakest, best, strongest = (f"<td>{each:.3f}</td>" for each in (medians[0], min(medians), medians[-1]))
    assert f"{weakest}{best}{strongest}</tr>" in explorer_page(exploration)
