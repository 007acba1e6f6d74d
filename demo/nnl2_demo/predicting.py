"""`nnl2-demo predict`: what a saved model says of a table. Only click is imported: --help starts at once."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path

import click

from nnl2_demo.compare_options import DELIMITER, ENCODING
from nnl2_demo.options import to_be_written, wrong_call

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("predict")
@click.argument("model", type=FILE)
@click.argument("table", type=FILE)
@DELIMITER
@ENCODING
@click.option("--keep", metavar="COLUMN", multiple=True, help="Put this column of TABLE first; may be repeated.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    callback=to_be_written,
    help="Write them into a file.",
)
def predict_table(
    model: Path,
    table: Path,
    delimiter: str | None,
    encoding: str | None,
    keep: tuple[str, ...],
    output: Path | None,
) -> None:
    """Predict the items of a table.

    MODEL is a file that `nnl2-demo compare TABLE --save MODEL` wrote; TABLE is a CSV file with the columns it
    learned from, in any order and perhaps with others; or a .npy file, whose columns are x0, x1 ... The result is
    CSV: a line for each item, with its class and the probability of each class, or its value in the target's unit.
    """
    for name, path in (("MODEL", model), ("TABLE", table)):
        if output is not None and output.resolve() == path.resolve():
            raise click.UsageError(f"--output would overwrite {name}, {path}; name another file.")
    from nnl2 import ModelFileError, TableModel, UnknownNameError, load
    from nnl2.errors import in_a_line
    from nnl2.preparation import read_csv, read_npy
    from nnl2.preparation.npy import is_array_file
    from nnl2.writing import write_whole
    from nnl2_demo import own_table

    with redirect_stdout(sys.stderr), own_table.telling_warnings(lambda line: click.echo(line, err=True)):
        loaded = load(model)
        if not isinstance(loaded, TableModel):
            raise ModelFileError(
                f"{model.name} holds a {type(loaded).__name__}, which knows no columns of a table; "
                f"nnl2-demo compare TABLE --save MODEL writes a model that does"
            )
        as_csv = {"delimiter": delimiter, "encoding": encoding}
        sheet = read_npy(table) if is_array_file(table) else read_csv(table, **as_csv)
        with wrong_call(UnknownNameError, option="--keep"):
            kept = [sheet.column(name) for name in keep]
        text = loaded.predict(sheet).to_csv(beside=kept)
    if output is None and sys.stdout.isatty():  # a file's names of classes may hold what moves a terminal
        click.echo("\n".join(in_a_line(line, len(line)) for line in text.splitlines()))
    elif output is None:
        click.echo(text, nl=False, color=True)  # else it would take escapes out of names
    else:
        write_whole(output, lambda file: file.write(text.encode()))
