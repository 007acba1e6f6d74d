"""Pieces of a page: text from outside becomes `Html` here and nowhere else, and is escaped."""

from __future__ import annotations

import re
import unicodedata
from html import escape
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Html = NewType("Html", str)
"""Text that can stand in a page as it is."""

TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that turn the direction of what follows, beyond the end of a name."""


def cleaned(text: str) -> str:
    """Return a text without what no page can show: control signs, halves of signs, turned directions."""
    spaced = text.replace("\n", " ").replace("\t", " ")
    return "".join(
        "\ufffd" if unicodedata.category(sign) in ("Cc", "Cs") or sign in TURNING else sign for sign in spaced
    )


def escaped(text: str) -> Html:
    """Return a text as it can stand in a page, also between quotes, with ± and with numbers beside their %.

    >>> escaped('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    typeset = re.sub(r"(?<=\d) %", "\u00a0%", cleaned(text).replace(" +- ", " \u00b1 "))
    return Html(escape(typeset))


def paragraph(text: str) -> Html:
    """Return a paragraph."""
    return Html(f"<p>{escaped(text)}</p>")


def bullets(texts: Iterable[str]) -> Html:
    """Return a list."""
    return Html(f"<ul>{''.join(f'<li>{escaped(text)}</li>' for text in texts)}</ul>")


def table(caption: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Html:
    """Return a table whose first column names its rows; where it is too wide for the page, it moves by itself."""
    marks = [_mark(column) for column in zip(*rows, strict=True)]
    head = "".join(f'<th scope="col"{mark}>{escaped(cell)}</th>' for cell, mark in zip(header, marks, strict=True))
    body = "".join(_row(row, marks) for row in rows)
    return Html(
        f'<div class="wide" tabindex="0" role="region" aria-label="{escaped(caption)}"><table>'
        f"<caption><span>{escaped(caption)}</span></caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _mark(column: Sequence[str]) -> str:
    """Return what makes a column of words stand to the left; numbers stand to the right."""
    return ' class="words"' if any(map(_has_words, column)) else ""


def _has_words(cell: str) -> bool:
    return re.search("[a-z]{3}", cell) is not None


def _row(cells: Sequence[str], marks: Sequence[str]) -> str:
    first, *others = cells
    inside = "".join(_cell(cell, mark) for cell, mark in zip(others, marks[1:], strict=True))
    name = escaped(first).replace("+", "+<wbr>")  # l2:0.01+dropout:0.2 in two lines breaks there
    return f'<tr><th scope="row">{name}</th>{inside}</tr>'


def _cell(cell: str, mark: str) -> str:
    """Return a cell; a number among words stays in one line."""
    if mark and not _has_words(cell):
        mark = ' class="words number"'
    return f"<td{mark}>{escaped(cell)}</td>"


def folded(summary: str, *inside: Html) -> Html:
    """Return what is seen when its summary is opened; it is printed when it is open."""
    return Html(f"<details><summary>{escaped(summary)}</summary>{''.join(inside)}</details>")


def section(heading: str, *inside: Html) -> Html:
    """Return a part of the page under a heading."""
    return Html(f"<section><h2>{escaped(heading)}</h2>{''.join(inside)}</section>")
