"""The engine: what one update computes, on arrays. It never sees a network.

==============  =====================================================================================
module          what the reader finds in it
==============  =====================================================================================
`architecture`  a network's shape; where each parameter, and each number of memory, lies
`trace`         a question asked once, written down as operations
`questions`     all questions of an update, traced or asked, composed into one program for each layer
`plain`         the update in numpy: the definition
`kernel`        the same, compiled (`kernel.c`, `update.h`)
`feed`          items in visiting order, with noise, block by block
`select`        which of the two trains a network
`sources`       where the compiled update comes from, and where its libraries lie
==============  =====================================================================================
"""
