"""`save`: a figure as a file that is whole or not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib import rc_context

from nnl2.writing import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure


def save(figure: Figure, path: Path) -> None:
    """Write a figure into a file, whose ending says as what; no display is needed."""
    with rc_context({"svg.fonttype": "none"}):  # words stay words
        write_whole(path, lambda made: figure.savefig(made, format=path.suffix[1:].lower(), dpi=120))
