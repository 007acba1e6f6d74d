"""How the rules ask a regularizer, and about what."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from nnl2.data import Dataset
from nnl2.engine.answers import kind
from nnl2.errors import ConformanceError, in_words
from nnl2.regularizers import Step
from nnl2.regularizers.base import QUESTIONS
from nnl2.testing.check import NotApplicable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnl2.regularizers import Regularizer

    FloatArray = NDArray[np.floating[Any]]

STEP = Step(epoch=2, epochs=5, learning_rate=0.1, batch_size=4, n_items=12)
LATE = Step(epoch=1000, epochs=1000, learning_rate=0.1, batch_size=4, n_items=12)
ASKED_WITH = {
    "augment": "(inputs, targets, rng)",
    "mask": "(shape, rng)",
    "mask_weights": "(shape, rng)",
    "gradient": "(weights, step)",
    "decay": "(step)",
    "constrain": "(weights, step)",
    "penalty": "(weights, step)",
    "should_stop": "(errors)",
    "begin": "(weights)",
}
DRAWING = ("augment", "mask", "mask_weights")
"""Questions that hand in random numbers."""

ABOUT_WEIGHTS = ("gradient", "constrain", "penalty")


def ask(
    regularizer: Regularizer,
    question: str,
    *arguments: Any,  # noqa: ANN401 (whatever the question is about)
    seed: int = 0,
    step: Step = STEP,
) -> Any:  # noqa: ANN401 (whatever it answers)
    """Return the answer to a question about copies of the arguments; raise ConformanceError where it raises."""
    return ask_about_themselves(regularizer, question, *copy.deepcopy(arguments), seed=seed, step=step)


def ask_about_themselves(
    regularizer: Regularizer,
    question: str,
    *arguments: Any,  # noqa: ANN401
    seed: int = 0,
    step: Step = STEP,
) -> Any:  # noqa: ANN401
    """Return the answer to a question about the arguments themselves, which may come out changed."""
    rest: tuple[object, ...] = (step,)
    if question in DRAWING:
        rest = (np.random.default_rng(seed),)
    elif question in ("should_stop", "begin"):
        rest = ()
    asked = serving(regularizer, arguments[0]) if question in ABOUT_WEIGHTS else regularizer
    try:
        return getattr(asked, question)(*arguments, *rest)
    except Exception as error:
        how = f"; it is asked as {question}{ASKED_WITH[question]}" if isinstance(error, TypeError) else ""
        raise ConformanceError(f"{question} fails: {in_words(error)}{how}") from error


def serving(regularizer: Regularizer, weights: FloatArray) -> Regularizer:
    """Return the object that serves a layer of weights like these, which began as others."""
    if not regularizer.answers("begin"):
        return regularizer
    begun: Regularizer = ask_about_themselves(
        regularizer, "begin", some_weights(weights.shape).astype(weights.dtype) / 2
    )
    if type(begun) is not type(regularizer):
        raise ConformanceError(
            f"begin answers with {kind(begun)} instead of a {type(regularizer).__name__}; attrs.evolve makes one"
        )
    return begun


def ask_penalty(regularizer: Regularizer, weights: FloatArray, step: Step = STEP) -> float:
    """Return the penalty; whether it is one number is a rule of its own."""
    return float(np.sum(ask(regularizer, "penalty", weights, step=step)))


def arguments_of(question: str) -> list[tuple[Any, ...]]:
    """Return what a question is asked about, several times."""
    if question == "augment":
        data = some_items()
        return [(data.inputs, data.targets)]
    if question == "mask":
        return [((7, 3),)]
    if question == "mask_weights":
        return [((4, 7, 3),)]
    if question == "decay":
        return [()]
    if question == "should_stop":
        return [(np.array([0.5, 0.4, 0.6, 0.7]),), (np.array([0.5]),)]
    return [(some_weights(),), (some_weights((1, 3)),), (2 * some_weights((4, 3)),)]


def some_weights(shape: tuple[int, ...] = (5, 3)) -> FloatArray:
    """Return weights away from 0, where |w| has no slope; no two of them are alike."""
    rng = np.random.default_rng(4)
    return rng.uniform(0.2, 2, size=shape) * rng.choice([-1, 1], size=shape)


def weights_with_a_dead_unit() -> FloatArray:
    """Return weights among which all of one unit are 0."""
    weights = some_weights()
    weights[:, 0] = 0
    return weights


def some_items() -> Dataset:
    """Return ten items with three inputs and two classes."""
    inputs = np.random.default_rng(5).normal(size=(10, 3))
    return Dataset.from_labels(inputs, (inputs.sum(axis=1) > 0).astype(int), classes=[0, 1])


def needs(regularizer: Regularizer, question: str) -> None:
    """Raise NotApplicable where a regularizer does not answer a question."""
    if not regularizer.answers(question):
        raise NotApplicable(f"it does not answer {question}")


def answered_questions(regularizer: Regularizer) -> list[str]:
    """Return the questions a regularizer answers, at least one."""
    answered = [question for question in QUESTIONS if regularizer.answers(question)]
    if not answered:
        raise NotApplicable("it answers no question")
    return answered


def with_values(regularizer: Any, **values: float) -> Regularizer:  # noqa: ANN401 (an attrs class)
    """Return a regularizer of the same class with some other numbers."""
    other: Regularizer = attrs.evolve(regularizer, **values)
    return other
