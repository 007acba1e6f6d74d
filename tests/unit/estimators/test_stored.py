"""An estimator, and a pipeline with its scaler, comes back from a file as it was."""

import json
import warnings
from copy import deepcopy

import numpy as np
import pytest
from sklearn import config_context
from sklearn.datasets import load_diabetes, load_wine
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from nnl2 import (
    L1,
    L2,
    Adam,
    Dropout,
    InvalidTypeError,
    InvalidValueError,
    ModelFileError,
    NeuralNetworkClassifier,
    NeuralNetworkRegressor,
    NoRegularization,
    ReLU,
    load,
    save,
)
from nnl2.estimators.stored import NUMBERS as NUMBERS_OF_LABELS
from nnl2.modelfile.archive import write_archive

hypothesis = pytest.importorskip("hypothesis")
st = pytest.importorskip("hypothesis.strategies")

X, NUMBERS = load_wine(return_X_y=True)
X = StandardScaler().fit_transform(X)
WORDS = np.array(["Ulm", "Köln", "Bonn"])[NUMBERS]
PROGRESSION = load_diabetes(return_X_y=True)

ESTIMATORS = {
    "as it comes": (NeuralNetworkClassifier(), X, WORDS),
    "with everything": (
        NeuralNetworkClassifier(
            (5, 4),
            L2(0.1) + Dropout(rate=0.1),
            activation=ReLU(),
            optimizer=Adam(),
            learning_rate=0.02,
            class_weight={0: 1.0, 1: 2.0, 2: 1.0},
            n_networks=3,
            warm_start=True,
        ),
        X,
        NUMBERS,
    ),
    "one regularizer for each layer": (
        NeuralNetworkClassifier(regularizer=(L2(0.1), NoRegularization()), optimizer="adam", activation="relu"),
        X,
        NUMBERS > 0,
    ),
    "an object and a text": (NeuralNetworkClassifier([4], regularizer=["l2:0.01", L1(0.001)]), X, NUMBERS),
    "texts": (NeuralNetworkClassifier(regularizer=("l2:0.01 + l1", "none"), optimizer="momentum:0.8"), X, NUMBERS),
    "a sum in a sequence": (NeuralNetworkClassifier(regularizer=(L2(0.1) + L1(0.01), L2(0.1))), X, NUMBERS),
    "labels as objects": (NeuralNetworkClassifier(()), X, WORDS.astype(object)),
    "labels of one byte": (NeuralNetworkClassifier(), X, NUMBERS.astype(np.int8)),
    "labels with a point": (NeuralNetworkClassifier(), X, NUMBERS.astype(np.float32)),
    "values": (NeuralNetworkRegressor(warm_start=True), *PROGRESSION),
    "several values": (
        NeuralNetworkRegressor(regularizer="early-stopping", normalize_y=False),
        PROGRESSION[0],
        PROGRESSION[0][:, :2],
    ),
}


@pytest.mark.parametrize(("estimator", "X", "y"), ESTIMATORS.values(), ids=ESTIMATORS)
def test_an_estimator_comes_back_with_all_it_has_learned(estimator, X, y, tmp_path):
    if estimator.regularizer == "early-stopping":
        pytest.importorskip("nnl2_early_stopping")
    estimator.set_params(max_epochs=3, random_state=0).fit(X, y)
    save(estimator, tmp_path / "model.npz")
    again = load(tmp_path / "model.npz")
    assert vars(again).keys() == vars(estimator).keys()
    assert again.get_params() == estimator.get_params()
    own, its = estimator.predict(X), again.predict(X)
    assert own.dtype == its.dtype
    assert (own == its).all()
    for name in ("histories_", "loss_curve_", "validation_curve_", "n_iter_", "n_features_in_"):
        assert getattr(estimator, name) == getattr(again, name)
    if estimator.warm_start:
        for each in (estimator, again):
            each.fit(X, y)
        assert (own != estimator.predict(X)).any() or own.dtype.kind != "f"
        assert (estimator.predict(X) == again.predict(X)).all()
        assert (estimator.coefs_[0] == again.coefs_[0]).all()


@pytest.fixture(scope="module")
def pipeline():
    """A scaler and a classifier, fitted."""
    made = make_pipeline(StandardScaler(), NeuralNetworkClassifier(max_epochs=3, random_state=0))
    return made.fit(X * 5 + 3, WORDS)


@pytest.mark.parametrize("scaler", [{}, {"with_mean": False}, {"with_std": False}], ids=str)
def test_a_pipeline_with_its_scaler_comes_back(scaler, tmp_path):
    pipeline = make_pipeline(StandardScaler(**scaler), NeuralNetworkRegressor(max_epochs=3, random_state=0))
    pipeline.fit(*PROGRESSION)
    save(pipeline, tmp_path / "model.npz")
    again = load(tmp_path / "model.npz")
    assert (again.predict(PROGRESSION[0]) == pipeline.predict(PROGRESSION[0])).all()
    assert repr(again) == repr(pipeline)
    assert vars(again[0]).keys() == vars(pipeline[0]).keys()
    assert (again.fit(*PROGRESSION).predict(PROGRESSION[0]) == pipeline.predict(PROGRESSION[0])).all()


class Frame(np.ndarray):
    """A table whose columns have names, where pandas is not installed."""

    def __new__(cls, X, names):
        """Return one."""
        made = X.copy().view(cls)
        made.names = np.array(names, dtype=object)
        return made


def test_names_of_features_come_back_and_another_order_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("sklearn.utils.validation._get_feature_names", lambda X: getattr(X, "names", None))
    names = [f"x{number}" for number in range(13)]
    estimator = NeuralNetworkClassifier(max_epochs=2, random_state=0).fit(Frame(X, names), WORDS)
    save(estimator, tmp_path / "model.npz")
    again = load(tmp_path / "model.npz")
    assert again.feature_names_in_.tolist() == names
    assert (again.predict(Frame(X, names)) == estimator.predict(Frame(X, names))).all()
    with pytest.raises(ValueError, match="Feature names must be in the same order"):
        again.predict(Frame(X, names[::-1]))
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        again.predict(X)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"learning_rate": lambda epoch: 1 / epoch}, "learning_rate=<function .* cannot be saved"),
        ({"random_state": np.random.RandomState(0)}, "random_state=RandomState.* cannot be saved"),
    ],
    ids=["a function", "a stream"],
)
def test_what_a_file_cannot_hold_is_refused(parameters, said, tmp_path):
    estimator = NeuralNetworkClassifier(max_epochs=2, **parameters).fit(X, WORDS)
    with pytest.raises(InvalidTypeError, match=said):
        save(estimator, tmp_path / "model.npz")
    with pytest.raises(InvalidTypeError, match=r"a pipeline can be saved whose steps are .* is a MinMaxScaler"):
        save(
            make_pipeline(MinMaxScaler(), NeuralNetworkClassifier(max_epochs=2)).fit(X, WORDS),
            tmp_path / "model.npz",
        )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "thing", [NeuralNetworkClassifier(), make_pipeline(StandardScaler(), NeuralNetworkRegressor())]
)
def test_what_has_learned_nothing_is_refused_as_scikit_learn_refuses_it(thing, tmp_path):
    with pytest.raises(NotFittedError):
        save(thing, tmp_path / "model.npz")


def test_of_a_search_what_it_has_found_is_saved(tmp_path):
    search = GridSearchCV(NeuralNetworkClassifier(max_epochs=1), {"regularizer": ["l2"]}, cv=2).fit(X, NUMBERS)
    with pytest.raises(InvalidTypeError, match=r"a GridSearchCV cannot be saved, .*: save its best_estimator_"):
        save(search, tmp_path / "model.npz")


def test_more_networks_than_a_file_holds_are_refused_by_the_parameter_that_asked_for_them(tmp_path):
    estimator = NeuralNetworkClassifier((), max_epochs=1, n_networks=256, random_state=0).fit(
        X[::9], NUMBERS[::9] > 0
    )
    with pytest.raises(ModelFileError, match=r"less than 512 vectors, but 517 .* with fewer n_networks has fewer"):
        save(estimator, tmp_path / "model.npz")


SCALER = {"name": "scale", "kind": "StandardScaler"}
HOSTILE = {
    "fewer kept epochs than networks": ("regressor", {"kept_epochs": []}, "kept_epochs must be 1, got 0"),
    "a kept epoch of nowhere": (
        "regressor",
        {"kept_epochs": [99]},
        "kept_epochs must be among the epochs, got 99",
    ),
    "rows without an end": ("regressor", {"n_rows": [2**52]}, "epochs.npy must hold 4503599627370496 numbers"),
    "no rows": ("regressor", {"n_rows": [0]}, "n_rows must be 1 or more each"),
    "no network": ("regressor", {"n_networks": 0}, "networks must be one at least"),
    "more networks than there are": ("regressor", {"n_networks": 7}, "network1 is missing"),
    "very many networks": ("regressor", {"n_networks": 10**9}, "n_networks must be a whole number in"),
    "names of other features": ("regressor", {"feature_names": ["a"]}, "feature_names must be 10, got 1"),
    "a name of a feature twice": ("regressor", {"feature_names": ["a"] * 10}, "texts that all differ"),
    "no parameters": ("regressor", {"parameters": []}, "parameters must be an object, got a list"),
    "a parameter of nobody": ("regressor", {"parameters": {"steps": 1}}, "steps is no parameter of this"),
    "a parameter that is code": (
        "regressor",
        {"parameters": {"optimizer": {"hidden": "system"}}},
        "must be one of",
    ),
    "a map of nothing": ("regressor", {"parameters": {"verbose": {"map": [1]}}}, "must hold pairs"),
    "no steps": ("pipeline", {"steps": []}, "steps must have names that differ"),
    "steps of one name": ("pipeline", {"steps": [SCALER, SCALER]}, "steps must have names that differ"),
    "a scaler alone": (
        "pipeline",
        {"steps": [SCALER]},
        "last, a NeuralNetworkClassifier or a NeuralNetworkRegressor",
    ),
    "a step that runs": (
        "pipeline",
        {"steps": [SCALER, {"name": "x", "kind": "Popen"}]},
        "last, a NeuralNetworkC",
    ),
    "a step that is missing": ("pipeline", {"step1": None}, "step1 must be an object"),
    "very many steps": ("pipeline", {"steps": [SCALER] * 999}, "steps are 999, more than 100"),
}


@pytest.mark.parametrize(("which", "changes", "said"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_of_an_estimator_or_a_pipeline_is_refused_in_a_line(
    which, changes, said, request, rewrite, tmp_path
):
    path = tmp_path / "model.npz"
    save(request.getfixturevalue(which), path)
    rewrite(path, **changes)
    with pytest.raises(ModelFileError, match=said):
        load(path)


@pytest.mark.parametrize("pipe", [False, True])
def test_a_scaler_alone_is_no_model(pipe, tmp_path):
    scaler = StandardScaler().fit(X)
    with pytest.raises(
        (InvalidTypeError, InvalidValueError), match=r"thing must be|cannot be saved: steps must be"
    ):
        save(make_pipeline(scaler) if pipe else scaler, tmp_path / "model.npz")


NUMBER_TYPES = (
    "bool",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float16",
    "float64",
)


@pytest.mark.parametrize("dtype", [*NUMBER_TYPES, "longlong", "ulonglong"])
def test_labels_come_back_in_the_type_they_had(dtype, tmp_path):
    estimator = NeuralNetworkClassifier((), max_epochs=1, random_state=0).fit(X, (NUMBERS > 0).astype(dtype))
    save(estimator, tmp_path / "model.npz")
    assert load(tmp_path / "model.npz").classes_.dtype == np.dtype(dtype)


def test_types_of_labels_are_kept_by_names_that_mean_the_same_on_every_machine():
    assert set(NUMBER_TYPES) < set(NUMBERS_OF_LABELS)
    assert all(np.dtype(name).name == name for name in NUMBERS_OF_LABELS)


def test_labels_that_are_dates_are_not_saved(tmp_path):
    days = np.array(["2020-01-01", "2021-01-01"], "M8[D]")
    estimator = NeuralNetworkClassifier((), max_epochs=1).fit(X, days[(NUMBERS > 0).astype(int)])
    with pytest.raises(InvalidTypeError, match=r"must be words, numbers or booleans .*; fit to y.astype\(str\)"):
        save(estimator, tmp_path / "model.npz")


def test_sizes_in_an_array_come_back_as_a_list(tmp_path):
    estimator = NeuralNetworkClassifier(np.array([4, 3]), max_epochs=1).fit(X, NUMBERS)
    save(estimator, tmp_path / "model.npz")
    assert load(tmp_path / "model.npz").hidden_layer_sizes == [4, 3]


def test_a_file_of_an_older_nnl2_has_fewer_parameters_and_of_a_newer_one_perhaps_more(
    regressor, rewrite, tmp_path
):
    path = tmp_path / "model.npz"
    save(regressor, path)
    with np.load(path) as file:
        parameters = json.loads(file["header"].tobytes())["content"]["parameters"]
    rewrite(path, parameters={name: value for name, value in parameters.items() if name != "n_jobs"})
    assert load(path).get_params() == regressor.get_params()
    rewrite(path, parameters=parameters | {"patience": 3})
    with pytest.raises(
        ModelFileError, match=r"parameters.patience is no parameter .*; if a newer nnl2 has written"
    ):
        load(path)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"memory": "."}, "memory='.'"),
        ({"verbose": True}, "verbose=True"),
        ({"transform_input": ["X"]}, "transform"),
    ],
)
def test_what_else_a_pipeline_has_is_not_lost_in_silence(changes, said, pipeline, tmp_path):
    other = make_pipeline(*map(deepcopy, dict(pipeline.steps).values())).set_params(**changes)
    with pytest.raises(InvalidTypeError, match=rf"a pipeline with {said}.* cannot be saved; call set_params\("):
        save(other, tmp_path / "model.npz")


@pytest.mark.parametrize("step", [0, 1])
def test_metadata_requests_are_not_lost_in_silence(step, pipeline, tmp_path):
    with config_context(enable_metadata_routing=True):
        made = deepcopy(pipeline)
        made[step].set_fit_request(sample_weight=True)
        with pytest.raises(InvalidTypeError, match="cannot be saved with metadata requests; fit one without"):
            save(made, tmp_path / "model.npz")


def test_a_scaler_that_has_weighed_its_samples_comes_back_and_goes_on(tmp_path):
    weights = np.random.default_rng(0).random(len(X))
    scaler = StandardScaler().fit(X, sample_weight=weights)
    model = make_pipeline(scaler, NeuralNetworkClassifier(max_epochs=1, random_state=0).fit(X, NUMBERS))
    save(model, tmp_path / "model.npz")
    again = load(tmp_path / "model.npz")[0]
    assert again.n_samples_seen_ == scaler.n_samples_seen_
    assert (again.partial_fit(X[:9]).mean_ == scaler.partial_fit(X[:9]).mean_).all()


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 2**65)
    | st.floats()
    | st.text()
    | st.sampled_from(["int8", "str"]),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["sequence", "map", "regularizer", "hidden"]), inner)
    ),
    max_leaves=6,
)


def paths_in(value, path=()):
    """Yield where something stands in what JSON holds."""
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from paths_in(inner, (*path, key))


@pytest.mark.slow
@hypothesis.settings(
    max_examples=100, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
@hypothesis.given(which=st.booleans(), data=st.data())
def test_any_header_gives_a_model_or_an_error_of_ours(tmp_path, pipeline, regressor, which, data):
    path = tmp_path / "any.npz"
    save(pipeline if which else regressor, path)
    with np.load(path) as file:
        vectors = {name: file[name] for name in file.files}
    header = json.loads(vectors.pop("header").tobytes())
    for _ in range(data.draw(st.integers(1, 3))):
        *where, last = data.draw(st.sampled_from(list(paths_in(header))[1:]))
        inner = header
        for key in where:
            inner = inner[key]
        inner[last] = data.draw(values)
    with path.open("wb") as file:
        write_archive(file, json.dumps(header).encode(), vectors)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        try:
            load(path)
        except ModelFileError:
            return


@pytest.fixture(scope="module")
def regressor():
    """One of several values, with validation."""
    pytest.importorskip("nnl2_early_stopping")
    made = NeuralNetworkRegressor(regularizer="early-stopping", max_epochs=3, random_state=0)
    return made.fit(PROGRESSION[0], PROGRESSION[0][:, :2])
