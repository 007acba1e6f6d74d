"""Rules about answers: asked for, usable, finite, and made of the arguments alone."""

from __future__ import annotations

import copy
import pickle
from difflib import get_close_matches
from typing import Any

import attrs
import numpy as np

from nnl2.engine.architecture import Place
from nnl2.engine.asking import Question
from nnl2.engine.feed import Items, NoiseSource
from nnl2.errors import ConformanceError
from nnl2.outputs import SoftmaxCrossEntropy
from nnl2.regularizers import Regularizer
from nnl2.regularizers.base import QUESTIONS, field_names
from nnl2.testing.asking import (
    ABOUT_WEIGHTS,
    DRAWING,
    LATE,
    STEP,
    answered_questions,
    arguments_of,
    ask,
    ask_about_themselves,
    serving,
    some_weights,
    weights_with_a_dead_unit,
)
from nnl2.testing.check import NotApplicable

RENAMED = {"corrupt": "augment", "perturb": "augment", "noise": "augment", "loss": "penalty", "cost": "penalty"}
"""What questions are called elsewhere, or were called before."""


def are_to_questions(regularizer: Regularizer) -> None:
    """Check that a question is answered, and none is misspelt."""
    if not regularizer.parts:
        raise NotApplicable("it is the neutral regularizer")
    own = {name for cls in type(regularizer).__mro__ if issubclass(cls, Regularizer) for name in vars(cls)}
    for name in sorted(own - set(dir(Regularizer)) - set(field_names(type(regularizer)))):
        near = [RENAMED[name]] if name in RENAMED else get_close_matches(name, QUESTIONS, n=1, cutoff=0.75)
        unanswered = near and not regularizer.answers(near[0])
        if unanswered and not name.startswith("_") and callable(getattr(regularizer, name)):
            raise ConformanceError(f"nobody asks {name!r}; did you mean {near[0]!r}?")
    if not any(map(regularizer.answers, QUESTIONS)):
        raise ConformanceError(f"it answers no question; override one of {', '.join(QUESTIONS)}")


def leave_arguments_alone(regularizer: Regularizer) -> None:
    """Check that no array that is handed in comes out changed."""
    handed = {
        question: arguments_of(question)
        for question in answered_questions(regularizer)
        if question not in ("mask", "mask_weights", "decay")
    }
    if not handed:
        raise NotApplicable("it is handed no array")
    for question, several in handed.items():
        for arrays in copy.deepcopy(several):
            before = copy.deepcopy(arrays)
            ask_about_themselves(regularizer, question, *arrays)
            if not all(map(np.array_equal, arrays, before)):
                raise ConformanceError(f"{question} changes its argument; answer with a new array")


def are_usable(regularizer: Regularizer) -> None:
    """Check types and shapes as training does."""
    for question in answered_questions(regularizer):
        for arguments in arguments_of(question):
            ask(regularizer, question, *arguments)  # where it fails, this tells how it is asked
            _use(regularizer, question, *arguments)


def _use(regularizer: Regularizer, question: str, *arguments: Any) -> None:  # noqa: ANN401
    if question == "begin":
        serving(regularizer, *arguments)
    elif question == "should_stop":
        answer = ask(regularizer, question, *arguments)
        if not isinstance(answer, bool | np.bool_):
            raise ConformanceError(f"should_stop answers with a {type(answer).__name__} instead of True or False")
    elif question in DRAWING:
        source = NoiseSource(regularizer, np.random.default_rng(0), layer=1)
        if question == "augment":
            inputs, targets = arguments
            source.augment(Items(inputs, targets, None), SoftmaxCrossEntropy(), STEP.epoch)
        else:
            source.factors(question, arguments[0], STEP.epoch)
    else:
        weights = some_weights() if question == "decay" else arguments[0]
        place = Place(1, len(weights) == 1, 0, weights.shape)
        asked = Question(serving(regularizer, weights), question, place)
        if question in ("gradient", "constrain"):
            asked.ask(arguments, STEP)
        else:
            asked.number(*arguments, step=STEP)


def are_repeatable(regularizer: Regularizer) -> None:
    """Check that an answer does not depend on what was asked before."""
    fresh, state = copy.deepcopy(regularizer), _state(regularizer)
    for question in answered_questions(regularizer):
        first, *others = arguments_of(question)
        if question in DRAWING:
            ask(regularizer, question, *first)
            continue
        before = copy.deepcopy(ask(regularizer, question, *first))
        at_once = copy.deepcopy(ask(regularizer, question, *first))
        for other in others:
            ask(regularizer, question, *other)
        if not (same(before, at_once) and same(before, ask(regularizer, question, *first))):
            raise ConformanceError(
                f"{question} answers differently when asked again: it keeps state or draws random numbers; "
                f"answer from the fields and the arguments alone"
            )
        later = [ask(each, question, *(others or [first])[0], step=LATE) for each in (regularizer, fresh)]
        if not same(*later):
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
    about_weights = [question for question in asked if question in ABOUT_WEIGHTS]
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
    """Return whether two answers are the same; regularizers are by their fields."""
    if isinstance(one, Regularizer) and attrs.has(type(one)):
        return type(one) is type(other) and all(map(same, _values(one), _values(other)))
    one, other = np.asarray(one), np.asarray(other)
    return np.array_equal(one, other, equal_nan=one.dtype.kind == other.dtype.kind == "f")


def _values(regularizer: Any) -> list[Any]:  # noqa: ANN401 (an attrs class)
    return [getattr(regularizer, each.name) for each in attrs.fields(type(regularizer))]


def _state(regularizer: Regularizer) -> object:
    """Return what changes when a regularizer keeps state; None where that cannot be seen."""
    try:
        return pickle.dumps(regularizer)
    except Exception:  # noqa: BLE001 (whether it can be pickled is another rule)
        return None
