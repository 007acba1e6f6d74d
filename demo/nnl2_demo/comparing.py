"""`nnl2-demo compare`: a comparison on a table of one's own. Only click is imported: --help starts at once."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, redirect_stdout
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from nnl2_demo.asked import data_of, hand_out, recipe_of, regularizers_of, settings_of
from nnl2_demo.compare_options import check_together, with_options
from nnl2_demo.executing import as_asked, check_journal, with_execution_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from matplotlib.figure import Figure

    from nnl2 import Comparison, TableModel
    from nnl2.comparison import Splits


@click.command("compare")
@with_options
@with_execution_options
def compare_table(**given: Any) -> None:  # noqa: ANN401 (the options)
    """Compare regularizers on a table of your own.

    TABLE is a CSV file whose first line names the columns; or an array in a .npy file; or iris, wine,
    breast_cancer, digits or diabetes; or a generator, article or moons. Each strategy is compared with none on the
    same splits. docs/comparing.md explains every word of the result.
    """
    check_together(given)
    check_journal(given)
    from nnl2 import format_comparison
    from nnl2_demo import own_table

    with redirect_stdout(sys.stderr):
        comparison, refit_best, remarks, split_data = _compared(given)
    text = own_table.written(comparison, partial(format_comparison, comparison), remarks, given["chosen_format"])

    def draw() -> Figure:
        from nnl2_demo import comparison_figure

        return comparison_figure.draw(comparison)

    def make_page() -> str:
        from nnl2_demo import compare_page

        return compare_page.page_of(comparison, *split_data)

    hand_out(given, text, draw, make_page)
    if given["animate"] is not None:
        os.environ.pop("MPLBACKEND", None)  # a file is drawn without one, and a broken one ends the import
        from nnl2.comparison.animation import boundary_animation

        with redirect_stdout(sys.stderr), own_table.telling_warnings(tell):
            animation = boundary_animation(comparison, *split_data, given["class_weight"])
        animation.save(given["animate"])
        tell(f"Wrote {given['animate']}: {animation}")
    if given["save"] is not None:
        from nnl2.comparison import why_refitted
        from nnl2.modelfile import save as save_model

        with redirect_stdout(sys.stderr), own_table.telling_warnings(tell):
            model = refit_best()
        save_model(model, given["save"])
        tell(f"Saved {given['save']}: {why_refitted(comparison, model)}.")


def _compared(
    given: dict[str, Any],
) -> tuple[Comparison, Callable[[], TableModel], Sequence[str], tuple[object, Splits]]:
    """Return the comparison that is asked for, what makes a model of its best guess, and what must be known.

    The latter is how the table was read. Last come the data and how they were split.
    """
    from nnl2 import compare, refit
    from nnl2.comparison.animation import check_boundaries
    from nnl2_demo import own_table

    recipe = recipe_of(given)
    strategies = regularizers_of(given, recipe, tell)
    data, test = data_of(given, tell)
    settings = settings_of(given, data, test, recipe)
    if given["animate"] is not None:
        check_boundaries(data, settings["splits"], given["seed"])
    with own_table.telling_warnings(tell), as_asked(given, data, tell) as trained_by, progress() as on_progress:
        comparison = compare(
            data,
            strategies,
            score=given["score"],
            rope=given["rope"],
            on_progress=on_progress,
            trained_by=trained_by,
            **settings,
        )
    rows = None if test is None else range(test.start)
    refit_best = partial(refit, data, comparison.best_guess, rows=rows, **settings)  # type: ignore[arg-type]
    return comparison, refit_best, own_table.remarks_on(data), (data, settings["splits"])


@contextmanager
def progress() -> Iterator[Callable[[int, int], None]]:
    """Show a person who waits how much is done, and the time that is left."""
    bar = click.progressbar(length=1, label="Training", file=sys.stderr, hidden=not sys.stderr.isatty())

    def show(n_done: int, n_all: int) -> None:
        bar.length = n_all
        bar.update(n_done - bar.pos)

    with bar:
        yield show


def tell(line: str) -> None:
    """Tell a person something that is no result."""
    click.echo(line, err=True)
