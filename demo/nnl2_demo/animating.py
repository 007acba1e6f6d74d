"""Boundaries of a study's networks in training, as an animation: those of the seed that is shown."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from nnl2 import GivenStarts
from nnl2.comparison.animation import boundary_animation

if TYPE_CHECKING:
    from nnl2.display import BoundaryAnimation
    from nnl2_demo.study import Rerun


def animated(rerun: Rerun) -> BoundaryAnimation:
    """Return the boundaries of all strategies that were compared and did not diverge with this seed."""
    study, seed = rerun.study, rerun.example.seed
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # errors that rise are seen
        return boundary_animation(
            rerun.comparison,
            lambda seed: study.start(seed, rerun.settings.epochs),
            GivenStarts(rerun.seeds, study.scored[study.decides], study.validation),
            replicate=rerun.seeds.index(seed),
            title=f"{study.name}, seed {seed}",
        )
