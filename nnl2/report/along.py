"""What came out along a number, as a page: what must be known, pictures with their numbers, all in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nnl2.report.fragments import Html, bullets, escaped, paragraph, section, table
from nnl2.report.page import page_of
from nnl2.report.pictures import fit_below, legend_above, new_figure, picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from matplotlib.axes import Axes

HEIGHT = 3.4
"""Inches."""


class Numbers(NamedTuple):
    """All numbers of a page: what stands there, the header, and the lines, as `table` takes them."""

    caption: str
    header: Sequence[str]
    lines: Sequence[Sequence[str]]


def page_along(
    title: str,
    said_first: Sequence[str],
    heading: str,
    pictures: Iterable[Html],
    numbers: Numbers,
    rests_on: Iterable[str],
    between: Iterable[str] = (),
) -> str:
    """Return a page: what must be known first, under a heading pictures and all numbers, what they rest on.

    Between pictures and numbers may stand what no picture shows.
    """
    first, *others = said_first
    verdict = Html(f'<p class="verdict">{escaped(first)}</p>')
    all_numbers = table(numbers.caption.removesuffix(":"), numbers.header, numbers.lines)
    side_by_side = Html(f'<div class="pictures">{"".join(pictures)}</div>')
    return page_of(
        title,
        [
            section("What came out", verdict, *map(paragraph, others)),
            section(heading, side_by_side, *map(paragraph, between), all_numbers),
            section("What this rests on", bullets(rests_on)),
        ],
    )


def picture_along(plot: Callable[[Axes], object], says: str, numbers: Numbers, columns: Sequence[int]) -> Html:
    """Return a picture with what it says in words, and in a table the columns that it shows."""
    with new_figure(HEIGHT) as figure:
        axes = figure.subplots()
        plot(axes)
        legend_above(figure, axes)
        fit_below(axes)
        shown = [[line[column] for column in columns] for line in numbers.lines]
        return picture(figure, says, [numbers.header[column] for column in columns], shown)
