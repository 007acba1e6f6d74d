"""X, y and weights, checked as scikit-learn checks them, and for what it lets pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.utils.validation import _check_sample_weight, validate_data

from nnl2.errors import InvalidTypeError, InvalidValueError, in_words
from nnl2.validation import refuse_masks, warn

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.floating[Any]]
    Matrix = Any
    """What scikit-learn takes as X: an array, a list of rows, a sparse matrix, a data frame."""

MOST_SHOWN = 3
"""Labels that an error names."""


class Samples(NamedTuple):
    """Samples with their targets and weights."""

    X: FloatArray
    """`(n_samples, n_features)`"""
    y: NDArray[Any]
    """Labels or numbers as they were given, `(n_samples,)` or `(n_samples, n_outputs)`."""
    weights: NDArray[np.float64] | None
    """`(n_samples,)`, >= 0; None where all samples count alike."""

    def some(self, chosen: NDArray[Any]) -> Self:
        """Return some of them, by their numbers or by a mask."""
        weights = None if self.weights is None else self.weights[chosen]
        return type(self)(self.X[chosen], self.y[chosen], weights)

    def counting(self) -> Self:
        """Return those with a weight above 0: a batch must not consist of others."""
        return self if self.weights is None or self.weights.all() else self.some(self.weights > 0)

    def split(self, share: float, seed: int, strata: NDArray[Any] | None) -> tuple[Self, Self]:
        """Return samples to learn from and a share to validate on, that of each stratum where some are given."""
        numbers = np.arange(len(self.X))
        try:
            learned, held_out = train_test_split(numbers, test_size=share, random_state=seed, stratify=strata)
        except ValueError as error:
            raise InvalidValueError(
                f"validation_fraction={share:g} of {len(self.X)} samples cannot be held out: {in_words(error)}; "
                f"give fit validation_data=(X, y)"
            ) from error
        return self.some(learned), self.some(held_out)


def checked_X(estimator: object, X: Matrix) -> FloatArray:
    """Return X `(n_samples, n_features)` as a fitted estimator needs it, all of it finite numbers."""
    return _as_floats(_validated(estimator, X, reset=False))


def checked_X_y(estimator: object, X: Matrix, y: ArrayLike, **settings: object) -> tuple[FloatArray, NDArray[Any]]:
    """Return X as floats and y as it is; `settings` are those of `validate_data`."""
    refuse_masks("y", y)
    checked, targets = _validated(estimator, X, y=y, **settings)
    return _as_floats(checked), targets


def plain_labels(y: Any) -> Any:  # noqa: ANN401 (whatever scikit-learn takes as y)
    """Return labels as numpy has them: scikit-learn makes floats of pandas' nullable ones, and refuses objects."""
    own = getattr(getattr(y, "dtype", None), "numpy_dtype", None)
    if own is not None and not y.isna().any():
        return y.to_numpy(own)
    if getattr(y, "dtype", None) == np.dtype(object):
        inferred = np.array(y.tolist())
        return inferred if inferred.dtype.kind in "biu" else y
    return y


def refuse_one_hot_and_mixed(y: ArrayLike) -> None:
    """Raise InvalidValueError for a table of targets, and for words beside numbers, which numpy makes words."""
    shape: tuple[int, ...] = getattr(y, "shape", None) or np.asarray(y, object).shape
    if len(shape) == 2 and shape[1] > 1:
        raise InvalidValueError(
            f"y should be a 1d array of labels, got an array of shape {shape}; of one-hot targets pass "
            f"y.argmax(axis=1)"
        )
    if getattr(getattr(y, "dtype", None), "kind", "O") != "O":
        return
    kinds = {type(label) for label in np.asarray(y, object).ravel().tolist()}
    if any(issubclass(kind, str) for kind in kinds) and not all(issubclass(kind, str) for kind in kinds):
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise InvalidValueError(f"y mixes types {names}; make all labels one type, and fill or drop missing ones")


def checked_weights(given: ArrayLike | None, X: FloatArray) -> NDArray[np.float64] | None:
    """Return weights `(n_samples,)`, finite and >= 0, not all of them 0; None where all samples count alike."""
    if given is None:
        return None
    refuse_masks("sample_weight", given)
    weights: NDArray[np.float64] = _check_sample_weight(given, X, dtype=np.float64, ensure_non_negative=True)
    if not weights.any():
        raise InvalidValueError("sample_weight must be above 0 for some samples, but all are 0")
    return weights


def warn_where_weights_do_nothing(weights: NDArray[np.float64] | None, batch_size: int) -> None:
    """Warn where each batch is one sample, of which only the share in its batch could count."""
    if batch_size == 1 and weights is not None and np.ptp(weights):
        warn(
            "sample_weight or class_weight does nothing here: a weight is a sample's share in its batch, and "
            "batch_size is 1; use larger batches"
        )


def labels_of(y: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the different labels, sorted, and the number of each sample's label among them."""
    try:
        classes, numbers = np.unique(y, return_inverse=True)
    except TypeError as error:
        raise InvalidTypeError(f"labels must be of one type, which can be sorted: {in_words(error)}") from error
    return classes, numbers


def numbers_among(classes: NDArray[Any], y: NDArray[Any]) -> NDArray[np.intp]:
    """Return the number of each label among the classes."""
    labels, numbers = labels_of(y)
    place = {label: number for number, label in enumerate(classes.tolist())}
    unknown = [label for label in labels.tolist() if label not in place]
    if unknown:
        more = ", ..." if len(unknown) > MOST_SHOWN else ""
        raise InvalidValueError(
            f"y holds {', '.join(map(repr, unknown[:MOST_SHOWN]))}{more}, not among the classes "
            f"{shown_labels(classes)}"
        )
    return np.array([place[label] for label in labels.tolist()], np.intp)[numbers]


def shown_labels(labels: NDArray[Any]) -> str:
    """Return labels as an error names them: the first ones, and how many there are."""
    named = ", ".join(map(repr, labels[:MOST_SHOWN].tolist()))
    return named if len(labels) <= MOST_SHOWN else f"{named}, ... ({len(labels)} in all)"


def _validated(estimator: object, X: Matrix, **settings: object) -> Any:  # noqa: ANN401 (X, or X and y)
    refuse_masks("X", X)
    try:
        return validate_data(estimator, X, accept_sparse="csr", **settings)
    except ValueError as error:
        if "string" not in str(error):
            raise
        reason = str(error).rstrip(". ")
        raise InvalidValueError(
            f"{reason}; encode text and categories first, for example with sklearn.preprocessing.OneHotEncoder"
        ) from error


def _as_floats(X: Matrix) -> FloatArray:
    if X.dtype.kind in "mM":
        raise InvalidTypeError("X holds dates or times; turn them into numbers first")
    dense = X.toarray() if hasattr(X, "toarray") else X
    return np.ascontiguousarray(dense, np.float64)
