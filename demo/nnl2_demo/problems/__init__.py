"""The problems, one file each: a file put here becomes a command of `nnl2-demo`, and part of `reproduce`.

The first line of its docstring is the command's help. Its function `problem` returns the Problem; if that needs a
file of the user's, it takes the file's path, and `not_run` returns the published numbers that wait for it.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
NAMES = sorted(file.stem for file in FOLDER.glob("*.py") if "\ndef problem(" in file.read_text(encoding="utf-8"))
