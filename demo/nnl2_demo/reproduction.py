"""Every published number beside the one that comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2_demo.studies import STUDIES
from nnl2_demo.study import train_example

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nnl2_demo.published import Published


def reproduce_all(data: Path | None, on_study: Callable[[str], None] = lambda _: None) -> list[Published]:
    """Rerun every published number; those that need the user's data file only where there is one."""
    lines: list[Published] = []
    for entry in STUDIES.values():
        if entry.needs and data is None:
            lines += entry.not_run()
            continue
        on_study(entry.name)
        lines += train_example(entry.study(data)).published
    return lines
