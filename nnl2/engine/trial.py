"""Regularizers are tried before they are trusted: shapes, lanes, stacks.

What training asks in every update it does not check in every update. So each regularizer is asked once before,
about the weights to begin with and about larger ones, in the first, a middle and the last epoch. Only the
answers about the weights to begin with must be finite.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from nnl2.errors import InvalidValueError, PluginError
from nnl2.regularizers.base import Regularizer, Step, field_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    FloatArray = NDArray[np.floating[Any]]

STACK_QUESTIONS = ("gradient", "decay", "constrain", "penalty")
"""What is asked of a stack; corrupt, mask and should_stop are asked of each network's own object."""


@frozen
class Trial:
    """The weights of one layer, or its biases, and the steps in which regularizers are tried on them.

    Parameters
    ----------
    weights
        The weights to begin with, `(n_in, n_out, lanes)`.
    steps
        At least one step; the first also meets the weights to begin with.
    layer
        The number of the layer, counted from 1.
    """

    weights: FloatArray
    steps: tuple[Step, ...]
    layer: int

    def of(self, lanes: Sequence[int]) -> Trial:
        """Return the trial of some of the lanes."""
        return Trial(self.weights[..., lanes], self.steps, self.layer)

    def circumstances(self) -> list[tuple[FloatArray, Step]]:
        """Return all weights and steps for which regularizers are asked."""
        n_in, n_out, _ = self.weights.shape
        ramp = np.linspace(-2, 2, n_in * n_out, dtype=self.weights.dtype).reshape(n_in, n_out, 1)
        return [(self.weights, self.steps[0]), *((self.weights + ramp, step) for step in self.steps)]

    def answers(self, asked: Regularizer) -> list[FloatArray]:
        """Return the answers to all questions the class overrides, in all circumstances."""
        return [
            answer for weights, step in self.circumstances() for answer in _answers(asked, weights, step).values()
        ]


def stack_alone(part: Regularizer, trial: Trial) -> Regularizer:
    """Return what is asked for a part alone: its stack of one, or itself where its numbers must be plain.

    The trial holds the part's weights twice: no question ever sees a lane alone.

    Raises
    ------
    PluginError
        If the part raises, mixes lanes, or answers with a wrong shape or with something that is not finite.
    """
    plain: list[FloatArray] = []
    for weights, step in trial.circumstances():
        where = f"in layer {trial.layer}, epoch {step.epoch}"
        try:
            answers = _answers(part, weights, step)
            again = _answers(part, weights, step)
            beside_others = _answers(part, weights[..., [0, 0, 0]] * np.array([1, 0.5, 2], weights.dtype), step)
            weight_by_weight = _answers(part, weights.reshape(-1, 1, 2), step) if part.elementwise else answers
        except Exception as error:
            reason = " ".join(str(error).split())
            if "read-only" in reason:
                reason += "; it changes its argument: answer with a new array"
            raise PluginError(f"{part!r} failed {where}: {type(error).__name__}: {reason}") from error
        for question, answer in answers.items():
            if not plain and not np.isfinite(answer).all():
                raise PluginError(f"{part!r} answered {question} with something not finite {where}")
            if not _equal(answer, again[question]):
                raise PluginError(
                    f"{part!r} answered {question} differently when asked again {where}: "
                    f"it keeps state or draws random numbers; answer from the arguments alone"
                )
            if not _equal(answer[..., 0], beside_others[question][..., 0]):
                raise PluginError(
                    f"{part!r} mixes networks in {question} {where}: the last axis holds one network each, "
                    f"so sum over axis=(0, 1), or over axis=0 with keepdims=True"
                )
            if answer.ndim == 3 and not _equal(answer.ravel(), weight_by_weight[question].ravel()):
                raise PluginError(
                    f"{part!r} says elementwise = True, but {question} does not treat each weight alone {where}"
                )
        plain += answers.values()
    if not field_names(type(part)):
        return part
    stack, stacked = _stack_and_answers([part], trial)
    same = all(np.allclose(one, own, rtol=1e-4, equal_nan=True) for one, own in zip(stacked, plain, strict=False))
    return stack if stack is not None and same else part


def stack_together(parts: Sequence[Regularizer], own: dict[int, Regularizer], trial: Trial) -> Regularizer | None:
    """Return one object that gives each part the bits it gets alone, or None where there is none.

    `own` holds, for some lanes, what is asked for the part alone; on these the stack is tried.
    """
    stack, together = _stack_and_answers(parts, trial)
    for lane, alone in own.items():
        for joint, single in zip(together, trial.of([lane, lane]).answers(alone), strict=stack is not None):
            if not _equal(joint[..., lane], single[..., 0]):
                return None
    return stack


def _stack_and_answers(parts: Sequence[Regularizer], trial: Trial) -> tuple[Regularizer | None, list[FloatArray]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # numpy warns before it stops taking an array for a number
            stack = type(parts[0]).stack(parts, trial.weights.dtype)
            return stack, trial.answers(stack)
    except Exception:  # noqa: BLE001 (whatever a plug-in raises here means that it cannot be stacked)
        return None, []


def _equal(one: FloatArray, other: FloatArray) -> bool:
    """Return whether two answers are the same bits; on weights far from the real ones both may be no number."""
    return np.array_equal(one, other, equal_nan=True)


def _answers(asked: Regularizer, weights: FloatArray, step: Step) -> dict[str, FloatArray]:
    """Return the answers to all questions the class overrides; a wrong shape is an InvalidValueError."""
    shown = weights.view()
    shown.flags.writeable = False
    answers: dict[str, FloatArray] = {}
    with np.errstate(all="ignore"):
        for question in STACK_QUESTIONS:
            if not asked.answers(question):
                continue
            given = asked.decay(step) if question == "decay" else getattr(asked, question)(shown, step)
            answer = np.asarray(given, np.float64)
            shape = weights.shape if question in ("gradient", "constrain") else weights.shape[-1:]
            if answer.shape not in ((), (1,), shape):
                raise InvalidValueError(f"{question} answered with shape {answer.shape} instead of {shape}")
            answers[question] = np.broadcast_to(answer, shape)
    return answers
