"""Files that are whole or not there: written beside, then renamed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def why_not_written(path: Path) -> str:
    """Return why a file cannot be written there, to be told before it is made; else nothing."""
    if path.is_dir():
        return f"{path} is a folder"
    if path.exists() and not path.is_file():
        return f"{path} is a pipe or a device, and would be one no longer"
    if not path.parent.is_dir():
        return f"there is no folder {path.parent}"
    if not os.access(path.parent, os.W_OK):
        return f"nothing can be written into {path.parent}"
    return ""


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file by a function of its path; an old one stays until the new one is whole."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as aside:
        made = Path(aside) / path.name
        write(made)
        made.replace(path)
