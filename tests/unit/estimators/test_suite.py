"""scikit-learn's own suite: whole in full batch; in mini-batches all but two, which repeat samples."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from nnl2 import L1, L2, Adam, Dropout, NeuralNetworkClassifier, NeuralNetworkRegressor

pytestmark = pytest.mark.slow

FULL_BATCH = 10**6
REPEATED = {
    f"check_sample_weight_equivalence_on_{kind}_data": "a repeated sample moves all others to other mini-batches"
    for kind in ("dense", "sparse")
}
"""What scikit-learn declares of its own SGDClassifier too."""


def expected_failures(estimator):
    return {} if estimator.batch_size == FULL_BATCH else REPEATED


@parametrize_with_checks(
    [
        NeuralNetworkClassifier(),
        NeuralNetworkRegressor(),
        NeuralNetworkClassifier(batch_size=FULL_BATCH),
        NeuralNetworkRegressor(batch_size=FULL_BATCH),
        NeuralNetworkClassifier((9, 5), L2(0.001) + L1(0.0001), batch_size=FULL_BATCH, n_networks=2, n_jobs=2),
        NeuralNetworkRegressor(5, "l1:0.0001", optimizer="momentum", batch_size=FULL_BATCH),
        NeuralNetworkClassifier((9, 5), Dropout(rate=0.1), optimizer=Adam(), batch_size=8),
    ],
    expected_failed_checks=expected_failures,
)
def test_an_estimator_keeps_a_rule_of_scikit_learn(estimator, check):
    check(estimator)
