"""The page of `nnl2-demo compare`: the comparison, and the boundaries where its networks have two inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2.comparison.sources import as_table
from nnl2.report import comparison_page
from nnl2.writing import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from nnl2 import Comparison
    from nnl2.comparison import Splits


def write_page(comparison: Comparison, data: object, splits: Splits, path: Path) -> None:
    """Write the page of a comparison; an old one stays until this one is whole."""
    table = data if callable(data) else as_table(data)
    first = splits.split(table, comparison.seed)[0].part(splits.inside, None, comparison.seed)
    names = getattr(getattr(first, "preparation", None), "input_names", ())
    items = first.training if len(names) == 2 else None
    classes = [str(label) for label in getattr(table, "classes", None) or ()]
    page = comparison_page(comparison, items, [f"{name} (standardised)" for name in names], classes)
    write_whole(path, lambda file: file.write(page.encode()))
