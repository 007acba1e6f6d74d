"""No regularization: plain training, and the neutral element of `+`."""

from __future__ import annotations

from attrs import frozen

from nnl2.regularizers.base import Regularizer


@frozen
class NoRegularization(Regularizer):
    """No regularization: the network is trained on its error alone.

    Every question keeps its neutral answer, so `NoRegularization() + other` is `other`.
    """

    @property
    def parts(self) -> tuple[Regularizer, ...]:
        """Nothing to ask: the empty sum."""
        return ()
