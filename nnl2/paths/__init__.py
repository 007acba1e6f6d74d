"""Paths: one regularizer in many strengths. `nnl2.strength_path` makes a `StrengthPath`.

==========  ================================================================
module      what the reader finds in it
==========  ================================================================
`path`      the function itself
`axis`      which number varies, and the regularizer with each of its values
`running`   training and measuring, split by split
`weights`   what became of a network's weights
`rows`      what one strength comes to; the best, and the simplest as good
`findings`  all that came out, as values
`result`    `StrengthPath`: the same as text, numbers, HTML and a picture
`text`      a path in 80 columns, and in Markdown
==========  ================================================================
"""

from nnl2.paths.path import strength_path
from nnl2.paths.result import StrengthPath
from nnl2.paths.rows import PathRow
from nnl2.paths.text import format_path

__all__ = ["PathRow", "StrengthPath", "format_path", "strength_path"]
