"""`NetworkState`: a network at one moment, to go back to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray


@frozen(eq=False)
class NetworkState:
    """All that training changes in a network: parameters, random streams, epochs trained."""

    parameters: NDArray[np.floating[Any]]
    order_stream: Mapping[str, Any]
    noise_streams: tuple[Mapping[str, Any], ...]
    epochs: int
