"""How fast is training, beside what else one could use? Prints a table; `--json FILE` keeps the numbers.

    python tests/benchmarks/speed.py [--rounds N] [--json FILE] [JOB ...]

All contestants of a job run in turn in one process, on one thread, round after round; what counts is the ratio
between neighbours, of which the median is told. Times are per update of one network: one item, or one batch.
Every job starts in a process of its own, whose peak memory is told beside. PyTorch takes part where it is
installed (extra `bench`).
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import time
import warnings
from pathlib import Path
from statistics import median

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # before numpy is loaded

import numpy as np

from nnl2 import L1, L2, Dataset, Dropout, NeuralNetwork, NoRegularization, ReLU, WeightDecay, make_data, train

FIVE = [NoRegularization(), L2(0.005), WeightDecay(0.00005), L1(0.001), Dropout(rate=0.3)]


def nnl2(regularizers, sizes, data, epochs, *, batch_size=1, seeds=1, dtype=np.float64, hidden=None):
    """Return a contestant: networks with these regularizers and seeds, trained side by side."""
    settings = {} if hidden is None else {"hidden": hidden}

    def run():
        networks = [
            NeuralNetwork(*sizes, regularizer=regularizer, seed=seed, dtype=dtype, **settings)
            for regularizer in regularizers
            for seed in range(seeds)
        ]
        start = time.perf_counter()
        train(networks, data, epochs=epochs, learning_rate=0.01, batch_size=batch_size, record_every=epochs)
        return (time.perf_counter() - start) / (len(networks) * epochs * math.ceil(data.n_items / batch_size))

    return run


def article_loops(data, n_items=200):
    """Return a contestant: the article's loops over every weight, in Python."""

    def run():
        rng = np.random.default_rng(0)
        w1, b1 = rng.uniform(-0.01, 0.01, (10, 8)), np.zeros(8)
        w2, b2 = rng.uniform(-0.01, 0.01, (8, 4)), np.zeros(4)
        start = time.perf_counter()
        for x, t in zip(data.inputs[:n_items], data.targets[:n_items], strict=True):
            update_in_loops(w1, b1, w2, b2, x, t)
        return (time.perf_counter() - start) / n_items

    return run


def update_in_loops(w1, b1, w2, b2, x, t, learning_rate=0.01):
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
            w1[i, j] += learning_rate * w1_gradients[i, j]
    for j in range(n_hidden):
        b1[j] += learning_rate * hidden_signals[j]
        for k in range(n_out):
            w2[j, k] += learning_rate * w2_gradients[j, k]
    for k in range(n_out):
        b2[k] += learning_rate * output_signals[k]


def scikit_learn(hidden, data, epochs, *, batch_size=1, activation="tanh"):
    """Return a contestant: MLPClassifier with plain stochastic gradient descent."""
    from sklearn.neural_network import MLPClassifier

    def run():
        model = MLPClassifier(
            (hidden,), activation=activation, solver="sgd", alpha=0, batch_size=batch_size, momentum=0,
            nesterovs_momentum=False, learning_rate_init=0.01, max_iter=epochs, tol=0, n_iter_no_change=epochs + 1,
            random_state=0,
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            start = time.perf_counter()
            model.fit(data.inputs, data.labels)
        return (time.perf_counter() - start) / (epochs * math.ceil(data.n_items / batch_size))

    return run


def pytorch(sizes, data, epochs, *, batch_size=1, activation="Tanh"):
    """Return a contestant: an eager PyTorch network with SGD, or None where PyTorch is not installed."""
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
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
        error = torch.nn.CrossEntropyLoss()
        start = time.perf_counter()
        for _ in range(epochs):
            order = torch.randperm(len(inputs))
            for first in range(0, len(inputs), batch_size):
                items = order[first : first + batch_size]
                optimizer.zero_grad()
                error(model(inputs[items]), labels[items]).backward()
                optimizer.step()
        return (time.perf_counter() - start) / (epochs * math.ceil(len(inputs) / batch_size))

    return run


def products_alone(sizes, batch_size, n_updates, dtype=np.float32):
    """Return a contestant: the five matrix products of an update and nothing else, the floor for batches."""
    n_in, n_hidden, n_out = sizes
    rng = np.random.default_rng(0)

    def table(*shape):
        return rng.normal(size=shape).astype(dtype)

    x, w1, w2 = table(n_in + 1, batch_size), table(n_hidden, n_in + 1), table(n_out, n_hidden + 1)
    hidden, back = table(n_hidden + 1, batch_size), table(n_hidden, n_out)
    sums, outputs = table(n_hidden, batch_size), table(n_out, batch_size)
    w1_gradients, w2_gradients = table(n_hidden, n_in + 1), table(n_out, n_hidden + 1)

    def run():
        start = time.perf_counter()
        for _ in range(n_updates):
            np.matmul(w1, x, out=sums)
            np.matmul(w2, hidden, out=outputs)
            np.matmul(outputs, hidden.T, out=w2_gradients)
            np.matmul(back, outputs, out=sums)
            np.matmul(sums, x.T, out=w1_gradients)
        return (time.perf_counter() - start) / n_updates

    return run


def random_table(n_items, n_in, n_out, dtype=np.float32):
    """Return items with random inputs and labels: only their number and shape matter here."""
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(n_items, n_in)).astype(dtype)
    return Dataset(inputs, np.eye(n_out, dtype=dtype)[rng.integers(n_out, size=n_items)])


def one_network():
    data = make_data()
    return {
        "nnl2, one network": nnl2([NoRegularization()], (10, 8, 4), data, 20),
        "nnl2, with L2": nnl2([L2(0.005)], (10, 8, 4), data, 20),
        "nnl2, with weight decay": nnl2([WeightDecay()], (10, 8, 4), data, 20),
        "article's loops": article_loops(data),
        "scikit-learn": scikit_learn(8, data, 10),
        "PyTorch": pytorch((10, 8, 4), data, 4),
    }


def five_strategies():
    data = make_data()
    return {
        "nnl2, five strategies": nnl2(FIVE, (10, 8, 4), data, 20),
        "article's loops": article_loops(data),
        "scikit-learn": scikit_learn(8, data, 10),
    }


def five_strategies_30_seeds():
    data = make_data()
    return {
        "nnl2, 5 x 30, float32": nnl2(FIVE, (10, 8, 4), data, 10, seeds=30, dtype=np.float32),
        "nnl2, 5 x 30, float64": nnl2(FIVE, (10, 8, 4), data, 10, seeds=30),
        "nnl2, none x 150, float32": nnl2([NoRegularization()], (10, 8, 4), data, 10, seeds=150, dtype=np.float32),
        "nnl2, none x 150, float64": nnl2([NoRegularization()], (10, 8, 4), data, 10, seeds=150),
        "scikit-learn": scikit_learn(8, data, 10),
    }


def sweep():
    data = make_data()
    strengths = [L2(0.001 * k) for k in range(1, 21)]
    return {
        "nnl2, 20 strengths x 30 seeds": nnl2(strengths, (10, 8, 4), data, 10, seeds=30),
        "nnl2, one strength x 600 seeds": nnl2([L2(0.005)], (10, 8, 4), data, 10, seeds=600),
    }


def wide(batch_size):
    sizes, data = (784, 100, 10), random_table(20_000, 784, 10)
    return {
        f"nnl2, batch {batch_size}": nnl2(
            [NoRegularization()], sizes, data, 4, batch_size=batch_size, dtype=np.float32, hidden=ReLU()
        ),
        "products alone": products_alone(sizes, batch_size, 80_000 // batch_size),
        "scikit-learn": scikit_learn(100, data, 4, batch_size=batch_size, activation="relu"),
        "PyTorch": pytorch(sizes, data, 4, batch_size=batch_size, activation="ReLU"),
    }


def digits():
    from sklearn.datasets import load_digits

    table, labels = load_digits(return_X_y=True)
    data = Dataset.from_labels(table / 16, labels)
    return {
        "nnl2, 25 networks": nnl2([NoRegularization()], (64, 30, 10), data, 2, batch_size=32, seeds=25),
        "nnl2, one network": nnl2([NoRegularization()], (64, 30, 10), data, 5, batch_size=32),
        "scikit-learn": scikit_learn(30, data, 5, batch_size=32),
        "PyTorch": pytorch((64, 30, 10), data, 2, batch_size=32),
    }


def rows():
    return {
        f"nnl2, {n:,} rows of 20": nnl2(
            [NoRegularization()], (20, 16, 3), random_table(n, 20, 3), 1, batch_size=32
        )
        for n in (2000, 6000, 20_000, 60_000)
    }


def width():
    data = random_table(4000, 50, 5)
    return {
        f"nnl2, {n} hidden units": nnl2([NoRegularization()], (50, n, 5), data, 1, batch_size=32, dtype=np.float32)
        for n in (8, 32, 100, 300, 1000)
    }


JOBS = {
    "one network online": one_network,
    "five strategies": five_strategies,
    "five strategies x 30 seeds": five_strategies_30_seeds,
    "sweep of strengths": sweep,
    "784-100-10, batch 32": lambda: wide(32),
    "784-100-10, batch 128": lambda: wide(128),
    "784-100-10, batch 512": lambda: wide(512),
    "digits 64-30-10, batch 32": digits,
    "rows": rows,
    "width": width,
}


def measure(job, rounds):
    """Return for each contestant the median seconds per update, and the median ratio to the first one."""
    contestants = {name: run for name, run in JOBS[job]().items() if run is not None}
    seconds = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, run in contestants.items():
            taken = run()
            if number:  # the first round warms up
                seconds[name].append(taken)
    first = next(iter(seconds.values()))
    return {
        "job": job,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "contestants": {
            name: {
                "microseconds": 1e6 * median(taken),
                "times_the_first": median(own / reference for own, reference in zip(taken, first, strict=True)),
            }
            for name, taken in seconds.items()
        },
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("jobs", nargs="*", metavar="JOB", help=f"some of: {'; '.join(JOBS)}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--here", action="store_true", help="run one job in this process and print its JSON")
    arguments = parser.parse_args()
    unknown = [job for job in arguments.jobs if job not in JOBS]
    if unknown:
        parser.error(f"no job is called {unknown[0]!r}; there are: {'; '.join(JOBS)}")
    if arguments.here:
        print(json.dumps(measure(arguments.jobs[0], arguments.rounds)))
        return
    results = []
    for job in arguments.jobs or JOBS:
        command = [sys.executable, __file__, "--here", "--rounds", str(arguments.rounds), job]
        result = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        results.append(result)
        print(f"\n{job} (peak {result['peak_mib']:.0f} MiB)")
        for name, numbers in result["contestants"].items():
            print(f"  {name:32} {numbers['microseconds']:10.2f} us  {numbers['times_the_first']:8.2f} x")
        sys.stdout.flush()
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(results, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
