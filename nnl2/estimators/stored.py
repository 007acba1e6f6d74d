"""What an estimator is made of, for `nnl2.save` and `nnl2.load`: its parameters and what it has learned."""

from __future__ import annotations

from functools import partial
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from nnl2.errors import InvalidTypeError, InvalidValueError, shown
from nnl2.estimators.classifier import NeuralNetworkClassifier
from nnl2.estimators.regressor import NeuralNetworkRegressor
from nnl2.estimators.stored_parameters import described_parameters, parameters_from
from nnl2.modelfile.content import Content
from nnl2.modelfile.kinds import Kind
from nnl2.modelfile.networks import network_content, network_from
from nnl2.training.history import History

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnl2.estimators.base import NeuralNetworkEstimator
    from nnl2.modelfile.content import Stored
    from nnl2.network import NeuralNetwork

WHOLE = (f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64))
NUMBERS = {name: np.dtype(name) for name in ("bool", *WHOLE, "float16", "float32", "float64")}
"""Types that labels may have besides words and objects, by names that mean the same on every machine."""

CURVES = ("loss_curve_", "validation_curve_")
TARGETS = ("target_mean_", "target_scale_")
RECORDS = ("errors", "penalties", "validation_errors")

VECTORS = ("epochs", *CURVES, *RECORDS, *TARGETS)


def estimator_content(estimator: NeuralNetworkEstimator) -> Content:
    """Return what a fitted estimator is made of."""
    check_is_fitted(estimator)
    refuse_requests(estimator)
    histories = estimator.histories_
    header: dict[str, Any] = {
        "parameters": described_parameters(estimator),
        "n_networks": len(estimator.networks_),
        "feature_names": names_of_features(estimator),
        "n_rows": [len(history.epochs) for history in histories],
        "kept_epochs": [int(history.kept_epoch) for history in histories],
        "validated": histories[0].validation_errors is not None,
    }
    vectors = {name: np.array(getattr(estimator, name), np.float64) for name in CURVES}
    vectors["epochs"] = np.concatenate([history.epochs for history in histories])
    for name in RECORDS[: 2 + header["validated"]]:
        vectors[name] = np.concatenate([getattr(history, name) for history in histories])
    if isinstance(estimator, NeuralNetworkClassifier):
        header |= _described_classes(estimator.classes_)
    else:
        vectors |= {name: np.asarray(getattr(estimator, name), np.float64) for name in TARGETS}
    content = Content(header, vectors)
    for number, network in enumerate(estimator.networks_):
        content = content.with_part(f"network{number}", network_content(network))
    return content


def estimator_from(kind: type[NeuralNetworkEstimator], stored: Stored) -> NeuralNetworkEstimator:
    """Return the fitted estimator that a file describes."""
    made = kind(**parameters_from(kind, stored.part("parameters")))
    networks = _networks(stored)
    if any(network.spec.output != made._output for network in networks):  # noqa: SLF001 (its own package)
        raise InvalidValueError(f"networks of a {kind.__name__} must have its output function")
    n_features, *_, n_outputs = networks[0].layer_sizes
    made.networks_, made.histories_ = networks, _histories(stored, len(networks))
    made.loss_curve_, made.validation_curve_ = (stored.measured(name, np.float64).tolist() for name in CURVES)
    made.n_features_in_ = n_features
    learn_feature_names(made, stored, n_features)
    if isinstance(made, NeuralNetworkClassifier):
        made.classes_ = _classes(stored, n_outputs)
    else:
        made.target_mean_, made.target_scale_ = (stored.vector(name, np.float64, n_outputs) for name in TARGETS)
        if (made.target_scale_ <= 0).any():
            raise InvalidValueError(f"{stored.where}target_scale_.npy must hold numbers > 0")
    return made


def refuse_requests(estimator: object) -> None:
    """Raise InvalidTypeError if metadata was requested for an estimator, which no file keeps."""
    if getattr(estimator, "_metadata_request", None) is not None:  # where scikit-learn keeps it
        raise InvalidTypeError(
            f"{type(estimator).__name__} cannot be saved with metadata requests; fit one without "
            f"set_fit_request and its like, and set them on what load returns"
        )


def names_of_features(estimator: object) -> list[str] | None:
    """Return what scikit-learn has noted, where X was a data frame."""
    names = getattr(estimator, "feature_names_in_", None)
    return None if names is None else list(map(str, names))


def learn_feature_names(estimator: Any, stored: Stored, n_features: int) -> None:  # noqa: ANN401 (of scikit-learn's)
    """Note them again."""
    if not stored.has("feature_names"):
        return
    names = stored.texts("feature_names", most=n_features)
    if len(names) < n_features:
        raise InvalidValueError(f"{stored.where}feature_names must be {n_features}, got {len(names)}")
    estimator.feature_names_in_ = np.array(names, dtype=object)


def _networks(stored: Stored) -> tuple[NeuralNetwork, ...]:
    n_networks = stored.whole("n_networks", maximum=len(stored.header))
    networks = tuple(network_from(stored.part(f"network{number}")) for number in range(n_networks))
    if len({network.layer_sizes for network in networks}) != 1:
        raise InvalidValueError("networks must be one at least, and all of one shape")
    parts = tuple(f"network{number}." for number in range(n_networks))
    stored.check_vectors(*VECTORS, *(name for name in stored.vectors if name.startswith(parts)))
    return networks


def _histories(stored: Stored, n_networks: int) -> tuple[History, ...]:
    rows, kept = stored.wholes("n_rows", n_networks), stored.wholes("kept_epochs", n_networks)
    if 0 in rows:
        raise InvalidValueError(f"n_rows must be 1 or more each, got {shown(rows)}")
    ends = list(accumulate(rows, initial=0))
    parts = [slice(*pair) for pair in pairwise(ends)]
    epochs = stored.vector("epochs", np.int64, ends[-1])
    for part, kept_epoch in zip(parts, kept, strict=True):
        if not epochs[part][0] <= kept_epoch <= epochs[part][-1]:
            raise InvalidValueError(f"{stored.where}kept_epochs must be among the epochs, got {kept_epoch}")
    errors, penalties = (stored.measured(name, np.float64, ends[-1]) for name in RECORDS[:2])
    of_each: list[NDArray[np.float64] | None] = [None] * n_networks
    if stored.flag("validated"):
        validation_errors = stored.measured(RECORDS[2], np.float64, ends[-1])
        of_each = [validation_errors[part] for part in parts]
    return tuple(
        History(epochs[part], errors[part], penalties[part], validated, kept_epoch)
        for part, validated, kept_epoch in zip(parts, of_each, kept, strict=True)
    )


def _described_classes(classes: NDArray[Any]) -> dict[str, Any]:
    labels = classes.tolist()
    if not all(isinstance(label, str | bool | int | float) for label in labels):
        raise InvalidTypeError(
            f"labels must be words, numbers or booleans to be saved, got {classes.dtype} such as "
            f"{shown(labels[0])}; fit to y.astype(str)"
        )
    return {"classes": labels, "dtype": classes.dtype.name if classes.dtype.kind != "U" else "str"}


def _classes(stored: Stored, n_outputs: int) -> NDArray[Any]:
    labels, name = stored.labels("classes", n_outputs), stored.text("dtype")
    try:
        made = np.array(labels, dtype=NUMBERS.get(name, object))
    except (ValueError, TypeError, OverflowError) as error:
        raise InvalidValueError(f"classes must be of type {shown(name)}, got {shown(labels)}") from error
    return made.astype(str) if name == "str" else made


KINDS = tuple(
    Kind(kind, estimator_content, partial(estimator_from, kind))
    for kind in (NeuralNetworkClassifier, NeuralNetworkRegressor)
)
