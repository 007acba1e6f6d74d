"""`BoundaryAnimation`: boundaries of networks side by side, moving as the networks are trained."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from nnl2.display.boundaries import limits_around, shares_on_grid
from nnl2.display.frames import Frame, Snapshot, Stage, images_of
from nnl2.display.moving_images import check_ending, save_images
from nnl2.errors import InvalidValueError, shown
from nnl2.validation import check_count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from nnl2.data import Dataset

    FloatArray = NDArray[np.floating[Any]]

GRID = 80
"""Points along each side of the grid, a third of a panel's pixels."""

N_FRAMES = 40

FIRST, EACH, LAST = 1000, 200, 4000
"""For how many milliseconds frames are shown."""


class Network(Protocol):
    """What is asked of a `nnl2.NeuralNetwork`."""

    @property
    def epochs(self) -> int:
        """The number of epochs trained so far."""

    def compute_outputs(self, inputs: FloatArray, /) -> FloatArray:
        """Return the outputs for inputs `(n, 2)`."""

    def error(self, data: Dataset, /) -> float:
        """Return the mean error over items."""


class BoundaryAnimation:
    """Boundaries of networks side by side, moving as they are trained; the `on_epoch` of `nnl2.train`.

    Each frame names its epoch, and of each network the error on the training items and on items held out; below
    stand these errors up to there. A network that stops early stays as it was seen last. Networks that differ in
    nothing but the regularizer show what it does: the same seed gives them the same start and the same order.

    Parameters
    ----------
    networks
        By name, before training, with two inputs.
    items
        The items they are trained on, which are drawn.
    held_out
        Items none is trained on.
    epochs
        The epochs of the frames, rising from that of the networks now, as `frame_epochs` gives them.
    title, input_names, class_names
        What is learned, in a few words, and what its two inputs and its classes are called; classes have their
        numbers otherwise.

    Raises
    ------
    InvalidValueError
        If the items have other than two inputs, the epochs are others, or there are no networks.

    Examples
    --------
    >>> from nnl2 import L2, Dataset, NeuralNetwork, train
    >>> items = Dataset([[0.0, 0.0], [1.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]])
    >>> networks = {"none": NeuralNetwork(2, 3, 2), "L2": NeuralNetwork(2, 3, 2, regularizer=L2(0.1))}
    >>> animation = BoundaryAnimation(networks, items, items, epochs=frame_epochs(8))
    >>> histories = train(list(networks.values()), items, epochs=8, learning_rate=0.1, on_epoch=animation)
    >>> [frame.epoch for frame in animation.frames]
    [0, 1, 2, 3, 4, 5, 6, 7, 8]

    `animation.save(Path("boundary.gif"))` writes the file.
    """

    def __init__(
        self,
        networks: Mapping[str, Network],
        items: Dataset,
        held_out: Dataset,
        *,
        epochs: Sequence[int],
        title: str = "",
        input_names: Sequence[str] = ("first input", "second input"),
        class_names: Sequence[str] = (),
    ) -> None:
        if items.inputs.shape[1] != 2:
            raise InvalidValueError(f"a boundary is drawn for two inputs, not for {items!r}")
        if not networks:
            raise InvalidValueError("networks must hold one, by its name")
        now = {network.epochs for network in networks.values()}
        if now != set(epochs[:1]) or any(later <= earlier for earlier, later in pairwise(epochs)):
            raise InvalidValueError(
                f"epochs must rise from that of the networks now, {min(now)}, got {shown(list(epochs))}"
            )
        self.networks = networks
        self.items = items
        self.held_out = held_out
        self.epochs = tuple(epochs)
        self.title = title
        self.input_names = input_names
        self.class_names = class_names
        self.limits = limits_around(items.inputs)
        self._seen: dict[str, list[Snapshot]] = {name: [] for name in networks}
        for network in networks.values():
            self(network, None)

    def __call__(self, network: Network, _: object) -> None:
        """Look at a network after an epoch, as `nnl2.train` asks; at those of other frames it does not."""
        if network.epochs not in self.epochs:
            return
        for name, each in self.networks.items():
            if each is network:
                self._seen[name].append(self._snapshot(network, network.epochs))

    def _snapshot(self, network: Network, epoch: int) -> Snapshot:
        shares = shares_on_grid(network.compute_outputs, self.limits, GRID)
        return Snapshot(epoch, shares, network.error(self.items), network.error(self.held_out))

    def end(self) -> None:
        """Look at all networks once more, after training: early stopping brings earlier weights back."""
        for name, network in self.networks.items():
            now = self._snapshot(network, max(network.epochs, self._seen[name][-1].epoch))
            self._seen[name] = [each for each in self._seen[name] if each.epoch < now.epoch] + [now]

    @property
    def frames(self) -> list[Frame]:
        """What is shown, up to the last epoch that a network was trained for."""
        last = max(seen[-1].epoch for seen in self._seen.values())
        return [
            Frame(
                epoch, {name: [each for each in seen if each.epoch <= epoch] for name, seen in self._seen.items()}
            )
            for epoch in sorted({last, *(epoch for epoch in self.epochs if epoch <= last)})
        ]

    def __str__(self) -> str:
        """Return what is shown, in words that can stand for it."""
        *_, last = frames = self.frames
        ends = "; ".join(
            f"{name} {now.training_error:.3f} on training items, {now.held_out_error:.3f} on those held out"
            for name, (*_, now) in last.seen.items()
        )
        return (
            f"{len(frames)} frames, epochs {self.epochs[0]} to {last.epoch}: where {', '.join(last.seen)} change "
            f"their answer while they are trained. Errors at the end: {ends}."
        )

    def save(self, path: Path) -> None:
        """Write the animation into a file, whole or not at all; the same bytes each time.

        Parameters
        ----------
        path
            Its name ends in .gif or .webp.

        Raises
        ------
        InvalidValueError
            If it ends otherwise, or Pillow cannot write WebP here.
        OSError
            If it cannot be written.
        """
        check_ending(path)
        frames = self.frames
        durations = [FIRST, *[EACH] * (len(frames) - 2), LAST][-len(frames) :]
        stage = Stage(
            frames,
            self.items,
            self.limits,
            title=self.title,
            input_names=self.input_names,
            class_names=self.class_names,
        )
        save_images(path, images_of(stage, frames), durations, str(self))


def frame_epochs(last: int, first: int = 0, n_frames: int = N_FRAMES) -> tuple[int, ...]:
    """Return the epochs of at most so many frames: dense early, when most happens.

    >>> frame_epochs(1000, n_frames=8)
    (0, 1, 3, 10, 32, 100, 316, 1000)
    """
    first, last = check_count("first", first, minimum=0), check_count("last", last, minimum=0)
    n_frames = check_count("n_frames", n_frames, minimum=2)
    if last <= first:
        raise InvalidValueError(f"last must be an epoch after the first, {first}, got {last}")
    steps = np.geomspace(1, last - first, n_frames - 1).round().astype(int)
    return (first, *(first + np.unique(steps)).tolist())
