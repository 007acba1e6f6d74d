"""The engine: forward pass and training step for many networks at once. Arrays only, no NeuralNetwork.

==============  ==========================================================================
module          what the reader finds in it
==============  ==========================================================================
`architecture`  the shape that all networks of one run share; where each parameter lies
`forward`       outputs and errors of many networks on one table
`trainer`       one update of many networks, written once, as equations
`lanes_last`    its arrays for one item at a time in small networks
`lanes_first`   its arrays for batches, and for larger networks
`grouping`      which networks' regularizers are asked together
`trial`         what regularizers are tried for before they are trusted
`questions`     everything one step asks of them
`feed`          items in visiting order, corrupted and with masks, block by block
==============  ==========================================================================

An update: corrupt, forward pass with masks, error gradient (every layer from the old weights),
+ gradient, decay, update, constrain.
"""

from nnl2.engine.architecture import Architecture
from nnl2.engine.feed import Feed, NoiseSource
from nnl2.engine.forward import compute_errors, compute_outputs
from nnl2.engine.grouping import LaneRegularizers, group_lanes
from nnl2.engine.lanes_first import LanesFirst
from nnl2.engine.lanes_last import LanesLast
from nnl2.engine.trainer import Trainer
from nnl2.engine.trial import Trial, stack_alone, stack_together

__all__ = [
    "Architecture",
    "Feed",
    "LaneRegularizers",
    "NoiseSource",
    "Trainer",
    "Trial",
    "compute_errors",
    "compute_outputs",
    "group_lanes",
    "stack_alone",
    "stack_together",
    "trainer_class",
]


LARGEST_FOR_LANES_LAST = 1100
"""Parameters of a network that is still trained lanes last, one item at a time.

Measured with 1 to 150 networks: at 124 parameters lanes last takes 1.0 to 0.6 of the time that matrix products
take, at 1,085 parameters 1.4 to 0.7. With two items in an update it gained for many of the smallest networks
only, with four nowhere.
"""


def trainer_class(architecture: Architecture, batch_size: int) -> type[Trainer]:
    """Return the trainer for networks and batches of this size: the one place where it is chosen.

    The number of networks has no say: what one learns must not depend on how many there are.
    """
    small = architecture.n_parameters <= LARGEST_FOR_LANES_LAST
    return LanesLast if small and batch_size == 1 else LanesFirst
