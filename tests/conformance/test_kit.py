"""The conformance kit passes what is right, and names the mistake in what is wrong."""

import math
import subprocess
import sys
from typing import ClassVar

import numpy as np
import pytest
from attrs import define, field, frozen

from nnl2 import (
    L1,
    L2,
    ConformanceError,
    Dropout,
    InvalidTypeError,
    InvalidValueError,
    NoRegularization,
    ProximalL1,
    Regularizer,
    WeightDecay,
)
from nnl2 import testing as kit
from nnl2.testing import report
from nnl2_demo.wrong_sign import WrongSignL2


@kit.parametrize_with_checks([
    NoRegularization(), L2(), L2(0.3), L2(0), WeightDecay(0.2), L1(0.3), ProximalL1(0.3), ProximalL1(0),
    Dropout(), Dropout(rate=0),
])  # fmt: skip
def test_the_built_ins_conform(regularizer, check):
    check(regularizer)


@frozen
class Ramp(Regularizer):
    """L2 that grows with the epochs."""

    strength: float = 0.1
    epochs: int = 1

    def gradient(self, weights, step):
        return self.strength * min(1, step.epoch / self.epochs) * weights

    def penalty(self, weights, step):
        return self.strength / 2 * min(1, step.epoch / self.epochs) * np.square(weights).sum()


class PlainValue(Regularizer):
    """A class without attrs, with equality and hash of its own."""

    def __init__(self, share=0.1):
        self.share = share

    def __eq__(self, other):
        return isinstance(other, PlainValue) and self.share == other.share

    def __hash__(self):
        return hash(self.share)

    def decay(self, step):
        return 1 - self.share


@frozen
class WholeUnits(Regularizer):
    """Dropout of whole units for a block of items."""

    rate: float = 0.5

    def mask(self, shape, rng):
        return np.tile((rng.random((1, shape[1])) >= self.rate) / (1 - self.rate), (shape[0], 1))


@frozen
class DropoutWithLimit(Regularizer):
    rate: float = 0.5
    limit: float = 0.5

    def mask(self, shape, rng):
        return (rng.random(shape) >= self.rate) / (1 - self.rate)

    def constrain(self, weights, step):
        return np.clip(weights, -self.limit, self.limit)


@frozen
class LargestWeight(Regularizer):
    """The L-infinity penalty."""

    strength: float = 0.1

    def gradient(self, weights, step):
        size = np.abs(weights)
        return self.strength * np.sign(weights) * (size == size.max())

    def penalty(self, weights, step):
        return self.strength * np.abs(weights).max()


@frozen
class Cauchy(Regularizer):
    strength: float = 0.1
    scale: float = 1.0

    def gradient(self, weights, step):
        return self.strength * 2 * weights / (self.scale**2 + weights**2)

    def penalty(self, weights, step):
        return self.strength * np.log1p((weights / self.scale) ** 2).sum()


@frozen
class KeepLargest(Regularizer):
    """Only the k largest of a unit's incoming weights stay; its number is a whole one."""

    k: int = 1

    def constrain(self, weights, step):
        ranks = np.argsort(np.argsort(-np.abs(weights), axis=0), axis=0)
        return weights * (ranks < self.k)


@frozen
class LargestAtMost(Regularizer):
    """All weights of a layer are scaled back where the largest is beyond a limit: a branch on the weights."""

    limit: float = 1.0

    def constrain(self, weights, step):
        largest = np.abs(weights).max()
        return weights * (self.limit / largest) if largest > self.limit else weights


@frozen
class MinDelta(Regularizer):
    patience: int = 10
    min_delta: float = 0.001

    def should_stop(self, errors):
        best = np.minimum.accumulate(errors)
        return bool(len(best) > self.patience and best[-1] > best[-1 - self.patience] - self.min_delta)


@frozen
class Clipped(Regularizer):
    """Inputs beyond a limit are cut off: no noise, and biased on purpose."""

    limit: float = 1.0
    unbiased: ClassVar[bool] = False

    def augment(self, inputs, targets, rng):
        return np.clip(inputs, -self.limit, self.limit), targets


@kit.parametrize_with_checks([
    Ramp(), Ramp(0.1, 5000), PlainValue(), WholeUnits(), DropoutWithLimit(), LargestWeight(), Cauchy(),
    KeepLargest(), LargestAtMost(), MinDelta(), Clipped(), L2(3e4), L1(1e5), L2(1e-8), Dropout(rate=0.001),
    Dropout(rate=0.999),
])  # fmt: skip
def test_unusual_ones_that_are_right_conform(regularizer, check):
    check(regularizer)


def test_a_report_tells_every_check():
    report = kit.check_regularizer(L2())
    assert report.summary == "20 checks: 16 passed, 0 failed, 4 skipped"
    assert "skipped  noise leaves the mean alone: it answers none of augment, mask, mask_weights" in str(report)
    assert str(report).count("\n") == len(report.outcomes) + 1


@frozen
class FactorMissing(Regularizer):
    strength: float = 0.1

    def gradient(self, weights, step):
        return self.strength * weights

    def penalty(self, weights, step):
        return self.strength * np.square(weights).sum()


@frozen
class ChangesItsArgument(Regularizer):
    limit: float = 1.0

    def constrain(self, weights, step):
        weights[weights > self.limit] = self.limit
        return weights


@define(eq=False)
class KeepsState(Regularizer):
    strength: float = 0.1
    _last: object = field(default=0, init=False)

    def gradient(self, weights, step):
        momentum = self.strength * weights + self._last if np.shape(self._last) == weights.shape else weights
        self._last = momentum
        return momentum


@frozen
class CachesItsFirstAnswer(Regularizer):
    strength: float = 0.1
    _cache: ClassVar[dict] = {}

    def decay(self, step):
        return self._cache.setdefault(id(self), 1 - self.strength * (len(self._cache) + 1))


@frozen
class OwnNumbers(Regularizer):
    rate: float = 0.3

    def mask(self, shape, rng):
        return (np.random.default_rng().random(shape) > self.rate) / (1 - self.rate)


@frozen
class OwnNumbersInTheGradient(Regularizer):
    scale: float = 0.3

    def gradient(self, weights, step):
        return self.scale * np.random.default_rng().normal(size=weights.shape)


@frozen
class BiasedMask(Regularizer):
    rate: float = 0.3

    def mask(self, shape, rng):
        return (rng.random(shape) >= self.rate).astype(float)


class BiasedOnPurpose(BiasedMask):
    unbiased: ClassVar[bool] = False


@frozen
class BiasedInputs(Regularizer):
    scale: float = 0.3

    def augment(self, inputs, targets, rng):
        return inputs + self.scale * rng.random(inputs.shape), targets


@frozen
class InputsAlone(Regularizer):
    scale: float = 0.3

    def augment(self, inputs, targets, rng):
        return inputs + rng.normal(scale=self.scale, size=inputs.shape)


@frozen
class WeightsThatOnlyFade(Regularizer):
    rate: float = 0.3

    def mask_weights(self, shape, rng):
        return (rng.random(shape) >= self.rate).astype(float)


@frozen
class FrozenMask(Regularizer):
    rate: float = 0.5

    def mask(self, shape, rng):
        return (np.random.default_rng(1).random(shape) >= self.rate) / (1 - self.rate)


@frozen
class PenaltyWithoutGradient(Regularizer):
    strength: float = 0.1

    def penalty(self, weights, step):
        return self.strength * np.square(weights).sum()


@frozen
class Misspelt(Regularizer):
    strength: float = 0.1

    def gradent(self, weights, step):
        return self.strength * weights


@frozen
class Silent(Regularizer):
    strength: float = 0.1


@frozen
class DividesByZero(Regularizer):
    strength: float = 0.1

    def gradient(self, weights, step):
        return self.strength * weights / np.sqrt(np.square(weights).sum(axis=0, keepdims=True))

    def penalty(self, weights, step):
        return self.strength * np.sqrt(np.square(weights).sum(axis=0)).sum(axis=0)


@frozen
class WrongShape(Regularizer):
    limit: float = 1.0

    def constrain(self, weights, step):
        return np.maximum(weights, -self.limit).sum(axis=0)


@frozen
class NumbersInAList(Regularizer):
    strength: float = 0.1

    def gradient(self, weights, step):
        return (self.strength * weights).tolist()


@frozen
class ComplexNumbers(Regularizer):
    strength: float = 0.1

    def gradient(self, weights, step):
        return self.strength * weights * 1j


@frozen
class OneRowForAll(Regularizer):
    strength: float = 0.1

    def gradient(self, weights, step):
        return self.strength * weights[:1]


@frozen
class DecayAsText(Regularizer):
    share: float = 0.1

    def decay(self, step):
        return str(1 - self.share)


@frozen
class PenaltyOfEachUnit(Regularizer):
    strength: float = 0.1

    def gradient(self, weights, step):
        return self.strength * weights

    def penalty(self, weights, step):
        return self.strength / 2 * np.square(weights).sum(axis=0)


@frozen
class MasksInAList(Regularizer):
    def mask(self, shape, rng):
        return rng.choice([0, 2], size=shape).tolist()


@frozen
class NeverSaysWhether(Regularizer):
    patience: int = 5

    def should_stop(self, errors):
        len(errors) > self.patience  # noqa: B015 (the mistake)


@frozen
class WithoutDefault(Regularizer):
    strength: float

    def gradient(self, weights, step):
        return self.strength * weights


class WithoutEquality(Regularizer):
    def decay(self, step):
        return 0.99


@define
class WithoutHash(Regularizer):
    strength: float = 0.1

    def decay(self, step):
        return 1 - self.strength


@frozen
class NeverNothing(Regularizer):
    strength: float = 0.1

    def decay(self, step):
        return 0.99 - self.strength


@frozen
class StopsWhenItGetsBetter(Regularizer):
    def should_stop(self, errors):
        return bool(len(errors) > 3 and errors[-1] < errors[0])


@frozen
class Fails(Regularizer):
    strength: float = 0.1

    def gradient(self, weights):
        return self.strength * weights


@frozen
class DecayThatGrows(Regularizer):
    strength: float = 0.1

    def decay(self, step):
        return 1 + self.strength

    def penalty(self, weights, step):
        return self.strength * np.square(weights).sum()


@frozen
class WrongBothWays(Regularizer):
    strength: float = 0.1

    def gradient(self, weights, step):
        return -self.strength * weights

    def penalty(self, weights, step):
        return -self.strength / 2 * np.square(weights).sum()


@frozen
class GuardForAll(Regularizer):
    strength: float = 0.1

    def gradient(self, weights, step):
        lengths = np.sqrt(np.square(weights).sum(axis=0, keepdims=True))
        return self.strength * weights / (lengths if lengths.all() else 1)

    def penalty(self, weights, step):
        return self.strength * np.sqrt(np.square(weights).sum(axis=0)).sum()


@frozen
class FailsInTheFirstEpoch(Regularizer):
    strength: float = 0.1

    def gradient(self, weights, step):
        return self.strength / (step.epoch - 1) * weights


@frozen
class TailForgotten(Regularizer):
    """Huber's penalty, whose gradient goes on growing beyond 3."""

    strength: float = 0.1

    def gradient(self, weights, step):
        return self.strength * weights

    def penalty(self, weights, step):
        size = np.abs(weights)
        return self.strength * np.where(size < 3, size**2 / 2, 3 * size - 4.5).sum()


@frozen
class WrongLater(Regularizer):
    strength: float = 0.1

    def gradient(self, weights, step):
        return self.strength * weights * (1 if step.epoch < 100 else -1)

    def penalty(self, weights, step):
        return self.strength / 2 * np.square(weights).sum()


@frozen
class FrozenNoise(Regularizer):
    scale: float = 0.1

    def augment(self, inputs, targets, rng):
        return inputs + self.scale * np.random.default_rng(0).normal(size=inputs.shape), targets


@frozen
class Counts(Regularizer):
    patience: int = 5
    seen: list = field(factory=list, eq=False, init=False)

    def should_stop(self, errors):
        self.seen.append(len(errors))
        return len(self.seen) > 10_000


@frozen
class ToldByItsType(Regularizer):
    strength: float = 0.1

    def gradient(self, weights, step):
        return self.strength * weights * (2 if type(step.epoch) is int and step.epoch == 5 else 1)


MISTAKES = [
    (ToldByItsType(), "a network learns something else by its trace than by asking it in every update"),
    (WrongSignL2(0.1), "gradient has the wrong sign: a small step against it makes the penalty larger"),
    (FactorMissing(), "gradient is not the slope of penalty: in epoch 2 it is 0.5 times the slope everywhere"),
    (ChangesItsArgument(), "constrain changes its argument; answer with a new array"),
    (KeepsState(), "gradient answers differently when asked again: it keeps state"),
    (CachesItsFirstAnswer(), "decay answers differently after other questions: it keeps state"),
    (OwnNumbers(), "mask answers differently with the same rng: it has random numbers of its own"),
    (OwnNumbersInTheGradient(), "gradient answers differently when asked again: it keeps state or draws random"),
    (BiasedMask(), "mask is biased: the mean of its factors is 0.69"),
    (BiasedInputs(), "augment is biased: the mean of what it adds is 0.1"),
    (InputsAlone(), "augment answers with an array of shape (1000, 20) instead of inputs and targets"),
    (InputsAlone(), "answered augment with an array of shape (10, 3) instead of inputs and targets in layer 1"),
    (WeightsThatOnlyFade(), "mask_weights is biased: the mean of its factors is 0.69"),
    (FrozenMask(), "mask is the same whatever rng says: a frozen mask"),
    (PenaltyWithoutGradient(), "it has a penalty, but neither gradient, decay nor constrain to lower it"),
    (Misspelt(), "nobody asks 'gradent'; did you mean 'gradient'?"),
    (Silent(), "it answers no question; override one of augment, mask"),
    (DividesByZero(), "gradient answers with something not finite where all weights are 0 (float64)"),
    (WrongShape(), "answered constrain with shape (3,) instead of (5, 3) in layer 1"),
    (NumbersInAList(), "answered gradient with a list instead of an array of real numbers in layer 1"),
    (ComplexNumbers(), "answered gradient with an array of complex128 instead of an array of real numbers"),
    (OneRowForAll(), "answered gradient with shape (1, 3) instead of (5, 3) in layer 1"),
    (DecayAsText(), "answered decay with a str instead of a number in layer 1"),
    (PenaltyOfEachUnit(), "answered penalty with an array of shape (3,) instead of a number in layer 1"),
    (MasksInAList(), "answered mask with a list instead of an array of real numbers in layer 1"),
    (NeverSaysWhether(), "should_stop answers with a NoneType instead of True or False"),
    (WithoutDefault(0.1), "it cannot be made without values; give each field a default"),
    (WithoutEquality(), "a copy is not equal to it; make it an attrs @frozen class of comparable fields"),
    (WithoutHash(), "it has no hash (unhashable type: 'WithoutHash'); make it an attrs @frozen class"),
    (NeverNothing(), "with strength = 0 a network learns something else than without it"),
    (StopsWhenItGetsBetter(), "should_stop ends training after epoch 4, though each error was lower"),
    (WrongBothWays(), "its penalty is negative"),
    (GuardForAll(), "gradient is not the slope of penalty: in epoch 2 for weight "),
    (CachesItsFirstAnswer(), "a network learns something else beside others than alone: it keeps state"),
    (FailsInTheFirstEpoch(), "failed in gradient in layer 1, epoch 1: ZeroDivisionError: division by zero"),
    (TailForgotten(), "gradient is not the slope of penalty"),
    (WrongLater(), "gradient is not the slope of penalty: in epoch 1000 it is -1 times the slope everywhere"),
    (FrozenNoise(), "augment adds the same noise whatever rng says: draw it from rng"),
    (Counts(), "it is another one after it has been asked: it keeps state in a field"),
    (
        Fails(),
        "takes 2 positional arguments but 3 were given; it is asked as gradient(weights, step)",
    ),
    (DecayThatGrows(), "decay makes the penalty larger"),
    (DecayThatGrows(), "decay answers 1.1, but it is the share of the weights that is left"),
]


@pytest.mark.parametrize(("regularizer", "sentence"), MISTAKES, ids=lambda value: type(value).__name__)
def test_a_mistake_is_named(regularizer, sentence):
    report = kit.examine(regularizer)
    assert any(sentence in outcome.detail for outcome in report.with_status("failed")), str(report)
    assert str(report).count("\n") == len(report.outcomes) + 1, "one line for each check"
    with pytest.raises(ConformanceError, match=r"breaks \d+ of 20 rules: "):
        kit.check_regularizer(regularizer)


def test_what_is_defined_inside_a_function_cannot_be_pickled():
    @frozen
    class Local(Regularizer):
        def decay(self, step):
            return 0.99

    with pytest.raises(ConformanceError, match="it cannot be pickled: "):
        kit.check_regularizer(Local())


def test_noise_may_be_biased_on_purpose():
    skipped = {outcome.detail for outcome in kit.examine(BiasedOnPurpose()).with_status("skipped")}
    assert "it says unbiased = False" in skipped


def outcome(regularizer, sentence):
    """Return what came of the check that begins so."""
    (told,) = [each for each in kit.examine(regularizer).outcomes if each.check.startswith(sentence)]
    return told


def test_a_gradient_without_a_penalty_is_told_that_its_sign_is_not_verified():
    @frozen
    class ArticlesMistake(Regularizer):
        strength: float = 0.1

        def gradient(self, weights, step):
            return -self.strength * weights

    told = outcome(ArticlesMistake(), "a small step")
    assert told.status == "skipped"
    assert told.detail.startswith("sign not verified: it has a gradient and no penalty; answer penalty too")


BRANCH = "what it does depends on the weights' values (a branch, an index, a conversion)"


@pytest.mark.parametrize(
    ("regularizer", "status", "detail"),
    [
        (L2(), "passed", ""),
        (Ramp(), "passed", ""),
        (
            KeepLargest(),
            "skipped",
            "constrain is asked in every update, because it uses np.argsort; this is right, but slower",
        ),
        (
            LargestAtMost(),
            "skipped",
            f"constrain is asked in every update, because {BRANCH}; this is right, but slower",
        ),
        (Dropout(), "skipped", "it answers neither gradient nor constrain"),
        (OneRowForAll(), "skipped", "training refuses its answers"),
    ],
    ids=repr,
)
def test_who_is_not_traced_learns_which_operation_prevents_it(regularizer, status, detail):
    told = outcome(regularizer, "gradient and constrain are traced")
    assert (told.status, told.detail) == (status, detail)


@frozen
class Wave(Regularizer):
    """L2 that comes and goes."""

    strength: float = 0.1

    def cosine(self, number):
        return math.cos(number)

    def gradient(self, weights, step):
        return self.strength * (1 + self.cosine(step.epoch)) * weights


class TracedWave(Wave):
    def cosine(self, number):
        return np.cos(number)


@pytest.mark.parametrize(
    ("regularizer", "remark"),
    [(Wave(), "gradient must be noted anew in every epoch, because a number of step is"), (TracedWave(), "")],
)
def test_what_is_noted_anew_in_every_epoch_passes_with_a_remark(regularizer, remark):
    told = outcome(regularizer, "gradient and constrain are traced")
    assert told.status == "passed"
    assert told.detail.partition(" needed itself")[0] == remark
    assert told.detail in str(kit.examine(regularizer))


def test_pytest_tells_a_mistake_once(tmp_path):
    module = tmp_path / "test_wrong_sign.py"
    module.write_text(
        "from nnl2 import testing\n"
        "from nnl2_demo.wrong_sign import WrongSignL2\n\n"
        "@testing.parametrize_with_checks([WrongSignL2()])\n"
        "def test_it_conforms(regularizer, check):\n"
        "    check(regularizer)\n\n"
        "def test_it_conforms_to_all():\n"
        "    testing.check_regularizer(WrongSignL2())\n"
    )
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rN", str(module)]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    one_by_one, all_at_once = told.split("__ test_it_conforms_to_all __")
    assert one_by_one.count("gradient has the wrong sign") == all_at_once.count("gradient has the wrong sign") == 1
    assert "lead_downhill" not in told


def test_a_mistake_that_several_checks_find_is_told_once():
    with pytest.raises(ConformanceError) as caught:
        kit.check_regularizer(Fails())
    assert str(caught.value).count("it is asked as gradient(weights, step)") == 1


LADDER = next(check for check in report.CHECKS if "strengths" in check.sentence)


@pytest.mark.parametrize(
    ("offered", "mistake"),
    [
        ([0.1, 0.2], r"strengths must be a tuple of Laddered objects, got \[0.1, 0.2\]"),
        ((L2(0.1), L2(0.2)), "strengths must be a tuple of Laddered objects"),
        (0.1, "strengths must be a tuple of Laddered objects, got 0.1"),
        ([0.1], "strengths must be a tuple"),
        (lambda cls: (cls(0.1),), "at least two objects to choose from, got 1"),
        (
            lambda cls: (cls(0.1), cls(0.2), cls(0.1)),
            r"strengths must all differ, got Laddered.* twice",
        ),
        (lambda cls: (cls(0.1), cls(0.3), cls(0.2)), r"strength goes up and down: \[0.1, 0.3, 0.2\]"),
        (lambda cls: (cls(0.3), cls(0.2), cls(0.1)), None),
        (lambda cls: (cls(0.1), cls(0.2, share=0.1)), None),
    ],
)
def test_a_ladder_holds_objects_of_its_class_from_weak_to_strong(offered, mistake):
    @frozen
    class Laddered(Regularizer):
        strength: float = 0.1
        share: float = 0.5

        @classmethod
        def strengths(cls):
            return offered(cls) if callable(offered) else offered

    if mistake is None:
        LADDER(Laddered())
        return
    with pytest.raises(ConformanceError, match=mistake):
        LADDER(Laddered())


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ("l2", InvalidTypeError, "such as L2(0.01), or an Optimizer, such as Adam(), got 'l2'"),
        (L2(), None, None),
        (L2() + L1(), InvalidValueError, "is a sum; check its parts one by one"),
    ],
)
def test_what_is_checked_is_one_regularizer(given, error, message):
    if error is None:
        kit.examine(given)
        return
    for function in (kit.examine, kit.check_regularizer, lambda each: kit.parametrize_with_checks([each])):
        with pytest.raises(error) as caught:
            function(given)
        assert message in str(caught.value)


def test_a_kit_that_runs_nothing_is_an_error(monkeypatch):
    with pytest.raises(InvalidValueError, match="needs at least one regularizer, or nothing is checked"):
        kit.parametrize_with_checks([])
    monkeypatch.setattr(report, "CHECKS", [check for check in report.CHECKS if "strength of 0" in check.sentence])
    with pytest.raises(ConformanceError, match="no check applies to NoRegularization"):
        kit.check_regularizer(NoRegularization())
