"""How one column becomes inputs, as plain numbers and words: learned by scikit-learn, applied without it.

So a preparation can be listed, written to a file and made again, and its use does not wait for scikit-learn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from nnl2.errors import InvalidValueError
from nnl2.preparation.standardized import standardize
from nnl2.preparation.wording import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from nnl2.preparation.columns import Column

    FloatArray = NDArray[np.floating[Any]]

MOST_CATEGORIES = 20
"""So many inputs at most for one column of words; beyond, its rarest words share the last."""


MOST_NUMBERS = 4_000_000
"""So many numbers of a table are copied at a time to learn from them."""


@frozen
class Standardized:
    """One input: (number - mean) / scale; where the number is missing, the median stands for it.

    An outlier that was not learned from counts as 1000 scales away at most: beyond, a hidden unit is saturated.

    Parameters
    ----------
    name
        The column's.
    median, mean, scale
        Of the numbers it was learned from; a scale of 0 says that they were all equal, and so are the inputs, 0.
    """

    name: str
    median: float
    mean: float
    scale: float

    @property
    def input_names(self) -> tuple[str, ...]:
        """The name of the one input."""
        return (self.name,)

    def inputs(
        self, owner: str, place: Callable[[int], str], column: Column, rows: NDArray[np.integer[Any]]
    ) -> FloatArray:
        """Return the inputs of these items, `(len(rows), 1)`; where one is none, `owner` and place are named."""
        if not column.holds_numbers and column.strays.size:
            first = int(column.strays[0])
            raise InvalidValueError(
                f"{owner}: column {shown(self.name)} must hold numbers, as it did before, got "
                f"{_no_number(column.words[first])} in {place(first)}"
            )
        return standardize(column.numbers[rows], self.median, self.mean, self.scale)[:, np.newaxis]


def _no_number(word: str) -> str:
    try:
        float(word)
    except ValueError:
        return f"words such as {shown(word)}"
    return f"{shown(word)}, which is no finite number,"


@frozen
class OneHot:
    """One input for each word: 1 where the item has it, else 0. A missing word is a word of its own, "".

    Parameters
    ----------
    name
        The column's.
    categories
        The words with an input of their own.
    has_others
        Whether one more input stands for all others, rare and unknown; without it they are 0 everywhere.
    """

    name: str
    categories: tuple[str, ...]
    has_others: bool

    @property
    def input_names(self) -> tuple[str, ...]:
        """The names of the inputs, such as `city=Ulm`."""
        words = [*(word or "(missing)" for word in self.categories), *(["(other)"] if self.has_others else [])]
        return tuple(f"{self.name}={word}" for word in words)

    def inputs(
        self, _: str, __: Callable[[int], str], column: Column, rows: NDArray[np.integer[Any]]
    ) -> FloatArray:
        """Return the inputs of these items, `(len(rows), n_inputs)`; words fit everywhere."""
        position = {word: number for number, word in enumerate(self.categories)}
        numbers = [position.get(word, len(position)) for word in column.words[rows]]
        return np.eye(len(position) + 1)[numbers, : len(self.input_names)]


Encoding = Standardized | OneHot


def learned_encodings(columns: Sequence[Column], rows: NDArray[np.integer[Any]]) -> tuple[Encoding, ...]:
    """Return the encoding of each column, learned from these items alone; those of numbers come first."""
    numbers = [column for column in columns if column.holds_numbers]
    words = [column for column in columns if not column.holds_numbers]
    return (*_standardized(numbers, rows), *_one_hot(words, rows))


def _standardized(columns: Sequence[Column], rows: NDArray[np.integer[Any]]) -> list[Standardized]:
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415 (slow to import)

    at_once = max(1, MOST_NUMBERS // len(rows))
    fitted = []
    for first in range(0, len(columns), at_once):
        some = columns[first : first + at_once]
        numbers = np.column_stack([column.numbers[rows].astype(np.float64, copy=False) for column in some])
        medians = np.array([_median(each) for each in numbers.T])
        scaler = StandardScaler().fit(np.where(np.isnan(numbers), medians, numbers))
        scales = np.where(scaler.scale_ == np.sqrt(scaler.var_), scaler.scale_, 0)  # it has 1 for equal numbers
        learned = zip(medians.tolist(), scaler.mean_.tolist(), scales.tolist(), strict=True)
        fitted += [Standardized(column.name, *own) for column, own in zip(some, learned, strict=True)]
    return fitted


def _median(numbers: FloatArray) -> float:
    """Return the median of what is not missing, 0 where all is.

    scikit-learn's SimpleImputer looks for pandas each time, which for a small table takes longer than training.
    """
    there = numbers[~np.isnan(numbers)]
    return float(np.median(there)) if there.size else 0.0


def _one_hot(columns: Sequence[Column], rows: NDArray[np.integer[Any]]) -> list[OneHot]:
    from sklearn.preprocessing import OneHotEncoder  # noqa: PLC0415

    if not columns:
        return []
    encoder = OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=MOST_CATEGORIES)
    encoder.fit(np.column_stack([column.words[rows] for column in columns]))
    fitted = zip(columns, encoder.categories_, encoder.infrequent_categories_, strict=True)
    return [_without_rare(column.name, words, rare) for column, words, rare in fitted]


def _without_rare(name: str, words: NDArray[Any], rare: NDArray[Any] | None) -> OneHot:
    others = set() if rare is None else set(rare)
    return OneHot(name, tuple(word for word in words if word not in others), bool(others))
