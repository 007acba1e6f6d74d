"""What a strength from elsewhere is here, and all that is known, as text or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnl2 import format_table, regularizer_to_text
from nnl2.translation import CONVENTIONS
from nnl2_demo.output import to_json
from nnl2_demo.page import paragraph

if TYPE_CHECKING:
    from nnl2.translation import Convention, Translation


def translation_as_table(found: Translation) -> str:
    """Return a translation as a person reads it, with the text that the console and `regularizer=` take."""
    return "\n".join([paragraph(str(found)), f"As text: {regularizer_to_text(found.regularizer)}"])


def translation_as_json(found: Translation) -> str:
    """Return a translation as one JSON object."""
    texts = {name: regularizer_to_text(getattr(found, name)) for name in ("regularizer", "bias_regularizer")}
    return to_json(texts | _plain(found.convention))


def conventions_as_table() -> str:
    """Return all that is known as a table."""
    rows = [[each.name, each.formula, "yes" if each.biases else "no"] for each in CONVENTIONS]
    return format_table(["elsewhere", "here", "biases too"], rows, n_left=3)


def conventions_as_json() -> str:
    """Return all that is known as a JSON array."""
    return to_json([_plain(each) for each in CONVENTIONS])


def _plain(convention: Convention) -> dict[str, Any]:
    return {
        "elsewhere": convention.name,
        "here": convention.formula,
        "biases_too": convention.biases,
        "note": convention.note,
    }
