"""`Architecture`: the shape that all networks of one run share, and where each parameter lies."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nnl2.activations import Activation
    from nnl2.outputs import Output

    FloatArray = NDArray[np.floating[Any]]


@frozen(slots=False)
class Architecture:
    """Layer sizes, functions and number type.

    A network's parameters are one flat vector in the order W1 (row-major), b1, W2, b2, ...
    """

    layer_sizes: tuple[int, ...]
    hidden: Activation
    output: Output
    dtype: np.dtype[np.floating[Any]]

    @property
    def n_layers(self) -> int:
        """The number of weight matrices."""
        return len(self.layer_sizes) - 1

    @property
    def n_parameters(self) -> int:
        """The number of weights and biases."""
        return self._slices[-1][1].stop

    @cached_property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """The shape `(n_in, n_out)` of each weight matrix."""
        return tuple(zip(self.layer_sizes, self.layer_sizes[1:], strict=False))

    @cached_property
    def _slices(self) -> tuple[tuple[slice, slice], ...]:
        slices, start = [], 0
        for n_in, n_out in self.shapes:
            middle, stop = start + n_in * n_out, start + (n_in + 1) * n_out
            slices.append((slice(start, middle), slice(middle, stop)))
            start = stop
        return tuple(slices)

    def layers(self, parameters: FloatArray) -> tuple[tuple[FloatArray, FloatArray], ...]:
        """Return for each layer views (weights `(..., n_in, n_out)`, biases `(..., n_out)`) of `(..., P)`."""
        lanes = parameters.shape[:-1]
        return tuple(
            (parameters[..., weights].reshape(*lanes, *shape), parameters[..., biases])
            for (weights, biases), shape in zip(self._slices, self.shapes, strict=True)
        )
