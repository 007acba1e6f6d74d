"""What plug-ins answer, in words."""

import numpy as np
import pytest

from nnl2 import L2, SGD, Adam, Dropout
from nnl2.engine.answers import kind


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (1, "an int"),
        ("0.9", "a str"),
        (None, "a NoneType"),
        (L2(), "an L2"),
        (SGD(), "an SGD"),
        (Adam(), "an Adam"),
        (Dropout(), "a Dropout"),
        (np.uint8(1), "a uint8"),
        (np.zeros((2, 3)), "an array of shape (2, 3)"),
    ],
)
def test_an_answer_has_its_article(answer, words):
    assert kind(answer) == words
