"""Models on disk: `save` and `load`.

A model file is an npz as numpy writes it, not compressed: vectors of numbers, and one member, `header.npy`, with
the bytes of a JSON text that says what they are. Nothing in it is a pickle, so nothing in it runs; nothing is
believed before it is checked.

=============  ====================================================================
module         what the reader finds in it
=============  ====================================================================
`saving`       `save`: what the file says besides, written whole or not at all
`loading`      `load`: the header first, then the vectors, then the thing
`archive`      the members of an npz, as bytes and vectors
`content`      `Content` of a thing to be saved, `Stored` content to be checked
`kinds`        which kinds of things can be saved, and in which module each is
`networks`     what a `NeuralNetwork` is made of
`parts`        regularizers and optimizers, by name and numbers
`table_models` what a `TableModel` is made of
=============  ====================================================================

A further kind is a module with its `KINDS`, and a line in `kinds.MODULES`.
"""

from nnl2.modelfile.loading import load
from nnl2.modelfile.saving import save

__all__ = ["load", "save"]
