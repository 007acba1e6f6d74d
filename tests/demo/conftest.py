"""The console program, run as a user runs it."""

import os
import subprocess
import sys

import pytest

from nnl2_demo import cli


@pytest.fixture(scope="session")
def console():
    """Return a function that runs `nnl2-demo` and returns the finished process."""

    def run(*arguments, **environment):
        return subprocess.run(
            [sys.executable, "-m", "nnl2_demo", *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | environment,
        )

    return run


@pytest.fixture(scope="session")
def bare(console):
    """`nnl2-demo`, as it is."""
    return console()


@pytest.fixture
def in_process(monkeypatch, capsys):
    """Return a function that calls `nnl2-demo` in this process: exit status, stdout, stderr."""

    def run(*arguments, **environment):
        monkeypatch.delenv("COLUMNS", raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["nnl2-demo", *map(str, arguments)])
        try:
            cli.main()
            status = 0
        except SystemExit as end:
            status = end.code
        return status, *capsys.readouterr()

    return run
