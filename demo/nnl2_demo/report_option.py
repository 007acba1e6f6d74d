"""`--report FILE.html`, the same for every command that can make a page. Only click is imported."""

from __future__ import annotations

from pathlib import Path

import click

from nnl2_demo.files import why_not_written

PAGES = (".html", ".htm")


def _page(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
    if path is None:
        return None
    if path.suffix.lower() not in PAGES:
        raise click.BadParameter(f"a page is a file that ends in {' or '.join(PAGES)}, not {str(path)!r}")
    if why_not := why_not_written(path):
        raise click.BadParameter(why_not)
    return path


REPORT_OPTION = click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="FILE.html",
    callback=_page,
    help="Write a page to look at: verdict, pictures with their numbers, settings.",
)
