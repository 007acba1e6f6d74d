"""The built-in optimizers: traced, and the same bits from both engines."""

import numpy as np
import pytest

from nnl2 import L1, L2, SGD, Adam, Clip, Dataset, Dropout, Momentum, Nesterov, NeuralNetwork, WeightDecay
from nnl2.engine.questions import Questions
from nnl2.regularizers import Step

OPTIMIZERS = [SGD(), Momentum(), Nesterov(0.8), Adam(), Adam(0.5, 0.9, epsilon=1e-3)]
each_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
CLIPPING = [Clip(norm=0.1), Clip(Adam(), norm=0.01)]
"""Traced anew for each shape, because a norm looks at all numbers at once."""


def items(n_inputs):
    rng = np.random.default_rng(2)
    return Dataset.from_labels(rng.normal(size=(25, n_inputs)), rng.integers(3, size=25), classes=[0, 1, 2])


@pytest.mark.parametrize("optimizer", [*OPTIMIZERS, *CLIPPING], ids=repr)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    ("sizes", "batch_size"),
    [((4, 3), 25), ((5, 13, 3), 1), ((5, 13, 3), 7), ((4, 9, 5, 6, 3), 7), ((1, 1, 3), 1)],
    ids=repr,
)
def test_kernel_and_plain_give_the_same_bits(optimizer, dtype, sizes, batch_size, same_bits):
    regularizer = L2(0.01) + L1(0.001) + WeightDecay(0.001) + (Dropout(rate=0.2) if len(sizes) > 2 else L2(0))
    same_bits(
        lambda: NeuralNetwork(*sizes, seed=1, dtype=dtype, optimizer=optimizer, regularizer=regularizer),
        items(sizes[0]),
        batch_size=batch_size,
        epochs=4,
    )


@each_optimizer
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_an_optimizer_is_traced_once_for_a_whole_run(optimizer, dtype):
    network = NeuralNetwork(4, 5, 3, seed=1, optimizer=optimizer, dtype=dtype)
    spec = network.spec
    layout, memory = spec.architecture.memory(optimizer, network.weights)
    noted = {}
    questions = Questions(spec.architecture, spec.regularizers, optimizer, noted)
    for epoch in (1, 2, 900):
        questions.schedule(network.weights, layout.of(memory), [Step(epoch, 1000, 1 / epoch, 4, 12)])
    assert not questions.reasons
    assert [len(kept) for kept in noted.values()] == [1]
