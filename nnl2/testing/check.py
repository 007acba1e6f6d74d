"""`Check`: one rule that every regularizer keeps, or every optimizer, and how it speaks."""

from __future__ import annotations

import copy
import warnings
from typing import TYPE_CHECKING, Any
from unittest import SkipTest

import numpy as np
from attrs import field, frozen

from nnl2.errors import ConformanceError, PluginError, TrainingDivergedError, in_a_line, in_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from nnl2.optimizers import Optimizer
    from nnl2.regularizers import Regularizer

    Checked = Regularizer | Optimizer


class NotApplicable(SkipTest):
    """A check has nothing to check here, or cannot; the message says why."""


@frozen
class Check:
    """One rule, told in a sentence, and the function that checks it.

    Parameters
    ----------
    sentence
        What every one of the kind keeps.
    function
        It returns where it finds nothing wrong, perhaps with a remark, raises ConformanceError with a sentence
        that names the mistake, or NotApplicable with the reason why there is nothing to check.
    """

    sentence: str
    function: Callable[[Any], str | None] = field(repr=False)

    def __call__(self, part: Checked) -> str | None:
        """Return a remark, or None; raise ConformanceError if the part breaks the rule.

        NotApplicable is raised where the rule says nothing to it.
        """
        __tracebackhide__ = True  # for pytest; what is raised here anew shows no line of the kit
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # that a few epochs made an error larger, say
                return self.function(_copy(part))  # state that one check leaves behind must not mislead another
        except (ConformanceError, PluginError) as mistake:
            raise ConformanceError(mistake) from None
        except (NotApplicable, TrainingDivergedError) as reason:
            raise NotApplicable(in_a_line(str(reason))) from None
        except Exception as error:
            raise ConformanceError(f"its answers cannot be worked with: {in_words(error)}") from error

    def __str__(self) -> str:
        return self.sentence


def _copy(part: Checked) -> Checked:
    try:
        return copy.deepcopy(part)
    except Exception as error:
        raise ConformanceError(f"it cannot be copied: {in_words(error)}") from error
