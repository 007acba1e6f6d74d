"""What draws or prints plain arrays, and knows no network.

============  ====================================================================
module        what the reader finds in it
============  ====================================================================
`tables`      vectors, matrices and tables as text
`plots`       courses of errors, weights, differences, scores, on matplotlib axes
`boundaries`  where a function of two inputs changes its answer, on the same
============  ====================================================================
"""
