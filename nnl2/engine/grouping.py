"""Which lanes are asked together: groups of lanes, with one stacked regularizer for each part.

Lanes whose regularizers are of the same classes are asked at once: numbers that differ between them (a sweep
of strengths, say) become arrays with one entry per lane. A stack must give every lane the bits it would get
alone; a class whose stack does not is asked one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from nnl2.engine.trial import Trial, stack_alone, stack_together
from nnl2.regularizers.base import Regularizer, are_equal, field_names, is_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    FloatArray = NDArray[np.floating[Any]]


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


def group_lanes(lanes: Sequence[LaneRegularizers], trials: Sequence[Trial]) -> tuple[Group, ...]:
    """Return the groups of lanes that are asked together.

    Lanes of one kind form a group; where their stack does not work, lanes with equal regularizers do. `trials`
    hold, for each slot, the weights of all lanes on which that is tried.

    Raises
    ------
    PluginError
        If a regularizer raises, mixes lanes, or answers with a wrong shape or something that is not finite.
    """
    groups = []
    for kind in _equal([[_kinds(slot) for slot in lane.slots] for lane in lanes]):
        group = _group(kind, lanes, trials)
        if group:
            groups.append(group)
            continue
        for equal in _equal([lanes[member].slots for member in kind]):
            alone = _group([kind[position] for position in equal], lanes, trials)
            assert alone is not None, "equal regularizers need no stack"
            groups.append(alone)
    return tuple(groups)


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


def _group(members: list[int], lanes: Sequence[LaneRegularizers], trials: Sequence[Trial]) -> Group | None:
    """Return the members as one group, or None where they cannot be asked together."""
    stacked = []
    for number, trial in enumerate(trials):
        stacks = []
        for parts in zip(*(lanes[member].slots[number].parts for member in members), strict=True):
            stack = _stack(parts, trial.of(members))
            if stack is None:
                return None
            stacks.append(stack)
        stacked.append(tuple(stacks))
    alike = all(are_equal(slot, lanes[m].weights[0]) for m in members for slot in lanes[m].weights)
    return Group(tuple(members), tuple(stacked), layers_alike=alike)


def _stack(parts: Sequence[Regularizer], trial: Trial) -> Regularizer | None:
    """Return one object that answers for all parts, or None where there is none."""
    own = {lane: stack_alone(parts[lane], trial.of([lane, lane])) for lane, *_ in _equal(parts)}
    return own[0] if len(own) == 1 else stack_together(parts, own, trial)


def _equal(keys: Sequence[object]) -> list[list[int]]:
    """Return the positions of equal keys together; keys need not be hashable."""
    found: list[tuple[object, list[int]]] = []
    for position, key in enumerate(keys):
        for known, positions in found:
            if are_equal(known, key):
                positions.append(position)
                break
        else:
            found.append((key, [position]))
    return [positions for _, positions in found]


def _kinds(regularizer: Regularizer) -> list[object]:
    """Return for each part what must be equal where parts are stacked: its class and all that is no number."""
    kinds: list[object] = []
    for part in regularizer.parts:
        values = [getattr(part, name) for name in field_names(type(part))]
        others = [(is_number(value), None if is_number(value) else value) for value in values]
        kinds.append((type(part), others) if values else part)
    return kinds
