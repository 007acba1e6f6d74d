"""The kit for optimizers passes what is right, and names the mistake in what is wrong."""

import numpy as np
import pytest
from attrs import define, field, frozen

from nnl2 import L2, SGD, Adam, Clip, ConformanceError, InvalidTypeError, Momentum, Nesterov, Optimizer
from nnl2 import testing as kit
from nnl2.testing.rules import OPTIMIZER_CHECKS


@frozen
class Lion(Optimizer):
    """Lion: steps of the learning rate along the sign of a running mean (Chen et al., 2023)."""

    beta1: float = 0.9
    beta2: float = 0.99

    def begin(self, weights):
        return (np.zeros_like(weights),)

    def update(self, gradient, memory, step):
        (mean,) = memory
        change = -step.learning_rate * np.sign(self.beta1 * mean + (1 - self.beta1) * gradient)
        return change, (self.beta2 * mean + (1 - self.beta2) * gradient,)


@kit.parametrize_with_checks([
    SGD(), Momentum(), Momentum(0), Nesterov(), Nesterov(0.5), Adam(), Adam(0, 0, 1e-3), Clip(Adam(), 0.5), Lion()
])  # fmt: skip
def test_right_ones_conform(optimizer, check):
    check(optimizer)


def test_ones_that_do_pass_all_checks_but_what_needs_a_name():
    assert not kit.check_optimizer(Adam()).with_status("skipped")
    (skipped,) = kit.check_optimizer(Lion()).with_status("skipped")
    assert skipped.detail == (
        "Lion is installed under no name; name it in the entry-point group 'nnl2.optimizers'"
    )


@frozen
class Plain(Optimizer):
    """Plain gradient descent, for others to make a mistake in."""

    def update(self, gradient, memory, step):
        return -step.learning_rate * gradient, memory


class Uphill(Plain):
    def update(self, gradient, memory, step):
        return step.learning_rate * gradient, memory


class Idle(Plain):
    def update(self, gradient, memory, step):
        return 0 * gradient, memory


class InPlace(Plain):
    def update(self, gradient, memory, step):
        gradient *= -step.learning_rate
        return gradient, memory


class OneRow(Plain):
    def update(self, gradient, memory, step):
        return -step.learning_rate * gradient[:1], memory


class Forgetful(Momentum):
    def update(self, gradient, memory, step):
        return super().update(gradient, memory, step)[0], ()


class OnlyTheChange(Plain):
    def update(self, gradient, memory, step):
        return -step.learning_rate * gradient


class NoArrays(Plain):
    def begin(self, weights):
        return (0.5,)


class Divides(Plain):
    def update(self, gradient, memory, step):
        return -step.learning_rate * gradient / np.sqrt(np.mean(gradient**2)), memory


@define(eq=False)
class KeepsState(Optimizer):
    """Momentum whose memory is in a field."""

    last: object = field(default=0.0)

    def update(self, gradient, memory, step):
        change = 0.5 * np.asarray(gradient)
        if np.shape(self.last) == change.shape:
            change = change + self.last
        self.last = change
        return -step.learning_rate * change, memory


class Draws(Plain):
    def begin(self, weights):
        return (np.random.default_rng().random((1, 1)),)

    def update(self, gradient, memory, step):
        return -step.learning_rate * gradient * (0.5 + memory[0]), memory


@pytest.mark.parametrize(
    ("optimizer", "sentence"),
    [
        (
            Uphill(),
            "it leads up where it should lead downhill: in 300 updates at a learning rate of 0.01 an error",
        ),
        (Uphill(), "the change is ADDED to the weights, so it has the sign of minus the gradient"),
        (Idle(), "it leads hardly where it should lead downhill"),
        (InPlace(), "update changes its argument; answer with new arrays"),
        (OneRow(), "answered update with shape (1, 3) instead of (5, 3)"),
        (Forgetful(), "it has 1 arrays to remember and answers with 0"),
        (OnlyTheChange(), "it is asked as update(gradient, memory, step) and answers (change, memory)"),
        (NoArrays(), "begin"),
        (Divides(), "update answers with something not finite where all gradients are 0 (float64)"),
        (KeepsState(), "update answers differently when asked again: it keeps state or draws random numbers"),
        (Draws(), "begin answers differently when asked again; answer from the weights alone"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_mistake_is_named(optimizer, sentence):
    report = kit.examine(optimizer)
    assert any(sentence in outcome.detail for outcome in report.with_status("failed")), str(report)
    with pytest.raises(ConformanceError, match=rf"breaks \d+ of {len(OPTIMIZER_CHECKS)} rules: "):
        kit.check_optimizer(optimizer)


def test_one_that_branches_on_its_numbers_is_right_but_slower():
    @frozen
    class Branches(Optimizer):
        def update(self, gradient, memory, step):
            largest = float(np.abs(gradient).max())
            return -step.learning_rate * gradient / (largest if largest > 1 else 1.0), memory

    (told,) = [each for each in kit.examine(Branches()).outcomes if each.check.startswith("it is traced")]
    assert told.status == "skipped"
    assert told.detail.startswith("update is asked in every update, because ")


def test_regularizers_and_optimizers_are_not_checked_together():
    with pytest.raises(InvalidTypeError, match="takes regularizers or optimizers, not both at once"):
        kit.parametrize_with_checks([L2(), Adam()])
