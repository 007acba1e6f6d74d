"""A comparison survives whatever dies, and ends with the bytes of one that nothing disturbed."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "nnl2_demo", "compare", "digits", "--regularizer", "l2", "--repeats", "1"]
SHORT = ["--epochs", "3", "--format", "json"]
LONGEST = 120


def rows_of(journal):
    return journal.read_bytes().count(b'{"task"') if journal.exists() else 0


def wait_for_rows(running, journal, n_rows):
    end = time.monotonic() + LONGEST
    while rows_of(journal) < n_rows:
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < end, "no row comes any more"
        time.sleep(0.02)


def workers_of(pid):
    """Return the processes below one that work: those started as multiprocessing's, but for the tracker."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int(folder.joinpath("stat").read_text().rpartition(")")[2].split()[1])
            command = folder.joinpath("cmdline").read_bytes()
        except (OSError, IndexError):
            continue
        if parent == pid and b"spawn_main" in command:
            found.append(int(folder.name))
    return found


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
def test_a_run_whose_worker_and_then_whose_parent_is_killed_ends_as_undisturbed(tmp_path):
    pytest.importorskip("distributed", reason="dask is missing: pip install -e '.[dask]'")
    undisturbed = subprocess.run([*COMMAND, *SHORT], capture_output=True, check=True)
    journal = tmp_path / "run.jsonl"
    on_cluster = [*COMMAND, *SHORT, "--dask", "local", "--jobs", "2", "--journal", str(journal)]
    with subprocess.Popen(on_cluster, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        wait_for_rows(running, journal, 10)
        os.kill(workers_of(running.pid)[0], signal.SIGKILL)
        wait_for_rows(running, journal, rows_of(journal) + 10)
        os.kill(running.pid, signal.SIGKILL)
    n_kept = rows_of(journal)
    resumed = subprocess.run([*on_cluster, "--resume"], capture_output=True, check=True)
    assert resumed.stdout == undisturbed.stdout
    assert 20 <= n_kept < rows_of(journal)


@pytest.mark.slow
def test_a_cluster_that_cannot_end_in_order_costs_no_result(in_process, monkeypatch):
    distributed = pytest.importorskip("distributed", reason="dask is missing: pip install -e '.[dask]'")

    class Broken(distributed.LocalCluster):
        def close(self, timeout=None):
            super().close(timeout)
            raise KeyError("a worker that was killed")

    monkeypatch.setattr(distributed, "LocalCluster", Broken)
    iris = ["compare", "iris", "--regularizer", "l2:0.1", "--repeats", "1", "--epochs", "2"]
    status, text, _ = in_process(*iris, "--dask", "local", "--jobs", "1")
    assert status == 0
    assert text == in_process(*iris)[1]


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_done_and_tells_how_to_go_on(tmp_path):
    journal = tmp_path / "run.jsonl"
    command = [*COMMAND, "--epochs", "30", "--journal", str(journal)]
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # who is run in the background ignores it
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heard,  # noqa: PLW1509 (there are none)
    ) as running:
        wait_for_rows(running, journal, 3)
        running.send_signal(signal.SIGINT)
        said = running.communicate(timeout=LONGEST)[1]
    assert running.returncode == 130
    kept, *_, interrupted = said.splitlines()
    assert kept == f"{journal} keeps {rows_of(journal)} trained networks: the same with --resume goes on."
    assert interrupted == "Interrupted."
