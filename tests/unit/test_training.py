"""train(): what it records, how it goes on, how it ends, what it refuses."""

import re
from typing import ClassVar

import numpy as np
import pytest
from attrs import frozen

from nnl2 import (
    L1,
    L2,
    ArticleSquaredError,
    Dataset,
    Dropout,
    InvalidTypeError,
    InvalidValueError,
    NeuralNetwork,
    NoRegularization,
    PluginError,
    Regularizer,
    SoftmaxCrossEntropy,
    TrainingDivergedError,
    Uniform,
    WeightDecay,
    make_data,
    train,
)

DATA = make_data(30)
VALIDATION = make_data(20, seed=12)


def network(regularizer=L2(0.01) + Dropout(rate=0.2), seed=4, **settings):
    return NeuralNetwork(10, 8, 4, regularizer=regularizer, seed=seed, **settings)


def same_state(one, other):
    return are_equal(one.state(), other.state())


def are_equal(one, other):
    return np.array_equal(one.parameters, other.parameters) and (
        (one.order_stream, one.noise_streams, one.epochs)
        == (other.order_stream, other.noise_streams, other.epochs)
    )


def test_errors_are_the_mean_error_with_the_weights_after_each_epoch():
    net = network()
    before = net.error(DATA)
    history = net.train(DATA, epochs=4, learning_rate=0.1)
    assert history.epochs.tolist() == [0, 1, 2, 3, 4]
    assert history.errors[0] == before
    assert history.errors[-1] == net.error(DATA)
    assert history.kept_epoch == 4
    assert history.validation_errors is None


def test_penalties_stand_apart_from_the_errors():
    net = network(L2(0.1) + L1(0.2), bias_regularizer=L2(0.3))
    history = net.train(DATA, epochs=2, learning_rate=0.1)
    expected = sum(
        0.05 * (layer.weights**2).sum() + 0.2 * np.abs(layer.weights).sum() + 0.15 * (layer.biases**2).sum()
        for layer in net.layers
    )
    assert history.penalties[-1] == pytest.approx(expected, rel=1e-14)


@frozen
class PerBatch(Regularizer):
    """A penalty divided by the size of the batch, as some courses have it."""

    strength: float = 0.7

    def gradient(self, weights, step):
        return self.strength / step.batch_size * weights

    def penalty(self, weights, step):
        return self.strength / step.batch_size / 2 * np.square(weights).sum(axis=(0, 1))


def test_penalties_are_told_at_the_nominal_batch_size():
    net = network(PerBatch())
    history = net.train(DATA, epochs=1, learning_rate=0.1, batch_size=8)
    expected = 0.7 / 8 / 2 * sum((layer.weights**2).sum() for layer in net.layers)
    assert history.penalties[-1] == pytest.approx(expected, rel=1e-14)


def test_questions_hear_the_size_of_the_batch_under_way():
    heard = []

    class Listener(Regularizer):
        def gradient(self, weights, step):
            heard.append((step.epoch, step.batch_size, step.n_items, step.learning_rate))
            return 0 * weights

    net = network([Listener(), NoRegularization()])
    net.train(DATA, epochs=2, learning_rate=0.1, batch_size=8)
    heard = heard[-8:]  # the first calls try the class out
    assert heard == [(epoch, size, 30, 0.1) for epoch in (1, 2) for size in (8, 8, 8, 6)]


@pytest.mark.parametrize(("record_every", "expected"), [(1, [0, 1, 2, 3, 4, 5]), (2, [0, 2, 4, 5]), (9, [0, 5])])
def test_errors_are_recorded_every_so_many_epochs_and_at_the_end(record_every, expected):
    history = network().train(DATA, epochs=5, learning_rate=0.1, record_every=record_every)
    assert history.epochs.tolist() == expected


def test_validation_errors_are_recorded_beside():
    net = network()
    history = net.train(DATA, epochs=3, learning_rate=0.1, validation=VALIDATION)
    assert history.validation_errors.shape == history.errors.shape
    assert history.validation_errors[-1] == net.error(VALIDATION)


@pytest.mark.parametrize("batch_size", [1, 8])
def test_training_goes_on_where_it_stopped(batch_size):
    once, twice = network(), network()
    whole = once.train(DATA, epochs=6, learning_rate=0.1, batch_size=batch_size)
    first = twice.train(DATA, epochs=2, learning_rate=0.1, batch_size=batch_size)
    second = twice.train(DATA, epochs=4, learning_rate=0.1, batch_size=batch_size)
    assert same_state(once, twice)
    assert [*first.epochs, *second.epochs[1:]] == whole.epochs.tolist()
    assert [*first.errors, *second.errors[1:]] == whole.errors.tolist()


def test_a_state_can_be_restored():
    net = network()
    net.train(DATA, epochs=2, learning_rate=0.1)
    state = net.state()
    net.train(DATA, epochs=3, learning_rate=0.1)
    end = net.weights
    net.restore(state)
    assert net.epochs == 2
    net.train(DATA, epochs=3, learning_rate=0.1)
    assert np.array_equal(net.weights, end)


class InterruptsAt(Regularizer):
    """Raises KeyboardInterrupt in the middle of an epoch, as Ctrl-C does."""

    def __init__(self, call):
        self.call, self.calls = call, 0

    def gradient(self, weights, step):
        self.calls += 1
        if self.calls == self.call:
            raise KeyboardInterrupt
        return 0.01 * weights


def test_ctrl_c_in_an_epoch_leaves_the_last_whole_epoch_and_training_goes_on_from_it():
    interrupted = network([Dropout(rate=0.2), InterruptsAt(3 * 30 + 17)])
    undisturbed = network([Dropout(rate=0.2), InterruptsAt(-1)])
    with pytest.raises(KeyboardInterrupt):
        interrupted.train(DATA, epochs=6, learning_rate=0.1)
    assert interrupted.epochs == 3
    undisturbed.train(DATA, epochs=3, learning_rate=0.1)
    assert same_state(interrupted, undisturbed)
    interrupted.train(DATA, epochs=3, learning_rate=0.1)
    undisturbed.train(DATA, epochs=3, learning_rate=0.1)
    assert same_state(interrupted, undisturbed)


def test_progress_is_told_after_each_epoch():
    told = []
    network().train(DATA, epochs=3, learning_rate=0.1, on_epoch=told.append)
    assert told == [1, 2, 3]


@frozen
class Patience(Regularizer):
    """Stops when the validation error has not improved for some epochs."""

    epochs: int = 2

    def should_stop(self, errors):
        return len(errors) - 1 - int(np.argmin(errors)) >= self.epochs


def test_a_network_that_is_stopped_keeps_the_weights_of_its_best_epoch():
    patient = network(Patience(3))
    history = patient.train(DATA, epochs=300, learning_rate=0.3, validation=VALIDATION)
    best = int(np.argmin(history.validation_errors[1:])) + 1
    assert history.epochs[-1] == best + 3 == patient.epochs
    assert history.kept_epoch == best
    assert repr(history).endswith(f", weights of epoch {best} kept)")
    assert patient.error(VALIDATION) == history.validation_errors[best]


def test_the_weights_to_begin_with_may_be_the_best():
    net = network(Patience(1000), output=ArticleSquaredError())
    net.train(DATA, epochs=60, learning_rate=0.1, validation=VALIDATION)
    best = net.error(VALIDATION)
    history = net.train(DATA, epochs=5, learning_rate=5.0, validation=VALIDATION)
    assert history.validation_errors[1:].min() > best
    assert history.kept_epoch == 60
    assert net.error(VALIDATION) == best


def test_a_validation_error_that_is_no_number_is_never_the_best():
    class NoNumberAtFirst(SoftmaxCrossEntropy):
        def error(self, sums, targets):
            errors = super().error(sums, targets)
            return np.where(len(targets.T) == 20, np.where(errors.mean() > 1.2, np.nan, errors), errors)

    net = network(Patience(1000), output=NoNumberAtFirst())
    history = net.train(DATA, epochs=40, learning_rate=0.1, validation=VALIDATION)
    assert np.isnan(history.validation_errors[0])
    assert net.error(VALIDATION) == np.nanmin(history.validation_errors)


def test_ctrl_c_leaves_a_network_that_has_stopped_its_best_weights():
    def interrupt(done):
        if done == 100:
            raise KeyboardInterrupt

    group = [network(Patience(2), 1), network(L2(0.01), 2)]
    with pytest.raises(KeyboardInterrupt):
        train(group, DATA, epochs=200, learning_rate=0.3, validation=VALIDATION, on_epoch=interrupt)
    alone = network(Patience(2), 1)
    history = alone.train(DATA, epochs=200, learning_rate=0.3, validation=VALIDATION)
    assert history.epochs[-1] < 100
    assert same_state(group[0], alone)


def test_a_watcher_among_the_bias_regularizers_watches_too():
    net = NeuralNetwork(10, 8, 4, bias_regularizer=Patience(2), seed=4)
    history = net.train(DATA, epochs=300, learning_rate=0.3, validation=VALIDATION)
    assert history.epochs[-1] < 300


def test_a_watched_network_that_is_not_stopped_keeps_its_best_weights_too():
    net = network(Patience(1000))
    history = net.train(DATA, epochs=60, learning_rate=0.3, validation=VALIDATION)
    assert history.epochs[-1] == 60
    assert history.kept_epoch < 60
    assert net.error(VALIDATION) == history.validation_errors.min()


def test_a_stopped_network_changes_nothing_for_the_others():
    def networks():
        """Make four networks; the last shares the visiting orders of the first, which stops."""
        regularizers = [Patience(2), L2(0.01), Patience(9), Dropout(rate=0.1)]
        return [network(regularizer, seed) for regularizer, seed in zip(regularizers, (1, 2, 3, 1), strict=True)]

    group, alone = networks(), networks()
    settings = {"epochs": 40, "learning_rate": 0.3, "validation": VALIDATION, "record_every": 7}
    together = train(group, DATA, **settings)
    for joint, net, own in zip(together, group, alone, strict=True):
        assert joint == own.train(DATA, **settings)
        assert same_state(net, own)
    assert len({history.epochs[-1] for history in together}) > 1


def test_all_networks_may_stop_early():
    group = [network(Patience(1), 1), network(Patience(1), 2)]
    histories = train(group, DATA, epochs=500, learning_rate=0.5, validation=VALIDATION)
    assert max(history.epochs[-1] for history in histories) < 500


def test_early_stopping_without_validation_items_is_refused():
    with pytest.raises(
        InvalidValueError, match=r"Patience\(epochs=2\) watches the validation error; pass validation="
    ):
        network(Patience()).train(DATA, epochs=2, learning_rate=0.1)


def test_a_history_is_a_value_that_says_what_it_is():
    one, other = (network().train(DATA, epochs=2, learning_rate=0.1) for _ in range(2))
    assert one == other
    assert re.fullmatch(r"History\(epochs 0 to 2, error \d\.\d+ to \d\.\d+\)", repr(one))


# Divergence


@pytest.mark.parametrize(
    ("regularizer", "learning_rate", "message"),
    [
        (
            L2(100),
            0.05,
            r"a weight became .* at epoch \d+ \(learning_rate=0.05, regularizer=L2\(strength=100\)\)",
        ),
        (NoRegularization(), 1e300, r"a weight became .* at epoch 1 \(learning_rate=1e\+300"),
    ],
)
@pytest.mark.parametrize("batch_size", [1, 30])
def test_diverged_training_is_an_error_and_changes_nothing(regularizer, learning_rate, message, batch_size):
    net = network(regularizer)
    before = net.state()
    with pytest.raises(TrainingDivergedError, match=f"training diverged: {message}.*use a smaller learning rate"):
        net.train(DATA, epochs=200, learning_rate=learning_rate, batch_size=batch_size)
    assert are_equal(before, net.state())
    assert net.epochs == 0


def test_divergence_among_many_names_the_network_and_changes_none():
    group = [network(L2(0.01)), network(L2(1000))]
    before = [net.weights for net in group]
    with pytest.raises(
        TrainingDivergedError, match=r"\(network 1, learning_rate=0.05, regularizer=L2\(strength=1000\)"
    ):
        train(group, DATA, epochs=100, learning_rate=0.05)
    assert all(np.array_equal(net.weights, old) for net, old in zip(group, before, strict=True))


@frozen
class InfiniteWhereCertain(SoftmaxCrossEntropy):
    """An error that is infinite as soon as the network is far off on an item."""

    limit: float = 2

    def error(self, sums, targets):
        errors = super().error(sums, targets)
        return np.where(errors > self.limit, np.inf, errors)


def test_an_infinite_training_error_is_divergence():
    net = network(output=InfiniteWhereCertain(limit=0.1))
    with pytest.raises(TrainingDivergedError, match="the error became inf at epoch 0"):
        net.train(DATA, epochs=1, learning_rate=0.1)


def test_an_infinite_validation_error_is_a_result():
    """A trained network is never far off on its own items, but on wrongly labelled ones."""
    net = network(NoRegularization())
    net.train(DATA, epochs=200, learning_rate=0.1)
    sure = network(NoRegularization(), output=InfiniteWhereCertain(limit=2), initial=net.weights)
    history = sure.train(DATA, epochs=1, learning_rate=1e-6, validation=Dataset(DATA.inputs, DATA.targets[::-1]))
    assert np.isfinite(history.errors).all()
    assert np.isinf(history.validation_errors).all()


# Plug-ins that answer with something unusable


def answering(question, answer):
    def method(_self, *arguments):
        return answer(*arguments)

    return type("Guest", (Regularizer,), {question: method, "__repr__": lambda _: "Guest()"})()


@pytest.mark.parametrize(
    ("guest", "message"),
    [
        (
            answering("gradient", lambda w, _: w[:-1]),
            r"failed in layer 1, epoch 1: .* gradient answered with shape \(9, 8, 2\) instead of \(10, 8, 2\)",
        ),
        (answering("gradient", lambda w, _: np.linalg.norm(w, axis=0)), r"\(8, 2\) instead of \(10, 8, 2\)"),
        (
            answering("gradient", lambda w, _: w * np.nan),
            r"Guest\(\) answered \w+ with something not finite in layer 1",
        ),
        (
            answering("gradient", lambda w, _: w - w.mean()),
            r"Guest\(\) mixes networks in \w+ in layer 1, epoch 1: .* sum",
        ),
        (answering("gradient", lambda w, _: w * np.minimum(1, 1 / np.abs(w).max())), r"Guest\(\) mixes networks"),
        (answering("gradient", lambda w, _: w / w.size), r"Guest\(\) mixes networks"),
        (answering("corrupt", lambda x, _: x.__imul__(2)), r"Guest\(\) failed in layer 1, epoch 1: .*read-only"),
        (answering("penalty", lambda w, _: w), r"penalty answered with shape \(10, 8, 2\) instead of \(2,\)"),
        (answering("penalty", lambda w, _: (w**2).sum()), r"Guest\(\) mixes networks in \w+ in layer 1"),
        (answering("constrain", lambda *_: None), r"Guest\(\) answered \w+ with something not finite in layer 1"),
        (
            answering("mask", lambda *_: np.ones(3)),
            r"Guest\(\) answered mask with shape \(3,\) instead of \(30, 8\)",
        ),
        (answering("corrupt", lambda x, _: x[0]), r"answered corrupt with shape \(10,\) instead of \(30, 10\)"),
        (answering("decay", lambda _: 1 / 0), r"Guest\(\) failed in layer 1, epoch 1: ZeroDivisionError"),
        (
            answering("constrain", lambda w, _: w.__imul__(2)),
            r"Guest\(\) failed .* read-only; it changes its argument",
        ),
    ],
)
def test_an_unusable_answer_names_the_regularizer_layer_and_epoch(guest, message):
    net = network(guest)
    before = net.weights
    with pytest.raises(PluginError, match=message):
        net.train(DATA, epochs=1, learning_rate=0.1)
    assert np.array_equal(net.weights, before)


@frozen
class Spoils(Regularizer):
    """Does well at first, but not for ever."""

    what: str = "shape"

    def gradient(self, weights, step):
        if step.epoch != 3:
            return 0 * weights
        if self.what == "shape":
            return weights[:-1]
        return weights * np.nan


@pytest.mark.parametrize(
    ("what", "message"),
    [("shape", r"failed in layer 1, epoch 3: .*instead of"), ("nan", r"not finite in layer 1, epoch 3")],
)
def test_a_regularizer_that_fails_later_is_named_with_its_epoch(what, message):
    net = network(Spoils(what))
    before = net.weights
    with pytest.raises(PluginError, match=rf"Spoils\(what='{what}'\).*{message}"):
        net.train(DATA, epochs=40, learning_rate=0.1)
    assert np.array_equal(net.weights, before)


def test_a_regularizer_that_would_fail_in_the_last_epoch_is_named_before_the_first():
    with pytest.raises(PluginError, match=r"Spoils\(what='shape'\) failed in layer 1, epoch 3: "):
        network(Spoils()).train(DATA, epochs=3, learning_rate=0.1)


@frozen
class SaysElementwise(Regularizer):
    """Claims to treat each weight alone, and does not."""

    elementwise: ClassVar[bool] = True

    def constrain(self, weights, step):
        return weights / np.linalg.norm(weights, axis=0)


def test_a_false_claim_to_be_elementwise_is_refused():
    with pytest.raises(
        PluginError, match="says elementwise = True, but constrain does not treat each weight alone in layer 1"
    ):
        network(SaysElementwise()).train(DATA, epochs=1, learning_rate=0.1)


@frozen
class Barrier(Regularizer):
    """Finite only where every weight is smaller than 1.5."""

    def gradient(self, weights, step):
        return 1e-4 * np.sign(weights) / np.sqrt(1.5 - np.abs(weights))


def test_a_regularizer_need_not_answer_for_weights_far_from_the_real_ones():
    history = network(Barrier(), initial=Uniform(0.1)).train(DATA, epochs=2, learning_rate=0.01)
    assert np.isfinite(history.errors).all()


@frozen
class Schedule(Regularizer):
    """Knows what to do in three epochs and no more."""

    def decay(self, step):
        return [0.9, 0.99, 0.999][step.epoch - 1]


def test_nothing_is_asked_about_epochs_after_the_last():
    """Also when some networks are stopped in the last epoch, and others are not."""

    @frozen
    class StopsAtThree(Regularizer):
        def should_stop(self, errors):
            return len(errors) == 3

    group = [network(Schedule() + StopsAtThree(), seed) for seed in range(3)] + [network(Schedule(), 9)]
    histories = train(group, DATA, epochs=3, learning_rate=0.1, validation=VALIDATION)
    assert [history.epochs[-1] for history in histories] == [3, 3, 3, 3]


def test_orders_may_be_one_array_and_of_any_integer_type():
    orders = np.array([[np.arange(30)] * 2, [np.arange(30)[::-1]] * 2])
    one, other, third = ([network(seed=1), network(seed=2)] for _ in range(3))
    train(one, DATA, epochs=2, learning_rate=0.1, orders=orders)
    train(other, DATA, epochs=2, learning_rate=0.1, orders=[orders[0].astype(np.uint64), orders[1]])
    train(third, DATA, epochs=2, learning_rate=0.1, orders=orders.tolist())
    for left, middle, right in zip(one, other, third, strict=True):
        assert np.array_equal(left.weights, middle.weights)
        assert np.array_equal(left.weights, right.weights)


def test_a_watcher_that_fails_is_named():
    guest = answering("should_stop", lambda _: 1 / 0)
    with pytest.raises(PluginError, match=r"Guest\(\) failed in should_stop, epoch 1: ZeroDivisionError"):
        network(guest).train(DATA, epochs=2, learning_rate=0.1, validation=VALIDATION)


def test_a_mask_that_fails_or_is_not_finite_is_named():
    for answer, message in (
        (lambda *_: 1 / 0, "failed in layer 1, epoch 1: Zero"),
        (lambda s, _: np.full(s, np.nan), "not finite in layer 1"),
    ):
        with pytest.raises(PluginError, match=message):
            network(answering("mask", answer)).train(DATA, epochs=2, learning_rate=0.1)


def test_weights_are_shown_read_only_in_training_too():
    class Greedy(Regularizer):
        def gradient(self, weights, step):
            if step.epoch == 2:
                weights *= 0
            return 0 * weights

    with pytest.raises(PluginError, match=r"failed in layer 1, epoch 2: ValueError: .*read-only"):
        network(Greedy()).train(DATA, epochs=40, learning_rate=0.1)


# Bad arguments


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"epochs": 0}, ValueError, "epochs must be a whole number >= 1, got 0"),
        ({"epochs": -1}, ValueError, "epochs must be a whole number >= 1, got -1"),
        ({"epochs": 1.5}, ValueError, "epochs must be a whole number >= 1, got 1.5"),
        ({"epochs": True}, TypeError, "epochs must be a whole number >= 1, got True"),
        ({"epochs": "10"}, TypeError, "epochs must be a whole number >= 1, got '10'"),
        ({"learning_rate": 0}, ValueError, "learning_rate must be a finite number > 0, got 0"),
        ({"learning_rate": -0.1}, ValueError, "learning_rate must be a finite number > 0, got -0.1"),
        ({"learning_rate": np.nan}, ValueError, "learning_rate must be a finite number > 0, got nan"),
        ({"learning_rate": "0.1"}, TypeError, "learning_rate must be a finite number > 0, got '0.1'"),
        ({"batch_size": 0}, ValueError, "batch_size must be a whole number >= 1, got 0"),
        ({"record_every": 0}, ValueError, "record_every must be a whole number >= 1, got 0"),
        (
            {"orders": [range(29)]},
            ValueError,
            r"orders must be a table of 1 epochs x 30 items.*got shape \(1, 29\)",
        ),
        (
            {"orders": [[0] * 30]},
            ValueError,
            "orders must visit every item once in each epoch, row 0 does not",
        ),
        ({"orders": [[0.5] * 30]}, TypeError, "of whole numbers; got numbers of type float64"),
        ({"orders": [[0, 1], [0]]}, ValueError, "its rows differ in length|got shape"),
        ({"orders": [[[0, 1], [0]]]}, ValueError, "its rows differ in length"),
        ({"orders": [np.zeros((1, 30), int)] * 2}, ValueError, "got 2 tables for 1 networks"),
        (
            {"validation": make_data(5).inputs},
            TypeError,
            "validation must be a Dataset.*got ndarray.*from_labels",
        ),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_clear_line(settings, error, message):
    net = network()
    before = net.weights
    with pytest.raises(error, match=message) as caught:
        net.train(DATA, **{"epochs": 1, "learning_rate": 0.1} | settings)
    assert isinstance(caught.value, InvalidValueError | InvalidTypeError)
    assert "\n" not in str(caught.value)
    assert np.array_equal(net.weights, before)


def test_data_must_be_a_dataset():
    with pytest.raises(InvalidTypeError, match="data must be a Dataset, or one for each network, got tuple"):
        network().train((DATA.inputs, DATA.targets), epochs=1, learning_rate=0.1)


def test_data_must_fit_the_network():
    narrow = Dataset(DATA.inputs[:, :9], DATA.targets)
    with pytest.raises(
        InvalidValueError, match="data must have 10 inputs and 4 targets for a 10-8-4 network, got 9 and 4"
    ):
        network().train(narrow, epochs=1, learning_rate=0.1)


def test_networks_need_equally_many_items_and_one_dataset_each():
    pair = [network(seed=1), network(seed=2)]
    with pytest.raises(InvalidValueError, match="same number of items for every network, got 30, 20"):
        train(pair, [DATA, VALIDATION], epochs=1, learning_rate=0.1)
    with pytest.raises(InvalidValueError, match="one Dataset or one for each of 2 networks, got 1"):
        train(pair, [DATA], epochs=1, learning_rate=0.1)


def test_only_networks_of_one_shape_are_trained_together():
    with pytest.raises(
        InvalidValueError,
        match=r"must be of one shape, but network 0 is NeuralNetwork\(10, 8, 4.*train them apart",
    ):
        train([network(), NeuralNetwork(10, 9, 4, seed=1)], DATA, epochs=1, learning_rate=0.1)


def test_only_networks_of_one_age_are_trained_together():
    old = network()
    old.train(DATA, epochs=2, learning_rate=0.1)
    with pytest.raises(InvalidValueError, match="network 0 has seen 2 and network 1 0; train them apart"):
        train([old, network()], DATA, epochs=1, learning_rate=0.1)


def test_a_network_is_trained_once_and_there_must_be_one():
    net = network()
    with pytest.raises(InvalidValueError, match="network 1 comes twice"):
        train([net, net], DATA, epochs=1, learning_rate=0.1)
    with pytest.raises(InvalidValueError, match="at least one network, got none"):
        train([], DATA, epochs=1, learning_rate=0.1)


@pytest.mark.parametrize("networks", [network(), [1, 2], None])
def test_what_is_no_sequence_of_networks_is_refused(networks):
    with pytest.raises(
        InvalidTypeError, match=r"must be NeuralNetworks, several of them; one alone is trained by"
    ):
        train(networks, DATA, epochs=1, learning_rate=0.1)


def test_a_batch_larger_than_the_data_is_all_items():
    one, other = network(), network()
    one.train(DATA, epochs=2, learning_rate=0.1, batch_size=30)
    other.train(DATA, epochs=2, learning_rate=0.1, batch_size=1000)
    assert network(PerBatch()).train(DATA, epochs=1, learning_rate=0.1, batch_size=1000) == network(
        PerBatch()
    ).train(DATA, epochs=1, learning_rate=0.1, batch_size=30)
    assert np.array_equal(one.weights, other.weights)


def test_orders_for_each_network_replay_each_its_own():
    rng = np.random.default_rng(0)
    orders = [np.array([rng.permutation(30) for _ in range(2)]) for _ in range(2)]
    pair = [network(WeightDecay(0.01), 1), network(L1(0.01), 2)]
    train(pair, DATA, epochs=2, learning_rate=0.1, orders=orders)
    for net, own, regularizer, seed in zip(pair, orders, [WeightDecay(0.01), L1(0.01)], [1, 2], strict=True):
        alone = network(regularizer, seed)
        alone.train(DATA, epochs=2, learning_rate=0.1, orders=own)
        assert np.array_equal(net.weights, alone.weights)
