"""Training as a function of values: a specification, a state, items and settings become a state and a History.

===========  ================================================================
module       what the reader finds in it
===========  ================================================================
`spec`       `NetworkSpec`: all that training does not change
`state`      `NetworkState`: all that it changes
`history`    `History`: what it recorded
`orders`     in which order the items of an epoch are visited
`stopping`   regularizers that watch the validation error
`loop`       `Run`: one network, from call to call of the engine
`task`       what is to be trained, and what came of it, as values
`train`      many runs, on threads
===========  ================================================================
"""
