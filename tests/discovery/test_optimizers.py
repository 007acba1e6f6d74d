"""Optimizers by name and from text: found as regularizers are."""

import json
import subprocess
import sys

import pytest

from nnl2 import (
    SGD,
    Adam,
    InvalidTypeError,
    InvalidValueError,
    Momentum,
    Nesterov,
    NeuralNetwork,
    PluginError,
    UnknownNameError,
    installed_optimizers,
    installed_regularizers,
    optimizer_class,
    optimizer_from_text,
    optimizer_to_text,
    regularizer_from_text,
)

OPTIMIZERS = "nnl2.optimizers"
LION = '''
import numpy as np
from attrs import field, frozen
from nnl2 import Optimizer, number_in_range

@frozen
class Lion(Optimizer):
    """Lion: the sign of the gradient's running mean."""
    beta1: float = field(default=0.9, validator=number_in_range(minimum=0, below=1))
    beta2: float = field(default=0.99, validator=number_in_range(minimum=0, below=1))

    def begin(self, weights):
        return (np.zeros_like(weights),)

    def update(self, gradient, memory, step):
        (mean,) = memory
        change = -step.learning_rate * np.sign(self.beta1 * mean + (1 - self.beta1) * gradient)
        return change, (self.beta2 * mean + (1 - self.beta2) * gradient,)
'''


def listed(name):
    return [each for each in installed_optimizers() if each.name == name]


def test_the_built_ins_are_found_like_anybodys():
    classes = {"sgd": SGD, "momentum": Momentum, "nesterov": Nesterov, "adam": Adam}
    for name, optimizer in classes.items():
        assert optimizer_class(name) is optimizer_class(f"nnl2/{name}") is optimizer
        assert [(each.distribution, each.status) for each in listed(name)] == [("nnl2", "ok")]


@pytest.mark.parametrize(
    ("text", "optimizer"),
    [
        ("sgd", SGD()),
        ("momentum", Momentum()),
        ("momentum:0.5", Momentum(0.5)),
        (" nesterov : momentum = 0.8 ", Nesterov(0.8)),
        ("adam:beta1=0.8", Adam(beta1=0.8)),
        ("adam:0.8,0.9,1e-6", Adam(0.8, 0.9, 1e-6)),
    ],
)
def test_text_makes_an_optimizer_and_the_optimizer_makes_text(text, optimizer):
    assert optimizer_from_text(text) == optimizer
    assert optimizer_from_text(optimizer_to_text(optimizer)) == optimizer


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (
            "adma",
            UnknownNameError,
            r"no optimizer is called 'adma'; did you mean 'adam'\? installed are adam, mom",
        ),
        ("l2", UnknownNameError, "no optimizer is called 'l2'; installed are "),
        (
            "",
            InvalidValueError,
            "an optimizer's text must be a name and its values, as in 'adam:beta1=0.8', got ''",
        ),
        ("sgd+adam", InvalidValueError, r"must be a name and its values, .* got 'sgd\+adam'"),
        ("adam:2", InvalidValueError, r"Adam.beta1 must be a finite number in \[0, 1\), got 2"),
        ("adam:beta=1", InvalidValueError, "adam has no field 'beta' .*; it takes beta1, beta2, epsilon"),
        ("sgd:0.1", InvalidValueError, "'sgd:0.1' has too many values; sgd takes no values"),
        (Adam(), InvalidTypeError, "an optimizer's text must be a str such as 'adam:beta1=0.8', got Adam"),
    ],
)
def test_a_text_that_means_nothing_is_one_clear_line(text, error, message):
    with pytest.raises(error, match=message) as caught:
        optimizer_from_text(text)
    assert "\n" not in str(caught.value)


def test_an_optimizer_of_ones_own_is_found_written_listed_and_trained_with(install, small_data):
    install("nnl2-lion", {"lion": "fake_lion:Lion"}, LION, group=OPTIMIZERS)
    lion = optimizer_from_text("lion:0.8")
    assert optimizer_to_text(lion) == "lion:0.8,0.99"
    (listing,) = listed("lion")
    assert (listing.distribution, listing.version, listing.status) == ("nnl2-lion", "1.2", "ok")
    assert listing.summary == "Lion: the sign of the gradient's running mean."
    network = NeuralNetwork(3, 4, 2, seed=0, optimizer=lion)
    history = network.train(small_data, epochs=50, learning_rate=0.01)
    assert history.errors[-1] < history.errors[0] / 2


def test_the_two_groups_do_not_mix(install):
    install("nnl2-lion", {"l2": "fake_mixed:Lion"}, LION, group=OPTIMIZERS)
    assert optimizer_class("l2").__name__ == "Lion"
    assert regularizer_from_text("l2:0.5").strength == 0.5
    assert [each.distribution for each in installed_regularizers() if each.name == "l2"] == ["nnl2"]
    install("nnl2-other", {"lion": "fake_wrong:Lion"}, LION)
    with pytest.raises(PluginError, match=r"'lion' of nnl2-other 1\.2 is no subclass of nnl2\.Regularizer, but "):
        regularizer_from_text("lion")
    install("nnl2-third", {"shrunk": "nnl2.regularizers:L2"}, group=OPTIMIZERS)
    with pytest.raises(PluginError, match=r"'shrunk' of nnl2-third 1\.2 is no subclass of nnl2\.Optimizer, but "):
        optimizer_from_text("shrunk")
    assert listed("shrunk")[0].status == "broken"


def test_the_console_lists_optimizers(install, tmp_path):
    install("nnl2-lion", {"lion": "fake_console:Lion"}, LION, group=OPTIMIZERS)
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from nnl2_demo.cli import main; main()"
    finished = subprocess.run(
        [sys.executable, "-c", program, "optimizers", "--format", "json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert {each["name"] for each in json.loads(finished.stdout)} >= {"lion", "adam", "sgd"}
