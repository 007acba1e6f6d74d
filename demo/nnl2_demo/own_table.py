"""What `nnl2-demo compare` compares on, how it splits that, and how the result is written."""

from __future__ import annotations

import json
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nnl2 import (
    FixedTest,
    FreshData,
    Nnl2Error,
    RepeatedFolds,
    Table,
    TimeOrder,
    installed_regularizers,
    make_data,
)
from nnl2.comparison.scores import deciding_score
from nnl2.comparison.sources import as_table
from nnl2.comparison.strategies import as_strategy
from nnl2.engine import kernel
from nnl2.errors import in_a_line
from nnl2.preparation import joined
from nnl2.preparation.bundled import BUNDLED
from nnl2.preparation.npy import is_array_file
from nnl2_demo.page import paragraph, width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from nnl2 import Comparison, Dataset, LearningCurve, StrengthPath
    from nnl2.comparison import Splits

N_ITEMS = 200
"""Training items that a generator makes."""


def article(seed: int) -> Dataset:
    """Return new items of the article's generator."""
    return make_data(N_ITEMS, seed)


def moons(seed: int) -> tuple[Any, Any]:
    """Return new items of two moons that overlap."""
    from sklearn.datasets import make_moons  # noqa: PLC0415 (slow to import)

    inputs, labels = make_moons(N_ITEMS, noise=0.3, random_state=seed)
    return inputs, labels


GENERATORS = {"article": article, "moons": moons}

NAMES: dict[tuple[type[Splits], str], str] = {
    (RepeatedFolds, "folds"): "folds",
    (RepeatedFolds, "repeats"): "repeats",
    (TimeOrder, "folds"): "blocks",
    (FreshData, "repeats"): "n_replicates",
}
"""What --folds and --repeats are called by each kind of splits."""


def data_called(
    name: str, test: Path | None, reading: Mapping[str, Any]
) -> tuple[Table | Callable[[int], Any], range | None]:
    """Return a table, or a generator, and the rows of the test file's items, if there is one.

    That the compiled update is missing is warned of here, before hours are spent.
    """
    kernel.library()
    if name in GENERATORS:
        return GENERATORS[name], None
    if name in BUNDLED:
        return Table.bundled(name), None
    if is_array_file(name):
        return Table.from_npy(name, reading["target"], task=reading["task"]), None
    table = Table.from_csv(name, **reading)
    if test is None:
        return table, None
    both = joined(table, Table.from_csv(test, **reading, like=table))
    return both, range(table.n_items, both.n_items)


def splits_for(
    data: object, test: range | None, folds: int | None, repeats: int | None, *, by_time: bool
) -> Splits:
    """Return how to split what is compared on: as its kind asks for, and in as many parts as are asked for."""
    if test is not None:
        return FixedTest(test)
    kind = FreshData if callable(data) else TimeOrder if by_time else RepeatedFolds
    parts = {NAMES[kind, name]: n for name, n in (("folds", folds), ("repeats", repeats)) if n is not None}
    return kind(**parts)


def all_strategies(tell: Callable[[str], None]) -> list[str]:
    """Return the names of all installed regularizers; of those that cannot be compared it is told why."""
    names = []
    for listing in installed_regularizers():
        why_not = listing.summary if listing.status != "ok" else _why_not_compared(listing.name)
        if why_not:
            tell(f"--all leaves {listing.name} out: {why_not}")
        elif listing.name != "none":
            names.append(listing.name)
    return names


def _why_not_compared(name: str) -> str:
    try:
        as_strategy(name)
    except Nnl2Error as error:
        return str(error)
    return ""


def check_score(data: object, score: str | None) -> None:
    """Raise an error if what shall be learned has no such score."""
    deciding_score(score, [as_table(data(0) if callable(data) else data)])


def remarks_on(data: object) -> Sequence[str]:
    """Return what must be known of how a table was read."""
    return data.remarks if isinstance(data, Table) else ()


def has_classes(data: object) -> bool:
    """Return whether classes are to be learned, as every generator's are."""
    return not isinstance(data, Table) or data.classes is not None


@contextmanager
def telling_warnings(tell: Callable[[str], None]) -> Iterator[None]:
    """Tell each warning once, in a line, at the end; where an error ends it, that is the line.

    That errors rise in training is seen in the result.
    """
    lines: dict[str, None] = {}

    def note(message: Warning | str, *_: object, **__: object) -> None:
        lines[in_a_line(str(message))] = None

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.filterwarnings("ignore", "training made the error larger", UserWarning)
        warnings.showwarning = note
        yield
    for line in lines:
        tell(f"Warning: {line}")


def written(
    result: Comparison | StrengthPath | LearningCurve,
    text: Callable[[int], str],
    remarks: Sequence[str],
    chosen_format: str,
) -> str:
    """Return a result in a format, with what must be known of how its table was read; `text` knows its width."""
    told = [f"Table: {' '.join(remarks)}"] if remarks else []
    write: dict[str, Callable[[], str]] = {
        "table": lambda: "\n".join([text(width()), *map(paragraph, told)]),
        "json": lambda: json.dumps(result.to_dict() | {"table": remarks}, indent=1, ensure_ascii=False),
        "csv": lambda: result.to_csv().rstrip("\n"),
        "markdown": lambda: "\n\n".join([result.to_markdown(), *told]),
    }
    return write[chosen_format]()
