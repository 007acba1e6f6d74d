"""`NeuralNetworkClassifier`: softmax outputs with cross-entropy, for labels of any kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.multiclass import check_classification_targets

from nnl2.comparison.recipe import BATCH_SIZE, EPOCHS
from nnl2.errors import InvalidValueError
from nnl2.estimators.base import NeuralNetworkEstimator
from nnl2.estimators.plan import Plan
from nnl2.estimators.samples import (
    checked_X_y,
    labels_of,
    numbers_among,
    plain_labels,
    refuse_one_hot_and_mixed,
    shown_labels,
)
from nnl2.outputs import Output, SoftmaxCrossEntropy

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from nnl2.activations import Activation
    from nnl2.estimators.samples import FloatArray, Matrix, Samples
    from nnl2.optimizers import Optimizer
    from nnl2.regularizers import Regularizer


class NeuralNetworkClassifier(ClassifierMixin, NeuralNetworkEstimator):  # type: ignore[misc]  # see its base
    """A neural network with any regularizer, as a scikit-learn classifier; left alone, as `nnl2.compare` trains.

    X should be standardised, as by a StandardScaler before it in a pipeline.

    Parameters
    ----------
    hidden_layer_sizes
        The numbers of hidden units; () is no hidden layer. By default one layer of 8 units, or of the geometric
        mean of features and classes where that is more.
    regularizer
        A Regularizer, its text such as "l2:0.01+dropout:0.2", or a sequence with one for each layer of weights;
        None for none. Its fields are parameters, `regularizer__strength`, of a sum `regularizer__l2__strength`.
        One that stops training early watches `validation_data` of fit, or a share of the samples.
    activation
        "tanh", "relu", "sigmoid", or an Activation.
    optimizer
        An Optimizer or its text, such as "adam"; its fields are parameters, as `optimizer__beta1`.
    learning_rate
        A number > 0, or a function of the epoch, counted from 1. By default what suits the optimizer: 0.2 for SGD,
        0.2 (1 - momentum) for Momentum and Nesterov, 0.01 for Adam.
    batch_size
        The samples of one update; a full batch where it is n_samples or more, 1 is online training.
    max_epochs
        How often every sample is visited.
    validation_fraction
        The share of the samples, in (0, 1), of each class alike, that is held out where a regularizer stops
        training early and fit is given no validation_data.
    warm_start
        Whether fit goes on where the last call stopped.
    class_weight
        How much each class counts: a mapping of labels to numbers, "balanced", or None for all alike.
    random_state
        The seed, a RandomState, or None. The first network is `NeuralNetwork(..., seed=random_state)`.
    n_networks
        Networks of different seeds, whose probabilities are averaged.
    n_jobs
        Threads that train them; None is 1, -1 one on each processor.
    verbose
        Whether the loss is told on stderr, about ten times in a run.

    Attributes
    ----------
    classes_
        The labels, sorted.
    networks_, histories_
        The NeuralNetworks, and the History of each in the last call of fit or partial_fit.
    coefs_, intercepts_, n_iter_, loss_curve_, validation_curve_
        Of the first network: weights and biases of each layer; epochs trained; loss, without penalties, over the
        training and over the validation samples after each epoch (after every so many where measuring is costly).
    n_features_in_, feature_names_in_
        Of X.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from nnl2 import NeuralNetworkClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> model = NeuralNetworkClassifier(regularizer="l2:0.001", random_state=0).fit(X - X.mean(axis=0), y)
    >>> model.predict_proba(X[:1] - X.mean(axis=0)).round(2)
    array([[0.99, 0.01, 0.  ]])
    """

    classes_: NDArray[Any]

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
        class_weight: Mapping[Hashable, float] | str | None = None,
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
        self.class_weight = class_weight

    def partial_fit(
        self,
        X: Matrix,
        y: ArrayLike,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Train for one epoch on these samples, going on where the last call stopped.

        Parameters
        ----------
        X, y, sample_weight
            As in `fit`; class_weight="balanced", which needs all samples, is refused.
        classes
            All labels there will be; needed in the first call.
        """
        if self.class_weight == "balanced":
            raise InvalidValueError(
                "class_weight='balanced' needs all samples at once, which partial_fit does not see; give a map "
                "of labels to numbers"
            )
        plan, first = Plan.of(self.get_params(deep=False)), not hasattr(self, "networks_")
        known = self._classes_of_all_calls(classes, first=first)
        samples = self._samples(X, y, sample_weight, reset=first)
        self.classes_ = known
        return self._fit_an_epoch(samples, plan)

    def _classes_of_all_calls(self, classes: ArrayLike | None, *, first: bool) -> NDArray[Any]:
        if classes is None:
            if first:
                raise InvalidValueError("classes must be passed on the first call to partial_fit")
            return self.classes_
        known, _ = labels_of(np.asarray(classes))
        if not first and not np.array_equal(known, self.classes_):
            raise InvalidValueError(
                f"classes must stay {shown_labels(self.classes_)} in each call to partial_fit, got "
                f"{shown_labels(known)}"
            )
        return known

    def predict_proba(self, X: Matrix) -> FloatArray:
        """Return the probability of each class, `(n_samples, n_classes)`, in the order of classes_."""
        return self._outputs(X)

    def predict(self, X: Matrix) -> NDArray[Any]:
        """Return the label of the most probable class of each sample, `(n_samples,)`."""
        likeliest = np.argmax(self.predict_proba(X), axis=1)
        return self.classes_[likeliest]

    @property
    def _output(self) -> Output:
        return SoftmaxCrossEntropy()

    def _checked(self, X: Matrix, y: ArrayLike, *, reset: bool) -> tuple[FloatArray, NDArray[Any]]:
        refuse_one_hot_and_mixed(y)
        checked, labels = checked_X_y(self, X, plain_labels(y), reset=reset)
        check_classification_targets(labels)
        return checked, labels

    def _learn_targets(self, samples: Samples) -> None:
        classes, numbers = labels_of(samples.y)
        if len(classes) < 2:
            raise InvalidValueError(
                f"{type(self).__name__} needs samples of at least 2 classes, but y has only one class: "
                f"{shown_labels(classes)}"
            )
        weightless = np.bincount(numbers, samples.weights) == 0
        if weightless.any():
            raise InvalidValueError(
                f"sample_weight must be above 0 for some sample of each class, but is 0 for all of "
                f"{shown_labels(classes[weightless])}; leave these samples out"
            )
        self.classes_ = classes

    def _weighing(self, samples: Samples) -> Callable[[Samples], Samples]:
        """Return what multiplies weights by those of the classes."""
        if self.class_weight is None:
            return super()._weighing(samples)
        of_classes = compute_class_weight(
            self.class_weight, classes=self.classes_, y=samples.y, sample_weight=samples.weights
        )
        wrong = np.flatnonzero(~(np.isfinite(of_classes) & (of_classes > 0)))
        if wrong.size:
            raise InvalidValueError(
                f"class_weight must be finite and above 0 for each class, got {of_classes[wrong[0]]:g} for "
                f"{shown_labels(self.classes_[wrong[:1]])}; leave out the samples of a class that shall not count"
            )

        def weighed(samples: Samples) -> Samples:
            weights = of_classes[numbers_among(self.classes_, samples.y)]
            return samples._replace(weights=weights if samples.weights is None else weights * samples.weights)

        return weighed

    def _strata(self, y: NDArray[Any]) -> NDArray[Any] | None:
        return y

    def _targets(self, y: NDArray[Any]) -> FloatArray:
        """Return one-hot targets."""
        return np.eye(len(self.classes_))[numbers_among(self.classes_, y)]
