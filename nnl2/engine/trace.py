"""A question asked once, written down as operations: a trace, which every update replays.

A question is asked with arrays that note what is done to them. What they cannot note (a branch on the weights,
an unusual function) raises `Untraceable` with the reason; such a question is asked in every update instead.
"""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs
import numpy as np
from attrs import frozen
from numpy.lib.mixins import NDArrayOperatorsMixin

from nnl2.elementary import sum_in_order
from nnl2.regularizers.base import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    FloatArray = NDArray[np.floating[Any]]
    Shape = tuple[int, ...]

ANY_SHAPE = (1, 1_000_003)
"""What treats each number alone is traced on a row like this, and then serves weights of any shape."""


class Untraceable(Exception):  # noqa: N818 (no error: the question is asked instead)
    """A question does what a trace cannot note; the message says what."""


class Node(NamedTuple):
    """One value: an argument, a constant, or what an operation makes of other values.

    `detail` is an argument's position, a constant's numbers, the axis of a reduction (0, 1, or None for both),
    or who is asked.
    """

    name: str
    operands: tuple[int, ...]
    detail: Any
    shape: tuple[int, int]


@frozen(eq=False)
class Trace:
    """What a question does to its arguments.

    Parameters
    ----------
    nodes, results
        The values, each after its operands; which of them are the answers.
    elementwise
        Whether each number is treated alone: nodes of `ANY_SHAPE` then stand for any shape.
    read
        What was read of the step, with the values for which the trace holds.
    """

    nodes: tuple[Node, ...]
    results: tuple[int, ...]
    elementwise: bool
    read: Mapping[str, object]


class WatchedStep(Step):
    """A step that notes what is read of it."""

    def __init__(self, *values: Any, **named: Any) -> None:  # noqa: ANN401 (those of a step)
        super().__init__(*values, **named)
        object.__setattr__(self, "read", {})

    @classmethod
    def of(cls, step: Step) -> WatchedStep:
        """Return a step with the same values."""
        return cls(*attrs.astuple(step))

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 (whatever a step holds)
        value = object.__getattribute__(self, name)
        if name in STEP_FIELDS:
            self.read[name] = value
        return value


STEP_FIELDS = {each.name for each in attrs.fields(Step)}


def trace(
    question: Callable[..., Sequence[Any]], shapes: Sequence[Shape], step: Step, dtype: np.dtype[Any]
) -> Trace:
    """Return the trace of `question(arrays of these shapes, step)`, whose answers have these shapes too.

    Raises
    ------
    Untraceable
        If it does what cannot be noted, or is traced in `ANY_SHAPE` and does not treat each number alone.
    """
    recorder, watched = _Recorder(dtype, any_shape=ANY_SHAPE in shapes), WatchedStep.of(step)
    answers = question([recorder.argument(position, shape) for position, shape in enumerate(shapes)], watched)
    results = tuple(map(recorder.result, answers, shapes))
    read = dict(object.__getattribute__(watched, "read"))
    return Trace(tuple(recorder.nodes), results, recorder.any_shape, read)


# What each operation makes of its operands. Sums run in order, and where two zeros meet a comparison decides.
REPLAYED: dict[str, Callable[..., Any]] = {
    "negative": np.negative,
    "absolute": np.abs,
    "sign": lambda a: np.where(a > 0, 1, np.where(a < 0, -1, a)),
    "sqrt": np.sqrt,
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "maximum": lambda a, b: np.where((a > b) | (a != a), a, b),  # noqa: PLR0124 (a is no number)
    "minimum": lambda a, b: np.where((a < b) | (a != a), a, b),  # noqa: PLR0124
    "less": np.less,
    "less_equal": np.less_equal,
    "equal": np.equal,
    "not_equal": np.not_equal,
    "where": lambda a, b, c: np.where(a != 0, b, c),
    "multiply_add": lambda a, b, c: c + a * b,
    "take": lambda a: a,
    "transpose": np.transpose,
    "sum": lambda a, *, axis: sum_in_order(*_flat(a, axis)),
    "max": lambda a, *, axis: _first_largest(*_flat(a, axis)),
    "matmul": lambda a, b: sum_in_order(a.T[:, :, np.newaxis] * b[:, np.newaxis, :]),
}


def replay(nodes: Sequence[Node], arguments: Sequence[FloatArray], dtype: np.dtype[Any]) -> list[FloatArray]:
    """Return the value of each node, as an array of its shape."""
    values: list[FloatArray] = []
    for name, operands, detail, shape in nodes:
        if name == "argument":
            value = arguments[detail]
        elif name == "constant":
            value = detail
        elif name == "ask":
            asking, number = detail
            value = asking(number, [values[operand] for operand in operands])
        else:
            axis = {"axis": detail} if name in {"sum", "max"} else {}
            value = REPLAYED[name](*(values[operand] for operand in operands), **axis)
        if value.dtype != dtype or value.shape != shape:
            value = value.astype(dtype, copy=False)
            value = np.broadcast_to(value, shape) if name == "take" else value.reshape(shape)
        values.append(value)
    return values


def in_shape(nodes: Sequence[Node], shape: tuple[int, int]) -> list[Node]:
    """Return the nodes with this shape wherever theirs is that of the weights."""
    return [node._replace(shape=shape) if node.shape == ANY_SHAPE else node for node in nodes]


def _flat(a: FloatArray, axis: int | None) -> tuple[FloatArray, int]:
    return (a.reshape(1, -1), 1) if axis is None else (a, axis)


def _first_largest(a: FloatArray, axis: int) -> FloatArray:
    return np.take_along_axis(a, np.argmax(a, axis=axis, keepdims=True), axis=axis)


class _Recorder:
    """The values of a trace under way."""

    def __init__(self, dtype: np.dtype[Any], *, any_shape: bool) -> None:
        self.dtype, self.any_shape = dtype, any_shape
        self.nodes: list[Node] = []

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
        numbers = np.asarray(value)
        if numbers.dtype.kind not in "biuf" or numbers.ndim > 2:
            raise Untraceable(f"it works with a {type(value).__name__}, which is no array of real numbers")
        if numbers.size != 1:
            self.needs_shape()
        two_axes = numbers.astype(self.dtype).reshape(_two_axes(numbers.shape))
        noted = self.add("constant", (), numbers.shape, two_axes)
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
