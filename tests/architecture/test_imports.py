"""Imports run one way, and importing stays light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import nnl2
import nnl2_demo

NNL2 = Path(nnl2.__file__).parent
DEMO = Path(nnl2_demo.__file__).parent

RANKS = [
    {"errors"},
    {"checks"},
    {"activations", "outputs", "regularizers", "data", "statistics", "initial", "history", "state"},
    {"tables", "discovery", "arguments"},
    {"engine"},
    {"lane"},
    {"lockstep"},
    {"training"},
    {"network"},
    {"synthetic", "conformance"},
    {"testing", "scaffold", "plots"},
    {"article"},
]
RANK = {name: rank for rank, names in enumerate(RANKS) for name in names}
WITHIN_A_RANK = {("outputs", "activations")}
HEAVY = {"click", "scipy", "sklearn", "matplotlib", "joblib", "threadpoolctl", "importlib.metadata", "pytest"}


def package_part(path):
    """Return the first part of a module's name below nnl2: a subpackage counts as one."""
    return path.relative_to(NNL2).with_suffix("").parts[0]


def imports(tree):
    """Yield (module, at the top of the file) for every import that runs; TYPE_CHECKING ones do not."""
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, node in tree.body) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module, node in tree.body


TEMPLATE = NNL2 / "plugin_template"  # what a plug-in's author starts from: no part of the library
MODULES = [p for p in NNL2.rglob("*.py") if p != NNL2 / "__init__.py" and TEMPLATE not in p.parents]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(NNL2)))
def test_imports_run_one_way(path):
    own = package_part(path)
    for module, _ in imports(ast.parse(path.read_text(encoding="utf-8"))):
        if not module.startswith("nnl2"):
            continue
        assert module != "nnl2", "a module names what it needs, not the package"
        other = module.split(".")[1]
        allowed = other == own or RANK[other] < RANK[own] or (own, other) in WITHIN_A_RANK
        assert allowed, f"{own} must not import {other}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(NNL2)))
def test_imports_stand_at_the_top_but_for_heavy_ones(path):
    for module, at_top in imports(ast.parse(path.read_text(encoding="utf-8"))):
        heavy = module in HEAVY or module.split(".")[0] in HEAVY
        assert at_top != heavy, f"{module} in {path.name}"


def test_the_console_is_imported_by_nobody_and_click_only_there():
    for path in [*MODULES, *DEMO.rglob("*.py")]:
        for module, _ in imports(ast.parse(path.read_text(encoding="utf-8"))):
            assert module.split(".")[0] != "nnl2_demo" or DEMO in path.parents
            assert module != "click" or path.name == "cli.py"


def loaded_by(program):
    """Return the modules that a fresh interpreter has loaded after a program."""
    code = f"{program}\nimport sys; sys.stderr.write(' '.join(sys.modules))"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(finished.stderr.split())


def test_importing_nnl2_loads_nothing_heavier_than_numpy():
    loaded = loaded_by("import nnl2")
    assert "numpy" in loaded
    assert not loaded & HEAVY


@pytest.mark.parametrize("option", ["--help", "-h", "--version"])
def test_help_and_version_load_neither_numpy_nor_nnl2(option):
    program = f"""
import sys
sys.argv = ["nnl2-demo", {option!r}]
from nnl2_demo.cli import main
try:
    main()
except SystemExit as end:
    assert not end.code
"""
    loaded = loaded_by(program)
    assert "click" in loaded
    assert not loaded & {"numpy", "nnl2", "scipy", "sklearn", "matplotlib"}
