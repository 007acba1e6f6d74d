"""Numbers of items below a picture."""

import pytest
from matplotlib.figure import Figure

from nnl2.display.interval_curves import label_sizes


@pytest.fixture
def axes():
    return Figure().subplots()


@pytest.mark.parametrize(
    ("sizes", "labels"), [([10, 20, 40, 80], {10, 20, 40, 80}), ([10, 76, 78, 80], {10, 80}), ([79, 80], {79, 80})]
)
def test_sizes_below_a_picture_have_room_between(axes, sizes, labels):
    label_sizes(axes, sizes)
    assert {int(text.get_text()) for text in axes.get_xticklabels(which="both") if text.get_text()} == labels
