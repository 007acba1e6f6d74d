"""A comparison in Markdown, for a report or an issue: the same parts as the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2.comparison.sentences import rests_on, said_first, what_differences_show
from nnl2.comparison.text import also_shown, differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nnl2.comparison.findings import Findings


def comparison_as_markdown(comparison: Findings) -> str:
    """Return a comparison in Markdown: verdict, best guess, what the data can resolve, rows, what it rests on."""
    tables = [(what_differences_show(comparison), markdown_table(*differences(comparison), n_right=2))]
    for title, (header, lines) in also_shown(comparison):
        tables.append((title, markdown_table(header, lines, n_right=len(header) - 1)))
    return in_markdown(said_first(comparison), tables, rests_on(comparison))


def in_markdown(said_first: Iterable[str], tables: Iterable[tuple[str, str]], rests_on: Iterable[str]) -> str:
    """Return a result in Markdown: what must be known, tables with what stands in them, what it rests on."""
    first, *others = map(escaped, said_first)
    blocks = [f"**{first}**", *others]
    for title, table in tables:
        blocks += [escaped(title), table]
    return "\n\n".join([*blocks, "\n".join(f"- {escaped(each)}" for each in rests_on)])


def markdown_table(header: Sequence[str], lines: Sequence[Sequence[str]], *, n_right: int) -> str:
    """Return a table whose second and following columns, so many, stand to the right."""
    marks = ["---:" if 1 <= column <= n_right else "---" for column in range(len(header))]
    rows = [header, marks, *([escaped(cell) for cell in line] for line in lines)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def escaped(text: str) -> str:
    """Return a text in which nothing is a mark of Markdown by chance."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>|#" else sign for sign in text)
