"""Boundaries of a study's networks in training, as an animation: those of one seed are trained once more."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from nnl2 import train
from nnl2.display import BoundaryAnimation, frame_epochs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nnl2_demo.study import Rerun, Strategy


def animated(rerun: Rerun, strategies: Mapping[str, Strategy]) -> BoundaryAnimation:
    """Return the boundaries of the seed that is shown, for all strategies that did not diverge with it."""
    study, settings, seed = rerun.study, rerun.settings, rerun.example.seed
    start = study.start(seed, settings.epochs)
    names = [course.strategy for course in rerun.example.courses if course.strategy in rerun.compared]
    networks = {name: study.network(start, strategies[name], seed) for name in names}
    animation = BoundaryAnimation(
        networks,
        start.items,
        study.scored[study.decides],
        epochs=frame_epochs(settings.epochs),
        title=f"{study.name}, seed {seed}",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # errors that rise are seen
        train(
            list(networks.values()),
            start.items,
            orders=start.orders,
            validation=study.validation,
            epochs=settings.epochs,
            learning_rate=settings.learning_rate,
            batch_size=study.batch_size,
            record_every=settings.epochs,
            on_epoch=animation,
        )
    return animation
