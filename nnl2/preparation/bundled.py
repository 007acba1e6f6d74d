"""`read_bundled`: the tables that come with scikit-learn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnl2.errors import UnknownNameError
from nnl2.preparation.columns import Column
from nnl2.preparation.wording import listed, near_match, shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

BUNDLED = {
    "breast_cancer": "diagnosis",
    "diabetes": "progression",
    "digits": "digit",
    "iris": "species",
    "wine": "cultivar",
}
"""The tables, each with what it is about."""


def read_bundled(name: str) -> tuple[tuple[Column, ...], str, NDArray[Any]]:
    """Return a table's inputs, what it is about, and that of each item, `(n_items,)`."""
    from sklearn import datasets  # noqa: PLC0415 (slow to import)

    if name not in BUNDLED:
        raise UnknownNameError(
            f"no bundled table is called {shown(name)}; {near_match(str(name), list(BUNDLED))}"
            f"there are {listed(BUNDLED)}"
        )
    bunch = getattr(datasets, f"load_{name}")()
    labels = bunch.target_names[bunch.target] if "target_names" in bunch else bunch.target
    named = zip(bunch.feature_names, bunch.data.T, strict=True)
    return tuple(Column.from_numbers(name, *column) for column in named), BUNDLED[name], labels
