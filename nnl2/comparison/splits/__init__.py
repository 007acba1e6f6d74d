"""Training items and test items: how a table, or a generator, is split, and what that makes of the replicates.

==========  ======================================================================
module      what the reader finds in it
==========  ======================================================================
`base`      what a way of splitting must tell
`tables`    rows of a table: to learn from, to be judged by, and folds of them
`folds`     repeated k-fold cross-validation
`given`     test items that are given, and time order
`fresh`     new training items for each replicate, from a generator
`start`     items, first weights and visiting orders as a seed decides them
`starts`    replicates that are such seeds
`suitable`  which way suits the data
==========  ======================================================================
"""

from nnl2.comparison.splits.base import Split, Splits
from nnl2.comparison.splits.folds import RepeatedFolds
from nnl2.comparison.splits.fresh import FreshData
from nnl2.comparison.splits.given import FixedTest, TimeOrder
from nnl2.comparison.splits.start import Start
from nnl2.comparison.splits.starts import GivenStarts
from nnl2.comparison.splits.suitable import suitable_splits

__all__ = [
    "FixedTest",
    "FreshData",
    "GivenStarts",
    "RepeatedFolds",
    "Split",
    "Splits",
    "Start",
    "TimeOrder",
    "suitable_splits",
]
