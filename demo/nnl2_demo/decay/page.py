"""L2 and weight decay under three optimizers as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2.report import Html, bullets, new_figure, page_of, paragraph, picture, section, table
from nnl2.report.fragments import escaped
from nnl2.report.pictures import in_lines, legend_above
from nnl2.writing import write_whole
from nnl2_demo.decay.figure import draw_panels
from nnl2_demo.decay.output import (
    AT_THEIR_BEST,
    TITLE,
    table_at_their_best,
    table_of,
    title_of,
    what_stands_there,
)
from nnl2_demo.decay.reading import reading_of, verdict_of

if TYPE_CHECKING:
    from pathlib import Path

    from nnl2_demo.decay.comparisons import Decay


def write_page(decay: Decay, path: Path) -> None:
    """Write the page; an old one stays until this one is whole."""
    page = decay_page(decay)
    write_whole(path, lambda file: file.write(page.encode()))


def decay_page(decay: Decay) -> str:
    """Return it as a page: the verdict, a picture, a table for each optimizer, reading."""
    tables = [table(title_of(under), *table_of(under)) for under in decay.all_under]
    (_, *others), rows = table_at_their_best(decay)
    return page_of(
        TITLE,
        [
            section("What came out", Html(f'<p class="verdict">{escaped(verdict_of(decay))}</p>')),
            section("Accuracy along the strength", _picture(decay), *tables),
            section("Each at its best strength", table(AT_THEIR_BEST, ["optimizer", *others], rows)),
            section("What this rests on", paragraph(f"{what_stands_there(decay)}.")),
            section("Reading", bullets(reading_of(decay))),
        ],
    )


def _picture(decay: Decay) -> Html:
    n_panels = len(decay.all_under)
    with new_figure(0.8 + 1.8 * n_panels) as figure:
        panels = figure.subplots(n_panels, 1, sharex=True, sharey=True)
        draw_panels(panels, decay)
        figure.supylabel("accuracy on fresh items (%)")
        panels[-1].set_xlabel(in_lines("strength, as L2 counts it"))
        legend_above(figure, panels[0])
        rows = [[under.trained.name, *line] for under in decay.all_under for line in table_of(under)[1]]
        says = (
            "Accuracy of L2 and weight decay along the strength, under each optimizer; bars are the intervals of "
            "the difference to none, the dotted line. What lies far below none is not drawn."
        )
        return picture(figure, says, ["optimizer", *table_of(decay.all_under[0])[0]], rows)
