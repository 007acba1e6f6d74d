"""Vectors, matrices and tables as text: `format_*` returns it, `show_*` prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.data import Dataset
from nnl2.errors import InvalidValueError
from nnl2.validation import as_table, check_count, check_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray


def show_vector(vector: ArrayLike, decimals: int = 2) -> None:
    """Print a vector on one line."""
    print(format_vector(vector, decimals))  # noqa: T201 (printing is what it is for)


def show_matrix(matrix: Dataset | ArrayLike, decimals: int = 1) -> None:
    """Print a matrix row by row; of a Dataset, inputs and targets side by side."""
    print(format_matrix(matrix, decimals))  # noqa: T201


def show_matrix_partial(
    matrix: Dataset | ArrayLike,
    n_rows: int = 4,
    decimals: int = 1,
    indices: bool = True,  # noqa: FBT001, FBT002 (the article's signature)
) -> None:
    """Print the first rows of a matrix or Dataset and the last one, by default with their numbers."""
    print(format_matrix_partial(matrix, n_rows, decimals, indices))  # noqa: T201


def format_vector(vector: ArrayLike, decimals: int = 2) -> str:
    """Return a vector as one line of numbers.

    >>> format_vector([1, -0.5, 10])
    ' 1.00  -0.50  10.00'
    """
    row = as_table("vector", vector)
    if row.ndim != 1:
        raise InvalidValueError(f"vector must be one row of numbers, got shape {row.shape}; try format_matrix")
    return _format_rows(check_table("vector", row[np.newaxis]), decimals)[0]


def format_matrix(matrix: Dataset | ArrayLike, decimals: int = 1) -> str:
    """Return a matrix as one line for each row; of a Dataset, inputs and targets side by side.

    >>> print(format_matrix([[1, -2], [10, 0.25]]))
     1.0  -2.0
    10.0   0.2
    """
    return "\n".join(_format_rows(_as_matrix(matrix), decimals))


def format_matrix_partial(
    matrix: Dataset | ArrayLike,
    n_rows: int = 4,
    decimals: int = 1,
    indices: bool = True,  # noqa: FBT001, FBT002
) -> str:
    """Return the first rows of a matrix or Dataset and the last one, by default with their numbers.

    >>> print(format_matrix_partial([[0.1], [0.2], [0.3], [0.4]], 2))
    [0]  0.1
    [1]  0.2
     ...
    [3]  0.4
    """
    rows = _as_matrix(matrix)
    n_rows = min(check_count("n_rows", n_rows), len(rows))
    numbers = [*range(n_rows), *([len(rows) - 1] if n_rows < len(rows) else [])]
    lines = _format_rows(rows[numbers], decimals)
    if indices:
        width = len(str(numbers[-1]))
        lines = [f"[{number:>{width}}]  {line}" for number, line in zip(numbers, lines, strict=True)]
    if len(numbers) > n_rows and numbers[-1] > n_rows:
        lines.insert(n_rows, " ...")
    return "\n".join(lines)


def format_table(header: Sequence[str], rows: Sequence[Sequence[str]], *, n_left: int = 1) -> str:
    """Return a table of texts: the first `n_left` columns to the left, the others to the right.

    >>> print(format_table(["strategy", "test"], [["none", "0.700"], ["L2", "0.8"]]))
    strategy   test
    --------  -----
    none      0.700
    L2          0.8
    """
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    lines = [header, ["-" * width for width in widths], *rows]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < n_left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _as_matrix(matrix: Dataset | ArrayLike) -> NDArray[np.floating[Any]]:
    if isinstance(matrix, Dataset):
        return np.hstack([matrix.inputs, matrix.targets])
    return check_table("matrix", matrix)


def _format_rows(matrix: NDArray[np.floating[Any]], decimals: int) -> list[str]:
    """Return each row as numbers of equal width, two spaces apart."""
    decimals = check_count("decimals", decimals, minimum=0)
    texts = [[f"{number:.{decimals}f}" for number in row] for row in matrix]
    width = max(len(text) for row in texts for text in row)
    return ["  ".join(text.rjust(width) for text in row) for row in texts]
