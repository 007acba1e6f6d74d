"""`--animate FILE`, for every command that can show boundaries in training. Only click is imported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nnl2_demo.files import why_not_written
from nnl2_demo.options import wrong_call

if TYPE_CHECKING:
    from nnl2_demo.options import Option


def _animation(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
    if path is None:
        return None
    from nnl2 import InvalidValueError
    from nnl2.display.moving_images import check_ending

    with wrong_call(InvalidValueError, option="--animate"):
        check_ending(path)
    if why_not := why_not_written(path):
        raise click.BadParameter(why_not)
    return path


ANIMATE_OPTION: Option = click.option(
    "--animate",
    type=click.Path(path_type=Path),
    metavar="FILE.gif|webp",
    callback=_animation,
    help="Draw how boundaries of one replicate's networks move in training; for two inputs.",
)
