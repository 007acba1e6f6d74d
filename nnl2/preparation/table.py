"""`Table`: columns as they come, and a target; and `Preparation`, what is learned from some of its items.

One file, because each speaks of the other.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from attrs import frozen

from nnl2.data import Dataset
from nnl2.errors import InvalidTypeError, InvalidValueError, UnknownNameError
from nnl2.preparation.columns import Column, Sheet, column_called
from nnl2.preparation.encodings import Encoding, learned_encodings
from nnl2.preparation.frames import sheet_from_frame
from nnl2.preparation.leaving_out import (
    reasons_to_leave_out,
    refuse_id_as_target,
    warning_of_left_out,
    warnings_of_strays,
)
from nnl2.preparation.reading import read_csv
from nnl2.preparation.roles import Roles, check_weights
from nnl2.preparation.targets import labels_from, target_from
from nnl2.preparation.wording import listed, near_match, printable, shown
from nnl2.validation import as_array, as_table

if TYPE_CHECKING:
    import os
    from collections.abc import Hashable, Mapping

    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]

BUNDLED = {
    "breast_cancer": "diagnosis",
    "diabetes": "progression",
    "digits": "digit",
    "iris": "species",
    "wine": "cultivar",
}
"""The tables that come with scikit-learn, each with what it is about."""


@frozen(eq=False, repr=False)
class Table:
    """Items as they come, with numbers, words and gaps, and what shall be learned of them.

    Made by `from_csv`, `from_frame`, `from_arrays` or `bundled`. In a file or data frame all columns without
    another purpose are inputs, but for those that are left out, named by a UserWarning: IDs and free text (nearly
    all values differ, or count up), dates, and what is empty or always the same.

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
    ) -> Self:
        """Return the table in a CSV file whose first line names the columns.

        Cells that are empty or say NA, N/A, NaN, null or ? are missing; items whose target is missing are left out
        with a UserWarning. Where the delimiter is not the comma, numbers may have a decimal comma.

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
        return cls._from_sheet(sheet, Roles(target, weight, group, time), task)

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
        name: str = "table",
    ) -> Self:
        """Return the table in a DataFrame of pandas or polars; `from_csv` tells what the arguments mean."""
        return cls._from_sheet(sheet_from_frame(name, frame), Roles(target, weight, group, time), task)

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

        All columns are inputs, called x0, x1 ...: what looks like an ID in a file is a number here.

        >>> Table.from_arrays([[0.5, 1], [1.5, float("nan")], [2.5, 3]], ["no", "yes", "no"]).classes
        ('no', 'yes')
        """
        numbers = as_table("inputs", inputs)
        if numbers.ndim != 2 or 0 in numbers.shape:
            raise InvalidValueError(
                f"inputs must be a table of shape (items, columns) with one of each at least, "
                f"got shape {numbers.shape}"
            )
        labels = labels_from(targets)
        weights = None if item_weights is None else as_table("item_weights", item_weights).astype(np.float64)
        parts = None if groups is None else as_array("groups", groups)
        for argument, given in (("targets", labels), ("item_weights", weights), ("groups", parts)):
            if given is not None and given.shape != (len(numbers),):
                raise InvalidValueError(
                    f"{argument} must be one for each of {len(numbers)} items, got shape {given.shape}"
                )
        if weights is not None:
            check_weights("item_weights", weights, "item {}".format)
        columns = [Column.from_numbers("inputs", f"x{n}", column) for n, column in enumerate(numbers.T)]
        return cls(name, tuple(columns), {}, "target", *target_from("targets", labels, task), weights, parts)

    @classmethod
    def bundled(cls, name: str) -> Self:
        """Return a table that comes with scikit-learn: breast_cancer, diabetes, digits, iris or wine."""
        from sklearn import datasets  # noqa: PLC0415 (slow to import)

        if name not in BUNDLED:
            raise UnknownNameError(
                f"no bundled table is called {shown(name)}; {near_match(str(name), list(BUNDLED))}"
                f"there are {listed(BUNDLED)}"
            )
        bunch = getattr(datasets, f"load_{name}")()
        labels = bunch.target_names[bunch.target] if "target_names" in bunch else bunch.target
        named = zip(bunch.feature_names, bunch.data.T, strict=True)
        columns = tuple(Column.from_numbers(name, *column) for column in named)
        return cls(name, columns, {}, BUNDLED[name], *target_from("targets", labels, None))

    @classmethod
    def _from_sheet(cls, sheet: Sheet, roles: Roles, task: str | None) -> Self:
        target = roles.target_column(sheet)
        where = f"{sheet.name}: the target {shown(target.name)}"
        missing = np.flatnonzero(~target.present)
        if missing.size == len(target.cells):
            raise InvalidValueError(f"{where} is missing in all items; name another column")
        if missing.size:
            or_no_number = ", or no number," if target.holds_numbers and target.strays.size else ""
            warnings.warn(
                f"{where} is missing{or_no_number} in {missing.size} of "
                f"{len(target.cells)} items, which are left out; the first is {sheet.place(int(missing[0]))}",
                UserWarning,
                stacklevel=3,
            )
            sheet = sheet.rows(np.flatnonzero(target.present))
            target = roles.target_column(sheet)
        if task is None:
            refuse_id_as_target(where, target)
        as_in_file, sheet = sheet, roles.sorted_by_time(sheet)
        goal = target_from(where, roles.target_column(sheet).labels, task)
        left_out = reasons_to_leave_out(as_in_file, roles.inputs(as_in_file))
        if left_out:
            warnings.warn(warning_of_left_out(as_in_file, left_out), UserWarning, stacklevel=3)
        inputs = [column for column in roles.inputs(as_in_file) if column.name not in left_out]
        for warning in warnings_of_strays(as_in_file, inputs):
            warnings.warn(warning, UserWarning, stacklevel=3)
        return cls(
            sheet.name,
            roles.inputs(sheet),
            left_out,
            target.name,
            *goal,
            item_weights=roles.item_weights(sheet),
            groups=roles.groups(sheet),
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

    def prepare(self, rows: ArrayLike) -> Preparation:
        """Return how columns become numbers, learned from the items of these numbers and from no others."""
        chosen = self.checked_rows(rows)
        encodings = learned_encodings(self.inputs, chosen)
        if self.task == "classification":
            return Preparation(encodings, self.classes)
        values = self.targets[chosen]
        scale = float(values.std()) if np.ptp(values) else 1.0  # rounding spreads equal values
        return Preparation(encodings, None, float(values.mean()), scale)

    def checked_rows(self, rows: ArrayLike) -> NDArray[np.integer[Any]]:
        """Return numbers of items, counted from 0, if there are such items and at least one is named."""
        chosen = as_array("rows", rows)
        if chosen.ndim != 1 or not chosen.size or chosen.dtype.kind not in "iu":
            raise InvalidTypeError(
                f"rows must be numbers of items, at least one, got an array of shape {chosen.shape} and type "
                f"{chosen.dtype}"
            )
        if chosen.min() < 0 or chosen.max() >= self.n_items:
            raise InvalidValueError(
                f"rows must be in [0, {self.n_items}), as {self.name} has {self.n_items} items, got "
                f"{chosen.min()} to {chosen.max()}"
            )
        return chosen

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
        chosen = table.checked_rows(rows)
        weights = None if table.item_weights is None else table.item_weights[chosen]
        return Dataset(self._inputs(table, chosen), self._targets(table)[chosen], weights)

    def inputs(self, items: Sheet) -> FloatArray:
        """Return the inputs `(n_items, n_inputs)` of items whose target is not known, such as `read_csv` reads.

        Columns are found by their names; others the file has besides do not matter.

        Raises
        ------
        InvalidValueError, InvalidTypeError, UnknownNameError
            If it lacks a column, or has words where numbers were learned from.
        """
        if not isinstance(items, Sheet):
            raise InvalidTypeError(
                f"items must be a Sheet, as read_csv(path) returns it, got {type(items).__name__}"
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
        columns = [column_called(items.name, items.columns, encoding.name) for encoding in self.encodings]
        pairs = zip(self.encodings, columns, strict=True)
        return np.hstack([encoding.inputs(items.name, column, rows) for encoding, column in pairs])

    def _targets(self, table: Table) -> FloatArray:
        """Return what training sees, `(n_items, 1)`, or one-hot `(n_items, n_classes)`."""
        if (table.classes is None) != (self.classes is None):
            expected = "regression" if self.classes is None else "classification"
            raise InvalidValueError(
                f"{table.name} is {table.task}, but this was learned for {expected}; say task={expected!r}"
            )
        if self.classes is None or table.classes is None:
            return ((table.targets - self.target_mean) / self.target_scale)[:, np.newaxis]
        number = {str(label): column for column, label in enumerate(self.classes)}  # 1 in one file, "1" in another
        unknown = [label for label in table.classes if str(label) not in number]
        if unknown:
            raise InvalidValueError(
                f"{table.name} has the class {shown(unknown[0])}, not among {listed(number)}; drop its items"
            )
        return np.eye(len(number))[[number[str(label)] for label in table.classes]][table.targets]
