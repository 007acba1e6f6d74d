"""What draws or prints plain arrays, and knows no network.

A drawing is a `Display` after scikit-learn's convention: the constructor stores data, `plot(ax=None)` draws them
and returns the Display with `ax_`, `figure_` and what was drawn; constructors `from_...` draw at once. The methods
`plot` of a History, a Comparison and a StrengthPath return one. No screen is needed: make a
`matplotlib.figure.Figure`, draw on its axes, save it.

=================  ====================================================================
module             what the reader finds in it
=================  ====================================================================
`base`             `Display`, what all drawings have in common
`losses`           `LossCurveDisplay`: errors in training
`weights`          `WeightsDisplay`: how weights are spread
`differences`      `DifferencesDisplay`: differences to a baseline, with intervals
`scores`           `ScoresDisplay`: a score in each replicate
`interval_curves`  `IntervalCurveDisplay`: means along a number, such as a strength
`boundaries`       `BoundaryDisplay`: where a function of two inputs changes its answer
`animations`       `BoundaryAnimation`: boundaries as they move in training
`frames`           its frames, drawn
`moving_images`    images one after the other as a GIF or WebP file
`style`            the colours, dashes and markers they share
`tables`           vectors, matrices and tables as text
=================  ====================================================================
"""

from importlib import import_module
from typing import TYPE_CHECKING

from nnl2.display.base import Display
from nnl2.display.boundaries import BoundaryDisplay
from nnl2.display.differences import DifferencesDisplay
from nnl2.display.interval_curves import IntervalCurveDisplay
from nnl2.display.losses import LossCurveDisplay
from nnl2.display.scores import ScoresDisplay
from nnl2.display.weights import WeightsDisplay

if TYPE_CHECKING:
    from nnl2.display.animations import BoundaryAnimation, frame_epochs

__all__ = [
    "BoundaryAnimation",
    "BoundaryDisplay",
    "DifferencesDisplay",
    "Display",
    "IntervalCurveDisplay",
    "LossCurveDisplay",
    "ScoresDisplay",
    "WeightsDisplay",
    "frame_epochs",
]


def __getattr__(name: str) -> object:
    """Return what writes files, and is loaded when it is asked for: `import nnl2` stays light."""
    if name in ("BoundaryAnimation", "frame_epochs"):
        return getattr(import_module("nnl2.display.animations"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
