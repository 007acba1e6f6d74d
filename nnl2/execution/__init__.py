"""Where networks are trained, and what is kept of it: `compare(..., trained_by=Trainer(...))`.

A `Trainer` is called as `nnl2.train` is. It gives the work to threads of this machine (`Threads`) or to the
workers of dask.distributed (`Cluster`, which needs `pip install 'nnl2[dask]'`), and writes each network that is
done into a `Journal`, if there is one, from which an interrupted run goes on. The bits are those of one thread.

===========  ================================================================
module       what the reader finds in it
===========  ================================================================
`trainer`    `Trainer`: the two below, joined
`executor`   `Executor`, what trains tasks, and `Threads`
`cluster`    `Cluster`: blocks of tasks on the workers of dask.distributed
`link`       which workers there are
`tables`     items, sent to the cluster once
`blocks`     how many tasks a block has
`parcels`    tasks, and what came of them, as bytes
`worker`     what a worker does with a block
`handshake`  whether all workers are like this process
`versions`   what must be the same for the same bits
`journal`    `Journal`: the file
`rows`       a network that is done as plain values
`identity`   what tells tasks apart: a hash of all that decides what comes of them
===========  ================================================================
"""

from nnl2.execution.cluster import Cluster
from nnl2.execution.executor import Executor, Threads
from nnl2.execution.identity import hash_of
from nnl2.execution.journal import Journal
from nnl2.execution.trainer import Trainer

__all__ = ["Cluster", "Executor", "Journal", "Threads", "Trainer", "hash_of"]
