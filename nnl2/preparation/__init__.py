"""Tables as they come, with words and gaps, and how their columns become numbers.

`Table` reads; `table.prepare(rows)` learns from some of its items a `Preparation`, which makes Datasets. `joined`
puts the items of a test file after those of a table.
"""

from nnl2.preparation.joining import joined
from nnl2.preparation.table import Preparation, Table

__all__ = ["Preparation", "Table", "joined"]
