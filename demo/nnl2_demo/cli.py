"""The commands of `nnl2-demo`. Only click is imported here, so that --help and --version start at once."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST_FIRST_SEED = 2**32 - 10
"""Ten seeds from here are still seeds of a network."""


LARGEST_EPOCHS = 100_000
"""The visiting orders of ten networks then take 200 MB."""


class DefaultGroup(click.Group):
    """A group that runs the command `article` when no command is named.

    Its help shows that command's options too, so that one page tells everything about the bare call.
    """

    default_command = "article"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command in front, unless a command or an option of the group comes first."""
        own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        if not args or (args[0].startswith("-") and args[0] not in own):
            args = [self.default_command, *args]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the group's options and commands, then the default command's options."""
        super().format_options(ctx, formatter)
        command = self.commands[self.default_command]
        records = [record for parameter in command.params if (record := parameter.get_help_record(ctx))]
        with formatter.section(f"Options of {self.default_command}, the default command"):
            formatter.write_dl(records)


def _format_option(*formats: str) -> Callable[[Any], Any]:
    return click.option(
        "--format",
        "chosen_format",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How the result is written.",
    )


@click.group(cls=DefaultGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nnl2", prog_name="nnl2-demo")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Show which regularization helps a small neural network, and how much.

    Without a command, the article's 10-8-4 demo runs: regularizers side by side.
    """
    if os.environ.get("NO_COLOR"):
        ctx.color = False


@cli.command()
@click.option(
    "--regularizer",
    "texts",
    metavar="TEXT",
    multiple=True,
    help="Add a row, such as l2:0.01 or l1:0.001+dropout:0.2; may be given several times.",
)
@click.option(
    "--epochs", type=click.IntRange(1, LARGEST_EPOCHS), default=500, show_default=True, help="How long to train."
)
@click.option(
    "--learning-rate",
    type=click.FloatRange(min=0, min_open=True),
    default=0.01,
    show_default=True,
    help="The factor of the gradient.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, LARGEST_FIRST_SEED),
    default=0,
    show_default=True,
    help="The first of the ten seeds of the networks; the data stay.",
)
@_format_option("table", "json", "csv")
def article(texts: tuple[str, ...], epochs: int, learning_rate: float, seed: int, chosen_format: str) -> None:
    """Compare the strategies as the article does, then with ten seeds."""
    from nnl2_demo import article as demo
    from nnl2_demo import output

    settings = demo.Settings(epochs, learning_rate, seed)
    strategies = demo.strategies_with(texts)
    with click.progressbar(
        length=demo.n_epochs(settings),
        label="Training",
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
        show_eta=False,
    ) as bar:
        comparison = demo.compare(settings, strategies, lambda: bar.update(1))
    write = {
        "table": output.comparison_as_table,
        "json": output.comparison_as_json,
        "csv": output.comparison_as_csv,
    }
    click.echo(write[chosen_format](comparison))


@cli.command()
@_format_option("table", "json")
def regularizers(chosen_format: str) -> None:
    """List the installed regularizers; each is loaded, which runs its code."""
    from nnl2 import installed_regularizers
    from nnl2_demo import output

    write = {"table": output.regularizers_as_table, "json": output.regularizers_as_json}
    click.echo(write[chosen_format](installed_regularizers()))


@cli.command()
@click.argument("text", metavar="NAME")
@_format_option("table", "json")
def check(text: str, chosen_format: str) -> None:
    """Check that a regularizer keeps what every regularizer keeps.

    NAME is that of an installed one, perhaps with values, such as l2 or l2:0.01. The exit status is 1 if a check
    fails.
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
    """Write a ready distribution for a regularizer of your own.

    NAME is the distribution's: nnl2-shrink becomes a folder here, and offers the regularizer shrink.
    """
    from pathlib import Path

    from nnl2.scaffold import new_plugin

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
