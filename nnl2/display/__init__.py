"""What draws or prints plain arrays, and knows no network.

==========  ======================================================================
module      what the reader finds in it
==========  ======================================================================
`tables`    vectors, matrices and tables as text
`plots`     boundaries, courses of errors and weights, drawn on matplotlib axes
==========  ======================================================================
"""
