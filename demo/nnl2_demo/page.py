"""Text on a page as wide as the environment says: paragraphs, bullets, tables in parts."""

from __future__ import annotations

import os
import re
import textwrap
from typing import TYPE_CHECKING

from nnl2 import format_table

if TYPE_CHECKING:
    from collections.abc import Sequence

USUAL_WIDTH = 80
NARROWEST = 40


def width() -> int:
    """Return the columns of the page: 80, unless COLUMNS says otherwise."""
    given = os.environ.get("COLUMNS", "")
    return max(NARROWEST, int(given)) if given.isdecimal() and int(given) else USUAL_WIDTH


def paragraph(text: str) -> str:
    """Return a text as lines of the page."""
    return _wrapped(text, "", "")


def bullet(text: str) -> str:
    """Return a text as lines of the page, the first with a star."""
    return _wrapped(text, "* ", "  ")


def heading(words: str) -> str:
    """Return words with a line under them."""
    return f"{words}\n{'=' * len(words)}"


def table_in_parts(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table in as many parts as the page's width asks for, each with the first column."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    parts, columns, so_far = [], [0], widths[0]
    for column in range(1, len(header)):
        if so_far + 2 + widths[column] > width() and len(columns) > 1:
            parts.append(columns)
            columns, so_far = [0], widths[0]
        columns.append(column)
        so_far += 2 + widths[column]
    parts.append(columns)
    return [
        format_table([header[column] for column in part], [[row[column] for column in part] for row in rows])
        for part in parts
    ]


def cut_to_page(text: str) -> str:
    """Return rows of numbers, without those that would stand beyond the page."""
    lines = text.splitlines()
    if max(map(len, lines)) <= width():
        return text
    end = max(found.start() for found in re.finditer("  ", max(lines, key=len)) if found.start() <= width() - 5)
    return "\n".join(line if len(line) <= end else f"{line[:end]}  ..." for line in lines)


def _wrapped(text: str, first: str, others: str) -> str:
    return textwrap.fill(
        " ".join(text.split()),
        width(),
        initial_indent=first,
        subsequent_indent=others,
        break_on_hyphens=False,
        break_long_words=False,
    )
