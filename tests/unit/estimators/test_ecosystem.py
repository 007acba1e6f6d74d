"""The estimators in scikit-learn's company: searches, pipelines, calibration, importance, routing."""

import warnings

import joblib
import numpy as np
import pytest
import sklearn
from matplotlib.figure import Figure
from scipy.stats import loguniform
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import BaggingClassifier, StackingClassifier, VotingClassifier
from sklearn.exceptions import FitFailedWarning
from sklearn.experimental import enable_halving_search_cv  # noqa: F401 (its import is what enables it)
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    RandomizedSearchCV,
    ValidationCurveDisplay,
    cross_val_predict,
    cross_val_score,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nnl2 import L1, L2, Dropout, NeuralNetworkClassifier, NeuralNetworkRegressor

pytestmark = pytest.mark.slow

QUICK = {"max_epochs": 5, "random_state": 0}


def classifier(**parameters):
    return NeuralNetworkClassifier(**QUICK | parameters)


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_a_grid_over_strengths_is_searched(wine, n_jobs):
    given = L2()
    search = GridSearchCV(
        classifier(regularizer=given), {"regularizer__strength": [0.001, 0.1, 3.0]}, cv=3, n_jobs=n_jobs
    ).fit(*wine)
    assert len(search.cv_results_["mean_test_score"]) == 3
    assert search.best_estimator_.regularizer == L2(search.best_params_["regularizer__strength"])
    assert given == L2()
    by_hand = clone(search.estimator).set_params(**search.best_params_).fit(*wine)
    np.testing.assert_array_equal(search.predict_proba(wine[0]), by_hand.predict_proba(wine[0]))


def test_a_grid_holds_strategies_and_their_fields(wine):
    grid = [
        {"regularizer": [None, "l2:0.01", L1(0.001), L2(0.1) + Dropout(rate=0.1)]},
        {"regularizer": [Dropout()], "regularizer__rate": [0.1, 0.3]},
        {"regularizer": ["l2", "l1"], "regularizer__strength": [0.01], "optimizer": ["sgd", "adam"]},
    ]
    search = GridSearchCV(classifier(), grid, cv=3, error_score="raise").fit(*wine)
    assert len(search.cv_results_["params"]) == 4 + 2 + 4
    assert search.best_score_ > 0.9


@pytest.mark.parametrize("illegal", [-1, float("nan"), "strong"])
def test_an_illegal_strength_fails_its_fit_and_not_the_search(wine, illegal):
    search = GridSearchCV(classifier(regularizer=L2()), {"regularizer__strength": [0.01, illegal]}, cv=3)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        search.fit(*wine)
    (failed,) = (str(each.message) for each in told if each.category is FitFailedWarning)
    assert "3 fits failed out of a total of 6" in failed
    assert "L2.strength must be a finite number >= 0" in failed
    assert np.isfinite(search.cv_results_["mean_test_score"]).tolist() == [True, False]
    assert search.best_params_ == {"regularizer__strength": 0.01}


def test_strengths_are_drawn_in_a_pipeline(wine):
    model = make_pipeline(StandardScaler(), classifier(regularizer="l2"))
    name = "neuralnetworkclassifier__regularizer__strength"
    search = RandomizedSearchCV(model, {name: loguniform(1e-4, 1)}, n_iter=4, cv=3, random_state=0).fit(*wine)
    assert 1e-4 <= search.best_params_[name] <= 1
    assert search.score(*wine) > 0.9


def test_candidates_are_halved_by_epochs(wine):
    search = HalvingGridSearchCV(
        classifier(),
        {"regularizer": [L2(0.01), L2(10.0), L1(0.001)]},
        resource="max_epochs",
        max_resources=8,
        min_resources=2,
        factor=2,
        cv=3,
        random_state=0,
    ).fit(*wine)
    assert search.n_resources_ == [2, 4]
    assert search.best_params_["regularizer"] != L2(10.0)


def test_a_validation_curve_is_drawn_over_strengths(wine):
    strengths = [0.001, 0.01, 0.1, 1.0]
    axes = Figure().subplots()
    shown = ValidationCurveDisplay.from_estimator(
        classifier(regularizer=L2()),
        *wine,
        param_name="regularizer__strength",
        param_range=strengths,
        cv=3,
        ax=axes,
    )
    assert shown.test_scores.shape == (4, 3)
    assert shown.ax_.get_xscale() == "log"


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
def test_probabilities_are_calibrated(wine, method):
    calibrated = CalibratedClassifierCV(classifier(regularizer=L2(0.1)), method=method, cv=3).fit(*wine)
    probabilities = calibrated.predict_proba(wine[0])
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert calibrated.score(*wine) > 0.9


def test_importance_is_found_by_permutation(two_classes):
    X, y = two_classes
    model = classifier(max_epochs=30).fit(X, y)
    found = permutation_importance(model, X, y, n_repeats=5, random_state=0).importances_mean
    assert np.argmax(found) == 0


def test_weights_and_validation_data_are_routed(wine):
    X, y = wine
    weights = np.random.default_rng(0).integers(1, 4, len(y))
    with sklearn.config_context(enable_metadata_routing=True):
        asking = classifier().set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        search = GridSearchCV(asking, {"batch_size": [16]}, cv=3).fit(X, y, sample_weight=weights)
        alone = classifier().fit(X, y, sample_weight=weights)
        np.testing.assert_array_equal(search.predict_proba(X), alone.predict_proba(X))
        assert not np.array_equal(search.predict_proba(X), classifier().fit(X, y).predict_proba(X))

        watched = make_pipeline(classifier().set_fit_request(validation_data=True))
        watched.fit(X, y, validation_data=(X[:20], y[:20]))
        assert len(watched[-1].validation_curve_) == QUICK["max_epochs"]

        partly = classifier().set_partial_fit_request(sample_weight=True, classes=True)
        assert partly.get_metadata_routing().partial_fit.requests == {"classes": True, "sample_weight": True}


def test_many_are_asked_together(wine):
    X, y = wine
    members = [("l2", classifier(regularizer=L2(0.01))), ("l1", classifier(regularizer=L1(0.001)))]
    for many in (
        VotingClassifier(members, voting="soft"),
        StackingClassifier(members, LogisticRegression(), cv=3),
        BaggingClassifier(classifier(), n_estimators=3, random_state=0),
    ):
        assert many.fit(X, y).score(X, y) > 0.9


def test_folds_are_scored_alike_on_two_processes(wine):
    X, y = wine
    names = np.array(["a", "b", "c"])[y]
    alone, together = (cross_val_score(classifier(), X, names, cv=3, n_jobs=n_jobs) for n_jobs in (1, 2))
    np.testing.assert_array_equal(alone, together)
    assert set(cross_val_predict(classifier(), X, names, cv=3)) == set("abc")


def test_targets_are_transformed_by_others_too(numbers):
    X, y = numbers
    own = NeuralNetworkRegressor(random_state=0).fit(X, y)
    others = TransformedTargetRegressor(
        NeuralNetworkRegressor(normalize_y=False, random_state=0), transformer=StandardScaler()
    ).fit(X, y)
    np.testing.assert_allclose(own.predict(X), others.predict(X), rtol=1e-9)


def test_equal_estimators_hash_alike(wine):
    one, other = (classifier(regularizer=L2(0.1) + Dropout(rate=0.2)) for _ in range(2))
    assert joblib.hash(one) == joblib.hash(other) != joblib.hash(classifier(regularizer=L2(0.1)))
    assert joblib.hash(one.fit(*wine)) == joblib.hash(other.fit(*wine))


def test_it_is_shown_as_scikit_learn_shows_its_own():
    model = NeuralNetworkClassifier(regularizer=L2(0.1) + Dropout(rate=0.2))
    assert repr(model) == "NeuralNetworkClassifier(regularizer=L2(strength=0.1) + Dropout(rate=0.2))"
    assert "Dropout(rate=0.2)" in model._repr_html_()
