"""Rules about training: what a network makes of the answers."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from nnl2.engine.questions import Questions
from nnl2.errors import ConformanceError, PluginError, in_words
from nnl2.network import NeuralNetwork, train
from nnl2.regularizers import NoRegularization, Regularizer, Step
from nnl2.regularizers.base import field_names, is_number
from nnl2.testing.asking import STEP, ask, needs, some_items, with_values
from nnl2.testing.check import NotApplicable
from nnl2.testing.rules.gradients import finite_difference, worst

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    FloatArray = NDArray[np.floating[Any]]
    Arrays = Sequence[FloatArray]

OTHER_STRENGTHS = ("rate", "scale", "amount")
"""Besides `strength`, what an only number may be called: where it is 0, a regularizer does nothing."""

N_EPOCHS = 12
"""Of a run by traces; more than the answers that are kept."""


def follows_the_slope(regularizer: Regularizer) -> None:
    """Check one update of a network against finite differences of error plus penalty."""
    needs(regularizer, "gradient")
    needs(regularizer, "penalty")
    for question in ("decay", "constrain", "mask", "mask_weights", "augment"):
        if regularizer.answers(question):
            raise NotApplicable(f"its {question} changes more than the gradient does")
    data, learning_rate = some_items(), 0.1
    network = _network(regularizer)
    step = Step(network.epochs + 1, network.epochs + 1, learning_rate, data.n_items, data.n_items)
    scratch = _network(NoRegularization())
    serving = [regularizer.begin(layer.weights) for layer in network.layers]

    def objective(parameters: FloatArray) -> float:
        scratch.weights = parameters
        penalties = (
            each.penalty(layer.weights, step) for each, layer in zip(serving, scratch.layers, strict=True)
        )
        return scratch.error(data) + float(sum(penalties))

    before = network.weights
    slope = finite_difference(objective, before)
    network.train(data, epochs=1, learning_rate=learning_rate, batch_size=data.n_items, validation=data)
    followed = (before - network.weights) / learning_rate
    off = ~np.isclose(followed, slope, rtol=1e-5, atol=1e-6 * (1 + np.abs(slope).max()))
    if off.any():
        raise ConformanceError(f"a network does not learn along the slope: {worst(followed, slope, off)}")


def is_the_same_beside_others(regularizer: Regularizer) -> None:
    """Check that networks trained together, on two threads, have the bits of networks trained alone."""
    data = some_items()
    for batch_size in (1, 4):
        settings: dict[str, Any] = {
            "epochs": 3, "learning_rate": 0.01, "batch_size": batch_size, "validation": data,
        }  # fmt: skip
        alone = [_network(copy.deepcopy(regularizer), seed=seed) for seed in (1, 2)]
        together = [_network(regularizer, seed=1), _network(NoRegularization()), _network(regularizer, seed=2)]
        for network in alone:
            network.train(data, **settings)
        train(together, data, **settings, n_jobs=2)
        if not all(np.array_equal(a.weights, b.weights) for a, b in zip(alone, together[::2], strict=True)):
            raise ConformanceError(
                "a network learns something else beside others than alone: "
                "it keeps state, or draws random numbers of its own"
            )


def is_plain_without_strength(regularizer: Regularizer) -> None:
    """Check that a network learns what it learns without it."""
    numbers = [n for n in field_names(type(regularizer)) if is_number(getattr(regularizer, n))]
    if "strength" in numbers:
        strength = "strength"
    elif len(numbers) == 1 and numbers[0] in OTHER_STRENGTHS:
        strength = numbers[0]
    else:
        others = f"{', '.join(OTHER_STRENGTHS[:-1])} or {OTHER_STRENGTHS[-1]}"
        raise NotApplicable(f"no field is called strength, nor is its only number called {others}")
    try:
        without = with_values(regularizer, **{strength: 0})
    except Exception as error:
        raise NotApplicable(f"0 is refused: {in_words(error)}") from error
    data = some_items()
    networks = [_network(each) for each in (without, NoRegularization())]
    for network in networks:
        network.train(data, epochs=2, learning_rate=0.1, batch_size=4, validation=data)
    if not np.allclose(networks[0].weights, networks[1].weights, rtol=1e-9, atol=1e-12):
        raise ConformanceError(f"with {strength} = 0 a network learns something else than without it")


def goes_on_while_errors_fall(regularizer: Regularizer) -> None:
    """Check `should_stop` with errors of which each is lower, and with errors that are none."""
    needs(regularizer, "should_stop")
    falling = np.arange(200.0, 0.0, -1.0)
    for epochs in range(1, 201):
        if ask(regularizer, "should_stop", falling[:epochs]):
            raise ConformanceError(f"should_stop ends training after epoch {epochs}, though each error was lower")
    ask(regularizer, "should_stop", np.full(3, np.nan))


def traced_is_asked(regularizer: Regularizer) -> str | None:
    """Check a network trained by traces beside one that asks; tell why there is none, or one for each epoch."""
    if not (regularizer.answers("gradient") or regularizer.answers("constrain")):
        raise NotApplicable("it answers neither gradient nor constrain")
    network = _network(regularizer)
    spec = network.spec
    layout, memory = spec.architecture.memory(spec.optimizer, network.weights)
    questions = Questions(spec.architecture, spec.begun(network.state.first), spec.optimizer, {})
    try:
        questions.schedule(network.weights, layout.of(memory), [STEP])
    except PluginError as error:
        raise NotApplicable("training refuses its answers") from error
    if questions.reasons:
        reasons = (
            f"{name} is asked in every update, because {why}" for (_, name), why in questions.reasons.items()
        )
        raise NotApplicable(f"{'; '.join(reasons)}; this is right, but slower")
    data, asked = some_items(), _network(_asked(regularizer))
    anew = _noted_anew(questions, network.weights, layout.of(memory))
    for each in (network, asked):
        each.train(data, epochs=N_EPOCHS, learning_rate=0.01, batch_size=4, validation=data)
    if not np.allclose(network.weights, asked.weights, rtol=1e-9, atol=1e-12):
        raise ConformanceError("a network learns something else by its trace than by asking it in every update")
    if not anew:
        return None
    return (
        f"{' and '.join(anew)} must be noted anew in every epoch, because a number of step is needed itself, "
        f"as math.cos(step.epoch) needs it and np.cos(step.epoch) does not; this is right, but slower"
    )


def _noted_anew(questions: Questions, weights: FloatArray, memory: Sequence[Arrays]) -> list[str]:
    """Return the questions of which each epoch needs a trace of its own."""
    steps = [attrs.evolve(STEP, epoch=epoch, epochs=N_EPOCHS) for epoch in range(1, N_EPOCHS + 1)]
    noted = [questions.schedule(weights, memory, [step]).programs[0].answers for step in steps]
    by_question = {
        "gradient": [trace for answers in noted for trace in answers.gradients],
        "constrain": [trace for answers in noted for trace in answers.constraints],
    }
    return [name for name, traces in by_question.items() if len({*map(id, traces)}) == N_EPOCHS]


def _asked(regularizer: Regularizer) -> Regularizer:
    """Return a copy that cannot be traced, so that training asks it in every update."""
    kind = type(regularizer)

    def untraceable(question: str) -> Any:  # noqa: ANN401 (a method)
        def answer(self: Regularizer, weights: FloatArray, step: Step) -> FloatArray:
            np.asarray(weights)  # no trace has values
            return getattr(kind, question)(self, weights, step)

        return answer

    answered = [question for question in ("gradient", "constrain") if regularizer.answers(question)]
    own = {"__slots__": (), **{question: untraceable(question) for question in answered}}
    twin = copy.copy(regularizer)
    object.__setattr__(twin, "__class__", type(kind.__name__, (kind,), own))  # also of a frozen one
    return twin


def _network(regularizer: Regularizer, seed: int = 1) -> NeuralNetwork:
    return NeuralNetwork(3, 4, 2, regularizer=regularizer, seed=seed)
