"""Is the difference real? Paired differences with their intervals, tests on one set of items, and what they say.

Everything here is for two contenders that met the same data: the same splits and starts, or the same items. What
the replicates are must be said, because it decides how far their mean can be trusted.

============================  =============================  =========================================
replicates                    ask                            it speaks of
============================  =============================  =========================================
new data for each             replicates=Independent()       how networks are trained, on data like it
folds of one table            replicates=Overlapping(ratio)  the same, on tables like this one
test items, one seed          `mcnemar_difference`           these two trained networks
test items, means over seeds  `sign_flip_difference`         networks trained on these very items
============================  =============================  =========================================

Seeds alone are no replicates: average over them first.
"""

from nnl2.statistics.items import (
    ItemDifference,
    McNemar,
    exact_mcnemar,
    mcnemar_difference,
    sign_flip_difference,
    smallest_telling_difference,
)
from nnl2.statistics.replicates import (
    Independent,
    MeanInterval,
    Overlapping,
    PairedDifference,
    Probabilities,
    Replicates,
    mean_interval,
    paired_difference,
    probabilities,
    standard_error,
    varies,
)
from nnl2.statistics.verdicts import (
    BETTER,
    CANNOT_TELL,
    SAME_IN_PRACTICE,
    SLIGHTLY_BETTER,
    SLIGHTLY_WORSE,
    WORSE,
    simultaneous_confidence,
    verdict,
)

__all__ = [
    "BETTER",
    "CANNOT_TELL",
    "SAME_IN_PRACTICE",
    "SLIGHTLY_BETTER",
    "SLIGHTLY_WORSE",
    "WORSE",
    "Independent",
    "ItemDifference",
    "McNemar",
    "MeanInterval",
    "Overlapping",
    "PairedDifference",
    "Probabilities",
    "Replicates",
    "exact_mcnemar",
    "mcnemar_difference",
    "mean_interval",
    "paired_difference",
    "probabilities",
    "sign_flip_difference",
    "simultaneous_confidence",
    "smallest_telling_difference",
    "standard_error",
    "varies",
    "verdict",
]
