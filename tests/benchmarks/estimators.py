"""How fast are the estimators beside scikit-learn's own? Prints a table.

    python tests/benchmarks/estimators.py [--rounds N] [TABLE ...]

Each row has both in turn in one process, on one thread, round after round; what counts is how many times longer
scikit-learn takes for fit, for predict and for partial_fit of 16 samples, of which the median is told.

"left alone" is every setting of both as it comes, which is what users wait for: ours trains 8 units or more for 50
epochs in batches of 16, theirs 100 units for up to 200 epochs in batches of 200. In other rows both do the same:
the same units, epochs and batches, by sgd or Adam, with L2. Times are those of the process.
"""

from __future__ import annotations

import argparse
import os
import warnings
from statistics import median
from time import process_time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # before numpy is loaded

import numpy as np
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
    load_wine,
    make_classification,
    make_regression,
)
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import scale

from nnl2 import NeuralNetworkClassifier, NeuralNetworkRegressor, translate

UNITS = 32
EPOCHS = {1: 2, 16: 50, 200: 50}
"""For each size of batches."""
RATES = {"sgd": 0.1, "adam": 0.01}
TABLES = {
    "iris": lambda: load_iris(return_X_y=True),
    "wine": lambda: load_wine(return_X_y=True),
    "breast_cancer": lambda: load_breast_cancer(return_X_y=True),
    "digits": lambda: load_digits(return_X_y=True),
    "diabetes": lambda: load_diabetes(return_X_y=True),
    "5000 x 40, 4 classes": lambda: make_classification(5000, 40, n_informative=10, n_classes=4, random_state=0),
    "5000 x 40, a number": lambda: make_regression(5000, 40, noise=10, random_state=0),
    "2000 x 784, 10 classes": lambda: make_classification(
        2000, 784, n_informative=20, n_classes=10, random_state=0
    ),
}


def contestants(kind, theirs):
    """Yield the name of a row, our estimator, and theirs."""
    yield "left alone", kind(), theirs()
    for solver, rate in RATES.items():
        for batch_size, epochs in EPOCHS.items():
            alpha = 0.001 * batch_size
            ours = kind(
                UNITS,
                translate("sklearn alpha", alpha, batch_size=batch_size).regularizer,
                optimizer=solver,
                learning_rate=rate if batch_size > 1 else rate / 10,
                batch_size=batch_size,
                max_epochs=epochs,
            )
            model = theirs(
                hidden_layer_sizes=(UNITS,),
                activation="tanh",
                solver=solver,
                alpha=alpha,
                momentum=0,
                learning_rate_init=ours.learning_rate,
                batch_size=batch_size,
                max_iter=epochs,
                n_iter_no_change=epochs,
            )
            yield f"{solver}, batches of {batch_size}", ours, model


def seconds(action):
    before = process_time()
    action()
    return process_time() - before


def measure(ours, theirs, X, y, rounds):
    """Return the median seconds of our fit, and the median ratios of fit, predict and partial_fit."""
    times, ratios = [], []
    for number in range(rounds):
        for model in (ours, theirs):
            model.set_params(random_state=number)
        pairs = [
            [seconds(lambda model=model: model.fit(X, y)) for model in (ours, theirs)],
            [seconds(lambda model=model: repeat(model.predict, X)) for model in (ours, theirs)],
            [seconds(lambda model=model: repeat(model.partial_fit, X[:16], y[:16])) for model in (ours, theirs)],
        ]
        times.append(pairs[0][0])
        ratios.append([other / own for own, other in pairs])
    return median(times), *np.median(ratios, axis=0)


def repeat(call, *arguments):
    """Call twenty times what is too short to be timed alone."""
    for _ in range(20):
        call(*arguments)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"some of: {', '.join(TABLES)}")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")  # theirs tells that it has not converged
    print(f"{'table':24} {'training':22} {'our fit':>9} {'their fit':>14} {'predict':>14} {'partial_fit':>14}")
    for name in asked.tables or TABLES:
        X, y = TABLES[name]()
        X = scale(X)
        numbers = np.issubdtype(y.dtype, np.floating)
        kinds = (NeuralNetworkRegressor, MLPRegressor) if numbers else (NeuralNetworkClassifier, MLPClassifier)
        y = scale(y) if numbers else y
        for row, ours, theirs in contestants(*kinds):
            own, *ratios = measure(ours, theirs, X, y, asked.rounds)
            print(
                f"{name:24} {row:22} {own * 1000:6.0f} ms", *(f"{ratio:12.2f} x" for ratio in ratios), flush=True
            )


if __name__ == "__main__":
    main()
