"""Matplotlib's figures as SVG inside a page: the same bytes each time, and legible on a dark page too."""

from __future__ import annotations

import io
import re
import warnings
from contextlib import contextmanager
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from nnl2.display.style import COLOURS
from nnl2.report.fragments import Html, cleaned, escaped, folded, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 4.0
"""Inches: on the narrowest page a picture is shown a seventh larger than this, so that its words can be read."""

PER_LINE = 2
"""Names in a line of a legend."""

LONGEST_LINE = 38
"""Characters below or beside an axis."""

MOST_TICKS = 5
"""Numbers along an axis, where there is room for no more."""

LONGEST_NAME = 21
"""Characters of a name in a picture; the table beside has all of it."""

LONGEST_LABEL = 28
"""Characters of a name in a legend, of which two stand in a line."""

SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",  # words stay words
    "svg.hashsalt": "nnl2",  # the same bytes each time
    "text.parse_math": False,  # a dollar in a name is a dollar
    "font.size": 10,
    "axes.labelsize": 9,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "axes.titlesize": 9,
    "legend.fontsize": 9,
    "figure.labelsize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
}


@contextmanager
def new_figure(height: float) -> Iterator[Figure]:
    """Give a figure that is as wide as a page, and so many inches high; what is drawn on it suits a page."""
    from matplotlib import rc_context  # noqa: PLC0415 (heavy)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with rc_context(SETTINGS), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)  # the browser has other fonts
        yield Figure(figsize=(WIDTH, height), layout="constrained")


def fit_words(axes: Axes) -> None:
    """Shorten the names of rows, and part what stands below into lines: the narrowest page has room for that."""
    axes.set_yticks(axes.get_yticks(), [short(label.get_text()) for label in axes.get_yticklabels()])
    if axes.get_xscale() == "linear":
        axes.locator_params(axis="x", nbins=MOST_TICKS)
    fit_below(axes)


def fit_below(axes: Axes) -> None:
    """Part what stands below axes into lines."""
    axes.set_xlabel("\n".join(map(in_lines, axes.get_xlabel().split("\n"))))


def in_lines(words: str) -> str:
    """Return words in as few lines as there is room for, of about the same length."""
    clean = cleaned(words)
    n_lines = len(wrap(clean, LONGEST_LINE))
    fits = (wrap(clean, width) for width in range(1 + len(clean) // max(1, n_lines), LONGEST_LINE + 1))
    return "\n".join(next((lines for lines in fits if len(lines) <= n_lines), [clean]))


def legend_above(figure: Figure, axes: Axes) -> None:
    """Draw the legend above all axes, where it hides nothing and the narrowest page has room for it."""
    handles, labels = axes.get_legend_handles_labels()
    if (beside := axes.get_legend()) is not None:
        handles = [handle for handle in beside.legend_handles if handle is not None]
        labels = [each.get_text() for each in beside.get_texts()]
        beside.remove()
    names = [short(label, LONGEST_LABEL) for label in labels]
    figure.legend(handles, names, loc="outside upper left", ncols=PER_LINE, handlelength=2.5)


def short(name: str, longest: int = LONGEST_NAME) -> str:
    """Return a name as it fits into a picture."""
    clean = cleaned(name)
    return clean if len(clean) <= longest else f"{clean[: longest - 1]}\u2026"


def picture(figure: Figure, says: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Html:
    """Return a figure inside `new_figure`, with what it says in words, and its numbers in a table below.

    Parameters
    ----------
    figure
        What is drawn.
    says
        What a reader learns who does not see it; it is also the caption.
    header, rows
        Its numbers, as `table` takes them.
    """
    numbers = folded("The numbers of this picture", table(says, header, rows))
    return Html(f"<figure>{_svg(figure, says)}<figcaption>{escaped(says)}</figcaption>{numbers}</figure>")


def _svg(figure: Figure, says: str) -> str:
    """Return a figure as an element of a page."""
    from matplotlib.ticker import LogFormatter  # noqa: PLC0415 (heavy)

    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        if isinstance(
            axis.get_major_formatter(), LogFormatter
        ):  # its labels are mathematics: pages do not read it
            axis.set_major_formatter("{x:g}")
        if isinstance(axis.get_minor_formatter(), LogFormatter):
            axis.set_minor_formatter("")
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    drawn = file.getvalue()
    drawn = drawn[drawn.index("<svg") :]
    drawn = re.sub(
        r"<metadata>.*?</metadata>|<style.*?</style>", "", drawn, flags=re.DOTALL
    )  # they speak of files
    inside = drawn[drawn.index(">") + 1 :]
    (box,) = re.findall(r'viewBox="([^"]*)"', drawn[: drawn.index(">")])
    head = (
        f'<svg viewBox="{box}" role="img" aria-label="{escaped(says)}" xmlns:xlink="http://www.w3.org/1999/xlink">'
    )
    return head + _in_the_pages_colours(_with_ids_of_its_own(_rounded(inside), says))


def _rounded(svg: str) -> str:
    """Return a picture whose paths have two decimals, which is half its size; its words stay as they are."""

    def rounded(path: re.Match[str]) -> str:
        return re.sub(r"-?\d+\.\d{3,}", lambda found: f"{float(found[0]):.2f}", path[0])

    return re.sub(r' d="[^"]*"', rounded, svg)


def _with_ids_of_its_own(svg: str, says: str) -> str:
    """Return a picture whose ids are not those of another one: they begin with a digest of it."""
    from hashlib import sha256  # noqa: PLC0415 (loads OpenSSL)

    own = f"p{sha256((says + svg).encode('utf-8', 'replace')).hexdigest()[:8]}-"
    return re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{own}", svg)


def _in_the_pages_colours(svg: str) -> str:
    """Return a picture whose greys lie between the page's ink and its paper, and whose colours are the page's."""
    return re.sub(r"(?<=[ :])#[0-9a-f]{6}(?=[;\"])", lambda found: _colour(found[0]), svg)


def _colour(colour: str) -> str:
    if colour in COLOURS[1:]:
        return f"var(--colour-{COLOURS.index(colour)})"
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    if not red == green == blue:
        return colour
    return f"color-mix(in srgb, var(--ink) {100 - 100 * red / 255:.4g}%, var(--paper))"
