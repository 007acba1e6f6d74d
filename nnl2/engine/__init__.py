"""The engine: what one update computes, on arrays. It never sees a network.

==============  =====================================================================================
module          what the reader finds in it
==============  =====================================================================================
`architecture`  a network's shape; where each parameter, and each number of memory, lies
`trace`         a question asked once, written down as operations
`questions`     all questions of an update, traced or asked, composed into one program for each layer
`plain`         the update in numpy: the definition
`kernel`        the same, compiled (`kernel.c`, `update.h`)
`matmul`        the update of BLAS products, for large networks and large batches; it agrees but for rounding
`functions`     the built-in functions for `matmul`: in place, with numpy's own exp, log and tanh
`calls`         programs for `matmul`: calls of numpy that write into kept arrays
`blas`          BLAS on one thread
`feed`          items in visiting order, with noise, block by block
`select`        which of the three trains a network
`sources`       where the compiled update comes from, and where its libraries lie
==============  =====================================================================================
"""
