"""Without a regularizer, training is plain back-propagation bit for bit."""

import numpy as np
import pytest

from nnl2 import NeuralNetwork, ReLU, Sigmoid, SigmoidCrossEntropy, SoftmaxCrossEntropy, Tanh, Uniform, make_data
from nnl2.elementary import exp, tanh

ORDERS = np.array([np.random.default_rng(epoch).permutation(20) for epoch in range(3)])
DATA = make_data(20)


def in_order(terms):
    """Return the sum of the terms, added one after the other."""
    first, *others = terms
    for term in others:
        first = first + term
    return first


def sigmoid(s):
    return 1 / (1 + exp(-s))


def softmax(s):
    e = exp(s - s.max())
    return e / in_order(e)


HIDDEN = {
    Tanh(): (tanh, lambda h: 1 - h * h),
    Sigmoid(): (sigmoid, lambda h: h * (1 - h)),
    ReLU(): (lambda s: np.where(s > 0, s, 0.0), lambda h: np.where(h > 0, 1.0, 0.0)),
}
OUTPUT = {SoftmaxCrossEntropy(): softmax, SigmoidCrossEntropy(): sigmoid}


def plain_backpropagation(weights, hidden, output, batch_size, learning_rate):
    """Train one 10-8-4 network with loops over its units; every sum runs in the order of its index."""
    f, slope = HIDDEN[hidden]
    w1, b1, w2, b2 = (piece.copy() for piece in np.split(weights, [80, 88, 120]))
    w1, w2 = w1.reshape(10, 8), w2.reshape(8, 4)
    for order in ORDERS:
        for start in range(0, 20, batch_size):
            batch = order[start : start + batch_size]
            w1_terms, b1_terms, w2_terms, b2_terms = [], [], [], []
            for x, t in zip(DATA.inputs[batch], DATA.targets[batch], strict=True):
                h = f(np.array([in_order([b1[j], *(x[i] * w1[i, j] for i in range(10))]) for j in range(8)]))
                s = np.array([in_order([b2[k], *(h[j] * w2[j, k] for j in range(8))]) for k in range(4)])
                d = (OUTPUT[output](s) - t) * (1 / len(batch))
                back = np.array([in_order([d[k] * w2[j, k] for k in range(4)]) for j in range(8)]) * slope(h)
                w2_terms.append([[h[j] * d[k] for k in range(4)] for j in range(8)])
                b2_terms.append(d)
                w1_terms.append([[x[i] * back[j] for j in range(8)] for i in range(10)])
                b1_terms.append(back)
            w1 = w1 + -learning_rate * in_order(map(np.array, w1_terms))
            b1 = b1 + -learning_rate * in_order(b1_terms)
            w2 = w2 + -learning_rate * in_order(map(np.array, w2_terms))
            b2 = b2 + -learning_rate * in_order(b2_terms)
    return np.concatenate([w1.ravel(), b1, w2.ravel(), b2])


@pytest.mark.parametrize("batch_size", [1, 3, 7, 20])
@pytest.mark.parametrize("output", OUTPUT, ids=repr)
@pytest.mark.parametrize("hidden", HIDDEN, ids=repr)
def test_training_is_plain_backpropagation(hidden, output, batch_size):
    network = NeuralNetwork(10, 8, 4, hidden=hidden, output=output, initial=Uniform(0.1), seed=5)
    expected = plain_backpropagation(network.weights, hidden, output, batch_size, 0.05)
    network.train(DATA, epochs=3, learning_rate=0.05, batch_size=batch_size, orders=ORDERS)
    assert np.array_equal(network.weights, expected)
