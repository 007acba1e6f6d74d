"""`Questions`: everything one step asks of its regularizers, settled before the loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from nnl2.engine.grouping import Group
    from nnl2.regularizers.base import Regularizer, Step

    FloatArray = NDArray[np.floating[Any]]
    Question = Callable[[FloatArray, Step], FloatArray]


@frozen
class Slot:
    """A place where weights stand: views on them and on their changes in this update, `(n_in, n_out, lanes)`."""

    weights: FloatArray
    changes: FloatArray
    shown: FloatArray = field(init=False)
    """The weights as regularizers see them: read-only."""

    @shown.default
    def _read_only(self) -> FloatArray:
        shown = self.weights.view()
        shown.flags.writeable = False
        return shown

    def of(self, lanes: slice) -> Slot:
        """Return the slot of some of the lanes."""
        return Slot(self.weights[..., lanes], self.changes[..., lanes])


class Questions:
    """The questions of all groups about all slots, asked in the order of one update.

    Parameters
    ----------
    groups, columns
        The groups of lanes, and the columns of the step that each takes.
    slots
        The step's weights layer by layer, then its biases layer by layer.
    stretches
        All weights in as few slots as possible: what a regularizer that is elementwise, and the same for all
        layers, is asked about. Asked so or layer by layer, it gives the same bits.
    """

    def __init__(
        self,
        groups: Sequence[Group],
        columns: Sequence[slice],
        slots: Sequence[Slot],
        stretches: Sequence[Slot],
    ) -> None:
        self._gradients: list[tuple[Question, Slot]] = []
        self._decays: list[tuple[Regularizer, Slot]] = []
        self._factors: list[tuple[Slot, Any]] = []
        self._constraints: list[tuple[Question, Slot]] = []
        self._penalties: list[tuple[slice, Regularizer, Slot]] = []
        self._n_columns = columns[-1].stop
        for group, lanes in zip(groups, columns, strict=True):
            for part, slot in _asked_about(group, slots, stretches):
                there = slot.of(lanes)
                if part.answers("gradient"):
                    self._gradients.append((part.gradient, there))
                if part.answers("decay"):
                    self._decays.append((part, there))
                if part.answers("constrain"):
                    self._constraints.append((part.constrain, there))
            for parts, slot in zip(group.slots, slots, strict=True):
                self._penalties += [(lanes, part, slot.of(lanes)) for part in parts if part.answers("penalty")]

    def begin(self, step: Step) -> None:
        """Take note of a new step: decay depends on nothing else, so it is asked here, not in every update."""
        self._step = step
        self._factors = [(slot, part.decay(step)) for part, slot in self._decays]

    def follow_gradients(self) -> None:
        """Change the weights against the penalties' gradients too; all of them see the old weights."""
        learning_rate = self._step.learning_rate
        for question, slot in self._gradients:
            np.subtract(slot.changes, learning_rate * question(slot.shown, self._step), out=slot.changes)

    def decay(self) -> None:
        """Multiply the weights by their factors."""
        for slot, factor in self._factors:
            np.multiply(slot.weights, factor, out=slot.weights)

    def constrain(self) -> None:
        """Put the constrained weights in the place of the updated ones, part by part."""
        for question, slot in self._constraints:
            slot.weights[...] = question(slot.shown, self._step)

    def penalties(self, step: Step) -> NDArray[np.float64]:
        """Return the sum of all penalties for each column of the step."""
        total = np.zeros(self._n_columns)
        for lanes, part, slot in self._penalties:
            total[lanes] += part.penalty(slot.shown, step)
        return total


def _asked_about(
    group: Group, slots: Sequence[Slot], stretches: Sequence[Slot]
) -> Iterator[tuple[Regularizer, Slot]]:
    """Yield who is asked about which weights: part by part where all layers are alike, else layer by layer."""
    n_layers = len(slots) // 2
    if group.layers_alike:
        for position, part in enumerate(group.slots[0]):
            if part.elementwise:
                yield from ((part, stretch) for stretch in stretches)
            else:
                yield from ((group.slots[layer][position], slots[layer]) for layer in range(n_layers))
    else:
        for layer in range(n_layers):
            yield from ((part, slots[layer]) for part in group.slots[layer])
    for number in range(n_layers, len(slots)):
        yield from ((part, slots[number]) for part in group.slots[number])
