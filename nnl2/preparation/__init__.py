"""Tables as they come, with words and gaps, and how their columns become numbers.

`Table` reads; `table.prepare(rows)` learns from some of its items a `Preparation`, which makes Datasets.
"""

from nnl2.preparation.table import Preparation, Table

__all__ = ["Preparation", "Table"]
