"""What every regularizer keeps: the checks of the conformance kit, in the order in which they are told.

A check is a function of one regularizer. It returns where it finds nothing wrong, raises ConformanceError with
a sentence that names the mistake, or NotApplicable with the reason why there is nothing to check.
"""

from __future__ import annotations

import copy
import pickle
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Any
from unittest import SkipTest

import attrs
import numpy as np
from attrs import frozen

from nnl2.data import Dataset
from nnl2.discovery import regularizer_to_text
from nnl2.engine import Trial, stack_alone, stack_together
from nnl2.errors import ConformanceError, Nnl2Error, PluginError, TrainingDivergedError, UnknownNameError
from nnl2.network import NeuralNetwork
from nnl2.regularizers import NoRegularization, Regularizer, Step
from nnl2.regularizers.base import QUESTIONS, are_equal, field_names, is_number
from nnl2.training import train

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    FloatArray = NDArray[np.floating[Any]]

STEP = Step(epoch=2, learning_rate=0.1, batch_size=4, n_items=12)
LATE = Step(epoch=1000, learning_rate=0.1, batch_size=4, n_items=12)
ASKED_WITH = {
    "corrupt": "(inputs, rng)",
    "mask": "(shape, rng)",
    "gradient": "(weights, step)",
    "decay": "(step)",
    "constrain": "(weights, step)",
    "penalty": "(weights, step)",
    "should_stop": "(errors)",
}
OTHER_STRENGTHS = ("rate", "scale", "amount")
"""Besides `strength`, what an only number may be called: where it is 0, a regularizer does nothing."""


class NotApplicable(SkipTest):
    """A check has nothing to check in this regularizer."""


@frozen
class Check:
    """One rule, told in a sentence, and the function that checks it."""

    sentence: str
    function: Callable[[Regularizer], None]

    def __call__(self, regularizer: Regularizer) -> None:
        """Raise ConformanceError if the regularizer breaks the rule, NotApplicable where it says nothing to it."""
        __tracebackhide__ = True  # for pytest: the sentence says it all
        try:
            with np.errstate(all="ignore"):
                self.function(_copy(regularizer))  # state that one check leaves behind must not mislead another
        except ConformanceError as mistake:
            raise mistake from None
        except NotApplicable:
            raise
        except TrainingDivergedError as error:
            raise NotApplicable(str(error)) from error
        except PluginError as error:
            raise ConformanceError(str(error)) from error
        except Exception as error:
            raise ConformanceError(f"its answers cannot be worked with: {_in_a_line(error)}") from error

    def __str__(self) -> str:
        return self.sentence


CHECKS: list[Check] = []


def _rule(sentence: str) -> Callable[[Callable[[Regularizer], None]], Callable[[Regularizer], None]]:
    """Return a decorator that adds a function to the checks."""

    def add(function: Callable[[Regularizer], None]) -> Callable[[Regularizer], None]:
        CHECKS.append(Check(sentence, function))
        return function

    return add


@_rule("it answers questions that training asks")
def _questions(regularizer: Regularizer) -> None:
    if not regularizer.parts:
        raise NotApplicable("it is the neutral regularizer")
    own = {name for cls in type(regularizer).__mro__ if issubclass(cls, Regularizer) for name in vars(cls)}
    for name in sorted(own - set(dir(Regularizer)) - set(field_names(type(regularizer)))):
        near = get_close_matches(name, QUESTIONS, n=1, cutoff=0.75)
        unanswered = near and not regularizer.answers(near[0])
        if unanswered and not name.startswith("_") and callable(getattr(regularizer, name)):
            raise ConformanceError(f"nobody asks {name!r}; did you mean {near[0]!r}?")
    if not any(map(regularizer.answers, QUESTIONS)):
        raise ConformanceError(f"it answers no question; override one of {', '.join(QUESTIONS)}")


@_rule("a small step along minus the gradient lowers the penalty")
def _downhill(regularizer: Regularizer) -> None:
    _needs(regularizer, "penalty")
    lowering = [question for question in ("gradient", "decay", "constrain") if regularizer.answers(question)]
    if not lowering:
        raise ConformanceError("it has a penalty, but neither gradient, decay nor constrain to lower it")
    weights = _weights()
    before = np.asarray(_ask(regularizer, "penalty", weights))
    if (before < 0).any():
        raise ConformanceError(f"its penalty is negative ({before.min():.4g}): training would make weights grow")
    if not before.any():
        raise NotApplicable("its penalty is 0 with these numbers")
    if "gradient" in lowering:
        gradient = _ask(regularizer, "gradient", weights)
        moved = weights - 1e-4 * gradient / max(1, float(np.abs(gradient).max()))
        mistake = (
            "gradient has the wrong sign: a small step against it makes the penalty larger "
            "(training adds it to the error's gradient, and subtracts the sum from the weights)"
        )
    elif "decay" in lowering:
        moved, mistake = weights * _ask(regularizer, "decay", weights), "decay makes the penalty larger"
    else:
        moved, mistake = _ask(regularizer, "constrain", weights), "constrain makes the penalty larger"
    if (np.asarray(_ask(regularizer, "penalty", moved)) > before).any():
        raise ConformanceError(mistake)


@_rule("the gradient is the slope of the penalty")
def _slope(regularizer: Regularizer) -> None:
    _needs(regularizer, "gradient")
    if not regularizer.answers("penalty"):
        raise NotApplicable("it has no penalty whose slope the gradient could be")
    for weights, step in ((_weights(), STEP), (10 * _weights(), LATE)):
        gradient = np.broadcast_to(_ask(regularizer, "gradient", weights, step=step), weights.shape)
        slope = _finite_difference(partial(_ask, regularizer, "penalty", step=step), weights)
        penalty = float(np.sum(_ask(regularizer, "penalty", weights, step=step)))
        rounding = 1e-6 * np.abs(slope).max() + 1e-9 * abs(penalty)
        if not np.allclose(gradient, slope, rtol=1e-5, atol=rounding):
            shares = gradient[slope != 0] / slope[slope != 0]
            constant = shares.size and np.allclose(shares, shares[0], rtol=1e-4)
            how = f"it is {shares[0]:.4g} times the slope everywhere" if constant else _worst(gradient, slope)
            raise ConformanceError(f"gradient is not the slope of penalty: {how}")


@_rule("the decay's factor lies between 0 and 1")
def _decay(regularizer: Regularizer) -> None:
    _needs(regularizer, "decay")
    for step in (STEP, LATE):
        factor = float(np.max(_ask(regularizer, "decay", _weights(), step=step)))
        if not 0 <= factor <= 1:
            raise ConformanceError(f"decay answers {factor:.6g}, but it is the share of the weights that is left")


@_rule("a network learns along the slope of error plus penalty")
def _network_slope(regularizer: Regularizer) -> None:
    _needs(regularizer, "gradient")
    _needs(regularizer, "penalty")
    for question in ("decay", "constrain", "mask", "corrupt"):
        if regularizer.answers(question):
            raise NotApplicable(f"its {question} changes more than the gradient does")
    data, learning_rate = _items(), 0.1
    network = NeuralNetwork(3, 4, 2, regularizer=regularizer, seed=1)
    step = Step(network.epochs + 1, learning_rate, data.n_items, data.n_items)
    scratch = NeuralNetwork(3, 4, 2, seed=1)

    def objective(parameters: FloatArray) -> float:
        scratch.weights = parameters
        penalties = [regularizer.penalty(layer.weights, step) for layer in scratch.layers]
        return scratch.error(data) + sum(map(float, penalties))

    before = network.weights
    slope = _finite_difference(objective, before)
    network.train(data, epochs=1, learning_rate=learning_rate, batch_size=data.n_items, validation=data)
    followed = (before - network.weights) / learning_rate
    if not np.allclose(followed, slope, rtol=1e-5, atol=1e-6 * (1 + np.abs(slope).max())):
        raise ConformanceError(f"a network does not learn along the slope: {_worst(followed, slope)}")


@_rule("arguments stay as they are")
def _unchanged(regularizer: Regularizer) -> None:
    for question in _answered(regularizer):
        for argument in _arguments(question):
            if isinstance(argument, np.ndarray):
                before = argument.copy()
                _ask(regularizer, question, argument)
                if not np.array_equal(argument, before):
                    raise ConformanceError(f"{question} changes its argument; answer with a new array")


@_rule("answers have the shapes that training needs")
def _shapes(regularizer: Regularizer) -> None:
    for question in _answered(regularizer):
        for argument in _arguments(question):
            answer = np.asarray(_ask(regularizer, question, argument))
            shape = argument if isinstance(argument, tuple) else argument.shape
            needed, *also = _shapes_of_answers(question, shape)
            if answer.shape not in (needed, *also):
                raise ConformanceError(
                    f"{question} answers with shape {answer.shape} where {needed} is needed "
                    f"(asked about shape {shape})"
                )


def _shapes_of_answers(question: str, shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return the shapes an answer may have, the usual one first."""
    if question in ("gradient", "constrain"):
        return [shape, ()]
    if question in ("penalty", "decay"):
        return [shape[2:], ()]
    return [()] if question == "should_stop" else [shape]


@_rule("the same question has the same answer")
def _stateless(regularizer: Regularizer) -> None:
    fresh, state = _copy(regularizer), _state(regularizer)
    for question in _answered(regularizer):
        if question in ("corrupt", "mask"):
            _ask(regularizer, question, *_arguments(question))
            continue
        first, *others = _arguments(question)
        before = copy.deepcopy(_ask(regularizer, question, first))
        at_once = copy.deepcopy(_ask(regularizer, question, first))
        for other in others:
            _ask(regularizer, question, other)
        if not (_same(before, at_once) and _same(before, _ask(regularizer, question, first))):
            raise ConformanceError(
                f"{question} answers differently when asked again: it keeps state or draws random numbers; "
                f"answer from the fields and the arguments alone"
            )
        if others and not _same(_ask(regularizer, question, others[0]), _ask(fresh, question, others[0])):
            raise ConformanceError(f"{question} answers differently after other questions: it keeps state")
    if _state(regularizer) != state:
        raise ConformanceError("it is another one after it has been asked: it keeps state in a field")


@_rule("noise comes from the rng that is handed in, and from nowhere else")
def _noise(regularizer: Regularizer) -> None:
    for question in _noisy(regularizer):
        inputs = np.random.default_rng(6).normal(size=(1000, 20))
        argument = (1000, 20) if question == "mask" else inputs
        one, again, other = (np.asarray(_ask(regularizer, question, argument, seed=seed)) for seed in (1, 1, 2))
        if not _same(one, again):
            raise ConformanceError(
                f"{question} answers differently with the same rng: "
                f"it has random numbers of its own or keeps state"
            )
        if question == "mask" and _same(one, other) and np.ptp(one) > 0:
            raise ConformanceError(
                "mask is the same whatever rng says: a frozen mask only takes units away, "
                "and in use, without masks, the network is another one"
            )
        turned = np.asarray(_ask(regularizer, question, inputs[::-1], seed=1)) if question == "corrupt" else one
        if question == "corrupt" and _same(one, other) and not _same(turned, one[::-1]):
            raise ConformanceError("corrupt adds the same noise whatever rng says: draw it from rng")


@_rule("noise leaves the mean alone")
def _unbiased(regularizer: Regularizer) -> None:
    noisy = _noisy(regularizer)
    if not regularizer.unbiased:
        raise NotApplicable("it says unbiased = False")
    n_draws, n_items = 400, 50
    inputs = np.tile([-2.0, 0.5, 1.0, 3.0], (n_items, 1))
    for question in noisy:
        argument, expected = ((n_items, 4), np.ones(4)) if question == "mask" else (inputs, inputs[0])
        draws = np.stack([_ask(regularizer, question, argument, seed=seed) for seed in range(n_draws)])
        if question == "mask" and np.count_nonzero(draws, axis=(0, 1)).min() < 100:
            raise NotApplicable("too few outputs are kept to know their mean")
        means = draws.mean(axis=1)
        standard_error = means.std(axis=0) / np.sqrt(n_draws)
        off = np.abs(means.mean(axis=0) - expected)
        if (off > 6 * standard_error + 1e-6).any():
            worst = int(np.argmax(off))
            mean = means.mean(axis=0)[worst] - (0 if question == "mask" else expected[worst])
            what = "the mean of its factors is" if question == "mask" else "the mean of what it adds is"
            raise ConformanceError(
                f"{question} is biased: {what} {mean:.4g}, not {1 if question == 'mask' else 0}; "
                f"scale it, or say unbiased: ClassVar[bool] = False if that is meant"
            )


@_rule("no network's answer depends on another network")
def _lanes(regularizer: Regularizer) -> None:
    if not regularizer.parts:
        raise NotApplicable("it is the neutral regularizer")
    for shape in ((5, 3), (1, 3)):
        stack_alone(regularizer, _trial(shape, 2))
    dead, large = _weights(), 50 * _weights()
    dead[:, 0] = 0
    lanes = np.concatenate([_weights()[..., :1], dead[..., :1], np.zeros((5, 3, 1)), large[..., :1]], axis=2)
    for question in ("gradient", "constrain", "penalty"):
        if regularizer.answers(question):
            together = np.asarray(_ask(regularizer, question, lanes))
            for lane in range(lanes.shape[2] if together.ndim else 0):
                alone = np.asarray(_ask(regularizer, question, lanes[..., [lane, lane]]))
                if not np.allclose(together[..., lane], alone[..., 0], rtol=1e-12, atol=0, equal_nan=True):
                    raise ConformanceError(
                        f"{question} mixes networks where one of them has large weights, or a unit whose weights "
                        f"are all 0: the last axis holds one network each"
                    )


@_rule("asked as a stack, each answers as it would alone")
def _stacks(regularizer: Regularizer) -> None:
    stack_alone(regularizer, _trial((5, 3), 2))
    members = _relatives(regularizer)
    if len(members) == 1:
        raise NotApplicable("it has no numbers that could differ between networks")
    trial = _trial((5, 3), len(members))
    alone = {lane: stack_alone(each, trial.of([lane, lane])) for lane, each in enumerate(members)}
    if stack_together(members, alone, trial) is None:
        raise NotApplicable("its questions do not take arrays for numbers: asked one by one, which is slower")


@_rule("a network learns the same alone and beside others")
def _beside_others(regularizer: Regularizer) -> None:
    members = [*_relatives(regularizer), NoRegularization(), regularizer]
    data = _items()

    def networks() -> list[NeuralNetwork]:
        return [NeuralNetwork(3, 4, 2, regularizer=each, seed=seed) for seed, each in enumerate(members)]

    for batch_size in (1, 4):
        settings: dict[str, Any] = {
            "epochs": 3, "learning_rate": 0.01, "batch_size": batch_size, "validation": data,
        }  # fmt: skip
        together = networks()
        train(together, data, **settings)
        for number, (beside, alone) in enumerate(zip(together, networks(), strict=True)):
            alone.train(data, **settings)
            if not np.array_equal(beside.weights, alone.weights):
                raise ConformanceError(
                    f"network {number} of {len(members)} learns something else beside others than alone: "
                    f"it keeps state, or draws random numbers of its own"
                )


@_rule("with a strength of 0 it does nothing")
def _zero(regularizer: Regularizer) -> None:
    numbers = [n for n in field_names(type(regularizer)) if is_number(getattr(regularizer, n))]
    if "strength" in numbers:
        strength = "strength"
    elif len(numbers) == 1 and numbers[0] in OTHER_STRENGTHS:
        strength = numbers[0]
    else:
        others = f"{', '.join(OTHER_STRENGTHS[:-1])} or {OTHER_STRENGTHS[-1]}"
        raise NotApplicable(f"no field is called strength, nor is its only number called {others}")
    try:
        without = _varied(regularizer, {strength: 0})
    except Exception as error:
        raise NotApplicable(f"0 is refused: {_in_a_line(error)}") from error
    data = _items()
    networks = [NeuralNetwork(3, 4, 2, regularizer=each, seed=1) for each in (without, NoRegularization())]
    for network in networks:
        network.train(data, epochs=2, learning_rate=0.1, batch_size=4, validation=data)
    if not np.allclose(networks[0].weights, networks[1].weights, rtol=1e-9, atol=1e-12):
        raise ConformanceError(f"with {strength} = 0 a network learns something else than without it")


@_rule("answers are finite, also for extreme weights")
def _finite(regularizer: Regularizer) -> None:
    one_unit_dead = _weights()
    one_unit_dead[:, 0] = 0
    cases = {
        "all weights are 0": np.zeros((5, 3, 2)),
        "all weights of a unit are 0": one_unit_dead,
        "all weights are 1e-30": np.full((5, 3, 2), 1e-30),
        "all weights are 1e7": np.full((5, 3, 2), 1e7),
        "all biases are 0": np.zeros((1, 3, 2)),
    }
    for question in _answered(regularizer):
        if question not in ("gradient", "decay", "constrain", "penalty"):
            continue
        for case, weights in cases.items():
            for dtype in (np.float64, np.float32):
                if not np.isfinite(_ask(regularizer, question, weights.astype(dtype))).all():
                    raise ConformanceError(
                        f"{question} answers with something not finite where {case} ({dtype.__name__}); "
                        f"guard its divisions and powers"
                    )


@_rule("training is not stopped while the validation error falls")
def _stopping(regularizer: Regularizer) -> None:
    _needs(regularizer, "should_stop")
    falling = np.arange(200.0, 0.0, -1.0)
    for epochs in range(1, 201):
        if _ask(regularizer, "should_stop", falling[:epochs]):
            raise ConformanceError(f"should_stop ends training after epoch {epochs}, though each error was lower")
    _ask(regularizer, "should_stop", np.full(3, np.nan))


@_rule("its name alone makes one")
def _defaults(regularizer: Regularizer) -> None:
    try:
        type(regularizer)()
    except Exception as error:
        raise ConformanceError(f"it cannot be made without values; give each field a default ({error})") from error


@_rule("a copy is equal and has the same hash")
def _values(regularizer: Regularizer) -> None:
    if not are_equal(copy.deepcopy(regularizer), regularizer):
        raise ConformanceError("a copy is not equal to it; make it an attrs @frozen class of comparable fields")
    try:
        same = hash(copy.deepcopy(regularizer)) == hash(regularizer)
    except TypeError as error:
        raise ConformanceError(f"it has no hash ({error}); make it an attrs @frozen class") from error
    if not same:
        raise ConformanceError("a copy is equal to it, but has another hash")


@_rule("it can be pickled, as other processes need it")
def _pickles(regularizer: Regularizer) -> None:
    try:
        again = pickle.loads(pickle.dumps(regularizer))  # noqa: S301 (pickled the line before)
    except Exception as error:
        raise ConformanceError(f"it cannot be pickled: {_in_a_line(error)}") from error
    if not are_equal(again, regularizer):
        raise ConformanceError(f"pickled and unpickled it is {again!r}")


@_rule("its text makes the same again")
def _text(regularizer: Regularizer) -> None:
    try:
        regularizer_to_text(regularizer)  # which reads it back
    except UnknownNameError as error:
        raise NotApplicable(str(error)) from error
    except Nnl2Error as error:
        raise ConformanceError(str(error)) from error


def _needs(regularizer: Regularizer, question: str) -> None:
    if not regularizer.answers(question):
        raise NotApplicable(f"it does not answer {question}")


def _answered(regularizer: Regularizer) -> list[str]:
    answered = [question for question in QUESTIONS if regularizer.answers(question)]
    if not answered:
        raise NotApplicable("it answers no question")
    return answered


def _noisy(regularizer: Regularizer) -> list[str]:
    noisy = [question for question in ("corrupt", "mask") if regularizer.answers(question)]
    if not noisy:
        raise NotApplicable("it answers neither corrupt nor mask")
    return noisy


def _weights(shape: tuple[int, ...] = (5, 3, 2)) -> FloatArray:
    """Return weights away from 0, where |w| has no slope; no two of them are alike."""
    rng = np.random.default_rng(4)
    return rng.uniform(0.2, 2, size=shape) * rng.choice([-1, 1], size=shape)


def _trial(shape: tuple[int, int], lanes: int) -> Trial:
    """Return a trial with the same weights in all lanes, laid out in memory as training lays them out."""
    weights = np.repeat(_weights(shape)[np.newaxis], lanes, axis=0)
    return Trial(np.moveaxis(weights, 0, -1), (STEP, attrs.evolve(STEP, epoch=1)), layer=1)


def _items() -> Dataset:
    """Return ten items with three inputs and two classes."""
    inputs = np.random.default_rng(5).normal(size=(10, 3))
    return Dataset.from_labels(inputs, (inputs.sum(axis=1) > 0).astype(int), classes=[0, 1])


def _relatives(regularizer: Regularizer) -> list[Regularizer]:
    """Return the regularizer, and for each of its numbers one in which that number is another."""
    relatives = [regularizer]
    for name in field_names(type(regularizer)):
        number = getattr(regularizer, name)
        if is_number(number) and number:
            try:
                relative = _varied(regularizer, {name: number + 1 if isinstance(number, int) else number / 2})
                stack_alone(relative, _trial((5, 3), 2))
            except Exception:  # noqa: BLE001, S112 (a class may refuse a number, with whatever it likes)
                continue
            relatives.append(relative)
    return relatives


def _copy(regularizer: Regularizer) -> Regularizer:
    try:
        return copy.deepcopy(regularizer)
    except Exception as error:
        raise ConformanceError(f"it cannot be copied: {_in_a_line(error)}") from error


def _state(regularizer: Regularizer) -> object:
    """Return what changes when a regularizer keeps state; None where that cannot be seen."""
    try:
        return pickle.dumps(regularizer)
    except Exception:  # noqa: BLE001 (whether it can be pickled is another rule)
        return None


def _varied(regularizer: Any, numbers: dict[str, float]) -> Regularizer:  # noqa: ANN401 (an attrs class)
    """Return a regularizer of the same class with some other numbers."""
    varied: Regularizer = attrs.evolve(regularizer, **numbers)
    return varied


def _arguments(question: str) -> list[Any]:
    """Return what a question is asked about."""
    if question == "corrupt":
        return [np.random.default_rng(6).normal(size=(7, 3))]
    if question == "mask":
        return [(7, 3)]
    if question == "should_stop":
        return [np.array([0.5, 0.4, 0.6, 0.7]), np.array([0.5])]
    return [_weights(), _weights((1, 3, 2)), 2 * _weights((4, 3))]


def _ask(
    regularizer: Regularizer,
    question: str,
    argument: Any,  # noqa: ANN401 (whatever the question is about)
    *,
    seed: int = 0,
    step: Step = STEP,
) -> Any:  # noqa: ANN401 (whatever it answers)
    """Return the answer to a question, or raise ConformanceError where it raises."""
    try:
        if question == "should_stop":
            return regularizer.should_stop(argument)
        if question == "decay":
            return regularizer.decay(step)
        rest = np.random.default_rng(seed) if question in ("corrupt", "mask") else step
        return getattr(regularizer, question)(argument, rest)
    except Exception as error:
        asked = f"; it is asked as {question}{ASKED_WITH[question]}" if isinstance(error, TypeError) else ""
        raise ConformanceError(f"{question} fails: {_in_a_line(error)}{asked}") from error


def _finite_difference(function: Callable[[FloatArray], Any], weights: FloatArray, h: float = 1e-6) -> FloatArray:
    """Return the slope of a function's sum in each weight, by central differences."""
    slopes = np.empty_like(weights)
    for index in np.ndindex(weights.shape):
        above, below = weights.copy(), weights.copy()
        above[index] += h
        below[index] -= h
        slopes[index] = np.sum(function(above) - function(below)) / (2 * h)
    return slopes


def _worst(got: FloatArray, slope: FloatArray) -> str:
    worst = np.unravel_index(np.argmax(np.abs(got - slope)), slope.shape)
    return f"for weight {', '.join(map(str, worst))} it is {got[worst]:.6g}, the slope {slope[worst]:.6g}"


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 (any answer)
    return np.array_equal(np.asarray(one), np.asarray(other), equal_nan=True)


def _in_a_line(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
