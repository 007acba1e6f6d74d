"""What notebooks show: a headline, a table, and behind a fold the whole text, as HTML without any style."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def as_html(headline: str, header: Sequence[str], rows: Iterable[Sequence[str]], in_full: str = "") -> str:
    """Return a headline and a table as HTML, and `in_full` behind a fold; all of them are plain text.

    >>> as_html("a < b", ["name"], [["x"]])
    '<p><b>a &lt; b</b></p><table><tr><th>name</th></tr><tr><td>x</td></tr></table>'
    """
    lines = [_line("th", header), *(_line("td", row) for row in rows)]
    fold = f"<details><summary>in full</summary><pre>{escape(in_full)}</pre></details>" if in_full else ""
    return f"<p><b>{escape(headline)}</b></p><table>{''.join(lines)}</table>{fold}"


def _line(tag: str, cells: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"
