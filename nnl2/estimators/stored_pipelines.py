"""What a pipeline of a StandardScaler and an estimator is made of: without its scaler, an estimator is no use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.validation import check_is_fitted

from nnl2.errors import InvalidTypeError, InvalidValueError, shown
from nnl2.estimators.stored import learn_feature_names, names_of_features, refuse_requests
from nnl2.modelfile.content import Content
from nnl2.modelfile.kinds import Kind, kind_called, kind_of

if TYPE_CHECKING:
    from nnl2.modelfile.content import Stored

ESTIMATORS = ("NeuralNetworkClassifier", "NeuralNetworkRegressor")
STEPS = ("StandardScaler", *ESTIMATORS)
MOST_STEPS = 100
SWITCHES = ("with_mean", "with_std", "copy")
DEFAULTS = {"memory": None, "verbose": False, "transform_input": None}
"""What else a pipeline has; a file keeps none of it."""

LEARNED = ("mean_", "var_", "scale_")


def scaler_content(scaler: StandardScaler) -> Content:
    """Return what a fitted StandardScaler is made of."""
    check_is_fitted(scaler)
    refuse_requests(scaler)
    seen = np.atleast_1d(scaler.n_samples_seen_)
    header = {name: bool(getattr(scaler, name)) for name in SWITCHES}
    learned = {name: getattr(scaler, name) for name in LEARNED}
    return Content(
        {**header, "n_features": scaler.n_features_in_, "feature_names": names_of_features(scaler)},
        {
            "n_samples": seen.astype(np.float64 if seen.dtype.kind == "f" else np.int64),  # weighted, or counted
            **{name: np.asarray(numbers, np.float64) for name, numbers in learned.items() if numbers is not None},
        },
    )


def scaler_from(stored: Stored) -> StandardScaler:
    """Return the StandardScaler that a file describes."""
    scaler = StandardScaler(**{name: stored.flag(name) for name in SWITCHES})
    scaler.n_features_in_ = n_features = stored.whole("n_features")
    counted = stored.vectors.get("n_samples", np.empty(0)).dtype == np.int64
    seen = stored.vector("n_samples", np.int64 if counted else np.float64)
    if len(seen) not in (1, n_features):
        raise InvalidValueError(f"{stored.where}n_samples.npy must hold a number for all features or for each")
    scaler.n_samples_seen_ = seen[0] if len(seen) == 1 else seen
    for name in LEARNED:
        there = name in stored.vectors
        setattr(scaler, name, stored.vector(name, np.float64, n_features) if there else None)
    if (scaler.mean_ is None and scaler.with_mean) or (scaler.scale_ is None and scaler.with_std):
        raise InvalidValueError(f"{stored.where}mean_.npy and scale_.npy must be there, as it centers and scales")
    stored.check_vectors("n_samples", *LEARNED)
    learn_feature_names(scaler, stored, n_features)
    return scaler


def pipeline_content(pipeline: Pipeline) -> Content:
    """Return what a fitted pipeline is made of."""
    check_is_fitted(pipeline)
    for name, default in DEFAULTS.items():
        given = getattr(pipeline, name, default)
        if given != default:
            raise InvalidTypeError(
                f"a pipeline with {name}={shown(given)} cannot be saved; call set_params({name}={default}) first"
            )
    steps = [{"name": name, "kind": type(step).__name__} for name, step in pipeline.steps]
    content = Content({"steps": steps}, {})
    for number, (name, step) in enumerate(pipeline.steps):
        if type(step).__name__ not in STEPS:
            raise InvalidTypeError(
                f"a pipeline can be saved whose steps are {', '.join(STEPS)}, but {name!r} is a "
                f"{type(step).__name__}; save the estimator alone, or let a Table prepare its columns"
            )
        described = scaler_content(step) if type(step) is StandardScaler else kind_of(step).content_of(step)
        content = content.with_part(f"step{number}", described)
    return content


def pipeline_from(stored: Stored) -> Pipeline:
    """Return the pipeline that a file describes."""
    given = [(step.text("name"), step.text("kind")) for step in stored.parts("steps", most=MOST_STEPS)]
    _check_steps(given)
    makers = [scaler_from if kind == "StandardScaler" else kind_called(kind).made_of for _, kind in given]
    steps = [(name, makers[n](stored.part(f"step{n}"))) for n, (name, _) in enumerate(given)]
    parts = tuple(f"step{number}." for number in range(len(steps)))
    stored.check_vectors(*(name for name in stored.vectors if name.startswith(parts)))
    sizes = [step.n_features_in_ for _, step in steps]
    if len(set(sizes)) > 1:
        raise InvalidValueError(f"steps must have as many features each, got {sizes}")
    return Pipeline(steps)


def _check_steps(steps: list[tuple[str, str]]) -> None:
    """Refuse what is no pipeline, which scikit-learn would notice later."""
    names = [name for name, _ in steps]
    if len(set(names)) < len(names) or not names or any("__" in name for name in names):
        raise InvalidValueError(f"steps must have names that differ, without __, got {shown(names)}")
    *before, last = [kind for _, kind in steps]
    if any(kind != "StandardScaler" for kind in before) or last not in ESTIMATORS:
        raise InvalidValueError(
            f"steps must be StandardScalers and, last, a {' or a '.join(ESTIMATORS)}, got {shown(steps)}"
        )


KINDS = (Kind(Pipeline, pipeline_content, pipeline_from),)
