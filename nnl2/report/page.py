"""`page_of`: one self-contained page that asks nothing of anybody, neither a server nor the reader's eyes."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING

from nnl2.report.fragments import Html, escaped

if TYPE_CHECKING:
    from collections.abc import Iterable

STYLE = Path(__file__).with_name("page.css")

RULES = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""What the page may load: nothing that does not stand in it."""


def page_of(title: str, sections: Iterable[Html], *, program: Html | None = None) -> str:
    """Return a page.

    Parameters
    ----------
    title
        Its headline.
    sections
        What `section` returns, in their order.
    program
        What `program_of` returns, where the page moves.

    Examples
    --------
    >>> from nnl2.report import page_of, paragraph, section
    >>> "<h2>A &lt; B</h2>" in page_of("Mine", [section("A < B", paragraph("Why?"))])
    True
    """
    rules = RULES
    if program is not None:
        script = program.partition("<script>")[2].removesuffix("</script>")
        rules += f"; script-src 'sha256-{_digest(script)}'"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{rules}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{escaped(title)}</title>
<style>
{STYLE.read_text(encoding="utf-8")}</style>
</head>
<body>
<main>
<h1>{escaped(title)}</h1>
{"".join(sections)}
</main>
{program or ""}</body>
</html>
"""


def program_of(script: Path, numbers: object) -> Html:
    """Return a program with the numbers it shows, which it finds in the element `numbers`."""
    plain = json.dumps(numbers, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
    code = script.read_text(encoding="utf-8")
    return Html(f'<script type="application/json" id="numbers">{plain}</script><script>{code}</script>')


def _digest(script: str) -> str:
    from hashlib import sha256  # noqa: PLC0415 (loads OpenSSL)

    return base64.b64encode(sha256(script.encode()).digest()).decode()
