"""`save`: a model into a file that is whole or not there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from nnl2.errors import InvalidTypeError, InvalidValueError, ModelFileError, in_a_line, shown
from nnl2.modelfile.archive import LARGEST_HEADER, MOST_MEMBERS, digest, write_archive
from nnl2.modelfile.content import Stored
from nnl2.modelfile.kinds import kind_of
from nnl2.writing import write_whole

FORMAT = "nnl2 model"
VERSION = 1


def save(thing: Any, path: str | os.PathLike[str]) -> None:  # noqa: ANN401 (what can be saved is told by its kind)
    """Save a model, for `load` to return one like it, bit for bit.

    The file is written beside its place and moved there when it is whole, so an older one stays until then. The
    same model makes the same file. A regularizer or optimizer is kept by its name and its numbers: whoever loads
    the file needs its package to train on, but not to predict.

    Parameters
    ----------
    thing
        A NeuralNetwork, which goes on learning where it stood, a TableModel, a fitted NeuralNetworkClassifier or
        NeuralNetworkRegressor, or a pipeline of a StandardScaler and one of these.
    path
        The file, such as "model.npz".

    Raises
    ------
    InvalidTypeError, InvalidValueError, UnknownNameError
        If this cannot be saved, for instance because a part is of a class that is installed under no name.
    ModelFileError
        If the file cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from nnl2 import L2, NeuralNetwork, load, make_data, save
    >>> network = NeuralNetwork(10, 8, 4, seed=0, regularizer=L2(0.005))
    >>> history = network.train(make_data(), epochs=20, learning_rate=0.01)
    >>> with TemporaryDirectory() as folder:
    ...     save(network, f"{folder}/network.npz")
    ...     again = load(f"{folder}/network.npz")
    >>> again
    NeuralNetwork(10, 8, 4, regularizer=L2(strength=0.005), seed=0)
    >>> bool((again.weights == network.weights).all()), again.epochs
    (True, 20)
    """
    place = _place(path)
    kind = kind_of(thing)
    content = kind.content_of(thing)
    if len(content.vectors) >= MOST_MEMBERS:
        raise ModelFileError(
            f"a model file has less than {MOST_MEMBERS} vectors, but {len(content.vectors)} are needed, some for "
            f"each network; an estimator with fewer n_networks has fewer"
        )
    header = {
        "format": FORMAT,
        "version": VERSION,
        "kind": kind.name,
        "written_by": f"nnl2 {_own_version()}, numpy {np.__version__}",
        "sha256": digest(content.vectors),
        "content": content.header,
    }
    try:
        text = json.dumps(header, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()
        kind.made_of(Stored(json.loads(text)["content"], content.vectors))  # what is saved can be loaded
    except (ValueError, TypeError) as error:
        raise InvalidValueError(f"this {kind.name} cannot be saved: {error}") from error
    if len(text) > LARGEST_HEADER:
        raise ModelFileError(f"a model file has at most {LARGEST_HEADER:,} bytes beside its numbers")
    try:
        write_whole(place, lambda file: write_archive(file, text, content.vectors))
    except OSError as error:
        reason = error.strerror or error
        raise ModelFileError(f"{in_a_line(str(place))} cannot be written: {reason}; nothing is changed") from error


def _place(path: object) -> Path:
    """Return where to write: where a link leads, and never to a device."""
    if not isinstance(path, str | os.PathLike):
        raise InvalidTypeError(f"path must be the path of a file, got {shown(path)}")
    try:
        place = Path(path).resolve()
        taken = place.exists() and not place.is_file()
    except (OSError, ValueError, RuntimeError) as error:  # a zero character, links that lead to one another
        reason = getattr(error, "strerror", None) or error
        raise ModelFileError(f"{in_a_line(str(path))} cannot be written: {reason}") from error
    if taken:
        raise ModelFileError(f"{in_a_line(str(path))} is no file, but a folder or a device; name another")
    return place


def _own_version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 (as slow to import as half of numpy)

    try:
        return version("nnl2")
    except PackageNotFoundError:  # a checkout
        return "unknown"
