"""What tests of discovery need: distributions made up."""

import sys

import pytest


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Return a function that puts a distribution with entry points, and perhaps a module, on the path."""
    monkeypatch.syspath_prepend(tmp_path)

    def put(distribution, entry_points, source=None, group="nnl2.regularizers"):
        info = tmp_path / f"{distribution.replace('-', '_')}-1.2.dist-info"
        info.mkdir()
        info.joinpath("METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2\n")
        lines = [f"{name} = {value}" for name, value in entry_points.items()]
        info.joinpath("entry_points.txt").write_text("\n".join([f"[{group}]", *lines]))
        if source is not None:
            module = next(iter(entry_points.values())).partition(":")[0]
            tmp_path.joinpath(f"{module}.py").write_text(source)
            monkeypatch.delitem(sys.modules, module, raising=False)

    return put
