"""The text in a file's bytes: UTF-8, with and without a mark at its beginning, UTF-16, or cp1252."""

from __future__ import annotations

import codecs
import re

from nnl2.errors import InvalidTypeError, InvalidValueError
from nnl2.preparation.wording import shown

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, with whose mark it begins
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""What a text of each encoding may begin with."""

OTHER_FORMATS = {
    b"PK\x03\x04": "a zip archive or an Excel file",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"\x1f\x8b": "compressed by gzip",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF",
    b"\x93NUMPY": "an array saved by numpy, which Table.from_npy and read_npy read",
}
"""What is often given in place of a CSV, by its first bytes."""

_LINE_END = re.compile(rb"\r\n|\r|\n")
_SAMPLE = 4096


def decoded(name: str, content: bytes, encoding: str | None) -> tuple[str, str]:
    """Return a file's text, and its encoding, which is told from the bytes where none is given.

    Raises
    ------
    InvalidValueError, InvalidTypeError
        If the bytes are no text in that encoding, or there is no such encoding.
    """
    if encoding is not None and not isinstance(encoding, str):
        raise InvalidTypeError(f"encoding must be a name such as 'utf-8' or 'cp1252', got {shown(encoding)}")
    for beginning, what in OTHER_FORMATS.items():
        if content.startswith(beginning):
            raise InvalidValueError(f"{name} is {what}; save it as CSV first")
    chosen = _told_from_bytes(name, content) if encoding is None else encoding
    try:
        text = content.decode(chosen)
    except UnicodeDecodeError as error:
        tried = "utf-8 or cp1252" if chosen == "cp1252" and encoding is None else chosen
        raise InvalidValueError(
            f"{name}, line {_line(content, error.start)}: the byte 0x{content[error.start]:02x} means nothing in "
            f"{tried}; if this is text, say another encoding"
        ) from error
    except (LookupError, ValueError) as error:
        raise InvalidValueError(
            f"encoding must name a text encoding such as 'utf-8' or 'cp1252', got {shown(encoding)}"
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InvalidValueError(f"{name}, line {line}: there is a zero byte, so this is no text; save it as CSV")
    return text.removeprefix("\ufeff"), chosen


def _told_from_bytes(name: str, content: bytes) -> str:
    for mark, encoding in MARKS.items():
        if content.startswith(mark):
            return encoding
    zeros = [content[start:_SAMPLE:2].count(0) for start in (0, 1)]
    if max(zeros) > min(len(content), _SAMPLE) / 5 and max(zeros) > 10 * min(zeros):
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    if _is_utf_8(content):
        return "utf-8"
    _refuse_mixture(name, content)
    return "cp1252"


def _refuse_mixture(name: str, content: bytes) -> None:
    """Raise an error if some lines are UTF-8 and others are not: half of the words would be garbled."""
    beyond_ascii = [(n, line) for n, line in enumerate(_LINE_END.split(content), 1) if not line.isascii()]
    other = [n for n, line in beyond_ascii if not _is_utf_8(line)]
    if len(other) < len(beyond_ascii):
        raise InvalidValueError(
            f"{name}, line {other[0]}: not UTF-8, as other lines are; save the file in one encoding, or say "
            f"encoding='cp1252'"
        )


def _is_utf_8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _line(content: bytes, position: int) -> int:
    return len(_LINE_END.findall(content[:position])) + 1
