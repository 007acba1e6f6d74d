"""What options of several commands share. Only click is imported."""

from __future__ import annotations

import math
import sys
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING, Any, TypeVar

import click

from nnl2_demo.files import why_not_written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Option = Callable[[Callable[..., None]], Callable[..., None]]

Part = TypeVar("Part")

LARGEST_EPOCHS = 100_000
"""Longer runs take an hour and more."""

PICTURES = (".png", ".svg")
"""As what a picture can be drawn."""


class Number(click.FloatRange):
    """A number in a range; who writes it with a comma is told how it is written here."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401
        """Return the number of a text."""
        try:
            float(value)
        except ValueError:
            self.fail(f"{value!r} is no number (write 0.01, not 0,01)", param, ctx)
        return super().convert(value, param, ctx)


def finite(_: click.Context, __: click.Parameter, number: float | None) -> float | None:
    """Return the number that an option was given, unless it is infinite or none."""
    if number is not None and not math.isfinite(number):
        raise click.BadParameter(f"must be a finite number, not {number}")
    return number


def to_be_written(_: click.Context, parameter: click.Parameter, path: Path | None) -> Path | None:
    """Return the path that an option was given, if a file, or a picture, can be written there."""
    if path is None:
        return None
    if parameter.name == "plot" and path.suffix.lower() not in PICTURES:
        raise click.BadParameter(f"a picture is a file that ends in {' or '.join(PICTURES)}, not {str(path)!r}")
    if parameter.name == "output" and path.exists() and not (path.is_file() or path.is_dir()):
        raise click.BadParameter(f"{path} is a pipe or a device; leave the option out to write to stdout")
    if why_not := why_not_written(path):
        raise click.BadParameter(why_not)
    return path


def deliver(text: str, output: Path | None) -> None:
    """Write a result into a file, whole or not at all, or else to stdout."""
    from nnl2.writing import write_whole

    if output is None:
        click.echo(text)
    else:
        write_whole(output, lambda file: file.write(f"{text}\n".encode()))


def format_option(*formats: str) -> Option:
    """Return the option that says how the result is written, by default in the first of these formats."""
    return click.option(
        "--format",
        "chosen_format",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How the result is written.",
    )


@contextmanager
def wrong_call(*kinds: type[Exception], option: str = "") -> Iterator[None]:
    """Turn errors that stem from the call, and not from data, into such of the call, which end with status 2."""
    try:
        yield
    except kinds as error:
        said = f"Invalid value for '{option}': {error}" if option else str(error)
        raise click.UsageError(said) from error


def described_by(from_text: Callable[[str], Part], text: str, option: str) -> Part:
    """Return what a text describes; what its plug-in prints is no result."""
    from nnl2 import InvalidTypeError, InvalidValueError, UnknownNameError

    with (
        wrong_call(InvalidTypeError, InvalidValueError, UnknownNameError, option=option),
        redirect_stdout(sys.stderr),
    ):
        return from_text(text)
