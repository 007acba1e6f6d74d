"""The console program, run as a user runs it."""

import os
import subprocess
import sys

import pytest


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
