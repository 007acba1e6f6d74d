"""Learning curves: scores over the number of training items. `nnl2.learning_curve` makes a `LearningCurve`.

================  ==============================================================
module            what the reader finds in it
================  ==============================================================
`learning_curve`  the function itself
`nested`          smaller training parts, each inside the next larger one
`sizes`           how many training items are tried, and for how many epochs
`running`         training and measuring, split by split and size by size
`rows`            what one regularizer comes to with so many items
`findings`        all that came out, as values
`result`          `LearningCurve`: the same as text, numbers, HTML and pictures
`sentences`       what a learning curve says
`text`            the same in 80 columns, and in Markdown
================  ==============================================================
"""

from nnl2.learning_curves.learning_curve import learning_curve
from nnl2.learning_curves.result import LearningCurve
from nnl2.learning_curves.rows import CurveRow
from nnl2.learning_curves.text import format_learning_curve

__all__ = ["CurveRow", "LearningCurve", "format_learning_curve", "learning_curve"]
