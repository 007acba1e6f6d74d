"""The commands of `nnl2-demo`. Only click is imported here, so that --help and --version start at once."""

from __future__ import annotations

import inspect
import os
import shlex
import sys
from contextlib import contextmanager, redirect_stdout
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from nnl2_demo.comparing import compare_table
from nnl2_demo.studies import STUDIES, Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nnl2 import Listing, NeuralNetwork, Regularizer

    Option = Callable[[Callable[..., None]], Callable[..., None]]

Part = TypeVar("Part")

MOST_SEEDS = 10_000
LARGEST_FIRST_SEED = 2**32 - MOST_SEEDS
"""As many seeds from here are still seeds of a network."""


PICTURES = (".png", ".svg")
"""As what a picture can be drawn."""

LARGEST_EPOCHS = 100_000
"""Longer runs of a hundred seeds take an hour and more."""


class DemoGroup(click.Group):
    """A group with one command for each study, of which `article` runs when none is named.

    The group's help shows the options of these commands too: one page tells everything about the bare call.
    """

    default_command = "article"

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the studies and the other commands."""
        return [*STUDIES, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        entry = STUDIES.get(cmd_name)
        return super().get_command(ctx, cmd_name) if entry is None else _study_command(entry)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is named; where there is none, ask whether another was meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            if not near:
                raise
            raise click.UsageError(f"{error.message} Did you mean {near[0]!r}?", error.ctx) from error

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command in front, unless a command or an option of the group comes first."""
        own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        if not args or (args[0].startswith("-") and args[0] not in own):
            args = [self.default_command, *args]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the group's options and commands, then the default command's options."""
        super().format_options(ctx, formatter)
        command = _study_command(STUDIES[self.default_command])
        records = [record for parameter in command.params if (record := parameter.get_help_record(ctx))]
        with formatter.section(f"Options of {self.default_command}, the default command"):
            formatter.write_dl(records)


def _study_command(entry: Entry) -> click.Command:
    """Return the command that runs a study, without importing it."""
    options = [DATA_OPTION, *STUDY_OPTIONS] if entry.needs_data else STUDY_OPTIONS
    command: Callable[..., None] = partial(_run_study, entry)
    for option in reversed(options):
        command = option(command)
    return click.command(entry.name, help=inspect.cleandoc(entry.about))(command)


def _run_study(
    entry: Entry,
    *,
    texts: tuple[str, ...],
    epochs: int | None,
    learning_rate: float | None,
    seed: int | None,
    seeds: int | None,
    plot: Path | None,
    chosen_format: str,
    data: Path | None = None,
) -> None:
    from attrs import evolve

    from nnl2.errors import in_a_line
    from nnl2_demo import output
    from nnl2_demo.study import rerun
    from nnl2_demo.training import is_compiled

    compiled = is_compiled()  # before a study makes its data by a network, which would warn
    study = entry.study(data)
    given: dict[str, Any] = {"epochs": epochs, "learning_rate": learning_rate, "seed": seed}
    settings = evolve(study.settings, **{key: value for key, value in given.items() if value is not None})
    added = {in_a_line(text): _regularizer(text, "--regularizer") for text in texts}
    strategies = study.strategies_with(added)
    if plot is not None:
        os.environ.pop("MPLBACKEND", None)  # a file is drawn without one, and a broken one ends the import
        from nnl2_demo.figure import check_path

        check_path(plot)
    compared = study.seeds(settings.seed, seeds)
    if not compiled:
        fewer = f"{len(compared)} seeds instead of {study.n_seeds}, so intervals are wide"
        _tell_what_is_missing(fewer if seeds is None else "this takes many minutes", chosen_format)
    with redirect_stdout(sys.stderr), _progress(settings.epochs) as on_begin:
        told = rerun(study, settings, strategies, compared, on_begin)
    write = {
        "table": output.study_as_table,
        "json": output.study_as_json,
        "csv": output.study_as_csv,
    }
    click.echo(write[chosen_format](told))
    if plot is not None:
        from nnl2_demo.figure import save

        save(told, plot)


def _regularizer(text: str, option: str) -> Regularizer:
    from nnl2 import regularizer_from_text

    return _read(regularizer_from_text, text, option)


def _read(from_text: Callable[[str], Part], text: str, option: str) -> Part:
    """Return what a text describes; what its plug-in prints is no result."""
    from nnl2 import InvalidTypeError, InvalidValueError

    try:
        with redirect_stdout(sys.stderr):
            return from_text(text)
    except (InvalidTypeError, InvalidValueError) as error:
        raise click.BadParameter(str(error), param_hint=f"'{option}'") from error


def _check_picture(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
    if path is not None and path.suffix.lower() not in PICTURES:
        raise click.BadParameter(f"a picture is a file that ends in {' or '.join(PICTURES)}, not {str(path)!r}")
    return path


@contextmanager
def _progress(n_epochs: int) -> Iterator[Callable[[Iterable[NeuralNetwork]], None]]:
    """Show a person who waits how far the networks are that begin; looking at them costs no time."""
    networks: list[NeuralNetwork] = []
    bar = click.progressbar(
        length=n_epochs, label="Training", file=sys.stderr, hidden=not sys.stderr.isatty(), show_eta=False
    )
    over = Event()

    def look() -> None:
        while not over.wait(timeout=0.1):
            bar.update(sum(network.epochs for network in networks) - bar.pos)

    def begin(some: Iterable[NeuralNetwork]) -> None:
        networks.extend(some)
        bar.length = n_epochs * len(networks)

    thread = Thread(target=look, daemon=True)
    with bar:
        try:
            thread.start()
            yield begin
        finally:  # also where Ctrl-C came before the thread began
            over.set()
            if thread.is_alive():
                thread.join()
        bar.update(n_epochs * len(networks) - bar.pos)


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

STUDY_OPTIONS: list[Option] = [
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
        "--seeds",
        type=click.IntRange(2, MOST_SEEDS),
        help="How many seeds are compared; by default as take seconds.",
    ),
    click.option(
        "--plot",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE.png|svg",
        callback=_check_picture,
        help="Draw the networks of one seed into a file.",
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

    _echo_listings(installed_regularizers(), chosen_format)


@cli.command()
@_format_option("table", "json")
def optimizers(chosen_format: str) -> None:
    """List the installed optimizers.

    Each is loaded, which runs its code.
    """
    from nnl2 import installed_optimizers

    _echo_listings(installed_optimizers(), chosen_format)


def _echo_listings(listings: list[Listing], chosen_format: str) -> None:
    from nnl2_demo import output

    write = {"table": output.listings_as_table, "json": output.listings_as_json}
    click.echo(write[chosen_format](listings))


@cli.command()
@click.argument("text", metavar="NAME")
@_format_option("table", "json")
def check(text: str, chosen_format: str) -> None:
    """Check a regularizer or an optimizer by the rules all keep.

    NAME is that of an installed one, perhaps with values, such as l2, l2:0.01 or adam:beta1=0.8; one at a time, no
    sum. Where a regularizer and an optimizer have one name, the regularizer is checked. The exit status is 1 if a
    check fails.
    """
    from nnl2.notation import part_from_text
    from nnl2.testing import examine
    from nnl2_demo import output

    with redirect_stdout(sys.stderr):
        report = examine(_read(part_from_text, text, "NAME"))
    click.echo(report if chosen_format == "table" else output.report_as_json(report))
    if report.with_status("failed"):
        sys.exit(1)


NEXT = ("pip", "install", "-e"), ("pytest",)
"""What an author does with a new plug-in."""


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
    install, test = (shlex.join([sys.executable, "-m", *arguments, str(folder)]) for arguments in NEXT)
    click.echo(f"Next: {install} pytest && {test}")


cli.add_command(compare_table)


def main() -> None:
    """Run the program; an error is one line on stderr.

    Exit status 1 means that something asked for cannot be done, 2 that the call is wrong, 130 that Ctrl-C ended
    it.
    """
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 (nobody listens to it)
    if sys.stdout is None:
        _fail(OSError("there is no stdout to write the results to"))
    try:
        cli.main(prog_name="nnl2-demo", standalone_mode=False)
    except click.ClickException as error:
        from nnl2.errors import in_a_line

        click.echo(f"Error: {in_a_line(error.format_message())}", err=True)
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
    from nnl2.errors import in_a_line

    click.echo(f"Error: {in_a_line(str(error))}", err=True)
    sys.exit(1)
