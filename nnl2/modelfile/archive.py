"""The npz itself: members of a zip archive, each a vector as numpy writes one.

Nothing is compressed, so whatever a member claims can be held against the size of the file: no zip bomb.
"""

from __future__ import annotations

import re
import struct
import zipfile
from typing import IO, TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Vector = NDArray[Any]

HEADER = "header"
"""The member with the JSON text."""

MOST_MEMBERS = 512
LARGEST_DIRECTORY = 64 * 2**10
LARGEST_HEADER = 4 * 2**20
"""Bytes of the list of members, and of the JSON text: that of 10,000 columns has about 3 million."""

DTYPES = {"<f8": np.float64, "<f4": np.float32, "<i8": np.int64, "|u1": np.uint8}
"""Types of numbers, as numpy writes them into a file."""

_NAME = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*\.npy", re.ASCII)
_BEGINNING = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '([<|]\w\d)', 'fortran_order': False, 'shape': \((\d{1,18}),\), \} *\n",
    re.DOTALL,
)
_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest a zip knows: equal models make equal files."""

_END = struct.Struct("<4s4xHHI4x2x")
_END_64 = struct.Struct("<4s16x")
_DAMAGE = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError, struct.error)
"""What `zipfile` raises of damaged files."""


class DamagedError(Exception):
    """Why a file is none of these, in words."""


def write_archive(file: IO[bytes], header: bytes, vectors: Mapping[str, Vector]) -> None:
    """Write header and vectors."""
    members = {HEADER: np.frombuffer(header, np.uint8), **vectors}
    with zipfile.ZipFile(file, "w") as archive:
        for name, vector in members.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy", _DATE), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, _little(vector), version=(1, 0), allow_pickle=False)


def digest(vectors: Mapping[str, Vector]) -> str:
    """Return the SHA-256 of all numbers, in the order of their names."""
    import hashlib  # noqa: PLC0415 (it loads OpenSSL)

    sha = hashlib.sha256()
    for name in sorted(vectors):
        sha.update(name.encode())
        sha.update(_little(vectors[name]).data)
    return sha.hexdigest()


def _little(vector: Vector) -> Vector:
    """Return the numbers with their smallest byte first, whatever this machine does."""
    return np.ascontiguousarray(vector, vector.dtype.newbyteorder("<"))


class Reader:
    """An archive to be read: first its header, then its vectors.

    Parameters
    ----------
    file, size
        The open file, and how many bytes it has.

    Raises
    ------
    DamagedError
        If it is none; also where a member is read.
    """

    def __init__(self, file: IO[bytes], size: int) -> None:
        _check_end(file, size)
        try:
            self._archive = zipfile.ZipFile(file)
        except _DAMAGE as error:
            raise DamagedError(f"its list of members is damaged ({error})") from error
        self._size = size
        if min((info.header_offset for info in self._archive.infolist()), default=0):
            raise DamagedError("something stands before its first member")

    def header(self) -> str:
        """Return the JSON text."""
        found = [info for info in self._archive.infolist() if info.filename == f"{HEADER}.npy"]
        if len(found) != 1:
            raise DamagedError(f"it has {len(found)} members called {HEADER}.npy instead of one")
        if found[0].file_size > LARGEST_HEADER:
            raise DamagedError(f"its header has more than {LARGEST_HEADER:,} bytes")
        vector = self._vector(found[0])
        if vector.dtype != np.uint8:
            raise DamagedError(f"its header is of {vector.dtype} instead of bytes")
        try:
            return vector.tobytes().decode()
        except UnicodeDecodeError as error:
            raise DamagedError("its header is no text in UTF-8") from error

    def vectors(self) -> dict[str, Vector]:
        """Return all other members by their names."""
        members = self._archive.infolist()
        names = [info.filename for info in members]
        for name in names:
            if not _NAME.fullmatch(name):
                raise DamagedError(f"a member is called {name!r}, which is no name of a vector")
            if names.count(name) > 1:
                raise DamagedError(f"it has {names.count(name)} members called {name}")
        if sum(info.file_size for info in members) > self._size:
            raise DamagedError("its members claim to be larger than the file")
        vectors = {info.filename.removesuffix(".npy"): self._vector(info) for info in members}
        del vectors[HEADER]
        for name, vector in vectors.items():
            if vector.dtype == np.uint8:
                raise DamagedError(f"{name}.npy holds bytes instead of numbers")
        return vectors

    def _vector(self, info: zipfile.ZipInfo) -> Vector:
        if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
            raise DamagedError(f"{info.filename} is compressed, as nothing in a model file is")
        if info.file_size > self._size:
            raise DamagedError(f"{info.filename} claims {info.file_size:,} bytes in a file of {self._size:,}")
        try:
            with self._archive.open(info) as member:
                content = member.read()
        except _DAMAGE as error:
            raise DamagedError(f"{info.filename} is damaged ({error})") from error
        beginning = _BEGINNING.match(content)
        if beginning is None or (code := beginning[1].decode()) not in DTYPES:
            raise DamagedError(f"{info.filename} is no vector of numbers as numpy writes one")
        dtype, n_bytes = np.dtype(DTYPES[code]), len(content) - beginning.end()
        if int(beginning[2]) * dtype.itemsize != n_bytes:
            raise DamagedError(
                f"{info.filename} claims {int(beginning[2]):,} numbers, but has {n_bytes:,} bytes of them"
            )
        return np.frombuffer(content, code, offset=beginning.end()).astype(dtype)


def _check_end(file: IO[bytes], size: int) -> None:
    """Refuse what does not end as an archive with a short list of members does, before the list is read."""
    if not size:
        raise DamagedError("it is empty")
    room = _END_64.size + _END.size
    file.seek(-min(room, size), 2)
    tail = file.read(room).rjust(room, b"\0")
    (mark_64,), (mark, here, n_members, n_bytes) = _END_64.unpack_from(tail), _END.unpack_from(tail, _END_64.size)
    if mark != b"PK\x05\x06":
        raise DamagedError("it is cut off, or something else")
    is_large = mark_64 == b"PK\x06\x07" and size < zipfile.ZIP64_LIMIT
    if here != n_members or n_members > MOST_MEMBERS or n_bytes > LARGEST_DIRECTORY or is_large:
        raise DamagedError(f"its list of members is damaged, or longer than {MOST_MEMBERS}")
