"""Whether a file can be written, before what it is to hold is made. Nothing of nnl2 is imported."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def why_not_written(path: Path) -> str:
    """Return why a file cannot be written there, to be told before it is made; else nothing."""
    if path.is_dir():
        return f"{path} is a folder"
    if path.exists() and not path.is_file():
        return f"{path} is a pipe or a device, and no file"
    if not path.parent.is_dir():
        return f"there is no folder {path.parent}"
    if not os.access(path.parent, os.W_OK):
        return f"nothing can be written into {path.parent}"
    return ""
