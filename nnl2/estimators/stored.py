"""What an estimator is made of, for `nnl2.save` and `nnl2.load`: its parameters and what it has learned."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from nnl2.activations import Activation
from nnl2.discovery import OPTIMIZERS
from nnl2.errors import InvalidTypeError, InvalidValueError, shown
from nnl2.estimators.classifier import NeuralNetworkClassifier
from nnl2.estimators.regressor import NeuralNetworkRegressor
from nnl2.modelfile.content import Content
from nnl2.modelfile.kinds import Kind
from nnl2.modelfile.networks import CHOICES, chosen, network_content, network_from
from nnl2.modelfile.parts import described, described_regularizer, part_from, regularizer_from
from nnl2.optimizers import Optimizer
from nnl2.regularizers import Regularizer
from nnl2.training.history import History

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray

    from nnl2.estimators.base import NeuralNetworkEstimator
    from nnl2.modelfile.content import Stored
    from nnl2.network import NeuralNetwork

NUMBERS = {np.dtype(kind).name: np.dtype(kind) for kind in "?bhilBHILefd"}
"""Types that labels may have besides words and objects."""

CURVES = ("loss_curve_", "validation_curve_")
TARGETS = ("target_mean_", "target_scale_")
RECORDS = ("errors", "penalties", "validation_errors")

VECTORS = ("epochs", *CURVES, *RECORDS, *TARGETS)


def estimator_content(estimator: NeuralNetworkEstimator) -> Content:
    """Return what a fitted estimator is made of."""
    check_is_fitted(estimator)
    histories = estimator.histories_
    header: dict[str, Any] = {
        "parameters": {name: _plain(name, value) for name, value in estimator.get_params(deep=False).items()},
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
        classes = estimator.classes_
        header |= {
            "classes": classes.tolist(),
            "dtype": classes.dtype.name if classes.dtype.kind != "U" else "str",
        }
    else:
        vectors |= {name: np.asarray(getattr(estimator, name), np.float64) for name in TARGETS}
    content = Content(header, vectors)
    for number, network in enumerate(estimator.networks_):
        content = content.with_part(f"network{number}", network_content(network))
    return content


def estimator_from(kind: type[NeuralNetworkEstimator], stored: Stored) -> NeuralNetworkEstimator:
    """Return the fitted estimator that a file describes."""
    given = stored.part("parameters")
    names = kind._get_param_names()  # noqa: SLF001 (scikit-learn's own way)
    if sorted(given.header) != sorted(names):
        raise InvalidValueError(f"parameters must be {', '.join(names)}, got {', '.join(given.header)}")
    made = kind(**{name: _value(given, name) for name in names})
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
    return made


def names_of_features(estimator: object) -> list[str] | None:
    """Return what scikit-learn has noted, where X was a data frame."""
    names = getattr(estimator, "feature_names_in_", None)
    return None if names is None else list(map(str, names))


def learn_feature_names(estimator: Any, stored: Stored, n_features: int) -> None:  # noqa: ANN401 (of scikit-learn's)
    """Note them again."""
    if not stored.has("feature_names"):
        return
    names = stored.texts("feature_names")
    if len(names) != n_features:
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
    errors, penalties = (stored.measured(name, np.float64, ends[-1]) for name in RECORDS[:2])
    of_each: list[NDArray[np.float64] | None] = [None] * n_networks
    if stored.flag("validated"):
        validation_errors = stored.measured(RECORDS[2], np.float64, ends[-1])
        of_each = [validation_errors[part] for part in parts]
    return tuple(
        History(epochs[part], errors[part], penalties[part], validated, kept_epoch)
        for part, validated, kept_epoch in zip(parts, of_each, kept, strict=True)
    )


def _classes(stored: Stored, n_outputs: int) -> NDArray[Any]:
    labels, name = stored.labels("classes"), stored.text("dtype")
    if len(labels) != n_outputs:
        raise InvalidValueError(f"classes must be {n_outputs}, one for each output, got {len(labels)}")
    try:
        made = np.array(labels, dtype=NUMBERS.get(name, object))
    except (ValueError, TypeError, OverflowError) as error:
        raise InvalidValueError(f"classes must be of type {shown(name)}, got {shown(labels)}") from error
    return made.astype(str) if name == "str" else made


def _plain(name: str, value: Any) -> Any:  # noqa: ANN401 (what JSON can hold)
    """Return a parameter as JSON can hold it; what is no number and no word, in an object that says what it is."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, str | bool | int) or (isinstance(value, float) and np.isfinite(value)):
        return value
    if isinstance(value, Mapping):
        return {"map": [[_plain(name, key), _plain(name, each)] for key, each in value.items()]}
    if isinstance(value, list | tuple) and not any(isinstance(each, Regularizer) for each in value):
        return {"sequence": [_plain(name, each) for each in value]}
    return _described(name, value)


def _described(name: str, value: object) -> dict[str, Any]:
    if isinstance(value, Regularizer | list | tuple):
        return {"regularizer": described_regularizer(value if isinstance(value, Regularizer) else tuple(value))}
    if isinstance(value, Optimizer):
        return {"optimizer": described(value, OPTIMIZERS)}
    if isinstance(value, Activation) and CHOICES["hidden"].get(type(value).__name__) is type(value):
        return {"hidden": type(value).__name__}
    raise InvalidTypeError(
        f"{name}={shown(value)} cannot be saved, for a file holds no code; give a number or a word with set_params"
    )


def _value(stored: Stored, name: str) -> Any:  # noqa: ANN401 (what a parameter may be)
    """Return a parameter; whether it can be used, `fit` will say."""
    value = stored.header[name]
    if not isinstance(value, dict):
        return value
    given = stored.part(name)
    if "regularizer" in value:
        return regularizer_from(given.part("regularizer"))
    if "optimizer" in value:
        return part_from(given.part("optimizer"), OPTIMIZERS)
    if "hidden" in value:
        return chosen(given, "hidden")()
    if "sequence" in value:
        return tuple(given.list("sequence"))
    return dict(map(_pair, given.list("map")))


def _pair(given: object) -> tuple[Hashable, object]:
    if not isinstance(given, list) or len(given) != 2 or isinstance(given[0], list | dict):
        raise InvalidTypeError(f"a map must hold pairs of a label and a number, got {shown(given)}")
    return given[0], given[1]


KINDS = tuple(
    Kind(kind, estimator_content, partial(estimator_from, kind))
    for kind in (NeuralNetworkClassifier, NeuralNetworkRegressor)
)
