"""`--animate FILE` shows one seed's boundaries in training, and takes nothing from the rest."""

import numpy as np
import pytest
from PIL import Image

from nnl2.display.animations import GRID
from nnl2.display.boundaries import shares_on_grid
from nnl2_demo.animating import animated
from nnl2_demo.studies import moons
from nnl2_demo.study import Settings, rerun


@pytest.mark.slow
def test_a_study_is_animated_and_said_in_words(console, tmp_path):
    path = tmp_path / "boundary.gif"
    call = "moons", "--epochs", "4", "--seeds", "2", "--regularizer", "l1:0.01"
    finished = console(*call, "--animate", str(path), DISPLAY="", MPLBACKEND="")
    assert finished.returncode == 0
    assert finished.stderr.startswith(
        f"Wrote {path}: 5 frames, epochs 0 to 4: where none, L2 0.01 per batch, l1:0.01"
    )
    assert finished.stdout == console(*call).stdout
    with Image.open(path) as image:
        assert image.n_frames == 5


@pytest.mark.slow
def test_a_comparison_is_animated_with_the_strengths_it_chose(in_process, tmp_path):
    path = tmp_path / "boundary.webp"
    call = "compare", "moons", "--repeats", "2", "--epochs", "3", "--regularizer", "l2", "--format", "csv"
    status, stdout, stderr = in_process(*call, "--animate", str(path))
    assert (status, stderr.count("\n")) == (0, 1)
    chosen = stdout.splitlines()[3].split(",")[2]
    assert chosen.startswith("l2:")
    assert stderr.startswith(f"Wrote {path}: 4 frames, epochs 0 to 3: where none, {chosen} change their answer")
    assert path.read_bytes()[8:12] == b"WEBP"


def test_a_table_without_boundaries_is_refused_before_training(in_process):
    status, stdout, stderr = in_process("compare", "iris", "--animate", "boundary.gif")
    assert (status, stdout) == (1, "")
    assert stderr == "Error: a boundary is drawn for two inputs, and networks have 4 for iris\n"


def test_two_results_do_not_go_into_one_file(in_process):
    status, _, stderr = in_process("compare", "moons", "--animate", "one.gif", "--output", "one.gif")
    assert status == 2
    assert "--animate would overwrite --output, one.gif" in stderr


def test_its_last_frame_shows_the_networks_that_were_compared():
    study = moons.study()
    strategies = study.strategies_with({})
    told = rerun(study, Settings(5, 1.0), strategies, range(6, 8))
    animation = animated(told)
    last = animation.frames[-1]
    assert (last.epoch, animation.title) == (5, "moons, seed 6")
    for course in told.example.courses:
        shares = shares_on_grid(course.network.compute_outputs, animation.limits, GRID)
        assert np.array_equal(last.seen[course.strategy][-1].shares, shares)
        assert last.seen[course.strategy][-1].held_out_error == course.network.error(study.scored["fresh"])


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("boundary.mp4", "'--animate': an animation is a file that ends in .gif or .webp, not 'boundary.mp4'"),
        ("nowhere/boundary.gif", "there is no folder nowhere"),
    ],
)
def test_an_animation_that_cannot_be_written_is_refused_before_training(in_process, path, message):
    status, stdout, stderr = in_process("moons", "--animate", path)
    assert (status, stdout) == (2, "")
    assert message in stderr
    assert stderr.count("\n") == 1


def test_a_study_of_more_inputs_has_no_boundaries_to_animate(in_process):
    status, _, stderr = in_process("article", "--animate", "boundary.gif")
    assert status == 2
    assert "No such option" in stderr
