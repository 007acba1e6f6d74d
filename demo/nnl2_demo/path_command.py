"""`nnl2-demo path`: one regularizer in many strengths. Only click is imported: --help starts at once."""

from __future__ import annotations

import re
import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

import click

from nnl2_demo.asked import data_of, hand_out_along, options_of, recipe_of, settings_of
from nnl2_demo.compare_options import check_together
from nnl2_demo.comparing import compare_table, progress, tell
from nnl2_demo.options import Number, wrong_call

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnl2 import StrengthPath

MOST_POINTS = 1000

NOT_OF_A_PATH = {"texts", "with_all", "rope", "test", "time", "save", "animate", "dask", "journal", "resume"}
"""What `compare` takes and a path does not: it has one regularizer, no verdict, and chooses by no test items."""

HELP = {
    "plot": "Draw scores and weights along the strength into a file.",
    "folds": "Parts of the table; by default 5.",
}
"""What is said otherwise than `compare` says it."""


def _values(_: click.Context, __: click.Parameter, text: str | None) -> list[float] | None:
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    if any(re.fullmatch(r"0\d+", part) for part in parts):
        raise click.BadParameter(f"write 0.01, not 0,01; between two strengths stands a comma, got {text!r}")
    try:
        return [*map(float, parts)]
    except ValueError as error:
        raise click.BadParameter(f"must be numbers such as 0.001,0.01,0.1, not {text!r}") from error


OWN_OPTIONS: list[click.Parameter] = [
    click.Argument(["regularizer"], metavar="REGULARIZER"),
    click.Option(
        ["--from", "start"],
        type=Number(min=0, min_open=True),
        help="The weakest strength; by default a tenth of what the class offers to compare.",
    ),
    click.Option(
        ["--to", "stop"],
        type=Number(min=0, min_open=True),
        help="The strongest; by default ten times what the class offers, or less where it takes no more.",
    ),
    click.Option(
        ["--points", "n_points"], type=click.IntRange(2, MOST_POINTS), help="How many strengths; by default 20."
    ),
    click.Option(
        ["--values"], metavar="NUMBERS", callback=_values, help="These strengths instead, such as 0.001,0.01,0.1."
    ),
]


def walk_path(**given: Any) -> None:  # noqa: ANN401 (the options)
    """Try a regularizer in many strengths.

    TABLE is as `compare` takes it. REGULARIZER is a name such as l2, or a sum such as l2+dropout:0.2, of which one
    number is left open. Networks with 20 strengths and one without learn from the same splits: which strength is
    best, which is the simplest as good, and what it does to the weights. docs/paths.md explains the result.
    """
    check_together(given | {"texts": (), "test": None, "time": None, "save": None, "animate": None})
    if given["values"] is not None and any(given[each] is not None for each in ("start", "stop", "n_points")):
        raise click.UsageError("--values and --from, --to or --points do not go together.")
    from nnl2 import format_path
    from nnl2.report import path_page

    with redirect_stdout(sys.stderr):
        path, remarks = _walked(given)
    plots = [path.plot, path.plot_weights, path.plot_shares]
    hand_out_along(given, path, remarks, format_path, plots, path_page)


def _walked(given: dict[str, Any]) -> tuple[StrengthPath, Sequence[str]]:
    """Return the path that is asked for, and what must be known of how its table was read."""
    from nnl2 import InvalidTypeError, InvalidValueError, UnknownNameError, strength_path
    from nnl2.paths.axis import axis_of
    from nnl2_demo import own_table

    recipe = recipe_of(given)
    along = {name: given[name] for name in ("values", "start", "stop")} | {"n_points": given["n_points"] or 20}
    with wrong_call(InvalidValueError, InvalidTypeError, UnknownNameError, option="REGULARIZER"):
        axis_of(given["regularizer"], **along)
    data, _ = data_of(given, tell)
    settings = settings_of(given, data, None, recipe)
    with own_table.telling_warnings(tell), progress() as on_progress:
        path = strength_path(
            data, given["regularizer"], **along, score=given["score"], on_progress=on_progress, **settings
        )
    return path, own_table.remarks_on(data)


path_command = click.Command(
    "path",
    callback=walk_path,
    params=options_of(compare_table, NOT_OF_A_PATH, OWN_OPTIONS, HELP),
    help=walk_path.__doc__,
)
