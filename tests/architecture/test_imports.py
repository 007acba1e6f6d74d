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
    {"errors", "elementary", "markup"},
    {"validation", "writing"},
    {"activations", "outputs", "initializers", "regularizers", "optimizers", "statistics", "data"},
    {"discovery", "preparation", "translation", "missing_plug_ins"},
    {"describing", "notation"},
    {"listing"},
    {"engine", "display"},
    {"training"},
    {"network"},
    {"synthetic", "testing", "table_model", "execution"},
    {"modelfile"},
    {"article", "comparison"},
    {"estimators", "paths", "learning_curves"},
    {"report"},
]
RANK = {name: rank for rank, names in enumerate(RANKS) for name in names}
WITHIN_A_RANK = {("outputs", "activations"), ("initializers", "activations"), ("optimizers", "regularizers")}
CLICK = {
    "animate_option.py",
    "asked.py",
    "cli.py",
    "command.py",
    "comparing.py",
    "compare_options.py",
    "executing.py",
    "study_command.py",
    "options.py",
    "learning_curve_command.py",
    "path_command.py",
    "predicting.py",
    "exploring.py",
    "report_option.py",
}
HEAVY = {
    "click",
    "scipy",
    "sklearn",
    "matplotlib",
    "PIL",
    "joblib",
    "threadpoolctl",
    "importlib.metadata",
    "hashlib",
    "cloudpickle",
    "dask",
    "distributed",
    "pytest",
}


def package_part(path):
    """Return the first part of a module's name below nnl2: a subpackage counts as one."""
    return path.relative_to(NNL2).with_suffix("").parts[0]


def imports(tree):
    """Yield (module, for types only, at the top of the file) for every import."""
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in for_types, node in tree.body) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            inside = {name for name in names if (NNL2 / "engine" / f"{name}.py").exists()}
            modules = (
                {f"{node.module}.{name}" for name in inside} if node.module == "nnl2.engine" else {node.module}
            )
            yield from ((module, id(node) in for_types, node in tree.body) for module in modules)


def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


TEMPLATE = NNL2 / "testing" / "template"  # what a plug-in's author starts from: no part of the library
MODULES = [p for p in NNL2.rglob("*.py") if p != NNL2 / "__init__.py" and TEMPLATE not in p.parents]


every_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(NNL2)))


@every_module
def test_imports_run_one_way(path):
    """Also those that serve types only."""
    own = package_part(path)
    for module, *_ in imports(parsed(path)):
        if not module.startswith("nnl2"):
            continue
        assert module != "nnl2", "a module names what it needs, not the package"
        other = module.split(".")[1]
        allowed = other == own or RANK[other] < RANK[own] or (own, other) in WITHIN_A_RANK
        assert allowed, f"{own} must not import {other}"


def test_no_module_imports_itself_by_a_circle():
    """Also inside a package, and also for types."""
    own = {f"nnl2.{'.'.join(p.relative_to(NNL2).with_suffix('').parts)}": p for p in MODULES}
    own = {name.removesuffix(".__init__"): path for name, path in own.items()}
    needs = {name: {module for module, *_ in imports(parsed(path)) if module in own} for name, path in own.items()}
    while needs:
        free = {name for name, needed in needs.items() if not needed & set(needs) - {name}}
        assert free, f"there is a circle among {sorted(needs)}"
        needs = {name: needed for name, needed in needs.items() if name not in free}


@every_module
def test_imports_stand_at_the_top_but_for_heavy_ones(path):
    """An estimator is a class of scikit-learn's, whose package is itself loaded when it is asked for."""
    light = {"sklearn"} if package_part(path) == "estimators" else set()
    for module, for_types, at_top in imports(parsed(path)):
        heavy = module in HEAVY or module.split(".")[0] in HEAVY - light
        if not for_types:
            assert at_top != heavy, f"{module} in {path.name}"


def test_the_console_is_imported_by_nobody_and_click_only_by_its_commands():
    for path in [*MODULES, *DEMO.rglob("*.py")]:
        for module, for_types, _ in imports(parsed(path)):
            assert module.split(".")[0] != "nnl2_demo" or DEMO in path.parents
            assert module != "click" or path.name in CLICK or for_types


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
