"""`NetworkState`: a network at one moment, to go back to and to go on from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen

from nnl2.errors import InvalidValueError
from nnl2.regularizers.layers import noisy_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from nnl2.training.spec import NetworkSpec

    FloatArray = NDArray[np.floating[Any]]


@frozen(eq=False)
class NetworkState:
    """All that training changes.

    Parameters
    ----------
    parameters
        All weights and biases, `(n_parameters,)`.
    memory
        What the optimizer remembers, one flat vector.
    order_stream, noise_streams
        Where the random streams stand: that of visiting orders, and one for each part that adds noise.
    epochs
        The number of epochs trained.
    first
        The parameters the network was made with, where a regularizer begins with them; else None.
    """

    parameters: FloatArray
    memory: FloatArray
    order_stream: Mapping[str, Any]
    noise_streams: tuple[Mapping[str, Any], ...]
    epochs: int = 0
    first: FloatArray | None = None

    @classmethod
    def begin(cls, spec: NetworkSpec, seed: int, initial: Any) -> NetworkState:  # noqa: ANN401 (see NeuralNetwork)
        """Return the state of a new network; `initial` draws its parameters, or is a vector of them."""
        initial_stream, order_stream, noise_stream = np.random.SeedSequence(seed).spawn(3)
        rng = np.random.default_rng(initial_stream)
        drawn = initial.draw(spec.architecture.shapes, spec.hidden, rng) if hasattr(initial, "draw") else initial
        noisy = noisy_parts(spec.regularizers)
        layers = zip(noisy, noise_stream.spawn(len(noisy)), strict=True)
        streams = [own for parts, stream in layers for own in stream.spawn(len(parts))]
        orders, *noise = (np.random.PCG64(stream).state for stream in (order_stream, *streams))
        parameters = read_only(np.array(drawn, spec.dtype))
        _, memory = spec.architecture.memory(spec.optimizer, parameters)
        first = parameters if spec.begins else None
        return cls(parameters, read_only(memory), orders, tuple(noise), first=first)

    def with_parameters(self, parameters: FloatArray) -> NetworkState:
        """Return this state with other parameters."""
        return evolve(self, parameters=read_only(parameters))


def generator(stream: Mapping[str, Any]) -> np.random.Generator:
    """Return a generator that goes on where a stream stands."""
    bits = np.random.PCG64(0)
    bits.state = dict(stream)  # type: ignore[assignment]  # what it was given by numpy itself
    return np.random.Generator(bits)


def check_stream(stream: object) -> None:
    """Raise InvalidValueError if this is no place where a network's random stream can stand."""
    try:
        np.random.PCG64(0).state = stream  # type: ignore[assignment]
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise InvalidValueError(f"state must hold random streams as a network's state does: {error}") from error


def read_only(array: FloatArray) -> FloatArray:
    """Return the array, which from now on cannot be written to."""
    array.flags.writeable = False
    return array
