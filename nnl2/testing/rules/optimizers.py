"""Rules about optimizers: what they remember, what they answer, where they lead, and what training makes of it."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from nnl2.engine.architecture import Place
from nnl2.engine.asking import Question
from nnl2.engine.questions import Questions
from nnl2.errors import ConformanceError, Nnl2Error, UnknownNameError, in_words
from nnl2.network import NeuralNetwork, train
from nnl2.notation import optimizer_to_text
from nnl2.optimizers import SGD, Optimizer
from nnl2.regularizers import Step
from nnl2.testing.asking import LATE, STEP, some_items, some_weights
from nnl2.testing.check import NotApplicable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnl2.optimizers.base import Memory

    FloatArray = NDArray[np.floating[Any]]

SHAPES = ((5, 3), (1, 3), (4, 1), (1, 1))
"""Weights, biases, and where an array of running numbers has the shape of the weights."""

DTYPES: tuple[np.dtype[np.floating[Any]], ...] = (np.dtype(np.float64), np.dtype(np.float32))

SETTINGS: dict[str, Any] = {"learning_rate": 0.01, "batch_size": 4}


def begin_with_arrays(optimizer: Optimizer) -> None:
    """Check that the memory can be laid out, and is the same whenever it is asked for."""
    _network(optimizer)
    for shape in SHAPES:
        first, again = (_begun(optimizer, some_weights(shape)) for _ in range(2))
        if not _same(first, again):
            raise ConformanceError("begin answers differently when asked again; answer from the weights alone")


def are_usable(optimizer: Optimizer) -> None:
    """Check types and shapes as training does, over several updates."""
    for shape in SHAPES:
        for dtype in DTYPES:
            gradient = some_weights(shape).astype(dtype)
            memory = tuple(array.astype(dtype) for array in _begun(optimizer, gradient))
            _update(optimizer, gradient, memory)  # where it fails, this tells how it is asked
            question = Question(optimizer, "update", Place(1, biases=False, start=0, shape=shape))
            arrays = [gradient, *memory]
            for _ in range(3):
                arrays[1:] = question.ask(arrays, STEP)[1:]


def leave_arguments_alone(optimizer: Optimizer) -> None:
    """Check that no array that is handed in comes out changed."""
    gradient = some_weights()
    memory = _begun(optimizer, gradient)
    given = copy.deepcopy((gradient, memory))
    _update(optimizer, *given)
    if not (np.array_equal(given[0], gradient) and _same(given[1], memory)):
        raise ConformanceError("update changes its argument; answer with new arrays")


def are_repeatable(optimizer: Optimizer) -> None:
    """Check that an answer does not depend on what was asked before."""
    gradient, fresh = some_weights(), copy.deepcopy(optimizer)
    memory = _begun(optimizer, gradient)
    first = _update(optimizer, gradient, memory)
    answers = [_update(optimizer, gradient, memory)]
    for other in (some_weights((1, 3)), 2 * gradient):
        _update(optimizer, other, _begun(optimizer, other), LATE)
    answers += [_update(who, gradient, memory) for who in (optimizer, fresh)]
    for again in answers:
        if not (np.array_equal(first[0], again[0]) and _same(first[1], again[1])):
            raise ConformanceError(
                "update answers differently when asked again: it keeps state or draws random numbers; "
                "what it must remember belongs into the memory that it answers"
            )


def are_finite(optimizer: Optimizer) -> None:
    """Check changes by gradients that are 0, tiny or huge, in both number types."""
    for case, size in (("0", 0.0), ("1e-30", 1e-30), ("1e7", 1e7)):
        for dtype in DTYPES:
            gradient = np.full((5, 3), size, dtype)
            memory = tuple(array.astype(dtype) for array in _begun(optimizer, gradient))
            for _ in range(3):
                change, memory = _update(optimizer, gradient, memory)
                if not all(np.isfinite(array).all() for array in (change, *memory)):
                    raise ConformanceError(
                        f"update answers with something not finite where all gradients are {case} "
                        f"({dtype}); guard its divisions and powers"
                    )


def lead_downhill(optimizer: Optimizer) -> None:
    """Check that 300 updates go down a bowl that is four times as steep in one direction as in another."""
    weights = begun = some_weights()
    steepness = np.linspace(1, 4, weights.size).reshape(weights.shape)
    memory = _begun(optimizer, weights)
    for epoch in range(1, 301):
        step = Step(epoch=epoch, epochs=300, learning_rate=0.01, batch_size=1, n_items=1)
        change, memory = _update(optimizer, steepness * weights, memory, step)
        weights = weights + change
    before, after = (float((steepness * each**2).sum() / 2) for each in (begun, weights))
    if not after < before / 2:
        way = "up" if after > before else "hardly"
        hint = (
            "; the change is ADDED to the weights, so it has the sign of minus the gradient" if way == "up" else ""
        )
        raise ConformanceError(
            f"it leads {way} where it should lead downhill: in 300 updates at a learning rate of 0.01 an error of "
            f"{before:.4g} became {after:.4g}{hint}"
        )


def goes_on_where_it_stopped(optimizer: Optimizer) -> None:
    """Check that training in two parts is training at once: all that it remembers is in its memory."""
    data = some_items()
    at_once, in_two = _network(optimizer), _network(copy.deepcopy(optimizer))
    at_once.train(data, epochs=5, **SETTINGS)
    for epochs in (2, 3):
        in_two.train(data, epochs=epochs, **SETTINGS)
    if not np.array_equal(at_once.weights, in_two.weights):
        raise ConformanceError("a network that goes on learns something else than one that never stopped")


def is_the_same_beside_others(optimizer: Optimizer) -> None:
    """Check that networks trained together, on two threads, have the bits of networks trained alone."""
    data = some_items()
    alone = [_network(copy.deepcopy(optimizer), seed) for seed in (1, 2)]
    together = [_network(optimizer, 1), _network(SGD()), _network(optimizer, 2)]
    for network in alone:
        network.train(data, epochs=3, **SETTINGS)
    train(together, data, epochs=3, **SETTINGS, n_jobs=2)
    if not all(np.array_equal(a.weights, b.weights) for a, b in zip(alone, together[::2], strict=True)):
        raise ConformanceError("a network learns something else beside others than alone: it keeps state")


@frozen(eq=False)
class _Asked(Optimizer):
    """An optimizer that cannot be traced, so that training asks it in every update."""

    optimizer: Optimizer

    def begin(self, weights: FloatArray) -> Memory:
        return self.optimizer.begin(weights)

    def update(self, gradient: FloatArray, memory: Memory, step: Step) -> tuple[FloatArray, Memory]:
        np.asarray(gradient)  # no trace has values
        return self.optimizer.update(gradient, memory, step)


def traced_is_asked(optimizer: Optimizer) -> None:
    """Check a network trained by the trace beside one that asks; where there is no trace, tell why."""
    network = _network(optimizer)
    spec = network.spec
    layout, memory = spec.architecture.memory(optimizer, network.weights)
    questions = Questions(spec.architecture, spec.regularizers, optimizer, {})
    questions.schedule(network.weights, layout.of(memory), [STEP])
    if questions.reasons:
        (why, *_) = questions.reasons.values()
        raise NotApplicable(f"update is asked in every update, because {why}; this is right, but slower")
    data, asked = some_items(), _network(_Asked(optimizer))
    for each in (network, asked):
        each.train(data, epochs=3, **SETTINGS)
    if not np.allclose(network.weights, asked.weights, rtol=1e-9, atol=1e-12):
        raise ConformanceError("a network learns something else by its trace than by asking it in every update")


def can_be_written(optimizer: Optimizer) -> None:
    """Check that its text, read back, makes the same."""
    try:
        optimizer_to_text(optimizer)  # which reads it back
    except UnknownNameError as error:
        raise NotApplicable(str(error)) from error
    except Nnl2Error as error:
        raise ConformanceError(str(error)) from error


def _begun(optimizer: Optimizer, weights: FloatArray) -> Memory:
    try:
        return tuple(optimizer.begin(weights.copy()))
    except Exception as error:
        raise ConformanceError(f"begin fails: {in_words(error)}; it is asked as begin(weights)") from error


def _update(
    optimizer: Optimizer, gradient: FloatArray, memory: Memory, step: Step = STEP
) -> tuple[FloatArray, Memory]:
    """Return the answer about these arrays themselves, which may come out changed."""
    try:
        change, remembered = optimizer.update(gradient, memory, step)
    except Exception as error:
        how = "it is asked as update(gradient, memory, step) and answers (change, memory)"
        raise ConformanceError(f"update fails: {in_words(error)}; {how}") from error
    return change, tuple(remembered)


def _same(one: Memory, other: Memory) -> bool:
    return len(one) == len(other) and all(map(np.array_equal, one, other))


def _network(optimizer: Optimizer, seed: int = 1) -> NeuralNetwork:
    return NeuralNetwork(3, 4, 2, optimizer=optimizer, seed=seed)
