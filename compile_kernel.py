"""Compile the update in `nnl2/engine/kernel.c` into shared libraries that `ctypes` loads.

The build hook loads this file by its path, before nnl2 or numpy are there: standard library only.
"""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["AVX2", "CompileError", "build", "build_all", "compiler", "sources"]


def _load_sources() -> Any:  # noqa: ANN401 (a module)
    path = Path(__file__).resolve().with_name("nnl2") / "engine" / "sources.py"
    spec = importlib.util.spec_from_file_location("sources", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


sources = _load_sources()
"""What is compiled, with which flags: `nnl2.engine.sources`, loaded without nnl2."""

AVX2 = "-mavx2"

# Beside the C library's headers, it asks what a compiler that runs may still lack: a compiler for
# another word size, or for another system's libraries, makes what this Python cannot load.
PROBE = f"""
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef __CYGWIN__
#error made for Cygwin
#endif
typedef char same_word_size[sizeof(void *) == {struct.calcsize("P")} ? 1 : -1];
int probe(void) {{ return 0; }}
"""


class CompileError(RuntimeError):
    """No library came out; the message is the command and what the compiler said."""


def compiler() -> list[str] | None:
    """Return the command of a C compiler, or None.

    `$CC` is taken at its word. Without it, the first of `cc`, `gcc` and `clang` that works; else the
    one in the `ziglang` wheel.
    """
    if chosen := os.environ.get("CC", "").strip():
        # A path is not split: backslashes and spaces are part of it.
        return [chosen] if shutil.which(chosen) else shlex.split(chosen)
    for name in ("cc", "gcc", "clang"):
        path = shutil.which(name)
        if path and _works(path):
            return [path]
    if importlib.util.find_spec("ziglang"):
        # Zig compiles for the processor it runs on unless told otherwise.
        return [sys.executable, "-m", "ziglang", "cc", "-mcpu=baseline"]
    return None


def build(target: Path, *, compiler: Sequence[str], extra: Sequence[str] = ()) -> None:
    """Compile `kernel.c` into the shared library `target`, which is replaced whole or not at all.

    With `NNL2_KERNEL_DEBUG=1` in the environment it is made for a debugger.

    Raises
    ------
    CompileError
        If the compiler fails or cannot be run, or `target` cannot be replaced.
    """
    debug = os.environ.get("NNL2_KERNEL_DEBUG") == "1"
    flags = [*compiler, *sources.FLAGS, *(("-O0", "-g") if debug else ())]  # the last -O counts
    try:
        # In a folder of its own, because some linkers leave more than the library.
        with tempfile.TemporaryDirectory(prefix=f"{target.stem}-", dir=target.parent) as folder:
            define = f'-DNNL2_FINGERPRINT="{sources.fingerprint()}"'
            _run([*flags, define, *extra, "-c", str(sources.SOURCES[0]), "-o", "kernel.o"], folder)
            # Zig first compiles the C library, for each set of instructions anew: minutes on Windows.
            link = [*flags, *(each for each in extra if each != AVX2)]
            _run([*link, "-shared", "kernel.o", "-o", target.name], folder)
            Path(folder, target.name).replace(target)
    except OSError as error:
        raise CompileError(f"{target}: {error}") from error


def build_all(folder: Path, compiler: Sequence[str]) -> list[Path]:
    """Build the libraries for this processor in a folder, and return them.

    Raises
    ------
    CompileError
        As from `build`.
    """
    built = sources.libraries(folder)
    for target, extra in zip(built, ([], [AVX2]), strict=False):
        build(target, compiler=compiler, extra=extra)
    return built


def _run(command: Sequence[str], folder: str) -> None:
    done = subprocess.run(  # noqa: S603 - the compiler is the user's
        command, cwd=folder, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        raise CompileError(f"{shlex.join(command)}: exit status {done.returncode}\n{done.stderr}".rstrip())


def _works(path: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "probe.c").write_text(PROBE, encoding="ascii")
        try:
            _run([path, *sources.FLAGS, "-shared", "probe.c", "-o", f"probe{sources.SUFFIX}"], folder)
        except (CompileError, OSError):
            return False
    return True
