"""`nnl2-demo decay`: where L2 and weight decay part ways. No document publishes it: it is none of the studies."""
