"""`explore`: networks for every strength of some regularizers, from the same starts, as an `Exploration`."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import asdict, frozen

from nnl2.display.boundaries import limits_around
from nnl2.errors import InvalidValueError
from nnl2.network import NeuralNetwork, train
from nnl2.outputs import SigmoidCrossEntropy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nnl2.data import Dataset
    from nnl2.regularizers import Regularizer

    Ladder = Mapping[float, Regularizer]

N_INPUTS = 2

GRID = 41
"""Points along each side of the grid on which outputs are kept."""


@frozen
class State:
    """What comes of one regularizer with one strength.

    Parameters
    ----------
    strength
        How strong it is.
    training_errors, held_out_errors
        The mean cross-entropy of the network of each seed on its training items, and on held-out ones.
    held_out_accuracy
        The share of the held-out items that networks get right, averaged over the seeds.
    weights
        Those of the first seed's network, layer by layer, biases left out.
    outputs
        Of the first seed's network on a grid within the limits, `(GRID, GRID)`, the second input first.
    """

    strength: float
    training_errors: tuple[float, ...]
    held_out_errors: tuple[float, ...]
    held_out_accuracy: float
    weights: tuple[float, ...]
    outputs: tuple[tuple[float, ...], ...]


@frozen
class Exploration:
    """What comes of some regularizers with all their strengths.

    Parameters
    ----------
    data, recipe
        What was learned, and how, in words.
    seeds
        Each decides the training items, the first weights, the visiting order and the noise, for all states alike.
    items
        The first seed's training items: first input, second input and class of each.
    limits
        The smallest and largest first input, and second input, of the grid.
    n_held_out
        The number of held-out items.
    states
        By the regularizer's name, from weak to strong.
    remarks
        What else is to be seen here, a sentence each.
    """

    data: str
    recipe: str
    seeds: tuple[int, ...]
    items: tuple[tuple[float, float, int], ...]
    limits: tuple[tuple[float, float], tuple[float, float]]
    n_held_out: int
    states: dict[str, tuple[State, ...]]
    remarks: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return everything as what JSON can hold."""
        return asdict(self)


def explore(
    make_items: Callable[[int], Dataset],
    ladders: Mapping[str, Ladder],
    held_out: Dataset,
    *,
    data: str,
    seeds: Sequence[int],
    n_hidden: int = 8,
    epochs: int = 500,
    learning_rate: float = 1.0,
    batch_size: int = 20,
    n_jobs: int = -1,
    remarks: Sequence[str] = (),
) -> Exploration:
    """Return what networks of two inputs and one output come to, for all strengths of some regularizers.

    Parameters
    ----------
    make_items
        Returns the training items of a seed: two inputs, one target, 0 or 1.
    ladders
        For each name, regularizers by their strength, from weak to strong.
    held_out
        Items that no network learns from.
    data
        What is learned, in words.
    seeds
        As many networks are trained for each strength; pictures show the first.
    n_hidden, epochs, learning_rate, batch_size, n_jobs
        As `NeuralNetwork` and `nnl2.train` take them.
    remarks
        What else is to be seen here, a sentence each.

    Raises
    ------
    InvalidValueError
        If there is nothing to explore.
    TrainingDivergedError
        If a network diverges.
    """
    if not ladders or not all(ladders.values()) or not seeds:
        raise InvalidValueError("explore needs a regularizer with a strength, and a seed")
    made = [make_items(seed) for seed in seeds]
    regularizers = [each for ladder in ladders.values() for each in ladder.values()]
    networks = [
        NeuralNetwork(N_INPUTS, n_hidden, 1, output=SigmoidCrossEntropy(), regularizer=regularizer, seed=seed)
        for regularizer in regularizers
        for seed in seeds
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # errors that rise are what the strongest are for
        train(
            networks,
            made * len(regularizers),
            epochs=epochs,
            learning_rate=learning_rate,
            batch_size=batch_size,
            record_every=epochs,
            n_jobs=n_jobs,
        )
    limits = limits_around(made[0].inputs)
    of_states = iter(range(0, len(networks), len(seeds)))
    states = {
        name: tuple(
            _state(strength, networks[first : first + len(seeds)], made, held_out, limits)
            for strength, first in zip(ladder, of_states, strict=False)
        )
        for name, ladder in ladders.items()
    }
    return Exploration(
        data=data,
        recipe=(
            f"{made[0].n_items} training items; {n_hidden} hidden units (tanh), sigmoid, cross-entropy; batches "
            f"of {batch_size}, learning rate {learning_rate:g}, {epochs} epochs"
        ),
        seeds=tuple(seeds),
        items=tuple(
            (first, second, label)
            for (first, second), label in zip(made[0].inputs.tolist(), made[0].labels.tolist(), strict=True)
        ),
        limits=limits,
        n_held_out=held_out.n_items,
        states=states,
        remarks=tuple(remarks),
    )


def _state(
    strength: float,
    networks: Sequence[NeuralNetwork],
    made: Sequence[Dataset],
    held_out: Dataset,
    limits: tuple[tuple[float, float], tuple[float, float]],
) -> State:
    shown = networks[0]
    points = np.stack(np.meshgrid(*(np.linspace(*each, GRID) for each in limits)), axis=-1).reshape(-1, 2)
    return State(
        strength,
        tuple(each.error(items) for each, items in zip(networks, made, strict=True)),
        tuple(each.error(held_out) for each in networks),
        float(np.mean([each.accuracy(held_out) for each in networks])),
        tuple(np.concatenate([layer.weights.ravel() for layer in shown.layers]).tolist()),
        tuple(map(tuple, shown.compute_outputs(points).reshape(GRID, GRID).tolist())),
    )
