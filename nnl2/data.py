"""`Dataset`: items with their inputs and targets, checked once and frozen."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from attrs import cmp_using, field, frozen

from nnl2.errors import InvalidTypeError, InvalidValueError
from nnl2.validation import as_array, as_table, check_table

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.floating[Any]]

LARGEST_SCALE = 1e3
"""Beyond it a hidden unit saturates whatever its weights are: the user is warned."""

_equal = cmp_using(eq=np.array_equal)


def _as_inputs(given: ArrayLike) -> FloatArray:
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
        Table `(n_items, n_in)` of finite numbers. A float array is not copied: do not change it while it is
        in use.
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
        columns = np.unique(given) if classes is None else _as_labels("classes", classes)
        position = {label: column for column, label in enumerate(columns.tolist())}
        if len(position) < len(columns):
            raise InvalidValueError("classes must all differ, got one of them twice")
        if len(columns) < 2:
            only = columns[0] if len(columns) else "none"
            name = "labels" if classes is None else "classes"
            raise InvalidValueError(f"{name} must name at least 2 classes, got only one: {only}")
        unknown = [label for label in given.tolist() if label not in position]
        if unknown:
            raise InvalidValueError(f"labels must be among classes, got {unknown[0]!r}")
        codes = [position[label] for label in given.tolist()]
        return cls(inputs, np.eye(len(columns))[codes], item_weights)

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
            warnings.warn(
                f"column {column} of inputs has scale {scales[column]:g}{too}, which saturates hidden units; "
                f"scale the inputs, for example with sklearn.preprocessing.StandardScaler",
                UserWarning,
                stacklevel=4,
            )

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
    if given.dtype.kind == "f":
        if not np.isfinite(given).all():
            raise InvalidValueError(f"{name} contain NaN or infinity; fill or drop such items")
        if (given != np.floor(given)).any():
            raise InvalidValueError(
                f"{name} must name classes, got fractions such as 0.5; round or bin them first"
            )
    kinds = {type(label) for label in (labels if isinstance(labels, list | tuple) else given.tolist())}
    if any(issubclass(kind, str) for kind in kinds) and not all(issubclass(kind, str) for kind in kinds):
        kind_names = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise InvalidTypeError(
            f"{name} must all be of one type, got a mixture of {kind_names}; fill missing ones first"
        )
    if type(None) in kinds or any(label != label for label in given.tolist()):  # noqa: PLR0124 (NaN differs from itself)
        raise InvalidValueError(f"{name} contain NaN or None; fill or drop such items")
    return given


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
