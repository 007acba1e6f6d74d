"""`Recipe`: how every network of a comparison is made and trained."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from attrs.validators import optional

from nnl2.activations import Activation, Tanh
from nnl2.errors import InvalidTypeError, InvalidValueError, shown
from nnl2.network import NeuralNetwork
from nnl2.notation import optimizer_from_text
from nnl2.optimizers import SGD, Adam, Momentum, Nesterov, Optimizer
from nnl2.outputs import Output, SoftmaxCrossEntropy, SquaredError
from nnl2.validation import check_count, number_in_range, whole_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from attrs import Attribute
    from numpy.typing import NDArray

    from nnl2.preparation import Table
    from nnl2.regularizers import Regularizer

N_RECORDED = 10
"""About how often errors are measured in a run whose curves are kept."""

FEWEST_HIDDEN = 8
"""Hidden units of a small table; digits, with 64 inputs and 10 classes, needs more to be fitted at all."""


LEARNING_RATE = 0.2
"""That of plain gradient descent, at which a study of eight tables could best tell strategies apart."""

ADAMS_LEARNING_RATE = 0.01
"""Near what 0.2 is for plain gradient descent: the training error comes about as low, on five bundled tables."""

BATCH_SIZE = 16
EPOCHS = 50
"""With that learning rate as good as half of it for twice as long, and regularizers are easier to tell apart."""


def _as_sizes(given: int | Sequence[int] | None) -> tuple[int, ...] | None:
    if given is None:
        return None
    sizes = given if isinstance(given, list | tuple) else (given,)
    return tuple(check_count("the number of hidden units", size) for size in sizes)


def _as_optimizer(given: Optimizer | str) -> Optimizer:
    optimizer = optimizer_from_text(given) if isinstance(given, str) else given
    if not isinstance(optimizer, Optimizer):
        raise InvalidTypeError(f"Recipe.optimizer must be an Optimizer or the text of one, got {shown(optimizer)}")
    return optimizer


def suitable_hidden(n_inputs: int, n_outputs: int) -> tuple[int, ...]:
    """Return one hidden layer of 8 units, or of the geometric mean of inputs and outputs where that is more."""
    return (max(FEWEST_HIDDEN, round(math.sqrt(n_inputs * n_outputs))),)


def suitable_rate(optimizer: Optimizer) -> float:
    """Return the learning rate with which an optimizer comes about as far as plain gradient descent.

    Raises
    ------
    InvalidValueError
        If nobody knows, as with an optimizer of one's own.
    """
    if isinstance(optimizer, SGD):
        return LEARNING_RATE
    if isinstance(optimizer, Momentum | Nesterov):  # changes grow to 1 / (1 - momentum) times as much
        return float(f"{LEARNING_RATE * (1 - optimizer.momentum):.12g}")
    if isinstance(optimizer, Adam):
        return ADAMS_LEARNING_RATE
    raise InvalidValueError(
        f"learning_rate must be given with {shown(optimizer)}: nobody knows which one suits it"
    )


@frozen
class Recipe:
    """How every network of a comparison is made and trained: they differ in nothing but the regularizer.

    Inputs are standardised by the training part of each split; weights start within Glorot's limit, biases at 0.

    Parameters
    ----------
    hidden
        The numbers of hidden units; () is no hidden layer. By default one layer of 8 units, or of the geometric
        mean of inputs and outputs where that is more.
    activation, optimizer
        As `NeuralNetwork` takes them; the optimizer perhaps as text, such as "adam". Under any but SGD, weight
        decay is another thing than L2, and by default compared beside it.
    output
        As `NeuralNetwork` takes it; by default softmax with cross-entropy for classes, linear outputs with squared
        error for values.
    learning_rate, batch_size, epochs
        As `nnl2.train` takes them. Only learning_rate * epochs / batch_size matters much; what a study of eight
        tables found best to tell strategies apart is the default: 0.2 for SGD, 0.2 (1 - momentum) for Momentum
        and Nesterov. For Adam it is 0.01; an optimizer of your own has none.
    record_every
        After how many epochs errors are measured; by default about ten times in a run.
    seeds
        Networks trained for each split, whose scores are averaged: seeds are no replicates.
    inner_folds
        Folds of each training part by which strengths are chosen, >= 2.
    """

    hidden: tuple[int, ...] | None = field(default=None, converter=_as_sizes)
    activation: Activation = field(default=Tanh())
    output: Output | None = field(default=None)
    optimizer: Optimizer = field(default=SGD(), converter=_as_optimizer)
    learning_rate: float = field(validator=number_in_range(above=0))
    batch_size: int = field(default=BATCH_SIZE, validator=whole_number(minimum=1))
    epochs: int = field(default=EPOCHS, validator=whole_number(minimum=1))
    record_every: int | None = field(default=None, validator=optional(whole_number(minimum=1)))
    seeds: int = field(default=1, validator=whole_number(minimum=1))
    inner_folds: int = field(default=3, validator=whole_number(minimum=2))

    @learning_rate.default
    def _learning_rate_that_suits(self) -> float:
        return suitable_rate(self.optimizer)

    @activation.validator
    def _check_activation(self, _: Attribute[Any], given: object) -> None:
        if not isinstance(given, Activation):
            raise InvalidTypeError(f"Recipe.activation must be an Activation, such as Tanh(), got {shown(given)}")

    @output.validator
    def _check_output(self, _: Attribute[Any], given: object) -> None:
        if given is not None and not isinstance(given, Output):
            raise InvalidTypeError(f"Recipe.output must be an Output, such as SquaredError(), got {shown(given)}")

    @property
    def decay_is_l2(self) -> bool:
        """Whether constant weight decay is L2 under another name, as it is under plain gradient descent."""
        return type(self.optimizer) is SGD

    def hidden_for(self, n_inputs: int, n_outputs: int) -> tuple[int, ...]:
        """Return the numbers of hidden units of a network with so many inputs and outputs."""
        return suitable_hidden(n_inputs, n_outputs) if self.hidden is None else self.hidden

    def output_for(self, table: Table) -> Output:
        """Return the output function for a table's targets."""
        if self.output is not None:
            return self.output
        return SquaredError() if table.classes is None else SoftmaxCrossEntropy()

    def network(
        self,
        table: Table,
        n_inputs: int,
        n_outputs: int,
        regularizer: Regularizer | Sequence[Regularizer],
        seed: int,
        initial: NDArray[np.floating[Any]] | None = None,
    ) -> NeuralNetwork:
        """Return a fresh network for a table; without `initial` its seed decides the first weights."""
        return NeuralNetwork(
            n_inputs,
            *self.hidden_for(n_inputs, n_outputs),
            n_outputs,
            regularizer=regularizer,
            hidden=self.activation,
            output=self.output_for(table),
            optimizer=self.optimizer,
            initial=initial,
            seed=seed,
        )

    def recorded_every(self) -> int:
        """Return after how many epochs errors are measured."""
        return self.record_every or max(1, self.epochs // N_RECORDED)

    def sentence(self, table: Table, n_inputs: int, prepared: str, start: str) -> str:
        """Return the recipe in words, given those for how inputs are prepared and how networks start."""
        hidden = self.hidden_for(n_inputs, 1 if table.classes is None else len(table.classes))
        units = "no hidden layer"
        if hidden:
            units = f"{'-'.join(map(str, hidden))} hidden units ({type(self.activation).__name__})"
        if self.output is not None:
            output = repr(self.output)
        else:
            output = "linear outputs, squared error" if table.classes is None else "softmax, cross-entropy"
        seeds = f"the mean of {self.seeds} seeds" if self.seeds > 1 else "one seed"
        return (
            f"{prepared}; {units}, {output}; {start}; {self.optimizer!r}, learning rate {self.learning_rate:g}, "
            f"batches of {self.batch_size}, {self.epochs} epochs; {seeds} for each split"
        )

    def choice_sentence(self) -> str:
        """Return in words how strengths are chosen."""
        return f"strengths chosen by {self.inner_folds} inner folds and the error of networks on them"
