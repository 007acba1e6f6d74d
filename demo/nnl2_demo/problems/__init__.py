"""The problems, one file each: a file put here becomes a command of `nnl2-demo`.

Its docstring's first line is the command's help, and its function `problem` returns the Problem; it takes the
path of a data file if the problem needs one.
"""
