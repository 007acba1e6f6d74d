"""The command of each study. Only click is imported, so that --help starts at once."""

from __future__ import annotations

import inspect
import os
import sys
from contextlib import contextmanager, redirect_stdout
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import click

from nnl2_demo.animate_option import ANIMATE_OPTION
from nnl2_demo.options import (
    LARGEST_EPOCHS,
    Number,
    described_by,
    finite,
    format_option,
    to_be_written,
    wrong_call,
)
from nnl2_demo.report_option import REPORT_OPTION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nnl2 import NeuralNetwork
    from nnl2_demo.options import Option
    from nnl2_demo.studies import Entry
    from nnl2_demo.study import Strategy, Study

MOST_SEEDS = 10_000
LARGEST_FIRST_SEED = 2**32 - MOST_SEEDS
"""As many seeds from here are still seeds of a network."""


DATA_OPTION: Option = click.option(
    "--data",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The course's football data, data.mat.",
)

SEED_OPTION: Option = click.option(
    "--seed",
    type=click.IntRange(0, LARGEST_FIRST_SEED),
    help="The first of the seeds that are compared; by default 0.",
)

SEEDS_OPTION: Option = click.option(
    "--seeds",
    type=click.IntRange(2, MOST_SEEDS),
    help="How many seeds are compared; by default 100 (football: 10), which takes a minute or two.",
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
        type=Number(min=0, min_open=True),
        callback=finite,
        help="The factor of the gradient; by default as published.",
    ),
    SEED_OPTION,
    SEEDS_OPTION,
    click.option(
        "--plot",
        type=click.Path(path_type=Path),
        metavar="FILE.png|svg",
        callback=to_be_written,
        help="Draw errors over the seeds, and boundaries or weights of one seed, into a file.",
    ),
    REPORT_OPTION,
    format_option("table", "json", "csv"),
]


def study_command(entry: Entry) -> click.Command:
    """Return the command that runs a study, without importing it."""
    options = [
        *([DATA_OPTION] if entry.needs else []),
        *([ANIMATE_OPTION] if entry.has_boundaries else []),
        *STUDY_OPTIONS,
    ]
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
    report: Path | None,
    chosen_format: str,
    data: Path | None = None,
    animate: Path | None = None,
) -> None:
    from attrs import evolve

    from nnl2_demo import output
    from nnl2_demo.study import rerun
    from nnl2_demo.training import is_compiled

    compiled = is_compiled()  # before a study makes its data by a network, which would warn
    if entry.needs and data is None:
        raise click.UsageError(f"{entry.needs}.")
    study = entry.study(data)
    given: dict[str, Any] = {"epochs": epochs, "learning_rate": learning_rate, "seed": seed}
    settings = evolve(study.settings, **{key: value for key, value in given.items() if value is not None})
    strategies = _strategies(study, texts)
    compared = study.seeds(settings.seed, seeds)
    if not compiled:
        fewer = f"{len(compared)} seeds instead of {study.n_seeds}, so intervals are wide"
        tell_what_is_missing(fewer if seeds is None else "this takes many minutes", chosen_format)
    with redirect_stdout(sys.stderr), progress(settings.epochs) as on_begin:
        told = rerun(study, settings, strategies, compared, on_begin)
    write = {
        "table": output.study_as_table,
        "json": output.study_as_json,
        "csv": output.study_as_csv,
    }
    click.echo(write[chosen_format](told))
    if plot is not None:
        os.environ.pop("MPLBACKEND", None)  # a file is drawn without one, and a broken one ends the import
        from nnl2_demo.pictures import save
        from nnl2_demo.study_figure import draw

        save(draw(told), plot)
    if report is not None:
        from nnl2_demo.study_page import write_page

        write_page(told, report)
    if animate is not None:
        os.environ.pop("MPLBACKEND", None)  # as above
        from nnl2_demo.animating import animated

        animation = animated(told)
        animation.save(animate)
        click.echo(f"Wrote {animate}: {animation}", err=True)


def _strategies(study: Study, texts: Iterable[str]) -> dict[str, Strategy]:
    """Return what the study compares, and what the texts describe."""
    from nnl2 import InvalidValueError, regularizer_from_text
    from nnl2.errors import in_a_line

    added = {in_a_line(text): described_by(regularizer_from_text, text, "--regularizer") for text in texts}
    with wrong_call(InvalidValueError, option="--regularizer"):
        return study.strategies_with(added)


@contextmanager
def progress(n_epochs: int, at_least: int = 0) -> Iterator[Callable[[Iterable[NeuralNetwork]], None]]:
    """Show a person who waits how far the networks are that begin; looking at them costs no time.

    Where they do not begin all at once, `at_least` so many are known to come.
    """
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
        bar.length = n_epochs * max(len(networks), at_least)

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


def tell_what_is_missing(consequence: str, chosen_format: str) -> None:
    """Say before all else that the update is not compiled, and what that leads to; not amid JSON or CSV."""
    from nnl2.engine.kernel import AGAIN

    why = "switched off" if os.environ.get("NNL2_KERNEL") == "off" else f"missing ({AGAIN}, where a C compiler is)"
    click.echo(f"The compiled update is {why}: {consequence}.", err=chosen_format != "table")
