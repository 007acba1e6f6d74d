"""What must be the same for the same bits: nnl2, its kernel, numpy, and what networks are made of."""

from __future__ import annotations

import io
import pickle
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nnl2.discovery import OPTIMIZERS, REGULARIZERS, offers
from nnl2.engine import kernel
from nnl2.engine.sources import fingerprint
from nnl2.errors import KernelError, in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NOT_ASKED = {"nnl2", "numpy", "attr", "attrs", "cloudpickle", "__main__", *sys.stdlib_module_names}
"""Modules that come with nnl2, or with the values themselves."""

MISSING = "missing"


@cache
def own_versions() -> dict[str, str]:
    """Return the versions of nnl2, of its code, of its kernel and of numpy."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 (as slow to import as half of numpy)

    try:
        installed = version("nnl2")
    except PackageNotFoundError:
        installed = "not installed"
    return {"nnl2": installed, "nnl2's code": _code(), "kernel": fingerprint()[:12], "numpy": np.__version__}


def is_compiled() -> bool:
    """Return whether the compiled update is here."""
    try:
        return kernel.library() is not None
    except KernelError:
        return False


def versions_of(modules: Iterable[str]) -> dict[str, str]:
    """Return what each module is: its distribution and version, or a hash of its file, or why it is missing."""
    return {module: _version_of(module) for module in modules}


def modules_in(pickled: bytes) -> set[str]:
    """Return the modules, by the first parts of their names, from which a pickle of our own takes its classes."""
    finder = _Finder(io.BytesIO(pickled))
    finder.load()
    return {module.partition(".")[0] for module in finder.modules} - NOT_ASKED


def modules_of(values: object) -> set[str]:
    """Return the modules of a value's classes; none where it cannot be pickled, and so only lives here."""
    try:
        return modules_in(pickle.dumps(values))
    except (pickle.PicklingError, AttributeError, TypeError):
        return set()


def differences(here: Mapping[str, str], there: Mapping[str, str]) -> list[str]:
    """Return in words what differs."""
    return [
        f"{name} {_shown(there.get(name, MISSING))} instead of {version}"
        for name, version in here.items()
        if there.get(name, MISSING) != version
    ]


def _shown(version: str) -> str:
    return "is missing" if version == MISSING else version


class _Finder(pickle.Unpickler):
    """Reads a pickle that this process has made, and notes where its classes come from."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.modules: set[str] = set()

    def find_class(self, module: str, name: str) -> object:
        self.modules.add(module)
        return super().find_class(module, name)


def _version_of(module: str) -> str:
    try:
        imported = sys.modules.get(module) or import_module(module)
    except BaseException as error:  # noqa: BLE001 (whatever foreign code raises)
        return f"{MISSING} ({in_words(error)})"
    for offer in (*offers(REGULARIZERS), *offers(OPTIMIZERS)):
        if offer.entry_point.module.partition(".")[0] == module:
            return f"{offer.distribution} {offer.version}"
    file = getattr(imported, "__file__", None)
    return "without a version" if file is None else f"source {_hash([Path(file)])}"


def _code() -> str:
    """Return a hash of all modules of nnl2."""
    package = Path(__file__).parents[1]
    return _hash(sorted(package.rglob("*.py"), key=lambda path: path.relative_to(package).as_posix()))


def _hash(files: Iterable[Path]) -> str:
    import hashlib  # noqa: PLC0415 (it loads OpenSSL, for which an import of nnl2 need not wait)

    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()[:12]
