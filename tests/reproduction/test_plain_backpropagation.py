"""Without a regularizer, training is plain back-propagation bit for bit."""

import numpy as np
import pytest

from nnl2 import NeuralNetwork, SigmoidCrossEntropy, Uniform, make_data

ORDERS = np.array([np.random.default_rng(epoch).permutation(20) for epoch in range(3)])


def in_order(bias, terms, *, bias_first):
    """Return the sum of the bias and the terms, added one after the other."""
    terms = [bias, *terms] if bias_first else [*terms, bias]
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def plain_backpropagation(weights, data, orders, learning_rate):
    """Train one 10-8-4 network with loops over its units, softmax and cross-entropy."""
    w1, b1, w2, b2 = (piece.copy() for piece in np.split(weights, [80, 88, 120]))
    w1, w2 = w1.reshape(10, 8), w2.reshape(8, 4)
    for item in orders.ravel():
        x, t = data.inputs[item], data.targets[item]
        h = np.tanh([in_order(b1[j], [x[i] * w1[i, j] for i in range(10)], bias_first=True) for j in range(8)])
        s = np.array([in_order(b2[k], [h[j] * w2[j, k] for j in range(8)], bias_first=False) for k in range(4)])
        e = np.exp(s - s.max())
        o = e / in_order(e[0], e[1:], bias_first=True)
        output_signals = -learning_rate * (o - t)  # from here on, all is a change of weights
        sums = [
            in_order(w2[j, 0] * output_signals[0], w2[j, 1:] * output_signals[1:], bias_first=True)
            for j in range(8)
        ]
        hidden_signals = sums * (1 - h * h)
        for j in range(8):
            for k in range(4):
                w2[j, k] += h[j] * output_signals[k]
        b2 += output_signals
        for i in range(10):
            for j in range(8):
                w1[i, j] += x[i] * hidden_signals[j]
        b1 += hidden_signals
    return np.concatenate([w1.ravel(), b1, w2.ravel(), b2])


def test_online_training_is_plain_backpropagation():
    data = make_data(20)
    network = NeuralNetwork(10, 8, 4, initial=Uniform(0.1), seed=5)
    expected = plain_backpropagation(network.weights, data, ORDERS, 0.05)
    network.train(data, epochs=3, learning_rate=0.05, orders=ORDERS)
    assert np.array_equal(network.weights, expected)


@pytest.mark.parametrize("batch_size", [3, 7, 20])
def test_batch_training_follows_the_mean_gradient_of_each_batch(batch_size):
    data = make_data(20)
    network = NeuralNetwork(10, 6, 4, output=SigmoidCrossEntropy(), seed=5)
    (w1, b1), (w2, b2) = [(layer.weights.copy(), layer.biases.copy()) for layer in network.layers]
    for order in ORDERS:
        for start in range(0, 20, batch_size):
            items = order[start : start + batch_size]
            x, t = data.inputs[items], data.targets[items]
            h = np.tanh(x @ w1 + b1)
            signals = (1 / (1 + np.exp(-(h @ w2 + b2))) - t) / len(items)
            hidden_signals = (signals @ w2.T) * (1 - h * h)
            w2, b2 = w2 - 0.3 * h.T @ signals, b2 - 0.3 * signals.sum(axis=0)
            w1, b1 = w1 - 0.3 * x.T @ hidden_signals, b1 - 0.3 * hidden_signals.sum(axis=0)
    network.train(data, epochs=3, learning_rate=0.3, batch_size=batch_size, orders=ORDERS)
    expected = np.concatenate([w1.ravel(), b1, w2.ravel(), b2])
    # matrix products may add in another order
    assert network.weights == pytest.approx(expected, rel=1e-12, abs=1e-14)
