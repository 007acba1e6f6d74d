"""What building a wheel adds: the compiled kernel. Without it nnl2 computes the same, slowly."""

from __future__ import annotations

import importlib.util
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.builders.wheel import WheelBuilderConfig
from packaging.tags import platform_tags

if TYPE_CHECKING:
    from types import ModuleType

ENGINE = Path("nnl2", "engine")

ZIG = "ziglang; sys_platform == 'linux' or sys_platform == 'darwin' or sys_platform == 'win32'"
"""A C compiler as a wheel; for other systems there is none, and asking for it would end the install."""

WARNING = """\
================================================================================
nnl2: THE COMPILED KERNEL COULD NOT BE BUILT. The install goes on without it:
results are the same, but training takes about 400 times as long.
Install a C compiler, or name one in CC, then install nnl2 again with pip's
--force-reinstall --no-deps --no-cache-dir. The reason:

{reason}
================================================================================"""


class KernelBuildHook(BuildHookInterface[WheelBuilderConfig]):
    """Compiles the kernel: for an editable install in the tree, for a wheel into the wheel only."""

    def dependencies(self) -> list[str]:
        """Ask for a compiler if the machine has none."""
        return [] if load_compile(self.root).compiler() else [ZIG]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile; when that fails, say so and go on."""
        compile_ = load_compile(self.root)
        editable = version == "editable"
        # An attribute, because the folder goes with its object.
        self.scratch = tempfile.TemporaryDirectory()
        # Zig's cache is large, and without a home it has no place of its own.
        os.environ.setdefault("ZIG_GLOBAL_CACHE_DIR", str(Path(self.scratch.name, "zig")))
        folder = Path(self.root, ENGINE) if editable else Path(self.scratch.name)
        built: list[Path] = []
        reason = "no C compiler was found"
        if compiler := compile_.compiler():
            try:
                built = compile_.build_all(folder, compiler)
            except compile_.CompileError as error:
                reason = str(error)
        if not built:
            for path in compile_.sources.libraries(folder):
                with suppress(OSError):  # in use on Windows; its fingerprint tells that it is old
                    path.unlink()
            self.app.display_warning(WARNING.format(reason=reason))
        elif not editable:
            build_data["force_include"].update({str(path): str(ENGINE / path.name) for path in built})
            build_data["pure_python"] = False
            # Only `ctypes` loads it, so any Python does; manylinux is for those who have checked.
            tag = next(each for each in platform_tags() if each.startswith("linux") or "linux" not in each)
            build_data["tag"] = f"py3-none-{tag}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what the wheel now holds."""
        self.scratch.cleanup()


def load_compile(root: str) -> ModuleType:
    """Load `compile_kernel.py` by its path, which is on no import path here."""
    spec = importlib.util.spec_from_file_location("compile_kernel", Path(root, "compile_kernel.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
