"""Optimizers: as values, going on, and against scikit-learn and PyTorch on the same batches."""

import copy
import pickle

import numpy as np
import pytest
from attrs import frozen

from nnl2 import (
    L2,
    SGD,
    Adam,
    Clip,
    Dataset,
    InvalidTypeError,
    InvalidValueError,
    Momentum,
    Nesterov,
    NeuralNetwork,
    NoRegularization,
    Optimizer,
    Regularizer,
    SquaredError,
    WeightDecay,
    translate,
)

OPTIMIZERS = [
    SGD(),
    Momentum(),
    Momentum(0.5),
    Nesterov(),
    Adam(),
    Adam(0.8, 0.99, epsilon=1e-6),
    Clip(Adam(), 0.1),
]
each_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
SIZES = (4, 5, 3)
EPOCHS, BATCH_SIZE, LEARNING_RATE = 50, 8, 0.01


def items(n_items):
    """Return items of three classes that a small network can learn in part."""
    rng = np.random.default_rng(3)
    inputs = rng.normal(size=(n_items, 4))
    labels = (inputs[:, 0] + rng.normal(size=n_items) > 0).astype(int) + (inputs[:, 1] > 0.5)
    return Dataset.from_labels(inputs, labels)


def trained(optimizer, data, regularizer=NoRegularization(), bias_regularizer=NoRegularization()):
    """Return the weights after 50 epochs over the items as they stand, and the network as it began."""
    network = NeuralNetwork(
        *SIZES, seed=1, optimizer=optimizer, regularizer=regularizer, bias_regularizer=bias_regularizer
    )
    begun = copy.copy(network)
    network.train(data, epochs=EPOCHS, learning_rate=LEARNING_RATE, batch_size=BATCH_SIZE, orders="fixed")
    return network.weights, begun


@each_optimizer
def test_an_optimizer_is_a_value(optimizer):
    for again in (copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer)), eval(repr(optimizer))):  # noqa: S301, S307
        assert again == optimizer
        assert hash(again) == hash(optimizer)
    assert len({*OPTIMIZERS, *copy.deepcopy(OPTIMIZERS)}) == len(OPTIMIZERS)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Momentum(1), InvalidValueError, r"Momentum.momentum must be a finite number in \[0, 1\), got 1"),
        (lambda: Nesterov("a"), InvalidTypeError, r"Nesterov.momentum must be a finite number in .*, got 'a'"),
        (lambda: Adam(beta2=-0.1), InvalidValueError, r"Adam.beta2 must be a finite number in \[0, 1\), got -0.1"),
        (lambda: Adam(epsilon=0), InvalidValueError, "Adam.epsilon must be a finite number > 0, got 0"),
        (lambda: Adam(beta=0.9), InvalidTypeError, r"it is made as Adam\(beta1=..., beta2=..., epsilon=...\)"),
        (
            lambda: Clip("adam"),
            InvalidTypeError,
            r"Clip.optimizer must be SGD\(\) or another Optimizer, got 'adam'",
        ),
        (lambda: Clip(norm=0), InvalidValueError, "Clip.norm must be a finite number > 0, got 0"),
        (lambda: SGD(0.1), InvalidTypeError, r"SGD: too many positional arguments; it is made as SGD\(\)"),
    ],
)
def test_a_mistaken_value_is_one_clear_line(make, error, message):
    with pytest.raises(error, match=message):
        make()


@each_optimizer
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_going_on_is_training_at_once(optimizer, dtype):
    data = items(30)
    at_once, in_two = (NeuralNetwork(*SIZES, seed=1, optimizer=optimizer, dtype=dtype) for _ in range(2))
    for network, epochs in ((at_once, 7), (in_two, 3), (in_two, 4)):
        network.train(data, epochs=epochs, learning_rate=LEARNING_RATE, batch_size=BATCH_SIZE)
    assert np.array_equal(at_once.weights, in_two.weights)
    assert np.array_equal(at_once.state.memory, in_two.state.memory)


def test_without_momentum_it_is_plain_gradient_descent():
    data = items(30)
    plain, _ = trained(SGD(), data)
    for optimizer in (Momentum(0), Nesterov(0)):
        assert np.array_equal(trained(optimizer, data)[0], plain)


def test_clipping_shortens_what_is_longer_and_leaves_the_rest():
    data = items(30)
    for optimizer in (SGD(), Adam()):
        assert np.array_equal(trained(Clip(optimizer, 1e6), data)[0], trained(optimizer, data)[0])
    network = NeuralNetwork(*SIZES, seed=1, optimizer=Clip(norm=0.01))
    before = network.layers
    network.train(data, epochs=1, learning_rate=2, batch_size=30)
    for old, new in zip(before, network.layers, strict=True):
        for one, other in zip(old, new, strict=True):
            assert np.isclose(np.linalg.norm(other - one), 2 * 0.01, rtol=1e-12)


def test_weight_decay_is_l2_under_gradient_descent_and_another_thing_under_the_others():
    data = items(30)
    for optimizer in (SGD(), Momentum(), Nesterov(), Adam()):
        by_l2, _ = trained(optimizer, data, L2(0.05))
        by_decay, _ = trained(optimizer, data, WeightDecay(0.05 * LEARNING_RATE))
        assert np.allclose(by_l2, by_decay, rtol=0, atol=1e-12) == (optimizer == SGD())


# Others compute the same sums in another order: 200 updates then differ by 3e-15 at most.
TOLERANCE = 1e-12

SCIKIT_LEARN = [
    (Momentum(), {"solver": "sgd", "momentum": 0.9, "nesterovs_momentum": False}),
    (Momentum(0.5), {"solver": "sgd", "momentum": 0.5, "nesterovs_momentum": False}),
    (Nesterov(), {"solver": "sgd", "momentum": 0.9, "nesterovs_momentum": True}),
    (Adam(), {"solver": "adam"}),
    (Adam(0.8, 0.99, 1e-4), {"solver": "adam", "beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-4}),
]


@pytest.mark.parametrize(("optimizer", "theirs"), SCIKIT_LEARN, ids=str)
@frozen
class Alpha(Regularizer):
    """scikit-learn's L2: divided by the size of the batch at hand, the last of which may be smaller."""

    alpha: float = 0.0

    def gradient(self, weights, step):
        return self.alpha / step.batch_size * weights


@pytest.mark.parametrize(("optimizer", "theirs"), SCIKIT_LEARN, ids=str)
@pytest.mark.parametrize(
    ("n_items", "alpha", "regularizer"),
    [
        (30, 0.0, NoRegularization()),
        (32, 0.0, NoRegularization()),
        (32, 0.4, translate("sklearn alpha", 0.4, batch_size=BATCH_SIZE, n_items=32).regularizer),
        (30, 0.4, Alpha(0.4)),
    ],
)
def test_it_learns_what_scikit_learn_learns(optimizer, theirs, n_items, alpha, regularizer):
    """With alpha and a ragged last batch no strength of L2 does, but a regularizer of one's own."""
    from sklearn.neural_network import MLPClassifier

    data = items(n_items)
    ours, begun = trained(optimizer, data, regularizer)
    model = MLPClassifier(
        SIZES[1:-1], activation="tanh", alpha=alpha, batch_size=BATCH_SIZE, learning_rate_init=LEARNING_RATE,
        shuffle=False, random_state=0, **theirs,
    )  # fmt: skip
    model.partial_fit(data.inputs, data.labels, classes=[0, 1, 2])  # makes the arrays that are filled here
    for weights, biases, layer in zip(model.coefs_, model.intercepts_, begun.layers, strict=True):
        weights[...], biases[...] = layer
    del model._optimizer  # noqa: SLF001 (its memory begins anew)
    for _ in range(EPOCHS):
        model.partial_fit(data.inputs, data.labels)
    both = zip(model.coefs_, model.intercepts_, strict=True)
    by_them = np.concatenate([array.ravel() for layer in both for array in layer])
    np.testing.assert_allclose(ours, by_them, rtol=0, atol=TOLERANCE)
    assert np.abs(ours - begun.weights).max() > 0.1


TINY = 1e-30
"""PyTorch adds epsilon after the running means are corrected; where it is as small as this, that is the same."""

PYTORCH = [
    (SGD(), "SGD", {}),
    (Momentum(), "SGD", {"momentum": 0.9}),
    (Nesterov(), "SGD", {"momentum": 0.9, "nesterov": True}),
    (Adam(epsilon=TINY), "Adam", {"eps": TINY}),
    (Adam(epsilon=TINY), "AdamW", {"eps": TINY}),
]


@pytest.mark.parametrize(("optimizer", "name", "theirs"), PYTORCH, ids=str)
@pytest.mark.parametrize("weight_decay", [0.0, 0.05])
def test_it_learns_what_pytorch_learns(optimizer, name, theirs, weight_decay):
    """PyTorch's weight decay is L2, of biases too; that of AdamW is constant decay times the learning rate."""
    torch = pytest.importorskip("torch")
    data = items(30)
    found = translate(f"torch.{name} weight_decay", weight_decay, learning_rate=LEARNING_RATE)
    ours, begun = trained(optimizer, data, found.regularizer, found.bias_regularizer)
    parameters = [
        torch.tensor(array.copy(), dtype=torch.float64, requires_grad=True)
        for layer in begun.layers
        for array in layer
    ]
    optimize = getattr(torch.optim, name)(parameters, lr=LEARNING_RATE, weight_decay=weight_decay, **theirs)
    inputs, labels = torch.tensor(data.inputs.copy()), torch.tensor(data.labels.copy())
    for _ in range(EPOCHS):
        for first in range(0, data.n_items, BATCH_SIZE):
            some = slice(first, first + BATCH_SIZE)
            weights1, biases1, weights2, biases2 = parameters
            sums = torch.tanh(inputs[some] @ weights1 + biases1) @ weights2 + biases2
            optimize.zero_grad()
            torch.nn.functional.cross_entropy(sums, labels[some]).backward()
            optimize.step()
    by_them = np.concatenate([each.detach().numpy().ravel() for each in parameters])
    np.testing.assert_allclose(ours, by_them, rtol=0, atol=TOLERANCE)


def test_every_optimizer_of_ours_is_tried():
    assert {type(each) for each in OPTIMIZERS} == {
        each for each in Optimizer.__subclasses__() if each.__module__.startswith("nnl2.optimizers.")
    }


# PyTorch's update of weights w by their gradient g, as its documentation has it; `kept` begins empty, t with 1.


def torch_sgd(w, g, kept, t, weight_decay, *, momentum=0.0, nesterov=False):
    g = g + weight_decay * w
    if momentum:
        kept["b"] = momentum * kept["b"] + g if t > 1 else g
        g = g + momentum * kept["b"] if nesterov else kept["b"]
    return w - LEARNING_RATE * g


def torch_adam(w, g, kept, t, weight_decay, *, decoupled=False, betas=(0.9, 0.999), epsilon=TINY):
    if decoupled:
        w = w - LEARNING_RATE * weight_decay * w
    else:
        g = g + weight_decay * w
    for name, beta, number in (("m", betas[0], g), ("v", betas[1], g**2)):
        kept[name] = beta * kept.get(name, 0.0) + (1 - beta) * number
    mean, square = (kept[name] / (1 - beta**t) for name, beta in zip("mv", betas, strict=True))
    return w - LEARNING_RATE * mean / (np.sqrt(square) + epsilon)


@pytest.mark.parametrize(
    ("optimizer", "theirs", "settings"),
    [
        (SGD(), torch_sgd, {}),
        (Momentum(), torch_sgd, {"momentum": 0.9}),
        (Nesterov(), torch_sgd, {"momentum": 0.9, "nesterov": True}),
        (Adam(epsilon=TINY), torch_adam, {}),
        (Adam(0.8, 0.99, TINY), torch_adam, {"betas": (0.8, 0.99)}),
        (Adam(epsilon=TINY), torch_adam, {"decoupled": True}),
    ],
    ids=str,
)
@pytest.mark.parametrize("weight_decay", [0.0, 0.05])
def test_it_learns_what_pytorchs_documentation_says(optimizer, theirs, settings, weight_decay):
    """One weight, one item: a network without hidden layer whose gradient is written out."""
    data = Dataset([[1.5]], [[0.7]])
    shrinks = WeightDecay(LEARNING_RATE * weight_decay) if "decoupled" in settings else L2(weight_decay)
    network = NeuralNetwork(
        1, 1, output=SquaredError(), initial=[0.3, 0.1], optimizer=optimizer, regularizer=shrinks,
        bias_regularizer=shrinks,
    )  # fmt: skip
    network.train(data, epochs=200, learning_rate=LEARNING_RATE)
    numbers, kept = np.array([0.3, 0.1]), {}
    for t in range(1, 201):
        gradient = (numbers @ [1.5, 1.0] - 0.7) * np.array([1.5, 1.0])
        numbers = theirs(numbers, gradient, kept, t, weight_decay, **settings)
    np.testing.assert_allclose(network.weights, numbers, rtol=0, atol=TOLERANCE)
