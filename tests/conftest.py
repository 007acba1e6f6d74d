"""What several tests need: the article's reference numbers, small data, every regularizer."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

import numpy as np
import pytest

from nnl2 import Dataset
from nnl2.modelfile.archive import digest, write_archive

REPRODUCTION = Path(__file__).parent / "reproduction"


@pytest.fixture(scope="session")
def reference():
    """The article's run, rerun elsewhere: exact weights and errors."""
    return json.loads((REPRODUCTION / "article.json").read_text(encoding="utf-8"))


@pytest.fixture
def small_data():
    """Twelve items with three inputs and one-hot targets of two classes."""
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(12, 3))
    return Dataset.from_labels(inputs, (inputs.sum(axis=1) > 0).astype(int))


@pytest.fixture
def rewrite():
    """Return a function that gives fields of a model file's content other values."""

    def write(path, **changes):
        with np.load(path) as file:
            vectors = {name: file[name] for name in file.files}
        header = json.loads(vectors.pop("header").tobytes())
        header["content"] |= changes
        with path.open("wb") as file:
            write_archive(file, json.dumps(header | {"sha256": digest(vectors)}).encode(), vectors)

    return write


@pytest.fixture
def other_data():
    """Twelve other items of the same kind."""
    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(12, 3))
    return Dataset.from_labels(inputs, (inputs[:, 0] > 0).astype(int))


@pytest.fixture
def environment_with(tmp_path_factory):
    """Return a function that does what pip does for a distribution of one module: path and metadata."""

    def install(folder):
        site = tmp_path_factory.mktemp("site")
        project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        info = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
        info.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
        info.joinpath("METADATA").write_text(metadata, encoding="utf-8")
        offers = [f"{name} = {value}" for name, value in project["entry-points"]["nnl2.regularizers"].items()]
        entry_points = "\n".join(["[nnl2.regularizers]", *offers])
        info.joinpath("entry_points.txt").write_text(entry_points, encoding="utf-8")
        return os.environ | {"PYTHONPATH": f"{folder}{os.pathsep}{site}"}

    return install
