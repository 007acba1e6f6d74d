"""`nnl2-demo compare`: a comparison on a table of one's own. Only click is imported: --help starts at once."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, redirect_stdout
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from nnl2_demo.compare_options import OF_A_FILE, OF_THE_RECIPE, check_together, with_options
from nnl2_demo.executing import as_asked, check_journal, with_execution_options
from nnl2_demo.options import deliver, wrong_call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

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
    deliver(text, given["output"])
    if given["plot"] is not None:
        os.environ.pop("MPLBACKEND", None)  # a file is drawn without one, and a broken one ends the import
        from nnl2_demo.comparison_figure import draw
        from nnl2_demo.pictures import save

        save(draw(comparison), given["plot"])
    if given["report"] is not None:
        os.environ.pop("MPLBACKEND", None)  # as above
        from nnl2_demo.compare_page import write_page

        write_page(comparison, *split_data, given["report"])
    if given["animate"] is not None:
        os.environ.pop("MPLBACKEND", None)  # as above
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
    from nnl2 import InvalidTypeError, InvalidValueError, Recipe, UnknownNameError, compare, refit
    from nnl2.comparison.animation import check_boundaries
    from nnl2.comparison.strategies import as_strategies
    from nnl2_demo import own_table

    of_the_recipe = {name: given[name] for name in OF_THE_RECIPE if given[name] is not None}
    with wrong_call(InvalidValueError, InvalidTypeError, UnknownNameError, option="--optimizer"):
        recipe = Recipe(**of_the_recipe)
    texts = [*given["texts"], *(own_table.all_strategies(tell) if given["with_all"] else [])]
    strategies = list(dict.fromkeys(texts)) or None
    with wrong_call(InvalidValueError, InvalidTypeError, UnknownNameError, option="--regularizer"):
        as_strategies(strategies, recipe)
    reading = {name: given[name] for name in OF_A_FILE if name != "test"}
    with own_table.telling_warnings(tell), wrong_call(UnknownNameError):
        data, test = own_table.data_called(given["name"], given["test"], reading)
    with wrong_call(InvalidValueError, option="--score"):
        own_table.check_score(data, given["score"])
    if given["class_weight"] is not None and not own_table.has_classes(data):
        raise click.UsageError("--class-weight is for classes, but the target holds values.")
    splits = own_table.splits_for(data, test, given["folds"], given["repeats"], by_time=given["time"] is not None)
    if given["animate"] is not None:
        check_boundaries(data, splits, given["seed"])
    settings = {
        "splits": splits,
        "recipe": recipe,
        "class_weights": given["class_weight"],
        "seed": given["seed"],
        "n_jobs": given["jobs"] or -1,
    }
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
    return comparison, refit_best, own_table.remarks_on(data), (data, splits)


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
