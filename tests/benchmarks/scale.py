"""What many trainings take, on threads and on dask: time, memory, and what a block costs besides training.

    python tests/benchmarks/scale.py             a minute: 10^2 and 10^3 networks, 10^3 to 10^5 rows
    python tests/benchmarks/scale.py --all       networks to 10^5, rows to 10^6

What stands in nnl2/execution/blocks.py and docs/scale.md comes from here. CPU seconds are told of this process, in
which dask's scheduler runs too, and of all workers, so that what others do on the machine is seen little;
overhead is what dask takes beside one thread here.
"""

from __future__ import annotations

import logging
import resource
import subprocess
import sys
import time

import numpy as np
from distributed import Client, LocalCluster

from nnl2 import L2, Dataset, FixedTest, NeuralNetwork, Recipe, Table, compare, make_data
from nnl2.execution import Cluster, Threads, Trainer

N_NETWORKS = (100, 1_000, 10_000, 100_000)
N_ROWS = (1_000, 10_000, 100_000, 1_000_000)
SHORT = 2
"""How many of the first, and one more of the second, are measured unless --all is given."""


def networks(n):
    return [NeuralNetwork(10, 8, 4, seed=seed, regularizer=L2(0.01)) for seed in range(n)]


def used(client):
    """Return CPU seconds of this process, and of all workers."""
    return time.process_time(), sum(client.run(time.process_time).values()) if client else 0.0


class Counted(Cluster):
    """A cluster whose blocks are counted."""

    def __init__(self, client):
        super().__init__(client)
        self.n_blocks, submit = 0, client.submit

        def counting(*arguments, **settings):
            self.n_blocks += 1
            return submit(*arguments, **settings)

        client.submit = counting


def measured(executor, client, made, data, n_jobs):
    """Return seconds by the clock, and CPU seconds here and in workers."""
    begun, before = time.perf_counter(), used(client)
    Trainer(executor)(made, data, epochs=20, learning_rate=0.01, batch_size=16, n_jobs=n_jobs)
    return time.perf_counter() - begun, *(now - then for now, then in zip(used(client), before, strict=True))


def on_threads(n, data):
    """Print rows for one and two threads; return the CPU seconds of one."""
    for n_jobs in (2, 1):
        seconds, here, _ = measured(Threads(), None, networks(n), data, n_jobs)
        print(f"{n:>8}  {f'threads {n_jobs}':<10} {seconds:8.2f} {here:8.2f}{'':>53} {peak():6.0f}")
    return here


def on_workers(n, data, n_workers, alone):
    cluster = LocalCluster(
        n_workers=n_workers, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL
    )
    with cluster, Client(cluster) as client:
        executor = Counted(client)
        measured(executor, client, networks(20), data, 1)  # workers import, and the pace is found
        executor.n_blocks = 0
        seconds, here, there = measured(executor, client, networks(n), data, 1)
    extra = here + there - alone
    print(
        f"{n:>8}  {f'dask {n_workers}':<10} {seconds:8.2f} {here:8.2f} {there:8.2f} {executor.n_blocks:7d} "
        f"{1e3 * extra / executor.n_blocks:8.1f} {1e3 * here / executor.n_blocks:8.1f} "
        f"{extra / (here + there):8.1%} {peak():6.0f}"
    )


def peak():
    """Return the largest memory this process had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def rows(n_rows, n_columns=100):
    """Print what one epoch of one network, and a comparison of one split, take on a float32 table."""
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(n_rows, n_columns)).astype(np.float32)
    labels = (inputs[:, 0] > 0).astype(int)
    network = NeuralNetwork(n_columns, 8, 2, seed=0, dtype=np.float32)
    data, before = Dataset.from_labels(inputs, labels), peak()
    begun = time.process_time()
    network.train(data, epochs=1, learning_rate=0.01, batch_size=32)
    trained, after = time.process_time() - begun, peak()
    begun = time.process_time()
    test = FixedTest(np.arange(n_rows // 5))
    compare(Table.from_arrays(inputs, labels), ["l2:0.01"], splits=test, recipe=Recipe(epochs=1), n_jobs=1)
    print(
        f"{n_rows:>8}  {inputs.nbytes / 1e6:8.0f} {trained:10.2f} {after - before:10.0f} "
        f"{time.process_time() - begun:10.2f} {peak() - before:10.0f}"
    )


def main():
    everything = "--all" in sys.argv
    if "--rows" in sys.argv:
        rows(int(sys.argv[-1]))
        return
    data = make_data(200)
    print("10-8-4, 20 epochs of 200 items in batches of 16. Seconds; CPU of all and here for each block in ms.")
    print(f"{'networks':>8}  {'on':<10} {'clock':>8} {'CPU here':>8} {'workers':>8} {'blocks':>7} ", end="")
    print(f"{'overhead':>8} {'here':>8} {'share':>8} {'MB':>6}")
    for n in N_NETWORKS if everything else N_NETWORKS[:SHORT]:
        alone = on_threads(n, data)
        for n_workers in (1, 2):
            on_workers(n, data, n_workers, alone)
    print("\nA float32 table of 100 columns: MB, CPU seconds, and MB beyond it at the highest.")
    print(f"{'rows':>8}  {'table':>8} {'one epoch':>10} {'MB':>10} {'compare':>10} {'MB':>10}", flush=True)
    for n in N_ROWS if everything else N_ROWS[: SHORT + 1]:  # each in a process of its own, for its peak
        subprocess.run([sys.executable, __file__, "--rows", str(n)], check=True)


if __name__ == "__main__":
    main()
