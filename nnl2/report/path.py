"""`path_page`: a StrengthPath in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2.paths.text import rests_on, said_first, table_of_path, what_stands_there
from nnl2.report.fragments import Html, bullets, escaped, paragraph, section, table
from nnl2.report.page import page_of
from nnl2.report.pictures import fit_below, legend_above, new_figure, picture

if TYPE_CHECKING:
    from nnl2.paths.result import StrengthPath


def path_page(path: StrengthPath) -> str:
    """Return a page that shows a path: the best strength, pictures with their numbers, what it rests on."""
    first, *others = said_first(path)
    verdict = Html(f'<p class="verdict">{escaped(first)}</p>')
    numbers = table(what_stands_there(path).removesuffix(":"), *table_of_path(path))
    pictures = Html(f'<div class="pictures">{"".join(_pictures(path))}</div>')
    return page_of(
        f"{path.name} in many strengths: {path.data}",
        [
            section("What came out", verdict, *map(paragraph, others)),
            section("Along the strength", pictures, numbers),
            section("What this rests on", bullets(rests_on(path))),
        ],
    )


def _pictures(path: StrengthPath) -> list[Html]:
    header, lines = table_of_path(path)
    drawn = []
    for plot, columns, says in (
        (path.plot, (0, 1, 2), f"{path.score} on held-out and on training items, with intervals as bands"),
        (path.plot_weights, (0, 3, 4), "The norm of the weights and the largest one"),
        (path.plot_shares, (0, 5, 6), "The shares of weights exactly zero, and of hidden units dead"),
    ):
        with new_figure(3.4) as figure:
            axes = figure.subplots()
            plot(axes)
            legend_above(figure, axes)
            fit_below(axes)
            own = [[line[column] for column in columns] for line in lines]
            sentence = f"{says}, for every {path.field} of {path.name}. {said_first(path)[0]}"
            drawn.append(picture(figure, sentence, [header[column] for column in columns], own))
    return drawn
