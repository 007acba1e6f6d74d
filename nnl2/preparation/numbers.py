"""Numbers as people write them: with a decimal point or comma, thousands apart or not.

1.5 and 1,5; 1,234.5 and 1.234,5; 1 234,5 and 1'234.5; 12 %, $5 and 5 €. Only 1.234 and 1,234 can be read in two
ways.
"""

from __future__ import annotations

import re

import numpy as np

DECIMALS = ".,"
"""The decimal signs."""

LARGEST_NUMBER = 1e150
"""The square of a larger one is no finite number, and so is its scale."""

_BETWEEN_THOUSANDS = {".": ",", ",": "."}
_SPACES = " \u00a0\u2009\u202f"
_ALSO_BETWEEN_THOUSANDS = f"{_SPACES}'\u2019"
_WITH_UNIT = re.compile(rf"([$£¥€]?)[{_SPACES}]?(.*?)[{_SPACES}]?([%$£¥€]?)")


def _plain(decimal: str) -> re.Pattern[str]:
    sign = re.escape(decimal)
    return re.compile(rf"[+-]?(\d+{sign}?\d*|{sign}\d+)([eE][+-]?\d+)?", re.ASCII)


def _grouped(decimal: str) -> re.Pattern[str]:
    """Return the pattern of a number whose thousands are apart: groups of three digits, one sign between them."""
    signs, sign = re.escape(_BETWEEN_THOUSANDS[decimal] + _ALSO_BETWEEN_THOUSANDS), re.escape(decimal)
    return re.compile(rf"[+-]?[1-9]\d{{0,2}}([{signs}])\d{{3}}(\1\d{{3}})*({sign}\d*)?", re.ASCII)


_PLAIN = {decimal: _plain(decimal) for decimal in DECIMALS}
_GROUPED = {decimal: _grouped(decimal) for decimal in DECIMALS}


def number_from(text: str, decimal: str) -> float:
    """Return the number that a text is with this decimal sign; NaN if it is none, or none that can be scaled.

    >>> [number_from(text, ".") for text in ("1,234.5", "1.234,5", "12 kg")]
    [1234.5, nan, nan]
    """
    text = _bare(text)
    if not _PLAIN[decimal].fullmatch(text):
        if not has_thousands_apart(text, decimal):
            return np.nan
        text = re.sub(rf"[^\d{re.escape(decimal)}+-]", "", text)
    number = float(text.replace(decimal, "."))
    return number if abs(number) <= LARGEST_NUMBER else np.nan


def has_thousands_apart(text: str, decimal: str) -> bool:
    """Return whether a text is a number with this decimal sign whose thousands stand apart."""
    return bool(_GROUPED[decimal].fullmatch(_bare(text)))


def _bare(text: str) -> str:
    """Return a number without per cent or currency sign, of which there is one at most, and with a plain minus."""
    found = _WITH_UNIT.fullmatch(text.replace("\u2212", "-"))
    return found[2] if found and not (found[1] and found[3]) else text
