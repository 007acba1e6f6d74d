"""`Journal`: the networks that are done, one line of JSON each, from which an interrupted run goes on."""

from __future__ import annotations

import json
import os
import stat
import sys
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

from nnl2.errors import InvalidValueError, JournalError, shown
from nnl2.execution.rows import as_line, row_of, trained_of
from nnl2.execution.versions import differences, own_versions, versions_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nnl2.training.task import Trained

TITLE, FORMAT = "journal of nnl2", 1
BEGINNING = f'{{"{TITLE}":'.encode()
"""How every journal begins, a torn one too."""

RESUME = "resume=True goes on with it"


class Journal:
    """A file of JSON Lines: a header, and a row for each network that is done.

    A row is on the disk before the next network is taken note of. What comes of a network is kept to the last bit,
    so that a run that goes on ends as one that was never interrupted. One process at a time has the file.

    Parameters
    ----------
    path
        The file.
    about
        What the run is about, by names: numbers and texts that decide what comes out, such as a hash of the table.
        A run that goes on must be about the same.
    resume
        Whether to go on with what stands in the file; without one it is begun.

    Raises
    ------
    InvalidValueError
        If the file is of a run about something else, or of other versions, or is there and shall not be gone on
        with.
    JournalError
        If it cannot be read or written, or another process has it.

    Examples
    --------
    >>> from nnl2 import compare, make_data
    >>> from nnl2.execution import Journal, Trainer
    >>> with Journal("run.jsonl", resume=True) as journal:  # doctest: +SKIP
    ...     compare(make_data(), trained_by=Trainer(journal=journal))
    """

    def __init__(
        self, path: str | os.PathLike[str], about: Mapping[str, Any] | None = None, *, resume: bool = False
    ) -> None:
        self.path = Path(path)
        self._writing = Lock()
        self._places: dict[str, tuple[int, int]] = {}
        self._modules: dict[str, str] = {}
        self._checked = False
        header = {TITLE: FORMAT, "versions": own_versions(), "about": dict(about or {})}
        self._file = self._opened()
        try:
            _lock(self._file, self.path)
            self._size = self._read(header, resume=resume)
            if not self._size:
                self._write(as_line(header))
        except BaseException:
            os.close(self._file)
            raise

    def __len__(self) -> int:
        """Return the number of networks that are done."""
        return len(self._places)

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def __getitem__(self, key: str) -> Trained:
        """Return what came of a task."""
        start, size = self._places[key]
        with self._writing:
            os.lseek(self._file, start, os.SEEK_SET)
            line = _read_all(self._file, size)
        try:
            return trained_of(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            raise JournalError(f"{self.path} is damaged at byte {start}: {error}; begin a new journal") from error

    def add(self, key: str, trained: Trained) -> None:
        """Write down what came of a task; it is on the disk when this returns."""
        line = as_line({"task": key} | row_of(trained))
        with self._writing:
            start = self._size
            self._write(line)
            self._places[key] = start, len(line)

    def expect(self, keys: Iterable[str], modules: Iterable[str]) -> None:
        """Refuse tasks of another run, which have none of these, and plug-ins of other versions.

        Raises
        ------
        InvalidValueError
            If the first tasks that a run asks for are all unknown to the journal it goes on with, or a module is
            another than it was.
        """
        if not self._checked and self._places and not any(key in self._places for key in keys):
            raise InvalidValueError(
                f"{self.path} holds {len(self)} networks, and none of those that are asked for: it is of another "
                f"table or of other settings; name another file"
            )
        self._checked = True
        versions = versions_of(modules)
        differing = differences({name: v for name, v in self._modules.items() if name in versions}, versions)
        if differing:
            raise InvalidValueError(f"{self.path} was written with other plug-ins, here is {', '.join(differing)}")
        new = {name: version for name, version in versions.items() if name not in self._modules}
        if new:
            with self._writing:
                self._write(as_line({"modules": new}))
            self._modules |= new

    def close(self) -> None:
        """Leave the file to others."""
        os.close(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _opened(self) -> int:
        try:
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        except OSError as error:
            raise JournalError(f"the journal {self.path} cannot be opened: {error.strerror}") from error
        if not stat.S_ISREG(os.fstat(file).st_mode):
            os.close(file)
            raise JournalError(f"the journal {self.path} must be a file; name another")
        return file

    def _read(self, header: dict[str, Any], *, resume: bool) -> int:
        """Take note of all rows and return how many bytes they take; a torn last line is cut off."""
        start, size = 0, os.fstat(self._file).st_size
        with open(self._file, "rb", closefd=False) as file:
            for number, line in enumerate(file, start=1):
                row = _row(line)
                if number == 1 and not line.startswith(BEGINNING):
                    raise InvalidValueError(f"{self.path} is no journal; name another file")
                if row is None and start + len(line) < size:
                    raise JournalError(f"{self.path} is damaged in line {number}; begin a new journal")
                if row is None:
                    break
                if number == 1:
                    self._check_header(row, header, resume=resume)
                elif "modules" in row:
                    self._modules |= row["modules"]
                else:
                    self._places[row["task"]] = start, len(line)
                start += len(line)
        if start < size:
            os.ftruncate(self._file, start)
        return start

    def _check_header(self, found: dict[str, Any], header: dict[str, Any], *, resume: bool) -> None:
        if not resume:
            raise InvalidValueError(f"the journal {self.path} is there already; {RESUME}, or name another file")
        if found[TITLE] != FORMAT:
            raise InvalidValueError(f"{self.path} is a journal of another nnl2; begin a new one")
        differing = differences(found["versions"], header["versions"])
        if differing:
            raise InvalidValueError(
                f"{self.path} was written by another version, here is {', '.join(differing)}; begin a new journal"
            )
        about = json.loads(as_line(header["about"]))
        other = [name for name in {**found["about"], **about} if found["about"].get(name) != about.get(name)]
        if other:
            name = other[0]
            then, now = (shown(each.get(name)) for each in (found["about"], about))
            more = f" (and {len(other) - 1} more differ)" if len(other) > 1 else ""
            raise InvalidValueError(
                f"{self.path} is of another run: {name} was {then} and is {now}{more}; name another file"
            )

    def _write(self, line: bytes) -> None:
        """Append a line, all of it or nothing, and see it on the disk."""
        try:
            os.lseek(self._file, self._size, os.SEEK_SET)
            rest = memoryview(line)
            while rest:
                rest = rest[os.write(self._file, rest) :]
            os.fsync(self._file)
        except OSError as error:
            self._cut()
            raise JournalError(
                f"{self.path} cannot be written: {error.strerror}; the {len(self)} networks in it are safe, make "
                f"room and go on with them"
            ) from error
        self._size += len(line)

    def _cut(self) -> None:
        try:
            os.ftruncate(self._file, self._size)
        except OSError:
            return  # no file that could be cut: the next to read it does so


def _row(line: bytes) -> Any:  # noqa: ANN401 (what came out of JSON)
    """Return a row, or None where the line is torn."""
    try:
        return json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None


def _read_all(file: int, size: int) -> bytes:
    parts = []
    while size and (part := os.read(file, size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _lock(file: int, path: Path) -> None:
    """Keep others from the file until this process ends."""
    try:
        if sys.platform == "win32":
            msvcrt = import_module("msvcrt")
            os.lseek(file, 2**40, os.SEEK_SET)  # a byte nobody reads
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            fcntl = import_module("fcntl")
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if isinstance(error, BlockingIOError | PermissionError):
            raise JournalError(f"another run has the journal {path}; wait for it, or name another file") from error
        raise JournalError(f"the journal {path} cannot be locked: {error.strerror}") from error
