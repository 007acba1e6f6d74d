"""Comparing strategies: is the difference real? `nnl2.compare` makes a `Comparison`.

============  ====================================================================
module        what the reader finds in it
============  ====================================================================
`compare`     the function itself
`sources`     what can be compared on
`strategies`  names, objects and ladders of them
`ladders`     the step beyond a ladder's end
`splits`      training items and test items, and what that makes of the replicates
`settled`     splits and deciding score, before anything is trained
`parts`       what the networks of one replicate learn from
`recipe`      how every network is made and trained
`fits`        training all networks of some splits
`tuning`      strengths chosen inside each training part
`running`     all this, split by split
`animation`   the boundaries of one replicate's networks, as they move in training
`refit`       one strategy on a whole table, to predict with
`scores`      what outputs are worth, and what makes no difference in practice
`outcome`     what came of a strategy in every replicate
`curves`      its errors in training
`difference`  how much better one strategy is than the baseline, with its interval
`rows`        what a strategy comes to, how it differs, and what that says
`resolution`  how large a difference must be to be found
`headline`    the verdicts in one sentence
`findings`    all that came out, as values
`result`      `Comparison`: the same as text, numbers, HTML and a picture
`notes`       what must be known of data and training
`sentences`   what a comparison says
`text`        a comparison in 80 columns
`markdown`    the same for a report
============  ====================================================================
"""

from nnl2.comparison.animation import boundary_animation
from nnl2.comparison.compare import compare
from nnl2.comparison.difference import Difference
from nnl2.comparison.outcome import Outcome
from nnl2.comparison.recipe import Recipe
from nnl2.comparison.refit import refit, why_refitted
from nnl2.comparison.result import Comparison
from nnl2.comparison.rows import Row
from nnl2.comparison.splits import (
    FixedTest,
    FreshData,
    GivenStarts,
    RepeatedFolds,
    Split,
    Splits,
    Start,
    TimeOrder,
)
from nnl2.comparison.text import format_comparison

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
    "boundary_animation",
    "compare",
    "format_comparison",
    "refit",
    "why_refitted",
]
