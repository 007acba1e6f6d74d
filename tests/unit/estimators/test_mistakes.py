"""Bad input gets one line that names what is wrong; a row for each kind of mistake."""

import warnings

import numpy as np
import pytest
from attrs import frozen
from scipy import sparse
from sklearn.exceptions import DataConversionWarning, NotFittedError

from nnl2 import (
    L2,
    Dropout,
    InvalidValueError,
    NeuralNetworkClassifier,
    NeuralNetworkRegressor,
    Nnl2Error,
    Optimizer,
    PluginError,
    Regularizer,
    TrainingDivergedError,
    UnknownNameError,
)

X = np.random.default_rng(0).normal(size=(40, 3))
Y = (X[:, 0] > 0).astype(int)
Z = X[:, 1] * 100
QUICK = {"max_epochs": 5}


def fit(X=X, y=Y, sample_weight=None, **parameters):
    return NeuralNetworkClassifier(**QUICK | parameters).fit(X, y, sample_weight)


def regress(X=X, y=Z, **parameters):
    return NeuralNetworkRegressor(**QUICK | parameters).fit(X, y)


def with_one(value, dtype=float):
    table = X.astype(dtype)
    table[3, 1] = value
    return table


def partial(y=Y, **settings):
    return NeuralNetworkClassifier().partial_fit(X, y, **settings)


DATES = np.full(X.shape, np.datetime64("2026-01-01"))
MASKED = np.ma.masked_array(X, mask=X > 1)
WHOLE = r"must be a whole number >= 1, got"


def frame(**columns):
    return pytest.importorskip("pandas").DataFrame(columns)


X_AND_Y = {
    "1 NaN": (lambda: fit(with_one(np.nan)), ValueError, "Input X contains NaN"),
    "2 infinity": (lambda: fit(with_one(-np.inf)), ValueError, "Input X contains infinity or a value too large"),
    "4 one axis": (lambda: fit(X[:, 0]), ValueError, "Expected 2D array, got 1D array instead"),
    "4 a scalar": (lambda: fit(3.0), ValueError, "Expected 2D array, got scalar array instead"),
    "5 three axes": (lambda: fit(X[np.newaxis]), ValueError, "Found array with dim 3"),
    "6 no samples": (lambda: fit(X[:0], Y[:0]), ValueError, r"Found array with 0 sample\(s\)"),
    "7 no features": (lambda: fit(X[:, :0]), ValueError, r"Found array with 0 feature\(s\)"),
    "8 lengths": (lambda: fit(y=Y[:30]), ValueError, r"inconsistent numbers of samples: \[40, 30\]"),
    "9 one class": (lambda: fit(y=0 * Y), ValueError, "needs samples of at least 2 classes, .* one class: 0$"),
    "9 one word": (lambda: fit(y=["a"] * 40), ValueError, "but y has only one class: 'a'$"),
    "10 continuous y": (lambda: fit(y=Z), ValueError, "Unknown label type: continuous"),
    "11 y None": (lambda: fit(y=None), ValueError, "requires y to be passed"),
    "12 y NaN": (lambda: fit(y=np.where(Y, 1, np.nan)), ValueError, "Input y contains NaN"),
    "13 y with None": (lambda: fit(y=[None] * 20 + [1] * 20), ValueError, "Unknown label type: unknown"),
    "14 mixed list": (lambda: fit(y=["a"] * 20 + [1] * 20), ValueError, "y mixes types int, str; make"),
    "14 mixed array": (lambda: fit(y=np.array(["a", 1] * 20, object)), ValueError, "y mixes types int, str"),
    "14 a word is missing": (lambda: fit(y=["a", None] * 20), ValueError, "y mixes types NoneType, str; "),
    "15 one-hot": (lambda: fit(y=np.eye(2)[Y]), ValueError, r"shape \(40, 2\); .* y.argmax\(axis=1\)"),
    "15 one-hot list": (lambda: fit(y=np.eye(2)[Y].tolist()), ValueError, "of one-hot targets pass y.argm"),
    "17 words": (lambda: fit(with_one("a", object)), ValueError, "convert string to float: 'a'; encode"),
    "17 an array of words": (lambda: fit(X.astype(str)), ValueError, "Convert your data .*; encode text"),
    "18 dicts": (lambda: fit(with_one({}, object)), TypeError, r"float\(\) argument"),
    "19 complex": (lambda: fit(X + 1j), ValueError, "Complex data not supported"),
    "20 ragged": (lambda: fit([[1, 2], [3]] * 20), ValueError, "inhomogeneous shape"),
    "21 dates": (lambda: fit(DATES), TypeError, "X holds dates or times; turn them into numbers first"),
    "21 durations": (lambda: fit(DATES - DATES), TypeError, "X holds dates or times"),
    "21 dates in a frame": (lambda: fit(frame(a=DATES[:, 0], b=DATES[:, 1])), TypeError, "X holds dates or times"),
    "22 a mask": (lambda: fit(MASKED), ValueError, "X is a masked array, whose mask would be ignored; fill it"),
    "22 a mask of y": (lambda: fit(y=np.ma.masked_array(Y, mask=Y)), ValueError, "y is a masked array"),
    "22 a mask of weights": (
        lambda: fit(sample_weight=np.ma.masked_array(Y, mask=Y)), ValueError, "sample_weight is a masked array"
    ),
    "22 a mask in predict": (lambda: fit().predict(MASKED), ValueError, "X is a masked array"),
    "23 pandas' NA": (
        lambda: fit(frame(a=pytest.importorskip("pandas").array([1, None] * 20, dtype="Int64"), b=Z)),
        ValueError,
        "Input X contains NaN",
    ),
    "24 other features": (lambda: fit().predict(X[:, :2]), ValueError, "X has 2 features, but .* is expecting 3"),
    "24 another order": (
        lambda: fit(frame(a=Z, b=Z)).predict(frame(b=Z, a=Z)), ValueError, "must be in the same order as the"
    ),
    "32 negative weights": (lambda: fit(sample_weight=-Y), ValueError, "[Nn]egative"),
    "32 no weight": (lambda: fit(sample_weight=0 * Y), ValueError, "non-zero|above 0"),
    "32 NaN weights": (lambda: fit(sample_weight=Y * np.nan), ValueError, "Input sample_weight contains NaN"),
    "32 a class without weight": (
        lambda: fit(sample_weight=Y), ValueError, "for some sample of each class, but is 0 for all of 0;"
    ),
    "32 balanced without weight": (lambda: fit(sample_weight=Y, class_weight="balanced"), ValueError, "all of 0;"),
    "32 class weight 0": (
        lambda: fit(class_weight={0: 0, 1: 1}), ValueError, "and above 0 for each class, got 0 for 0;"
    ),
    "32 class weight NaN": (lambda: fit(class_weight={0: 1, 1: np.nan}), ValueError, "got nan for 1;"),
    "32 class weight unknown": (lambda: fit(class_weight="equal"), ValueError, "'class_weight' parameter"),
    "33 no classes": (partial, ValueError, "classes must be passed on the first call to partial_fit"),
    "33 an unknown label": (lambda: partial(classes=[0, 2]), ValueError, "y holds 1, not among the classes 0, 2$"),
    "33 a new label": (
        lambda: partial(classes=["a", "b"], y=np.array(["a", "b"])[Y]).partial_fit(X, ["c", "d"] * 20),
        ValueError,
        "y holds 'c', 'd', not among the classes 'a', 'b'$",
    ),
    "33 other classes": (
        lambda: partial(classes=[0, 1]).partial_fit(X, Y, [0, 1, 2]), ValueError, "must stay 0, 1 .* 0, 1, 2$"
    ),
    "33 balanced": (
        lambda: NeuralNetworkClassifier(class_weight="balanced").partial_fit(X, Y, classes=[0, 1]),
        ValueError,
        "class_weight='balanced' needs all samples at once",
    ),
    "regression: words": (lambda: regress(y=["a"] * 40), ValueError, "could not convert string to float"),
    "regression: None": (lambda: regress(y=None), ValueError, "requires y to be passed"),
    "regression: infinity": (lambda: regress(y=np.full(40, np.inf)), ValueError, "Input y contains infinity"),
    "regression: other columns": (
        lambda: NeuralNetworkRegressor(warm_start=True).fit(X, Z).fit(X, np.column_stack([Z, Z])),
        ValueError,
        "y must have 1 columns as before, got 2",
    ),
    "validation data alone": (
        lambda: NeuralNetworkClassifier().fit(X, Y, validation_data=X), TypeError, r"must be a pair \(X, y\), got"
    ),
    "validation data of others": (
        lambda: NeuralNetworkClassifier().fit(X, Y, validation_data=(X, Y + 5)), ValueError, "y holds 5, 6, not"
    ),
}  # fmt: skip

PARAMETERS = {
    "25 negative": ({"regularizer": "l2:-1"}, ValueError, r"L2.strength must be a finite number >= 0, got -1"),
    "25 NaN": ({"regularizer": "l2:nan"}, ValueError, "L2.strength .* got nan"),
    "25 text": ({"regularizer": "l2:a"}, TypeError, "L2.strength .* got 'a'"),
    "25 no regularizer": ({"regularizer": 0.1}, TypeError, "must be a Regularizer such as .* or None; got 0.1"),
    "25 a class": ({"regularizer": L2}, TypeError, "must be a Regularizer such as .* got <class 'nnl2.regul"),
    "25 one of a sequence": ({"regularizer": [L2(), 3]}, TypeError, r"got \[L2\(strength=0.005\), 3\]"),
    "25 too many": ({"regularizer": [L2()] * 3}, ValueError, "one for each layer of weights, got 3"),
    "26 dropout 1": ({"regularizer": "dropout:1"}, ValueError, r"Dropout.rate must be .* in \[0, 1\), got 1"),
    "26 decay -1": ({"regularizer": "weight-decay:-1"}, ValueError, r"a finite number in \[0, 1\), got -1"),
    "26 no optimizer": ({"optimizer": None}, TypeError, r"must be an Optimizer such as .* None"),
    "27 rate 0": ({"learning_rate": 0}, ValueError, "learning_rate must be a finite number > 0, got 0"),
    "27 rate -1": ({"learning_rate": -1}, ValueError, "learning_rate .* got -1"),
    "27 rate NaN": ({"learning_rate": np.nan}, ValueError, "learning_rate .* got nan"),
    "27 rate text": ({"learning_rate": "constant"}, TypeError, "learning_rate .* got 'constant'"),
    "27 rate of an epoch": ({"learning_rate": lambda epoch: 1 - epoch}, ValueError, r"learning_rate\(1\) must be"),
    "28 epochs 0": ({"max_epochs": 0}, ValueError, f"max_epochs {WHOLE} 0"),
    "28 epochs -1": ({"max_epochs": -1}, ValueError, f"max_epochs {WHOLE} -1"),
    "28 epochs 1.5": ({"max_epochs": 1.5}, ValueError, f"max_epochs {WHOLE} 1.5"),
    "28 batch 0": ({"batch_size": 0}, ValueError, f"batch_size {WHOLE} 0"),
    "28 batch auto": ({"batch_size": "auto"}, TypeError, f"batch_size {WHOLE} 'auto'"),
    "28 hidden 0": ({"hidden_layer_sizes": 0}, ValueError, f"hidden_layer_sizes: .* {WHOLE} 0"),
    "28 hidden -3": ({"hidden_layer_sizes": (4, -3)}, ValueError, f"hidden_layer_sizes: .* {WHOLE} -3"),
    "28 hidden text": ({"hidden_layer_sizes": "a"}, TypeError, f"hidden_layer_sizes: .* {WHOLE} 'a'"),
    "28 no networks": ({"n_networks": 0}, ValueError, f"n_networks {WHOLE} 0"),
    "28 no threads": ({"n_jobs": 0}, ValueError, f"n_jobs {WHOLE} 0"),
    "28 all for validation": ({"validation_fraction": 1}, ValueError, "validation_fraction .* > 0 and < 1, got 1"),
    "29 seed -1": ({"random_state": -1}, ValueError, r"random_state must be a whole number in \[0, 4294967295\]"),
    "29 seed text": ({"random_state": "a"}, TypeError, "random_state .* got 'a'"),
    "29 seed 2^32": ({"random_state": 2**32}, ValueError, "random_state .* got 4294967296"),
    "36 regularizer": ({"regularizer": "l3"}, UnknownNameError, "no regularizer is called 'l3'; did you mean 'l"),
    "36 optimizer": ({"optimizer": "adma"}, UnknownNameError, "called 'adma'; did you mean 'adam'[?]"),
    "36 activation": (
        {"activation": "tahn"}, ValueError, "called 'tahn'; did you mean 'tanh'[?] known are 'relu', 's"
    ),
    "36 activation 3": ({"activation": 3}, TypeError, "activation must be one of .* or an Activation, got 3"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "message"), X_AND_Y.values(), ids=X_AND_Y)
def test_bad_data_is_refused_in_words(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


@pytest.mark.parametrize(("parameters", "kind", "message"), PARAMETERS.values(), ids=PARAMETERS)
@pytest.mark.parametrize("estimator", [NeuralNetworkClassifier, NeuralNetworkRegressor])
def test_a_bad_parameter_is_refused_by_fit_in_a_line(estimator, parameters, kind, message):
    made = estimator(**parameters)
    with pytest.raises(kind, match=message) as told:
        made.fit(X, Y)
    assert isinstance(told.value, Nnl2Error)
    assert len(str(told.value).splitlines()) == 1


def test_row_3_an_unscaled_column_is_warned_of():
    with pytest.warns(
        UserWarning, match=r"column 1 of inputs has scale 1e\+200, .* sklearn.preprocessing.StandardS"
    ):
        fit(with_one(1e200))


def test_row_16_a_column_of_labels_is_taken_with_a_warning():
    with pytest.warns(DataConversionWarning, match="column-vector y was passed"):
        column = fit(y=Y[:, np.newaxis], random_state=0)
    np.testing.assert_array_equal(column.predict(X), fit(random_state=0).predict(X))
    with pytest.warns(DataConversionWarning, match="column-vector y was passed"):
        assert regress(y=Z[:, np.newaxis]).predict(X).shape == (40,)


@pytest.mark.parametrize(
    "ask",
    [
        lambda model: model.predict(X),
        lambda model: model.predict_proba(X),
        lambda model: model.score(X, Y),
        lambda model: model.coefs_,
        lambda model: model.intercepts_,
        lambda model: model.n_iter_,
    ],
)
def test_row_30_what_is_not_fitted_says_so(ask):
    with pytest.raises(NotFittedError, match="This NeuralNetworkClassifier instance is not fitted yet"):
        ask(NeuralNetworkClassifier())


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"learning_rate": 100, "activation": "relu"}, r"learning_rate=100, regularizer=NoRegularization\(\)"),
        ({"learning_rate": 0.05, "regularizer": L2(100)}, r"learning_rate=0.05, regularizer=L2\(strength=100.0\)"),
    ],
)
def test_row_31_divergence_is_told_and_leaves_nothing_fitted(parameters, message):
    model = regress()
    with pytest.raises(TrainingDivergedError, match=f"training diverged: .* at epoch .*{message}"):
        model.set_params(**parameters).fit(X, Z)
    with pytest.raises(NotFittedError):
        model.predict(X)


def test_row_31_divergence_where_training_goes_on_leaves_what_was_learned():
    model = regress(warm_start=True)
    before = model.predict(X)
    with pytest.raises(TrainingDivergedError):
        model.set_params(learning_rate=0.05, regularizer=L2(1000)).fit(X, Z)
    np.testing.assert_array_equal(model.predict(X), before)


def test_row_34_a_constant_column_is_learned_with():
    table = np.column_stack([X, np.ones(40)])
    assert np.isfinite(fit(table).predict_proba(table)).all()
    assert np.isfinite(regress(y=np.full(40, 7.0)).predict(X)).all()


@pytest.mark.parametrize(
    "form",
    [
        np.copy,
        np.asfortranarray,
        lambda table: table[::-1][::-1],
        lambda table: table.astype(np.float32),
        lambda table: table.astype(np.float16),
        lambda table: table.astype(np.int8),
        lambda table: table.astype(np.uint8),
        lambda table: table > 0,
        lambda table: table.tolist(),
        lambda table: table.astype(object),
        sparse.csr_matrix,
        sparse.csc_array,
        sparse.coo_array,
    ],
)
def test_row_35_any_form_of_table_is_taken_and_left_as_it_is(form):
    given = form(np.round(np.abs(X) * 4))
    plain = np.asarray(given.toarray() if hasattr(given, "toarray") else given).astype(float)
    if isinstance(given, np.ndarray):
        given.flags.writeable = False
    model = fit(given, random_state=0)
    np.testing.assert_array_equal(model.predict_proba(given), fit(plain, random_state=0).predict_proba(plain))
    np.testing.assert_array_equal(given.toarray() if hasattr(given, "toarray") else given, plain)


@frozen
class Narrow(Regularizer):
    """Its gradient has another shape."""

    def gradient(self, weights, step):
        return weights[:1, :1]


@frozen
class Void(Regularizer):
    """Its gradient is no number."""

    def gradient(self, weights, step):
        return weights * np.nan


@frozen
class Wild(Optimizer):
    """Its change is no number."""

    def update(self, gradient, memory, step):
        return gradient * np.nan, memory


@pytest.mark.parametrize(
    "parameters",
    [{"regularizer": Narrow()}, {"regularizer": Void()}, {"optimizer": Wild(), "learning_rate": 0.1}],
    ids=str,
)
def test_row_37_a_plug_in_that_answers_nonsense_is_named(parameters):
    with pytest.raises(PluginError, match=r"(Narrow|Void|Wild)\(\) .*layer 1"):
        fit(**parameters)


def test_row_38_a_field_of_no_regularizer_cannot_be_set():
    with pytest.raises(InvalidValueError, match="needs regularizer to be an object or a text, but it is None"):
        NeuralNetworkClassifier().set_params(regularizer__strength=0.1)


def test_weights_that_can_do_nothing_are_warned_of():
    with pytest.warns(UserWarning, match="sample_weight or class_weight does nothing here: .* batch_size is 1"):
        fit(sample_weight=1.0 + Y, batch_size=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit(sample_weight=1.0 + 0 * Y, batch_size=1)


def test_features_so_large_that_outputs_are_no_numbers_are_refused():
    model = fit(activation="relu")
    with pytest.raises(InvalidValueError, match="outputs for sample 0 are no numbers: its features are too large"):
        model.predict_proba(np.full((2, 3), 1.7e308))


def test_a_part_that_masks_needs_hidden_units():
    with pytest.warns(UserWarning, match=r"Dropout\(rate=0.5\) does nothing here: .* there is no hidden layer"):
        fit(hidden_layer_sizes=(), regularizer=Dropout(rate=0.5))
