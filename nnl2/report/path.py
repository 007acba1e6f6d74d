"""`path_page`: a StrengthPath in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2.paths.text import rests_on, said_first, table_of_path, what_stands_there
from nnl2.report.along import Numbers, page_along, picture_along

if TYPE_CHECKING:
    from nnl2.paths.result import StrengthPath


def path_page(path: StrengthPath) -> str:
    """Return a page that shows a path: the best strength, pictures with their numbers, what it rests on."""
    numbers = Numbers(what_stands_there(path), *table_of_path(path))
    said = said_first(path)
    pictures = [
        picture_along(plot, f"{says}, for every {path.field} of {path.name}. {said[0]}", numbers, columns)
        for plot, columns, says in (
            (path.plot, (0, 1, 2), f"{path.score} on held-out and on training items, with intervals as bands"),
            (path.plot_weights, (0, 3, 4), "The norm of the weights and the largest one"),
            (path.plot_shares, (0, 5, 6), "The shares of weights exactly zero, and of hidden units dead"),
        )
    ]
    title = f"{path.name} in many strengths: {path.data}"
    return page_along(title, said, "Along the strength", pictures, numbers, rests_on(path))
