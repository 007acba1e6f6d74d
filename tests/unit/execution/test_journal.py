"""A journal loses nothing that is done, and mixes up no two runs."""

import json
import resource
import signal
import subprocess
import sys

import numpy as np
import pytest

from nnl2 import (
    L2,
    Dropout,
    InvalidValueError,
    Momentum,
    NeuralNetwork,
    TrainingDivergedError,
    make_data,
)
from nnl2.errors import JournalError
from nnl2.execution import Journal, Trainer, journal, versions

SETTINGS = {"epochs": 10, "learning_rate": 0.05}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.jsonl"


def lines(path):
    return path.read_bytes().splitlines(keepends=True)


def test_what_is_trained_with_a_journal_is_what_train_makes(path, networks, items, alone):
    expected, histories = alone(**SETTINGS)
    made = networks()
    with Journal(path) as kept:
        assert Trainer(journal=kept)(made, items, n_jobs=2, **SETTINGS) == histories
        assert len(kept) == 6
    assert [network.weights.tolist() for network in made] == [network.weights.tolist() for network in expected]
    assert len(lines(path)) == 7


def test_what_is_done_is_never_trained_twice_and_comes_back_to_the_last_bit(path, items, monkeypatch):
    kinds = {"optimizer": Momentum(), "regularizer": L2(0.1) + Dropout(rate=0.2), "dtype": np.float32}
    first, second = (NeuralNetwork(10, 8, 4, seed=1, **kinds) for _ in range(2))
    settings = SETTINGS | {"validation": items[:9]}
    with Journal(path) as kept:
        (history,) = Trainer(journal=kept)([first], items, **settings)
    monkeypatch.setattr("nnl2.execution.executor.run_all", None)  # nothing may run
    with Journal(path, resume=True) as kept:
        assert Trainer(journal=kept)([second], items, **settings) == (history,)
    for name in ("parameters", "memory"):
        given, found = (getattr(network.state, name) for network in (first, second))
        assert given.dtype == found.dtype
        assert given.tobytes() == found.tobytes()
        assert not found.flags.writeable
    assert second.state.order_stream == first.state.order_stream
    assert second.state.noise_streams == first.state.noise_streams
    assert second.state.epochs == 10


def test_training_goes_on_from_what_a_journal_gave_back(path, items):
    whole = NeuralNetwork(10, 8, 4, seed=1, regularizer=Dropout(rate=0.2))
    whole.train(items, epochs=20, learning_rate=0.05)
    for _ in range(2):
        with Journal(path, resume=True) as kept:
            again = NeuralNetwork(10, 8, 4, seed=1, regularizer=Dropout(rate=0.2))
            Trainer(journal=kept)([again], items, **SETTINGS)
            Trainer(journal=kept)([again], items, **SETTINGS)
            assert len(kept) == 2
    assert again.weights.tolist() == whole.weights.tolist()


def test_a_network_that_diverged_is_kept_too(path, items):
    for resume in (False, True):
        network = NeuralNetwork(10, 8, 4, seed=1, regularizer=L2(1000))
        with (
            Journal(path, resume=resume) as kept,
            pytest.raises(TrainingDivergedError, match="diverged: a weight"),
        ):
            Trainer(journal=kept)([network], items, **SETTINGS)
        assert network.epochs == 0
    assert len(lines(path)) == 2


@pytest.mark.parametrize("end", [b'{"task":"half', b'{"task":"a"}', b"\0\0\0", b"{]\n"])
def test_a_torn_last_line_is_cut(path, networks, items, end):
    with Journal(path) as kept:
        Trainer(journal=kept)(networks(), items, **SETTINGS)
    whole = path.read_bytes()
    path.write_bytes(whole + end)
    with Journal(path, resume=True) as kept:
        assert len(kept) == 6
    assert path.read_bytes() == whole


def test_a_torn_header_is_begun_anew(path):
    with Journal(path):
        pass
    (header,) = lines(path)
    path.write_bytes(header[:40])
    with Journal(path, resume=True):
        pass
    assert lines(path) == [header]


def test_a_line_that_is_damaged_amid_others_is_told(path, networks, items):
    with Journal(path) as kept:
        Trainer(journal=kept)(networks(), items, **SETTINGS)
    all_lines = lines(path)
    path.write_bytes(b"".join([*all_lines[:2], b"{]\n", *all_lines[3:]]))
    with pytest.raises(JournalError, match="is damaged in line 3"):
        Journal(path, resume=True)


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"no line", b"{}\n"])
def test_another_file_is_left_alone(path, content):
    path.write_bytes(content)
    with pytest.raises(InvalidValueError, match=r"run\.jsonl is no journal; name another file"):
        Journal(path, resume=True)
    assert path.read_bytes() == content


def test_a_journal_that_is_there_is_not_begun_anew_by_mistake(path):
    Journal(path).close()
    with pytest.raises(InvalidValueError, match=r"is there already; resume=True goes on with it"):
        Journal(path)


def test_a_run_about_something_else_is_refused(path):
    Journal(path, {"table": "ab12", "epochs": 50}).close()
    with pytest.raises(InvalidValueError, match=r"is of another run: epochs was 50 and is 60; name another file"):
        Journal(path, {"table": "ab12", "epochs": 60}, resume=True)
    Journal(path, {"table": "ab12", "epochs": 50}, resume=True).close()


def test_tasks_of_another_table_or_of_other_settings_are_refused(path, networks, items):
    with Journal(path) as kept:
        Trainer(journal=kept)(networks(), items, **SETTINGS)
    before = path.read_bytes()
    for data, settings in ((make_data(40, 9), SETTINGS), (items, SETTINGS | {"epochs": 11})):
        with Journal(path, resume=True) as kept, pytest.raises(InvalidValueError, match="of another table or of"):
            Trainer(journal=kept)(networks(), data, **settings)
    assert path.read_bytes() == before


def test_another_version_is_refused(path, monkeypatch):
    Journal(path).close()
    other = versions.own_versions() | {"numpy": "1.0"}
    monkeypatch.setattr(journal, "own_versions", lambda: other)
    with pytest.raises(InvalidValueError, match=r"was written by another version, here is numpy 1\.0 instead of "):
        Journal(path, resume=True)


def test_two_runs_on_one_journal_are_refused(path):
    with Journal(path), pytest.raises(JournalError, match="another run has the journal"):
        Journal(path, resume=True)


def test_what_is_no_file_is_refused(tmp_path):
    for place in ("/dev/full", tmp_path, tmp_path / "none" / "run.jsonl"):
        with pytest.raises(JournalError, match=r"the journal .* (must be a file|cannot be opened)"):
            Journal(place)


def test_a_full_disk_is_told_in_a_line_and_loses_nothing(path, networks, items, alone):
    """What a process may write is limited, so that a row no longer fits."""
    _, histories = alone(**SETTINGS)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Journal(path) as kept:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
        try:
            with pytest.raises(
                JournalError, match=r"cannot be written: File too large; the \d networks in it are"
            ):
                Trainer(journal=kept)(networks(), items, **SETTINGS)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        n_kept = len(kept)
    assert 1 < n_kept < 6
    assert all(line.endswith(b"\n") and json.loads(line) for line in lines(path))
    with Journal(path, resume=True) as kept:
        assert len(kept) == n_kept
        assert Trainer(journal=kept)(networks(), items, **SETTINGS) == histories


PROGRAM = """
import os, signal, sys
from nnl2 import NeuralNetwork, make_data
from nnl2.execution import Journal, Trainer

signal.signal(signal.SIGINT, signal.default_int_handler)  # who is run in the background ignores it

class Ending(Journal):
    def add(self, key, trained):
        super().add(key, trained)
        if len(self) == 3 and sys.argv[2] != "0":
            os.kill(os.getpid(), int(sys.argv[2]))

networks = [NeuralNetwork(10, 8, 4, seed=seed) for seed in range(8)]
with Ending(sys.argv[1], resume=True) as kept:
    histories = Trainer(journal=kept)(networks, make_data(40), epochs=10, learning_rate=0.05)
print([history.errors.tolist() for history in histories])
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_a_process_that_is_killed_keeps_all_rows_and_ends_as_undisturbed(path, tmp_path, end):
    def run(path, end):
        return subprocess.run(
            [sys.executable, "-c", PROGRAM, str(path), str(int(end))], capture_output=True, text=True, check=False
        )

    undisturbed = run(tmp_path / "other.jsonl", 0)
    assert run(path, end).returncode != 0
    assert len(lines(path)) == 4
    assert run(path, 0).stdout == undisturbed.stdout != ""
