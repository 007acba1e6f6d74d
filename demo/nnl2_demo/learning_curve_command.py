"""`nnl2-demo learning-curve`: regularizers with few and with many items. Only click is imported."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

import click

from nnl2_demo.asked import data_of, hand_out_along, options_of, recipe_of, regularizers_of, settings_of
from nnl2_demo.compare_options import check_together
from nnl2_demo.comparing import compare_table, progress, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnl2 import LearningCurve

MOST_POINTS = 100

NOT_OF_A_CURVE = {"rope", "test", "time", "save", "animate", "dask", "journal", "resume"}
"""What `compare` takes and a learning curve does not: it has no model to keep, and intervals over splits only."""

HELP = {
    "texts": "This one, beside none: l2 (its strength is chosen at every size), l2:0.01, l1:0.001+dropout; may be "
    "given several times. By default l2, l1 and dropout.",
    "with_all": "All that are installed.",
    "epochs": "How long to train with all items; with fewer there are more epochs. By default 50.",
    "plot": "Draw scores and gains over the number of items into a file.",
    "folds": "Parts of the table; by default 5.",
}
"""What is said otherwise than `compare` says it."""


def _sizes(_: click.Context, __: click.Parameter, text: str | None) -> list[int] | None:
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdecimal() for part in parts):
        raise click.BadParameter(f"must be whole numbers such as 20,50,100, not {text!r}")
    return [*map(int, parts)]


OWN_OPTIONS: list[click.Parameter] = [
    click.Option(
        ["--points", "n_points"],
        type=click.IntRange(2, MOST_POINTS),
        help="How many numbers of training items, at equal distances on a logarithmic axis; by default 6.",
    ),
    click.Option(
        ["--sizes"], metavar="NUMBERS", callback=_sizes, help="These numbers instead, such as 20,50,100."
    ),
]


def draw_learning_curve(**given: Any) -> None:  # noqa: ANN401 (the options)
    """Train with few and with many items.

    TABLE is as `compare` takes it. Networks with each regularizer, and with none, learn from ever more items of
    the same splits: whether more items would help, and with how many which regularizer does. Every size takes as
    long as a comparison. docs/learning-curves.md explains the result.
    """
    check_together(given | {"test": None, "time": None, "save": None, "animate": None})
    if given["sizes"] is not None and given["n_points"] is not None:
        raise click.UsageError("--sizes and --points do not go together.")
    from nnl2 import format_learning_curve
    from nnl2.report import learning_curve_page

    with redirect_stdout(sys.stderr):
        curve, remarks = _learned(given)
    gains = [curve.plot_gains] if any(row.gain for row in curve.rows) else []
    plots = [curve.plot, curve.plot_training, *gains]
    hand_out_along(given, curve, remarks, format_learning_curve, plots, learning_curve_page)


def _learned(given: dict[str, Any]) -> tuple[LearningCurve, Sequence[str]]:
    """Return the learning curve that is asked for, and what must be known of how its table was read."""
    from nnl2 import learning_curve
    from nnl2_demo import own_table

    recipe = recipe_of(given)
    regularizers = regularizers_of(given, recipe, tell)
    data, _ = data_of(given, tell)
    settings = settings_of(given, data, None, recipe)
    points = {} if given["n_points"] is None else {"n_points": given["n_points"]}
    with own_table.telling_warnings(tell), progress() as on_progress:
        curve = learning_curve(
            data,
            regularizers,
            sizes=given["sizes"],
            **points,
            score=given["score"],
            on_progress=on_progress,
            **settings,
        )
    return curve, own_table.remarks_on(data)


learning_curve_command = click.Command(
    "learning-curve",
    callback=draw_learning_curve,
    params=options_of(compare_table, NOT_OF_A_CURVE, OWN_OPTIONS, HELP),
    help=draw_learning_curve.__doc__,
)
