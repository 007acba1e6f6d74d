"""The commands of `nnl2-demo`. Only click is imported here, so that --help and --version start at once."""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import redirect_stdout
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from nnl2_demo.comparing import compare_table
from nnl2_demo.decay.command import decay
from nnl2_demo.exploring import explore_data
from nnl2_demo.learning_curve_command import learning_curve_command
from nnl2_demo.options import described_by, format_option, wrong_call
from nnl2_demo.path_command import path_command
from nnl2_demo.predicting import predict_table
from nnl2_demo.studies import STUDIES
from nnl2_demo.study_command import DATA_OPTION, study_command, tell_what_is_missing

if TYPE_CHECKING:
    from nnl2 import Listing, Optimizer, Regularizer


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
        return super().get_command(ctx, cmd_name) if entry is None else study_command(entry)

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
        command = study_command(STUDIES[self.default_command])
        records = [record for parameter in command.params if (record := parameter.get_help_record(ctx))]
        with formatter.section(f"Options of {self.default_command}, the default command"):
            formatter.write_dl(records)


def _tell(message: str) -> None:
    """Tell a person who waits what is going on; a pipe hears nothing."""
    if sys.stderr.isatty():
        click.echo(message, err=True)


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
@format_option("table", "json", "csv")
def reproduce(data: Path | None, chosen_format: str) -> None:
    """Print every published number beside ours.

    Each is rerun, and its equal digits are counted; what is garbled or mistaken is named. The exit status is 1 if
    one differs that should match. Without --data the football numbers are not run.
    """
    from nnl2_demo import output
    from nnl2_demo.reproduction import reproduce_all
    from nnl2_demo.training import is_compiled

    if not is_compiled():
        tell_what_is_missing("this takes many minutes", chosen_format)
    lines = reproduce_all(data, lambda name: _tell(f"Rerunning {name} ..."))
    write = {"table": output.published_as_table, "json": output.published_as_json, "csv": output.published_as_csv}
    click.echo(write[chosen_format](lines))
    if not all(line.matches or line.ours is None for line in lines):
        sys.exit(1)


@cli.command()
@format_option("table", "json")
def regularizers(chosen_format: str) -> None:
    """List the installed regularizers.

    Each is loaded, which runs its code.
    """
    from nnl2 import installed_regularizers

    _echo_listings(installed_regularizers(), chosen_format)


@cli.command()
@format_option("table", "json")
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
@click.argument("words", metavar="[TEXT]", nargs=-1)
@format_option("table", "json")
def translate(words: tuple[str, ...], chosen_format: str) -> None:
    """Say what a strength from elsewhere is here.

    TEXT tells who says it, the parameter with its number, and the settings on which it depends, such as sklearn
    alpha=1e-4 batch_size=32. Without TEXT all that is known is listed; docs/translation.md says more.
    """
    from nnl2.translation import translate_text
    from nnl2_demo import translating

    if not words:
        listed = {"table": translating.conventions_as_table, "json": translating.conventions_as_json}
        click.echo(listed[chosen_format]())
        return
    found = described_by(translate_text, " ".join(words), "TEXT")
    write = {"table": translating.translation_as_table, "json": translating.translation_as_json}
    click.echo(write[chosen_format](found))


@cli.command()
@click.argument("text", metavar="NAME")
@format_option("table", "json")
def check(text: str, chosen_format: str) -> None:
    """Check a regularizer or an optimizer by the rules all keep.

    NAME is that of an installed one, perhaps with values, such as l2, l2:0.01 or adam:beta1=0.8; one at a time, no
    sum. Where a regularizer and an optimizer have one name, the regularizer is checked. The exit status is 1 if a
    check fails.
    """
    from nnl2 import InvalidValueError
    from nnl2.testing import examine
    from nnl2_demo import output

    part = described_by(_part_called, text, "NAME")
    with redirect_stdout(sys.stderr), wrong_call(InvalidValueError, option="NAME"):
        report = examine(part)
    click.echo(report if chosen_format == "table" else output.report_as_json(report))
    if report.with_status("failed"):
        sys.exit(1)


def _part_called(text: str) -> Regularizer | Optimizer:
    """Return the part of this text; where there is none, name the folder that `new` wrote for one."""
    from nnl2 import UnknownNameError
    from nnl2.notation import part_from_text

    try:
        return part_from_text(text)
    except UnknownNameError as error:
        folder = Path(f"nnl2-{text.partition(':')[0]}")
        if not folder.joinpath("pyproject.toml").is_file():
            raise
        install = shlex.join([sys.executable, "-m", *NEXT[0], str(folder)])
        raise UnknownNameError(f"{error}; the folder {folder} is here, but not installed: {install}") from error


NEXT = ("pip", "install", "-e"), ("pytest",)
"""What an author does with a new plug-in."""


@cli.command()
@click.argument("distribution", metavar="NAME")
def new(distribution: str) -> None:
    """Write a plug-in to start from.

    NAME is the distribution's: nnl2-shrink becomes a folder here, and offers the regularizer shrink.
    """
    from nnl2 import InvalidValueError
    from nnl2.testing import new_plugin

    with wrong_call(InvalidValueError, option="NAME"):
        folder = new_plugin(distribution, Path())
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    click.echo("\n".join(f"wrote {file}" for file in files))
    install, test = (shlex.join([sys.executable, "-m", *arguments, str(folder)]) for arguments in NEXT)
    click.echo(f"Next: {install} pytest && {test}")


cli.add_command(compare_table)
cli.add_command(decay)
cli.add_command(explore_data)
cli.add_command(predict_table)
cli.add_command(path_command)
cli.add_command(learning_curve_command)


def main() -> None:
    """Run the program; an error is one line on stderr.

    Exit status 2 means that the call is wrong: an option, a name, a file that is not there; 1 that what it asks
    for cannot be done, or a check fails; 130 that Ctrl-C ended it.
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
