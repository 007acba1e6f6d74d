"""The page of `nnl2-demo compare`: the comparison, and the boundaries where its networks have two inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2.comparison.sources import as_table
from nnl2.report import comparison_page

if TYPE_CHECKING:
    from nnl2 import Comparison
    from nnl2.comparison import Splits


def page_of(comparison: Comparison, data: object, splits: Splits) -> str:
    """Return the page of a comparison."""
    table = data if callable(data) else as_table(data)
    first = splits.split(table, comparison.seed)[0].part(splits.inside, None, comparison.seed)
    names = getattr(getattr(first, "preparation", None), "input_names", ())
    items = first.training if len(names) == 2 else None
    classes = [str(label) for label in getattr(table, "classes", None) or ()]
    return comparison_page(comparison, items, [f"{name} (standardised)" for name in names], classes)
