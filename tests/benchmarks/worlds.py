"""Worlds for `calibration.py`: where tables come from, and strategies whose true difference is known there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from nnl2 import L2, Dataset, Recipe, Regularizer, make_data

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

N_EXCHANGEABLE = 4


@frozen
class Without(Regularizer):
    """L2 on all weights, and one input is silenced: of exchangeable inputs, each is as good to lose as another."""

    strength: float = 0.003
    silenced: int = field(default=0)

    def gradient(self, weights, step):
        return self.strength * weights

    def constrain(self, weights, step):
        if weights.shape[0] != N_EXCHANGEABLE:
            return weights
        return weights * (np.arange(N_EXCHANGEABLE) != self.silenced).astype(weights.dtype)[:, np.newaxis]


class WithoutFirst(Without):
    """The same, its strength chosen inside each training part."""

    SILENCED = 0

    @classmethod
    def strengths(cls):
        return Without(0.001, cls.SILENCED), Without(0.1, cls.SILENCED)


class WithoutSecond(WithoutFirst):
    SILENCED = 1


class WithoutThird(WithoutFirst):
    SILENCED = 2


def exchangeable(n_items: int, seed: int) -> Dataset:
    """Return items whose four inputs all tell the same about their class."""
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(n_items, N_EXCHANGEABLE))
    labels = inputs.sum(axis=1) + rng.normal(size=n_items) > 0
    return Dataset.from_labels(inputs, labels.astype(int), classes=[0, 1])


def moons(n_items: int, seed: int) -> Dataset:
    """Return scikit-learn's two moons with noise."""
    from sklearn.datasets import make_moons

    return Dataset.from_labels(*make_moons(n_items, noise=0.3, random_state=seed), classes=[0, 1])


@frozen
class World:
    """Where tables come from, and what is compared on them.

    Parameters
    ----------
    make
        The generator, of the number of items and a seed.
    n_items
        The items of a table.
    baseline, strategies
        What is compared.
    recipe
        How networks are trained.
    is_null
        Whether the strategies are as good as the baseline, so that "better" and "worse" are wrong.
    """

    make: Callable[..., Dataset]
    n_items: int
    baseline: Any
    strategies: Mapping[str, Any]
    recipe: Recipe = Recipe()  # noqa: RUF009 (a value)
    is_null: bool = False


def of_l2(*strengths: float) -> dict[str, L2]:
    return {f"l2:{strength:g}": L2(strength) for strength in strengths}


SHORTER = Recipe(epochs=20)
"""Enough for what four inputs tell, and two thousand tables take less than ten minutes."""

HELPING_AND_HARMING = of_l2(0.003, 0.01, 0.03, 0.1)

WORLDS = {
    "silenced, fixed": World(
        exchangeable,
        200,
        Without(),
        {"second": Without(silenced=1), "third": Without(silenced=2)},
        SHORTER,
        is_null=True,
    ),
    "silenced, chosen": World(
        exchangeable,
        200,
        WithoutFirst,
        {"second": WithoutSecond, "third": WithoutThird},
        SHORTER,
        is_null=True,
    ),
    "L2 weak and strong, fixed": World(make_data, 200, L2(0.003), of_l2(0.074), is_null=True),
    "article, 200": World(make_data, 200, "none", HELPING_AND_HARMING),
    "article, 500": World(make_data, 500, "none", HELPING_AND_HARMING),
    "moons, 200": World(moons, 200, "none", HELPING_AND_HARMING),
    "moons, 500": World(moons, 500, "none", HELPING_AND_HARMING),
    "networks collapse": World(exchangeable, 200, "none", of_l2(0.4, 0.5)),
}
