"""`Recipe`: how every network of a comparison is made and trained."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrs import field, frozen

from nnl2.activations import Activation, Tanh
from nnl2.errors import InvalidTypeError
from nnl2.network import NeuralNetwork
from nnl2.optimizers import SGD, Optimizer
from nnl2.outputs import SoftmaxCrossEntropy, SquaredError
from nnl2.validation import check_count, number_in_range, whole_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnl2.preparation import Table
    from nnl2.regularizers import Regularizer

FEWEST_HIDDEN = 8
"""Hidden units of a small table; digits, with 64 inputs and 10 classes, needs more to be fitted at all."""


def _as_sizes(given: int | Sequence[int] | None) -> tuple[int, ...] | None:
    if given is None:
        return None
    sizes = given if isinstance(given, list | tuple) else (given,)
    return tuple(check_count("the number of hidden units", size) for size in sizes)


@frozen
class Recipe:
    """How every network of a comparison is made and trained: they differ in nothing but the regularizer.

    Inputs are standardised by the training part of each split; weights start within Glorot's limit, biases at 0;
    classes are learned by softmax with cross-entropy, values by linear outputs with squared error.

    Parameters
    ----------
    hidden
        The numbers of hidden units; () is no hidden layer. By default one layer of 8 units, or of the geometric
        mean of inputs and outputs where that is more.
    activation, optimizer
        As `NeuralNetwork` takes them.
    learning_rate, batch_size, epochs
        As `nnl2.train` takes them. Only learning_rate * epochs / batch_size matters much; what a study of eight
        tables found best to tell strategies apart is the default.
    seeds
        Networks trained for each split, whose scores are averaged: seeds are no replicates.
    inner_folds
        Folds of each training part by which strengths are chosen, >= 2.
    """

    hidden: tuple[int, ...] | None = field(default=None, converter=_as_sizes)
    activation: Activation = Tanh()
    optimizer: Optimizer = SGD()
    learning_rate: float = field(default=0.2, validator=number_in_range(above=0))
    batch_size: int = field(default=16, validator=whole_number(minimum=1))
    epochs: int = field(default=50, validator=whole_number(minimum=1))
    seeds: int = field(default=1, validator=whole_number(minimum=1))
    inner_folds: int = field(default=3, validator=whole_number(minimum=2))

    def __attrs_post_init__(self) -> None:
        """Refuse functions that are none."""
        for name, kind in (("activation", Activation), ("optimizer", Optimizer)):
            if not isinstance(getattr(self, name), kind):
                raise InvalidTypeError(
                    f"Recipe.{name} must be of class {kind.__name__}, got {getattr(self, name)!r}"
                )

    @property
    def decay_is_l2(self) -> bool:
        """Whether constant weight decay is L2 under another name, as it is under plain gradient descent."""
        return type(self.optimizer) is SGD

    def hidden_for(self, n_inputs: int, n_outputs: int) -> tuple[int, ...]:
        """Return the numbers of hidden units of a network with so many inputs and outputs."""
        if self.hidden is not None:
            return self.hidden
        return (max(FEWEST_HIDDEN, round(math.sqrt(n_inputs * n_outputs))),)

    def network(self, table: Table, n_inputs: int, regularizer: Regularizer, seed: int) -> NeuralNetwork:
        """Return a fresh network for a table."""
        n_outputs = 1 if table.classes is None else len(table.classes)
        return NeuralNetwork(
            n_inputs,
            *self.hidden_for(n_inputs, n_outputs),
            n_outputs,
            regularizer=regularizer,
            hidden=self.activation,
            output=SquaredError() if table.classes is None else SoftmaxCrossEntropy(),
            optimizer=self.optimizer,
            seed=seed,
        )

    def sentence(self, table: Table, n_inputs: int) -> str:
        """Return the recipe in words."""
        hidden = self.hidden_for(n_inputs, 1 if table.classes is None else len(table.classes))
        units = "no hidden layer"
        if hidden:
            units = f"{'-'.join(map(str, hidden))} hidden units ({type(self.activation).__name__})"
        output = "linear outputs, squared error" if table.classes is None else "softmax, cross-entropy"
        seeds = f"the mean of {self.seeds} seeds" if self.seeds > 1 else "one seed"
        return (
            f"inputs standardised by each training part; {units}, {output}; Glorot's start; {self.optimizer!r}, "
            f"learning rate {self.learning_rate:g}, batches of {self.batch_size}, {self.epochs} epochs; {seeds} "
            f"for each split; strengths chosen by {self.inner_folds} inner folds and the error of networks on them"
        )
