"""Rules about noise: where its random numbers come from, and what it does to the mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnl2.errors import ConformanceError
from nnl2.testing.asking import ask
from nnl2.testing.check import NotApplicable
from nnl2.testing.rules.answers import same

if TYPE_CHECKING:
    from nnl2.regularizers import Regularizer


def comes_from_rng(regularizer: Regularizer) -> None:
    """Check that noise is the same with the same rng, and another with another."""
    for question in _noisy_questions(regularizer):
        inputs = np.random.default_rng(6).normal(size=(1000, 20))
        argument = (1000, 20) if question == "mask" else inputs
        one, again, other = (np.asarray(ask(regularizer, question, argument, seed=seed)) for seed in (1, 1, 2))
        if not same(one, again):
            raise ConformanceError(
                f"{question} answers differently with the same rng: "
                f"it has random numbers of its own or keeps state"
            )
        if question == "mask" and same(one, other) and np.ptp(one) > 0:
            raise ConformanceError(
                "mask is the same whatever rng says: a frozen mask only takes units away, "
                "and in use, without masks, the network is another one"
            )
        turned = np.asarray(ask(regularizer, question, inputs[::-1], seed=1)) if question == "corrupt" else one
        if question == "corrupt" and same(one, other) and not same(turned, one[::-1]):
            raise ConformanceError("corrupt adds the same noise whatever rng says: draw it from rng")


def is_unbiased(regularizer: Regularizer) -> None:
    """Check the mean of many draws."""
    noisy = _noisy_questions(regularizer)
    if not regularizer.unbiased:
        raise NotApplicable("it says unbiased = False")
    n_draws, n_items = 400, 50
    inputs = np.tile([-2.0, 0.5, 1.0, 3.0], (n_items, 1))
    for question in noisy:
        argument, expected = ((n_items, 4), np.ones(4)) if question == "mask" else (inputs, inputs[0])
        draws = np.stack([ask(regularizer, question, argument, seed=seed) for seed in range(n_draws)])
        if question == "mask" and np.count_nonzero(draws, axis=(0, 1)).min() < 100:
            raise NotApplicable("too few outputs are kept to know their mean")
        means = draws.mean(axis=1)
        standard_error = means.std(axis=0) / np.sqrt(n_draws)
        off = np.abs(means.mean(axis=0) - expected)
        if (off > 6 * standard_error + 1e-6).any():
            worst = int(np.argmax(off))
            mean = means.mean(axis=0)[worst] - (0 if question == "mask" else expected[worst])
            what = "the mean of its factors is" if question == "mask" else "the mean of what it adds is"
            raise ConformanceError(
                f"{question} is biased: {what} {mean:.4g}, not {1 if question == 'mask' else 0}; "
                f"scale it, or say unbiased: ClassVar[bool] = False if that is meant"
            )


def _noisy_questions(regularizer: Regularizer) -> list[str]:
    noisy = [question for question in ("corrupt", "mask") if regularizer.answers(question)]
    if not noisy:
        raise NotApplicable("it answers neither corrupt nor mask")
    return noisy
