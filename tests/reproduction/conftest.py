"""Reference numbers that may not be part of the project; tests that need them are skipped where they are not."""

import json
from pathlib import Path

import pytest

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "football"


@pytest.fixture(scope="session")
def football_file():
    """The course's data file."""
    path = REFERENCE / "data.mat"
    if not path.is_file():
        pytest.skip("the course's football data are not here; they may not be part of the project")
    return path


@pytest.fixture(scope="session")
def football():
    """Reruns of the notes' three programs, and the course's unit cases."""
    path = REFERENCE / "reference.json"
    if not path.is_file():
        pytest.skip("the football reference numbers are not here")
    return json.loads(path.read_text(encoding="utf-8"))
