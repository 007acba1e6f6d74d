"""`StandardizedRows`: rows of one large array of numbers, standardised as they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from nnl2.data import LARGEST_SCALE, RowSource

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.floating[Any]]


AT_ONCE = 20_000
"""So many numbers are standardised at a time: they stay in the processor's cache, which is four times as fast."""


@frozen(eq=False)
class StandardizedRows(RowSource):
    """Inputs of some items of a table whose columns are those of one array.

    Each number is what `Standardized` makes of it, rounded to the number type of the array.

    Parameters
    ----------
    matrix
        The columns of all items, `(n_items of the table, n_in)`.
    rows
        The items, `(n_items,)`.
    medians, means, scales
        Of each column, `(n_in,)`: what `Standardized` knows of one.
    """

    matrix: FloatArray = field(repr=False)
    rows: NDArray[np.integer[Any]]
    medians: FloatArray
    means: FloatArray
    scales: FloatArray

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of items and inputs."""
        return len(self.rows), self.matrix.shape[1]

    @property
    def dtype(self) -> np.dtype[Any]:
        """The number type, which is the array's."""
        return self.matrix.dtype

    def __getitem__(self, rows: slice | NDArray[np.integer[Any]]) -> FloatArray:
        """Return these rows, as an array of their own."""
        chosen = self.rows[rows]
        made = np.empty((len(chosen), self.shape[1]), self.dtype)
        size = max(1, AT_ONCE // self.shape[1])
        for first in range(0, len(chosen), size):
            part = slice(first, first + size)
            made[part] = standardize(self.matrix[chosen[part]], self.medians, self.means, self.scales)
        return made


def standardize(
    numbers: FloatArray, medians: FloatArray | float, means: FloatArray | float, scales: FloatArray | float
) -> FloatArray:
    """Return (number - mean) / scale for numbers `(n_items,)` of a column, or `(n_items, n_in)` of several.

    The median stands where one is missing; a scale of 0 makes all of them 0; beyond 1000 scales they are cut off.
    """
    made = numbers.astype(np.float64)
    equal = np.equal(scales, 0)
    np.copyto(made, medians, where=np.isnan(made))
    made -= means
    made /= np.where(equal, 1.0, scales)
    np.clip(made, -LARGEST_SCALE, LARGEST_SCALE, out=made)
    made[..., equal] = 0.0
    return made
