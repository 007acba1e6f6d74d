"""What `speed.py` compares: each function returns a contestant, a function that trains once and says how long.

Settings are left alone: nnl2 measures the error after every epoch, as its users get it. Networks are made before
the time is taken, but for scikit-learn's, which `fit` makes.
"""

from __future__ import annotations

import ctypes
import math
import os
import shutil
import subprocess
import tempfile
import time
import warnings
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nnl2 import Dataset, NeuralNetwork, make_data, train
from nnl2.engine.kernel import library

LEARNING_RATE = 0.01


class Timing(NamedTuple):
    """How long a call took, and how many updates of one network it made: of one item, or of one batch."""

    seconds: float
    n_updates: int


def n_updates(data, epochs, batch_size=1):
    return epochs * math.ceil(data.n_items / batch_size)


def nnl2(regularizers, sizes, data, epochs, *, seeds=1, batch_size=1, settings=None, **parts):
    """Networks with each of these regularizers and seeds; `settings` are those of `train`."""

    def run():
        networks = [
            NeuralNetwork(*sizes, regularizer=regularizer, seed=seed, **parts)
            for regularizer in regularizers
            for seed in range(seeds)
        ]
        start = time.perf_counter()
        train(
            networks, data, epochs=epochs, learning_rate=LEARNING_RATE, batch_size=batch_size, **(settings or {})
        )
        seconds = time.perf_counter() - start
        return Timing(seconds, len(networks) * n_updates(data, epochs, batch_size))

    return run


def without_kernel(contestant):
    """The same in plain numpy."""

    def run():
        with kernel_off():
            return contestant()

    return run


@contextmanager
def kernel_off():
    before = os.environ.get("NNL2_KERNEL")
    os.environ["NNL2_KERNEL"] = "off"
    library.cache_clear()
    try:
        yield
    finally:
        if before is None:
            del os.environ["NNL2_KERNEL"]
        else:
            os.environ["NNL2_KERNEL"] = before
        library.cache_clear()


def scalar_c(data, epochs, n_networks=1):
    """`scalar.c` on 10-8-4 networks, one after the other, or None where there is no compiler."""
    trained = compiled()
    if trained is None:
        return None
    check_scalar_c(trained)
    rng = np.random.default_rng(0)

    def run():
        every = rng.uniform(-0.5, 0.5, (n_networks, len(NeuralNetwork(10, 8, 4).weights)))
        orders = [shuffled(rng, data, epochs) for _ in every]
        start = time.perf_counter()
        for parameters, order in zip(every, orders, strict=True):
            trained(parameters, data.inputs, data.targets, order, order.size, LEARNING_RATE)
        return Timing(time.perf_counter() - start, n_networks * n_updates(data, epochs))

    return run


def shuffled(rng, data, epochs):
    return np.array([rng.permutation(data.n_items) for _ in range(epochs)])


@cache
def compiled():
    """Return the function of `scalar.c`, compiled for this machine, or None."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    source = Path(__file__).with_name("scalar.c")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        target = Path(folder, "scalar.so")
        command = [compiler, "-O3", "-march=native", "-shared", "-fPIC", source, "-o", target, "-lm"]
        if subprocess.run(command, check=False).returncode:
            return None
        trained = ctypes.CDLL(str(target)).train
    reals, whole = (np.ctypeslib.ndpointer(dtype, flags="C_CONTIGUOUS") for dtype in (np.float64, np.int64))
    trained.argtypes = [reals, reals, reals, whole, ctypes.c_int64, ctypes.c_double]
    trained.restype = None
    return trained


def check_scalar_c(trained):
    """Make sure that it learns what nnl2 learns."""
    data, network = make_data(), NeuralNetwork(10, 8, 4, seed=0)
    parameters, order = network.weights.copy(), shuffled(np.random.default_rng(0), data, 3)
    trained(parameters, data.inputs, data.targets, order, order.size, LEARNING_RATE)
    network.train(data, epochs=3, learning_rate=LEARNING_RATE, orders=order)
    np.testing.assert_allclose(parameters, network.weights, rtol=1e-9)


def scikit_learn(hidden, data, epochs, *, batch_size=1, activation="tanh", solver="sgd"):
    """MLPClassifier with plain stochastic gradient descent, or with Adam."""
    from sklearn.neural_network import MLPClassifier

    def run():
        model = MLPClassifier(
            (hidden,), activation=activation, solver=solver, alpha=0, batch_size=batch_size, momentum=0,
            nesterovs_momentum=False, learning_rate_init=LEARNING_RATE, max_iter=epochs, tol=0,
            n_iter_no_change=epochs + 1, random_state=0,
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            start = time.perf_counter()
            model.fit(data.inputs, data.labels)
            return Timing(time.perf_counter() - start, n_updates(data, epochs, batch_size))

    return run


def pytorch(sizes, data, epochs, *, batch_size=1, activation="Tanh", optimizer="SGD"):
    """An eager PyTorch network, or None where PyTorch is not installed."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    inputs = torch.tensor(data.inputs, dtype=torch.float32)
    labels = torch.tensor(data.labels)

    def run():
        n_in, n_hidden, n_out = sizes
        model = torch.nn.Sequential(
            torch.nn.Linear(n_in, n_hidden), getattr(torch.nn, activation)(), torch.nn.Linear(n_hidden, n_out)
        )
        stepping = getattr(torch.optim, optimizer)(model.parameters(), lr=LEARNING_RATE)
        error = torch.nn.CrossEntropyLoss()
        start = time.perf_counter()
        for _ in range(epochs):
            order = torch.randperm(len(inputs))
            for first in range(0, len(inputs), batch_size):
                items = order[first : first + batch_size]
                stepping.zero_grad()
                error(model(inputs[items]), labels[items]).backward()
                stepping.step()
        return Timing(time.perf_counter() - start, n_updates(data, epochs, batch_size))

    return run


def products_alone(sizes, data, epochs, *, batch_size):
    """The five matrix products of an update and nothing else, float32: the floor for what is made of BLAS."""
    n_in, n_hidden, n_out = sizes
    rng = np.random.default_rng(0)

    def table(*shape):
        return rng.normal(size=shape).astype(np.float32)

    x, w1, w2 = table(n_in + 1, batch_size), table(n_hidden, n_in + 1), table(n_out, n_hidden + 1)
    hidden, back = table(n_hidden + 1, batch_size), table(n_hidden, n_out)
    sums, outputs = table(n_hidden, batch_size), table(n_out, batch_size)
    w1_gradients, w2_gradients = table(n_hidden, n_in + 1), table(n_out, n_hidden + 1)

    def run():
        start = time.perf_counter()
        for _ in range(n_updates(data, epochs, batch_size)):
            np.matmul(w1, x, out=sums)
            np.matmul(w2, hidden, out=outputs)
            np.matmul(outputs, hidden.T, out=w2_gradients)
            np.matmul(back, outputs, out=sums)
            np.matmul(sums, x.T, out=w1_gradients)
        return Timing(time.perf_counter() - start, n_updates(data, epochs, batch_size))

    return run


def article_loops(data):
    """The article's loops over every weight, in Python."""

    def run():
        rng = np.random.default_rng(0)
        w1, b1 = rng.uniform(-0.01, 0.01, (10, 8)), np.zeros(8)
        w2, b2 = rng.uniform(-0.01, 0.01, (8, 4)), np.zeros(4)
        start = time.perf_counter()
        for x, t in zip(data.inputs, data.targets, strict=True):
            update_in_loops(w1, b1, w2, b2, x, t)
        return Timing(time.perf_counter() - start, data.n_items)

    return run


def update_in_loops(w1, b1, w2, b2, x, t):
    """Do one update as the article's listing does, one weight at a time."""
    (n_in, n_hidden), n_out = w1.shape, len(b2)
    hidden, outputs = np.zeros(n_hidden), np.zeros(n_out)
    for j in range(n_hidden):
        total = 0.0
        for i in range(n_in):
            total += x[i] * w1[i, j]
        hidden[j] = math.tanh(total + b1[j])
    sums = np.zeros(n_out)
    for k in range(n_out):
        for j in range(n_hidden):
            sums[k] += hidden[j] * w2[j, k]
        sums[k] += b2[k]
    largest = max(sums)
    divisor = sum(math.exp(each - largest) for each in sums)
    for k in range(n_out):
        outputs[k] = math.exp(sums[k] - largest) / divisor
    output_signals = np.zeros(n_out)
    for k in range(n_out):
        output_signals[k] = (1 - outputs[k]) * outputs[k] * (t[k] - outputs[k])
    w2_gradients = np.zeros((n_hidden, n_out))
    for j in range(n_hidden):
        for k in range(n_out):
            w2_gradients[j, k] = output_signals[k] * hidden[j]
    hidden_signals = np.zeros(n_hidden)
    for j in range(n_hidden):
        total = 0.0
        for k in range(n_out):
            total += output_signals[k] * w2[j, k]
        hidden_signals[j] = (1 - hidden[j]) * (1 + hidden[j]) * total
    w1_gradients = np.zeros((n_in, n_hidden))
    for i in range(n_in):
        for j in range(n_hidden):
            w1_gradients[i, j] = hidden_signals[j] * x[i]
    for i in range(n_in):
        for j in range(n_hidden):
            w1[i, j] += LEARNING_RATE * w1_gradients[i, j]
    for j in range(n_hidden):
        b1[j] += LEARNING_RATE * hidden_signals[j]
        for k in range(n_out):
            w2[j, k] += LEARNING_RATE * w2_gradients[j, k]
    for k in range(n_out):
        b2[k] += LEARNING_RATE * output_signals[k]


def random_table(n_items, n_in, n_out, dtype=np.float32):
    """Items with random inputs and labels: only their number and shape matter."""
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(n_items, n_in)).astype(dtype)
    return Dataset(inputs, np.eye(n_out, dtype=dtype)[rng.integers(n_out, size=n_items)])


def digits():
    """scikit-learn's handwritten digits, 8 x 8 pixels each."""
    from sklearn.datasets import load_digits

    table, labels = load_digits(return_X_y=True)
    return Dataset.from_labels(table / 16, labels)
