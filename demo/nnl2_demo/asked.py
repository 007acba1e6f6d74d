"""What a call of `compare`, `path` or `learning-curve` asks for, and where it goes. Only click is imported."""

from __future__ import annotations

import copy
import os
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from nnl2_demo.compare_options import OF_A_FILE, OF_THE_RECIPE
from nnl2_demo.options import deliver, wrong_call

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nnl2 import Recipe, Table

    Data = Table | Callable[[int], Any]
    Tell = Callable[[str], None]


def options_of(
    command: click.Command, left_out: Collection[str], own: Sequence[click.Parameter], said: Mapping[str, str]
) -> list[click.Parameter]:
    """Return a command's table, then a command's own options, then those of the other that are not left out.

    `said` is what is said otherwise of some of them.
    """
    table, *shared = [copy.copy(each) for each in command.params if each.name not in left_out]
    for each in shared:
        if isinstance(each, click.Option):
            each.help = said.get(each.name or "", each.help)
    return [table, *own, *shared]


def recipe_of(given: Mapping[str, Any]) -> Recipe:
    """Return how networks shall be made and trained."""
    from nnl2 import InvalidTypeError, InvalidValueError, Recipe, UnknownNameError

    settings = {name: given[name] for name in OF_THE_RECIPE if given[name] is not None}
    with wrong_call(InvalidValueError, InvalidTypeError, UnknownNameError, option="--optimizer"):
        return Recipe(**settings)


def regularizers_of(given: Mapping[str, Any], recipe: Recipe, tell: Tell) -> list[str] | None:
    """Return which regularizers shall be compared; None for those that are compared by default."""
    from nnl2 import InvalidTypeError, InvalidValueError, UnknownNameError
    from nnl2.comparison.strategies import as_strategies
    from nnl2_demo import own_table

    texts = [*given["texts"], *(own_table.all_strategies(tell) if given["with_all"] else [])]
    regularizers = list(dict.fromkeys(texts)) or None
    with wrong_call(InvalidValueError, InvalidTypeError, UnknownNameError, option="--regularizer"):
        as_strategies(regularizers, recipe)
    return regularizers


def data_of(given: Mapping[str, Any], tell: Tell) -> tuple[Data, range | None]:
    """Return the table, or the generator, and the rows of the test file's items, if there is one."""
    from nnl2 import InvalidValueError, UnknownNameError
    from nnl2_demo import own_table

    reading = {name: given.get(name) for name in OF_A_FILE if name != "test"}
    with own_table.telling_warnings(tell), wrong_call(UnknownNameError):
        data, test = own_table.data_called(given["name"], given.get("test"), reading)
    with wrong_call(InvalidValueError, option="--score"):
        own_table.check_score(data, given["score"])
    if given["class_weight"] is not None and not own_table.has_classes(data):
        raise click.UsageError("--class-weight is for classes, but the target holds values.")
    return data, test


def settings_of(given: Mapping[str, Any], data: Data, test: range | None, recipe: Recipe) -> dict[str, Any]:
    """Return how networks shall be trained and judged, as arguments of `nnl2.compare` with these names."""
    from nnl2_demo import own_table

    by_time = given.get("time") is not None
    return {
        "splits": own_table.splits_for(data, test, given["folds"], given["repeats"], by_time=by_time),
        "recipe": recipe,
        "class_weights": given["class_weight"],
        "seed": given["seed"],
        "n_jobs": given["jobs"] or -1,
    }


def hand_out_along(
    given: Mapping[str, Any],
    result: Any,  # noqa: ANN401 (a StrengthPath or a LearningCurve)
    remarks: Sequence[str],
    as_text: Callable[[Any, int], str],
    plots: Sequence[Callable[[Axes], object]],
    page: Callable[[Any], str],
) -> None:
    """Write what came out along a number as text; draw it, and make a page of it, where that is asked for."""
    from nnl2_demo import own_table

    def draw() -> Figure:
        from nnl2_demo import stacked_picture

        return stacked_picture.draw(result.data, plots)

    text = own_table.written(result, partial(as_text, result), remarks, given["chosen_format"])
    hand_out(given, text, draw, partial(page, result))


def hand_out(
    given: Mapping[str, Any], text: str, draw: Callable[[], Figure], make_page: Callable[[], str]
) -> None:
    """Write a result as text; draw it, and make a page of it, where that is asked for."""
    from nnl2.writing import write_whole

    deliver(text, given["output"])
    if given["plot"] is not None or given["report"] is not None:
        os.environ.pop("MPLBACKEND", None)  # a file is drawn without one, and a broken one ends the import
    if given["plot"] is not None:
        from nnl2_demo.pictures import save

        save(draw(), given["plot"])
    if given["report"] is not None:
        page = make_page()
        write_whole(given["report"], lambda file: file.write(page.encode()))
