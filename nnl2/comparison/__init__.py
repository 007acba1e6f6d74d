"""Comparing strategies: is the difference real? `nnl2.compare` makes a `Comparison`.

============  ====================================================================
module        what the reader finds in it
============  ====================================================================
`compare`     the function itself
`sources`     what can be compared on
`strategies`  names, objects and ladders of them
`splits`      training items and test items, and what that makes of the replicates
`starts`      replicates that are seeds: items, first weights, visiting orders as given
`parts`       what the networks of one replicate learn from
`recipe`      how every network is made and trained
`fits`        training all networks of some splits
`tuning`      strengths chosen inside each training part
`scores`      what outputs are worth, and what makes no difference in practice
`outcome`     what came of a strategy in every replicate
`verdict`     differences, intervals, verdicts
`findings`    all that came out, as values
`result`      `Comparison`: the same as text, numbers, HTML and a picture
`notes`       what must be known of data and training
`text`        a comparison in 80 columns
`markdown`    the same for a report
============  ====================================================================
"""

from nnl2.comparison.compare import compare
from nnl2.comparison.outcome import Outcome
from nnl2.comparison.recipe import Recipe
from nnl2.comparison.result import Comparison
from nnl2.comparison.splits import FixedTest, FreshData, RepeatedFolds, Split, Splits, TimeOrder
from nnl2.comparison.starts import GivenStarts, Start
from nnl2.comparison.text import format_comparison
from nnl2.comparison.verdict import Difference, Row

__all__ = [
    "Comparison",
    "Difference",
    "FixedTest",
    "FreshData",
    "GivenStarts",
    "Outcome",
    "Recipe",
    "RepeatedFolds",
    "Row",
    "Split",
    "Splits",
    "Start",
    "TimeOrder",
    "compare",
    "format_comparison",
]
