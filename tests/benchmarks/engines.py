"""Kernel or BLAS products: which is sooner, by layer sizes and batch size? What `engine/select.py` decides by.

    python tests/benchmarks/engines.py

Tells microseconds of an update (kernel/matmul = their ratio), and of measuring the error of 1024 items, with ReLU
in float32 and with Tanh, which numpy computes slowly, in float64. Many short calls are made in turn; the quantile
of .05 counts, so that what others do on the machine is seen little.
"""

from __future__ import annotations

import os
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy is loaded

import numpy as np
from contestants import random_table

from nnl2 import NeuralNetwork, ReLU, Tanh
from nnl2.engine import kernel, matmul
from nnl2.engine.feed import Items, Visit
from nnl2.engine.questions import Questions
from nnl2.regularizers import Step

SHAPES = [
    (100, 100, 10), (300, 100, 10), (2000, 20, 2), (200, 200, 50, 5), (500, 100, 10), (784, 100, 10),
    (784, 300, 100, 10), (1000, 1000, 10),
]  # fmt: skip
BATCHES = (1, 8, 16, 32, 128, 512)
SECONDS = 1.5
"""How long one pair is compared."""


def training(network, batch_size):
    """Return, for kernel and matmul, a call that trains, and how many updates it makes."""
    spec, architecture = network.spec, network.spec.architecture
    sizes = architecture.layer_sizes
    n_updates = max(1, int(5e-3 / (architecture.n_parameters * batch_size * 1e-10 + 1e-4)))  # about 5 ms
    data = random_table(n_updates * batch_size, sizes[0], sizes[-1], architecture.dtype)
    layout, memory = architecture.memory(spec.optimizer, network.weights)
    questions = Questions(architecture, spec.regularizers, spec.optimizer, {})
    step = Step(1, 1, 0.001, batch_size, data.n_items)
    schedule = questions.schedule(network.weights, layout.of(memory), [step])
    rows = np.random.default_rng(0).permutation(data.n_items)
    items, n_layers = Items.of(data, architecture.dtype), len(architecture.shapes)
    visit = Visit(items, rows[np.newaxis], (None,) * (n_layers - 1), (None,) * n_layers, batch_size)
    parameters = network.weights.copy()
    calls = [
        lambda engine=engine: engine.train(architecture, parameters, memory, layout, (schedule, schedule), visit)
        for engine in (kernel, matmul)
    ]
    return calls, n_updates


def passing(network):
    """Return, for kernel and matmul, a call that measures the error."""
    architecture = network.spec.architecture
    data = random_table(1024, architecture.layer_sizes[0], architecture.layer_sizes[-1], architecture.dtype)
    items, vectors = Items.of(data, architecture.dtype), network.weights[np.newaxis]
    return [
        lambda engine=engine: engine.add_errors(architecture, vectors, items, np.zeros((1, 2)))
        for engine in (kernel, matmul)
    ]


def compared(calls, n_updates=1):
    """Return microseconds and ratio of two calls, as text."""
    seconds, end = ([], []), time.perf_counter() + SECONDS
    with np.errstate(all="ignore"):
        while time.perf_counter() < end:
            for call, own in zip(calls, seconds, strict=True):
                for _ in range(3):
                    start = time.perf_counter()
                    call()
                    own.append(time.perf_counter() - start)
    one, other = (np.quantile(own, 0.05) * 1e6 / n_updates for own in seconds)
    return f"{one:.0f}/{other:.0f}={other / one:.2f}"


def main():
    for parts in ({"hidden": ReLU(), "dtype": np.float32}, {"hidden": Tanh(), "dtype": np.float64}):
        print(f"\n{parts}\n" + " " * 17 + "".join(f"{f'batch {b}':>18}" for b in BATCHES) + f"{'errors':>18}")
        for sizes in SHAPES:
            print(f"{'-'.join(map(str, sizes)):17}", end="")
            network = NeuralNetwork(*sizes, seed=0, **parts)
            for batch_size in BATCHES:
                print(f"{compared(*training(network, batch_size)):>18}", end="", flush=True)
            print(f"{compared(passing(network)):>18}")


if __name__ == "__main__":
    main()
