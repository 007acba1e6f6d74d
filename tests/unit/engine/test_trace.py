"""A question asked once is written down as operations; these give what it answers, in both engines."""

import copy
import math
import operator
import pickle
import re
from decimal import Decimal
from functools import cache

import numpy as np
import pytest
from attrs import astuple, evolve, field, frozen

from nnl2 import (
    L1,
    L2,
    SGD,
    Dataset,
    NeuralNetwork,
    NoRegularization,
    Optimizer,
    PluginError,
    Regularizer,
    SquaredError,
    TrainingDivergedError,
    WeightDecay,
    train,
)
from nnl2.engine import assemble, kernel, plain
from nnl2.engine.asking import Question
from nnl2.engine.graph import ANY_SHAPE, replay
from nnl2.engine.program import in_steps
from nnl2.engine.questions import Questions
from nnl2.engine.step_numbers import holds, traced
from nnl2.engine.trace import Untraceable, trace
from nnl2.regularizers import Step

STEP = Step(epoch=3, epochs=5, learning_rate=0.1, batch_size=2, n_items=7)
DTYPES = [np.float64, np.float32]
SHAPE = (4, 3)
MATRIX = np.linspace(-1, 1, 12).reshape(SHAPE)
ROW, COLUMN = MATRIX[:1], MATRIX[:, :1]


@frozen
class Gradient(Regularizer):
    """Answers with a function of the weights."""

    function: object = field(repr=False)

    def gradient(self, weights, step):
        return self.function(weights)


@frozen
class Constraint(Regularizer):
    """The same after the update."""

    function: object = field(repr=False)

    def constrain(self, weights, step):
        return self.function(weights)


@frozen
class Idle(Optimizer):
    """Changes nothing, not even the sign of a zero."""

    def update(self, gradient, memory, step):
        return -np.zeros_like(gradient), memory


def replayed(made, arrays):
    """Return the values of a trace."""
    constants = [in_steps(constant, [STEP], arrays[0].dtype)[0] for constant in made.constants]
    return replay(made.graph.nodes, arrays, constants, ())


def items(sizes, n_items=7, seed=0):
    rng = np.random.default_rng(seed)
    return Dataset(rng.normal(size=(n_items, sizes[0])), np.eye(sizes[-1])[rng.integers(sizes[-1], size=n_items)])


def questions_of(network, step=STEP):
    """Return the questions of a network, and the programs of one update."""
    spec, architecture = network.spec, network.spec.architecture
    questions = Questions(architecture, spec.regularizers, spec.optimizer, {})
    layout, memory = architecture.memory(spec.optimizer, network.weights)
    return questions, questions.schedule(network.weights, layout.of(memory), [step]).programs


def reasons(network):
    """Return who is asked in every update, and why."""
    return questions_of(network)[0].reasons


def noted(function, dtype, shapes=(SHAPE,), step=STEP):
    return trace(lambda arrays, _: (function(*arrays),), list(shapes), *traced(step), np.dtype(dtype))


def weights_like(dtype, shape=SHAPE, seed=0):
    """Return weights with zeros, equal ones, and some above 1."""
    rng = np.random.default_rng(seed)
    return (rng.normal(size=shape) * 1.5).round(1).astype(dtype)


# What is traced: expressions of the weights w

OPERATIONS = """
    w + 1 ; 1 + w ; w - 1 ; 1 - w ; w * 2 ; 2 * w ; w / 3 ; 2 / (w + 9) ; -w ; +w ; w + w ; w * w - w ; w / (w + 9)
    np.add(w, 1) ; np.subtract(1, w) ; np.multiply(w, w) ; np.divide(w, 3) ; np.true_divide(w, 3)
    np.negative(w) ; np.positive(w)

    w * (w < .5) ; w * (w <= .5) ; w * (w > .5) ; w * (w >= .5) ; w * (w == w.max()) ; w * (w != 0) ; w * (.5 < w)
    w * np.less(w, .5) ; w * np.less_equal(w, .5) ; w * np.greater(w, .5) ; w * np.greater_equal(w, .5)
    w * np.equal(w, 0) ; w * np.not_equal(w, 0) ; (w < w + 1) * 2.0 ; w * ((w > 0) == (w < 1))
    w * (w > 0).sum() ; w * (w > 0).mean(axis=0) ; w - (w > 0)

    abs(w) ; np.abs(w) ; np.absolute(w) ; np.sign(w) ; np.sqrt(abs(w)) ; np.square(w) ; w ** 2 ; w ** 2.0
    np.power(w, 2) ; w ** np.float64(2) ; w ** np.int64(2)

    np.maximum(w, .2) ; np.maximum(.2, w) ; np.maximum(w, -w) ; np.minimum(w, .2) ; np.minimum(w, w * w)
    np.clip(w, -.5, .5) ; w.clip(-.5, .5) ; np.clip(w, None, .5) ; np.clip(w, -.5, None) ; w.clip(-.5)
    np.clip(w, -abs(w), ROW) ; np.clip(.3, w, 1)
    np.where(w > 0, w, .1) ; np.where(abs(w) < .5, 0, w) ; np.where(w, 1.0, w) ; np.where(MATRIX > 0, w, -w)
    w + np.where(w > 0, 1, 2)

    w * np.amax(w, axis=0) ; w.T.sum(axis=1) * w ; w.sum(axis=0).sum() * w ; w.sum(axis=1).max() * w
    (w.max(axis=0) - w.mean(axis=0)) + w ; w * w.sum().mean()
    w / np.linalg.norm(w) ; w / np.linalg.norm(w, axis=0) ; w / np.linalg.norm(w, axis=1, keepdims=True)
    w / np.linalg.norm(w, None, 1, True) ; w / np.linalg.norm(w, 2, axis=0) ; w / np.linalg.norm(w, axis=(0, 1))
    w / np.linalg.norm(w, ord=2, axis=0, keepdims=True) ; w / np.linalg.norm(w.sum(axis=0))

    np.zeros_like(w) ; np.ones_like(w) ; w + np.ones_like(w.sum(axis=0)) ; w * np.zeros(w.shape) ; w / w.size
    w * w.ndim ; np.zeros_like(w) - w
    -np.zeros_like(w) ; w * np.ones_like(w).sum() ; w + np.zeros_like(w).sum(axis=0) ; w @ np.ones_like(w).T @ w
    w @ (w.T @ w) ; np.matmul(w, np.matmul(np.transpose(w), w)) ; w @ (w.transpose() @ w) ; (w.T + 1).T ; w.T.T
    w @ (w.T @ w - np.eye(w.shape[1])) ; MATRIX @ (MATRIX.T @ w) ; (w @ MATRIX.T) @ w

    w * True ; w * np.float64(.3) ; w * np.float32(.3) ; np.float64(.3) * w ; w * np.int64(3) ; w + np.array(.3)
    w + np.array([.3]) ; w + [.1, .2, .3] ; w - MATRIX ; MATRIX * w ; w + ROW ; COLUMN * w ; ROW[0] - w
    MATRIX * 1.0 ; w * (MATRIX > 0) ; w + np.arange(12).reshape(w.shape)
    w + np.full(w.shape, .1, w.dtype) ; np.eye(*w.shape) - w
"""
AXES = ("", "0", "-2", "None", "1, keepdims=True", "0, keepdims=True", "(0, 1)", "axis=-1, keepdims=True",
        "axis=(1, 0), keepdims=True", "keepdims=True")  # fmt: skip
OPERATIONS = [each.strip() for line in OPERATIONS.splitlines() for each in line.split(";") if each.strip()] + [
    f"w * {call}{axes})"
    for name in ("sum", "mean", "max")
    for axes in AXES
    for call in (f"np.{name}(w, " if axes else f"np.{name}(w", f"w.{name}(")
]


def written(expression):
    return eval(f"lambda w: {expression}")  # noqa: S307 (the expressions stand above)


@pytest.mark.parametrize("expression", OPERATIONS)
def test_this_is_traced_and_gives_what_numpy_gives(expression):
    """To rounding: numpy adds in pairs, and works in float64 with numbers of that type."""
    for dtype in DTYPES:
        function = written(expression)
        made = noted(function, dtype)
        for seed in range(3):
            weights = weights_like(dtype, seed=seed)
            values = replayed(made, [weights])
            rounding = 20 * np.finfo(dtype).eps
            np.testing.assert_allclose(values[made.graph.results[0]], function(weights), rounding, rounding)


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("expression", OPERATIONS)
def test_what_is_traced_is_asked_nobody_and_gives_the_same_bits(expression, one_call):
    function = written(expression)
    for dtype in DTYPES:
        part = Gradient(function) + Constraint(function)
        network = NeuralNetwork(4, 3, seed=1, regularizer=part, dtype=dtype)
        assert reasons(network) == {}
        one, other = (one_call(engine, network, items((4, 3))) for engine in (kernel, plain))
        assert one == other


IN_PLACE = {
    "+=": operator.iadd,
    "-=": lambda g, _: operator.isub(g, 1.5),
    "*=": operator.imul,
    "/=": lambda g, _: operator.itruediv(g, 3),
    "**=": lambda g, _: operator.ipow(g, 2),
    "@=": lambda g, _: operator.imatmul(g, np.eye(3)),
    "np.add(..., out=g)": lambda g, w: np.add(g, w, out=g),
    "np.abs(..., out=g)": lambda g, _: np.abs(g, out=g),
    "np.sqrt(np.abs(g, out=g), out=g)": lambda g, _: np.sqrt(np.abs(g, out=g), out=g),
}


@pytest.mark.parametrize("change", IN_PLACE.values(), ids=IN_PLACE)
def test_own_arrays_may_be_changed_in_place(change, same_bits):
    def function(weights):
        own = 0.5 * weights
        same = own
        assert change(own, weights) is own
        own += 0.25
        return same + weights

    made = noted(function, np.float64)
    weights = weights_like(np.float64)
    values = replayed(made, [weights])
    np.testing.assert_allclose(values[made.graph.results[0]], function(weights), 1e-14)
    network = same_bits(lambda: NeuralNetwork(4, 3, seed=1, regularizer=Constraint(function)), items((4, 3)))
    assert reasons(network) == {}


# What is not traced


def branches(w):
    return w * 2 if w.max() > 0.4 else w


def loops(w):
    total = 0 * w
    for row in w:
        total = total + row
    return total


def sees_the_class(w):
    return w * (2 if isinstance(w, np.ndarray) else 3)


def refuses_other_classes(w):
    if type(w) is not np.ndarray:
        raise TypeError("an array,\n please")
    return w


DEPENDS = "depends on the weights' values"
UNTRACED = [
    (branches, DEPENDS),
    (loops, DEPENDS),
    (lambda w: w * w[0], DEPENDS),
    (lambda w: np.stack([w[:, 0], w[:, 1], w[:, 2]], axis=1), DEPENDS),
    (lambda w: w * math.sqrt(np.sum(w * w)), DEPENDS),
    (lambda w: w * float(w.sum()), DEPENDS),
    (lambda w: w * int(w.max()), DEPENDS),
    (lambda w: w * len(w), DEPENDS),
    (lambda w: np.asarray(w) * 2, DEPENDS),
    (lambda w: np.array([w, w])[0], DEPENDS),
    (lambda w: w * (0.5 in w), DEPENDS),
    (lambda w: w * bool((w > 0).sum()), DEPENDS),
    (lambda w: w * (w > 0).any(), r"uses weights\.any"),
    (lambda w: w.astype(float), r"uses weights\.astype"),
    (lambda w: w.copy(), r"uses weights\.copy"),
    (lambda w: w * np.any(w > 0), r"uses np\.any"),
    (lambda w: np.einsum("ij->ij", w), r"uses np\.einsum"),
    (lambda w: w * np.quantile(w, 0.5), r"uses np\.quantile"),
    (lambda w: w * np.median(w), r"uses np\.median"),
    (lambda w: np.exp(w) - 1, r"uses np\.exp"),
    (lambda w: np.dot(w, np.eye(3)), r"uses np\.dot"),
    (lambda w: w + np.add.reduce(w), r"uses np\.add\.reduce"),
    (lambda w: w * np.multiply.outer(w, [1.0])[..., 0], r"uses np\.multiply\.outer"),
    (lambda w: np.multiply(w, 2, out=np.empty(SHAPE)), r"uses np\.multiply with out="),
    (lambda w: np.add(w, 1, where=w > 0, out=np.zeros(SHAPE)), r"uses np\.add"),
    (lambda w: np.add(w, 1, dtype=float), r"uses np\.add"),
    (lambda w: np.logical_not(w > 0) * w, r"uses np\.logical_not"),
    (lambda w: ~(w > 0) * w, r"uses np\.invert"),
    (lambda w: w // 1, r"uses np\.floor_divide"),
    (lambda w: w**3, r"a power other than \*\* 2"),
    (lambda w: 2**w, r"a power other than \*\* 2"),
    (lambda w: w ** np.array([[2.0]]), r"a power other than \*\* 2"),
    (lambda w: w * ((w > 0) + (w < 1)), "takes the add of truth values"),
    (lambda w: w * ((w > 0) * (w < 1)), "takes the multiply of truth values"),
    (lambda w: w * np.maximum(w > 0, w < 1), "takes the maximum of truth values"),
    (lambda w: w + w.sum(axis=0, dtype=float), r"np\.sum in an unusual way"),
    (lambda w: np.clip(w, min=-1, max=1), r"np\.clip in an unusual way"),
    (lambda w: w * np.where(w > 0)[0].size, r"np\.where in an unusual way"),
    (lambda w: w.transpose(0, 1), r"np\.transpose in an unusual way"),
    (lambda w: w * np.linalg.norm(w, 1), r"np\.linalg\.norm of order 1"),
    (lambda w: w * np.linalg.norm(w, "fro"), r"np\.linalg\.norm of order fro"),
    (lambda w: w * np.linalg.norm(w, np.inf, axis=0), r"np\.linalg\.norm of order inf"),
    (lambda w: w + w @ np.ones(3) @ np.ones(4), "multiplies something other than two matrices"),
    (lambda w: (w + np.ones((1, 1, 1)))[0], "works with a ndarray, which is no array of real numbers"),
    (lambda w: (w * 1j * -1j).real, "works with a complex"),
    (sees_the_class, "its answer depends on more than its trace shows"),
    (refuses_other_classes, "it fails where it is traced: TypeError: an array, please$"),
]


@pytest.mark.parametrize(("function", "reason"), UNTRACED, ids=[reason for _, reason in UNTRACED])
def test_this_is_asked_in_every_update_with_the_reason_and_gives_the_same_bits(function, reason, same_bits):
    for part, question in ((Gradient(function), "gradient"), (Constraint(function), "constrain")):

        def make(part=part):
            return NeuralNetwork(4, 3, seed=1, regularizer=part)

        told = reasons(make())
        assert list(told) == [(repr(part), question)]
        assert re.search(reason, told[repr(part), question])
        same_bits(make, items((4, 3)), batch_size=4, epochs=1)


@pytest.mark.parametrize(
    "changes",
    [
        lambda w: operator.imul(w, 2),
        lambda w: np.add(w, 1, out=w),
        lambda w: np.abs(w, out=w) + w,
        lambda w: operator.setitem(w, 0, 1) or w,
        lambda w: w.sort() or w,
    ],
    ids=["*=", "np.add(..., out=w)", "np.abs(..., out=w)", "w[0] =", "w.sort()"],
)
def test_to_change_an_argument_is_an_error_that_names_who_and_where(changes):
    @frozen
    class Careless(Optimizer):
        of: int

        def begin(self, weights):
            return (np.zeros_like(weights),)

        def update(self, gradient, memory, step):
            given = changes((gradient, *memory)[self.of])
            return 0.1 * given, memory

    for network, message in (
        (NeuralNetwork(4, 3, regularizer=Gradient(changes)), r"Gradient\(\) failed in gradient in layer 1"),
        (NeuralNetwork(4, 3, regularizer=Constraint(changes)), r"Constraint\(\) failed in constrain in layer 1"),
        (NeuralNetwork(4, 3, optimizer=Careless(0)), r"Careless\(of=0\) failed in update in layer 1"),
        (NeuralNetwork(4, 3, optimizer=Careless(1)), r"Careless\(of=1\) failed in update in layer 1"),
    ):
        with pytest.raises(
            PluginError, match=f"{message}, epoch 1: ValueError: .*read-only; it changes its argument"
        ):
            network.train(items((4, 3)), epochs=1, learning_rate=0.1)


@pytest.mark.parametrize(
    "settings", [{"regularizer": Gradient(np.sort)}, {"regularizer": Constraint(np.sort)}], ids=repr
)
def test_who_is_asked_about_weights_that_are_no_numbers_is_not_to_blame(settings):
    with pytest.raises(TrainingDivergedError, match="training diverged: a weight became nan at epoch 1"):
        NeuralNetwork(4, 3, seed=1, output=SquaredError(), **settings).train(
            items((4, 3)), epochs=9, learning_rate=1e80
        )


def test_a_trace_shows_its_arguments_read_only_too():
    with pytest.raises(ValueError, match="output array is read-only"):
        noted(lambda w: operator.imul(w, 2), np.float64)


def test_what_makes_an_array_of_the_shape_it_sees_gets_the_real_shape():
    """Whether each number is treated alone is tried on a row of a million numbers first."""
    seen = []

    def function(weights):
        seen.append(weights.shape)
        return weights @ (weights.T @ weights - np.eye(seen[-1][1]))

    assert reasons(NeuralNetwork(4, 3, regularizer=Gradient(function))) == {}
    assert set(seen) == {SHAPE}
    assert noted(lambda w: w + 1, np.float64, [ANY_SHAPE]).graph.elementwise
    for expression in ("w.sum() + w", "w - MATRIX", "w * w.size", "w.T.T", "w + np.zeros(w.shape)"):
        with pytest.raises(Untraceable, match="does not treat each number alone"):
            noted(written(expression), np.float64, [ANY_SHAPE])
        assert not noted(written(expression), np.float64).graph.elementwise


# Numbers that are special

SPECIAL = [
    *(0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, -np.nan),
    *(5e-324, -1e-320, 1e300, -1e300, 1e-300, 2.0, 0.5, -0.5),
]
N_SPECIAL = len(SPECIAL)


def special_weights(dtype):
    """Return a matrix in which each meets each in the transpose, and some that are drawn."""
    rng, shape = np.random.default_rng(0), (N_SPECIAL, N_SPECIAL)
    with np.errstate(over="ignore", under="ignore"):
        special = np.array(SPECIAL).astype(dtype)
    drawn = [rng.choice(each, shape) for each in (special, special[:2], special[:4], special[[0, 1, 4, 5]])]
    return [np.repeat(special, N_SPECIAL).reshape(shape), *(each.astype(dtype) for each in drawn)]


PAIRS = """
    abs(w) ; np.sign(w) ; np.sqrt(w) ; -w ; +w ; np.square(w) ; w + w.T ; w - w.T ; w * w.T ; w / w.T
    np.maximum(w, w.T) ; np.minimum(w, w.T) ; np.where(w, w.T, 3.0) ; np.where(w.T > 0, w, -w)
    np.clip(w, w.T, -w)
    1.0 * (w < w.T) ; 1.0 * (w <= w.T) ; 1.0 * (w > w.T) ; 1.0 * (w >= w.T) ; 1.0 * (w == w.T) ; 1.0 * (w != w.T)
    w * 0 + w.sum() ; w * 0 + w.sum(axis=0) ; w * 0 + w.max() ; w * 0 + w.max(axis=0) ; w.T * 0 + w.max(axis=1)
    w * 0 + w.mean() ; w @ w ; w.T @ w ; w * w.T + w ; w + w * w.T ; w.T ; w * 0 + np.linalg.norm(w, axis=0)
"""


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "expression", [each.strip() for line in PAIRS.splitlines() for each in line.split(";")][1:]
)
def test_special_numbers_meet_with_the_same_bits(expression, dtype, one_call):
    """Zeros of both signs, infinities, what is no number, numbers near the ends."""
    part, n = Constraint(written(expression)), N_SPECIAL
    start = np.full(n * n + n, 0.5)  # where every answer is finite
    network = NeuralNetwork(n, n, initial=start, dtype=dtype, optimizer=Idle(), regularizer=part)
    assert reasons(network) == {}
    for weights in special_weights(dtype):
        parameters = np.concatenate([weights.ravel(), np.zeros(n, dtype)])
        one, other = (one_call(e, network, items((n, n), 2), parameters=parameters) for e in (kernel, plain))
        assert one == other


# The values of the step that are read


@frozen
class Calls(Regularizer):
    """A strength that is a function of the step; it counts how often it is asked."""

    strength: object = field(repr=False)
    asked: bool = False
    heard: list = field(factory=list, repr=False, eq=False)

    def gradient(self, weights, step):
        self.heard.append(None)
        if self.asked:
            np.sort(weights)
        return self.strength(step) * weights


STRENGTHS = {
    "epoch": lambda step: 0.1 / step.epoch,
    "batch_size": lambda step: 0.1 / step.batch_size,
    "epoch and batch_size": lambda step: 0.1 * step.epoch / step.batch_size,
    "epoch of whole batches": lambda step: 0.01 * (step.epoch if step.batch_size == 3 else 7),
    "every second epoch": lambda step: 0.3 if step.epoch % 2 else 0.0,
    "learning_rate": lambda step: 0.1 * step.learning_rate,
    "n_items": lambda step: 1 / step.n_items,
    "a step like it": lambda step: 0.1 / evolve(step, epoch=step.epoch + 1).epoch,
    "all fields": lambda step: 0.1 / sum(astuple(step)),
}


@pytest.mark.parametrize("strength", STRENGTHS.values(), ids=STRENGTHS)
def test_a_trace_holds_for_the_values_of_the_step_that_were_read(strength, same_bits):
    """Multiplied with a number, weights are the same bits whether traced or asked."""

    @frozen
    class Told(Regularizer):
        asked: bool

        def gradient(self, weights, step):
            if self.asked:
                np.sort(weights)
            return strength(step) * weights

        def constrain(self, weights, step):
            if self.asked:
                np.sort(weights)
            return (1 - 0.1 * strength(step)) * weights

    @frozen
    class Fading(Told):
        def decay(self, step):
            return 1 - 0.01 * strength(step)

    data = items((4, 5, 3))
    for told in (Told, Fading):
        traced, asked = (
            same_bits(
                lambda part=told(asked): NeuralNetwork(4, 5, 3, seed=1, regularizer=part),
                data,
                epochs=7,
                batch_size=3,
            )
            for asked in (False, True)
        )
        assert reasons(traced) == {}
        assert np.array_equal(traced.weights, asked.weights)


STEP_NUMBERS = {
    "nothing": (lambda _: 2, False),
    "arithmetic": (
        lambda step: 0.9**step.epoch * step.learning_rate / -step.batch_size + step.n_items // 2,
        False,
    ),
    "from the right": (lambda step: 2 - (1 / step.epoch) % 3 + 2**step.epochs, False),
    "ufuncs": (lambda step: np.exp(-step.epoch / 10) * np.minimum(step.epoch, 5), False),
    "a truth": (lambda step: 2 * (step.epoch > 4), False),
    "a branch": (lambda step: 0.1 if step.epoch < 5 else 0.3, True),
    "min": (lambda step: min(1.0, step.epoch / 5), True),
    "an index": (lambda step: [5, 6, 7, 8, 9][step.epoch // 4], True),
    "in steps of two": (lambda step: int(step.epoch / 2), True),
    "a key": (lambda step: {3: 1, 4: 2, 5: 2, 6: 0}[step.epoch], True),
    "math": (lambda step: math.cos(step.epoch), True),
    "a word": (lambda step: float(f"{step.learning_rate:.3f}"), True),
    "an attribute": (lambda step: 1.0 + step.learning_rate.is_integer(), True),
    "numpy's array": (lambda step: np.sqrt(np.array([step.epoch, 1.0])).sum(), True),
}


@pytest.mark.parametrize(("function", "relies"), STEP_NUMBERS.values(), ids=STEP_NUMBERS)
def test_what_is_computed_from_a_step_is_computed_anew_in_every_step_it_serves(function, relies):
    made = trace(lambda arrays, step: (function(step) * arrays[0],), [SHAPE], *traced(STEP), np.dtype(float))
    steps = [STEP, evolve(STEP, epoch=4), evolve(STEP, epoch=6, learning_rate=0.05)]
    served = [holds(made.guards, step) for step in steps]
    assert served[0]
    assert served[2] is not relies
    for step in (step for step, serves in zip(steps, served, strict=True) if serves):
        (constant,) = made.constants
        assert in_steps(constant, [step], np.dtype(float)).item() == function(step)


def test_a_number_that_cannot_be_computed_in_a_step_or_is_not_finite_there_does_not_serve_it():
    for function in (lambda step: 1 / (step.epoch - 5), lambda step: np.log(step.epoch - 5.0)):
        step = evolve(STEP, epoch=7)
        made = trace(
            lambda arrays, step, f=function: (f(step) * arrays[0],), [SHAPE], *traced(step), np.dtype(float)
        )
        with np.errstate(all="ignore"):
            assert [holds(made.guards, evolve(STEP, epoch=epoch)) for epoch in (5, 6, 7)] == [False, True, True]


def caught(step):
    """Answer where a number cannot be computed too."""
    try:
        return 0.1 / (step.epoch - 3)
    except ZeroDivisionError:
        return 0.0


def too_large(step):
    try:
        return min(0.1, 2.0 ** (400 * step.epoch))
    except OverflowError:
        return 0.3


def matched(step):
    match step.epoch:
        case int(number) if number > 4:
            return 0.3
        case _:
            return 0.1


def summed(step):
    total = 0.0
    for number in range(600):
        total = total + 0.0002 / (step.epoch + number)
    return total


def square_root(step):
    """By Newton's method, which reads each number twice."""
    root = 1.0 + 0 * step.epoch
    for _ in range(40):
        root = 0.5 * (root + step.epoch / root)
    return 0.05 * root


def seldom_a_number(step):
    number = np.sqrt(3.5 - step.epoch)
    return 0.0 if math.isnan(number) else 0.1 * float(number)


AWKWARD_STRENGTHS = {
    "a caught division by zero": caught,
    "a caught overflow": too_large,
    "isinstance": lambda step: 0.3 if isinstance(step.epoch, int) and step.epoch > 4 else 0.1,
    "type": lambda step: 0.3 if type(step.epoch) is int and step.epoch > 4 else 0.1,
    "match": matched,
    "a copy": lambda step: 0.3 if copy.deepcopy(step).epoch > 4 else 0.1,
    "pickled": lambda step: 0.3 if pickle.loads(pickle.dumps(step)).epoch > 4 else 0.1,  # noqa: S301 (its own)
    "a complex number": lambda step: 0.3 if step.epoch == 5 + 0j else 0.1,
    "a Decimal": lambda step: 0.3 if step.epoch == Decimal(5) else 0.1,
    "what is no number": lambda step: 0.3 if step.epoch == "five" else 0.1,
    "a long sum": summed,
    "shared parts": square_root,
    "not a number": seldom_a_number,
    "divmod": lambda step: 0.1 * divmod(step.epoch, 3)[1],
    "bits": lambda step: 0.1 * ((step.epoch > 2) & (step.epoch < 5)) + 0.1 * (step.epoch & 1),
    "truncated": lambda step: 0.1 * math.trunc(step.epoch / 2),
    "a power modulo": lambda step: 0.1 * pow(step.epoch, 2, 3),
    "two results": lambda step: 0.1 * np.modf(step.epoch / 3)[0],
    "an array": lambda step: 0.1 * float(np.array(step.epoch)),
    "a list": lambda step: 0.1 * float(np.power([0.9, 0.5], step.epoch)[1]),
    "a generator": lambda step: 0.1 * np.random.default_rng(step.epoch).random(),
    "a set": lambda step: 0.1 if step.epoch in {1, 2, 6} else 0.3,
}


@pytest.mark.parametrize("question", ["gradient", "decay"])
@pytest.mark.parametrize("strength", AWKWARD_STRENGTHS.values(), ids=AWKWARD_STRENGTHS)
def test_whatever_a_strength_does_with_the_step_a_network_learns_as_if_it_were_asked(strength, question):
    def network(seen):
        class Own(Regularizer):
            pass

        if question == "gradient":
            Own.gradient = lambda _, weights, step: strength(seen(step)) * weights
        else:
            Own.decay = lambda _, step: 1 - 0.01 * strength(seen(step))
        made = NeuralNetwork(4, 3, seed=1, regularizer=Own())
        made.train(items((4, 3)), epochs=9, learning_rate=0.1, batch_size=3)
        return made.weights

    def known(step):
        """Read all numbers, which must be the same then wherever a trace serves."""
        values = [int(step.epoch), int(step.epochs), float(step.learning_rate), int(step.batch_size)]
        return Step(*values, int(step.n_items))

    np.testing.assert_allclose(network(lambda step: step), network(known), rtol=1e-12)


def test_a_part_that_answers_decay_in_float32_is_multiplied_in_float64():
    class Shrinks(Regularizer):
        def __init__(self, kind):
            self.kind = kind

        def decay(self, step):
            return np.float32(1 - 0.01 / self.kind(step.epoch))

    noted, asked = (
        NeuralNetwork(4, 3, seed=1, regularizer=Shrinks(kind) + WeightDecay(0.1)) for kind in (lambda n: n, int)
    )
    for network in (noted, asked):
        network.train(items((4, 3)), epochs=5, learning_rate=0.1)
    assert np.array_equal(noted.weights, asked.weights)


def test_what_cannot_be_traced_is_tried_once_for_a_run():
    asked = []

    class Sorts(Regularizer):
        def gradient(self, weights, step):
            asked.append(type(weights) is np.ndarray)
            return 0.1 * np.sort(weights)

    NeuralNetwork(4, 3, seed=1, regularizer=Sorts()).train(
        items((4, 3)), epochs=20, learning_rate=0.1, batch_size=7
    )
    assert asked.count(False) == 2  # in any shape, and in its own


def test_a_plug_in_that_fails_in_a_later_epoch_says_in_which():
    @frozen
    class Fails(Regularizer):
        def gradient(self, weights, step):
            return weights / (step.epoch - 4)

    @frozen
    class Infinite(Regularizer):
        def decay(self, step):
            return 1 - np.log(3 - np.minimum(step.epoch, 3.0))

    for part, said in (
        (Fails(), "gradient with something not finite .*, epoch 4"),
        (Infinite(), "decay .*, epoch 3"),
    ):
        network = NeuralNetwork(4, 3, seed=1, regularizer=part)
        with pytest.raises(PluginError, match=said):
            network.train(items((4, 3)), epochs=7, learning_rate=0.1)


@pytest.mark.parametrize("regularizer", [NoRegularization(), L2(), L1(), WeightDecay()], ids=repr)
def test_the_programs_of_built_in_strategies_hold_in_every_epoch(regularizer):
    spec = NeuralNetwork(4, 3, seed=1, regularizer=regularizer).spec
    layout, memory = spec.architecture.memory(spec.optimizer, np.zeros(15))
    questions = Questions(spec.architecture, spec.regularizers, spec.optimizer, {})
    steps = [evolve(STEP, epoch=epoch) for epoch in range(1, 50)]
    assert questions.schedule(np.zeros(15), layout.of(memory), steps).n_epochs == len(steps)


def test_a_question_is_traced_once_for_all_updates_that_read_the_same():
    def heard(strength, *, asked=False):
        part = Calls(strength, asked)
        network = NeuralNetwork(4, 3, seed=1, regularizer=part)
        network.train(items((4, 3), 40), epochs=3, learning_rate=0.1, batch_size=1)
        return len(part.heard)

    once, computed = heard(lambda _: 0.1), heard(lambda step: 0.1 * step.epoch)
    in_each_epoch = heard(lambda step: 0.1 * int(step.epoch))
    assert once == computed < 10
    assert once < in_each_epoch <= 3 * once
    assert heard(lambda _: 0.1, asked=True) > 3 * 40


def test_networks_trained_together_share_traces_and_learn_what_they_learn_alone():
    part = Calls(lambda step: step.learning_rate / step.epoch)
    settings = [
        {"sizes": (4, 3)},
        {"sizes": (4, 3), "rate": 0.5},
        {"sizes": (4, 6, 3)},
        {"sizes": (4, 3), "dtype": np.float32},
    ]

    def make(sizes, rate=0.1, **more):
        return NeuralNetwork(*sizes, seed=1, regularizer=part, **more), rate

    for n_jobs in (1, 2):
        networks, rates = zip(*(make(**each) for each in settings), strict=True)
        train(networks, items((4, 3)), epochs=4, learning_rate=rates, batch_size=3, n_jobs=n_jobs)
        for network, (alone, rate) in zip(networks, (make(**each) for each in settings), strict=True):
            alone.train(items((4, 3)), epochs=4, learning_rate=rate, batch_size=3)
            assert np.array_equal(network.weights, alone.weights)


# Optimizers


@frozen
class LastTwo(Optimizer):
    """One memory becomes what the other was."""

    asked: bool = False

    def begin(self, weights):
        return np.zeros_like(weights), np.zeros_like(weights)

    def update(self, gradient, memory, step):
        if self.asked:
            np.sort(gradient)
        last, before = memory
        return -step.learning_rate * (gradient + last / 2 + before / 4), (gradient, last)


@pytest.mark.parametrize("asked", [False, True], ids=["traced", "asked"])
@pytest.mark.parametrize("engine", [kernel, plain], ids=["kernel", "plain"])
@pytest.mark.usefixtures("compiled")
def test_one_memory_may_become_what_another_was(engine, asked, trained):
    data = items((4, 3))
    network = trained(
        engine, lambda: NeuralNetwork(4, 3, seed=1, optimizer=LastTwo(asked)), data, batch_size=7
    ).network
    spec = network.spec
    parameters = NeuralNetwork(4, 3, seed=1).weights.copy()
    last, before = np.zeros_like(parameters), np.zeros_like(parameters)
    for _ in range(2):
        shares = np.full((7, 1), 1 / 7)
        layers = spec.architecture.layers(parameters)
        gradients = plain.differentiate(spec.architecture, layers, data.inputs, data.targets, shares, [])
        gradient = np.concatenate([each.ravel() for each in gradients])
        parameters += -0.1 * (gradient + last / 2 + before / 4)
        last, before = gradient, last
    assert np.array_equal(network.weights, parameters)
    assert np.array_equal(network.state.memory, np.concatenate([last, before]))


@pytest.mark.parametrize("asked", [False, True], ids=["traced", "asked"])
def test_networks_on_threads_get_each_their_own_answers(asked):
    """Though networks of one specification share their questions."""

    def weights(n_jobs):
        networks = [NeuralNetwork(4, 5, 3, seed=seed, optimizer=LastTwo(asked)) for seed in range(4)]
        train(networks, items((4, 5, 3), 100), epochs=2, learning_rate=0.01, n_jobs=n_jobs)
        return np.array([network.weights for network in networks])

    assert np.array_equal(weights(4), weights(1))


@frozen
class Fades(Optimizer):
    """A running number, which may begin with another value in each layer."""

    own: bool = False

    def begin(self, weights):
        return (np.full((1, 1), 0.5 + (np.abs(weights).mean() if self.own else 0)),)

    def update(self, gradient, memory, step):
        return -step.learning_rate * memory[0] * gradient, (memory[0] * 0.9,)


@frozen
class AskedLast(Regularizer):
    """Traced after whole batches, asked after the smaller last one."""

    def gradient(self, weights, step):
        if step.batch_size < 3:
            np.sort(weights)
        return 0.1 * weights


@pytest.mark.parametrize("own", [False, True], ids=["one value", "a value for each layer"])
@pytest.mark.parametrize(
    "part", [NoRegularization(), L2(0.1), AskedLast(), Gradient(written("w / (9 + w.sum())"))], ids=repr
)
@pytest.mark.parametrize("biases", [NoRegularization(), L2(0.1), AskedLast()], ids=repr)
def test_running_numbers_are_each_layers_own(biases, part, own, same_bits):
    network = same_bits(
        lambda: NeuralNetwork(4, 5, 3, seed=1, regularizer=part, bias_regularizer=biases, optimizer=Fades(own)),
        items((4, 5, 3)),
        batch_size=3,
        epochs=3,
    )
    begun = NeuralNetwork(4, 5, 3, seed=1, optimizer=Fades(own)).state.memory
    np.testing.assert_allclose(network.state.memory, begun * 0.9 ** (3 * 3), 1e-14)


# Places side by side

PLACES = {
    "nothing": ({}, [[0, 1, 2, 3]]),
    "weights alone": ({"regularizer": L2(0.1)}, [[0], [1], [2], [3]]),
    "both": ({"regularizer": L2(0.1), "bias_regularizer": L2(0.1)}, [[0, 1, 2, 3]]),
    "decay": ({"regularizer": WeightDecay(0.1), "bias_regularizer": WeightDecay(0.1)}, [[0, 1, 2, 3]]),
    "decays": ({"regularizer": WeightDecay(0.1), "bias_regularizer": WeightDecay(0.2)}, [[0], [1], [2], [3]]),
    "one layer": ({"regularizer": [L1(0.1), NoRegularization()]}, [[0], [1, 2, 3]]),
    "first layer": (
        {"regularizer": [L1(0.1), L1(0.2)], "bias_regularizer": [L1(0.1), L1(0.3)]}, [[0, 1], [2], [3]],
    ),
    "sums": ({"regularizer": L1(0.1) + L2(0.1), "bias_regularizer": L2(0.1) + L1(0.1)}, [[0], [1], [2], [3]]),
    "one number for all": ({"optimizer": Fades()}, [[0, 1, 2, 3]]),
    "a number each": ({"optimizer": Fades(own=True)}, [[0], [1], [2], [3]]),
    "matrices": ({"regularizer": Constraint(written("w / np.linalg.norm(w, axis=0)"))}, [[0], [1], [2], [3]]),
    "matrices in one layer": (
        {"regularizer": [NoRegularization(), Constraint(written("w - w.mean()"))]}, [[0, 1], [2], [3]],
    ),
    "asked": ({"regularizer": Gradient(np.sort), "bias_regularizer": Gradient(np.sort)}, [[0], [1], [2], [3]]),
    "asked last": ({"regularizer": AskedLast(), "bias_regularizer": AskedLast()}, [[0], [1], [2], [3]]),
}  # fmt: skip


@pytest.mark.parametrize(("settings", "groups"), PLACES.values(), ids=PLACES)
def test_places_side_by_side_that_do_the_same_are_done_at_once(settings, groups, same_bits, monkeypatch):
    """Which changes no bit."""
    found = []
    side_by_side = assemble.side_by_side
    monkeypatch.setattr(assemble, "side_by_side", lambda *given: found.append(side_by_side(*given)) or found[-1])
    together = same_bits(lambda: NeuralNetwork(4, 5, 3, seed=1, **settings), items((4, 5, 3)), batch_size=3)
    assert found
    assert all([list(numbers) for numbers in each] == groups for each in found)
    monkeypatch.setattr(assemble, "side_by_side", lambda *_: ((0,), (1,), (2,), (3,)))
    apart = same_bits(lambda: NeuralNetwork(4, 5, 3, seed=1, **settings), items((4, 5, 3)), batch_size=3)
    assert np.array_equal(together.weights, apart.weights)


@pytest.mark.parametrize("hidden", [(), (1,), (1, 1)])
@pytest.mark.parametrize("optimizer", [SGD(), LastTwo(), Fades(), Fades(own=True)], ids=repr)
def test_single_weights_are_told_from_running_numbers(optimizer, hidden, same_bits):
    """Both are arrays (1, 1)."""
    data = Dataset([[0.5], [-1.0], [0.2]], [[1.0], [1.0], [1.0]])
    regularizer = L2(0.1) + Constraint(written("w * .9"))
    same_bits(
        lambda: NeuralNetwork(1, *hidden, 1, seed=1, optimizer=optimizer, regularizer=regularizer),
        data,
        batch_size=2,
    )


# Programs drawn at random

UNARY = {
    "-": np.negative,
    "abs": np.abs,
    "square": np.square,
    "** 2": lambda a: a**2,
    "root": lambda a: np.sqrt(1 + a * a),
    "half": lambda a: 0.5 * a,
    "clip": lambda a: np.clip(a, -0.7, 0.9),
    "T": lambda a: a.T,
    "zeros": np.zeros_like,
    "ones": np.ones_like,
    "a.T @ a": lambda a: a.T @ a if a.ndim == 2 else a,
}
BINARY = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / (1 + b * b),
    "maximum": np.maximum,
    "minimum": np.minimum,
    "+=": lambda a, b: operator.iadd(a + b, b),
    "*=": lambda a, b: operator.imul(a + b, b),
    "@": lambda a, b: a @ b if a.ndim == b.ndim == 2 and a.shape[1] == b.shape[0] else a + b,
}
JUMPS = {
    "sign": lambda a, b: np.sign(a) + b,
    "where": lambda a, b: np.where(a < b, a, 0.5),
    "mask": lambda a, b: (a >= b) * a,
    "same": lambda a, b: np.where(a == b, 0.25, b),
    "not": lambda a, b: np.where(a != 0, b, 1.0),
}
ALONG = {"sum": np.sum, "mean": np.mean, "max": np.max, "norm": np.linalg.norm}
INEXACT = {"a.T @ a", "@", "sum", "mean", "norm"}
"""What is rounded in another order than numpy's; a jump after it could give something else altogether."""


class Drawn:
    """A program drawn at random: a list of functions, each with the numbers of the values it takes.

    Values are kept within bounds, so that roundings stay small, and so that all is finite.

    Parameters
    ----------
    rng
        Who draws.
    shapes
        Those of its arguments, and of its answers.
    n_steps
        About how many functions it has.
    """

    def __init__(self, rng, shapes, n_steps):
        self.steps, self.names = [], []
        self._rng, self._values, self._exact = (
            rng,
            [rng.normal(size=shape) for shape in shapes],
            [True] * len(shapes),
        )
        draw = [self._draw_unary, self._draw_binary, self._draw_jump, self._draw_along, self._draw_constant]
        for _ in range(n_steps):
            rng.choice(draw)()
        self.results = [self._result(number, shape) for number, shape in enumerate(shapes)]

    def __call__(self, *arguments):
        values = list(arguments)
        for function, operands in self.steps:
            values.append(function(*(values[each] for each in operands)))
        return tuple(values[each] for each in self.results)

    def _add(self, name, function, *operands):
        value = function(*(self._values[each] for each in operands))
        self.steps.append((function, operands))
        self.names.append(name)
        self._values.append(value)
        self._exact.append(name not in INEXACT and all(self._exact[each] for each in operands))
        last = len(self._values) - 1
        return self._add("clip", lambda a: np.clip(a, -3, 3), last) if np.abs(value).max() > 3 else last

    def _pick(self, among=None):
        return int(self._rng.choice(len(self._values) if among is None else among))

    def _beside(self, a, among):
        """Return one of the values that broadcast with another."""
        return self._pick(
            [b for b in among if _broadcast(self._values[a].shape, self._values[b].shape) is not None]
        )

    def _draw_unary(self):
        name = self._rng.choice(list(UNARY))
        self._add(name, UNARY[name], self._pick())

    def _draw_binary(self):
        name, a = self._rng.choice(list(BINARY)), self._pick()
        self._add(name, BINARY[name], a, self._beside(a, range(len(self._values))))

    def _draw_jump(self):
        name, exact = self._rng.choice(list(JUMPS)), np.flatnonzero(self._exact)
        a = self._pick(exact)
        self._add(name, JUMPS[name], a, self._beside(a, exact))

    def _draw_along(self):
        name, keepdims, a = self._rng.choice(list(ALONG)), bool(self._rng.integers(2)), self._pick()
        axis = [None, 0, 1][self._rng.integers(3)] if self._values[a].ndim == 2 else None
        self._add(name, lambda a: ALONG[name](a, axis=axis, keepdims=keepdims), a)

    def _draw_constant(self):
        a = self._pick()
        shape = self._values[a].shape if self._rng.integers(2) else ()
        constant = self._rng.normal(size=shape)
        self._add("constant", lambda a: a * constant.astype(a.dtype), a)

    def _result(self, total, shape):
        """Return a value of this shape in which the last that broadcast to it have a part."""
        fit = [number for number, value in enumerate(self._values) if _broadcast(shape, value.shape) == shape]
        for number in fit[-4:]:
            total = self._add("total", lambda a, b: a + 0.3 * b, total, number)
        return self._add("clip", lambda a: np.clip(a, -2, 2), total)


def _broadcast(one, other):
    try:
        return np.broadcast_shapes(one, other)
    except ValueError:
        return None


@cache
def _drawn(seed, shapes):
    return Drawn(np.random.default_rng(seed), shapes, 8)


@frozen
class DrawnRegularizer(Regularizer):
    """A gradient and a constraint, each drawn for the shape of the weights it is asked about."""

    seed: int

    def gradient(self, weights, step):
        return 0.1 * _drawn(self.seed, (weights.shape,))(weights)[0]

    def constrain(self, weights, step):
        return 0.5 * _drawn((self.seed, 1), (weights.shape,))(weights)[0]


@frozen
class DrawnOptimizer(Optimizer):
    """The same, with memory: arrays of the weights' shape and running numbers."""

    seed: int

    def begin(self, weights):
        shapes = [weights.shape, (1, 1), weights.shape, (1, 1)][: self.seed % 5]
        return tuple(np.full(shape, 0.1) for shape in shapes)

    def update(self, gradient, memory, step):
        given = (gradient, *memory)
        change, *remembered = _drawn(self.seed, tuple(each.shape for each in given))(*given)
        return -step.learning_rate * change, tuple(remembered)


def check_drawn(seed, same_bits):
    """Kernel and plain give the same bits, and what the questions answer when asked, to rounding."""
    dtype, rng = DTYPES[seed % 2], np.random.default_rng(seed)
    sizes = tuple(int(size) for size in rng.choice([1, 2, 3, 4, 5, 9], 2 + seed % 3))
    part, optimizer = DrawnRegularizer(seed), DrawnOptimizer(seed)

    def make():
        return NeuralNetwork(
            *sizes, seed=seed, dtype=dtype, regularizer=part, bias_regularizer=part, optimizer=optimizer
        )

    assert reasons(make()) == {}
    network = same_bits(make, items(sizes, seed=seed), batch_size=4, epochs=1)
    for place in network.spec.architecture.places:
        memory = [rng.normal(size=each.shape) for each in optimizer.begin(np.empty(place.shape))]
        for answerer, name, arrays in (
            (part, "gradient", []),
            (part, "constrain", []),
            (optimizer, "update", memory),
        ):
            question = Question(answerer, name, place)
            given = [array.astype(dtype) for array in (rng.normal(size=place.shape), *arrays)]
            made = trace(question.answers, [each.shape for each in given], *traced(STEP), np.dtype(dtype))
            values, rounding = replayed(made, given), 1e4 * np.finfo(dtype).eps
            for number, answer in zip(made.graph.results, question.answers(given, STEP), strict=True):
                np.testing.assert_allclose(values[number], answer, rounding, rounding)


@pytest.mark.parametrize("seed", range(12))
def test_programs_drawn_at_random_give_the_same_bits_and_what_is_answered(seed, same_bits):
    check_drawn(seed, same_bits)


@pytest.mark.slow
@pytest.mark.parametrize(
    "seed", [*range(12, 112), *(pytest.param(seed, marks=pytest.mark.minutes) for seed in range(112, 312))]
)
def test_more_programs_drawn_at_random_give_the_same_bits_and_what_is_answered(seed, same_bits):
    check_drawn(seed, same_bits)


@frozen
class HalvesAView(Optimizer):
    """Changes what it has transposed, which numpy sees in both."""

    def begin(self, weights):
        return (np.zeros_like(weights),)

    def update(self, gradient, memory, step):
        moved = 0.9 * memory[0] - step.learning_rate * gradient
        turned = moved.T
        turned *= 0.5
        return moved, (moved,)


def test_what_is_changed_through_a_view_is_asked(same_bits):
    net = same_bits(lambda: NeuralNetwork(3, 4, 2, optimizer=HalvesAView(), seed=1), items((3, 4, 2)))
    assert reasons(net) == {("HalvesAView()", "update"): "it changes in place what it has transposed"}
