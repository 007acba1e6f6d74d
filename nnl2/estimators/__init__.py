"""The scikit-learn face of the same networks: they speak its words (X, y, sample, loss) and keep its rules.

===================  ====================================================================
module               what the reader finds in it
===================  ====================================================================
`base`               parameters, `fit`, and what both have learned
`classifier`         `NeuralNetworkClassifier`
`regressor`          `NeuralNetworkRegressor`
`nested`             a strategy's fields as parameters: `regularizer__strength`
`plan`               parameters checked, and the networks they describe
`samples`            X, y and weights checked
`stored`             what an estimator is made of, for `nnl2.save` and `nnl2.load`
`stored_parameters`  its parameters in a file
`stored_pipelines`   what a pipeline with its scaler is made of
===================  ====================================================================
"""

from nnl2.estimators.classifier import NeuralNetworkClassifier
from nnl2.estimators.regressor import NeuralNetworkRegressor

__all__ = ["NeuralNetworkClassifier", "NeuralNetworkRegressor"]
