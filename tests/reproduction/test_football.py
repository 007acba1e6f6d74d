"""The football notes' published numbers come out, and the course's unit cases."""

import numpy as np
import pytest
from attrs import frozen
from scipy.io import savemat

from nnl2 import L2, Dataset, InvalidValueError, NeuralNetwork, NoRegularization, Regularizer, ReLU, Step, train
from nnl2 import SigmoidCrossEntropy as Sigmoid
from nnl2_demo.studies import football as demo

STEP = Step(epoch=1, epochs=1, learning_rate=0.3, batch_size=5, n_items=5)


@pytest.fixture(scope="module")
def runs(football_file):
    """The three published runs, trained to the end, with their costs every 1,000 iterations."""
    study = demo.study(football_file)
    start = study.start(3, 30_000)
    strategies = {"none": NoRegularization(), "l2": L2(0.7 / 211), "dropout": demo.MASKS}
    networks = {name: study.network(start, strategy, 3) for name, strategy in strategies.items()}
    costs = {name: [demo.cost_under_masks(networks[name], start.items)] for name in ("dropout",)}
    histories = []
    for thousand in range(30):
        some = train(
            networks.values(),
            start.items,
            epochs=1000,
            learning_rate=0.3,
            batch_size=211,
            orders=start.orders,
            record_every=1000,
        )
        histories.append(some)
        if thousand < 29:
            costs["dropout"].append(demo.cost_under_masks(networks["dropout"], start.items))
    for number, name in enumerate(("none", "l2")):
        costs[name] = [float(each[number].errors[0] + each[number].penalties[0]) for each in histories]
    return study, networks, costs


@pytest.mark.parametrize("run", ["none", "l2", "dropout"])
def test_costs_every_thousand_iterations_are_the_references(run, runs, football):
    _, _, costs = runs
    expected = [cost for _, cost in football["runs"][run]["costs"]]
    assert costs[run][0] == pytest.approx(expected[0], rel=1e-15)
    # products of another library round in another order; what that does grows with the iterations
    assert costs[run] == pytest.approx(expected, rel=1e-9 if run == "none" else 1e-13)


@pytest.mark.parametrize("run", ["none", "l2", "dropout"])
def test_accuracies_are_exactly_the_published_ones(run, runs, football):
    study, networks, _ = runs
    items, test_items = study.start(3, 1).items, study.scored["test"]
    expected = football["runs"][run]
    assert round(networks[run].accuracy(items) * 211) == expected["train_correct"]
    assert round(networks[run].accuracy(test_items) * 200) == expected["test_correct"]


@pytest.mark.parametrize("run", ["none", "l2", "dropout"])
def test_final_weights_are_the_references(run, runs, football):
    _, networks, _ = runs
    tolerance = 1e-5 if run == "none" else 1e-10
    for layer, weights in zip(networks[run].layers, football["runs"][run]["final_W"], strict=True):
        assert pytest.approx(np.array(weights), rel=tolerance, abs=tolerance) == layer.weights.T


def test_the_masked_cost_is_not_the_networks(runs, football):
    study, networks, _ = runs
    items = study.start(3, 1).items
    expected = football["runs"]["dropout"]["plain_train_cost"]
    # the notes take logarithms of rounded outputs, some of them 0 or 1; the network's error is made from the sums
    assert networks["dropout"].error(items) == pytest.approx(expected, rel=1e-8)


def test_the_initial_weights_are_the_notes(football):
    network = NeuralNetwork(*demo.LAYER_SIZES, initial=demo.initial_weights(3), output=Sigmoid(), hidden=ReLU())
    for layer, weights in zip(network.layers, football["initial"]["W"], strict=True):
        assert layer.weights.T.tolist() == weights


def test_the_frozen_masks_are_the_notes(football):
    rng = np.random.default_rng(0)
    first, second, _ = demo.MASKS
    kept = first.mask((211, 20), rng).T > 0
    assert kept[0].astype(int).tolist() == football["dropout_mask"]["D1_row0"]
    assert (second.mask((211, 3), rng).T > 0).astype(int).tolist() == football["dropout_mask"]["D2"]
    assert np.unique(first.mask((211, 20), rng)).tolist() == [0, 1 / 0.86]


def arrays(case, *names):
    return [np.array(case[name], dtype=float) for name in names]


def backward(case, outputs, targets, masks, regularizer):
    """Return the gradients of the weights, and of the hidden outputs, as the course writes them."""
    weights = [np.array(w) for w in case["W"]]
    signal = Sigmoid().signal(outputs[-1], targets) / targets.shape[1]
    gradients, hidden = [], []
    for number in (2, 1, 0):
        before = outputs[number]
        gradients.insert(0, signal @ before.T + regularizer.gradient(weights[number], STEP))
        if number:
            back = weights[number].T @ signal * masks[number - 1]
            hidden.insert(0, back)
            signal = back * ReLU().slope(before)
    return gradients, hidden


def test_the_cost_of_the_courses_l2_case(football):
    case = football["units"]["cost_l2"]
    outputs, targets = arrays(case, "A3", "Y")
    penalty = sum(L2(case["lam"] / 5).penalty(np.array(w), STEP) for w in case["W"])
    cost = demo.cross_entropy(outputs.T, targets.T) + penalty
    assert f"{cost:.11f}" == "1.78648594516"


def test_the_gradients_of_the_courses_l2_case(football):
    case = football["units"]["backward_l2"]
    inputs, first, second, third, targets = arrays(case, "X", "A1", "A2", "A3", "Y")
    gradients, _ = backward(case, [inputs, first, second, third], targets, [1, 1], L2(case["lam"] / 5))
    for gradient, name in zip(gradients, ("dW1", "dW2", "dW3"), strict=True):
        assert np.round(gradient, 8).tolist() == np.array(case["published"][name]).tolist()


def test_the_gradients_of_the_courses_dropout_case(football):
    case = football["units"]["backward_dropout"]
    inputs, first, second, third, targets = arrays(case, "X", "A1", "A2", "A3", "Y")
    masks = [mask / case["keep_prob"] for mask in arrays(case, "D1", "D2")]
    gradients, hidden = backward(case, [inputs, first, second, third], targets, masks, NoRegularization())
    for gradient, name in zip(hidden, ("dA1", "dA2"), strict=True):
        # the course divides by the number of items in dW, not in dA; it prints eight decimals
        assert 5 * gradient == pytest.approx(np.array(case["published"][name]), abs=6e-9)
    for gradient, name in zip(gradients, ("dW1", "dW2", "dW3"), strict=True):
        assert gradient == pytest.approx(np.array(case["got"][name]), rel=1e-12, abs=1e-15)


@frozen(eq=False)
class Given(Regularizer):
    """The factors for one item's hidden outputs, given."""

    factors: np.ndarray

    def mask(self, shape, rng):
        return self.factors.reshape(shape)


def test_the_outputs_of_the_courses_dropout_case_come_out_of_training(football):
    case = football["units"]["forward_dropout"]
    inputs, first, second = arrays(case, "X", "D1", "D2")
    layers = zip(case["W"], case["b"], strict=True)
    parameters = [np.concatenate([np.array(weights).T.ravel(), np.ravel(biases)]) for weights, biases in layers]
    outputs = []
    for item in range(5):
        masks = [Given(mask[:, item] / case["keep_prob"]) for mask in (first, second)]
        network = NeuralNetwork(
            3, 2, 3, 1,
            initial=np.concatenate(parameters),
            hidden=ReLU(), output=Sigmoid(), regularizer=[*masks, NoRegularization()],
        )  # fmt: skip
        before = network.layers[-1].biases.item()
        network.train(Dataset(inputs[:, [item]].T, [[0.0]]), epochs=1, learning_rate=1.0)
        outputs.append(before - network.layers[-1].biases.item())  # the output bias moves by output - target
    assert np.round(outputs, 8).tolist() == case["published"]["A3"][0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"X": None}, "has no X; football needs --data data.mat"),
        ({"yval": None}, "has no yval"),
        (
            {"X": np.zeros((210, 2))},
            r"X in .* must be numbers of shape \(211, 2\), got float64 of shape \(210, 2\)",
        ),
        ({"y": np.full((211, 1), 2)}, "y in .* must hold the labels 0 and 1 only"),
        ({"Xval": np.full((200, 2), np.nan)}, "NaN"),
        ({"Xval": np.full((200, 2), "a")}, r"Xval in .* must be numbers of shape \(200, 2\)"),
    ],
)
def test_a_file_that_is_not_the_courses_is_refused(tmp_path, change, message):
    content = {"X": np.zeros((211, 2)), "y": np.eye(211, 1), "Xval": np.zeros((200, 2)), "yval": np.eye(200, 1)}
    content = {key: value for key, value in (content | change).items() if value is not None}
    savemat(tmp_path / "data.mat", content)
    with pytest.raises(InvalidValueError, match=message):
        demo.read_data(tmp_path / "data.mat")


@pytest.mark.parametrize("content", [b"", b"not a file of MATLAB's, though long enough to look at" * 20])
def test_a_file_that_cannot_be_read_is_refused(tmp_path, content):
    (tmp_path / "data.mat").write_bytes(content)
    with pytest.raises(InvalidValueError, match="is no MATLAB file that can be read"):
        demo.read_data(tmp_path / "data.mat")
