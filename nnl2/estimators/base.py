"""What classifier and regressor have in common: parameters, training, and what has been learned."""

from __future__ import annotations

import sys
from abc import abstractmethod
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from nnl2.comparison.recipe import BATCH_SIZE, EPOCHS
from nnl2.data import Dataset
from nnl2.errors import InvalidTypeError, InvalidValueError, shown
from nnl2.estimators.nested import StrategyParameters
from nnl2.estimators.plan import Plan
from nnl2.estimators.samples import Samples, checked_weights, checked_X, warn_where_weights_do_nothing
from nnl2.network import NeuralNetwork, train

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray
    from sklearn.utils import Tags

    from nnl2.activations import Activation
    from nnl2.estimators.samples import FloatArray, Matrix
    from nnl2.optimizers import Optimizer
    from nnl2.outputs import Output
    from nnl2.regularizers import Regularizer
    from nnl2.training.history import History

LINES_OF_A_RUN = 10
"""About how often a verbose estimator tells its loss."""


class NeuralNetworkEstimator(StrategyParameters):
    """What `NeuralNetworkClassifier`, which explains the parameters, and `NeuralNetworkRegressor` share."""

    networks_: tuple[NeuralNetwork, ...]
    histories_: tuple[History, ...]
    loss_curve_: list[float]
    validation_curve_: list[float]

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] | None = None,
        regularizer: Regularizer | Sequence[Regularizer] | str | None = None,
        *,
        activation: Activation | str = "tanh",
        optimizer: Optimizer | str = "sgd",
        learning_rate: float | Callable[[int], float] | None = None,
        batch_size: int = BATCH_SIZE,
        max_epochs: int = EPOCHS,
        validation_fraction: float = 0.1,
        warm_start: bool = False,
        random_state: int | np.random.RandomState | None = None,
        n_networks: int = 1,
        n_jobs: int | None = None,
        verbose: bool = False,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.regularizer = regularizer
        self.activation = activation
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.validation_fraction = validation_fraction
        self.warm_start = warm_start
        self.random_state = random_state
        self.n_networks = n_networks
        self.n_jobs = n_jobs
        self.verbose = verbose

    def fit(
        self,
        X: Matrix,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        *,
        validation_data: tuple[Matrix, ArrayLike] | None = None,
    ) -> Self:
        """Train new networks; with warm_start, go on with those there are, by the parameters of now.

        Parameters
        ----------
        X
            Array, sparse matrix (of which a dense one is made) or data frame, `(n_samples, n_features)`.
        y
            Targets, `(n_samples,)`; for regression also `(n_samples, n_outputs)`.
        sample_weight
            How much each sample counts in its batch and in the loss, `(n_samples,)`, >= 0.
        validation_data
            Samples (X, y) whose loss `validation_curve_` holds, and which a regularizer that stops early watches.

        Raises
        ------
        ValueError, TypeError
            If a parameter or an array cannot be used; those of nnl2 are also Nnl2Errors.
        TrainingDivergedError
            If a loss or a weight grows beyond all bounds.
        PluginError
            If a regularizer or optimizer answers with something unusable.
        """
        plan, goes_on = Plan.of(self.get_params(deep=False)), self.warm_start and hasattr(self, "networks_")
        if not goes_on:
            self.__dict__.pop("networks_", None)  # a fit that fails leaves nothing to be taken for its result
        samples = self._samples(X, y, sample_weight, reset=not goes_on)
        if not goes_on:
            self._learn_targets(samples)
        weighed = self._weighing(samples)
        samples = weighed(samples.counting())
        held_out = None if validation_data is None else weighed(self._validation_samples(validation_data))
        if held_out is None and plan.watches:
            seed = self.networks_[0].seed if goes_on else plan.seeds[0]
            samples, held_out = samples.split(plan.validation_fraction, seed, self._strata(samples.y))
        self._train(plan, samples, held_out, plan.epochs)
        return self

    def _fit_an_epoch(self, samples: Samples, plan: Plan) -> Self:
        """Train for one epoch more, as `partial_fit` does."""
        if plan.watches:
            raise InvalidValueError(
                f"partial_fit trains one epoch, in which {shown(self.regularizer)} has nothing to watch; use fit, "
                f"or a regularizer that stops nothing"
            )
        self._train(plan, self._weighing(samples)(samples.counting()), None, 1)
        return self

    def _train(self, plan: Plan, samples: Samples, held_out: Samples | None, epochs: int) -> None:
        warn_where_weights_do_nothing(samples.weights, plan.batch_size)
        data = self._dataset(samples)
        trained = getattr(self, "networks_", None)
        if trained is None:
            networks = plan.networks(data.inputs.shape[1], data.targets.shape[1], self._output)
        else:
            networks = plan.networks_going_on(trained)
        histories = train(
            networks,
            data,
            epochs=epochs,
            learning_rate=plan.learning_rate,
            batch_size=plan.batch_size,
            validation=None if held_out is None else self._dataset(held_out),
            n_jobs=plan.n_jobs,
            on_epoch=partial(_tell, networks, epochs) if self.verbose else None,
        )
        if trained is None:
            self.loss_curve_, self.validation_curve_ = [], []
        first = histories[0]
        self.loss_curve_ = self.loss_curve_ + first.errors[1:].tolist()
        if first.validation_errors is not None:
            self.validation_curve_ = self.validation_curve_ + first.validation_errors[1:].tolist()
        self.networks_, self.histories_ = tuple(networks), histories

    def _dataset(self, samples: Samples) -> Dataset:
        return Dataset(samples.X, self._targets(samples.y), samples.weights)

    def _validation_samples(self, given: tuple[Matrix, ArrayLike]) -> Samples:
        if not isinstance(given, list | tuple) or len(given) != 2:
            raise InvalidTypeError(f"validation_data must be a pair (X, y), got {shown(given)}")
        return self._samples(*given, None, reset=False)

    def _outputs(self, X: Matrix) -> FloatArray:
        """Return the mean over the networks of their outputs, `(n_samples, n_outputs)`."""
        check_is_fitted(self)
        checked = checked_X(self, X)
        outputs: FloatArray = np.mean([network.compute_outputs(checked) for network in self.networks_], axis=0)
        if not np.isfinite(outputs).all():
            sample = int(np.flatnonzero(~np.isfinite(outputs).all(axis=1))[0])
            raise InvalidValueError(
                f"the outputs for sample {sample} are no numbers: its features are too large; scale X as the "
                f"training samples were"
            )
        return outputs

    @property
    def coefs_(self) -> list[FloatArray]:
        """Weights of each layer, `(n_in, n_out)`, of the first network."""
        check_is_fitted(self)
        return [layer.weights for layer in self.networks_[0].layers]

    @property
    def intercepts_(self) -> list[FloatArray]:
        """Biases of each layer, `(n_out,)`, of the first network."""
        check_is_fitted(self)
        return [layer.biases for layer in self.networks_[0].layers]

    @property
    def n_iter_(self) -> int:
        """Epochs for which the first network was trained."""
        check_is_fitted(self)
        return self.networks_[0].epochs

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "networks_")

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _samples(self, X: Matrix, y: ArrayLike, sample_weight: ArrayLike | None, *, reset: bool) -> Samples:
        """Return samples, checked; `reset` where another X is learned from."""
        checked, targets = self._checked(X, y, reset=reset)
        return Samples(checked, targets, checked_weights(sample_weight, checked))

    def _weighing(self, samples: Samples) -> Callable[[Samples], Samples]:
        """Return what gives samples the weights they have in training, learned from those to train on."""
        return lambda unchanged: unchanged

    def _strata(self, y: NDArray[Any]) -> NDArray[Any] | None:
        """Return what is split evenly between training and validation."""
        return None

    @property
    @abstractmethod
    def _output(self) -> Output:
        """The output function with its error."""

    @abstractmethod
    def _checked(self, X: Matrix, y: ArrayLike, *, reset: bool) -> tuple[FloatArray, NDArray[Any]]:
        """Return X as numbers and y as it is, checked."""

    @abstractmethod
    def _learn_targets(self, samples: Samples) -> None:
        """Learn what the targets are of samples to train on."""

    @abstractmethod
    def _targets(self, y: NDArray[Any]) -> FloatArray:
        """Return what networks are to put out, `(n_samples, n_outputs)`."""


def _tell(networks: Sequence[NeuralNetwork], epochs: int, network: NeuralNetwork, history: History) -> None:
    """Write a line about a network's loss now and then, and after the last epoch of a run."""
    begun = int(history.epochs[0])
    done = network.epochs - begun
    if done % max(1, epochs // LINES_OF_A_RUN) and done != epochs:
        return
    which = f"network {networks.index(network)}, " if len(networks) > 1 else ""
    losses = f"loss {history.errors[-1]:.4g}"
    if history.validation_errors is not None:
        losses += f", validation loss {history.validation_errors[-1]:.4g}"
    sys.stderr.write(f"{which}epoch {network.epochs} of {begun + epochs}: {losses}\n")
