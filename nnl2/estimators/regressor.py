"""`NeuralNetworkRegressor`: linear outputs with squared error, for one target or several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.validation import column_or_1d

from nnl2.comparison.recipe import BATCH_SIZE, EPOCHS
from nnl2.errors import InvalidValueError
from nnl2.estimators.base import NeuralNetworkEstimator
from nnl2.estimators.plan import Plan
from nnl2.estimators.samples import checked_X_y
from nnl2.outputs import Output, SquaredError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray
    from sklearn.utils import Tags

    from nnl2.activations import Activation
    from nnl2.estimators.samples import FloatArray, Matrix, Samples
    from nnl2.optimizers import Optimizer
    from nnl2.regularizers import Regularizer


class NeuralNetworkRegressor(RegressorMixin, NeuralNetworkEstimator):  # type: ignore[misc]  # see its base
    """A neural network with any regularizer, as a scikit-learn regressor; left alone, as `nnl2.compare` trains.

    X should be standardised, as by a StandardScaler before it in a pipeline; y is standardised here.

    Parameters
    ----------
    normalize_y
        Whether networks learn (y - mean) / standard deviation, of the samples of the first call, and what they put
        out is turned back: learning rates and strengths then mean the same whatever the unit of y is. Losses are
        those of what networks learn: half the squared error.
    others
        As those of `NeuralNetworkClassifier`.

    Attributes
    ----------
    target_mean_, target_scale_
        Of each column of y, `(n_outputs,)`; 0 and 1 without normalize_y.
    others
        As those of `NeuralNetworkClassifier`, but for classes_.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from nnl2 import NeuralNetworkRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> model = make_pipeline(StandardScaler(), NeuralNetworkRegressor(regularizer="l2:0.03", random_state=0))
    >>> round(model.fit(X, y).score(X, y), 2)
    0.53
    """

    target_mean_: NDArray[np.float64]
    target_scale_: NDArray[np.float64]

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
        normalize_y: bool = True,
        random_state: int | np.random.RandomState | None = None,
        n_networks: int = 1,
        n_jobs: int | None = None,
        verbose: bool = False,
    ) -> None:
        super().__init__(
            hidden_layer_sizes,
            regularizer,
            activation=activation,
            optimizer=optimizer,
            learning_rate=learning_rate,
            batch_size=batch_size,
            max_epochs=max_epochs,
            validation_fraction=validation_fraction,
            warm_start=warm_start,
            random_state=random_state,
            n_networks=n_networks,
            n_jobs=n_jobs,
            verbose=verbose,
        )
        self.normalize_y = normalize_y

    def partial_fit(self, X: Matrix, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Train for one epoch on these samples, going on where the last call stopped; arguments as in `fit`."""
        plan, first = Plan.of(self.get_params(deep=False)), not hasattr(self, "networks_")
        samples = self._samples(X, y, sample_weight, reset=first)
        if first:
            self._learn_targets(samples)
        return self._fit_an_epoch(samples, plan)

    def predict(self, X: Matrix) -> FloatArray:
        """Return the predicted targets, `(n_samples,)` or `(n_samples, n_outputs)`."""
        outputs = self._outputs(X)
        predicted = outputs * self.target_scale_ + self.target_mean_
        return predicted[:, 0] if predicted.shape[1] == 1 else predicted

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    @property
    def _output(self) -> Output:
        return SquaredError()

    def _checked(self, X: Matrix, y: ArrayLike, *, reset: bool) -> tuple[FloatArray, NDArray[Any]]:
        checked, given = checked_X_y(self, X, y, reset=reset, multi_output=True, y_numeric=True)
        targets = column_or_1d(given, warn=True) if given.ndim == 2 and given.shape[1] == 1 else given
        n_outputs = 1 if targets.ndim == 1 else targets.shape[1]
        if not reset and n_outputs != len(self.target_mean_):
            raise InvalidValueError(f"y must have {len(self.target_mean_)} columns as before, got {n_outputs}")
        return checked, targets

    def _learn_targets(self, samples: Samples) -> None:
        samples = samples.counting()
        columns = samples.y.reshape(len(samples.y), -1).astype(np.float64)
        self.target_mean_, self.target_scale_ = np.zeros(columns.shape[1]), np.ones(columns.shape[1])
        if not self.normalize_y:
            return
        self.target_mean_ = np.average(columns, axis=0, weights=samples.weights)
        spread = np.sqrt(np.average(np.square(columns - self.target_mean_), axis=0, weights=samples.weights))
        self.target_scale_ = np.where(np.ptp(columns, axis=0) > 0, spread, 1.0)  # rounding spreads equal values

    def _targets(self, y: NDArray[Any]) -> FloatArray:
        return (y.reshape(len(y), -1) - self.target_mean_) / self.target_scale_
