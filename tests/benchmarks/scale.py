"""What many trainings take, on threads and on dask: time, memory, and what a block costs besides training.

    python tests/benchmarks/scale.py             a minute: 10^2 and 10^3 networks, 10^3 to 10^5 rows
    python tests/benchmarks/scale.py --all       networks to 10^5, rows to 10^6

What stands in nnl2/execution/blocks.py and docs/scale.md comes from here. CPU seconds are told of this process, in
which dask's scheduler runs too, and of all workers, so that what others do on the machine is seen little. Overhead
is what these take beside training and beside what dask takes while nothing is done.
"""

from __future__ import annotations

import logging
import resource
import subprocess
import sys
import time

import numpy as np
from dask import config
from distributed import Client, LocalCluster

from nnl2 import L2, Dataset, NeuralNetwork, Recipe, RepeatedFolds, Table, compare, make_data
from nnl2.execution import Cluster, Threads
from nnl2.network import assigned
from nnl2_demo.executing import OF_OUR_OWN

N_NETWORKS = (100, 1_000, 10_000, 100_000)
EPOCHS = (20, 200)
"""Trainings of about 2 and 20 ms."""

N_ROWS = (1_000, 10_000, 100_000, 1_000_000)
SHORT = 2
"""How many of the first, and one more of the second, are measured unless --all is given."""


def networks(n):
    return [NeuralNetwork(10, 8, 4, seed=seed, regularizer=L2(0.01)) for seed in range(n)]


def used(client):
    """Return CPU seconds of this process, and of all workers."""
    return time.process_time(), sum(client.run(time.process_time).values()) if client else 0.0


class Counted(Cluster):
    """A cluster whose blocks are counted, and the CPU seconds of training alone."""

    def __init__(self, client):
        super().__init__(client)
        self.n_blocks = self.trained = 0
        note = self._pace.note

        def counting(tasks, seconds):
            self.n_blocks += 1
            self.trained += seconds
            note(tasks, seconds)

        self._pace.note = counting


def measured(executor, client, n, epochs, n_jobs):
    """Return seconds by the clock, and CPU seconds here and in workers."""
    _, tasks = assigned(networks(n), make_data(200), epochs=epochs, learning_rate=0.01, batch_size=16)
    begun, before = time.perf_counter(), used(client)
    executor.train(tasks, n_jobs, {}.__setitem__)
    return time.perf_counter() - begun, *(now - then for now, then in zip(used(client), before, strict=True))


def idle(client, seconds=3):
    """Return the CPU seconds that dask takes in each second in which nothing is done."""
    before = used(client)
    time.sleep(seconds)
    return (sum(used(client)) - sum(before)) / seconds


def on_threads(n, epochs):
    for n_jobs in (2, 1):
        seconds, here, _ = measured(Threads(), None, n, epochs, n_jobs)
        print(f"{n:>8}  {f'threads {n_jobs}':<10} {seconds:8.2f} {here:8.2f}{'':>55} {peak():6.0f}", flush=True)


def on_workers(n, epochs, n_workers):
    with config.set(OF_OUR_OWN):
        cluster = LocalCluster(
            n_workers=n_workers,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        )
    with cluster, Client(cluster) as client:
        executor = Counted(client)
        measured(executor, client, 20, epochs, 1)  # workers import, and the pace is found
        waiting = idle(client)
        executor.n_blocks = executor.trained = 0
        seconds, here, there = measured(executor, client, n, epochs, 1)
    alone = waiting * seconds
    extra = here + there - executor.trained - alone
    print(
        f"{n:>8}  {f'dask {n_workers}':<10} {seconds:8.2f} {here:8.2f} {there:8.2f} {executor.trained:8.2f} "
        f"{executor.n_blocks:6d} {alone:6.2f} {1e6 * extra / n:8.0f} {extra / executor.trained:8.1%} "
        f"{peak():6.0f}",
        flush=True,
    )


def peak():
    """Return the largest memory this process had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def rows(n_rows, n_columns=100):
    """Print what an epoch of one network, and a comparison with a ladder in two splits, take on such a table."""
    rng = np.random.default_rng(0)
    inputs = np.empty((n_rows, n_columns), np.float32)
    for first in range(0, n_rows, 1_000):
        inputs[first : first + 1_000] = rng.normal(size=inputs[first : first + 1_000].shape)
    labels = (inputs[:, 0] > 0).astype(int)
    network = NeuralNetwork(n_columns, 8, 2, seed=0, dtype=np.float32)
    data, before = Dataset.from_labels(inputs, labels), peak()
    begun = time.process_time()
    network.train(data, epochs=1, learning_rate=0.01, batch_size=32)
    trained, after = time.process_time() - begun, peak()
    begun = time.process_time()
    splits = RepeatedFolds(2, repeats=1)
    recipe = Recipe(epochs=1, batch_size=32)
    compare(Table.from_arrays(inputs, labels), ["l2"], splits=splits, recipe=recipe, n_jobs=1)
    print(
        f"{n_rows:>8}  {inputs.nbytes / 1e6:8.0f} {trained:10.2f} {after - before:10.0f} "
        f"{time.process_time() - begun:10.2f} {peak() - before:10.0f}"
    )


def main():
    everything = "--all" in sys.argv
    if "--rows" in sys.argv:
        rows(int(sys.argv[-1]))
        return
    print("10-8-4, 200 items in batches of 16. Seconds; of each network's overhead microseconds.")
    titles = ("clock", "CPU here", "workers", "training")
    print(f"{'networks':>8}  {'on':<10} {' '.join(f'{title:>8}' for title in titles)} {'blocks':>6} ", end="")
    print(f"{'idle':>6} {'overhead':>8} {'share':>8} {'MB':>6}", flush=True)
    for epochs in EPOCHS:
        print(f"{epochs} epochs", flush=True)
        for n in N_NETWORKS[: -1 if epochs > EPOCHS[0] else None] if everything else N_NETWORKS[:SHORT]:
            on_threads(n, epochs)
            for n_workers in (1, 2):
                on_workers(n, epochs, n_workers)
    print("\nA float32 table of 100 columns: MB, CPU seconds, and MB beyond it at the highest.")
    print(f"{'rows':>8}  {'table':>8} {'one epoch':>10} {'MB':>10} {'compare':>10} {'MB':>10}", flush=True)
    for n in N_ROWS if everything else N_ROWS[: SHORT + 1]:  # each in a process of its own, for its peak
        subprocess.run([sys.executable, __file__, "--rows", str(n)], check=True)


if __name__ == "__main__":
    main()
