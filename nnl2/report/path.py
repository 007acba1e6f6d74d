"""`path_page`: a StrengthPath in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2.paths.text import rests_on, said_first, table_of_path, what_stands_there
from nnl2.report.fragments import Html, bullets, escaped, paragraph, section, table
from nnl2.report.page import page_of
from nnl2.report.pictures import fit_below, legend_above, new_figure, picture

if TYPE_CHECKING:
    from nnl2.paths.result import StrengthPath


NO_SHARES = "No weight is exactly zero and no hidden unit is dead, whatever the strength."


def path_page(path: StrengthPath) -> str:
    """Return a page that shows a path: the best strength, pictures with their numbers, what it rests on."""
    first, *others = said_first(path)
    verdict = Html(f'<p class="verdict">{escaped(first)}</p>')
    numbers = table(what_stands_there(path).removesuffix(":"), *_table(path))
    pictures = Html(f'<div class="pictures">{"".join(_pictures(path))}</div>')
    never = [] if _has_shares(path) else [paragraph(NO_SHARES)]
    return page_of(
        f"{path.name} in many strengths, on {path.data}",
        [
            section("What came out", verdict, *map(paragraph, others)),
            section("Along the strength", pictures, *never, numbers),
            section("What this rests on", bullets(rests_on(path))),
        ],
    )


def _table(path: StrengthPath) -> tuple[list[str], list[list[str]]]:
    """Return all numbers; a page needs a name for each column."""
    (*header, _), lines = table_of_path(path)
    return [*header, "choice"], lines


def _has_shares(path: StrengthPath) -> bool:
    """Return whether any weight is exactly zero, or any hidden unit dead."""
    found = [row.weights for row in path.rows if row.weights is not None]
    return any(each.zeros or each.dead for each in found)


def _pictures(path: StrengthPath) -> list[Html]:
    header, lines = _table(path)
    drawn = []
    plots = (
        (path.plot, (0, 1, 2), f"The {path.score} on held-out and on training items, with intervals as bands"),
        (path.plot_weights, (0, 3, 4), "The norm of the weights and the largest one"),
        (path.plot_shares, (0, 5, 6), "The shares of weights exactly zero, and of hidden units dead"),
    )
    for plot, columns, says in plots if _has_shares(path) else plots[:2]:
        with new_figure(3.4) as figure:
            axes = figure.subplots()
            plot(axes)
            legend_above(figure, axes)
            fit_below(axes)
            own = [[line[column] for column in columns] for line in lines]
            sentence = f"{says}, for every {path.field} of {path.name}."
            drawn.append(picture(figure, sentence, [header[column] for column in columns], own))
    return drawn
