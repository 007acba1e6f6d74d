"""train(): what it records, how it goes on, how it ends, what it refuses."""

import copy
import gc
import pickle
import re
import signal
import threading

import numpy as np
import pytest
from attrs import evolve, frozen

from nnl2 import (
    L1,
    L2,
    SGD,
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
    SquaredError,
    TrainingDivergedError,
    Uniform,
    WeightDecay,
    make_data,
    train,
)
from nnl2.engine import kernel, select

DATA = make_data(30)
VALIDATION = make_data(20, seed=12)


def network(regularizer=L2(0.01) + Dropout(rate=0.2), seed=4, **settings):
    return NeuralNetwork(10, 8, 4, regularizer=regularizer, seed=seed, **settings)


def same_state(one, other):
    return are_equal(one.state, other.state)


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
        return self.strength / step.batch_size / 2 * np.square(weights).sum()


def test_penalties_are_told_at_the_nominal_batch_size():
    net = network(PerBatch())
    history = net.train(DATA, epochs=1, learning_rate=0.1, batch_size=8)
    expected = 0.7 / 8 / 2 * sum((layer.weights**2).sum() for layer in net.layers)
    assert history.penalties[-1] == pytest.approx(expected, rel=1e-14)


def asked(weights):
    """Look at a weight, which no trace can note: so the question is asked in every update."""
    return weights[0, 0]


def test_questions_hear_the_size_of_the_batch_under_way():
    heard = []

    class Listener(Regularizer):
        def gradient(self, weights, step):
            asked(weights)
            heard.append((step.epoch, step.batch_size, step.n_items, step.learning_rate))
            return 0 * weights

    net = network([Listener(), NoRegularization()])
    net.train(DATA, epochs=2, learning_rate=0.1, batch_size=8)
    assert set(heard) == {(epoch, size, 30, 0.1) for epoch in (1, 2) for size in (8, 6)}


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
    state = net.state
    net.train(DATA, epochs=3, learning_rate=0.1)
    end = net.weights
    net.state = state
    assert net.epochs == 2
    net.train(DATA, epochs=3, learning_rate=0.1)
    assert np.array_equal(net.weights, end)


def test_the_state_of_another_network_is_refused_and_changes_nothing():
    net = network(Dropout(rate=0.2))
    net.train(DATA, epochs=2, learning_rate=0.1)
    before = net.state
    others = {
        "has 64 parameters instead of 124": NeuralNetwork(10, 3, 4, 3, seed=0),
        "has 0 streams of noise instead of 2": network(L2(0.1)),
        "that of a float64 network, got float32": network(Dropout(rate=0.2), dtype="float32"),
    }
    for message, other in others.items():
        with pytest.raises(InvalidValueError, match=message):
            net.state = other.state
    for change, message in (
        ({"epochs": -5}, r"state.epochs must be a whole number >= 0, got -5"),
        ({"parameters": before.parameters * np.nan}, "state.parameters contains NaN"),
        (
            {"order_stream": {"bit_generator": "MT19937"}},
            "state must hold random streams as a network's",
        ),
    ):
        with pytest.raises(InvalidValueError, match=message):
            net.state = evolve(before, **change)
    with pytest.raises(InvalidTypeError, match="state must be the state of a network, got dict"):
        net.state = {}
    assert net.state is before


class InterruptsAt(Regularizer):
    """Raises KeyboardInterrupt in the middle of an epoch, as Ctrl-C does."""

    def __init__(self, epoch):
        self.epoch, self.calls = epoch, 0

    def gradient(self, weights, step):
        asked(weights)
        self.calls += 1 if step.epoch == self.epoch else 0
        if self.calls == 17:
            raise KeyboardInterrupt
        return 0.01 * weights


def test_ctrl_c_in_an_epoch_leaves_the_last_whole_epoch_and_training_goes_on_from_it():
    interrupted = network([Dropout(rate=0.2), InterruptsAt(4)])
    undisturbed = network([Dropout(rate=0.2), InterruptsAt(-1)])
    with pytest.raises(KeyboardInterrupt):
        interrupted.train(DATA, epochs=6, learning_rate=0.1)
    assert interrupted.epochs == 3
    undisturbed.train(DATA, epochs=3, learning_rate=0.1)
    assert same_state(interrupted, undisturbed)
    interrupted.train(DATA, epochs=3, learning_rate=0.1)
    undisturbed.train(DATA, epochs=3, learning_rate=0.1)
    assert same_state(interrupted, undisturbed)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_ctrl_c_leaves_every_network_at_an_epoch_of_its_own(n_jobs):
    group = [network(L2(0.01), 1), network(L2(0.01) + InterruptsAt(4), 2), network(L2(0.01), 3)]
    with pytest.raises(KeyboardInterrupt):
        train(group, DATA, epochs=6, learning_rate=0.1, n_jobs=n_jobs)
    for seed, net in enumerate(group, start=1):
        alone = network(L2(0.01) + InterruptsAt(-1) if seed == 2 else L2(0.01), seed)
        if net.epochs:
            alone.train(DATA, epochs=net.epochs, learning_rate=0.1)
        assert same_state(net, alone)
    assert group[1].epochs == 3


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_second_ctrl_c_finds_every_network_at_a_whole_epoch_too(n_jobs):
    """Two signals, as fast as a person's: the second may come while threads are waited for."""
    group = [network(Dropout(rate=0.2), seed) for seed in range(40)]
    raised = []

    def interrupt(*_):
        raised.append(None)
        if len(raised) == 2:
            signal.setitimer(signal.ITIMER_REAL, 0)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.5, 0.02)
        try:
            train(group, DATA, epochs=20_000, learning_rate=0.1, n_jobs=n_jobs)
        finally:
            while len(raised) < 2:
                pass
    except KeyboardInterrupt:
        assert len(raised) == 2
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    trained = [net for net in group if net.epochs]
    assert trained
    assert len(trained) < len(group)
    for net in trained:
        alone = network(Dropout(rate=0.2), net.seed)
        alone.train(DATA, epochs=net.epochs, learning_rate=0.1, record_every=20_000)
        assert same_state(net, alone)


@pytest.fixture
def no_callbacks_of_gc():
    """Hypothesis is called by the garbage collector, which drops a KeyboardInterrupt that is raised there."""
    callbacks = gc.callbacks[:]
    gc.callbacks.clear()
    yield
    gc.callbacks[:] = callbacks


@pytest.mark.usefixtures("no_callbacks_of_gc")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # ctypes tells of it, too
def test_ctrl_c_is_never_lost_while_a_question_is_asked_in_every_update():
    class Asked(Regularizer):
        def gradient(self, weights, step):
            return 0 * weights + 0 * asked(weights)

    def interrupt(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        for milliseconds in range(20, 40):
            signal.setitimer(signal.ITIMER_REAL, milliseconds / 1000)
            with pytest.raises(KeyboardInterrupt):
                network([Asked(), NoRegularization()]).train(DATA, epochs=3000, learning_rate=0.1)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# on_epoch


def test_on_epoch_sees_the_network_as_it_is_after_each_epoch():
    net, told = network(), []
    history = net.train(
        DATA,
        epochs=3,
        learning_rate=0.1,
        on_epoch=lambda own, so_far: told.append(
            (own, own.epochs, own.error(DATA), so_far.errors[-1], len(so_far.epochs))
        ),
    )
    assert [own is net for own, *_ in told] == [True] * 3
    assert [(epochs, n) for _, epochs, _, _, n in told] == [(1, 2), (2, 3), (3, 4)]
    assert [error for _, _, error, _, _ in told] == history.errors[1:].tolist()
    assert [error for _, _, _, error, _ in told] == history.errors[1:].tolist()


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_on_epoch_is_called_in_the_calling_thread_and_stops_a_network_by_answering_true(n_jobs):
    threads = set()

    def stop_two_after_three(net, history):
        threads.add(threading.get_ident())
        return net.seed == 2 and history.epochs[-1] == 3

    group = [network(seed=1), network(seed=2)]
    histories = train(group, DATA, epochs=5, learning_rate=0.1, on_epoch=stop_two_after_three, n_jobs=n_jobs)
    assert threads == {threading.get_ident()}
    assert [history.epochs[-1] for history in histories] == [5, 3]
    for net, epochs in zip(group, (5, 3), strict=True):
        alone = network(seed=net.seed)
        alone.train(DATA, epochs=epochs, learning_rate=0.1)
        assert same_state(net, alone)


def test_what_is_stopped_by_on_epoch_keeps_its_last_weights_though_a_part_watches():
    net = network(Patience(1000))
    net.train(DATA, epochs=60, learning_rate=0.1, validation=VALIDATION)
    history = net.train(
        DATA, epochs=50, learning_rate=3.0, validation=VALIDATION, on_epoch=lambda own, _: own.epochs == 70
    )
    assert history.validation_errors[-1] > history.validation_errors[0]
    assert history.kept_epoch == net.epochs == 70
    assert net.error(VALIDATION) == history.validation_errors[-1]


def test_the_best_network_may_be_copied_in_on_epoch_and_trained_later():
    net, copies = network(), []
    net.train(DATA, epochs=2, learning_rate=0.1, on_epoch=lambda own, _: copies.append(copy.deepcopy(own)))
    pickled = pickle.loads(pickle.dumps(copies[0]))  # noqa: S301 (our own bytes)
    for each in (copies[0], pickled):
        each.train(DATA, epochs=1, learning_rate=0.1)
        assert same_state(each, net)


def test_no_network_of_a_call_is_trained_by_another_one_inside_it():
    one, other = network(seed=1), network(seed=2)
    with pytest.raises(InvalidValueError, match="cannot be trained while it is in training"):
        train(
            [one, other],
            DATA,
            epochs=2,
            learning_rate=0.1,
            on_epoch=lambda *_: other.train(DATA, epochs=1, learning_rate=0.1),
        )
    other.train(DATA, epochs=1, learning_rate=0.1)


def test_what_on_epoch_answers_is_true_false_or_nothing():
    with pytest.raises(InvalidTypeError, match="on_epoch must answer True, False or nothing, got 'stop'"):
        network().train(DATA, epochs=2, learning_rate=0.1, on_epoch=lambda *_: "stop")


def test_what_is_stopped_by_on_epoch_goes_on_as_if_it_had_never_been():
    once, stopped = network(), network()
    once.train(DATA, epochs=6, learning_rate=0.1, batch_size=8)
    stopped.train(DATA, epochs=6, learning_rate=0.1, batch_size=8, on_epoch=lambda net, _: net.epochs == 2)
    stopped.train(DATA, epochs=4, learning_rate=0.1, batch_size=8)
    assert same_state(once, stopped)


@pytest.mark.parametrize(
    ("meddle", "message"),
    [
        (lambda net: net.train(DATA, epochs=1, learning_rate=0.1), "be trained while it is in training"),
        (lambda net: setattr(net, "weights", 0 * net.weights), "change its weights while it is in training"),
        (lambda net: setattr(net, "state", net.state), "go to another state while it is in training"),
    ],
)
def test_a_network_is_not_changed_in_its_own_on_epoch(meddle, message):
    net = network()
    with pytest.raises(InvalidValueError, match=message):
        net.train(DATA, epochs=2, learning_rate=0.1, on_epoch=lambda own, _: meddle(own))
    net.train(DATA, epochs=1, learning_rate=0.1)


def test_an_error_in_on_epoch_is_passed_on_and_leaves_the_network_at_that_epoch():
    net = network()

    def fail(own, _):
        if own.epochs == 2:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        net.train(DATA, epochs=5, learning_rate=0.1, on_epoch=fail)
    assert net.epochs == 2


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
            return np.where(len(targets) == 20, np.where(errors.mean() > 1.2, np.nan, errors), errors)

    net = network(Patience(1000), output=NoNumberAtFirst())
    history = net.train(DATA, epochs=40, learning_rate=0.1, validation=VALIDATION)
    assert np.isnan(history.validation_errors[0])
    assert net.error(VALIDATION) == np.nanmin(history.validation_errors)


def test_ctrl_c_leaves_a_network_that_has_stopped_its_best_weights():
    def interrupt(net, _):
        if net.seed == 2 and net.epochs == 3:
            raise KeyboardInterrupt

    group = [network(Patience(2), 1), network(L2(0.01), 2)]
    with pytest.raises(KeyboardInterrupt):
        train(group, DATA, epochs=200, learning_rate=0.3, validation=VALIDATION, on_epoch=interrupt)
    alone = network(Patience(2), 1)
    history = alone.train(DATA, epochs=200, learning_rate=0.3, validation=VALIDATION)
    assert history.epochs[-1] < 100
    assert same_state(group[0], alone)
    assert group[1].epochs == 3


def test_of_equal_validation_errors_the_first_is_the_best():
    @frozen
    class Still(Regularizer):
        """Puts all weights to the same place after every update."""

        def constrain(self, weights, step):
            return np.ones_like(weights)

    net = NeuralNetwork(
        10, 8, 4, regularizer=Still() + Patience(3), bias_regularizer=Still(), initial=Uniform(9.0), seed=1
    )
    history = net.train(DATA, epochs=50, learning_rate=0.1, validation=VALIDATION)
    assert len(set(history.validation_errors[1:])) == 1
    assert history.kept_epoch == 1
    assert history.epochs[-1] == 4


def test_a_regularizer_that_stops_and_serves_all_layers_is_asked_once_an_epoch():
    heard = []

    class Listener(Regularizer):
        def should_stop(self, errors):
            heard.append(len(errors))
            return False

    network(Listener()).train(DATA, epochs=4, learning_rate=0.1, validation=VALIDATION)
    assert heard == [1, 2, 3, 4]


def test_the_epoch_in_which_a_network_is_stopped_is_recorded():
    history = network(Patience(3)).train(
        DATA, epochs=300, learning_rate=0.3, validation=VALIDATION, record_every=1000
    )
    assert history.epochs.tolist() == [0, history.kept_epoch + 3]
    assert np.isfinite(history.errors).all()


def test_one_that_stops_among_the_bias_regularizers_is_asked_too():
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
            r"a weight became .* at epoch \d+ \(learning_rate=0.05, regularizer=L2\(strength=100.0\)\)",
        ),
        (NoRegularization(), 1e300, r"a weight became .* at epoch 1 \(learning_rate=1e\+300"),
    ],
)
@pytest.mark.parametrize("batch_size", [1, 30])
def test_diverged_training_is_an_error_and_changes_nothing(regularizer, learning_rate, message, batch_size):
    net = network(regularizer)
    before = net.state
    with pytest.raises(TrainingDivergedError, match=f"training diverged: {message}.*use a smaller learning rate"):
        net.train(DATA, epochs=200, learning_rate=learning_rate, batch_size=batch_size)
    assert net.state is before
    assert net.epochs == 0


DIVERGED = r"1 of 2 networks failed: network 1: training diverged: .*regularizer=L2\(strength=1000.0\)"


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_network_that_diverges_stays_as_it_was_and_the_others_finish(n_jobs):
    group = [network(L2(0.01)), network(L2(1000))]
    before = group[1].state
    with pytest.raises(TrainingDivergedError, match=DIVERGED):
        train(group, DATA, epochs=100, learning_rate=0.05, n_jobs=n_jobs)
    assert are_equal(group[1].state, before)
    alone = network(L2(0.01))
    alone.train(DATA, epochs=100, learning_rate=0.05)
    assert same_state(group[0], alone)


def test_a_failure_can_be_kept_in_the_history():
    group = [network(L2(0.01)), network(L2(1000))]
    fine, failed = train(group, DATA, epochs=100, learning_rate=0.05, failed="keep")
    assert fine.failure is None
    assert failed.failure.startswith("training diverged: a weight became")
    assert failed.kept_epoch == group[1].epochs == 0
    assert repr(failed).startswith("History(failed: training diverged: ")


def test_one_error_names_all_networks_that_failed():
    group = [network(L2(1000), seed) for seed in range(5)]
    with pytest.raises(TrainingDivergedError, match=r"5 of 5 networks failed: network 0: .*; and networks 3, 4$"):
        train(group, DATA, epochs=100, learning_rate=0.05)


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


@pytest.mark.skipif(kernel.library() is None, reason="without the compiled update it takes minutes")
@pytest.mark.parametrize(("rate", "within"), [(4e-8, 0.1), (2e-8, 0.5)])
def test_a_decay_smaller_than_a_float32_can_tell_from_1_still_shrinks_weights(rate, within):
    """What it takes away joins the change before that is rounded: so on average it is there."""

    def shrunk(dtype):
        norms = []
        for regularizer in (NoRegularization(), WeightDecay(rate)):
            initial = np.random.default_rng(0).normal(size=44)
            net = NeuralNetwork(10, 4, initial=initial, regularizer=regularizer, dtype=dtype, seed=0)
            net.train(DATA, epochs=7000, learning_rate=1e-4, orders="fixed", record_every=7000)
            norms.append(np.linalg.norm(net.layers[0].weights.astype(float)))
        return 1 - norms[1] / norms[0]

    assert shrunk("float32") == pytest.approx(shrunk("float64"), rel=within)


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
            r"gradient with shape \(9, 8\) instead of \(10, 8\) in layer 1, e",
        ),
        (
            answering("gradient", lambda w, _: w[:1]),
            r"gradient with shape \(1, 8\) instead of \(10, 8\) in layer 1, epoch 1",
        ),
        (answering("gradient", lambda w, _: np.linalg.norm(w, axis=0)), r"shape \(8,\) instead of \(10, 8\)"),
        (answering("gradient", lambda w, _: w * np.nan), "gradient with something not finite in layer 1, epoch 1"),
        (
            answering("gradient", lambda w, _: w * 1j),
            "gradient with an array of complex128 instead of an array of real",
        ),
        (
            answering("gradient", lambda w, _: w.astype(object)),
            "gradient with an array of object instead of an array",
        ),
        (
            answering("gradient", lambda w, _: w.tolist()),
            "gradient with a list instead of an array of real numbers",
        ),
        (
            answering("gradient", lambda w, _: w > 0),
            "gradient with an array of bool instead of an array of real numbers",
        ),
        (answering("gradient", lambda *_: 0.0), "gradient with a float instead of an array of real numbers"),
        (answering("augment", lambda x, *_: x.__imul__(2)), r"failed in augment in layer 1, epoch 1: .*read-only"),
        (
            answering("augment", lambda x, t, _: (x[0], t)),
            r"answered augment with shape \(10,\) instead of \(30, 10\)",
        ),
        (
            answering("augment", lambda x, t, _: (x * 1j, t)),
            "augment with an array of complex128 instead of an array of real numbers in layer 1",
        ),
        (answering("mask", lambda *_: np.ones(3)), r"answered mask with shape \(3,\) instead of \(30, 8\)"),
        (
            answering("mask", lambda *_: 1),
            "answered mask with an int instead of an array of real numbers in layer 1",
        ),
        (
            answering("penalty", lambda w, _: w),
            r"penalty with an array of shape \(10, 8\) instead of a number in layer 1",
        ),
        (
            answering("penalty", lambda *_: np.nan),
            "answered penalty with something not finite in layer 1, epoch 1",
        ),
        (answering("penalty", lambda *_: 1j), "answered penalty with a complex instead of a number in layer 1"),
        (
            answering("constrain", lambda *_: None),
            "constrain with a NoneType instead of an array of real numbers in",
        ),
        (
            answering("constrain", lambda w, _: w.__imul__(2)),
            r"failed in constrain .*read-only; it changes its argument",
        ),
        (answering("decay", lambda _: 1 / 0), r"failed in decay in layer 1, epoch 1: ZeroDivisionError"),
        (answering("decay", lambda _: "0.9"), "answered decay with a str instead of a number in layer 1, epoch 1"),
        (
            answering("decay", lambda _: np.random.default_rng().random()),
            "decay differently when asked again in layer 1",
        ),
        (
            answering("gradient", lambda w, _: w * np.random.default_rng().random()),
            "gradient differently when asked again",
        ),
    ],
)
def test_an_unusable_answer_names_the_regularizer_layer_and_epoch(guest, message):
    net = network(guest)
    before = net.weights
    with pytest.raises(PluginError, match=message) as caught:
        net.train(DATA, epochs=1, learning_rate=0.1)
    assert str(caught.value).startswith("Guest() ")
    assert np.array_equal(net.weights, before)


@pytest.mark.parametrize("begun", [0.0, [np.zeros((1, 1))], (np.zeros(3),), (np.full((1, 1), np.nan),)], ids=repr)
def test_an_optimizer_begins_with_arrays_that_can_be_laid_out(begun):
    class Forgetful(SGD):
        def begin(self, weights):
            return begun

    with pytest.raises(PluginError, match=r"must begin with a tuple of arrays .* broadcast to \(10, 8\)"):
        network(optimizer=Forgetful())


def test_an_unusable_answer_about_biases_says_so():
    net = network(NoRegularization(), bias_regularizer=answering("gradient", lambda w, _: w[:, 1:]))
    with pytest.raises(PluginError, match=r"shape \(1, 7\) instead of \(1, 8\) in the biases of layer 1, epoch 1"):
        net.train(DATA, epochs=1, learning_rate=0.1)


LATE = {
    "gradient": [
        (lambda w, _: w[:1], r"shape \(1, 8\) instead of \(10, 8\)"),
        (lambda w, _: w[:-1], r"shape \(9, 8\) instead of \(10, 8\)"),
        (lambda w, _: w * np.nan, "something not finite"),
        (lambda w, _: w * np.random.default_rng().random(), "differently when asked again"),
        (lambda w, _: w.__imul__(0), "read-only; it changes its argument"),
        (lambda _w, _: 1 / 0, "ZeroDivisionError"),
    ],
    "penalty": [(lambda *_: np.nan, "something not finite"), (lambda *_: 1 / 0, "ZeroDivisionError")],
    "decay": [(lambda _: "0.9", "a str instead of a number")],
}


@pytest.mark.parametrize("traceable", [True, False], ids=["traced", "asked"])
@pytest.mark.parametrize(
    ("question", "late", "message"),
    [(question, *each) for question, answers in LATE.items() for each in answers],
)
def test_a_regularizer_that_fails_late_is_named_with_its_epoch(question, late, message, traceable):
    def answer(*arguments):
        if arguments[-1].epoch >= 33:
            return late(*arguments)
        if question != "gradient":
            return 1.0
        return 0 * arguments[0] if traceable else np.zeros_like(arguments[0]) * asked(arguments[0])

    net = network(answering(question, answer))
    before = net.state
    with pytest.raises(PluginError, match=message) as caught:
        net.train(DATA, epochs=60, learning_rate=0.01)
    assert re.match(rf"Guest\(\) .*{question}.* in layer 1, epoch 33", str(caught.value))
    assert net.state is before


def test_a_wrong_answer_about_the_smaller_last_batch_is_found():
    guest = answering("gradient", lambda w, step: w[1:] if step.batch_size == 6 else w)
    with pytest.raises(PluginError, match=r"shape \(9, 8\) instead of \(10, 8\) in layer 1, epoch 1"):
        network(guest).train(DATA, epochs=1, learning_rate=0.1, batch_size=8)


def test_before_training_a_penalty_is_asked_as_in_the_first_epoch():
    epochs = []
    guest = answering("penalty", lambda _, step: float(epochs.append(step.epoch) or 0))
    network(guest).train(DATA, epochs=2, learning_rate=0.1)
    assert min(epochs) == 1


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


def test_one_that_stops_must_say_yes_or_no():
    guest = answering("should_stop", lambda _: "no")
    with pytest.raises(
        PluginError, match=r"Guest\(\) answered should_stop with a str instead of True or False after epoch 1"
    ):
        network(guest).train(DATA, epochs=2, learning_rate=0.1, validation=VALIDATION)


def test_a_call_that_measures_much_trains_few_epochs(monkeypatch):
    """So that Ctrl-C stays prompt: what is measured after each epoch is work too."""
    net, calls = network(NoRegularization()), []
    engine = select.engine_for(net.spec.architecture, 1)
    monkeypatch.setattr(engine, "train", lambda *args, own=engine.train: calls.append(args) or own(*args))
    history = net.train(DATA, epochs=20, learning_rate=0.01, validation=make_data(20_000))
    assert len(calls) >= 10
    assert np.isfinite(history.validation_errors).all()


def test_a_large_table_of_another_type_is_measured_after_every_epoch():
    table = np.asfortranarray(np.random.default_rng(0).normal(size=(300_000, 3)))
    net = NeuralNetwork(3, 1, output=SquaredError(), dtype="float32", seed=0)
    validation = Dataset(table, table[:, :1] * 2)
    history = net.train(
        Dataset(table[:40], table[:40, :1] * 2), epochs=4, learning_rate=0.1, validation=validation
    )
    assert history.validation_errors[-1] == net.error(validation)
    assert np.isfinite(history.validation_errors).all()


def test_one_that_stops_and_fails_is_named():
    guest = answering("should_stop", lambda _: 1 / 0)
    with pytest.raises(PluginError, match=r"Guest\(\) failed in should_stop after epoch 1: ZeroDivisionError"):
        network(guest).train(DATA, epochs=2, learning_rate=0.1, validation=VALIDATION)


def test_a_mask_that_fails_or_is_not_finite_is_named():
    for answer, message in (
        (lambda *_: 1 / 0, "failed in mask in layer 1, epoch 1: Zero"),
        (lambda s, _: np.full(s, np.nan), "not finite in layer 1"),
    ):
        with pytest.raises(PluginError, match=message):
            network(answering("mask", answer)).train(DATA, epochs=2, learning_rate=0.1)


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
        ({"orders": [np.zeros((1, 30), int)] * 2}, ValueError, "one table or one for each network, got 2 for 1"),
        (
            {"orders": "shuffled"},
            ValueError,
            "orders must be a table of 1 epochs x 30 items, or 'fixed', got 'shuf",
        ),
        (
            {"learning_rate": [0.1, 0.2]},
            ValueError,
            "learning_rate must be one or one for each of 1 networks, got 2",
        ),
        ({"on_epoch": 3}, TypeError, "on_epoch must be a function of a network and its History, got 3"),
        ({"failed": "ignore"}, ValueError, 'failed must be "raise" or "keep", got \'ignore\''),
        ({"n_jobs": 0}, ValueError, "n_jobs must be a whole number >= 1, got 0"),
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
        train([net], DATA, **{"epochs": 1, "learning_rate": 0.1} | settings)
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


def test_each_network_needs_a_dataset():
    pair = [network(seed=1), network(seed=2)]
    with pytest.raises(InvalidValueError, match="one Dataset or one for each of 2 networks, got 1"):
        train(pair, [DATA], epochs=1, learning_rate=0.1)


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


def test_each_network_may_have_a_learning_rate_and_a_batch_size_of_its_own():
    group, rates, sizes = [network(seed=seed) for seed in range(3)], [0.1, 0.05, 0.2], np.array([1, 8, 30])
    train(group, DATA, epochs=3, learning_rate=rates, batch_size=sizes)
    for net, rate, size in zip(group, rates, sizes.tolist(), strict=True):
        alone = network(seed=net.seed)
        alone.train(DATA, epochs=3, learning_rate=rate, batch_size=size)
        assert same_state(net, alone)


def test_fixed_orders_visit_items_as_they_stand():
    fixed, told = network(), network()
    fixed.train(DATA, epochs=3, learning_rate=0.1, orders="fixed")
    told.train(DATA, epochs=3, learning_rate=0.1, orders=[range(30)] * 3)
    assert np.array_equal(fixed.weights, told.weights)


def test_a_full_batch_is_never_shuffled():
    one, other = network(NoRegularization(), 1), network(NoRegularization(), 1)
    one.train(DATA, epochs=5, learning_rate=0.1, batch_size=30)
    other.train(DATA, epochs=5, learning_rate=0.1, batch_size=30, orders="fixed")
    assert same_state(one, other)


def test_networks_of_one_seed_and_other_ages_have_orders_of_their_own():
    old, young = network(), network()
    old.train(DATA, epochs=2, learning_rate=0.1)
    train([old, young], DATA, epochs=2, learning_rate=0.1)
    once = network()
    once.train(DATA, epochs=4, learning_rate=0.1)
    assert same_state(old, once)


def test_errors_are_recorded_about_twenty_times_where_measuring_is_not_cheap(monkeypatch):
    monkeypatch.setattr("nnl2.training.loop.CHEAP_MEASUREMENT", 1000)
    history = network().train(DATA, epochs=50, learning_rate=0.1)
    assert history.epochs.tolist() == [*range(0, 51, 3), 50]


# Item weights


def weighted(weights):
    return Dataset(DATA.inputs, DATA.targets, weights)


def test_a_whole_weight_does_what_repeating_the_item_does():
    counts = np.arange(30) % 4
    repeated = Dataset(np.repeat(DATA.inputs, counts, axis=0), np.repeat(DATA.targets, counts, axis=0))
    one, other = network(L2(0.01)), network(L2(0.01))
    by_weight = one.train(weighted(counts), epochs=20, learning_rate=0.3, batch_size=30)
    by_number = other.train(repeated, epochs=20, learning_rate=0.3, batch_size=repeated.n_items)
    assert one.weights == pytest.approx(other.weights, rel=1e-12, abs=1e-12)
    assert by_weight.errors == pytest.approx(by_number.errors, rel=1e-12)
    assert one.accuracy(weighted(counts)) == pytest.approx(one.accuracy(repeated), rel=1e-14)


def test_equal_weights_are_none_at_all():
    one, other = network(), network()
    assert one.train(weighted(np.ones(30)), epochs=3, learning_rate=0.1, batch_size=8) == other.train(
        DATA, epochs=3, learning_rate=0.1, batch_size=8
    )
    assert same_state(one, other)


def test_a_batch_of_items_without_weight_changes_nothing_but_by_penalties():
    weights = np.r_[np.zeros(10), np.ones(20)]
    one, other = network(NoRegularization()), network(NoRegularization())
    one.train(weighted(weights), epochs=1, learning_rate=0.1, batch_size=10, orders="fixed")
    other.train(
        Dataset(DATA.inputs[10:], DATA.targets[10:]), epochs=1, learning_rate=0.1, batch_size=10, orders="fixed"
    )
    assert np.array_equal(one.weights, other.weights)


# Without a hidden layer, and with linear outputs


def test_softmax_regression_has_no_hidden_layer():
    net = NeuralNetwork(10, 4, seed=0)
    (layer,) = net.layers
    x, t = DATA.inputs, DATA.targets
    sums = x @ layer.weights + layer.biases
    outputs = np.exp(sums) / np.exp(sums).sum(axis=1, keepdims=True)
    net.train(DATA, epochs=1, learning_rate=0.1, batch_size=30)
    assert net.layers[0].weights == pytest.approx(layer.weights - 0.1 * x.T @ (outputs - t) / 30, rel=1e-12)
    assert net.layers[0].biases == pytest.approx(layer.biases - 0.1 * (outputs - t).mean(axis=0), rel=1e-10)


def test_linear_outputs_with_squared_error_find_the_least_squares():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 3))
    data = Dataset(x, x @ [[1.0], [2.0], [-3.0]] + 0.5 + 0.1 * rng.normal(size=(50, 1)))
    net = NeuralNetwork(3, 1, output=SquaredError(), seed=0)
    net.train(data, epochs=3000, learning_rate=0.5, batch_size=50)
    solution = np.linalg.lstsq(np.c_[x, np.ones(50)], data.targets, rcond=None)[0]
    assert net.weights == pytest.approx(solution[:, 0], rel=1e-10)
    assert net.error(data) == pytest.approx(net.mean_squared_error(data) / 2, rel=1e-14)
    with pytest.raises(
        InvalidValueError, match=r"outputs of SquaredError\(\) are numbers, not classes; compute_outp"
    ):
        net.accuracy(data)


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
