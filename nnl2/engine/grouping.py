"""Which lanes are asked together: groups of lanes, with one stacked regularizer for each part.

Lanes whose regularizers are of the same classes are asked at once: numbers that differ between them (a sweep
of strengths, say) become arrays with one entry per lane. A stack must give every lane the bits it would get
alone; a class whose stack does not is asked one by one.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from nnl2.errors import InvalidValueError, PluginError
from nnl2.regularizers.base import Regularizer, Step, field_names, is_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    FloatArray = NDArray[np.floating[Any]]

STACK_QUESTIONS = ("gradient", "decay", "constrain", "penalty")
"""What is asked of a stack; corrupt, mask and should_stop are asked of each network's own object."""


@frozen
class LaneRegularizers:
    """The regularizers of one network: one for each layer's weights, one for each layer's biases."""

    weights: tuple[Regularizer, ...]
    biases: tuple[Regularizer, ...]

    @property
    def slots(self) -> tuple[Regularizer, ...]:
        """All of them, in the order in which a step lists its slots."""
        return self.weights + self.biases


@frozen
class Group:
    """Lanes asked together: their numbers, and for each slot the stacked parts of its regularizer."""

    members: tuple[int, ...]
    slots: tuple[tuple[Regularizer, ...], ...]
    layers_alike: bool
    """Whether the weights of all layers are regularized alike."""


def group_lanes(lanes: Sequence[LaneRegularizers], slots: Sequence[FloatArray], step: Step) -> tuple[Group, ...]:
    """Return the groups of lanes that are asked together.

    `slots` are the weights and biases to begin with, `(n_in, n_out, lanes)` each: on them every stack is tried.
    Lanes of one kind form a group; where their stack does not work, lanes with equal regularizers do.

    Raises
    ------
    PluginError
        If a regularizer raises, mixes lanes, or answers with a wrong shape or something that is not finite.
    """
    groups = []
    for kind in _equal([[_kinds(slot) for slot in lane.slots] for lane in lanes]):
        group = _group(kind, lanes, slots, step)
        if group:
            groups.append(group)
            continue
        for equal in _equal([lanes[member].slots for member in kind]):
            alone = _group([kind[position] for position in equal], lanes, slots, step)
            assert alone is not None, "equal regularizers need no stack"
            groups.append(alone)
    return tuple(groups)


def _equal(keys: Sequence[object]) -> list[list[int]]:
    """Return the positions of equal keys together; keys need not be hashable."""
    found: list[tuple[object, list[int]]] = []
    for position, key in enumerate(keys):
        for known, positions in found:
            if known == key:
                positions.append(position)
                break
        else:
            found.append((key, [position]))
    return [positions for _, positions in found]


def _kinds(regularizer: Regularizer) -> list[object]:
    """Return for each part what must be equal where parts are stacked: its class and all that is no number."""
    kinds: list[object] = []
    for part in regularizer.parts:
        names = field_names(type(part))
        values = [getattr(part, name) for name in names]
        kinds.append((type(part), [None if is_number(value) else value for value in values]) if names else part)
    return kinds


def _group(
    members: list[int], lanes: Sequence[LaneRegularizers], slots: Sequence[FloatArray], step: Step
) -> Group | None:
    """Return the members as one group, or None where they cannot be asked together."""
    stacked = []
    for number, weights in enumerate(slots):
        layer = number % (len(slots) // 2) + 1
        stacks = []
        for parts in zip(*(lanes[member].slots[number].parts for member in members), strict=True):
            stack = _stack(parts, weights[..., members], step, layer)
            if stack is None:
                return None
            stacks.append(stack)
        stacked.append(tuple(stacks))
    alike = all(slot == lanes[m].weights[0] for m in members for slot in lanes[m].weights)
    return Group(tuple(members), tuple(stacked), layers_alike=alike)


def _stack(parts: Sequence[Regularizer], weights: FloatArray, step: Step, layer: int) -> Regularizer | None:
    """Return one object that gives every part's lane the bits it gets alone, or None where there is none."""
    pairs = [weights[..., [lane, lane]] for lane in range(len(parts))]  # no question ever sees a lane alone
    alone = [_alone(part, pair, step, layer) for part, pair in zip(parts, pairs, strict=True)]
    if all(part == parts[0] for part in parts):
        return alone[0]
    try:
        stack = type(parts[0]).stack(parts, weights.dtype)
        together = _answers(stack, weights, step)
    except Exception:  # noqa: BLE001 (whatever a plug-in raises here means that it cannot be stacked)
        return None
    for lane, (own, pair) in enumerate(zip(alone, pairs, strict=True)):
        for joint, single in zip(together, _answers(own, pair, step), strict=True):
            if not np.array_equal(joint[..., lane], single[..., 0]):
                return None
    return stack


def _alone(part: Regularizer, pair: FloatArray, step: Step, layer: int) -> Regularizer:
    """Return what is asked for a part alone: its stack of one, or itself where its numbers must be plain.

    `pair` are its weights twice, `(n_in, n_out, 2)`.
    """
    where = f"in layer {layer}, epoch {step.epoch}"
    try:
        plain = _answers(part, pair, step)
        beside_another = _answers(part, pair * np.array([1, 0.5], pair.dtype), step)
    except Exception as error:
        raise PluginError(f"{part!r} failed {where}: {type(error).__name__}: {error}") from error
    if not all(np.isfinite(answer).all() for answer in plain):
        raise PluginError(f"{part!r} answered with something not finite {where}")
    if not all(
        np.array_equal(one[..., 0], other[..., 0]) for one, other in zip(plain, beside_another, strict=True)
    ):
        raise PluginError(
            f"{part!r} mixes networks {where}: the last axis holds one network each, so sum over axis=(0, 1) "
            f"or axis=0, and answer from the arguments alone"
        )
    if not field_names(type(part)):
        return part
    try:
        stack = type(part).stack([part], pair.dtype)
        answers = _answers(stack, pair, step)
    except Exception:  # noqa: BLE001 (as above)
        return part
    close = all(np.allclose(one, other, rtol=1e-4) for one, other in zip(plain, answers, strict=True))
    return stack if close else part


def _answers(asked: Regularizer, weights: FloatArray, step: Step) -> Sequence[FloatArray]:
    """Return the answers to all questions the class overrides; raise where a shape does not fit."""
    shown = weights.view()
    shown.flags.writeable = False
    answers = []
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("error")
        for question in STACK_QUESTIONS:
            if not asked.answers(question):
                continue
            answer = np.asarray(
                asked.decay(step) if question == "decay" else getattr(asked, question)(shown, step), np.float64
            )
            shape = weights.shape if question in ("gradient", "constrain") else weights.shape[-1:]
            if answer.shape not in ((), (1,), shape):
                raise InvalidValueError(f"{question} answered with shape {answer.shape} instead of {shape}")
            answers.append(np.broadcast_to(answer, shape))
    return answers


def arrange(groups: Sequence[Group], *, at_least: int) -> tuple[NDArray[np.intp], list[slice]]:
    """Return the lane that stands in each column of a step, and the columns of each group.

    Groups stand side by side; a group of fewer than `at_least` lanes is filled up with copies (twins).
    """
    lanes: list[int] = []
    columns = []
    for group in groups:
        first = len(lanes)
        lanes += group.members + group.members[:1] * (at_least - len(group.members))
        columns.append(slice(first, len(lanes)))
    return np.array(lanes), columns
