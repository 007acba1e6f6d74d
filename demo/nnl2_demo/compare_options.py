"""The options of `nnl2-demo compare`, and which of them go together. Only click is imported."""

from __future__ import annotations

import codecs
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nnl2_demo.animate_option import ANIMATE_OPTION
from nnl2_demo.options import LARGEST_EPOCHS, Number, finite, format_option, to_be_written
from nnl2_demo.report_option import REPORT_OPTION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nnl2_demo.options import Option

TABLES = ("iris", "wine", "breast_cancer", "digits", "diabetes")
GENERATORS = ("article", "moons")
SCORES = ("accuracy", "balanced-accuracy", "log-loss", "auc", "r2", "rmse")
TASKS = ("classification", "regression")

LARGEST_SEED = 2**32 - 1

OF_A_FILE = ("target", "task", "group", "time", "weight", "test", "delimiter", "encoding")
"""What says how to read a CSV; tables with a name come as they are."""

OF_AN_ARRAY = ("target", "task")
"""What says how to read a .npy file; its columns have no names but x0, x1 ..."""

OF_THE_RECIPE = ("hidden", "optimizer", "learning_rate", "batch_size", "epochs", "seeds")
"""What says how networks are made and trained; all but the optimizer's text is checked here."""

PURPOSES = ("target", "group", "time", "weight")
"""Each needs a column of its own."""

APART = [
    ("test", ("folds", "repeats", "group", "time"), "a test file is the only split"),
    ("time", ("repeats", "group"), "the order of items has no repeats and no groups"),
]
"""An option, those that do not go with it, and why."""


def _hidden(_: click.Context, __: click.Parameter, text: str | None) -> tuple[int, ...] | None:
    if text is None:
        return None
    sizes = [part.strip() for part in text.split(",")]
    if sizes == ["0"]:
        return ()
    if not all(size.isascii() and size.isdecimal() and 0 < int(size) <= 10_000 for size in sizes):
        raise click.BadParameter(f"must be units such as 8 or 16,8, or 0 for no hidden layer, not {text!r}")
    return tuple(map(int, sizes))


def _delimiter(_: click.Context, __: click.Parameter, text: str | None) -> str | None:
    if text in ("tab", "\\t"):
        return "\t"
    if text is not None and (len(text) != 1 or text in '"\r\n\0.' or text.isalnum()):
        raise click.BadParameter(f"must be one character such as ';', or tab, not {text!r}")
    return text


def _encoding(_: click.Context, __: click.Parameter, name: str | None) -> str | None:
    try:
        if name is not None:
            codecs.lookup(name)
    except (LookupError, ValueError) as error:
        raise click.BadParameter(f"there is no encoding {name!r}; try utf-8 or cp1252") from error
    return name


def _table(_: click.Context, __: click.Parameter, name: str) -> str:
    known = (*TABLES, *GENERATORS)
    if name in known or Path(name).is_file():
        return name
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"a CSV or .npy file, or one of {', '.join(known)}, is needed"
    what = "is a folder" if Path(name).is_dir() else "is no file"
    raise click.BadParameter(f"{name!r} {what}; {hint}")


DELIMITER: Option = click.option(
    "--delimiter", metavar="SIGN", callback=_delimiter, help="What stands between cells, or tab."
)
ENCODING: Option = click.option(
    "--encoding", callback=_encoding, help="Of the file, such as cp1252; by default told from it."
)

OPTIONS: Sequence[Option] = [
    click.argument("name", metavar="TABLE", callback=_table),
    click.option(
        "--target",
        metavar="COLUMN",
        help="What shall be learned; by default the last column. Of a .npy file x0, x1 ..., or another such file.",
    ),
    click.option(
        "--regularizer",
        "texts",
        metavar="TEXT",
        multiple=True,
        help="Compare this one: l2 (its strength is chosen), l2:0.01, l1:0.001+dropout; may be given several "
        "times. By default l2, l1 and dropout.",
    ),
    click.option("--all", "with_all", is_flag=True, help="Compare all that are installed."),
    click.option(
        "--hidden",
        metavar="UNITS",
        callback=_hidden,
        help="8, or 16,8 for two layers, or 0 for none; by default one layer, its size by inputs and outputs.",
    ),
    click.option(
        "--folds", type=click.IntRange(2, 1000), help="Parts of the table; with --time blocks. By default 5."
    ),
    click.option(
        "--repeats",
        type=click.IntRange(1, 1000),
        help="How often it is parted anew, by default 4; of a generator how many training sets, by default 30.",
    ),
    click.option("--seeds", type=click.IntRange(1, 1000), help="Networks for each split; by default 1."),
    click.option("--score", type=click.Choice(SCORES), help="What decides; by default as the target suggests."),
    click.option(
        "--rope",
        type=Number(min=0),
        callback=finite,
        help="Differences up to this make none in practice, in the unit of the score: 0.02 is 2 points.",
    ),
    click.option("--group", metavar="COLUMN", help="Items that belong together, such as those of a patient."),
    click.option("--time", metavar="COLUMN", help="Learn from what came before, judge by what came after."),
    click.option(
        "--test",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Judge by the items of this file.",
    ),
    click.option("--class-weight", type=click.Choice(["balanced"]), help="Let all classes count alike."),
    click.option("--weight", metavar="COLUMN", help="How much each item counts."),
    click.option("--epochs", type=click.IntRange(1, LARGEST_EPOCHS), help="How long to train; by default 50."),
    click.option(
        "--learning-rate",
        type=Number(min=0, min_open=True),
        callback=finite,
        help="The factor of the gradient; by default what suits the optimizer, 0.2 without one.",
    ),
    click.option("--optimizer", metavar="TEXT", help="momentum, nesterov, adam, ...; by default sgd."),
    click.option("--batch-size", type=click.IntRange(1), help="Items of an update; by default 16."),
    click.option(
        "--seed", type=click.IntRange(0, LARGEST_SEED), default=0, help="Seeds everything; by default 0."
    ),
    click.option("--jobs", type=click.IntRange(1, 1000), help="Threads; by default one for each processor."),
    click.option(
        "--task",
        type=click.Choice(["classification", "regression"]),
        help="By default the target's values decide.",
    ),
    DELIMITER,
    ENCODING,
    format_option("table", "json", "csv", "markdown"),
    click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        metavar="FILE",
        callback=to_be_written,
        help="Write the result into a file.",
    ),
    click.option(
        "--plot",
        type=click.Path(path_type=Path),
        metavar="FILE.png|svg",
        callback=to_be_written,
        help="Draw differences, scores and errors in training into a file.",
    ),
    click.option(
        "--save",
        type=click.Path(path_type=Path),
        metavar="MODEL",
        callback=to_be_written,
        help="Learn from all items by the best guess, and keep that for `predict`. Another than the best guess is "
        'kept in Python: save(refit(table, "l2"), "model.npz").',
    ),
    REPORT_OPTION,
    ANIMATE_OPTION,
]


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """Return a function as a command that takes all options."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def check_together(given: dict[str, Any]) -> None:
    """Refuse options that say nothing together, before anything is read."""
    _check_source(given)
    for option, others, why in APART:
        for other in others:
            if given[option] is not None and given[other] is not None:
                raise click.UsageError(f"--{option} and --{other} do not go together: {why}.")
    columns = [given[option] for option in PURPOSES if given[option] is not None]
    for column in columns:
        if columns.count(column) > 1:
            raise click.UsageError(f"column {column!r} cannot be two of --target, --group, --time and --weight.")
    if "none" in given["texts"]:
        raise click.UsageError("--regularizer none is there already: all others are compared with it.")
    _check_files(given)


def _check_source(given: dict[str, Any]) -> None:
    name = given["name"]
    for option in OF_A_FILE:
        if option not in OF_AN_ARRAY and name.lower().endswith(".npy") and given.get(option) is not None:
            raise click.UsageError(
                f"--{option} is for a CSV file, and {name} holds an array; in Python `compare` can."
            )
    for option in OF_A_FILE:
        if name in (*TABLES, *GENERATORS) and given[option] is not None:
            raise click.UsageError(f"--{option} is for a CSV file; {name} comes as it is.")
    if name in GENERATORS and given["save"] is not None:
        raise click.UsageError(f"--save is for a table; {name} makes new items, and no column has a name.")
    if name in GENERATORS and given["folds"] is not None:
        raise click.UsageError(f"--folds is for a table; {name} makes new items, as often as --repeats says.")
    if name in GENERATORS and given["repeats"] == 1:
        raise click.UsageError(f"--repeats must be 2 or more for {name}: one training set says nothing of others.")


def _check_files(given: dict[str, Any]) -> None:
    """Refuse to write over what is read, or twice."""
    files = {"TABLE": given["name"], "--test": given["test"]}
    for option in ("output", "plot", "report", "animate", "save"):
        path = given[option]
        for name, other in files.items():
            if path is not None and other is not None and path.resolve() == Path(other).resolve():
                raise click.UsageError(f"--{option} would overwrite {name}, {path}; name another file.")
        files[f"--{option}"] = path
