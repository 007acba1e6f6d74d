"""The conformance kit: does a regularizer or an optimizer keep what all of them keep? For authors, and used here.

In a test module of a plug-in:

    from nnl2.testing import parametrize_with_checks

    @parametrize_with_checks([Shrink(), Shrink(0.1)])
    def test_shrink_conforms(regularizer, check):
        check(regularizer)

`nnl2-demo check shrink` shows the same on the console. For optimizers the test has the arguments `optimizer` and
`check`.

============  =================================================================
module        what the reader finds in it
============  =================================================================
`check`       what a rule is, and how it speaks
`asking`      how the rules ask a regularizer, and about what
`rules`       the rules, by subject, and the list of all
`report`      running them: on the console, in a program, with pytest
`scaffold`    `new_plugin`, which writes a distribution to start from
`template/`   that distribution
============  =================================================================
"""

from nnl2.testing.check import Check
from nnl2.testing.report import (
    Outcome,
    Report,
    check_optimizer,
    check_regularizer,
    examine,
    parametrize_with_checks,
)
from nnl2.testing.scaffold import new_plugin

__all__ = [
    "Check",
    "Outcome",
    "Report",
    "check_optimizer",
    "check_regularizer",
    "examine",
    "new_plugin",
    "parametrize_with_checks",
]
