"""`Dataset`: items with their inputs and targets, checked once and frozen."""

from __future__ import annotations

from abc import ABC, abstractmethod
from numbers import Integral
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from attrs import cmp_using, field, frozen

from nnl2.errors import InvalidTypeError, InvalidValueError, shown
from nnl2.validation import as_array, as_table, check_table, warn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.floating[Any]]

LARGEST_SCALE = 1e3
"""Beyond it a hidden unit saturates whatever its weights are: the user is warned."""

MANY_CLASSES = 100
"""Beyond it, classes that have less than two items each are taken for the numbers of the items."""

MOST_TARGETS = 100_000_000
"""The largest one-hot table, items times classes: 800 MB."""

BLOCK_NUMBERS = 1_000_000
"""So many numbers of a `RowSource` are asked for at a time."""

_equal = cmp_using(eq=np.array_equal)


class RowSource(ABC):
    """Inputs that are made as they are asked for, where a whole array of them would be too large.

    It answers as an array `(n_items, n_in)` does to `shape`, `dtype`, `len` and `source[rows]`. Its numbers are
    not checked again: it is for nnl2's own tables.
    """

    @property
    @abstractmethod
    def shape(self) -> tuple[int, int]:
        """The numbers of items and inputs."""

    @property
    @abstractmethod
    def dtype(self) -> np.dtype[Any]:
        """The number type."""

    @abstractmethod
    def __getitem__(self, rows: slice | NDArray[np.integer[Any]]) -> FloatArray:
        """Return these rows, as an array of their own."""

    def __len__(self) -> int:
        return self.shape[0]

    def __array__(self, dtype: np.dtype[Any] | None = None, copy: bool | None = None) -> FloatArray:  # noqa: FBT001 (numpy's)
        """Return all rows: a large array."""
        if copy is False:
            raise ValueError("rows that are made as they are asked for cannot be had without a copy")
        return self[:].astype(dtype or self.dtype, copy=False)


def blocks_of(inputs: FloatArray) -> Iterator[slice]:
    """Yield slices of the rows of inputs: one for all of an array, several of a `RowSource`."""
    size = len(inputs) if isinstance(inputs, np.ndarray) else max(1, BLOCK_NUMBERS // inputs.shape[1])
    return (slice(first, first + size) for first in range(0, len(inputs), size))


def _as_inputs(given: ArrayLike) -> FloatArray:
    if isinstance(given, RowSource):
        return given  # type: ignore[return-value]  # it answers like one
    return check_table("inputs", given)


def _as_targets(given: ArrayLike) -> FloatArray:
    if as_array("targets", given).ndim == 1:
        raise InvalidValueError(
            "targets must be a table of shape (items, outputs), got one column of labels or numbers; "
            "for class labels use Dataset.from_labels(inputs, labels)"
        )
    return check_table("targets", given)


def _as_item_weights(given: ArrayLike | None) -> FloatArray | None:
    if given is None:
        return None
    weights = as_table("item_weights", given)
    if weights.ndim != 1:
        raise InvalidValueError(f"item_weights must be one number for each item, got shape {weights.shape}")
    weights = check_table("item_weights", weights.reshape(-1, 1))[:, 0]
    if weights.min() < 0 or not weights.max() > 0:
        raise InvalidValueError("item_weights must be >= 0, and some of them above 0")
    return weights


@frozen
class Dataset:
    """Items to learn from or to be judged on.

    Parameters
    ----------
    inputs
        Table `(n_items, n_in)` of finite numbers. A float array, of a file or not, is not copied: do not change
        it while it is in use.
    targets
        Table `(n_items, n_out)`; for classes one-hot, see `from_labels`.
    item_weights
        How much each item counts, `(n_items,)`, >= 0; by default all count alike. With all items in one batch, a
        whole number does what repeating the item does.

    Raises
    ------
    InvalidValueError
        If a table is empty, ragged or not finite, or the two differ in their number of items.

    Examples
    --------
    >>> Dataset([[0.5, -1.0], [1.5, 2.0]], [[1, 0], [0, 1]])
    Dataset(2 items, 2 inputs, 2 targets)
    """

    inputs: FloatArray = field(converter=_as_inputs, eq=_equal)
    targets: FloatArray = field(converter=_as_targets, eq=_equal)
    item_weights: FloatArray | None = field(default=None, converter=_as_item_weights, eq=_equal)

    def __attrs_post_init__(self) -> None:
        """Check that inputs, targets and weights belong together, and warn of inputs that will not train."""
        if len(self.inputs) != len(self.targets):
            raise InvalidValueError(
                f"inputs and targets must have the same number of items, "
                f"got {len(self.inputs)} and {len(self.targets)}"
            )
        if self.item_weights is not None and len(self.item_weights) != len(self.inputs):
            raise InvalidValueError(
                f"item_weights must be one for each of {len(self.inputs)} items, got {len(self.item_weights)}"
            )
        if isinstance(self.inputs, np.ndarray):
            self._warn_about_scale()

    @classmethod
    def from_labels(
        cls,
        inputs: ArrayLike,
        labels: ArrayLike,
        *,
        classes: ArrayLike | None = None,
        item_weights: ArrayLike | None = None,
    ) -> Self:
        """Return a Dataset whose targets are one-hot: column k stands for the k-th class.

        `classes` are by default the labels found, in sorted order. Give them where a table is split, so that
        all parts have the same columns: `classes=np.unique(all_labels)`.

        >>> Dataset.from_labels([[0.1], [0.2], [0.3]], ["no", "yes", "no"]).targets
        array([[1., 0.],
               [0., 1.],
               [1., 0.]])
        """
        given = _as_labels("labels", labels)
        columns = _distinct(given) if classes is None else _as_labels("classes", classes)
        _check_number_of_classes(len(given), len(columns), found=classes is None)
        position = {label: column for column, label in enumerate(columns.tolist())}
        if len(position) < len(columns):
            raise InvalidValueError("classes must all differ, got one of them twice")
        if len(columns) < 2:
            only = columns[0] if len(columns) else "none"
            name = "labels" if classes is None else "classes"
            raise InvalidValueError(f"{name} must name at least 2 classes, got only one: {only}")
        unknown = [label for label in given.tolist() if label not in position]
        if unknown:
            raise InvalidValueError(f"labels must be among classes, got {shown(unknown[0])}")
        targets = np.zeros((len(given), len(columns)))
        targets[np.arange(len(given)), [position[label] for label in given.tolist()]] = 1
        return cls(inputs, targets, item_weights)

    @property
    def n_items(self) -> int:
        """The number of items."""
        return len(self.inputs)

    @property
    def labels(self) -> NDArray[np.intp]:
        """The class of each item `(n_items,)`: the first largest target, or target > 0.5 of a single one."""
        return classes_of(self.targets)

    def mean(self, values: NDArray[Any]) -> float:
        """Return the mean of one value for each item, by their weights."""
        return float(np.average(values, weights=self.item_weights))

    def _warn_about_scale(self) -> None:
        scales = np.maximum(self.inputs.max(axis=0), -self.inputs.min(axis=0))
        column = int(np.argmax(scales))
        others = int((scales > LARGEST_SCALE).sum()) - 1
        if others >= 0:
            too = f" (and {others} more are too large)" if others else ""
            warn(
                f"column {column} of inputs has scale {scales[column]:g}{too}, which saturates hidden units; "
                f"scale the inputs, for example with sklearn.preprocessing.StandardScaler"
            )

    def __len__(self) -> int:
        return self.n_items

    def __getitem__(self, items: slice | ArrayLike) -> Self:
        """Return a Dataset of some of the items: a slice, their numbers, or one True or False for each."""
        chosen = items if isinstance(items, slice) else as_array("items", items)
        if isinstance(chosen, np.ndarray) and (chosen.ndim != 1 or chosen.dtype.kind not in "iub"):
            raise InvalidTypeError(f"items must be a slice, numbers or a mask; got {shown(items)}")
        try:
            inputs, targets = self.inputs[chosen], self.targets[chosen]
        except IndexError as error:
            raise InvalidValueError(f"items must be among the {self.n_items} of the Dataset: {error}") from error
        weights = None if self.item_weights is None else self.item_weights[chosen]
        return type(self)(inputs, targets, weights)

    __hash__ = None  # type: ignore[assignment]  # it is compared by its numbers

    def __getstate__(self) -> dict[str, FloatArray | None]:
        return {"inputs": self.inputs, "targets": self.targets, "item_weights": self.item_weights}

    def __setstate__(self, state: dict[str, FloatArray | None]) -> None:
        """Fill a copy, or what comes out of a pickle: numpy forgets on the way that arrays are read-only."""
        for name, array in state.items():
            if isinstance(array, np.ndarray):
                array.flags.writeable = False
            object.__setattr__(self, name, array)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({self.n_items} items, {self.inputs.shape[1]} inputs, "
            f"{self.targets.shape[1]} targets)"
        )


def _as_labels(name: str, labels: ArrayLike) -> NDArray[Any]:
    """Return labels that can be told apart and sorted, `(n_items,)`."""
    given = as_array(name, labels)
    if given.ndim != 1:
        raise InvalidValueError(
            f"{name} must be one label for each item, got an array of shape {given.shape}; "
            f"one-hot targets go to Dataset(inputs, targets)"
        )
    kinds = {type(label) for label in (labels if isinstance(labels, list | tuple) else given.tolist())}
    if given.dtype.kind == "f" and all(issubclass(kind, Integral) for kind in kinds):
        given = np.array(labels, dtype=object)  # whole numbers that no float can hold
    if given.dtype.kind == "f":
        if not np.isfinite(given).all():
            raise InvalidValueError(f"{name} contain NaN or infinity; fill or drop such items")
        if (given != np.floor(given)).any():
            raise InvalidValueError(
                f"{name} must name classes, got fractions such as 0.5; round or bin them first"
            )
    for text in (str, bytes):
        if any(issubclass(kind, text) for kind in kinds) and not all(issubclass(kind, text) for kind in kinds):
            kind_names = ", ".join(sorted(kind.__name__ for kind in kinds))
            raise InvalidTypeError(
                f"{name} must all be of one type, got a mixture of {kind_names}; fill missing ones first"
            )
    if any(_is_missing(label) for label in given.tolist()):
        raise InvalidValueError(f"{name} contain NaN or None; fill or drop such items")
    _distinct(given)
    return given


def _is_missing(label: Any) -> bool:  # noqa: ANN401 (whatever is given)
    """Return whether a label is None, NaN, or another value that is not equal to itself."""
    try:
        return label is None or bool(label != label)  # noqa: PLR0124
    except (TypeError, ValueError, ArithmeticError):  # pandas' NA has no truth, a signalling NaN is not compared
        return True


def _distinct(labels: NDArray[Any]) -> NDArray[Any]:
    """Return the different labels, sorted."""
    try:
        set(labels.tolist())
        return np.unique(labels)
    except TypeError as error:
        kinds = ", ".join(sorted({type(label).__name__ for label in labels.tolist()}))
        raise InvalidTypeError(f"labels must be numbers or texts, which can be sorted; got {kinds}") from error


def _check_number_of_classes(n_items: int, n_classes: int, *, found: bool) -> None:
    if found and n_classes > MANY_CLASSES and 2 * n_classes > n_items:
        raise InvalidValueError(
            f"labels name {n_classes} classes for {n_items} items, as a column of item numbers would; give the "
            f"column that holds the class"
        )
    if n_items * n_classes > MOST_TARGETS:
        raise InvalidValueError(
            f"{n_items} items of {n_classes} classes would make a one-hot table of more than {MOST_TARGETS:,} "
            f"numbers; join rare classes"
        )


def classes_of(outputs: FloatArray) -> NDArray[np.intp]:
    """Return the class that each row of outputs `(items, n_out)` stands for.

    The first largest output of several decides; a single output means class 1 where it is above 0.5.

    Raises
    ------
    InvalidValueError
        If an output is no number.
    """
    if np.isnan(outputs).any():
        item = int(np.flatnonzero(np.isnan(outputs).any(axis=1))[0])
        raise InvalidValueError(
            f"the outputs for item {item} are no numbers, so it has no class: its inputs, or the weights, are too "
            f"large for the network's number type; scale the inputs"
        )
    if outputs.shape[1] == 1:
        return (outputs[:, 0] > 0.5).astype(np.intp)
    return np.argmax(outputs, axis=1)
