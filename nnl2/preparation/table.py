"""`Table`: columns as they come, and a target; and `Preparation`, what is learned from some of its items.

One file, because each speaks of the other.
"""

from __future__ import annotations

import warnings
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from attrs import evolve, frozen

from nnl2.data import Dataset
from nnl2.errors import InvalidTypeError, InvalidValueError
from nnl2.preparation.arrays import read_arrays
from nnl2.preparation.bundled import read_bundled
from nnl2.preparation.columns import Column, Sheet, checked_rows, column_called, matrix_of
from nnl2.preparation.encodings import Encoding, Standardized, learned_encodings
from nnl2.preparation.frames import read_frame
from nnl2.preparation.leaving_out import (
    reasons_to_leave_out,
    refuse_id_as_target,
    warning_of_left_out,
    warnings_of_strays,
)
from nnl2.preparation.npy import inputs_and_target
from nnl2.preparation.reading import read_csv
from nnl2.preparation.remarks import remark_on_gaps, remark_on_words
from nnl2.preparation.roles import Roles
from nnl2.preparation.standardized import StandardizedRows
from nnl2.preparation.targets import renumbered, target_from, target_like
from nnl2.preparation.wording import printable, shown
from nnl2.validation import as_table

if TYPE_CHECKING:
    import os
    from collections.abc import Hashable, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.floating[Any]]

LARGEST_COPY = 5_000_000
"""So many numbers may a copy of inputs have; beyond, rows of one array are standardised as they are asked for."""


@frozen(eq=False, repr=False, slots=False)
class Table:
    """Items as they come, with numbers, words and gaps, and what shall be learned of them.

    Made by `from_csv`, `from_npy`, `from_frame`, `from_arrays` or `bundled`. In a CSV or data frame all columns
    without another purpose are inputs, but for those that are left out, named by a UserWarning: IDs and free text
    (nearly all values differ, or count up), dates, and what is empty or always the same.

    Parameters
    ----------
    name
        What reports and messages call it.
    columns
        All columns but those of the target, the weights, the groups and the time.
    left_out
        The columns that are no inputs, by name, with the reason.
    target_name
        What shall be learned.
    task
        "classification" or "regression". Unless it is given, the values decide: words and booleans are classes; so
        are numbers of which only two differ, and whole numbers of which at most ten do; all others are regression.
    classes
        The labels, sorted; None for regression.
    targets
        `(n_items,)`, the number of each item's class, or a float.
    item_weights
        How much each item counts, `(n_items,)`, or None.
    groups
        Labels `(n_items,)` of groups that must not be parted, or None.
    notation
        How its file was read, in a sentence; nothing where that is as usual.

    Examples
    --------
    >>> table = Table.bundled("iris")
    >>> table
    Table(iris: 150 items, 4 inputs, target 'species' of 3 classes)
    >>> table.prepare(range(100)).dataset(table, range(100, 150))
    Dataset(50 items, 4 inputs, 3 targets)
    """

    name: str
    columns: tuple[Column, ...]
    left_out: Mapping[str, str]
    target_name: str
    task: str
    classes: tuple[Hashable, ...] | None
    targets: NDArray[Any]
    item_weights: FloatArray | None = None
    groups: NDArray[Any] | None = None
    notation: str = ""

    @classmethod
    def from_csv(
        cls,
        path: str | os.PathLike[str],
        target: str | None = None,
        *,
        delimiter: str | None = None,
        encoding: str | None = None,
        task: str | None = None,
        weight: str | None = None,
        group: str | None = None,
        time: str | None = None,
        like: Table | None = None,
    ) -> Self:
        """Return the table in a CSV file whose first line names the columns.

        Cells that are empty or say NA, N/A, NaN, null or ? are missing; items whose target is missing are left out
        with a UserWarning. Numbers may have a decimal comma, and thousands apart; `remarks` tells.

        Parameters
        ----------
        path
            The file, of at most 256 MB.
        target
            The column to learn; by default the last one.
        delimiter
            What stands between cells; by default what explains the file best of tab, semicolon, bar and comma.
        encoding
            By default UTF-8, UTF-16 or cp1252, told from the bytes.
        task
            "classification" or "regression"; by default the values decide, as the class says.
        weight, group
            The columns of item weights and of groups.
        time
            A column of numbers or dates by which the items are sorted, the earliest first.
        like
            A table whose target, task and classes this one shares, as test items do; any of them may be missing.

        Raises
        ------
        InvalidValueError, InvalidTypeError, UnknownNameError
            If the file, or a column for its purpose, cannot be used: one line with the place and the way out.
        """
        sheet = read_csv(path, delimiter=delimiter, encoding=encoding)
        if len(sheet.columns) == 1:
            raise InvalidValueError(
                f"{sheet.name} has one column only, {shown(sheet.columns[0].name)}; if it holds more, say with "
                f"delimiter= what parts them"
            )
        return cls._from_sheet(sheet, Roles(target, weight, group, time), task, like)

    @classmethod
    def from_frame(
        cls,
        frame: Any,  # noqa: ANN401 (pandas and polars are not imported)
        target: str | None = None,
        *,
        task: str | None = None,
        weight: str | None = None,
        group: str | None = None,
        time: str | None = None,
        like: Table | None = None,
        name: str = "table",
    ) -> Self:
        """Return the table in a DataFrame of pandas or polars; `from_csv` tells what the arguments mean."""
        return cls._from_sheet(read_frame(frame, name), Roles(target, weight, group, time), task, like)

    @classmethod
    def from_arrays(
        cls,
        inputs: ArrayLike,
        targets: ArrayLike,
        *,
        item_weights: ArrayLike | None = None,
        groups: ArrayLike | None = None,
        task: str | None = None,
        name: str = "table",
    ) -> Self:
        """Return the table of inputs `(n_items, n_in)`, numbers or NaN, and labels or numbers `(n_items,)`.

        All columns are inputs, called x0, x1 ...: what looks like an ID in a file is a number here. Inputs of 32
        or 64 bits, of a file or not, are not copied: do not change them while the table is in use. What a network
        sees of them has the same number type.

        >>> Table.from_arrays([[0.5, 1], [1.5, float("nan")], [2.5, 3]], ["no", "yes", "no"]).classes
        ('no', 'yes')
        """
        columns, labels, weights, parts = read_arrays(inputs, targets, item_weights=item_weights, groups=groups)
        target = target_from("targets", labels, task)
        return cls(name, columns, {}, "target", *target, weights, parts)

    @classmethod
    def from_npy(
        cls, path: str | os.PathLike[str], target: str | os.PathLike[str] | None = None, *, task: str | None = None
    ) -> Self:
        """Return the table in a file that `np.save` has written: it stays there, and may be larger than memory.

        Parameters
        ----------
        path
            The file, of an array `(n_items, n_columns)` of numbers; the columns are called x0, x1 ...
        target
            The column to learn, by default the last one, or another such file with a label for each item. A
            column amid the others costs a copy of these.
        task
            "classification" or "regression"; by default the values decide, as the class says.

        Raises
        ------
        InvalidValueError, InvalidTypeError, UnknownNameError
            If a file or the column cannot be used.
        """
        inputs, names, labels, target_name = inputs_and_target(path, target)
        columns, labels, _, _ = read_arrays(inputs, labels, names=names)
        targets = target_from(f"the target {shown(target_name)}", labels, task)
        return cls(Path(path).name, columns, {}, target_name, *targets)

    @classmethod
    def bundled(cls, name: str) -> Self:
        """Return a table that comes with scikit-learn: breast_cancer, diabetes, digits, iris or wine."""
        columns, about, labels = read_bundled(name)
        return cls(name, columns, {}, about, *target_from("targets", labels, None))

    @classmethod
    def _from_sheet(cls, sheet: Sheet, roles: Roles, task: str | None, like: Table | None) -> Self:
        if like is not None:
            if not isinstance(like, Table):
                raise InvalidTypeError(f"like must be a Table, got {type(like).__name__}")
            roles = evolve(roles, target=roles.target or like.target_name)
        sheet, gaps = roles.without_gaps_in_target(sheet)
        target = roles.target_column(sheet)
        where = f"{sheet.name}: the target {shown(target.name)}"
        if task is None and like is None:
            refuse_id_as_target(where, target)
        inputs, in_time = roles.inputs(sheet), roles.sorted_by_time(sheet)
        labels = roles.target_column(in_time).labels
        left_out = {} if like is not None else reasons_to_leave_out(sheet, inputs)
        told = [gaps, warning_of_left_out(sheet, left_out)]
        told += warnings_of_strays(sheet, [column for column in inputs if column.name not in left_out])
        for warning in filter(None, told):
            warnings.warn(warning, UserWarning, stacklevel=3)
        return cls(
            sheet.name,
            roles.inputs(in_time),
            left_out,
            target.name,
            *(target_from(where, labels, task) if like is None else target_like(sheet.name, labels, like.classes)),
            item_weights=roles.item_weights(in_time),
            groups=roles.groups(in_time),
            notation=sheet.notation,
        )

    @property
    def n_items(self) -> int:
        """The number of items."""
        return len(self.targets)

    def __len__(self) -> int:
        return self.n_items

    @property
    def inputs(self) -> tuple[Column, ...]:
        """The columns that are inputs."""
        return tuple(column for column in self.columns if column.name not in self.left_out)

    @cached_property
    def matrix(self) -> FloatArray | None:
        """The inputs as one array `(n_items, n_inputs)`, where they are the columns of one; it is no copy."""
        return matrix_of(self.inputs)

    def n_numbers(self, n_items: int) -> int:
        """Return about how many numbers are in memory for so many prepared items."""
        n_inputs, n_targets = len(self.inputs), 1 if self.classes is None else len(self.classes)
        return n_items * (n_targets + (0 if _is_left(self.matrix, n_items) else n_inputs))

    @property
    def remarks(self) -> tuple[str, ...]:
        """What must be known of how it was read, a sentence each: its file's notation, gaps, words."""
        said = (self.notation, remark_on_gaps(self.inputs), remark_on_words(self.inputs))
        return tuple(filter(None, said))

    def prepare(self, rows: ArrayLike) -> Preparation:
        """Return how columns become numbers, learned from the items of these numbers and from no others."""
        chosen = checked_rows(self.name, self.n_items, rows)
        encodings = learned_encodings(self.inputs, chosen)
        if self.task == "classification":
            return Preparation(encodings, self.classes)
        values = self.targets[chosen]
        scale = float(values.std()) if np.ptp(values) else 1.0  # rounding spreads equal values
        return Preparation(encodings, None, float(values.mean()), scale)

    def __repr__(self) -> str:
        goal = "" if self.classes is None else f" of {len(self.classes)} classes"
        return (
            f"{type(self).__name__}({printable(self.name)}: {self.n_items} items, {len(self.inputs)} inputs, "
            f"target {shown(self.target_name)}{goal})"
        )


@frozen
class Preparation:
    """How columns become numbers, learned from some items of a Table: plain numbers and words throughout.

    Numbers are standardised, with the median where one is missing. Each word has an input of its own, a missing
    one too; of more than twenty the rarest share one with those never seen. Regression targets are standardised.

    Parameters
    ----------
    encodings
        How each column becomes inputs.
    classes
        The labels in the order of the targets; None for regression.
    target_mean, target_scale
        Of a regression's target: what training sees is (target - mean) / scale.
    """

    encodings: tuple[Encoding, ...]
    classes: tuple[Hashable, ...] | None
    target_mean: float = 0.0
    target_scale: float = 1.0

    @property
    def input_names(self) -> tuple[str, ...]:
        """The names of the inputs: a number's is its column's, a word's is as in `city=Ulm`."""
        return tuple(name for encoding in self.encodings for name in encoding.input_names)

    @property
    def n_inputs(self) -> int:
        """The number of inputs."""
        return len(self.input_names)

    def dataset(self, table: Table, rows: ArrayLike) -> Dataset:
        """Return items of this table, or of another with such columns, ready to train on or to be judged.

        Raises
        ------
        InvalidValueError, InvalidTypeError, UnknownNameError
            If the table lacks a column, has a class that was never seen, or no such items.
        """
        chosen = checked_rows(table.name, table.n_items, rows)
        weights = None if table.item_weights is None else table.item_weights[chosen]
        inputs: Any = self._rows_of(table, chosen)
        if inputs is None:
            inputs = self._inputs(table, chosen)
        return Dataset(inputs, self._targets(table, chosen), weights)

    def inputs(self, items: Sheet) -> FloatArray:
        """Return the inputs `(n_items, n_inputs)` of items whose target need not be known.

        `read_csv` and `read_frame` read them. Columns are found by their names; others there do not matter.

        Raises
        ------
        InvalidValueError, InvalidTypeError, UnknownNameError
            If it lacks a column, or has words where numbers were learned from.
        """
        if not isinstance(items, Sheet):
            raise InvalidTypeError(
                f"items must be a Sheet, as read_csv and read_frame return it, got {type(items).__name__}"
            )
        own = [column for column in items.columns if column.name in {each.name for each in self.encodings}]
        for warning in warnings_of_strays(items, own):
            warnings.warn(warning, UserWarning, stacklevel=2)
        return self._inputs(items, np.arange(len(items)))

    def values(self, outputs: ArrayLike) -> FloatArray:
        """Return a network's outputs `(n_items, 1)` in the unit of the target, `(n_items,)`."""
        given = as_table("outputs", outputs)
        if self.classes is not None:
            raise InvalidValueError("outputs of a classification have no unit; classes names what they stand for")
        if given.shape != (given.size, 1):
            raise InvalidValueError(f"outputs must be of shape (items, 1), got {given.shape}")
        return given[:, 0].astype(np.float64) * self.target_scale + self.target_mean

    def _inputs(self, items: Table | Sheet, rows: NDArray[np.integer[Any]]) -> FloatArray:
        needed = [encoding.name for encoding in self.encodings]
        columns = [column_called(items.name, items.columns, name, needed) for name in needed]
        place = items.place if isinstance(items, Sheet) else "item {}".format
        inputs = np.empty((len(rows), self.n_inputs), _common_type(columns))
        first = 0
        for encoding, column in zip(self.encodings, columns, strict=True):
            own = encoding.inputs(items.name, place, column, rows)
            inputs[:, first : first + own.shape[1]] = own
            first += own.shape[1]
        return inputs

    def _rows_of(self, table: Table, rows: NDArray[np.integer[Any]]) -> StandardizedRows | None:
        """Return inputs that are made as they are asked for, where a copy would be large and they can be."""
        matrix = table.matrix
        numbers = [encoding for encoding in self.encodings if isinstance(encoding, Standardized)]
        if matrix is None or not _is_left(matrix, len(rows)) or len(numbers) < len(self.encodings):
            return None
        if [column.name for column in table.inputs] != [each.name for each in numbers]:
            return None
        learned = np.array([(each.median, each.mean, each.scale) for each in numbers])
        return StandardizedRows(matrix, rows.copy(), *learned.T)

    def _targets(self, table: Table, rows: NDArray[np.integer[Any]]) -> FloatArray:
        """Return what training sees, `(n_items, 1)`, or one-hot `(n_items, n_classes)`."""
        if (table.classes is None) != (self.classes is None):
            expected = "regression" if self.classes is None else "classification"
            raise InvalidValueError(
                f"{table.name} is {table.task}, but this was learned for {expected}; say task={expected!r}"
            )
        if self.classes is None or table.classes is None:
            return ((table.targets[rows] - self.target_mean) / self.target_scale)[:, np.newaxis]
        numbers = renumbered(table.name, table.classes, self.classes)
        return np.eye(len(self.classes))[numbers][table.targets[rows]]


def _is_left(matrix: FloatArray | None, n_items: int) -> bool:
    """Return whether so many items stay where they are, because a copy would be large and need not be."""
    return matrix is not None and n_items * matrix.shape[1] > LARGEST_COPY


def _common_type(columns: Sequence[Column]) -> np.dtype[Any]:
    """Return float32 where all columns hold such numbers, else float64."""
    single = all(column.cells.dtype == np.float32 for column in columns)
    return np.dtype(np.float32 if single else np.float64)
