"""`nnl2-demo translate`: what a strength from elsewhere is here."""

import json

import pytest

from nnl2.translation import CONVENTIONS


@pytest.mark.parametrize(
    "words",
    [["sklearn alpha=1e-4 batch_size=32"], ["sklearn", "alpha=1e-4", "batch_size=32"]],
    ids=["one", "three"],
)
def test_a_text_is_translated_in_one_word_or_in_several(console, words):
    finished = console("translate", *words)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout == (
        "L2(strength=3.125e-06): sklearn alpha is L2(alpha / batch_size); MLPClassifier\n"
        "and MLPRegressor with sgd or adam; with lbfgs the batch is all items\n"
        "As text: l2:3.125e-06\n"
    )


def test_json_holds_the_texts_that_the_console_takes(console):
    finished = console("translate", "torch.adamw weight_decay=0.01 learning_rate=0.001", "--format", "json")
    assert json.loads(finished.stdout) == {
        "regularizer": "weight-decay:1e-05",
        "bias_regularizer": "weight-decay:1e-05",
        "elsewhere": "torch.adamw weight_decay",
        "here": "WeightDecay(learning_rate * weight_decay)",
        "biases_too": True,
        "note": "beside Adam",
    }
    told = json.loads(console("translate", "keras", "l2=0.001", "--format", "json").stdout)
    assert (told["regularizer"], told["bias_regularizer"]) == ("l2:0.002", "none")


def test_without_a_text_all_that_is_known_is_listed(console):
    table = console("translate").stdout
    names = [each.name for each in CONVENTIONS]
    assert [line.partition("  ")[0] for line in table.splitlines()[2:]] == names
    assert max(map(len, table.splitlines())) <= 80
    assert [each["elsewhere"] for each in json.loads(console("translate", "--format", "json").stdout)] == names


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sklearn alpha=1e-4", "sklearn alpha is L2(alpha / batch_size) here; give batch_size too"),
        ("sklearn alpha=1 batch_size=8 n_items=30", "choose a batch size that divides 30"),
        ("keras", "must be like 'sklearn alpha=1e-4 batch_size=32', got 'keras'"),
        ("keras l2=x", "l2 must be a number, got 'x'"),
        ("skl alpha=1", "'skl alpha' is known nowhere; did you mean 'sklearn alpha'? known are"),
    ],
)
def test_what_cannot_be_translated_is_one_line_with_the_way_out(console, text, message):
    finished = console("translate", text)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert message in finished.stderr
    assert finished.stderr.count("\n") == 1
