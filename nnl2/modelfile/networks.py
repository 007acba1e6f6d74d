"""What a `NeuralNetwork` is made of: its specification and its state."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve

from nnl2.activations import BUILT_IN as ACTIVATIONS
from nnl2.discovery import OPTIMIZERS, REGULARIZERS
from nnl2.engine.answers import asked
from nnl2.errors import InvalidTypeError, Nnl2Error, UnknownNameError, shown
from nnl2.missing_plug_ins import missing_among
from nnl2.modelfile.content import Content
from nnl2.modelfile.kinds import Kind
from nnl2.modelfile.parts import MOST_LAYERS, described, described_regularizer, part_from, regularizer_from
from nnl2.network import NeuralNetwork
from nnl2.outputs import BUILT_IN as OUTPUTS
from nnl2.training.spec import NetworkSpec
from nnl2.training.state import NetworkState, read_only
from nnl2.validation import LARGEST_SEED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from nnl2.modelfile.content import Stored

    FloatArray = NDArray[np.floating[Any]]

PLACES = ("regularizer", "bias_regularizer")
CHOICES: dict[str, dict[str, Any]] = {
    "hidden": {kind.__name__: kind for kind in ACTIVATIONS},
    "output": {kind.__name__: kind for kind in OUTPUTS},
    "dtype": {"float64": np.float64, "float32": np.float32},
}
FUNCTIONS = ("hidden", "output")

MOST_STREAMS = 1000
"""Of noise: each layer has one for each part that adds noise."""


def network_content(network: NeuralNetwork) -> Content:
    """Return what a network is made of."""
    spec, state = network.spec, network.state
    header = {
        "layer_sizes": list(spec.layer_sizes),
        "dtype": spec.dtype.name,
        **{place: _name_of(place, getattr(spec, place)) for place in FUNCTIONS},
        **{place: described_regularizer(getattr(spec, place)) for place in PLACES},
        "optimizer": described(spec.optimizer, OPTIMIZERS),
        "seed": network.seed,
        "epochs": int(state.epochs),
        "order_stream": _described_stream(state.order_stream),
        "noise_streams": [_described_stream(stream) for stream in state.noise_streams],
    }
    first = {} if state.first is None else {"first": state.first}
    return Content(header, {"parameters": state.parameters, "memory": state.memory, **first})


def network_from(stored: Stored) -> NeuralNetwork:
    """Return the network that a file describes."""
    functions = {place: chosen(stored, place)() for place in FUNCTIONS}
    bare = NetworkSpec(
        tuple(stored.list("layer_sizes", most=MOST_LAYERS + 1)), dtype=chosen(stored, "dtype"), **functions
    )
    n_parameters = sum((n_in + 1) * n_out for n_in, n_out in pairwise(bare.layer_sizes))
    state = NetworkState(
        read_only(stored.vector("parameters", bare.dtype, n_parameters)),
        read_only(stored.vector("memory", bare.dtype)),
        _stream(stored.part("order_stream")),
        tuple(map(_stream, stored.parts("noise_streams", most=MOST_STREAMS))),
        stored.whole("epochs"),
        read_only(stored.vector("first", bare.dtype, n_parameters)) if "first" in stored.vectors else None,
    )
    stored.check_vectors("parameters", "memory", "first")
    seed = stored.whole("seed", maximum=LARGEST_SEED)
    return NeuralNetwork.at(_spec_that_fits(stored, bare, state, seed), state, seed)


def _spec_that_fits(stored: Stored, bare: NetworkSpec, state: NetworkState, seed: int) -> NetworkSpec:
    """Return the specification of a network in this state; a plug-in that does not fit it counts as missing."""
    try:
        return _spec_from(stored, bare, state, seed, {})
    except Nnl2Error as error:
        reason = str(error)
    with suppress(Nnl2Error):
        return _spec_from(stored, bare, state, seed, {OPTIMIZERS: reason})
    return _spec_from(stored, bare, state, seed, {OPTIMIZERS: reason, REGULARIZERS: reason})


def _spec_from(
    stored: Stored, bare: NetworkSpec, state: NetworkState, seed: int, without: Mapping[Any, str]
) -> NetworkSpec:
    spec = NetworkSpec(
        bare.layer_sizes,
        *(regularizer_from(stored.part(place), without) for place in PLACES),
        hidden=bare.hidden,
        output=bare.output,
        optimizer=part_from(stored.part("optimizer"), OPTIMIZERS, without),
        dtype=bare.dtype,
    )
    begin = partial(NetworkState.begin, spec, seed, state.parameters)
    own = asked(spec.optimizer, "begin", "in a network from a file", begin)
    if missing_among(spec.optimizer) is not None:  # nobody can tell what it remembers
        own = evolve(own, memory=state.memory)
    if missing_among(*spec.regularizers) is not None:
        own = evolve(own, noise_streams=state.noise_streams, first=state.first)
    NeuralNetwork.at(spec, own, seed).state = state  # which refuses what does not fit
    return spec


def _name_of(place: str, function: object) -> str:
    name = type(function).__name__
    if CHOICES[place].get(name) is not type(function):
        raise InvalidTypeError(
            f"{place} must be one of {', '.join(CHOICES[place])} to be saved, got {shown(function)}: a file holds "
            f"no code; keep network.weights, and make the network again"
        )
    return name


def chosen(stored: Stored, place: str) -> Any:  # noqa: ANN401 (a class)
    """Return the class that a file names."""
    name = stored.text(place)
    if name not in CHOICES[place]:
        raise UnknownNameError(
            f"{stored.where}{place} must be one of {', '.join(CHOICES[place])}, got {shown(name)}"
        )
    return CHOICES[place][name]


def _described_stream(stream: Mapping[str, Any]) -> dict[str, Any]:
    """Return where a stream of PCG64 stands; numbers of 128 bits as texts, which any reader of JSON can keep."""
    return {
        "state": str(stream["state"]["state"]),
        "inc": str(stream["state"]["inc"]),
        "has_uint32": int(stream["has_uint32"]),
        "uinteger": int(stream["uinteger"]),
    }


def _stream(stored: Stored) -> dict[str, Any]:
    numbers = {}
    for name in ("state", "inc"):
        text = stored.text(name)
        if not (text.isascii() and text.isdecimal() and len(text) <= 39 and int(text) < 2**128):
            raise InvalidTypeError(
                f"{stored.where}{name} must be a whole number of 128 bits as text, got {shown(text)}"
            )
        numbers[name] = int(text)
    return {
        "bit_generator": "PCG64",
        "state": numbers,
        "has_uint32": stored.whole("has_uint32", maximum=1),
        "uinteger": stored.whole("uinteger", maximum=2**32 - 1),
    }


KINDS = (Kind(NeuralNetwork, network_content, network_from),)
