"""Tables as they come, with words and gaps, and how their columns become numbers.

`Table` reads; `table.prepare(rows)` learns from some of its items a `Preparation`, which makes Datasets. `joined`
puts the items of a test file after those of a table. `read_csv`, `read_npy` and `read_frame` read columns of which
none need be a target: of such a `Sheet` a Preparation makes `inputs`, for a network to predict with.
"""

from nnl2.preparation.columns import Sheet
from nnl2.preparation.frames import read_frame
from nnl2.preparation.joining import joined
from nnl2.preparation.npy import read_npy
from nnl2.preparation.reading import read_csv
from nnl2.preparation.table import Preparation, Table

__all__ = ["Preparation", "Sheet", "Table", "joined", "read_csv", "read_frame", "read_npy"]
