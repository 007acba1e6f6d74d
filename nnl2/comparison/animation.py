"""`boundary_animation`: the networks of one replicate of a comparison, their boundaries moving in training."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

from nnl2.comparison.fits import Fit, Procedure, train_networks
from nnl2.comparison.sources import as_table
from nnl2.display import BoundaryAnimation, frame_epochs
from nnl2.errors import InvalidValueError
from nnl2.network import train
from nnl2.regularizers import Regularizer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnl2.comparison.findings import Findings
    from nnl2.comparison.outcome import Outcome
    from nnl2.comparison.parts import ClassWeights, Part
    from nnl2.comparison.splits import Splits
    from nnl2.comparison.strategies import Candidate
    from nnl2.data import Dataset
    from nnl2.network import NeuralNetwork

MOST_DRAWN, MOST_HELD_OUT = 2_000, 20_000
"""So many items are drawn, and held-out ones measured; more would hide the boundary, or take long."""

FROM_OUTSIDE = ("first input", "second input")
"""What inputs are called that have no name."""


def boundary_animation(
    comparison: Findings,
    data: Any,  # noqa: ANN401 (checked where it becomes a Table)
    splits: Splits,
    class_weights: ClassWeights = None,
    *,
    replicate: int = 0,
    title: str | None = None,
) -> BoundaryAnimation:
    """Return the boundaries of a comparison's strategies in training: one replicate is trained once more.

    Strengths are those chosen there. What failed there is left out, and so is the baseline with other seeds, which
    starts elsewhere.

    Parameters
    ----------
    comparison
        What `nnl2.compare` returned, for networks of two inputs that tell classes apart.
    data, splits, class_weights
        As `compare` was given them.
    replicate
        The number of the replicate.
    title
        What is learned, in a few words; by default the table's name.

    Raises
    ------
    InvalidValueError
        If networks have other than two inputs, or learn values.
    """
    part = _part(data, splits, comparison.seed, class_weights, replicate)
    *compared, _ = comparison.outcomes
    begun = {
        _shown(outcome, replicate): Fit(part, _candidate(trained), trained.seed)
        for outcome in compared
        for trained in [outcome.networks[replicate]]
        if outcome.histories[replicate].failure is None
    }
    if not begun:
        raise InvalidValueError(f"all networks failed in replicate {replicate}: there is nothing to animate")
    recipe = comparison.recipe
    networks = {name: part.network(recipe, fit.regularizer, fit.seed) for name, fit in begun.items()}
    animation = BoundaryAnimation(
        networks,
        _at_most(MOST_DRAWN, part.training),
        _at_most(MOST_HELD_OUT, part.held_out),
        epochs=frame_epochs(recipe.epochs),
        title=part.table.name if title is None else title,
        input_names=_input_names(part),
        class_names=[str(label) for label in part.table.classes or ()],
    )
    trained_by = partial(train, on_epoch=animation)
    procedure = Procedure(splits, recipe, class_weights, comparison.seed, 1, trained_by)
    train_networks(list(networks.values()), list(begun.values()), procedure, record_every=recipe.epochs)
    animation.end()
    return animation


def check_boundaries(data: Any, splits: Splits, seed: int) -> None:  # noqa: ANN401 (as above)
    """Refuse, before anything is trained, data on which there are no boundaries to animate.

    Raises
    ------
    InvalidValueError
        As `boundary_animation` does.
    """
    _part(data, splits, seed, None, 0)


def _part(data: Any, splits: Splits, seed: int, class_weights: ClassWeights, replicate: int) -> Part:  # noqa: ANN401
    """Return what the networks of a replicate learn from; two inputs, and classes."""
    split = splits.split(data if callable(data) else as_table(data), seed)[replicate]
    if split.table.classes is None:
        raise InvalidValueError(
            f"boundaries are those of classes, and the target of {split.table.name} holds values"
        )
    if split.n_inputs != 2:
        raise InvalidValueError(
            f"a boundary is drawn for two inputs, and networks have {split.n_inputs} for {split.table.name}"
        )
    return split.part(splits.inside, class_weights, seed)


def _shown(outcome: Outcome, replicate: int) -> str:
    """Return a strategy's name; where a strength was chosen, as in `l2`, with it: `l2:0.01`."""
    text = outcome.regularizers[replicate]
    return text if text.startswith(f"{outcome.name}:") else outcome.name


def _at_most(n_items: int, items: Dataset) -> Dataset:
    """Return items, or where there are more, evenly chosen ones: a table may have one class after the other."""
    return items[:: math.ceil(items.n_items / n_items)]


def _candidate(network: NeuralNetwork) -> Candidate:
    given = network.regularizer
    return given if isinstance(given, Regularizer) else tuple(given)


def _input_names(part: Part) -> Sequence[str]:
    """Return what the inputs are called; of a table they are its columns, standardised."""
    names = getattr(getattr(part, "preparation", None), "input_names", ())
    return [f"{name} (standardised)" for name in names] or FROM_OUTSIDE
