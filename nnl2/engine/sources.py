"""Where the compiled update comes from: its sources, the flags it is made with, and where its libraries lie.

What compiles it loads this file by its path, before nnl2 or numpy are there: standard library only.
"""

from __future__ import annotations

import os
import platform
import sys
import sysconfig
from pathlib import Path

SOURCES = tuple(Path(__file__).resolve().with_name(name) for name in ("kernel.c", "update.h"))
"""The one file that is compiled, and the one that it includes."""

FLAGS = (
    "-O3",
    "-std=c11",
    "-fPIC",
    "-ffp-contract=off",  # a product contracted with a sum is rounded once, not twice: other bits
    "-fno-math-errno",
    "-fno-trapping-math",
    "-Wall",
    "-Wextra",
)
"""Flags that every library is compiled with."""

SUFFIX = {"darwin": ".dylib", "win32": ".dll"}.get(sys.platform, ".so")


def fingerprint() -> str:
    """Return what tells whether a library was made from the sources as they are: they and the flags, hashed."""
    import hashlib  # noqa: PLC0415 (it loads OpenSSL, for which an import of nnl2 need not wait)

    digest = hashlib.sha256()
    for source in SOURCES:
        digest.update(source.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    digest.update(" ".join(FLAGS).encode())
    return digest.hexdigest()


def libraries(folder: Path) -> list[Path]:
    """Return where the libraries for this processor lie in a folder: the baseline, and on x86-64 that for AVX2."""
    # Python says what it was built for, the processor what it is: a universal Python on a Mac is either,
    # an x86-64 one on Windows for ARM is x86-64.
    x86_64 = sysconfig.get_platform() == "win-amd64" if os.name == "nt" else platform.machine() == "x86_64"
    # With a dot in its name no library is taken for a Python module.
    return [folder / f"_kernel.{name}{SUFFIX}" for name in ("baseline", "avx2")[: 1 + x86_64]]
