"""How fast is training, beside what else one could use? Prints a table; `--json FILE` keeps the numbers.

    python tests/benchmarks/speed.py [--rounds N] [--json FILE] [JOB ...]

All contestants of a job run in turn in one process, on one thread unless their name says otherwise, round after
round; what counts is the ratio between neighbours, of which the median is told. Times are those of whole calls,
as users call, and per update of one network: one item, or one batch. Every job starts in a process of its own,
whose peak memory is told beside, and with it the machine's load in the last minute: where others work, ratios are
worth less, and that of two threads nothing. PyTorch takes part where it is installed (extra `bench`), the program
in C where there is a compiler.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # before numpy is loaded

import numpy as np
from contestants import (
    article_loops,
    digits,
    nnl2,
    products_alone,
    pytorch,
    random_table,
    scalar_c,
    scikit_learn,
    without_kernel,
)
from parts import Annealed, Asked

from nnl2 import L1, L2, Adam, Dropout, Momentum, NoRegularization, ReLU, WeightDecay, make_data

NONE = [NoRegularization()]
FIVE = [NoRegularization(), L2(0.005), WeightDecay(0.00005), L1(0.001), Dropout(rate=0.3)]
ARTICLE = (10, 8, 4)
DIGITS = (64, 30, 10)
WIDE = (784, 100, 10)


def one_network():
    data = make_data()
    names = ("", ", L2", ", weight decay", ", L1", ", dropout")
    return {
        f"nnl2{name}": nnl2([regularizer], ARTICLE, data, 100)
        for name, regularizer in zip(names, FIVE, strict=True)
    } | {
        "nnl2, float32": nnl2(NONE, ARTICLE, data, 100, dtype=np.float32),
        "nnl2, Momentum": nnl2(NONE, ARTICLE, data, 100, optimizer=Momentum()),
        "nnl2, Adam": nnl2(NONE, ARTICLE, data, 100, optimizer=Adam()),
        "nnl2, 1,000 epochs": nnl2(NONE, ARTICLE, data, 1000),
        "nnl2, plain numpy": without_kernel(nnl2(NONE, ARTICLE, data, 5)),
        "scalar C": scalar_c(data, 100),
        "article's loops": article_loops(data),
        "scikit-learn": scikit_learn(8, data, 10),
        "scikit-learn, Adam": scikit_learn(8, data, 10, solver="adam"),
        "PyTorch": pytorch(ARTICLE, data, 4),
        "PyTorch, Adam": pytorch(ARTICLE, data, 4, optimizer="Adam"),
    }


def five_strategies():
    data = make_data()
    return {
        "nnl2": nnl2(FIVE, ARTICLE, data, 100),
        "scalar C, no strategy": scalar_c(data, 100, n_networks=5),
        "article's loops": article_loops(data),
        "scikit-learn": scikit_learn(8, data, 10),
    }


def five_strategies_30_seeds():
    data = make_data()
    return {
        "nnl2": nnl2(FIVE, ARTICLE, data, 100, seeds=30),
        "nnl2, two threads": nnl2(FIVE, ARTICLE, data, 100, seeds=30, settings={"n_jobs": 2}),
        "nnl2, float32": nnl2(FIVE, ARTICLE, data, 100, seeds=30, dtype=np.float32),
        "nnl2, none x 150": nnl2(NONE, ARTICLE, data, 100, seeds=150),
        "scalar C, no strategy": scalar_c(data, 100, n_networks=150),
        "scikit-learn": scikit_learn(8, data, 10),
    }


def sweep():
    data = make_data()
    strengths = [L2(0.001 * k) for k in range(1, 21)]
    return {
        "nnl2, one strength x 600 seeds": nnl2([L2(0.005)], ARTICLE, data, 20, seeds=600, dtype=np.float32),
        "nnl2, 20 strengths x 30 seeds": nnl2(strengths, ARTICLE, data, 20, seeds=30, dtype=np.float32),
        "scalar C, no strategy": scalar_c(data, 20, n_networks=600),
    }


def many_strengths():
    data = make_data()
    strengths = [L2(1e-6 * k) for k in range(1, 5001)]
    return {
        "nnl2, 5,000 strengths": nnl2(strengths, ARTICLE, data, 2),
        "nnl2, one strength x 5,000": nnl2([L2(0.005)], ARTICLE, data, 2, seeds=5000),
    }


def plugins():
    data = make_data()
    return {
        "nnl2": nnl2(NONE, ARTICLE, data, 100),
        "nnl2, asked in every update": nnl2([Asked()], ARTICLE, data, 10),
        "nnl2, another strength each epoch": nnl2([Annealed()], ARTICLE, data, 100),
    }


def small_batches(batch_size):
    data = digits()
    return {
        "nnl2": nnl2(NONE, DIGITS, data, 5, batch_size=batch_size),
        "nnl2, L2": nnl2([L2(0.005)], DIGITS, data, 5, batch_size=batch_size),
        "nnl2, Momentum": nnl2(NONE, DIGITS, data, 5, batch_size=batch_size, optimizer=Momentum()),
        "nnl2, Adam": nnl2(NONE, DIGITS, data, 5, batch_size=batch_size, optimizer=Adam()),
        "nnl2, 25 networks": nnl2(NONE, DIGITS, data, 5, batch_size=batch_size, seeds=25),
        "scikit-learn": scikit_learn(30, data, 2 if batch_size == 1 else 5, batch_size=batch_size),
        "PyTorch": pytorch(DIGITS, data, 1 if batch_size == 1 else 2, batch_size=batch_size),
    }


def wide(batch_size):
    data = random_table(10_000, 784, 10)
    ours = {"batch_size": batch_size, "dtype": np.float32, "hidden": ReLU()}
    return {
        "nnl2": nnl2(NONE, WIDE, data, 5, **ours),
        "nnl2, L2": nnl2([L2(0.005)], WIDE, data, 5, **ours),
        "nnl2, error recorded once": nnl2(NONE, WIDE, data, 5, settings={"record_every": 5}, **ours),
        "products alone": products_alone(WIDE, data, 5, batch_size=batch_size),
        "scikit-learn": scikit_learn(100, data, 5, batch_size=batch_size, activation="relu"),
        "PyTorch": pytorch(WIDE, data, 5, batch_size=batch_size, activation="ReLU"),
    }


def rows():
    return {
        f"nnl2, {n:,} rows of 20": nnl2(NONE, (20, 16, 3), random_table(n, 20, 3), 1, batch_size=32)
        for n in (2000, 6000, 20_000, 60_000)
    }


def width():
    data = random_table(4000, 50, 5)
    return {
        f"nnl2, {n} hidden units": nnl2(NONE, (50, n, 5), data, 1, batch_size=32, dtype=np.float32)
        for n in (8, 32, 100, 300, 1000)
    }


JOBS = {
    "one network online": one_network,
    "five strategies": five_strategies,
    "five strategies x 30 seeds": five_strategies_30_seeds,
    "600 networks, float32": sweep,
    "5,000 networks": many_strengths,
    "plug-ins": plugins,
    "64-30-10 online": lambda: small_batches(1),
    "64-30-10, batch 8": lambda: small_batches(8),
    "64-30-10, batch 32": lambda: small_batches(32),
    "784-100-10, batch 32, float32": lambda: wide(32),
    "784-100-10, batch 128, float32": lambda: wide(128),
    "784-100-10, batch 512, float32": lambda: wide(512),
    "rows": rows,
    "width": width,
}


def measure(job, rounds):
    """Return the medians for each contestant: seconds of a call, us per update, ratio to the first contestant."""
    contestants = {name: run for name, run in JOBS[job]().items() if run is not None}
    timings = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, run in contestants.items():
            timing = run()
            if number:  # the first round warms up
                timings[name].append(timing)
    first = next(iter(timings.values()))
    return {
        "job": job,
        "load": os.getloadavg()[0],
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "contestants": {
            name: {
                "seconds": median(each.seconds for each in own),
                "microseconds": 1e6 * median(map(per_update, own)),
                "times_the_first": median(
                    per_update(each) / per_update(reference) for each, reference in zip(own, first, strict=True)
                ),
            }
            for name, own in timings.items()
        },
    }


def per_update(timing):
    return timing.seconds / timing.n_updates


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
        result = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
        results.append(result)
        print(f"\n{job} (peak {result['peak_mib']:.0f} MiB, load {result['load']:.1f})")
        for name, numbers in result["contestants"].items():
            print(
                f"  {name:34} {numbers['seconds']:8.3f} s {numbers['microseconds']:10.2f} us per update "
                f"{numbers['times_the_first']:8.2f} x"
            )
        sys.stdout.flush()
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(results, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
