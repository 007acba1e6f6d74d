"""`NeuralNetwork`: the one mutable object, with its weights, its random streams and its regularizers."""

from __future__ import annotations

from copy import deepcopy
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from nnl2.activations import Activation, Tanh
from nnl2.arguments import (
    check_dtype,
    check_hidden,
    check_layer_sizes,
    check_noise_is_heard,
    check_output,
    one_for_each_layer,
)
from nnl2.checks import as_table, check_seed, check_table
from nnl2.data import Dataset, classes_of
from nnl2.engine import Architecture, LaneRegularizers, NoiseSource, compute_errors, compute_outputs
from nnl2.errors import InvalidTypeError, InvalidValueError
from nnl2.initial import FittingActivation, Uniform
from nnl2.outputs import Output, SoftmaxCrossEntropy
from nnl2.regularizers import NoRegularization, Regularizer
from nnl2.state import NetworkState
from nnl2.training import train

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import ArrayLike, DTypeLike, NDArray

    from nnl2.history import History

    FloatArray = NDArray[np.floating[Any]]


class Layer(NamedTuple):
    """One layer's weights `(n_in, n_out)` and biases `(n_out,)`, read-only."""

    weights: FloatArray
    biases: FloatArray


class NeuralNetwork:
    """A feed-forward network with one hidden layer or several.

    Parameters
    ----------
    layer_sizes
        The numbers of inputs, hidden units (of each hidden layer) and outputs.
    regularizer
        One Regularizer for the weights of all layers, or a sequence with one for each layer.
    bias_regularizer
        The same for the biases, which are by default left alone.
    hidden
        The hidden activation: Tanh(), ReLU() or Sigmoid().
    output
        The output function with its error: SoftmaxCrossEntropy(), SigmoidCrossEntropy(), SoftmaxSquaredError()
        or ArticleSquaredError().
    initial
        How the parameters are drawn: by default weights within the limit that suits the hidden activation
        (Glorot's, or He's for ReLU) and biases 0; Uniform(limit) draws all alike; an array `(n_parameters,)`
        in the order of `weights` is taken as it is.
    seed
        A whole number in [0, 2**32 - 1] from which the network's three random streams are spawned: initial
        parameters, visiting orders, noise. By default one is drawn; `seed` shows it.
    dtype
        float64 or float32.

    Raises
    ------
    InvalidValueError, InvalidTypeError
        If an argument cannot be used.

    Examples
    --------
    >>> from nnl2 import L2, NeuralNetwork, make_data
    >>> network = NeuralNetwork(10, 8, 4, seed=0, regularizer=L2(0.005))
    >>> network
    NeuralNetwork(10, 8, 4, regularizer=L2(strength=0.005), seed=0)
    >>> history = network.train(make_data(), epochs=20, learning_rate=0.01)
    >>> bool(history.errors[-1] < history.errors[0])
    True
    """

    def __init__(
        self,
        *layer_sizes: int,
        regularizer: Regularizer | Sequence[Regularizer] = NoRegularization(),
        bias_regularizer: Regularizer | Sequence[Regularizer] = NoRegularization(),
        hidden: Activation = Tanh(),
        output: Output = SoftmaxCrossEntropy(),
        initial: Uniform | ArrayLike | None = None,
        seed: int | None = None,
        dtype: DTypeLike = np.float64,
    ) -> None:
        self._architecture = Architecture(
            check_layer_sizes(layer_sizes),
            check_hidden(hidden),
            check_output(output),
            check_dtype(dtype),
        )
        n_layers = self._architecture.n_layers
        self._lane_regularizers = LaneRegularizers(
            one_for_each_layer("regularizer", regularizer, n_layers),
            one_for_each_layer("bias_regularizer", bias_regularizer, n_layers),
        )
        self._regularizer = regularizer if isinstance(regularizer, Regularizer) else tuple(regularizer)
        self._bias_regularizer = (
            bias_regularizer if isinstance(bias_regularizer, Regularizer) else tuple(bias_regularizer)
        )
        check_noise_is_heard(self._regularizer, self._lane_regularizers.biases)
        self._seed = (
            int(np.random.SeedSequence().generate_state(1)[0]) if seed is None else check_seed("seed", seed)
        )
        initial_stream, order_stream, noise_stream = np.random.SeedSequence(self._seed).spawn(3)
        self._order_rng = np.random.default_rng(order_stream)
        self._noise = tuple(
            _noise_sources(own, stream, layer)
            for layer, (own, stream) in enumerate(
                zip(self._lane_regularizers.weights, noise_stream.spawn(n_layers), strict=True), start=1
            )
        )
        self._epochs = 0
        if initial is None or isinstance(initial, Uniform):
            rng = np.random.default_rng(initial_stream)
            draw = FittingActivation().draw if initial is None else initial.draw
            self.weights = draw(self._architecture, rng)
        else:
            self._parameters = self._check_parameters("initial", initial)

    @property
    def architecture(self) -> Architecture:
        """Layer sizes, functions and number type: what networks that are trained together have in common."""
        return self._architecture

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """The numbers of inputs, hidden units and outputs."""
        return self._architecture.layer_sizes

    @property
    def regularizer(self) -> Regularizer | Sequence[Regularizer]:
        """The regularizer of the weights, or one for each layer, as given."""
        return self._regularizer

    @property
    def lane_regularizers(self) -> LaneRegularizers:
        """The regularizers slot by slot, as training asks them."""
        return self._lane_regularizers

    @property
    def noise(self) -> tuple[tuple[NoiseSource, ...], ...]:
        """For each layer, the regularizers that add noise there, each with its own random stream."""
        return self._noise

    @property
    def order_rng(self) -> np.random.Generator:
        """The random stream of visiting orders."""
        return self._order_rng

    @property
    def seed(self) -> int:
        """The seed of the random streams, given or drawn."""
        return self._seed

    @property
    def epochs(self) -> int:
        """The number of epochs trained so far."""
        return self._epochs

    @property
    def weights(self) -> FloatArray:
        """All weights and biases, one flat read-only vector: W1 (row-major), b1, W2, b2, ...

        Assign a vector of the same length to change them.
        """
        view = self._parameters.view()
        view.flags.writeable = False  # also after a deep copy, which forgets it
        return view

    @weights.setter
    def weights(self, values: ArrayLike) -> None:
        self._parameters = self._check_parameters("weights", values)

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The weights `(n_in, n_out)` and biases `(n_out,)` of each layer, read-only."""
        return tuple(Layer(*pair) for pair in self._architecture.layers(self.weights))

    def train(
        self,
        data: Dataset,
        *,
        epochs: int,
        learning_rate: float,
        batch_size: int = 1,
        orders: ArrayLike | None = None,
        validation: Dataset | None = None,
        record_every: int = 1,
        on_epoch: Callable[[int], None] | None = None,
    ) -> History:
        """Train this network alone, and return its History; see `nnl2.train` for the settings.

        Training goes on where it stopped: twice 250 epochs are once 500, bit for bit, unless a regularizer
        watches the validation error and brings back earlier weights at the end of each run.
        """
        (history,) = train(
            [self],
            data,
            epochs=epochs,
            learning_rate=learning_rate,
            batch_size=batch_size,
            orders=orders,
            validation=validation,
            record_every=record_every,
            on_epoch=on_epoch,
        )
        return history

    def compute_outputs(self, inputs: ArrayLike) -> FloatArray:
        """Return the outputs `(n_items, n_out)` for a table of inputs `(n_items, n_in)`."""
        table = check_table("inputs", inputs)
        if table.shape[1] != self.layer_sizes[0]:
            raise InvalidValueError(
                f"inputs must have {self.layer_sizes[0]} columns, one for each input of the network, "
                f"got {table.shape[1]}"
            )
        return compute_outputs(self._architecture, self._parameters[np.newaxis], table)[0]

    def predict(self, inputs: ArrayLike) -> NDArray[np.intp]:
        """Return the class of each item `(n_items,)`: its first largest output, or a single output > 0.5."""
        return classes_of(self.compute_outputs(inputs))

    def accuracy(self, data: Dataset) -> float:
        """Return the share of items whose predicted class is the class of their targets."""
        self.check_fits("data", data)
        return float(np.mean(self.predict(data.inputs) == data.labels))

    def error(self, data: Dataset) -> float:
        """Return the mean error over the items, as `output` measures it, without penalties."""
        self.check_fits("data", data)
        return float(
            compute_errors(self._architecture, self._parameters[np.newaxis], data.inputs, data.targets)[0]
        )

    def mean_squared_error(self, data: Dataset) -> float:
        """Return the sum over items and outputs of (t - o)^2, divided by the number of items."""
        self.check_fits("data", data)
        return float(np.square(data.targets - self.compute_outputs(data.inputs)).sum() / data.n_items)

    def check_fits(self, name: str, data: Dataset) -> None:
        """Raise an error with one clear line if the network can neither learn nor judge these items."""
        if not isinstance(data, Dataset):
            raise InvalidTypeError(
                f"{name} must be a Dataset, got {type(data).__name__}; "
                f"make one with Dataset(inputs, targets) or Dataset.from_labels(inputs, labels)"
            )
        columns = data.inputs.shape[1], data.targets.shape[1]
        if columns != (self.layer_sizes[0], self.layer_sizes[-1]):
            raise InvalidValueError(
                f"{name} must have {self.layer_sizes[0]} inputs and {self.layer_sizes[-1]} targets "
                f"for a {'-'.join(map(str, self.layer_sizes))} network, got {columns[0]} and {columns[1]}"
            )
        self._architecture.output.check_targets(data.targets)

    def state(self) -> NetworkState:
        """Return all that training changes."""
        return NetworkState(
            self._parameters, self._order_rng.bit_generator.state, self.noise_streams(), self._epochs
        )

    def noise_streams(self) -> tuple[Mapping[str, Any], ...]:
        """Return where each stream of noise stands."""
        return tuple(rng.bit_generator.state for rng in self._noise_rngs)

    def restore(self, state: NetworkState) -> None:
        """Go back to a state of this network, so that training goes on from there."""
        self.weights = state.parameters
        self._order_rng.bit_generator.state = state.order_stream
        for rng, stream in zip(self._noise_rngs, state.noise_streams, strict=True):
            rng.bit_generator.state = stream
        self._epochs = state.epochs

    @cached_property
    def _noise_rngs(self) -> tuple[np.random.Generator, ...]:
        return tuple(source.rng for layer in self._noise for source in layer)

    def __copy__(self) -> Self:
        """Return a copy with random streams of its own: a shared one would train for both."""
        return deepcopy(self)

    def _check_parameters(self, name: str, values: ArrayLike) -> FloatArray:
        table = as_table(name, values)
        if table.shape != (self._architecture.n_parameters,):
            raise InvalidValueError(
                f"{name} must be one flat vector of {self._architecture.n_parameters} numbers "
                f"(W1 row by row, b1, W2 row by row, b2, ...), got shape {table.shape}"
            )
        with np.errstate(over="ignore"):
            parameters = table.astype(self._architecture.dtype)
        check_table(name, parameters[np.newaxis])
        parameters.flags.writeable = False
        return parameters

    def __repr__(self) -> str:
        default = {"bias_regularizer": NoRegularization(), "hidden": Tanh(), "output": SoftmaxCrossEntropy()}
        shown = {
            "regularizer": self._regularizer,
            "bias_regularizer": self._bias_regularizer,
            "hidden": self._architecture.hidden,
            "output": self._architecture.output,
            "seed": self._seed,
        }
        settings = [f"{name}={value!r}" for name, value in shown.items() if value != default.get(name)]
        if self._architecture.dtype != np.float64:
            settings.append(f"dtype={self._architecture.dtype}")
        return f"NeuralNetwork({', '.join([*map(str, self.layer_sizes), *settings])})"


def _noise_sources(
    regularizer: Regularizer, stream: np.random.SeedSequence, layer: int
) -> tuple[NoiseSource, ...]:
    """Return who adds noise in a layer; a second noisy part changes nothing in what the first draws."""
    noisy = [part for part in regularizer.parts if part.answers("corrupt") or part.answers("mask")]
    return tuple(
        NoiseSource(part, np.random.default_rng(own), layer)
        for part, own in zip(noisy, stream.spawn(len(noisy)), strict=True)
    )
