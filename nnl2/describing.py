"""What plug-ins are, asked in a process of their own: `python -c "... main()" PATH ANSWERS OFFERS`.

Loading a plug-in runs its code, which may print, hang, or end the process. `listing.py` starts this one for each
distribution; every answer is written to a file as soon as it is known.
"""

from __future__ import annotations

import inspect
import json
import os
import signal
import sys
from pathlib import Path

from nnl2.discovery import Offer
from nnl2.errors import PluginError, in_a_line, in_words


def describe(offer: Offer) -> tuple[str, str]:
    """Return `ok` and the first line of a class's docstring, or `broken` and the reason."""
    try:
        text = offer.load().__doc__
    except PluginError as error:
        return "broken", str(error)
    except BaseException as error:  # noqa: BLE001 (a class may answer with one when it is asked for its docstring)
        return "broken", f"{offer.name!r} of {offer.distribution} cannot be described: {in_words(error)}"
    return "ok", in_a_line(inspect.cleandoc(text).partition("\n")[0]) if isinstance(text, str) else ""


def main() -> None:
    """Describe the offers that the command line names, one JSON line each."""
    from importlib.metadata import EntryPoint  # noqa: PLC0415 (as slow to import as half of numpy)

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever waits for this process ends it
    answers = Path(sys.argv[2])
    for name, distribution, version, value, group in json.loads(sys.argv[3]):
        answer = describe(Offer(name, distribution, version, EntryPoint(name, value, group)))
        with answers.open("a", encoding="utf-8") as file:
            file.write(json.dumps(answer) + "\n")
    os._exit(0)  # whatever a plug-in has left running or to be done at the end
