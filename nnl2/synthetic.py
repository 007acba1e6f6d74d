"""`make_data`: a random network labels random items, as the 10-8-4 article does."""

from __future__ import annotations

from random import Random

import numpy as np

from nnl2.data import Dataset
from nnl2.network import NeuralNetwork
from nnl2.validation import check_count, check_seed

GENERATOR_SIZES = (10, 15, 4)


def make_data(n_items: int = 200, seed: int = 11, *, generator_seed: int = 3) -> Dataset:
    """Return items with 10 inputs in [-8, 8) and 4 one-hot targets, labelled by a random 10-15-4 network.

    The article trains on `make_data()` and tests on `make_data(40, seed=13)`: both come out to the last digit.
    Items of the same generator, however many, differ only in their seed.

    Parameters
    ----------
    n_items
        The number of items, >= 1.
    seed
        Seeds the items.
    generator_seed
        Seeds the network that labels them: 229 weights in [-9.9, 9.9).

    Examples
    --------
    >>> make_data(3).inputs[0].round(1).tolist()
    [-0.8, 1.0, 6.8, -0.5, 0.1, 1.4, -5.0, 0.2, 2.1, 4.7]
    """
    n_items = check_count("n_items", n_items)
    generator = NeuralNetwork(*GENERATOR_SIZES, seed=check_seed("generator_seed", generator_seed))
    rng = Random(generator_seed)  # noqa: S311 (the article's generator)
    generator.weights = _uniforms(rng, len(generator.weights), scale=19.8, shift=-9.9)
    rng = Random(check_seed("seed", seed))  # noqa: S311
    n_inputs, _, n_outputs = GENERATOR_SIZES
    inputs = _uniforms(rng, n_items * n_inputs, scale=16, shift=-8).reshape(n_items, n_inputs)
    return Dataset(inputs, np.eye(n_outputs)[generator.predict(inputs)])


def _uniforms(rng: Random, n: int, *, scale: float, shift: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return n numbers scale * u + shift, rounded to float32 as the article stores them."""
    numbers = [scale * rng.random() + shift for _ in range(n)]
    return np.array(numbers, dtype=np.float32).astype(np.float64)
