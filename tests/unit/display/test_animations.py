"""An animation shows networks as they were at the epochs it names."""

import numpy as np
import pytest
from attrs import frozen
from PIL import Image, features

from nnl2 import L2, Dataset, InvalidValueError, NeuralNetwork, Regularizer, train
from nnl2.display import BoundaryAnimation, frame_epochs
from nnl2.display.animations import GRID
from nnl2.display.boundaries import shares_on_grid
from nnl2.display.frames import Stage

ITEMS, HELD_OUT = (
    Dataset.from_labels(inputs, np.arange(20) % 2, classes=[0, 1])
    for inputs in np.random.default_rng(0).normal(size=(2, 20, 2))
)


def a_network(regularizer=None, seed=0):
    return NeuralNetwork(2, 4, 2, seed=seed, **({} if regularizer is None else {"regularizer": regularizer}))


def shares_of(network, animation):
    return shares_on_grid(network.compute_outputs, animation.limits, GRID)


@pytest.fixture(scope="module")
def trained():
    networks = {"none": a_network(), "L2": a_network(L2(0.1))}
    animation = BoundaryAnimation(networks, ITEMS, HELD_OUT, epochs=frame_epochs(30, n_frames=6), title="made up")
    train(list(networks.values()), ITEMS, epochs=30, learning_rate=0.5, on_epoch=animation)
    return networks, animation


def stage_of(animation):
    names = {name: getattr(animation, name) for name in ("title", "input_names", "class_names")}
    return Stage(animation.frames, ITEMS, animation.limits, **names)


def test_frames_are_dense_early_and_begin_and_end_where_training_does():
    assert frame_epochs(3000)[0] == 0
    assert frame_epochs(3000)[-1] == 3000
    assert frame_epochs(3000)[:5] == (0, 1, 2, 3, 4)
    assert len(frame_epochs(3000)) <= 40
    assert np.diff(frame_epochs(3000)).argmax() == len(frame_epochs(3000)) - 2
    assert frame_epochs(1) == (0, 1)
    assert frame_epochs(12, first=10) == (10, 11, 12)


def test_the_first_and_the_last_frame_show_networks_before_and_after_training(trained):
    networks, animation = trained
    first, *_, last = animation.frames
    assert (first.epoch, last.epoch) == (0, 30)
    for name, network in networks.items():
        assert np.array_equal(first.seen[name][-1].shares, shares_of(a_network(), animation))
        assert np.array_equal(last.seen[name][-1].shares, shares_of(network, animation))
        errors = last.seen[name][-1].training_error, last.seen[name][-1].held_out_error
        assert errors == (network.error(ITEMS), network.error(HELD_OUT))


def test_each_frame_shows_the_network_that_was_trained_for_so_long(trained):
    _, animation = trained
    for frame in animation.frames[1:]:
        shorter = a_network(L2(0.1))
        shorter.train(ITEMS, epochs=frame.epoch, learning_rate=0.5)
        assert np.array_equal(frame.seen["L2"][-1].shares, shares_of(shorter, animation))


def test_what_is_drawn_is_what_was_seen(trained):
    _, animation = trained
    stage = stage_of(animation)
    frame = animation.frames[3]
    stage.draw(frame)
    assert stage.heading.get_text() == f"made up: epoch {frame.epoch} of 30"
    (legend,) = stage.figure.legends
    names = [text.get_text() for text in legend.get_texts()]
    assert names == ["class 0", "class 1", "training items", "items held out"]
    for name, (above, below) in stage.panels.items():
        now = frame.seen[name][-1]
        assert stage.boundaries[name].shares is now.shares
        assert stage.boundaries[name].points_ == above.collections[-2:]
        drawn = stage.errors[name].lines_["items held out"].get_xydata().tolist()
        assert drawn == [[each.epoch, each.held_out_error] for each in frame.seen[name]]
        assert (above.get_title(), len(below.lines)) == (name, 2)
        assert below.get_title("left") == f"training {now.training_error:.3f}, held out {now.held_out_error:.3f}"


def test_nothing_jumps_from_frame_to_frame(trained):
    _, animation = trained
    stage = stage_of(animation)
    seen = set()
    for frame in animation.frames:
        stage.draw(frame)
        stage.figure.draw_without_rendering()
        panels = [axes for both in stage.panels.values() for axes in both]
        seen.add(str([(axes.get_position().bounds, axes.get_xlim(), axes.get_ylim()) for axes in panels]))
    assert len(seen) == 1


@pytest.mark.parametrize("n_networks", [1, 5])
def test_one_network_and_many_have_a_panel_each(n_networks):
    networks = {f"number {seed}, {'x' * 40}": a_network(seed=seed) for seed in range(n_networks)}
    animation = BoundaryAnimation(networks, ITEMS, HELD_OUT, epochs=frame_epochs(2))
    train(list(networks.values()), ITEMS, epochs=2, learning_rate=0.5, on_epoch=animation)
    stage = stage_of(animation)
    assert [name for name, (above, _) in stage.panels.items() if above.axison] == list(networks)
    assert all(len(above.get_title()) <= 34 for above, _ in stage.panels.values())
    assert stage.heading.get_text() == "epoch 2 of 2"


@frozen
class StopsAtThree(Regularizer):
    """Three epochs and no more."""

    def should_stop(self, errors):
        return len(errors) > 3


def test_a_network_that_stops_early_stays_as_it_was_seen_last():
    networks = {"none": a_network(), "stops": a_network(StopsAtThree())}
    animation = BoundaryAnimation(networks, ITEMS, HELD_OUT, epochs=frame_epochs(6))
    train(list(networks.values()), ITEMS, validation=HELD_OUT, epochs=6, learning_rate=0.01, on_epoch=animation)
    assert [frame.seen["stops"][-1].epoch for frame in animation.frames] == [0, 1, 2, 3, 3, 3, 3]
    assert [frame.epoch for frame in animation.frames] == list(range(7))


def test_where_all_stop_early_so_does_the_animation_and_others_beside_are_left_out():
    network, other = a_network(StopsAtThree()), a_network()
    animation = BoundaryAnimation({"stops": network}, ITEMS, HELD_OUT, epochs=frame_epochs(6))
    train([network, other], ITEMS, validation=HELD_OUT, epochs=6, learning_rate=0.01, on_epoch=animation)
    assert [frame.epoch for frame in animation.frames] == [0, 1, 2, 3]


def test_a_second_run_is_shown_from_where_it_begins():
    network = a_network()
    network.train(ITEMS, epochs=5, learning_rate=0.1)
    animation = BoundaryAnimation({"none": network}, ITEMS, HELD_OUT, epochs=frame_epochs(7, first=5))
    network.train(ITEMS, epochs=2, learning_rate=0.1, on_epoch=animation)
    assert [frame.epoch for frame in animation.frames] == [5, 6, 7]


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["gif", "webp"])
def test_the_file_has_all_frames_and_the_last_stays_longest(trained, tmp_path, ending):
    _, animation = trained
    path = tmp_path / f"boundary.{ending}"
    animation.save(path)
    durations = []
    with Image.open(path) as image:
        for number in range(image.n_frames):
            image.seek(number)
            image.load()
            durations.append(image.info["duration"])
        assert image.info["loop"] == 0
        if ending == "gif":
            assert image.info["comment"].decode() == str(animation)
    assert durations == [1000, *[200] * (len(animation.frames) - 2), 4000]
    first = path.read_bytes()
    assert len(first) < 400_000
    animation.save(path)
    assert path.read_bytes() == first


def test_it_says_in_words_what_it_shows(trained):
    networks, animation = trained
    said = str(animation)
    assert said.startswith("6 frames, epochs 0 to 30: where none, L2 change their answer")
    assert f"L2 {networks['L2'].error(ITEMS):.3f} on training items" in said


@pytest.mark.parametrize("name", ["boundary.mp4", "boundary"])
def test_another_ending_is_refused_in_one_line(trained, tmp_path, name):
    with pytest.raises(InvalidValueError, match=r"an animation is a file that ends in \.gif or \.webp, not '"):
        trained[1].save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_where_pillow_writes_no_webp_that_is_said(trained, tmp_path, monkeypatch):
    monkeypatch.setattr(features, "check", lambda kind: kind != "webp")
    with pytest.raises(InvalidValueError, match=r"cannot write \.webp; take \.gif"):
        trained[1].save(tmp_path / "boundary.webp")


@pytest.mark.slow
def test_a_file_that_cannot_be_written_whole_leaves_the_old_one(trained, tmp_path, monkeypatch):
    path = tmp_path / "boundary.gif"
    path.write_bytes(b"old")
    save = Image.Image.save

    def breaks(image, file, *settings, **others):
        save(image, file, *settings, **others)
        raise OSError("the disk is full")

    monkeypatch.setattr(Image.Image, "save", breaks)
    with pytest.raises(OSError, match="full"):
        trained[1].save(path)
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"old"]


@pytest.mark.parametrize("epochs", [(1, 2), (0, 2, 2), ()])
def test_epochs_must_rise_from_that_of_the_networks(epochs):
    with pytest.raises(InvalidValueError, match="epochs must rise from that of the networks now, 0, got"):
        BoundaryAnimation({"none": a_network()}, ITEMS, HELD_OUT, epochs=epochs)


def test_classes_may_have_names():
    settings = {"epochs": (0, 1), "class_names": ["_$yes$", "no"]}
    animation = BoundaryAnimation({"none": a_network()}, ITEMS, HELD_OUT, **settings)
    legend = stage_of(animation).figure.legends[0]
    assert [text.get_text() for text in legend.get_texts()][:2] == ["class _$yes$", "class no"]
    assert not legend.get_texts()[0].get_parse_math()


def test_networks_that_were_not_trained_are_one_frame():
    animation = BoundaryAnimation({"none": a_network()}, ITEMS, HELD_OUT, epochs=frame_epochs(5))
    assert stage_of(animation).heading.get_text() == "epoch 0 of 0"


def test_an_animation_needs_a_network():
    with pytest.raises(InvalidValueError, match="networks must hold one, by its name"):
        BoundaryAnimation({}, ITEMS, HELD_OUT, epochs=(0, 1))


def test_a_boundary_needs_two_inputs():
    items = Dataset(np.ones((2, 3)), np.ones((2, 1)))
    with pytest.raises(InvalidValueError, match="a boundary is drawn for two inputs"):
        BoundaryAnimation({"none": NeuralNetwork(3, 1)}, items, items, epochs=(0, 1))
