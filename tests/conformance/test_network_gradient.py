"""The update of a whole network goes down the slope of its error and penalties, online and in batches."""

from itertools import pairwise

import numpy as np
import pytest
from attrs import frozen

from nnl2 import (
    L1,
    L2,
    ArticleSquaredError,
    Dataset,
    Dropout,
    NeuralNetwork,
    NoRegularization,
    Regularizer,
    ReLU,
    Sigmoid,
    SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
    SoftmaxSquaredError,
    Step,
    Tanh,
    WeightDecay,
)

ACTIVATIONS = {
    Tanh(): np.tanh,
    Sigmoid(): lambda s: 1 / (1 + np.exp(-s)),
    ReLU(): lambda s: np.where(s > 0, s, 0.0),
}


@frozen
class MaskedWeights(Regularizer):
    """A third of the weights are left out, the others are smaller or larger."""

    def mask_weights(self, shape, rng):
        return np.maximum(3 * rng.random(shape) - 1, 0)


REGULARIZERS = [
    NoRegularization(),
    L2(0.3),
    L1(0.2),
    L2(0.3) + L1(0.2),
    Dropout(rate=0.4),
    L2(0.3) + Dropout(rate=0.4),
    MaskedWeights(),
    MaskedWeights() + L2(0.3) + Dropout(rate=0.4) + MaskedWeights(),
]
SIZES = (3, 5, 4, 3)


def softmax(sums):
    exponentials = np.exp(sums)
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def mean_error(output, sums, targets):
    """Return each output function's error, written from its definition."""
    if isinstance(output, SigmoidCrossEntropy):
        o = 1 / (1 + np.exp(-sums))
        return -(targets * np.log(o) + (1 - targets) * np.log(1 - o)).sum(axis=1).mean()
    o = softmax(sums)
    if isinstance(output, SoftmaxCrossEntropy):
        return -(targets * np.log(o)).sum(axis=1).mean()
    return ((targets - o) ** 2).sum(axis=1).mean() / 2


def objective(network, parameters, data, masks, factors):
    """Return error plus penalties of a network with these parameters and fixed noise."""
    activation = ACTIVATIONS[network.spec.hidden]
    step = Step(1, 1, 1.0, data.n_items, data.n_items)
    penalty, outputs, position = 0.0, data.inputs, 0
    for layer, (n_in, n_out) in enumerate(pairwise(SIZES)):
        weights = parameters[position : position + n_in * n_out].reshape(n_in, n_out)
        position += n_in * n_out
        biases = parameters[position : position + n_out]
        position += n_out
        penalty += network.spec.regularizer.penalty(weights, step)
        penalty += network.spec.bias_regularizer.penalty(biases[np.newaxis], step)
        outputs = outputs @ (weights * factors[layer]) + biases
        if layer < len(masks):
            outputs = activation(outputs) * masks[layer]
    return mean_error(network.spec.output, outputs, data.targets) + penalty


def noise_to_come(network, n_items):
    """Return the factors that the network's next update will draw: of hidden outputs, and of weights.

    In each layer every part that adds noise has its own stream; the last layer's has no use for masks.
    """
    streams = iter(network.state.noise_streams)
    masks = [np.ones((n_items, units)) for units in SIZES[1:-1]]
    factors = [np.ones(shape) for shape in pairwise(SIZES)]
    for layer, shape in enumerate(pairwise(SIZES)):
        for part in network.spec.regularizer.parts:
            if not (part.answers("mask") or part.answers("mask_weights")):
                continue
            rng = np.random.Generator(np.random.PCG64(0))
            rng.bit_generator.state = next(streams)
            if part.answers("mask") and layer < len(masks):
                masks[layer] *= part.mask((n_items, shape[1]), rng)
            if part.answers("mask_weights"):
                factors[layer] *= part.mask_weights((1, *shape), rng)[0]
    return masks, factors


def slopes(function, parameters, h=1e-6):
    result = np.empty_like(parameters)
    for position in range(len(parameters)):
        moved = parameters.copy()
        moved[position] += h
        above = function(moved)
        moved[position] -= 2 * h
        result[position] = (above - function(moved)) / (2 * h)
    return result


def data_of(n_items):
    rng = np.random.default_rng(n_items)
    return Dataset(rng.normal(size=(n_items, 3)), rng.dirichlet([1, 1, 1], size=n_items))


def network_of(regularizer, hidden, output):
    rng = np.random.default_rng(8)
    parameters = rng.uniform(0.1, 1, size=59) * rng.choice([-1, 1], size=59)
    return NeuralNetwork(
        *SIZES,
        regularizer=regularizer,
        bias_regularizer=L2(0.1),
        hidden=hidden,
        output=output,
        initial=parameters,
        seed=3,
    )


def update_and_slopes(network, n_items):
    """Return what one update over all items takes away at learning rate 1, and what it should."""
    data = data_of(n_items)
    before = network.weights
    noise = noise_to_come(network, n_items)
    expected = slopes(lambda parameters: objective(network, parameters, data, *noise), before.copy())
    network.train(data, epochs=1, learning_rate=1.0, batch_size=n_items, orders=[range(n_items)])
    return before - network.weights, expected


@pytest.mark.parametrize("n_items", [1, 6, 30], ids=["one item", "a small batch", "a batch"])
@pytest.mark.parametrize("regularizer", REGULARIZERS, ids=repr)
@pytest.mark.parametrize("output", [SoftmaxCrossEntropy(), SigmoidCrossEntropy(), SoftmaxSquaredError()], ids=repr)
@pytest.mark.parametrize("hidden", ACTIVATIONS, ids=repr)
def test_an_update_is_the_slope_of_error_and_penalties(hidden, output, regularizer, n_items):
    update, expected = update_and_slopes(network_of(regularizer, hidden, output), n_items)
    # central differences with h = 1e-6 of a function near 5 are exact to about 1e-9
    assert update == pytest.approx(expected, rel=1e-6, abs=1e-8)


def asymmetry(output):
    """Return how far the signal's Jacobian is from symmetric: only a symmetric one belongs to a gradient."""
    rng = np.random.default_rng(2)
    sums, targets, h = rng.normal(size=(1, 4)), np.eye(4)[:1], 1e-6
    jacobian = np.empty((4, 4))
    for unit in range(4):
        moved = [output.signal(output.outputs(sums + side * h * np.eye(4)[[unit]]), targets) for side in (1, -1)]
        jacobian[unit] = (moved[0] - moved[1])[0] / (2 * h)
    return np.abs(jacobian - jacobian.T).max()


@pytest.mark.parametrize("output", [SoftmaxCrossEntropy(), SigmoidCrossEntropy(), SoftmaxSquaredError()], ids=repr)
def test_a_signal_that_belongs_to_an_error_has_a_symmetric_jacobian(output):
    assert asymmetry(output) < 1e-8


def test_the_articles_signal_is_the_gradient_of_no_function():
    assert asymmetry(ArticleSquaredError()) > 0.01


def test_the_gradient_check_fails_on_the_articles_signal():
    update, expected = update_and_slopes(network_of(NoRegularization(), Tanh(), ArticleSquaredError()), 1)
    ratio = update[-3:] / expected[-3:]
    assert np.ptp(ratio) > 0.1  # no factor makes them agree either


def test_the_articles_signal_is_its_formula():
    outputs, targets = np.array([[0.2, 0.7, 0.1]]), np.array([[0.0, 1.0, 0.0]])
    signal = ArticleSquaredError().signal(outputs, targets)
    assert signal.ravel().tolist() == [
        (1 - o) * o * (o - t) for o, t in zip([0.2, 0.7, 0.1], [0, 1, 0], strict=True)
    ]


@frozen
class Shrink(Regularizer):
    """Weights are halved after the update, and the inputs doubled before it."""

    def constrain(self, weights, step):
        return weights / 2

    def augment(self, inputs, targets, rng):
        return 2 * inputs, targets


@pytest.mark.parametrize("n_items", [1, 6])
def test_one_update_asks_in_the_documented_order(n_items):
    regularizer = Shrink() + WeightDecay(0.25) + L2(0.5)
    data = data_of(n_items)
    doubled = Dataset(2 * data.inputs, data.targets)
    plain = network_of(NoRegularization(), Tanh(), SoftmaxCrossEntropy())
    old = plain.layers
    settings = {"epochs": 1, "learning_rate": 0.1, "batch_size": n_items, "orders": [range(n_items)]}
    plain.train(doubled, **settings)
    network = network_of(regularizer, Tanh(), SoftmaxCrossEntropy())
    network.train(data, **settings)
    for before, without, after in zip(old, plain.layers, network.layers, strict=True):
        step = without.weights - before.weights - 0.1 * 0.5 * before.weights
        assert after.weights == pytest.approx((0.75 * before.weights + step) / 2, rel=1e-12)
        assert np.array_equal(after.biases, without.biases)
