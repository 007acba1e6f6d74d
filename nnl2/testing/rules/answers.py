"""Rules about answers: asked for, usable, finite, and made of the arguments alone."""

from __future__ import annotations

import copy
import pickle
from difflib import get_close_matches
from typing import Any

import numpy as np

from nnl2.engine.architecture import Place
from nnl2.engine.feed import NoiseSource
from nnl2.engine.questions import Question
from nnl2.errors import ConformanceError
from nnl2.regularizers import Regularizer
from nnl2.regularizers.base import QUESTIONS, field_names
from nnl2.testing.asking import (
    STEP,
    answered_questions,
    arguments_of,
    ask,
    ask_about_itself,
    weights_with_a_dead_unit,
)
from nnl2.testing.check import NotApplicable


def are_to_questions(regularizer: Regularizer) -> None:
    """Check that a question is answered, and none is misspelt."""
    if not regularizer.parts:
        raise NotApplicable("it is the neutral regularizer")
    own = {name for cls in type(regularizer).__mro__ if issubclass(cls, Regularizer) for name in vars(cls)}
    for name in sorted(own - set(dir(Regularizer)) - set(field_names(type(regularizer)))):
        near = get_close_matches(name, QUESTIONS, n=1, cutoff=0.75)
        unanswered = near and not regularizer.answers(near[0])
        if unanswered and not name.startswith("_") and callable(getattr(regularizer, name)):
            raise ConformanceError(f"nobody asks {name!r}; did you mean {near[0]!r}?")
    if not any(map(regularizer.answers, QUESTIONS)):
        raise ConformanceError(f"it answers no question; override one of {', '.join(QUESTIONS)}")


def leave_arguments_alone(regularizer: Regularizer) -> None:
    """Check that no array that is handed in comes out changed."""
    about_arrays = [question for question in answered_questions(regularizer) if question not in ("mask", "decay")]
    if not about_arrays:
        raise NotApplicable("it is handed no array")
    for question in about_arrays:
        for argument in arguments_of(question):
            before = argument.copy()
            ask_about_itself(regularizer, question, argument)
            if not np.array_equal(argument, before):
                raise ConformanceError(f"{question} changes its argument; answer with a new array")


def are_usable(regularizer: Regularizer) -> None:
    """Check types and shapes as training does."""
    for question in answered_questions(regularizer):
        for argument in arguments_of(question):
            ask(regularizer, question, argument)  # where it fails, this tells how it is asked
            _use(regularizer, question, argument)


def _use(regularizer: Regularizer, question: str, argument: Any) -> None:  # noqa: ANN401
    if question == "should_stop":
        answer = ask(regularizer, question, argument)
        if not isinstance(answer, bool | np.bool_):
            raise ConformanceError(f"should_stop answers with a {type(answer).__name__} instead of True or False")
    elif question in ("corrupt", "mask"):
        source = NoiseSource(regularizer, np.random.default_rng(0), layer=1)
        getattr(source, question)(argument, STEP.epoch)
    else:
        asked = Question(regularizer, question, Place(1, len(argument) == 1, 0, argument.shape))
        if question in ("gradient", "constrain"):
            asked.ask([argument], STEP)
        else:
            asked.number(*([argument] if question == "penalty" else []), step=STEP)


def are_repeatable(regularizer: Regularizer) -> None:
    """Check that an answer does not depend on what was asked before."""
    fresh, state = copy.deepcopy(regularizer), _state(regularizer)
    for question in answered_questions(regularizer):
        if question in ("corrupt", "mask"):
            ask(regularizer, question, *arguments_of(question))
            continue
        first, *others = arguments_of(question)
        before = copy.deepcopy(ask(regularizer, question, first))
        at_once = copy.deepcopy(ask(regularizer, question, first))
        for other in others:
            ask(regularizer, question, other)
        if not (same(before, at_once) and same(before, ask(regularizer, question, first))):
            raise ConformanceError(
                f"{question} answers differently when asked again: it keeps state or draws random numbers; "
                f"answer from the fields and the arguments alone"
            )
        if others and not same(ask(regularizer, question, others[0]), ask(fresh, question, others[0])):
            raise ConformanceError(f"{question} answers differently after other questions: it keeps state")
    if _state(regularizer) != state:
        raise ConformanceError("it is another one after it has been asked: it keeps state in a field")


def are_finite(regularizer: Regularizer) -> None:
    """Check answers about weights that are 0, tiny or huge, in both number types."""
    cases = {
        "all weights are 0": np.zeros((5, 3)),
        "all weights of a unit are 0": weights_with_a_dead_unit(),
        "all weights are 1e-30": np.full((5, 3), 1e-30),
        "all weights are 1e7": np.full((5, 3), 1e7),
        "all biases are 0": np.zeros((1, 3)),
    }
    asked = answered_questions(regularizer)
    about_weights = [question for question in asked if question in ("gradient", "constrain", "penalty")]
    if not about_weights:
        raise NotApplicable("it is asked about no weights")
    for question in about_weights:
        for case, weights in cases.items():
            for dtype in (np.float64, np.float32):
                if not np.isfinite(ask(regularizer, question, weights.astype(dtype))).all():
                    raise ConformanceError(
                        f"{question} answers with something not finite where {case} ({dtype.__name__}); "
                        f"guard its divisions and powers"
                    )


def same(one: Any, other: Any) -> bool:  # noqa: ANN401 (any answer)
    """Return whether two answers are the same."""
    one, other = np.asarray(one), np.asarray(other)
    return np.array_equal(one, other, equal_nan=one.dtype.kind == other.dtype.kind == "f")


def _state(regularizer: Regularizer) -> object:
    """Return what changes when a regularizer keeps state; None where that cannot be seen."""
    try:
        return pickle.dumps(regularizer)
    except Exception:  # noqa: BLE001 (whether it can be pickled is another rule)
        return None
