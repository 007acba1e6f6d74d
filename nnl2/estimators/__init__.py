"""The scikit-learn face of the same networks: they speak its words (X, y, sample, loss) and keep its rules.

============  ====================================================================
module        what the reader finds in it
============  ====================================================================
`base`        parameters, `fit`, and what both have learned
`classifier`  `NeuralNetworkClassifier`
`regressor`   `NeuralNetworkRegressor`
`nested`      a strategy's fields as parameters: `regularizer__strength`
`plan`        parameters checked, and the networks they describe
`samples`     X, y and weights checked
============  ====================================================================
"""

from nnl2.estimators.classifier import NeuralNetworkClassifier
from nnl2.estimators.regressor import NeuralNetworkRegressor

__all__ = ["NeuralNetworkClassifier", "NeuralNetworkRegressor"]
