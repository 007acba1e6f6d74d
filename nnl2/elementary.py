"""exp, tanh, log and sums with the same bits on every machine.

Libraries differ in the last bit of exp and in the order in which they add. These functions use nothing but
+ - * /, comparisons and powers of two of IEEE numbers, in an order that is written down here; `engine/update.h`
does the same operations in the same order, compiled.

Their errors are at most 1.1 (exp), 2.6 (tanh) and 0.9 (log) units in the last place.
"""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.floating[Any]]

LOG2_E = 1.4426950408889634


class Format(NamedTuple):
    """What these functions need to know of a number type.

    Parameters
    ----------
    number
        The type.
    bits
        The unsigned integers of the same width.
    mantissa, bias
        How many bits the fraction has; what the exponent's bits hold for 2^0.
    rounds
        Added and taken away again, it rounds to a whole number, which then stands in the lowest bits.
    ln2_high, ln2_low
        Two numbers that sum to ln 2; a whole number times the first is exact.
    exp_bound, tanh_bound
        Beyond exp_bound exp is infinite or 0; beyond tanh_bound, 2 |x| makes tanh 1.
    n_exp, n_log
        How many terms of the series are taken.
    scale
        The exponent of a power of two that makes the smallest numbers normal.
    """

    number: type[np.floating[Any]]
    bits: type[np.unsignedinteger[Any]]
    mantissa: int
    bias: int
    rounds: float
    ln2_high: float
    ln2_low: float
    exp_bound: float
    tanh_bound: float
    n_exp: int
    n_log: int
    scale: int


FORMATS = {
    np.dtype(np.float64): Format(
        np.float64, np.uint64, 52, 1023, 6755399441055744.0,
        6.93147180369123816490e-01, 1.90821492927058770002e-10, 800.0, 44.0, 13, 10, 54,
    ),
    np.dtype(np.float32): Format(
        np.float32, np.uint32, 23, 127, 12582912.0,
        0.693359375, -2.12194440e-4, 150.0, 20.0, 7, 5, 25,
    ),
}  # fmt: skip


def _pairs(of: Format) -> tuple[FloatArray, FloatArray]:
    """Return 1/2!, 1/4!, ... and 1/3!, 1/5!, ..., as columns."""
    inverse = np.array([1 / factorial(k) for k in range(2, of.n_exp + 1)], of.number)
    return inverse[::2, np.newaxis], inverse[1::2, np.newaxis]


PAIRS = {number: _pairs(of) for number, of in FORMATS.items()}


def exp(x: FloatArray) -> FloatArray:
    """Return e^x; infinite where it is too large for a number, 0 where it is too small.

    e^x = 2^n (1 + q) with n the whole number next to x / ln 2, q = e^r - 1, r = x - n ln 2.
    """
    of = FORMATS[x.dtype]
    n, q = _reduced(np.maximum(np.minimum(x, of.exp_bound), -of.exp_bound), of)
    half = (n * 0.5 + of.rounds) - of.rounds  # 2^n itself may be no number
    return ((q + 1) * _power_of_two(half, of)) * _power_of_two(n - half, of)


def tanh(x: FloatArray) -> FloatArray:
    """Return tanh x = e / (e + 2) with e = exp(2 |x|) - 1, and the sign of x."""
    of = FORMATS[x.dtype]
    n, q = _reduced(np.minimum(np.abs(x) * 2, of.tanh_bound), of)
    power = _power_of_two(n, of)
    e = power * q + (power - 1)
    return np.copysign(e / (e + 2), x)


def log(x: FloatArray) -> FloatArray:
    """Return the natural logarithm: -infinity of 0, no number of less.

    log x = n ln 2 + log(1 + f) with 1 + f between 1/sqrt(2) and sqrt(2), and with s = f / (2 + f) the series
    log(1 + f) = 2 s + 2/3 s^3 + 2/5 s^5 + ... = f - (f^2/2 - s (f^2/2 + 2/3 s^2 + 2/5 s^4 + ...)).
    """
    of = FORMATS[x.dtype]
    tiny = x < np.finfo(x.dtype).tiny
    bits = np.asarray(np.where(tiny, x * 2.0**of.scale, x)).view(of.bits)
    one, whole = (of.number(each).view(of.bits) for each in (1, 2**of.mantissa))
    n = ((bits >> of.bits(of.mantissa)) | whole).view(of.number) - (2.0**of.mantissa + of.bias)
    n = np.where(tiny, n - of.scale, n)
    m = ((bits & of.bits(2**of.mantissa - 1)) | one).view(of.number)
    above = m > 1.4142135623730951
    m, n = np.where(above, m * 0.5, m), np.where(above, n + 1, n)
    f = m - 1
    s = f / (f + 2)
    z = s * s
    series = np.full_like(z, 2 / (2 * of.n_log + 1))
    for k in range(of.n_log - 1, 0, -1):
        series = series * z + 2 / (2 * k + 1)
    half_square = (f * f) * 0.5
    result = n * of.ln2_high - ((half_square - (s * (half_square + series * z) + n * of.ln2_low)) - f)
    result = np.where(x == np.inf, x, result)
    result = np.where(x == 0, -np.inf, result)
    return np.where(x >= 0, result, np.nan).astype(x.dtype, copy=False)


def sum_in_order(terms: FloatArray, axis: int = 0) -> FloatArray:
    """Return the sum over an axis, begun with the first term and added to one after the other."""
    sums: Any = np.add.accumulate(terms, axis=axis)
    return sums[-1] if axis == 0 else sums.take(-1, axis=axis)


def _reduced(x: FloatArray, of: Format) -> tuple[FloatArray, FloatArray]:
    """Return n and q with e^x = 2^n (1 + q).

    q = r + r^2 (1/2! + r/3! + r^2 (1/4! + r/5! + r^2 (...))): the terms in pairs, then from the smallest on.
    """
    n = (x * LOG2_E + of.rounds) - of.rounds
    r = (x - n * of.ln2_high) - n * of.ln2_low
    square = r * r
    even, odd = PAIRS[x.dtype]
    *pairs, series = (odd * r.reshape(1, -1) + even).reshape(len(odd), *r.shape)
    for pair in reversed(pairs):
        series = series * square + pair
    return n, square * series + r


def _power_of_two(n: FloatArray, of: Format) -> FloatArray:
    """Return 2^n for whole numbers n, by putting them where the exponent stands."""
    bits = (n + of.rounds).view(of.bits)
    return ((bits + of.bits(of.bias)) << of.bits(of.mantissa)).view(of.number)
