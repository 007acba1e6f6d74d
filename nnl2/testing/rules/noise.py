"""Rules about noise: where its random numbers come from, and what it does to the mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.engine.answers import kind
from nnl2.errors import ConformanceError
from nnl2.testing.asking import DRAWING, ask
from nnl2.testing.check import NotApplicable
from nnl2.testing.rules.answers import same

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnl2.regularizers import Regularizer


def comes_from_rng(regularizer: Regularizer) -> None:
    """Check that noise is the same with the same rng, and another with another."""
    for question in _noisy_questions(regularizer):
        rng = np.random.default_rng(6)
        seen = rng.normal(size=(1000, 20)), np.eye(2)[rng.integers(2, size=1000)]
        arguments: tuple[Any, ...] = {"mask": ((1000, 20),), "mask_weights": ((50, 20, 20),)}.get(question, seen)
        one, again, other = (_drawn(regularizer, question, *arguments, seed=seed) for seed in (1, 1, 2))
        if not same(one, again):
            raise ConformanceError(
                f"{question} answers differently with the same rng: "
                f"it has random numbers of its own or keeps state"
            )
        if question != "augment" and same(one, other) and np.ptp(one) > 0:
            what = "units" if question == "mask" else "weights"
            raise ConformanceError(
                f"{question} is the same whatever rng says: a frozen mask only takes {what} away, "
                f"and in use, without masks, the network is another one"
            )
        if question == "augment" and same(one, other):
            turned = _drawn(regularizer, question, *(table[::-1] for table in seen), seed=1)
            if not same(turned, one[::-1]):
                raise ConformanceError("augment adds the same noise whatever rng says: draw it from rng")


def is_unbiased(regularizer: Regularizer) -> None:
    """Check the mean of many draws: of masks, and of what is added to inputs."""
    noisy = _noisy_questions(regularizer)
    if not regularizer.unbiased:
        raise NotApplicable("it says unbiased = False")
    n_draws, n_items = 400, 50
    inputs, targets = np.tile([-2.0, 0.5, 1.0, 3.0], (n_items, 1)), np.tile([0.0, 1.0], (n_items, 1))
    asked_about: dict[str, tuple[Any, ...]] = {
        "mask": ((n_items, 4),), "mask_weights": ((n_items, 2, 2),), "augment": (inputs, targets),
    }  # fmt: skip
    for question in noisy:
        expected = inputs[0] if question == "augment" else np.ones(4)
        draws = np.stack(
            [_drawn(regularizer, question, *asked_about[question], seed=seed)[:, :4] for seed in range(n_draws)]
        )
        if question != "augment" and np.count_nonzero(draws, axis=(0, 1)).min() < 100:
            raise NotApplicable("too few outputs are kept to know their mean")
        means = draws.mean(axis=1)
        standard_error = means.std(axis=0) / np.sqrt(n_draws)
        off = np.abs(means.mean(axis=0) - expected)
        if (off > 6 * standard_error + 1e-6).any():
            worst = int(np.argmax(off))
            mean = means.mean(axis=0)[worst] - (expected[worst] if question == "augment" else 0)
            what, right = ("what it adds", 0) if question == "augment" else ("its factors", 1)
            raise ConformanceError(
                f"{question} is biased: the mean of {what} is {mean:.4g}, not {right}; "
                f"scale it, or say unbiased: ClassVar[bool] = False if that is meant"
            )


def _drawn(regularizer: Regularizer, question: str, *arguments: object, seed: int) -> NDArray[Any]:
    """Return an answer as one table, with a row for each item or update."""
    answer = ask(regularizer, question, *arguments, seed=seed)
    if question == "augment":
        if not isinstance(answer, tuple) or len(answer) != 2:
            raise ConformanceError(f"augment answers with {kind(answer)} instead of inputs and targets")
        answer = np.concatenate([np.asarray(table) for table in answer], axis=1)
    return np.asarray(answer).reshape(len(answer), -1)


def _noisy_questions(regularizer: Regularizer) -> list[str]:
    noisy = [question for question in DRAWING if regularizer.answers(question)]
    if not noisy:
        raise NotApplicable(f"it answers none of {', '.join(DRAWING)}")
    return noisy
