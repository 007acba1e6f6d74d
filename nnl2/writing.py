"""`write_whole`: a file that is whole or not there."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def write_whole(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file aside, and move it to its place; whatever ends this, the old one stays, alone.

    A link stays one: what it leads to is written. The new file has the mode of the old one.

    Parameters
    ----------
    path
        The file.
    write
        Writes its content into an open file.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    place = path.resolve()
    aside = place.with_name(f".nnl2-{os.urandom(8).hex()}")
    try:
        with aside.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            shutil.copymode(place, aside)
        aside.replace(place)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
