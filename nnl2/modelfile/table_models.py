"""What a `TableModel` is made of: how columns become inputs, and its network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from nnl2.errors import InvalidValueError
from nnl2.modelfile.content import Content
from nnl2.modelfile.kinds import Kind
from nnl2.modelfile.networks import network_content, network_from
from nnl2.preparation import Preparation
from nnl2.preparation.encodings import MOST_CATEGORIES, OneHot, Standardized
from nnl2.table_model import TableModel

if TYPE_CHECKING:
    from nnl2.modelfile.content import Stored
    from nnl2.preparation.encodings import Encoding


def table_model_content(model: TableModel) -> Content:
    """Return what a model of a table is made of."""
    preparation = model.preparation
    header: dict[str, Any] = {
        "target_name": model.target_name,
        "strategy": model.strategy,
        "n_items": model.n_items,
        "columns": [attrs.asdict(encoding) for encoding in preparation.encodings],
        "classes": preparation.classes and list(preparation.classes),
        "target_mean": preparation.target_mean,
        "target_scale": preparation.target_scale,
    }
    return Content(header, {}).with_part("network", network_content(model.network))


def table_model_from(stored: Stored) -> TableModel:
    """Return the model that a file describes."""
    network = network_from(stored.part("network"))
    n_inputs, *_, n_outputs = network.layer_sizes
    encodings = tuple(map(_encoding, stored.parts("columns", most=n_inputs)))
    names = [encoding.name for encoding in encodings]
    if len(set(names)) < len(names) or not names:
        raise InvalidValueError("columns must have names that differ, at least one")
    preparation = Preparation(
        encodings,
        stored.labels("classes", n_outputs) if stored.has("classes") else None,
        stored.number("target_mean"),
        _target_scale(stored),
    )
    stored.check_vectors(*(name for name in stored.vectors if name.startswith("network.")))
    return TableModel(
        stored.text("target_name"),
        preparation,
        network,
        stored.text("strategy"),
        stored.whole("n_items"),
    )


def _encoding(stored: Stored) -> Encoding:
    name = stored.text("name")
    if "categories" in stored.header:
        words = stored.texts("categories", most=MOST_CATEGORIES)  # each item's inputs have a number for each
        return OneHot(name, words, stored.flag("has_others"))
    return Standardized(name, stored.number("median"), stored.number("mean"), _scale(stored, "scale"))


def _target_scale(stored: Stored) -> float:
    scale = stored.number("target_scale")
    if scale <= 0:
        raise InvalidValueError(f"{stored.where}target_scale must be a number > 0, got {scale:g}")
    return scale


def _scale(stored: Stored, name: str) -> float:
    scale = stored.number(name)
    if scale < 0:
        raise InvalidValueError(f"{stored.where}{name} must be a number >= 0, got {scale:g}")
    return scale


KINDS = (Kind(TableModel, table_model_content, table_model_from),)
