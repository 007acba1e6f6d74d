"""`nnl2-demo decay`. Only click is imported: --help starts at once."""

from __future__ import annotations

import os
import sys
from contextlib import redirect_stdout
from pathlib import Path

import click

from nnl2_demo.options import LARGEST_EPOCHS, format_option, to_be_written
from nnl2_demo.report_option import REPORT_OPTION
from nnl2_demo.study_command import SEED_OPTION, SEEDS_OPTION, progress, tell_what_is_missing


@click.command()
@click.option("--epochs", type=click.IntRange(1, LARGEST_EPOCHS), help="How long to train; by default 50.")
@SEED_OPTION
@SEEDS_OPTION
@click.option(
    "--plot",
    type=click.Path(path_type=Path),
    metavar="FILE.png|svg",
    callback=to_be_written,
    help="Draw accuracy against strength into a file.",
)
@REPORT_OPTION
@format_option("table", "json", "csv")
def decay(
    *,
    epochs: int | None,
    seed: int | None,
    seeds: int | None,
    plot: Path | None,
    report: Path | None,
    chosen_format: str,
) -> None:
    """Show where L2 and weight decay part ways.

    The article's network under SGD, Momentum and Adam, over a hundred seeds; for each, none beside L2 and weight
    decay of matched strengths. Under SGD the two are one thing, under the others they are two.
    """
    from nnl2_demo.decay import comparisons, output
    from nnl2_demo.training import is_compiled

    compared = comparisons.seeds_from(seed or 0, seeds)
    n_epochs = epochs or comparisons.EPOCHS
    if not is_compiled():
        fewer = f"{len(compared)} seeds instead of {comparisons.N_SEEDS}, so intervals are wide"
        tell_what_is_missing(fewer if seeds is None else "this takes many minutes", chosen_format)
    with redirect_stdout(sys.stderr), progress(n_epochs, comparisons.n_networks(compared)) as on_begin:
        told = comparisons.run(compared, n_epochs, on_begin)
    write = {"table": output.as_table, "json": output.as_json, "csv": output.as_csv}
    click.echo(write[chosen_format](told))
    if plot is not None:
        os.environ.pop("MPLBACKEND", None)  # a file is drawn without one, and a broken one ends the import
        from nnl2_demo.decay.figure import draw
        from nnl2_demo.pictures import save

        save(draw(told), plot)
    if report is not None:
        os.environ.pop("MPLBACKEND", None)  # as above
        from nnl2_demo.decay.page import write_page

        write_page(told, report)
