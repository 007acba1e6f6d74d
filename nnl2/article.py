"""The article's names for ours: the same objects, for whoever reads it beside this code.

Its NeuralNetwork takes a seed as its fourth number; ours takes any number of layers, so NeuralNetwork(10, 8, 4, 3)
has two hidden ones. Write NeuralNetwork(10, 8, 4, seed=3).
"""

from nnl2.display.tables import show_matrix, show_matrix_partial, show_vector
from nnl2.synthetic import make_data

makeData = make_data
showVector = show_vector
showMatrix = show_matrix
showMatrixPartial = show_matrix_partial

__all__ = ["makeData", "showMatrix", "showMatrixPartial", "showVector"]
