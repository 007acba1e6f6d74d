"""From the same weights over the same batches, MLPClassifier and MLPRegressor learn the same."""

import warnings

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_wine
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import scale

from nnl2 import L2, NeuralNetworkClassifier, NeuralNetworkRegressor, translate
from nnl2.training.state import generator

pytestmark = pytest.mark.slow

EPOCHS = 50
TOLERANCE = 1e-12
"""Sums are formed in another order, and exp and tanh are our own."""

SOLVERS = {"sgd": {"solver": "sgd", "momentum": 0}, "adam": {"solver": "adam"}}
ACTIVATIONS = {"tanh": "tanh", "relu": "relu", "sigmoid": "logistic"}


def tables():
    X, y = load_wine(return_X_y=True)
    yield NeuralNetworkClassifier, MLPClassifier, scale(X)[:176:2], y[:176:2]
    X, y = load_diabetes(return_X_y=True)
    yield NeuralNetworkRegressor, MLPRegressor, scale(X)[:88], scale(y[:88])
    yield NeuralNetworkRegressor, MLPRegressor, scale(X)[:88], scale(np.column_stack([y, X[:, 0]])[:88])


def trained_by_them(model, ours, X, y):
    """Return scikit-learn's model, trained from the first weights of ours over the batches of ours."""
    fresh = ours.networks_[0]
    begun = type(fresh)(*fresh.layer_sizes, hidden=fresh.spec.hidden, output=fresh.spec.output, seed=fresh.seed)
    classes = {"classes": np.unique(y)} if isinstance(model, MLPClassifier) else {}
    model.partial_fit(X, y, **classes)  # makes the arrays that are filled here
    for weights, biases, layer in zip(model.coefs_, model.intercepts_, begun.layers, strict=True):
        weights[...], biases[...] = layer
    del model._optimizer  # noqa: SLF001 (its memory begins anew)
    rng = generator(begun.state.order_stream)
    for _ in range(EPOCHS):
        order = np.arange(len(X)) if ours.batch_size >= len(X) else rng.permutation(len(X))
        for first in range(0, len(X), ours.batch_size):
            batch = order[first : first + ours.batch_size]
            model.partial_fit(X[batch], y[batch])
    return model


@pytest.mark.parametrize(("kind", "theirs", "X", "y"), list(tables()), ids=["wine", "diabetes", "two targets"])
@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("alpha", [0.0, 0.3])
@pytest.mark.parametrize("batch_size", [8, 88])
def test_it_learns_what_scikit_learn_learns(kind, theirs, X, y, solver, alpha, batch_size):
    rate = 0.1 if solver == "sgd" else 0.01
    strategy = translate("sklearn alpha", alpha, batch_size=batch_size, n_items=len(X)).regularizer
    unchanged = {} if kind is NeuralNetworkClassifier else {"normalize_y": False}
    ours = kind((9, 5), strategy, optimizer=solver, learning_rate=rate, batch_size=batch_size, random_state=3)
    ours.set_params(**unchanged).fit(X, y)
    model = theirs(
        hidden_layer_sizes=(9, 5),
        activation="tanh",
        alpha=alpha,
        learning_rate_init=rate,
        shuffle=False,
        random_state=0,
        **SOLVERS[solver],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a batch smaller than its own batch_size
        trained_by_them(model, ours, X, y)
    assert ours.n_iter_ == EPOCHS
    for own, other in zip([*ours.coefs_, *ours.intercepts_], [*model.coefs_, *model.intercepts_], strict=True):
        np.testing.assert_allclose(own, other, rtol=0, atol=TOLERANCE)
    answer = "predict_proba" if kind is NeuralNetworkClassifier else "predict"
    np.testing.assert_allclose(getattr(ours, answer)(X), getattr(model, answer)(X), rtol=0, atol=1e-11)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_it_learns_the_same_with_every_activation(activation):
    _, _, X, y = next(tables())
    ours = NeuralNetworkClassifier(7, activation=activation, learning_rate=0.1, random_state=1).fit(X, y)
    model = MLPClassifier(
        7, activation=ACTIVATIONS[activation], alpha=0, learning_rate_init=0.1, shuffle=False, random_state=0,
        **SOLVERS["sgd"],
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trained_by_them(model, ours, X, y)
    for own, other in zip(ours.coefs_, model.coefs_, strict=True):
        np.testing.assert_allclose(own, other, rtol=0, atol=TOLERANCE)


def test_standardised_targets_are_learned_as_they_are():
    """What networks see of y is then the same with normalize_y and without."""
    X, y = load_diabetes(return_X_y=True)
    X, y = scale(X), scale(y)
    one, other = (
        NeuralNetworkRegressor(regularizer=L2(0.01), normalize_y=choice, random_state=0).fit(X, y).predict(X)
        for choice in (True, False)
    )
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-11)
