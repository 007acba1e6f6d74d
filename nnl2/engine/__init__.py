"""The engine: what one update computes, on arrays. It never sees a network.

==============  =====================================================================================
module          what the reader finds in it
==============  =====================================================================================
`architecture`  a network's shape; where each parameter, and each number of memory, lies
`graph`         what is done to the arrays of one place, as a graph of operations
`step_numbers`  the numbers of a step, noted so that one trace serves many epochs
`trace`         a question asked once, written down as a graph
`asking`        a question asked, and its answer checked; also in every update, where it cannot be traced
`questions`     all questions of an update, traced or asked, made into a program for each place
`program`       what an update does to one place, composed of the answers; and what constants are in each epoch
`plain`         the update in numpy: the definition
`kernel`        the same, compiled (`kernel.c`, `update.h`)
`assemble`      programs for `kernel`: operations on one workspace
`matmul`        the update of BLAS products, for large networks and large batches; it agrees but for rounding
`functions`     the built-in functions for `matmul`: in place, with numpy's own exp, log and tanh
`calls`         programs for `matmul`: calls of numpy that write into kept arrays
`blas`          BLAS on one thread
`feed`          items in visiting order, with noise, block by block
`select`        which of the three trains a network
`sources`       where the compiled update comes from, and where its libraries lie
==============  =====================================================================================
"""
