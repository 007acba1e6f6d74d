"""A study as a page: its comparison, one seed of it, what was published, and how to read that."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from nnl2.comparison.curves import Curves
from nnl2.writing import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from nnl2.report import Html
    from nnl2_demo.study import Rerun


def write_page(rerun: Rerun, path: Path) -> None:
    """Write the page of a study; an old one stays until this one is whole."""
    os.environ.pop("MPLBACKEND", None)  # a page is drawn without one, and a broken one ends the import
    page = study_page(rerun)
    write_whole(path, lambda file: file.write(page.encode()))


def study_page(rerun: Rerun) -> str:
    """Return a study as a page."""
    from nnl2.report import bullets, page_of, section, sections_of  # noqa: PLC0415 (after MPLBACKEND)

    reading = section("Reading", bullets(rerun.reading))
    return page_of(
        rerun.study.title,
        [
            *sections_of(rerun.comparison, error_name=rerun.study.error_name),
            _one_seed(rerun),
            *_published(rerun),
            reading,
        ],
    )


def _one_seed(rerun: Rerun) -> Html:
    """Return the networks of the seed that is shown one by one."""
    from nnl2.report import Html, paragraph, section, table  # noqa: PLC0415
    from nnl2.report.networks import boundaries_picture, errors_picture, weights_picture  # noqa: PLC0415

    example, study, settings = rerun.example, rerun.study, rerun.settings
    networks = {course.strategy: course.network for course in example.courses}
    items = {course.strategy: course.items for course in example.courses}
    curves = {
        course.strategy: Curves(np.array(course.curve.epochs), np.array([course.curve.errors]), None)
        for course in example.courses
    }
    rows = [
        [
            course.strategy,
            *(f"{course.accuracies[kind]:.4f}" for kind in rerun.kinds),
            f"{course.largest_weight:.2f}",
        ]
        for course in example.courses
    ]
    pictures = [
        errors_picture(curves, study.error_name),
        weights_picture(networks, "of this seed's networks"),
    ]
    if study.layer_sizes[0] == 2:
        pictures.append(boundaries_picture(networks, items))
    return section(
        f"One of the seeds: seed {example.seed}",
        paragraph(
            f"Network: {study.training}; {settings.epochs} epochs, learning rate {settings.learning_rate:g}."
        ),
        table("Accuracies and the largest weight", ["strategy", *rerun.kinds, "largest weight"], rows),
        Html(f'<div class="pictures">{"".join(pictures)}</div>'),
    )


def _published(rerun: Rerun) -> list[Html]:
    """Return the published numbers beside ours, where the settings are the published ones."""
    from nnl2.report import folded, paragraph, section, table  # noqa: PLC0415

    published = rerun.example.published
    if not published:
        return []
    rows = [
        [line.what, line.document, line.printed, line.rounded, "{} of {}".format(*line.digits), line.remark]
        for line in published
    ]
    header = ["number", "document", "printed", "ours", "equal digits", "remark"]
    others = [equal for equal, printed in (line.digits for line in published) if equal < printed]
    told = f"{len(published)} numbers were published; {len(published) - len(others)} came out to the last digit"
    rest = f", the others to {min(others)} digits or more" if others else ""
    numbers = table("Published numbers beside ours", header, rows)
    return [section("Printed, and what came out", paragraph(f"{told}{rest}."), folded("Each of them", numbers))]
