"""What a way of splitting is: `Splits` makes one `Split` for each replicate."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from nnl2.comparison.parts import seed_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nnl2.comparison.parts import ClassWeights, Inside, Part
    from nnl2.preparation import Table
    from nnl2.statistics import Replicates

    Rows = NDArray[np.integer[Any]]


class Split(ABC):
    """What one replicate is trained on and judged on.

    Parameters
    ----------
    table, train, test
        A table, and its rows of training items, or of some that are like them, and of test items.
    """

    table: Table
    train: Rows
    test: Rows

    @property
    @abstractmethod
    def n_inputs(self) -> int:
        """The number of inputs of a network."""

    @property
    @abstractmethod
    def n_numbers(self) -> int:
        """About how many numbers of 8 bytes are in memory while it is trained."""

    @abstractmethod
    def part(self, inside: Inside, class_weights: ClassWeights, seed: int) -> Part:
        """Return what networks learn from and are judged on; `inside` parts training items once more."""

    @abstractmethod
    def inner(self, inside: Inside, n_folds: int, seed: int) -> list[Split]:
        """Return the splits of the training items by which strengths are chosen."""


class Splits(ABC):
    """How a table, or a generator, becomes training and test items."""

    takes_generator: ClassVar[bool] = False
    """Whether it splits a function of the seed, and not a table."""

    over_items: ClassVar[bool] = False
    """Whether items are the replicates, because the training items are always the same."""

    has_verdicts: ClassVar[bool] = True
    """Whether differences can be judged at all."""

    prepared: ClassVar[str] = "inputs standardised by each training part"
    start: ClassVar[str] = "Glorot's start"
    """In words, how inputs are prepared and how networks start."""

    @abstractmethod
    def split(self, data: Any, seed: int) -> tuple[Split, ...]:  # noqa: ANN401 (a Table or a function)
        """Return the splits.

        Raises
        ------
        InvalidValueError
            If the items cannot be split like this.
        """

    @abstractmethod
    def sentence(self, splits: tuple[Split, ...]) -> str:
        """Return in words what was split, and how."""

    @abstractmethod
    def trained_on(self, splits: tuple[Split, ...]) -> str:
        """Return in words what networks are trained on: the first half of what is estimated."""

    def items(self, splits: tuple[Split, ...]) -> str:
        """Return in words how many items there are."""
        return f"{splits[0].table.n_items} items"

    def network_seed(self, seed: int, number: int, other: int, repeat: int) -> int:
        """Return the seed of a network: of a replicate, of the strategies or another, of a repeat."""
        return seed_of(seed, number, other, repeat)

    @abstractmethod
    def replicates(self, splits: tuple[Split, ...]) -> Replicates:
        """Return what the replicates are."""

    @abstractmethod
    def inside(self, table: Table, rows: Rows, n_folds: int, seed: int) -> list[tuple[Rows, Rows]]:
        """Return folds of a training part, as pairs of rows to learn from and rows to choose by."""
