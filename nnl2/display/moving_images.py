"""Images one after the other as a GIF or WebP file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.display.boundaries import GREYS
from nnl2.display.style import COLOURS
from nnl2.errors import InvalidValueError
from nnl2.writing import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from PIL.Image import Image

    FloatArray = NDArray[np.floating[Any]]

ENDINGS = (".gif", ".webp")

N_GREYS = 32
"""Of the edges of letters and lines."""

SHARES = (1.0, 0.75, 0.5, 0.25)
"""Of a colour at its edges, the rest being paper, or the darkest area."""


def check_ending(path: Path) -> None:
    """Refuse a name whose ending stands for no animation that can be written here.

    Raises
    ------
    InvalidValueError
        If it ends in other than .gif or .webp, or in .webp where Pillow cannot write that.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise InvalidValueError(f"an animation is a file that ends in {' or '.join(ENDINGS)}, not {str(path)!r}")
    if ending == ".webp":
        from PIL import features  # noqa: PLC0415 (`import nnl2` stays light)

        if not features.check("webp"):
            raise InvalidValueError("the Pillow installed here cannot write .webp; take .gif")


def save_images(path: Path, images: Sequence[Image], durations: Sequence[int], says: str) -> None:
    """Write images of one size into a file that shows them again and again; the same bytes each time.

    Parameters
    ----------
    path
        Its ending says as what.
    images
        In their order.
    durations
        For how many milliseconds each is shown.
    says
        What they show, in words: a GIF carries it as its comment.

    Raises
    ------
    OSError
        If it cannot be written; an old file stays then.
    """
    kind = path.suffix[1:].upper()
    of_the_kind = {"comment": says.encode()} if kind == "GIF" else {"lossless": True, "method": 2}
    first, *others = _in_few_colours(images)
    write_whole(
        path,
        lambda file: first.save(
            file, kind, save_all=True, append_images=others, duration=list(durations), loop=0, **of_the_kind
        ),
    )


def _in_few_colours(images: Sequence[Image]) -> list[Image]:
    """Return images in the colours of all drawings, undithered: what does not change then takes no room."""
    from PIL import Image  # noqa: PLC0415 (as above)

    palette = Image.new("P", (1, 1))
    palette.putpalette(np.round(255 * _colours()).astype(np.uint8).tobytes())
    return [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]


def _colours() -> FloatArray:
    """Return at most 256 colours, `(n, 3)`, from 0 to 1: those of areas and lines, and of their edges."""
    areas = np.array(GREYS, dtype=float)
    greys = np.concatenate([areas, np.linspace(0, 1, N_GREYS)])
    pure = np.array([[int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)] for colour in COLOURS[1:]])
    edges = [share * pure + (1 - share) * area for share in SHARES for area in (1, areas[-1])]
    return np.concatenate([np.tile(greys[:, np.newaxis], 3), *edges])
