"""What a strength is called elsewhere: each convention beside the update that its system makes."""

from pathlib import Path

import numpy as np
import pytest

from nnl2 import (
    L1,
    L2,
    Dropout,
    InvalidTypeError,
    InvalidValueError,
    NoRegularization,
    Step,
    UnknownNameError,
    WeightDecay,
    translate,
    translate_back,
)
from nnl2.translation import CONVENTIONS, translate_text

DOCUMENT = Path(__file__).parents[2] / "docs" / "translation.md"
SETTINGS = {"batch_size": 8, "n_items": 32, "learning_rate": 0.05}
m, n, eta = SETTINGS.values()

# What becomes of weights w under plain gradient descent with the error's mean gradient g, as each system has it.
UPDATES = {
    "sklearn alpha": lambda w, g, alpha: w - eta * (m * g + alpha * w) / m,
    "keras l2": lambda w, g, l2: w - eta * (g + l2 * 2 * w),
    "keras weight_decay": lambda w, g, weight_decay: w - w * weight_decay * eta - eta * g,
    "torch.sgd weight_decay": lambda w, g, weight_decay: w - eta * (g + weight_decay * w),
    "torch.adam weight_decay": lambda w, g, weight_decay: w - eta * (g + weight_decay * w),
    "torch.adamw weight_decay": lambda w, g, weight_decay: w - eta * weight_decay * w - eta * g,
    "nielsen lmbda": lambda w, g, lmbda: (1 - eta * lmbda / n) * w - eta / m * (m * g),
    "coursera lambd": lambda w, g, lambd: w - eta * (m * g / m + lambd / m * w),
    "article lamda": lambda w, g, lamda: w - eta * (g + lamda * w),
    "article decay": lambda w, g, lamda: w * (1 - lamda) - eta * g,
}


@pytest.mark.parametrize("convention", CONVENTIONS, ids=lambda each: each.name)
def test_a_number_does_here_what_it_does_there(convention):
    rng, value = np.random.default_rng(0), 0.3
    weights, gradient = rng.normal(size=(2, 4, 3))
    part = translate(convention.name, value, **SETTINGS).regularizer
    step = Step(1, 1, eta, m, n)
    ours = part.decay(step) * weights - eta * (gradient + part.gradient(weights, step))
    theirs = UPDATES[convention.name](weights, gradient, value)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-15)


@pytest.mark.parametrize("convention", CONVENTIONS, ids=lambda each: each.name)
@pytest.mark.parametrize("value", [0.0, 1e-4, 0.007, 0.3])
def test_there_and_back_is_the_same_number(convention, value):
    found = translate(convention.name, value, **SETTINGS)
    assert translate_back(found.regularizer, convention.name, **SETTINGS) == value
    assert found.bias_regularizer == (found.regularizer if convention.biases else NoRegularization())


@pytest.mark.parametrize("convention", CONVENTIONS, ids=lambda each: each.name)
def test_the_documentation_has_a_row_for_each(convention):
    biases = "yes" if convention.biases else "no"
    row = f"| {convention.name} | `{convention.formula}` | {biases} | {convention.note} |"
    assert row in DOCUMENT.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("convention", CONVENTIONS, ids=lambda each: each.name)
def test_every_setting_it_depends_on_is_asked_for(convention):
    for needed in (*convention.times, *convention.divided_by):
        others = {name: value for name, value in SETTINGS.items() if name != needed}
        with pytest.raises(InvalidValueError, match=f"give {needed} too"):
            translate(convention.name, 0.1, **others)
        with pytest.raises(InvalidValueError, match=f"give {needed} too"):
            translate_back(convention.regularizer(0.1), convention.name, **others)


@pytest.mark.parametrize("name", ["sklearn alpha", "coursera lambd"])
def test_a_ragged_last_batch_has_no_translation(name):
    with pytest.raises(
        InvalidValueError, match="the last of 30 items in batches of 8 has 6: no one strength equals"
    ):
        translate(name, 0.1, batch_size=8, n_items=30)
    assert translate(name, 0.3, batch_size=200, n_items=30).regularizer == L2(0.01)
    assert translate(name, 0.3, batch_size=10, n_items=30).regularizer == L2(0.03)


@pytest.mark.parametrize(
    ("text", "regularizer"),
    [
        ("sklearn alpha=1e-4 batch_size=32", L2(3.125e-6)),
        (" Keras  L2=0.001 ", L2(0.002)),
        ("torch.AdamW weight_decay=0.01 learning_rate=1e-3", WeightDecay(1e-5)),
        ("nielsen lmbda=5 n_items=50000 batch_size=10", L2(1e-4)),
    ],
)
def test_a_text_is_translated(text, regularizer):
    assert translate_text(text).regularizer == regularizer


def test_a_translation_tells_what_it_rests_on():
    assert str(translate_text("torch.adamw weight_decay=0.01 learning_rate=0.001")) == (
        "WeightDecay(rate=1e-05), biases too: torch.adamw weight_decay is "
        "WeightDecay(learning_rate * weight_decay); beside Adam"
    )
    assert str(translate("article lamda", 0.005)).startswith("L2(strength=0.005): article lamda is L2(lamda); ")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: translate("sklearn alhpa", 1), UnknownNameError, "did you mean 'sklearn alpha'[?] known are skl"),
        (lambda: translate("keras l2", -1), InvalidValueError, "keras l2 must be a finite number >= 0, got -1"),
        (lambda: translate("keras l2", "a"), InvalidTypeError, "keras l2 must be a finite number >= 0, got 'a'"),
        (lambda: translate("article decay", 2), InvalidValueError, r"WeightDecay.rate must be a finite number in"),
        (
            lambda: translate("sklearn alpha", 1, batch_size=0),
            InvalidValueError,
            "batch_size must be a whole number >= 1, got 0",
        ),
        (
            lambda: translate("torch.adamw weight_decay", 1, learning_rate=0),
            InvalidValueError,
            "learning_rate must be a finite number > 0, got 0",
        ),
        (
            lambda: translate_back(Dropout(), "keras l2"),
            InvalidValueError,
            r"Dropout\(rate=.*\) has no keras l2, which is L2\(2 \* l2\) here$",
        ),
        (lambda: translate_back(L1() + L2(), "keras l2"), InvalidValueError, "has no keras l2"),
        (
            lambda: translate_back(L2(), "torch.adamw weight_decay", learning_rate=0.1),
            InvalidValueError,
            r"under SGD alone, WeightDecay\(learning_rate \* strength\) does what L2 does",
        ),
        (
            lambda: translate_back(WeightDecay(), "keras l2"),
            InvalidValueError,
            r"under SGD alone, L2\(rate / learning_rate\) does what WeightDecay does",
        ),
        (lambda: translate_text(""), InvalidValueError, "must be like 'sklearn alpha=1e-4 batch_size=32', got ''"),
        (lambda: translate_text("sklearn alpha"), InvalidValueError, "must be like 'sklearn alpha=1e-4"),
        (lambda: translate_text("keras l2=x"), InvalidValueError, "l2 must be a number, got 'x'"),
        (lambda: translate_text("keras l2=1 m=3"), InvalidValueError, "'m' is no setting of a translation; these"),
        (
            lambda: translate_text("sklearn alpha=1 batch_size=8 batch_size=4"),
            InvalidValueError,
            "batch_size is given twice in 'sklearn alpha=1 batch_size=8 batch_size=4'",
        ),
        (lambda: translate_text(5), InvalidTypeError, "must be a str such as 'keras l2=0.001', got 5"),
    ],
)
def test_what_has_no_translation_is_one_clear_line(call, error, message):
    with pytest.raises(error, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)
