"""`load`: a model from a file that may be anything."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn

from nnl2.errors import InvalidTypeError, InvalidValueError, ModelFileError, Nnl2Error, in_a_line, shown
from nnl2.modelfile.archive import DamagedError, Reader, digest
from nnl2.modelfile.content import Stored
from nnl2.modelfile.kinds import kind_called
from nnl2.modelfile.saving import FORMAT, VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_WHOLE_SIGNS = re.compile(
    r"(?:[^\\]++|\\[^u]|\\u(?!d[89a-f])|\\ud[89ab][\da-f]{2}\\ud[c-f])*+", re.ASCII | re.IGNORECASE
)
"""JSON without an escape that is one half of a pair, alone: D800 to DFFF."""


def load(path: str | os.PathLike[str]) -> Any:  # noqa: ANN401 (what was saved)
    """Return the model in a file that `save` wrote.

    Nothing in the file is run, and nothing is believed: whatever it is, a model comes back or one line tells why
    not. Where a regularizer or an optimizer is not installed, or not as it was, the model predicts, and is
    not trained on.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    ModelFileError
        If it cannot be read, is no model file, or one of another version.
    """
    if not isinstance(path, str | os.PathLike):
        raise InvalidTypeError(f"path must be the path of a model file, got {shown(path)}")
    with _opened(Path(path)) as file:
        return _loaded(in_a_line(Path(path).name), file)


def _opened(path: Path) -> IO[bytes]:
    """Open a file; to open a pipe would last forever, and a device never ends."""
    try:
        if stat.S_ISREG(path.stat().st_mode):
            return path.open("rb")
    except (OSError, ValueError) as error:  # ValueError: a zero character in the path
        reason = getattr(error, "strerror", None) or error
        raise ModelFileError(f"{in_a_line(str(path))} cannot be read: {reason}") from error
    raise ModelFileError(f"{in_a_line(str(path))} is no file, but a folder or a device")


def _loaded(name: str, file: IO[bytes]) -> Any:  # noqa: ANN401 (what was saved)
    try:
        reader = Reader(file, os.fstat(file.fileno()).st_size)
        stored = Stored(_parsed(reader.header()), {})
        _check_version(name, stored)
        vectors = reader.vectors()
        _check_digest(stored, vectors)
        kind, content = kind_called(stored.text("kind")), stored.part("content")
        return kind.made_of(Stored(content.header, vectors))
    except ModelFileError:
        raise
    except (DamagedError, Nnl2Error) as error:
        raise ModelFileError(f"{name} is no whole model file, as nnl2.save writes it: {error}") from error
    except RecursionError as error:
        raise ModelFileError(
            f"{name} is no model file, as nnl2.save writes it: it is nested too deeply"
        ) from error


def _parsed(text: str) -> dict[str, Any]:
    try:
        header = json.loads(text, parse_constant=_refuse, object_pairs_hook=_without_doubles)
        if not _WHOLE_SIGNS.fullmatch(text):
            raise DamagedError("its header holds half a sign, which nobody could print")
    except ValueError as error:
        raise DamagedError(f"its header is no JSON text ({error})") from error
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise DamagedError("its header is another one")
    return header


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a name stands twice in an object")
    return made


def _check_version(name: str, stored: Stored) -> None:
    version = stored.whole("version")
    if version > VERSION:
        written_by = shown(stored.header.get("written_by"))
        raise ModelFileError(
            f"{name} is a model file of version {version}, written by {written_by}; this nnl2 reads version "
            f"{VERSION}: install a newer one"
        )
    if version != VERSION:
        raise InvalidValueError(f"there is no version {version}")


def _check_digest(stored: Stored, vectors: Mapping[str, NDArray[Any]]) -> None:
    if stored.text("sha256") != digest(vectors):
        raise DamagedError("its numbers are not those it was written with")
