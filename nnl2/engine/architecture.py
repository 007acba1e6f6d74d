"""`Architecture`: a network's shape, its functions and number type, and where each parameter lies."""

from __future__ import annotations

from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from attrs import frozen

from nnl2.errors import PluginError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnl2.activations import Activation
    from nnl2.optimizers import Optimizer
    from nnl2.outputs import Output

    FloatArray = NDArray[np.floating[Any]]


class Place(NamedTuple):
    """Where one layer's weights, or its biases, lie among the parameters; biases have one row."""

    layer: int
    biases: bool
    start: int
    shape: tuple[int, int]

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return self.shape[0] * self.shape[1]

    @property
    def stop(self) -> int:
        """The position after its last number."""
        return self.start + self.size

    def of(self, parameters: FloatArray) -> FloatArray:
        """Return a view `(n_in, n_out)`, or `(1, n_out)`, of a flat vector of parameters."""
        return parameters[self.start : self.stop].reshape(self.shape)

    def of_each(self, vectors: FloatArray) -> FloatArray:
        """Return its numbers `(n, n_in, n_out)` in each of some vectors of parameters."""
        return vectors[:, self.start : self.stop].reshape(-1, *self.shape)

    def __str__(self) -> str:
        return f"the biases of layer {self.layer}" if self.biases else f"layer {self.layer}"


@frozen
class MemoryLayout:
    """An optimizer's memory as one flat vector: the first array of every place, then the second of every place."""

    n_places: int
    shapes: tuple[tuple[int, int], ...]

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return sum(rows * columns for rows, columns in self.shapes)

    def starts(self, place: int) -> list[int]:
        """Return where the arrays of a place, given by its number, begin."""
        ends = list(accumulate((rows * columns for rows, columns in self.shapes), initial=0))
        return ends[place : -1 : self.n_places]

    def of(self, memory: FloatArray) -> list[list[FloatArray]]:
        """Return for each place views of its arrays."""
        return [
            [
                memory[start : start + rows * columns].reshape(rows, columns)
                for start, (rows, columns) in zip(
                    self.starts(place), self.shapes[place :: self.n_places], strict=True
                )
            ]
            for place in range(self.n_places)
        ]


@frozen(slots=False)
class Architecture:
    """Layer sizes, functions and number type.

    The parameters are one flat vector in the order W1 (row by row), b1, W2, b2, ...
    """

    layer_sizes: tuple[int, ...]
    hidden: Activation
    output: Output
    dtype: np.dtype[np.floating[Any]]

    @cached_property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """The shape `(n_in, n_out)` of each layer's weights."""
        return tuple(pairwise(self.layer_sizes))

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Where W1, b1, W2, b2, ... lie; layers are counted from 1."""
        places, start = [], 0
        for layer, (n_in, n_out) in enumerate(self.shapes, start=1):
            for biases, rows in ((False, n_in), (True, 1)):
                places.append(Place(layer, biases, start, (rows, n_out)))
                start = places[-1].stop
        return tuple(places)

    @property
    def n_parameters(self) -> int:
        """The number of weights and biases."""
        return self.places[-1].stop

    def memory(self, optimizer: Optimizer, parameters: FloatArray) -> tuple[MemoryLayout, FloatArray]:
        """Return how an optimizer's memory is laid out, and the memory to begin with."""
        begun = [_checked(optimizer, place, optimizer.begin(place.of(parameters))) for place in self.places]
        arrays = [np.asarray(array, self.dtype) for slot in zip(*begun, strict=True) for array in slot]
        layout = MemoryLayout(len(self.places), tuple(array.shape for array in arrays))
        return layout, np.concatenate([np.empty(0, self.dtype), *(array.ravel() for array in arrays)])

    def layers(self, parameters: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
        """Return for each layer views (weights `(n_in, n_out)`, biases `(n_out,)`) of a flat vector."""
        views = [place.of(parameters) for place in self.places]
        return [(weights, biases[0]) for weights, biases in zip(views[::2], views[1::2], strict=True)]


def _checked(optimizer: Optimizer, place: Place, begun: object) -> tuple[FloatArray, ...]:
    """Return the memory an optimizer begins with, if it can be laid out."""
    rows, columns = place.shape
    if isinstance(begun, tuple) and all(
        isinstance(array, np.ndarray)
        and array.dtype.kind in "fiu"
        and array.ndim == 2
        and array.shape[0] in (1, rows)
        and array.shape[1] in (1, columns)
        and np.isfinite(array).all()
        for array in begun
    ):
        return begun
    raise PluginError(
        f"{optimizer!r} must begin with a tuple of arrays of finite numbers that broadcast to {place.shape}, "
        f"the shape of {place}"
    )
