"""Lists of installed regularizers and optimizers: a plug-in that loops, prints or ends the process harms nobody.

The built-ins are described here; each other distribution is asked in a process of its own, side by side, within a
time limit.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field, frozen

from nnl2.describing import describe
from nnl2.discovery import OPTIMIZERS, OWN_DISTRIBUTION, REGULARIZERS, offers
from nnl2.errors import in_a_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnl2.discovery import Kind, Offer, Part

    Description = tuple[str, str]

TIME_LIMIT = 20.0
"""Seconds in which a plug-in must be loaded."""

PROGRAM = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from nnl2.describing import main; main()"


@frozen
class Listing:
    """One line of the list of installed regularizers or optimizers, in printable characters.

    Parameters
    ----------
    name, distribution, version
        The name, and who offers it.
    status
        `ok`; `broken` if it cannot be loaded; `shadowed` if a built-in has the name; `ambiguous` if another
        distribution has it too (both are reached as `distribution/name`); `disabled` if it is switched off.
    summary
        The first line of its docstring, or the reason why it is broken or disabled.
    """

    name: str = field(converter=in_a_line)
    distribution: str = field(converter=in_a_line)
    version: str = field(converter=in_a_line)
    status: str
    summary: str = field(converter=in_a_line)


def installed_regularizers() -> list[Listing]:
    """Return all installed regularizers, sorted by name; every one is loaded, and a broken one harms no other.

    >>> [listing.name for listing in installed_regularizers() if listing.distribution == "nnl2"]
    ['dropout', 'l1', 'l2', 'none', 'proximal-l1', 'weight-decay']
    """
    return _installed(REGULARIZERS)


def installed_optimizers() -> list[Listing]:
    """Return all installed optimizers, as `installed_regularizers` does.

    >>> [listing.name for listing in installed_optimizers() if listing.distribution == "nnl2"]
    ['adam', 'momentum', 'nesterov', 'sgd']
    """
    return _installed(OPTIMIZERS)


def _installed(kind: Kind[Part]) -> list[Listing]:
    found = offers(kind)
    foreign = [offer for offer in found if offer.distribution != OWN_DISTRIBUTION and not offer.disabled]
    described = _describe_apart(foreign)
    listings = []
    for offer in found:
        answer, summary = described.get(offer) or describe(offer)
        status = offer.status(found)
        if answer == "broken" and status != "disabled":
            status = "broken"
        listings.append(Listing(offer.name, offer.distribution, offer.version, status, summary))
    return listings


def _describe_apart(foreign: Sequence[Offer]) -> dict[Offer, Description]:
    """Return what other processes say of each, one for each distribution, all at once."""
    by_distribution = attrgetter("distribution")
    waiting = [list(each) for _, each in groupby(sorted(foreign, key=by_distribution), by_distribution)]
    described: dict[Offer, Description] = {}
    while waiting:
        left = []
        for asked, (answers, why) in zip(waiting, _answers(waiting), strict=True):
            described |= zip(asked, answers, strict=False)
            if len(answers) < len(asked):  # the first without an answer is to blame; the others are asked again
                culprit, *others = asked[len(answers) :]
                described[culprit] = "broken", f"{culprit} cannot be loaded: it {why}"
                left += [others] if others else []
        waiting = left
    return described


def _answers(waiting: Sequence[Sequence[Offer]]) -> list[tuple[list[Description], str]]:
    """Return for each process the answers it gave, and how it ended."""
    with tempfile.TemporaryDirectory(prefix="nnl2-") as folder:
        files = [Path(folder) / str(number) for number in range(len(waiting))]
        processes: list[subprocess.Popen[bytes]] = []
        try:
            processes += (_start(asked, file) for asked, file in zip(waiting, files, strict=True))
            deadline = time.monotonic() + TIME_LIMIT
            ends = [_end_of(process, deadline) for process in processes]
        finally:  # also where Ctrl-C came
            for process in processes:
                _kill(process)
        return [(_read(file), end) for file, end in zip(files, ends, strict=True)]


def _start(asked: Sequence[Offer], answers: Path) -> subprocess.Popen[bytes]:
    what = [(o.name, o.distribution, o.version, o.entry_point.value, o.entry_point.group) for o in asked]
    return subprocess.Popen(  # noqa: S603 (this Python, with a program of ours)
        [sys.executable, "-P", "-c", PROGRAM, json.dumps(sys.path), str(answers), json.dumps(what)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _end_of(process: subprocess.Popen[bytes], deadline: float) -> str:
    try:
        return f"ended the process that loaded it, with status {process.wait(max(0, deadline - time.monotonic()))}"
    except subprocess.TimeoutExpired:
        return f"was not loaded within {TIME_LIMIT:g} s"


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process that still runs, and those that it has started."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()


def _read(answers: Path) -> list[Description]:
    """Return the whole lines of a file, up to the first that is no answer."""
    descriptions: list[Description] = []
    text = answers.read_text(encoding="utf-8") if answers.exists() else ""
    for line in text.splitlines():
        try:
            status, summary = json.loads(line)
        except (ValueError, TypeError):
            break
        descriptions.append((str(status), str(summary)))
    return descriptions
