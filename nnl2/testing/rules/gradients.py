"""Rules about what makes weights small: gradient, decay, and the penalty they lower."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.errors import ConformanceError
from nnl2.testing.asking import LATE, STEP, ask, ask_penalty, needs, some_weights, weights_with_a_dead_unit
from nnl2.testing.check import NotApplicable

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nnl2.regularizers import Regularizer

    FloatArray = NDArray[np.floating[Any]]


def lead_downhill(regularizer: Regularizer) -> None:
    """Check the gradient's sign, or else that decay or constrain lowers the penalty."""
    if regularizer.answers("gradient") and not regularizer.answers("penalty"):
        raise NotApplicable(
            "sign not verified: it has a gradient and no penalty; answer penalty too, "
            "so that a gradient that makes weights grow is noticed"
        )
    needs(regularizer, "penalty")
    lowering = [question for question in ("gradient", "decay", "constrain") if regularizer.answers(question)]
    if not lowering:
        raise ConformanceError("it has a penalty, but neither gradient, decay nor constrain to lower it")
    weights = some_weights()
    before = ask_penalty(regularizer, weights)
    if before < 0:
        raise ConformanceError(f"its penalty is negative ({before:.4g}): training would make weights grow")
    if not before:
        raise NotApplicable("its penalty is 0 with these numbers")
    if "gradient" in lowering:
        gradient = ask(regularizer, "gradient", weights)
        moved = weights - 1e-4 * gradient / max(1, float(np.abs(gradient).max()))
        mistake = (
            "gradient has the wrong sign: a small step against it makes the penalty larger "
            "(training adds it to the error's gradient, and subtracts the sum from the weights)"
        )
    elif "decay" in lowering:
        moved, mistake = weights * ask(regularizer, "decay"), "decay makes the penalty larger"
    else:
        moved, mistake = ask(regularizer, "constrain", weights), "constrain makes the penalty larger"
    if ask_penalty(regularizer, moved) > before:
        raise ConformanceError(mistake)


def are_slopes(regularizer: Regularizer) -> None:
    """Check the gradient against finite differences, where no weight is 0."""
    needs(regularizer, "gradient")
    if not regularizer.answers("penalty"):
        raise NotApplicable("it has no penalty whose slope the gradient could be")
    for weights, step in ((some_weights(), STEP), (10 * some_weights(), LATE), (weights_with_a_dead_unit(), STEP)):
        gradient = np.broadcast_to(ask(regularizer, "gradient", weights, step=step), weights.shape)
        slope = finite_difference(partial(ask_penalty, regularizer, step=step), weights)
        rounding = 1e-6 * np.abs(slope).max() + 1e-9 * abs(ask_penalty(regularizer, weights, step))
        off = ~np.isclose(gradient, slope, rtol=1e-5, atol=rounding) & (weights != 0)
        if off.any():
            shares = gradient[slope != 0] / slope[slope != 0]
            constant = shares.size and np.allclose(shares, shares[0], rtol=1e-4)
            how = f"it is {shares[0]:.4g} times the slope everywhere" if constant else worst(gradient, slope, off)
            raise ConformanceError(f"gradient is not the slope of penalty: in epoch {step.epoch} {how}")


def decay_shrinks(regularizer: Regularizer) -> None:
    """Check the factor of decay, early and late."""
    needs(regularizer, "decay")
    for step in (STEP, LATE):
        factor = float(ask(regularizer, "decay", step=step))
        if not 0 <= factor <= 1:
            raise ConformanceError(f"decay answers {factor:.6g}, but it is the share of the weights that is left")


def finite_difference(function: Callable[[FloatArray], float], weights: FloatArray) -> FloatArray:
    """Return the slope of a function in each weight, by central differences."""
    h = 1e-6
    slopes = np.empty_like(weights)
    for index in np.ndindex(weights.shape):
        above, below = weights.copy(), weights.copy()
        above[index] += h
        below[index] -= h
        slopes[index] = (function(above) - function(below)) / (2 * h)
    return slopes


def worst(got: FloatArray, slope: FloatArray, among: NDArray[np.bool_]) -> str:
    """Return where something lies farthest from the slope, in words."""
    index = np.unravel_index(np.argmax(np.where(among, np.abs(got - slope), -1)), slope.shape)
    return f"for weight {', '.join(map(str, index))} it is {got[index]:.6g}, the slope {slope[index]:.6g}"
