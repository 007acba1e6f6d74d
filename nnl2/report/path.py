"""`path_page`: a StrengthPath in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2.paths.text import rests_on, said_first, table_of_path, what_stands_there
from nnl2.report.along import Numbers, page_along, picture_along

if TYPE_CHECKING:
    from nnl2.paths.result import StrengthPath


NO_SHARES = "No weight is exactly zero and no hidden unit is dead, whatever the strength."


def path_page(path: StrengthPath) -> str:
    """Return a page that shows a path: the best strength, pictures with their numbers, what it rests on."""
    header, lines = table_of_path(path)
    numbers = Numbers(what_stands_there(path), [*header[:-1], "choice"], lines)  # a page names each column
    plots = (
        (path.plot, (0, 1, 2), f"The {path.score} on held-out and on training items, with intervals as bands"),
        (path.plot_weights, (0, 3, 4), "The norm of the weights and the largest one"),
        (path.plot_shares, (0, 5, 6), "The shares of weights exactly zero, and of hidden units dead"),
    )
    pictures = [
        picture_along(plot, f"{says}, for every {path.field} of {path.name}.", numbers, columns)
        for plot, columns, says in (plots if _has_shares(path) else plots[:2])
    ]
    title = f"{path.name} in many strengths, on {path.data}"
    between = [] if _has_shares(path) else [NO_SHARES]
    return page_along(title, said_first(path), "Along the strength", pictures, numbers, rests_on(path), between)


def _has_shares(path: StrengthPath) -> bool:
    """Return whether any weight is exactly zero, or any hidden unit dead."""
    found = [row.weights for row in path.rows if row.weights is not None]
    return any(each.zeros or each.dead for each in found)
