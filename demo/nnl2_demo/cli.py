"""The commands of `nnl2-demo`. Only click is imported here, so that --help and --version start at once."""

from __future__ import annotations

import ast
import os
import sys
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, NoReturn

import click

from nnl2_demo import problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nnl2 import NeuralNetwork

    Option = Callable[[Callable[..., None]], Callable[..., None]]

LARGEST_FIRST_SEED = 2**32 - 100
"""A hundred seeds from here are still seeds of a network."""


LARGEST_EPOCHS = 100_000
"""The visiting orders of twenty seeds and 200 items then take 400 MB."""


class DemoGroup(click.Group):
    """A group with one command for each file in `problems/`, of which `article` runs when none is named.

    A file is imported when its command runs; for a list of the commands its docstring is enough. The group's
    help shows the options of these commands too, so that one page tells everything about the bare call.
    """

    default_command = "article"

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the problems and the other commands."""
        return [*problems.NAMES, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        return _problem_command(cmd_name) if cmd_name in problems.NAMES else super().get_command(ctx, cmd_name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command in front, unless a command or an option of the group comes first."""
        own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        if not args or (args[0].startswith("-") and args[0] not in own):
            args = [self.default_command, *args]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the group's options and commands, then the default command's options."""
        super().format_options(ctx, formatter)
        command = _problem_command(self.default_command)
        records = [record for parameter in command.params if (record := parameter.get_help_record(ctx))]
        with formatter.section(f"Options of {self.default_command}, the default command"):
            formatter.write_dl(records)


def _problem_command(name: str) -> click.Command:
    """Return the command that runs a problem, made from its file without importing it."""
    tree = ast.parse((problems.FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "problem")
    options = [DATA_OPTION, *PROBLEM_OPTIONS] if function.args.args else PROBLEM_OPTIONS
    command: Callable[..., None] = partial(_run_problem, name)
    for option in reversed(options):
        command = option(command)
    return click.command(name, help=ast.get_docstring(tree))(command)


def _run_problem(
    name: str,
    *,
    texts: tuple[str, ...],
    epochs: int | None,
    learning_rate: float | None,
    seed: int | None,
    plot: Path | None,
    chosen_format: str,
    **data: Path | None,
) -> None:
    from attrs import evolve

    from nnl2 import regularizer_from_text
    from nnl2_demo import output
    from nnl2_demo.problem import compare
    from nnl2_demo.training import is_compiled

    compiled = is_compiled()  # before a problem makes its data by a network, which would warn
    problem = import_module(f"nnl2_demo.problems.{name}").problem(**data)
    given = {"epochs": epochs, "learning_rate": learning_rate, "seed": seed}
    settings = evolve(problem.settings, **{key: value for key, value in given.items() if value is not None})
    strategies = problem.strategies_with({text: regularizer_from_text(text) for text in texts})
    if plot is not None:
        from nnl2_demo.figure import check_path

        check_path(plot)
    seeds = problem.seeds(settings)
    if not compiled:
        fewer = f"{len(seeds)} seeds instead of {problem.n_seeds}, so intervals are wide"
        _tell_what_is_missing(fewer, chosen_format)
    with _progress(settings.epochs * len(strategies) * len(seeds)) as on_begin:
        comparison = compare(problem, settings, strategies, seeds, on_begin)
    write = {
        "table": output.comparison_as_table,
        "json": output.comparison_as_json,
        "csv": output.comparison_as_csv,
    }
    click.echo(write[chosen_format](comparison))
    if plot is not None:
        from nnl2_demo.figure import save

        save(comparison, plot)


@contextmanager
def _progress(n_epochs: int) -> Iterator[Callable[[Iterable[NeuralNetwork]], None]]:
    """Show a person who waits how far the networks are that are given; looking at them costs no time."""
    networks: list[NeuralNetwork] = []
    bar = click.progressbar(
        length=n_epochs, label="Training", file=sys.stderr, hidden=not sys.stderr.isatty(), show_eta=False
    )
    over = Event()

    def look() -> None:
        while not over.wait(timeout=0.1):
            bar.update(sum(network.epochs for network in networks) - bar.pos)

    watcher = Thread(target=look, daemon=True)
    with bar:
        try:
            watcher.start()
            yield networks.extend
        finally:  # also where Ctrl-C came before the thread began
            over.set()
            if watcher.is_alive():
                watcher.join()
        bar.update(n_epochs - bar.pos)


def _tell_what_is_missing(consequence: str, chosen_format: str) -> None:
    """Say before all else that the update is not compiled, and what that leads to; not amid JSON or CSV."""
    from nnl2.engine.kernel import AGAIN

    why = "switched off" if os.environ.get("NNL2_KERNEL") == "off" else f"missing ({AGAIN}, where a C compiler is)"
    click.echo(f"The compiled update is {why}: {consequence}.", err=chosen_format != "table")


def _tell(message: str) -> None:
    """Tell a person who waits what is going on; a pipe hears nothing."""
    if sys.stderr.isatty():
        click.echo(message, err=True)


def _format_option(*formats: str) -> Option:
    return click.option(
        "--format",
        "chosen_format",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How the result is written.",
    )


DATA_OPTION: Option = click.option(
    "--data",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The course's football data, data.mat.",
)

PROBLEM_OPTIONS: list[Option] = [
    click.option(
        "--regularizer",
        "texts",
        metavar="TEXT",
        multiple=True,
        help="Add a row, such as l2:0.01 or l1:0.001+dropout:0.2; may be given several times.",
    ),
    click.option(
        "--epochs", type=click.IntRange(1, LARGEST_EPOCHS), help="How long to train; by default as published."
    ),
    click.option(
        "--learning-rate",
        type=click.FloatRange(min=0, min_open=True),
        help="The factor of the gradient; by default as published.",
    ),
    click.option(
        "--seed",
        type=click.IntRange(0, LARGEST_FIRST_SEED),
        help="The first of the seeds that are compared; by default 0.",
    ),
    click.option(
        "--plot",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE.png|svg",
        help="Draw the comparison into a file.",
    ),
    _format_option("table", "json", "csv"),
]


@click.group(cls=DemoGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nnl2", prog_name="nnl2-demo")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Show which regularization helps a small neural network, and how much.

    Without a command, the article's 10-8-4 demo runs, which compares regularizers.
    """
    if os.environ.get("NO_COLOR"):
        ctx.color = False


@cli.command()
@DATA_OPTION
@_format_option("table", "json", "csv")
def reproduce(data: Path | None, chosen_format: str) -> None:
    """Print every published number beside ours.

    Each is rerun, and its equal digits are counted; what is garbled or mistaken is named. The exit status is 1 if
    one differs that should match. Without --data the football numbers are not run.
    """
    from nnl2_demo import output
    from nnl2_demo.reproduction import reproduce_all
    from nnl2_demo.training import is_compiled

    if not is_compiled():
        _tell_what_is_missing("this takes many minutes", chosen_format)
    lines = reproduce_all(data, lambda name: _tell(f"Rerunning {name} ..."))
    write = {"table": output.published_as_table, "json": output.published_as_json, "csv": output.published_as_csv}
    click.echo(write[chosen_format](lines))
    if not all(line.matches or line.ours is None for line in lines):
        sys.exit(1)


@cli.command()
@_format_option("table", "json")
def regularizers(chosen_format: str) -> None:
    """List the installed regularizers.

    Each is loaded, which runs its code.
    """
    from nnl2 import installed_regularizers
    from nnl2_demo import output

    write = {"table": output.regularizers_as_table, "json": output.regularizers_as_json}
    click.echo(write[chosen_format](installed_regularizers()))


@cli.command()
@click.argument("text", metavar="NAME")
@_format_option("table", "json")
def check(text: str, chosen_format: str) -> None:
    """Check a regularizer by the rules all keep.

    NAME is that of an installed one, perhaps with values, such as l2 or l2:0.01; one at a time, no sum. The exit
    status is 1 if a check fails.
    """
    from nnl2 import regularizer_from_text
    from nnl2.testing import examine
    from nnl2_demo import output

    report = examine(regularizer_from_text(text))
    click.echo(report if chosen_format == "table" else output.report_as_json(report))
    if report.with_status("failed"):
        sys.exit(1)


@cli.command()
@click.argument("distribution", metavar="NAME")
def new(distribution: str) -> None:
    """Write a plug-in to start from.

    NAME is the distribution's: nnl2-shrink becomes a folder here, and offers the regularizer shrink.
    """
    from nnl2.testing import new_plugin

    folder = new_plugin(distribution, Path())
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    click.echo("\n".join(f"wrote {file}" for file in files))
    click.echo(f"Next: python -m pip install -e {folder} pytest && python -m pytest {folder}")


def main() -> None:
    """Run the program; an error is one line on stderr.

    Exit status 1 means that something asked for cannot be done, 2 that the call is wrong, 130 that Ctrl-C ended
    it.
    """
    try:
        cli.main(prog_name="nnl2-demo", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        sys.exit(130)
    except OSError as error:  # a full disk behind stdout, say: what is buffered for it goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _fail(error)
    except Exception as error:
        from nnl2 import Nnl2Error

        if not isinstance(error, Nnl2Error):
            raise
        _fail(error)


def _fail(error: Exception) -> NoReturn:
    click.echo(f"Error: {error}", err=True)
    sys.exit(1)
