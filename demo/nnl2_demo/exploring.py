"""`nnl2-demo explore`: a page with a slider for the strength. Only click is imported: --help starts at once."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

import click

from nnl2_demo.report_option import REPORT_OPTION

if TYPE_CHECKING:
    from pathlib import Path

MOST_SEEDS = 100


@click.command("explore")
@click.argument("what", metavar="WHAT", type=click.Choice(["moons"]), expose_value=False)
@REPORT_OPTION
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1 - MOST_SEEDS),
    default=0,
    help="The first of the seeds, whose network is shown; by default 0.",
)
@click.option("--seeds", type=click.IntRange(1, MOST_SEEDS), default=10, help="How many seeds; by default 10.")
@click.option("--epochs", type=click.IntRange(1, 100_000), default=500, help="How long to train; by default 500.")
@click.option(
    "--format",
    "chosen_format",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How the result is written.",
)
def explore_data(*, report: Path | None, seed: int, seeds: int, epochs: int, chosen_format: str) -> None:
    """Train networks for twenty strengths of five regularizers, to look at with a slider.

    WHAT is moons: 60 items of two moons that overlap. All networks of a seed begin with the same weights and visit
    the same items in the same order. The page of --report shows boundary, weights and errors for every strength.
    """
    from nnl2.writing import write_whole
    from nnl2_demo import moons_explored

    with redirect_stdout(sys.stderr):
        exploration = moons_explored.explored(range(seed, seed + seeds), epochs)
    click.echo(moons_explored.written(exploration, chosen_format))
    if report is not None:
        from nnl2.report.explorer import explorer_page

        page = explorer_page(exploration)
        write_whole(report, lambda file: file.write(page.encode()))
