"""What a network shall learn of a target: classes or numbers, told from the values; an ID is neither."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnl2.errors import InvalidTypeError, InvalidValueError
from nnl2.preparation.columns import is_missing
from nnl2.preparation.leaving_out import NEARLY_ALL
from nnl2.preparation.wording import listed, printable, shown
from nnl2.validation import as_array

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from numpy.typing import ArrayLike, NDArray

TASKS = ("classification", "regression")

MOST_CLASSES = 50

MOST_WHOLE_NUMBERS = 10
"""Up to here different whole numbers are classes, beyond they are counts or measurements."""


LARGEST_TARGET = 2**53
"""Beyond, whole numbers become one another as floats."""

MISSING_TARGET = "targets contain NaN or None; fill or drop such items"
TOO_LARGE = f"targets must be numbers up to {LARGEST_TARGET}, got larger ones; scale them first"


class Target(NamedTuple):
    """What shall be learned: the task, the labels or None, and `(n_items,)` numbers of classes or floats."""

    task: str
    classes: tuple[Hashable, ...] | None
    values: NDArray[Any]


def labels_from(given: ArrayLike) -> NDArray[Any]:
    """Return targets `(n_items,)` of one kind, none of them missing."""
    labels = as_array("targets", given)
    if labels.ndim != 1:
        raise InvalidValueError(
            f"targets must be one label or number for each item, got shape {labels.shape}; "
            f"of one-hot targets give targets.argmax(axis=1)"
        )
    if labels.dtype.kind in "iuf" and not isinstance(given, list | tuple):
        return _checked_numbers(labels)
    every = list(given) if isinstance(given, list | tuple) else labels.tolist()
    if any(is_missing(label) for label in every):
        raise InvalidValueError(MISSING_TARGET)
    if all(isinstance(label, str) for label in every):
        return np.array(every, dtype=object)
    if all(isinstance(label, bool | np.bool_) for label in every):
        return np.array(every, dtype=bool)
    if not all(isinstance(label, Real) for label in every):
        kinds = ", ".join(sorted({type(label).__name__ for label in every}))
        raise InvalidTypeError(f"targets must be all numbers or all words, got {kinds}; make them str")
    if max(map(abs, every)) > LARGEST_TARGET:
        raise InvalidValueError(TOO_LARGE)
    return np.array(every, dtype=np.float64)


def _checked_numbers(labels: NDArray[Any]) -> NDArray[np.float64]:
    if labels.dtype.kind == "f" and np.isnan(labels).any():
        raise InvalidValueError(MISSING_TARGET)
    if labels.size and max(abs(end.item()) for end in (labels.min(), labels.max())) > LARGEST_TARGET:
        raise InvalidValueError(TOO_LARGE)  # seen before they become floats, in which they are rounded
    return labels.astype(np.float64)


def renumbered(owner: str, classes: Sequence[Hashable], known: Sequence[Hashable]) -> NDArray[np.intp]:
    """Return the number of each class among the known ones, `(len(classes),)`.

    Labels are alike as they are written: 1 in one file is "1" in another.

    Raises
    ------
    InvalidValueError
        If one is not among them; `owner` is named.
    """
    numbers = {str(label): number for number, label in enumerate(known)}
    for label in classes:
        if str(label) not in numbers:
            known_ones = listed(map(printable, numbers))
            raise InvalidValueError(
                f"{owner} has the class {shown(label)}, not among {known_ones}; drop its items"
            )
    return np.array([numbers[str(label)] for label in classes], dtype=np.intp)


def target_from(where: str, given: NDArray[Any], task: str | None) -> Target:
    """Return the target that values `(n_items,)` are, none of them missing.

    Without a `task`: words and booleans are classes; so are numbers of which only two differ, and whole numbers
    of which at most ten do; all others are regression.

    Raises
    ------
    InvalidValueError
        If all are equal, more than fifty are to be classes, or words are to be regression.
    """
    if task is not None and task not in TASKS:
        raise InvalidValueError(f"task must be 'classification' or 'regression', got {shown(task)}")
    labels, numbers_of_classes = np.unique(given, return_inverse=True)
    if len(labels) == 1:
        raise InvalidValueError(f"{where} is always {shown(_plain(labels[0]))}; there is nothing to learn")
    chosen = _told_from(labels) if task is None else task
    if chosen == "regression":
        return Target(chosen, None, _values(where, given))
    if len(labels) > MOST_CLASSES:
        kind = "it is an ID or free text" if len(labels) >= NEARLY_ALL * len(given) else "group them first"
        way_out = kind if given.dtype.kind not in "iuf" else "say task='regression'"
        raise InvalidValueError(
            f"{where} has {len(labels)} different values in {len(given)} items, more than {MOST_CLASSES} classes; "
            f"{way_out}"
        )
    classes = tuple(_plain(label) for label in labels)
    return Target(chosen, classes, numbers_of_classes.astype(np.intp))


def target_like(owner: str, given: NDArray[Any], classes: tuple[Hashable, ...] | None) -> Target:
    """Return the target that values `(n_items,)` are where the classes are known, or None for regression.

    Raises
    ------
    InvalidValueError
        If a class is not among them, or words are to be regression.
    """
    if classes is None:
        return Target("regression", None, _values(f"{owner}: the target", given))
    labels, numbers = np.unique(given, return_inverse=True)
    return Target("classification", classes, renumbered(owner, [*map(_plain, labels)], classes)[numbers])


def _values(where: str, given: NDArray[Any]) -> NDArray[np.float64]:
    if given.dtype.kind not in "iuf":
        raise InvalidValueError(
            f"{where} holds words such as {shown(_plain(given[0]))}, which is no regression; "
            f"say task='classification'"
        )
    return given.astype(np.float64)


def _told_from(labels: NDArray[Any]) -> str:
    if labels.dtype.kind not in "iuf" or len(labels) == 2:
        return "classification"
    whole = bool((labels == np.floor(labels)).all())
    return "classification" if whole and len(labels) <= MOST_WHOLE_NUMBERS else "regression"


def _plain(label: Any) -> Any:  # noqa: ANN401 (a label of any kind)
    """Return a label as Python has it, whole numbers as int."""
    value = label.item() if isinstance(label, np.generic) else label
    return int(value) if isinstance(value, float) and value.is_integer() else value
