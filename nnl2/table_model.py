"""`TableModel`: a network with what makes inputs of columns and answers of outputs; `Predictions`, its answers."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from nnl2.data import classes_of
from nnl2.errors import InvalidTypeError, InvalidValueError
from nnl2.preparation import Preparation, Sheet, Table, read_frame
from nnl2.preparation.encodings import OneHot
from nnl2.preparation.wording import printable, shown
from nnl2.validation import warn

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from attrs import Attribute
    from numpy.typing import NDArray

    from nnl2.network import NeuralNetwork
    from nnl2.preparation.columns import Column

    FloatArray = NDArray[np.floating[Any]]


@frozen(eq=False, repr=False)
class Predictions:
    """What a model says of items.

    Parameters
    ----------
    target_name
        What was predicted.
    targets
        The most probable class of each item, as it was called where the model learned it, or a number in the
        target's unit, `(n_items,)`.
    classes
        The labels; None for regression.
    probabilities
        Of each class, in their order, `(n_items, n_classes)`; None for regression.
    """

    target_name: str
    targets: NDArray[Any]
    classes: tuple[Hashable, ...] | None = None
    probabilities: FloatArray | None = None

    def __repr__(self) -> str:
        classes = "" if self.classes is None else f", {len(self.classes)} classes"
        return f"{type(self).__name__}({shown(self.target_name)} of {len(self.targets)} items{classes})"

    def to_csv(self, beside: Sequence[Column] = ()) -> str:
        """Return a line for each item: the class and the probability of each class, or the value.

        Columns of the items, such as a key, stand before it.
        """
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        own = [column.name for column in beside]
        kept = zip(*(column.words for column in beside), strict=True) if beside else ((),) * len(self.targets)
        if self.probabilities is None:
            writer.writerow([*own, self.target_name])
            writer.writerows([*keys, f"{value:.10g}"] for keys, value in zip(kept, self.targets, strict=True))
        else:
            writer.writerow([*own, self.target_name, *(f"P({label})" for label in self.classes or ())])
            for keys, value, each in zip(kept, self.targets, self.probabilities, strict=True):
                writer.writerow([*keys, value, *(f"{probability:.6f}" for probability in each)])
        return text.getvalue()


@frozen(eq=False, repr=False)
class TableModel:
    """A network that predicts a table's target from its columns; `nnl2.refit` makes one, `nnl2.save` keeps it.

    Parameters
    ----------
    target_name
        What it predicts.
    preparation
        How columns become inputs, and outputs classes or values.
    network
        With as many inputs and outputs.
    strategy
        By which the network was regularized, as text, such as "l2:0.01".
    n_items
        How many items it learned from.

    Raises
    ------
    InvalidValueError
        If the network has other inputs or outputs.
    """

    target_name: str
    preparation: Preparation
    network: NeuralNetwork = field()
    strategy: str
    n_items: int

    @network.validator
    def _check_network(self, _: Attribute[Any], network: NeuralNetwork) -> None:
        classes, sizes = self.preparation.classes, network.layer_sizes
        ends = self.preparation.n_inputs, 1 if classes is None else len(classes)
        if (sizes[0], sizes[-1]) != ends:
            raise InvalidValueError(
                f"network must have {ends[0]} inputs and {ends[1]} outputs, as the preparation has, got "
                f"{sizes[0]} and {sizes[-1]}"
            )
        if network.spec.output.classifies == (classes is None):
            raise InvalidValueError(
                f"network must have outputs for {'values' if classes is None else 'classes'}, got "
                f"{network.spec.output!r}"
            )

    def predict(self, items: Any) -> Predictions:  # noqa: ANN401 (pandas and polars are not imported)
        """Return what the model says of items whose target need not be known.

        Columns are found by their names, in any order; others do not matter. Where a number is missing, the median
        of those learned from stands for it. Of words never seen a UserWarning tells, unless rare words were
        learned as one: then they are such words.

        Parameters
        ----------
        items
            What `nnl2.preparation.read_csv` returns, a Table, or a DataFrame of pandas or polars.

        Raises
        ------
        InvalidValueError, InvalidTypeError, UnknownNameError
            If a column is missing, or holds words where numbers were learned from, or if the network's weights are
            so large that what it says is no finite number.
        """
        if not hasattr(items, "columns"):
            raise InvalidTypeError(
                f"items must be a Table, what read_csv returns, or a DataFrame, got {type(items).__name__}"
            )
        if isinstance(items, Table):
            items = Sheet(items.name, items.columns)
        sheet = items if isinstance(items, Sheet) else read_frame(items, "items")
        with np.errstate(over="ignore"):  # what lies very far out is clipped
            inputs = self.preparation.inputs(sheet)
        for warning in _unknown_words(sheet, self.preparation):
            warn(warning)
        classes, answers = self.preparation.classes, self.network.compute_outputs(inputs)
        if classes is None:
            with np.errstate(over="ignore", invalid="ignore"):
                answers = self.preparation.values(answers)
        _check_finite(sheet, answers)
        if classes is None:
            return Predictions(self.target_name, answers)
        labels = np.empty(len(classes), dtype=object)
        labels[:] = classes
        return Predictions(self.target_name, labels[classes_of(answers)], classes, answers)

    def __repr__(self) -> str:
        columns, classes = len(self.preparation.encodings), self.preparation.classes
        goal = "" if classes is None else f" of {len(classes)} classes"
        return (
            f"{type(self).__name__}({printable(self.strategy)}: {shown(self.target_name)}{goal} from {columns} "
            f"columns, learned from {self.n_items} items)"
        )


def _check_finite(sheet: Sheet, answers: FloatArray) -> None:
    wrong = np.flatnonzero(~np.isfinite(answers.reshape(len(sheet), -1)).all(axis=1))
    if wrong.size:
        raise InvalidValueError(
            f"{sheet.name}: what the model says of {sheet.place(int(wrong[0]))} is no finite number, as its "
            f"weights are too large; train it anew, with a smaller learning rate"
        )


def _unknown_words(sheet: Sheet, preparation: Preparation) -> Iterator[str]:
    """Yield for each column of words which of them have no input."""
    for encoding in preparation.encodings:
        if isinstance(encoding, OneHot) and not encoding.has_others:
            words = sheet.column(encoding.name).words
            unknown = np.flatnonzero([word not in encoding.categories for word in words])
            if unknown.size:
                first = int(unknown[0])
                what = shown(words[first]) if words[first] else "a gap"
                yield (
                    f"{sheet.name}: column {shown(encoding.name)} has {what} in {sheet.place(first)}, which was "
                    f"never seen; it counts as no word at all, {unknown.size} in all"
                )
