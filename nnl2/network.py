"""`NeuralNetwork`: a specification and a state with a pleasant face; `train` trains any mix of them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from nnl2.activations import Activation, Tanh
from nnl2.data import Dataset, RowSource, classes_of
from nnl2.engine.select import compute_outputs, mean_errors
from nnl2.errors import InvalidTypeError, InvalidValueError, shown
from nnl2.initializers import FittingActivation, Uniform
from nnl2.markup import as_html
from nnl2.missing_plug_ins import refuse_missing
from nnl2.optimizers import SGD, Optimizer
from nnl2.outputs import Output, SoftmaxCrossEntropy
from nnl2.regularizers import NoRegularization, Regularizer
from nnl2.training.loop import Settings, Shared
from nnl2.training.orders import check_orders
from nnl2.training.rates import check_rates
from nnl2.training.spec import NetworkSpec
from nnl2.training.state import NetworkState, check_stream
from nnl2.training.task import Task
from nnl2.training.train import failure_of, run_all
from nnl2.validation import as_table, called_as, check_count, check_seed, check_table, warn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, DTypeLike, NDArray

    from nnl2.training.history import History

    FloatArray = NDArray[np.floating[Any]]
    Rate = float | Callable[[int], float]
    OnEpoch = Callable[["NeuralNetwork", History], object]


CLEARLY_LARGER = 1.2
"""How many times as large an error after training is warned of; strong regularizers make it a little larger."""


class Layer(NamedTuple):
    """One layer's weights `(n_in, n_out)` and biases `(n_out,)`, read-only."""

    weights: FloatArray
    biases: FloatArray


class NeuralNetwork:
    """A feed-forward network with no hidden layer, one, or several.

    Parameters
    ----------
    layer_sizes
        The numbers of inputs, hidden units (of each hidden layer) and outputs. NeuralNetwork(10, 4) is softmax
        regression. The article's fourth number is its seed: its NeuralNetwork(10, 8, 4, 3) is ours with seed=3.
    regularizer
        One Regularizer for the weights of all layers, or a sequence with one for each layer.
    bias_regularizer
        The same for the biases, which are by default left alone.
    hidden
        The hidden activation: Tanh(), ReLU(), Sigmoid(), or an Activation of your own.
    output
        The output function with its error: SoftmaxCrossEntropy(), SigmoidCrossEntropy(), SoftmaxSquaredError(),
        ArticleSquaredError(), SquaredError() for regression, or an Output of your own.
    optimizer
        What makes a change of the weights of their gradient: SGD(), Momentum(), Nesterov(), Adam(), or an
        Optimizer of your own.
    initial
        How the parameters are drawn: by default weights within the limit that suits the hidden activation
        (Glorot's, or He's for ReLU) and biases 0; Uniform(limit) draws all alike; an array `(n_parameters,)`
        in the order of `weights` is taken as it is.
    seed
        A whole number in [0, 2**32 - 1] from which the network's random streams are spawned: initial parameters,
        visiting orders, noise. By default one is drawn; `seed` shows it.
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
        optimizer: Optimizer = SGD(),
        initial: Uniform | ArrayLike | None = None,
        seed: int | None = None,
        dtype: DTypeLike = np.float64,
    ) -> None:
        self._spec = NetworkSpec(
            layer_sizes,
            regularizer,
            bias_regularizer,
            hidden=hidden,
            output=output,
            optimizer=optimizer,
            dtype=dtype,
        )
        self._seed = (
            int(np.random.SeedSequence().generate_state(1)[0]) if seed is None else check_seed("seed", seed)
        )
        start = FittingActivation() if initial is None else initial
        if not isinstance(start, Uniform | FittingActivation):
            start = self._checked_parameters("initial", start)
        self._state = NetworkState.begin(self._spec, self._seed, start)
        self._in_training = False

    @classmethod
    def at(cls, spec: NetworkSpec, state: NetworkState, seed: int) -> Self:
        """Return the network with this specification at this state, which belong together unchecked."""
        made = cls.__new__(cls)
        made.__dict__.update(_spec=spec, _state=state, _seed=check_seed("seed", seed), _in_training=False)
        return made

    @property
    def spec(self) -> NetworkSpec:
        """All that training does not change."""
        return self._spec

    @property
    def state(self) -> NetworkState:
        """All that training changes; assign a state of this network, or of one like it, to go on from there."""
        return self._state

    @state.setter
    def state(self, state: NetworkState) -> None:
        self._refuse_in_training("go to another state")
        if not isinstance(state, NetworkState):
            raise InvalidTypeError(f"state must be the state of a network, got {type(state).__name__}")
        own = self._state
        check_count("state.epochs", state.epochs, minimum=0)
        for stream in (state.order_stream, *state.noise_streams):
            check_stream(stream)
        for name, given, needed in (
            ("parameters", state.parameters.shape, own.parameters.shape),
            ("numbers in its optimizer's memory", state.memory.shape, own.memory.shape),
            ("streams of noise", (len(state.noise_streams),), (len(own.noise_streams),)),
            ("first parameters", *((0,) if s.first is None else s.first.shape for s in (state, own))),
        ):
            if given != needed:
                raise InvalidValueError(
                    f"state must be that of a network like this one, "
                    f"but has {given[0]} {name} instead of {needed[0]}"
                )
        if state.parameters.dtype != own.parameters.dtype:
            raise InvalidValueError(
                f"state must be that of a {own.parameters.dtype} network, got {state.parameters.dtype}"
            )
        check_table("state.parameters", np.atleast_2d(state.parameters))
        self._state = state

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """The numbers of inputs, hidden units and outputs."""
        return self._spec.layer_sizes

    @property
    def regularizer(self) -> Regularizer | Sequence[Regularizer]:
        """The regularizer of the weights, or one for each layer, as given."""
        return self._spec.regularizer

    @property
    def seed(self) -> int:
        """The seed of the random streams, given or drawn."""
        return self._seed

    @property
    def epochs(self) -> int:
        """The number of epochs trained so far."""
        return self._state.epochs

    @property
    def weights(self) -> FloatArray:
        """All weights and biases, one flat read-only vector: W1 (row by row), b1, W2, b2, ...

        Assign a vector of the same length to change them.
        """
        view = self._state.parameters.view()
        view.flags.writeable = False  # also after pickling, which forgets it
        return view

    @weights.setter
    def weights(self, values: ArrayLike) -> None:
        self._refuse_in_training("change its weights")
        self._state = self._state.with_parameters(self._checked_parameters("weights", values))

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The weights `(n_in, n_out)` and biases `(n_out,)` of each layer, read-only."""
        return tuple(Layer(*pair) for pair in self._spec.architecture.layers(self.weights))

    @called_as("train(Dataset.from_labels(inputs, labels), epochs=100, learning_rate=0.01)")
    def train(
        self,
        data: Dataset,
        *,
        epochs: int,
        learning_rate: Rate,
        batch_size: int = 1,
        orders: ArrayLike | None = None,
        validation: Dataset | None = None,
        record_every: int | None = None,
        on_epoch: OnEpoch | None = None,
    ) -> History:
        """Train this network, and return its History; `nnl2.train` tells what the settings mean.

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
        table: Any = inputs if isinstance(inputs, RowSource) else check_table("inputs", inputs)
        if table.shape[1] != self.layer_sizes[0]:
            raise InvalidValueError(
                f"inputs must have {self.layer_sizes[0]} columns, one for each input of the network, "
                f"got {table.shape[1]}"
            )
        return compute_outputs(self._spec.architecture, self._state.parameters, table)

    def predict(self, inputs: ArrayLike) -> NDArray[np.intp]:
        """Return the class of each item `(n_items,)`: its first largest output, or a single output > 0.5."""
        output = self._spec.output
        if not output.classifies:
            raise InvalidValueError(
                f"the outputs of {output!r} are numbers, not classes; compute_outputs(inputs) returns them"
            )
        return classes_of(self.compute_outputs(inputs))

    def accuracy(self, data: Dataset) -> float:
        """Return the share of items whose predicted class is the class of their targets, by their weights."""
        self._check_fits("data", data)
        return data.mean(self.predict(data.inputs) == data.labels)

    def error(self, data: Dataset) -> float:
        """Return the mean error over the items, by their weights, as `output` measures it; without penalties."""
        self._check_fits("data", data)
        (error,) = mean_errors(self._spec.architecture, self._state.parameters[np.newaxis], data)
        return float(error)

    def mean_squared_error(self, data: Dataset) -> float:
        """Return the mean over the items, by their weights, of the sum of (t - o)^2 over the outputs."""
        self._check_fits("data", data)
        return data.mean(np.square(data.targets - self.compute_outputs(data.inputs)).sum(axis=1))

    def _check_fits(self, name: str, data: Dataset) -> None:
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
        self._spec.output.check_targets(data.targets)

    def _refuse_in_training(self, what: str) -> None:
        if self._in_training:
            raise InvalidValueError(
                f"a network cannot {what} while it is in training; to stop it, answer True in on_epoch"
            )

    def _checked_parameters(self, name: str, values: ArrayLike) -> FloatArray:
        table, needed = as_table(name, values), self._spec.architecture.n_parameters
        if table.shape != (needed,):
            raise InvalidValueError(
                f"{name} must be one flat vector of {needed} numbers "
                f"(W1 row by row, b1, W2 row by row, b2, ...), got shape {table.shape}"
            )
        with np.errstate(over="ignore"):
            parameters = table.astype(self._spec.dtype)
        check_table(name, parameters[np.newaxis])
        return parameters

    def __copy__(self) -> Self:
        """Return another network with the same specification and state, which are never changed themselves."""
        copied = type(self).__new__(type(self))
        copied.__dict__.update(self.__getstate__())
        return copied

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_in_training": False}

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self.__copy__()

    def __repr__(self) -> str:
        spec = self._spec
        default = {
            "bias_regularizer": NoRegularization(),
            "hidden": Tanh(),
            "output": SoftmaxCrossEntropy(),
            "optimizer": SGD(),
        }
        names = ("regularizer", "bias_regularizer", "hidden", "output", "optimizer")
        shown = {name: getattr(spec, name) for name in names} | {"seed": self._seed}
        settings = [f"{name}={value!r}" for name, value in shown.items() if value != default.get(name)]
        if spec.dtype != np.float64:
            settings.append(f"dtype={spec.dtype}")
        return f"NeuralNetwork({', '.join([*map(str, self.layer_sizes), *settings])})"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: each layer with its regularizers and the size of its weights."""
        layers = zip(self.layers, self._spec.regularizers[::2], self._spec.regularizers[1::2], strict=True)
        rows = [
            [
                f"{layer.weights.shape[0]} to {layer.weights.shape[1]}",
                repr(of_weights),
                repr(of_biases),
                f"{np.linalg.norm(layer.weights):.3g}",
                f"{np.abs(layer.weights).max():.3g}",
                str(int((layer.weights == 0).sum())),
            ]
            for layer, of_weights, of_biases in layers
        ]
        header = ["layer", "regularizer", "of biases", "norm of weights", "largest weight", "zeros"]
        return as_html(f"{self!r}, {self.epochs} epochs trained", header, rows)


@called_as("train([network, ...], Dataset.from_labels(inputs, labels), epochs=100, learning_rate=0.01)")
def train(
    networks: Iterable[NeuralNetwork],
    data: Dataset | Sequence[Dataset],
    *,
    epochs: int,
    learning_rate: Rate | Sequence[Rate],
    batch_size: int | Sequence[int] = 1,
    orders: ArrayLike | Sequence[ArrayLike] | None = None,
    validation: Dataset | Sequence[Dataset] | None = None,
    record_every: int | None = None,
    on_epoch: OnEpoch | None = None,
    n_jobs: int = 1,
    failed: str = "raise",
) -> tuple[History, ...]:
    """Train any mix of networks, and return the History of each.

    What a network learns is the same, bit for bit, whatever is trained beside it and on however many threads.

    Parameters
    ----------
    networks
        Networks of any shapes, regularizers and ages.
    data
        The training items: one Dataset for all networks, or one for each.
    epochs
        How often every item is visited, >= 1.
    learning_rate
        The factor of the gradient in each update: a number > 0, or a function of the epoch, counted from 1 over
        the whole life of the network, that returns one. One for all networks, or one for each.
    batch_size
        The items of one update, over which the error's gradient is averaged; 1 is online training. The last
        batch of an epoch holds what is left. One for all networks, or one for each.
    orders
        The visiting orders: a table `(epochs, n_items)`, "fixed" for items as they stand, or a sequence with one
        of these for each network. By default each network shuffles the items anew in every epoch, from its own
        random stream, unless all are one batch.
    validation
        Items whose error is recorded, and watched by regularizers that may stop the training; one Dataset for
        all networks, or one for each.
    record_every
        Errors are recorded after every so many epochs, and after the last. By default after every epoch, or
        where items times parameters are more than 10^7, about twenty times.
    on_epoch
        Called as on_epoch(network, history) after each epoch, in the calling thread; the network is as it is
        after that epoch, which `network.epochs` tells. Where it answers True, training of that network ends, and
        it keeps its last weights.
    n_jobs
        The number of threads, -1 for one on each processor.
    failed
        What is done where networks diverge or a plug-in fails. These networks stay as they were, the others are
        trained; then "raise" raises one error that names them, and "keep" tells it in their `History.failure`.

    Raises
    ------
    InvalidValueError, InvalidTypeError
        If an argument cannot be used; nothing is changed.
    PluginError
        If a regularizer or optimizer answers with something unusable, or is missing since the network was loaded
        from a file.
    TrainingDivergedError
        If an error or a weight grows beyond all bounds.
    KeyboardInterrupt
        Passed on; each network is as it was after its last whole epoch.
    """
    if on_epoch is not None and not callable(on_epoch):
        raise InvalidTypeError(f"on_epoch must be a function of a network and its History, got {shown(on_epoch)}")
    together, tasks = assigned(
        networks,
        data,
        epochs=epochs,
        learning_rate=learning_rate,
        batch_size=batch_size,
        orders=orders,
        validation=validation,
        record_every=record_every,
    )
    n_jobs = check_jobs(n_jobs)
    check_failed(failed)
    shared = Shared()
    runs = [task.begin(shared) for task in tasks]
    told = None if on_epoch is None else partial(_tell, together, on_epoch)
    try:
        for network in together:
            network._in_training = True  # noqa: SLF001
        run_all(runs, min(n_jobs, len(runs)), partial(_commit, together), told)
    finally:
        for network in together:
            network._in_training = False  # noqa: SLF001
    failure = failure_of(runs)
    if failure is not None and failed == "raise":
        raise failure
    histories = tuple(run.history for run in runs)
    warn_of_rising_errors(histories)
    return histories


def assigned(
    networks: Iterable[NeuralNetwork],
    data: Dataset | Sequence[Dataset],
    *,
    epochs: int,
    learning_rate: Rate | Sequence[Rate],
    batch_size: int | Sequence[int] = 1,
    orders: ArrayLike | Sequence[ArrayLike] | None = None,
    validation: Dataset | Sequence[Dataset] | None = None,
    record_every: int | None = None,
) -> tuple[tuple[NeuralNetwork, ...], list[Task]]:
    """Return the networks and, for each, what is to be trained as values; all arguments are those of `train`.

    Raises
    ------
    InvalidValueError, InvalidTypeError
        If an argument cannot be used.
    """
    together = _check_networks(networks)
    n = len(together)
    datasets = _one_dataset_each("data", data, together)
    epochs = check_count("epochs", epochs)
    rates = _rates_each(_one_each("learning_rate", learning_rate, n), together, epochs)
    sizes = [check_count("batch_size", size) for size in _one_each("batch_size", batch_size, n)]
    tables = check_orders(orders, epochs, [dataset.n_items for dataset in datasets])
    validations = [None] * n if validation is None else _one_dataset_each("validation", validation, together)
    every = None if record_every is None else check_count("record_every", record_every)
    return together, [
        Task(network.spec, network.state, dataset, Settings(epochs, rate, size, table, own, every))
        for network, dataset, rate, size, table, own in zip(
            together, datasets, rates, sizes, tables, validations, strict=True
        )
    ]


def check_jobs(n_jobs: int) -> int:
    """Return a number of threads; -1 is one on each processor."""
    return (os.cpu_count() or 1) if n_jobs == -1 else check_count("n_jobs", n_jobs)


def check_failed(failed: str) -> None:
    """Raise InvalidValueError unless this says what is done where networks fail."""
    if failed not in ("raise", "keep"):
        raise InvalidValueError(f'failed must be "raise" or "keep", got {shown(failed)}')


def warn_of_rising_errors(histories: Sequence[History]) -> None:
    """Warn where new networks know less than before; one that goes on from good weights may well lose a little."""
    rose = [number for number, history in enumerate(histories) if _is_new(history) and _rises(history)]
    if rose:
        errors = histories[rose[0]].errors
        of_many = f" in {len(rose)} of {len(histories)} networks, the first of them {rose[0]}:"
        warn(
            f"training made the error larger{of_many if len(histories) > 1 else ','} from {errors[0]:.4g} to "
            f"{errors[-1]:.4g}; use a smaller learning rate, scale the inputs, or weaken the regularizer"
        )


def _is_new(history: History) -> bool:
    return history.epochs[:1].tolist() == [0]  # one that failed before training recorded nothing


def _rises(history: History) -> bool:
    if history.failure is not None or history.kept_epoch != history.epochs[-1]:
        return False
    return bool(history.errors[-1] > CLEARLY_LARGER * history.errors[0])


def _commit(networks: Sequence[NeuralNetwork], number: int, state: NetworkState) -> None:
    """Give a network its newest state: one assignment, so that nothing can come between."""
    networks[number]._state = state  # noqa: SLF001 (the two belong together)


def _tell(
    networks: Sequence[NeuralNetwork], on_epoch: OnEpoch, number: int, _: NetworkState, history: History
) -> object:
    return on_epoch(networks[number], history)


def _check_networks(networks: Iterable[NeuralNetwork]) -> tuple[NeuralNetwork, ...]:
    together = tuple(networks) if isinstance(networks, Iterable) else ()
    if not isinstance(networks, Iterable) or not all(isinstance(network, NeuralNetwork) for network in together):
        raise InvalidTypeError(
            "networks must be NeuralNetworks, several of them; one alone is trained by its own train()"
        )
    if not together:
        raise InvalidValueError("networks must hold at least one network, got none")
    seen: dict[int, int] = {}
    for number, network in enumerate(together):
        if seen.setdefault(id(network), number) != number:
            raise InvalidValueError(f"networks must all be different objects, but network {number} comes twice")
        network._refuse_in_training("be trained")  # noqa: SLF001
        refuse_missing(network.spec.regularizers, network.spec.optimizer)
    return together


def _one_each(name: str, given: Any, n_networks: int) -> Sequence[Any]:  # noqa: ANN401 (checked by the caller)
    """Return a setting for each network, from one for all or a sequence."""
    if isinstance(given, np.ndarray) and given.ndim == 0:
        given = given.item()
    if not isinstance(given, list | tuple | np.ndarray):
        return [given] * n_networks
    if len(given) != n_networks:
        raise InvalidValueError(f"{name} must be one or one for each of {n_networks} networks, got {len(given)}")
    return [each.item() if isinstance(each, np.generic) else each for each in given]


def _rates_each(given: Sequence[Any], networks: Sequence[NeuralNetwork], epochs: int) -> list[NDArray[np.float64]]:
    """Return the learning rates of each network; those that ask for the same share one array."""
    checked: dict[tuple[int, int, np.dtype[Any]], NDArray[np.float64]] = {}
    keys = [(id(rate), network.epochs, network.spec.dtype) for rate, network in zip(given, networks, strict=True)]
    for key, rate, network in zip(keys, given, networks, strict=True):
        if key not in checked:
            checked[key] = check_rates(rate, network.epochs + 1, epochs, network.spec.dtype)
    return [checked[key] for key in keys]


def _one_dataset_each(
    name: str, given: Dataset | Sequence[Dataset], networks: Sequence[NeuralNetwork]
) -> list[Dataset]:
    """Return a Dataset for each network, from one for all or a sequence; each fits its network."""
    datasets = [given] * len(networks) if isinstance(given, Dataset) else given
    if not isinstance(datasets, list | tuple) or not all(isinstance(each, Dataset) for each in datasets):
        raise InvalidTypeError(
            f"{name} must be a Dataset, or one for each network, got {type(given).__name__}; "
            f"make one with Dataset(inputs, targets) or Dataset.from_labels(inputs, labels)"
        )
    if len(datasets) != len(networks):
        raise InvalidValueError(
            f"{name} must be one Dataset or one for each of {len(networks)} networks, got {len(datasets)}"
        )
    checked = set()
    for dataset, network in zip(datasets, networks, strict=True):
        key = id(dataset), network.layer_sizes[0], network.layer_sizes[-1], id(network.spec.output)
        if key not in checked:
            network._check_fits(name, dataset)  # noqa: SLF001
            checked.add(key)
    return list(datasets)
