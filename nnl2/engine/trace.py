"""A question asked once, written down as operations: a trace, which every update replays.

A question is asked with arrays that note what is done to them. What they cannot note (a branch on the weights,
an unusual function) raises `Untraceable` with the reason; such a question is asked in every update instead.
"""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from numpy.lib.mixins import NDArrayOperatorsMixin

from nnl2.engine.graph import ANY_SHAPE, REPLAYED, Graph, Node
from nnl2.engine.step_numbers import StepNumber, only_in, while_finite

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from nnl2.engine.asking import Asking
    from nnl2.engine.step_numbers import Guard
    from nnl2.regularizers.base import Step

    FloatArray = NDArray[np.floating[Any]]
    Shape = tuple[int, ...]
    Constant = FloatArray | StepNumber


class Untraceable(Exception):  # noqa: N818 (no error: the question is asked instead)
    """A question does what a trace cannot note; the message says what."""


@frozen(eq=False)
class Trace:
    """What a question does to its arguments.

    Parameters
    ----------
    graph, constants
        The answers; the numbers that its constants stand for, each with two axes, or computed from the step.
    guards
        In which steps it serves.
    questions
        Who is asked in every update, where the question could not be traced.
    """

    graph: Graph
    constants: tuple[Constant, ...]
    guards: tuple[Guard, ...]
    questions: tuple[Asking, ...] = ()

    @classmethod
    def of_asking(cls, asking: Asking, shapes: Sequence[tuple[int, int]], step: Step) -> Trace:
        """Return what stands for a question that is asked in every update of this step."""
        arguments = [Node("argument", (), position, shape) for position, shape in enumerate(shapes)]
        answers = [Node("ask", tuple(range(len(shapes))), (0, n), shape) for n, shape in enumerate(shapes)]
        graph = Graph((*arguments, *answers), tuple(range(len(shapes), 2 * len(shapes))))
        return cls(graph, (), (only_in(step),), (asking,))


def trace(
    question: Callable[..., Sequence[Any]],
    shapes: Sequence[Shape],
    step: Step,
    guards: Sequence[Guard],
    dtype: np.dtype[Any],
) -> Trace:
    """Return the trace of `question(arrays of these shapes, step)`, whose answers have these shapes too.

    `step` and `guards` are those of `traced`, or any step with what says where it may stand for others.

    Raises
    ------
    Untraceable
        If it does what cannot be noted, or is traced in `ANY_SHAPE` and does not treat each number alone.
    """
    recorder = _Recorder(dtype, any_shape=ANY_SHAPE in shapes)
    answers = question([recorder.argument(position, shape) for position, shape in enumerate(shapes)], step)
    results = tuple(map(recorder.result, answers, shapes))
    graph, constants = Graph(tuple(recorder.nodes), results), tuple(recorder.constants)
    numbers = (each for each in constants if isinstance(each, StepNumber))
    return Trace(graph, constants, (*guards, *map(while_finite, numbers)))


class _Recorder:
    """The values of a trace under way."""

    def __init__(self, dtype: np.dtype[Any], *, any_shape: bool) -> None:
        self.dtype, self.any_shape = dtype, any_shape
        self.nodes: list[Node] = []
        self.constants: list[Constant] = []

    def add(self, name: str, operands: Sequence[Traced], shape: Shape, detail: object = None) -> Traced:
        """Note a value whose shape in numpy is given."""
        self.nodes.append(Node(name, tuple(each.index for each in operands), detail, _two_axes(shape)))
        return Traced(self, len(self.nodes) - 1, shape, boolean=name in COMPARISONS)

    def needs_shape(self) -> None:
        """End the trace if the shape is not the real one, by which nothing must be computed or made."""
        if self.any_shape:
            raise Untraceable("it does not treat each number alone")

    def argument(self, position: int, shape: Shape) -> Traced:
        """Note an argument, which must not be changed."""
        traced = self.add("argument", (), shape, position)
        traced.read_only = True
        return traced

    def constant(self, value: object) -> Traced:
        """Note a number or an array of numbers."""
        numbers = np.asarray(value.value if isinstance(value, StepNumber) else value)
        if numbers.dtype.kind not in "biuf" or numbers.ndim > 2:
            raise Untraceable(f"it works with a {type(value).__name__}, which is no array of real numbers")
        if numbers.size != 1:
            self.needs_shape()
        two_axes = numbers.astype(self.dtype).reshape(_two_axes(numbers.shape))
        self.constants.append(value if isinstance(value, StepNumber) else two_axes)
        noted = self.add("constant", (), numbers.shape, len(self.constants) - 1)
        noted.boolean = numbers.dtype.kind == "b"
        return noted

    def operand(self, value: object) -> Traced:
        """Return a traced value as it is, anything else as a constant."""
        return value if isinstance(value, Traced) else self.constant(value)

    def each(self, name: str, *given: object) -> Traced:
        """Note an operation on each number."""
        operands = [self.operand(value) for value in given]
        if name not in {"where", *COMPARISONS} and all(operand.boolean for operand in operands):
            raise Untraceable(f"it takes the {name} of truth values; multiply them with numbers, or use np.where")
        return self.add(name, operands, np.broadcast_shapes(*(operand.shape_ for operand in operands)))

    def reduced(self, name: str, a: Traced, axis: Any, *, keepdims: bool) -> Traced:  # noqa: ANN401 (numpy's)
        """Note a sum or a largest number along an axis."""
        self.needs_shape()
        shape = a.shape_
        axes = range(len(shape)) if axis is None else [axis] if isinstance(axis, int) else axis
        axes = {each % len(shape) for each in axes}
        left = tuple(1 if n in axes else size for n, size in enumerate(shape) if keepdims or n not in axes)
        along = None if len(axes) == len(shape) else axes.pop() + 2 - len(shape)
        return self.add(name, (a,), left, along)

    def result(self, answer: object, shape: Shape) -> int:
        """Return which value is the answer, which must have the shape asked for."""
        traced = self.operand(answer)
        if traced.shape_ != shape or traced.boolean:
            raise Untraceable(f"it answers with shape {traced.shape_}")  # to be refused when it is asked
        filled = traced if self.nodes[traced.index].shape == shape else self.add("take", (traced,), shape)
        return filled.index


class Traced(NDArrayOperatorsMixin):
    """An array that notes what is done to it; it holds no numbers."""

    notes_step_numbers = True

    def __init__(self, recorder: _Recorder, index: int, shape: Shape, *, boolean: bool = False) -> None:
        self.recorder, self.index, self.shape_, self.boolean = recorder, index, shape, boolean
        self.read_only = self.has_views = False

    @property
    def shape(self) -> Shape:
        """Its shape; to read it means that not each number is treated alone."""
        self.recorder.needs_shape()
        return self.shape_

    @property
    def ndim(self) -> int:
        """The number of its axes."""
        return len(self.shape_)

    @property
    def size(self) -> int:
        """The number of its numbers."""
        return int(np.prod(self.shape))

    @property
    def dtype(self) -> np.dtype[Any]:
        """The network's number type."""
        return self.recorder.dtype

    @property
    def T(self) -> Traced:  # noqa: N802 (numpy's name)
        """The transpose."""
        turned = self.recorder.add("transpose", (self,), self.shape[::-1])
        self.has_views = turned.has_views = True
        return turned if self.ndim == 2 else self

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = (), **more: Any) -> Any:  # noqa: ANN401
        """Note a ufunc, also in place."""
        named = UFUNCS.get(ufunc)
        if named is None or more or method != "__call__":
            raise Untraceable(f"it uses np.{ufunc.__name__}" + (f".{method}" if method != "__call__" else ""))
        result = named(self.recorder, *inputs)
        if not out:
            return result
        (into,) = out
        if not isinstance(into, Traced) or into.shape_ != result.shape_:
            raise Untraceable(f"it uses np.{ufunc.__name__} with out=")
        if into.has_views and not into.read_only:
            raise Untraceable("it changes in place what it has transposed")
        if into.read_only:
            raise ValueError("output array is read-only")  # as numpy says
        into.index, into.boolean = result.index, result.boolean
        return into

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:  # noqa: ANN401
        """Note one of numpy's other functions."""
        if function not in FUNCTIONS:
            raise Untraceable(f"it uses {_name(function)}")
        try:
            return FUNCTIONS[function](self.recorder, *args, **kwargs)
        except TypeError as error:
            raise Untraceable(f"it uses {_name(function)} in an unusual way ({error})") from error

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        if name.startswith("__array_"):  # numpy goes on to __array__
            raise AttributeError(name)
        if name not in METHODS:
            raise Untraceable(f"it uses weights.{name}")
        return lambda *args, **kwargs: self.__array_function__(METHODS[name], (), (self, *args), kwargs)

    def _values(self, *_: object, **__: object) -> Any:  # noqa: ANN401
        raise Untraceable("what it does depends on the weights' values (a branch, an index, a conversion)")

    __bool__ = __float__ = __int__ = __index__ = __complex__ = _values
    __array__ = __iter__ = __len__ = __getitem__ = __setitem__ = __contains__ = _values


def _name(function: Any) -> str:  # noqa: ANN401 (one of numpy's)
    return f"{function.__module__.replace('numpy', 'np', 1)}.{function.__name__}"


def _two_axes(shape: Shape) -> tuple[int, int]:
    return (*(1,) * (2 - len(shape)), *shape)  # type: ignore[return-value]  # of at most two axes


def _power(recorder: _Recorder, a: object, exponent: object) -> Traced:
    if not isinstance(exponent, Real) or exponent != 2:
        raise Untraceable("it uses a power other than ** 2")
    return recorder.each("multiply", a, a)


def _matmul(recorder: _Recorder, a: object, b: object) -> Traced:
    left, right = recorder.operand(a), recorder.operand(b)
    recorder.needs_shape()
    if left.ndim != 2 or right.ndim != 2 or left.shape[1] != right.shape[0]:
        raise Untraceable("it multiplies something other than two matrices that fit")
    return recorder.add("matmul", (left, right), (left.shape[0], right.shape[1]))


def _sum(recorder: _Recorder, a: Traced, axis: object = None, *, keepdims: bool = False) -> Traced:
    return recorder.reduced("sum", a, axis, keepdims=keepdims)


def _max(recorder: _Recorder, a: Traced, axis: object = None, *, keepdims: bool = False) -> Traced:
    return recorder.reduced("max", a, axis, keepdims=keepdims)


def _mean(recorder: _Recorder, a: Traced, axis: object = None, *, keepdims: bool = False) -> Traced:
    total = recorder.reduced("sum", a, axis, keepdims=keepdims)
    return recorder.each("divide", total, int(np.prod(a.shape)) / max(1, int(np.prod(total.shape))))


def _norm(
    recorder: _Recorder,
    a: Traced,
    ord: object = None,  # noqa: A002 (numpy's signature)
    axis: object = None,
    keepdims: bool = False,  # noqa: FBT001, FBT002 (numpy's signature)
) -> Traced:
    if ord is not None and not (ord == 2 and isinstance(axis, int)):
        raise Untraceable(f"it uses np.linalg.norm of order {ord}")
    squares = recorder.each("multiply", a, a)
    return recorder.each("sqrt", recorder.reduced("sum", squares, axis, keepdims=keepdims))


def _clip(recorder: _Recorder, a: Traced, low: object = None, high: object = None) -> Traced:
    above = a if low is None else recorder.each("maximum", a, low)
    return above if high is None else recorder.each("minimum", above, high)


def _where(recorder: _Recorder, condition: object, a: object, b: object) -> Traced:
    return recorder.each("where", condition, a, b)


def _transpose(_: _Recorder, a: Traced) -> Traced:
    return a.T


def _like(value: float) -> Callable[[_Recorder, Traced], Traced]:
    return lambda recorder, a: recorder.add("take", (recorder.constant(value),), a.shape_)


def _each(name: str) -> Callable[..., Traced]:
    return lambda recorder, *operands: recorder.each(name, *operands)


def _turned(name: str) -> Callable[..., Traced]:
    return lambda recorder, a, b: recorder.each(name, b, a)


COMPARISONS = {"less", "less_equal", "equal", "not_equal"}
UFUNCS: dict[np.ufunc, Callable[..., Traced]] = {
    getattr(np, name): _each(name)
    for name in REPLAYED
    if isinstance(getattr(np, name, None), np.ufunc) and name != "matmul"
} | {
    np.positive: lambda recorder, a: recorder.each("add", a, 0),
    np.square: lambda recorder, a: recorder.each("multiply", a, a),
    np.power: _power,
    np.greater: _turned("less"),
    np.greater_equal: _turned("less_equal"),
    np.matmul: _matmul,
}
FUNCTIONS: dict[Any, Callable[..., Traced]] = {
    np.sum: _sum,
    np.mean: _mean,
    np.max: _max,
    np.amax: _max,
    np.clip: _clip,
    np.where: _where,
    np.linalg.norm: _norm,
    np.transpose: _transpose,
    np.zeros_like: _like(0),
    np.ones_like: _like(1),
}
METHODS = {
    "sum": np.sum, "mean": np.mean, "max": np.max, "clip": np.clip, "transpose": np.transpose,
}  # fmt: skip
