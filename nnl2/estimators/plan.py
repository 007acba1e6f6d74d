"""`Plan`: an estimator's parameters, checked and ready to train with, and the networks they describe."""

from __future__ import annotations

import os
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen
from sklearn.utils import check_random_state

from nnl2.activations import BUILT_IN, Activation
from nnl2.comparison.recipe import suitable_hidden, suitable_rate
from nnl2.errors import InvalidTypeError, InvalidValueError, shown
from nnl2.estimators.nested import optimizer_from, regularizer_from
from nnl2.missing_plug_ins import refuse_missing
from nnl2.network import NeuralNetwork
from nnl2.training.stopping import stopping_parts
from nnl2.validation import LARGEST_SEED, check_count, check_number, check_seed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nnl2.optimizers import Optimizer
    from nnl2.outputs import Output
    from nnl2.regularizers import Regularizer

ACTIVATIONS = {activation.__name__.lower(): activation() for activation in BUILT_IN}


@frozen
class Plan:
    """How an estimator trains; `NeuralNetworkClassifier` tells what each parameter means."""

    hidden: tuple[int, ...] | None
    regularizer: Regularizer | tuple[Regularizer, ...]
    activation: Activation
    optimizer: Optimizer
    learning_rate: float | Callable[[int], float]
    batch_size: int
    epochs: int
    validation_fraction: float
    seeds: tuple[int, ...]
    n_jobs: int

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> Plan:
        """Return the plan that an estimator's parameters make; one that cannot be used is named.

        Raises
        ------
        InvalidValueError, InvalidTypeError, UnknownNameError, PluginError
            If a parameter cannot be used.
        """
        optimizer, regularizer = (
            optimizer_from(parameters["optimizer"]),
            regularizer_from(parameters["regularizer"]),
        )
        refuse_missing(regularizer if isinstance(regularizer, tuple) else (regularizer,), optimizer)
        given = parameters["learning_rate"]
        rate = suitable_rate(optimizer) if given is None else given
        share = check_number("validation_fraction", parameters["validation_fraction"], above=0, below=1)
        return cls(
            hidden=_sizes(parameters["hidden_layer_sizes"]),
            regularizer=regularizer,
            activation=_activation(parameters["activation"]),
            optimizer=optimizer,
            learning_rate=rate if callable(rate) else check_number("learning_rate", rate, above=0),
            batch_size=check_count("batch_size", parameters["batch_size"]),
            epochs=check_count("max_epochs", parameters["max_epochs"]),
            validation_fraction=share,
            seeds=_seeds(parameters["random_state"], check_count("n_networks", parameters["n_networks"])),
            n_jobs=_threads(parameters["n_jobs"]),
        )

    @property
    def watches(self) -> bool:
        """Whether a regularizer watches the validation loss."""
        given = self.regularizer
        return bool(stopping_parts(given if isinstance(given, tuple) else (given,)))

    def networks(self, n_features: int, n_outputs: int, output: Output) -> list[NeuralNetwork]:
        """Return new networks."""
        return [self._network((n_features, n_outputs), output, seed, None) for seed in self.seeds]

    def networks_going_on(self, trained: Sequence[NeuralNetwork]) -> list[NeuralNetwork]:
        """Return networks as this plan makes them that go on where others stopped, which stay as they are.

        An optimizer of another kind begins with nothing to remember, and so does other noise.
        """
        if len(trained) != len(self.seeds):
            raise InvalidValueError(
                f"n_networks must stay {len(trained)} where training goes on, got {len(self.seeds)}; fit with "
                f"warm_start=False begins anew"
            )
        return [self._going_on(network) for network in trained]

    def _going_on(self, trained: NeuralNetwork) -> NeuralNetwork:
        sizes = trained.layer_sizes
        network = self._network((sizes[0], sizes[-1]), trained.spec.output, trained.seed, trained)
        began, own = trained.state, network.state
        network.state = evolve(
            began,
            memory=began.memory if began.memory.shape == own.memory.shape else own.memory,
            noise_streams=began.noise_streams
            if len(began.noise_streams) == len(own.noise_streams)
            else own.noise_streams,
            first=own.first if own.first is None or began.first is None else began.first,
        )
        return network

    def _network(
        self, ends: tuple[int, int], output: Output, seed: int, trained: NeuralNetwork | None
    ) -> NeuralNetwork:
        n_in, n_out = ends
        hidden = suitable_hidden(n_in, n_out) if self.hidden is None else self.hidden
        if trained is not None and (n_in, *hidden, n_out) != trained.layer_sizes:
            raise InvalidValueError(
                f"hidden_layer_sizes must stay {trained.layer_sizes[1:-1]} where training goes on, got {hidden}; "
                f"fit with warm_start=False begins anew"
            )
        return NeuralNetwork(
            n_in,
            *hidden,
            n_out,
            regularizer=self.regularizer,
            hidden=self.activation,
            output=output,
            optimizer=self.optimizer,
            initial=None if trained is None else trained.weights,
            seed=seed,
        )


def _sizes(given: Any) -> tuple[int, ...] | None:  # noqa: ANN401 (checked here)
    if given is None:
        return None
    sizes = given if isinstance(given, list | tuple | np.ndarray) else (given,)
    return tuple(check_count("hidden_layer_sizes: the number of hidden units", size) for size in sizes)


def _activation(given: object) -> Activation:
    if isinstance(given, Activation):
        return given
    known = ", ".join(map(repr, sorted(ACTIVATIONS)))
    if not isinstance(given, str):
        raise InvalidTypeError(f"activation must be one of {known}, or an Activation, got {shown(given)}")
    if given not in ACTIVATIONS:
        near = get_close_matches(given.lower(), ACTIVATIONS, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise InvalidValueError(f"no activation is called {shown(given)}; {hint}known are {known}")
    return ACTIVATIONS[given]


def _seeds(random_state: object, n_networks: int) -> tuple[int, ...]:
    """Return a seed for each network: the first is a given number itself, others are spawned from it."""
    if random_state is None or isinstance(random_state, np.random.RandomState):
        drawn = check_random_state(random_state).randint(0, LARGEST_SEED, n_networks, np.uint32)
        return tuple(drawn.tolist())
    first = check_seed("random_state", random_state)
    return first, *np.random.SeedSequence(first).generate_state(n_networks - 1).tolist()


def _threads(n_jobs: object) -> int:
    if n_jobs is None:
        return 1
    if n_jobs == -1:
        return os.cpu_count() or 1
    return check_count("n_jobs", n_jobs)
