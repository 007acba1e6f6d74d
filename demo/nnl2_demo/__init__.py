"""The console program `nnl2-demo`: the article's comparison, told honestly."""
