"""What the estimators train is what `NeuralNetwork` trains; and how it goes on, stops early, is averaged."""

import copy
import pickle

import numpy as np
import pytest
from attrs import evolve, frozen
from scipy import sparse

import nnl2
from nnl2 import (
    L1,
    L2,
    Adam,
    Dataset,
    Dropout,
    Momentum,
    NeuralNetwork,
    NeuralNetworkClassifier,
    NeuralNetworkRegressor,
    Recipe,
    Regularizer,
    Sigmoid,
    SquaredError,
    Uniform,
)
from nnl2.estimators import base


@frozen
class Patience(Regularizer):
    """Stop when the loss has not fallen for some epochs."""

    epochs: int = 3

    def should_stop(self, errors):
        return len(errors) - 1 - int(np.argmin(errors)) >= self.epochs


@frozen(eq=False)
class Homesick(Regularizer):
    """Pull every weight to where it began."""

    strength: float = 0.1
    home: object = None

    def begin(self, weights):
        return evolve(self, home=weights)

    def gradient(self, weights, step):
        return self.strength * (weights - self.home)


def test_a_classifier_is_a_network_by_the_recipe_of_compare(wine):
    X, y = wine
    model = NeuralNetworkClassifier(random_state=3).fit(X, y)
    recipe = Recipe()
    network = NeuralNetwork(13, *recipe.hidden_for(13, 3), 3, seed=3)
    history = network.train(
        Dataset.from_labels(X, y),
        epochs=recipe.epochs,
        learning_rate=recipe.learning_rate,
        batch_size=recipe.batch_size,
    )
    np.testing.assert_array_equal(model.networks_[0].weights, network.weights)
    np.testing.assert_array_equal(model.predict_proba(X), network.compute_outputs(X))
    assert model.loss_curve_ == history.errors[1:].tolist()
    assert model.histories_ == (history,)
    assert model.n_iter_ == len(model.loss_curve_) == recipe.epochs
    assert model.validation_curve_ == []
    for layer, weights, biases in zip(network.layers, model.coefs_, model.intercepts_, strict=True):
        np.testing.assert_array_equal(weights, layer.weights)
        np.testing.assert_array_equal(biases, layer.biases)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adam"])
def test_the_learning_rate_suits_the_optimizer_as_in_compare(optimizer, two_classes):
    by_default = NeuralNetworkClassifier(optimizer=optimizer, random_state=0).fit(*two_classes)
    given = NeuralNetworkClassifier(
        optimizer=optimizer, learning_rate=Recipe(optimizer=optimizer).learning_rate, random_state=0
    ).fit(*two_classes)
    np.testing.assert_array_equal(by_default.networks_[0].weights, given.networks_[0].weights)


def test_a_regressor_is_a_network_that_learns_standardised_targets(numbers):
    X, y = numbers
    model = NeuralNetworkRegressor((4,), L2(0.01), activation="sigmoid", optimizer="adam", random_state=5).fit(
        X, y
    )
    network = NeuralNetwork(
        3, 4, 1, regularizer=L2(0.01), hidden=Sigmoid(), output=SquaredError(), optimizer=Adam(), seed=5
    )
    targets = ((y - y.mean()) / y.std())[:, np.newaxis]
    network.train(Dataset(X, targets), epochs=50, learning_rate=0.01, batch_size=16)
    np.testing.assert_allclose(model.networks_[0].weights, network.weights, rtol=0, atol=1e-13)
    np.testing.assert_allclose(model.predict(X), network.compute_outputs(X)[:, 0] * y.std() + y.mean(), rtol=1e-13)
    assert (model.target_mean_, model.target_scale_) == (y.mean(), pytest.approx(y.std(), rel=1e-15))


def test_several_targets_are_learned_at_once(numbers):
    X, y = numbers
    both = np.column_stack([y, 1000 * X[:, 2]])
    model = NeuralNetworkRegressor(random_state=0).fit(X, both)
    assert model.predict(X).shape == both.shape
    assert model.coefs_[-1].shape[1] == 2
    assert model.score(X, both) > 0.9


@pytest.mark.parametrize(
    "labels",
    [
        ["no", "yes"],
        np.array(["no", "yes"], object),
        [False, True],
        [7, -3],
        np.array([1, 200], np.uint8),
        [0.0, 2.0],
        ["ä", ""],
    ],
    ids=repr,
)
def test_labels_of_any_kind_come_back_as_they_went_in(labels, two_classes):
    X, numbers = two_classes
    y = np.asarray(labels)[numbers]
    model = NeuralNetworkClassifier(random_state=0).fit(X, y)
    predicted = model.predict(X)
    assert predicted.dtype == y.dtype == model.classes_.dtype
    assert (predicted == y).mean() > 0.9
    assert model.classes_.tolist() == sorted(np.unique(y).tolist())
    np.testing.assert_array_equal(model.classes_[model.predict_proba(X).argmax(axis=1)], predicted)
    assert model.score(X, y.tolist()) == model.score(X, y)


@pytest.mark.parametrize(
    ("dtype", "values"), [("Int64", [7, -3]), ("boolean", [False, True]), (object, [7, -3]), ("category", [7, -3])]
)
def test_labels_of_a_data_frame_come_back_as_they_went_in(dtype, values, two_classes):
    pandas = pytest.importorskip("pandas")
    X, numbers = two_classes
    y = pandas.Series(np.asarray(values)[numbers], dtype=dtype)
    model = NeuralNetworkClassifier(random_state=0).fit(X, y)
    assert model.classes_.tolist() == sorted(values)
    assert model.classes_.dtype == np.asarray(values).dtype
    y = y.astype(object).where(numbers > 0, None).astype(dtype)
    with pytest.raises(ValueError, match=r"NaN|unknown"):
        model.fit(X, y)


def test_whole_numbers_held_as_objects_are_labels(two_classes):
    X, y = two_classes
    model = NeuralNetworkClassifier(random_state=0).fit(X, y.astype(object))
    assert model.classes_.tolist() == [0, 1]


def test_probabilities_sum_to_one(wine):
    probabilities = (
        NeuralNetworkClassifier(n_networks=3, max_epochs=5, random_state=0).fit(*wine).predict_proba(wine[0])
    )
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-14)


@pytest.mark.parametrize("form", [sparse.csr_matrix, sparse.csc_array, sparse.coo_array])
def test_sparse_input_is_learned_as_dense_input_is(form, wine):
    X, y = np.maximum(wine[0], 0), wine[1]
    dense, spare = (NeuralNetworkClassifier(random_state=0).fit(table, y) for table in (X, form(X)))
    np.testing.assert_array_equal(spare.predict_proba(form(X)), dense.predict_proba(X))


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_data_frames_are_learned_with_their_names(library, two_classes):
    frames = pytest.importorskip(library)
    X, y = two_classes
    table = frames.DataFrame({name: X[:, number] for number, name in enumerate("abc")})
    labels = (
        frames.Series(["no", "yes"])[y.tolist()]
        if library == "polars"
        else frames.Series(y).map(["no", "yes"].__getitem__)
    )
    model = NeuralNetworkClassifier(random_state=0).fit(table, labels)
    assert model.feature_names_in_.tolist() == ["a", "b", "c"]
    assert model.n_features_in_ == 3
    assert set(model.predict(table)) == {"no", "yes"}
    assert NeuralNetworkRegressor().fit(table, table["a"]).predict(table).shape == (40,)


def test_without_hidden_units_it_is_softmax_regression(wine):
    model = NeuralNetworkClassifier((), random_state=0).fit(*wine)
    assert [weights.shape for weights in model.coefs_] == [(13, 3)]
    assert model.score(*wine) > 0.95


def test_hidden_units_are_one_layer_or_several(two_classes):
    shapes = {
        given: [weights.shape for weights in NeuralNetworkClassifier(given).fit(*two_classes).coefs_]
        for given in (5, (5, 4))
    }
    assert shapes == {5: [(3, 5), (5, 2)], (5, 4): [(3, 5), (5, 4), (4, 2)]}


def test_twelve_calls_of_partial_fit_are_one_of_fit(wine):
    X, y = wine
    parameters = {"regularizer": L2(0.01) + Dropout(rate=0.1), "optimizer": "adam", "random_state": 0}
    at_once = NeuralNetworkClassifier(**parameters, max_epochs=12).fit(X, y)
    by_parts = NeuralNetworkClassifier(**parameters)
    for _ in range(12):
        by_parts.partial_fit(X, y, classes=[0, 1, 2])
    np.testing.assert_array_equal(by_parts.networks_[0].weights, at_once.networks_[0].weights)
    assert by_parts.loss_curve_ == at_once.loss_curve_
    assert by_parts.n_iter_ == at_once.n_iter_ == 12


def test_what_remembers_the_first_weights_does_so_where_training_goes_on(wine):
    at_once = NeuralNetworkClassifier(regularizer=Homesick(), max_epochs=6, random_state=0).fit(*wine)
    by_halves = NeuralNetworkClassifier(regularizer=Homesick(), max_epochs=3, warm_start=True, random_state=0)
    by_halves.fit(*wine).fit(*wine)
    np.testing.assert_array_equal(by_halves.networks_[0].weights, at_once.networks_[0].weights)

    later = NeuralNetworkClassifier(max_epochs=3, warm_start=True, random_state=0).fit(*wine)
    where = later.networks_[0].weights
    later.set_params(regularizer=Homesick(4.9), max_epochs=50).fit(*wine)  # so strong that it leads nowhere else
    np.testing.assert_allclose(later.networks_[0].weights[:104], where[:104], rtol=0, atol=0.05)


def test_partial_fit_sees_a_part_of_samples_and_classes_at_a_time(wine, numbers):
    X, y = wine
    model = NeuralNetworkClassifier(class_weight={0: 1, 1: 2, 2: 1}, random_state=0)
    for _ in range(8):
        for label in range(3):
            model.partial_fit(X[y == label], y[y == label], classes=[2, 1, 0])
    assert model.classes_.tolist() == [0, 1, 2]
    assert model.score(X, y) > 0.9
    regressor = NeuralNetworkRegressor(random_state=0)
    for number in range(40):
        regressor.partial_fit(numbers[0][number % 2 :: 2], numbers[1][number % 2 :: 2])
    assert regressor.score(*numbers) > 0.9


def test_a_warm_start_goes_on_bit_for_bit(wine):
    parameters = {"regularizer": L2(0.01) + Dropout(rate=0.1), "optimizer": Momentum(), "random_state": 0}
    whole = NeuralNetworkClassifier(**parameters, max_epochs=20).fit(*wine)
    halves = NeuralNetworkClassifier(**parameters, max_epochs=10, warm_start=True).fit(*wine)
    halfway = halves.networks_[0]
    kept = halfway.weights.copy()
    halves.fit(*wine)
    np.testing.assert_array_equal(halves.networks_[0].weights, whole.networks_[0].weights)
    assert halves.loss_curve_ == whole.loss_curve_
    assert (halves.n_iter_, halfway.epochs) == (20, 10)
    np.testing.assert_array_equal(halfway.weights, kept)


@pytest.mark.parametrize(
    "changes",
    [
        {"regularizer__strength": 0.5},
        {"regularizer": L1(0.001)},
        {"regularizer": Dropout(rate=0.2)},
        {"optimizer": "adam"},
        {"batch_size": 4},
    ],
    ids=str,
)
def test_a_warm_start_goes_on_with_other_parameters(changes, wine):
    model = NeuralNetworkClassifier(regularizer=L2(0.01), max_epochs=10, warm_start=True, random_state=0)
    before = model.fit(*wine).networks_[0].weights
    model.set_params(**changes, learning_rate=1e-9).fit(*wine)
    assert model.n_iter_ == len(model.loss_curve_) == 20
    assert model.networks_[0].regularizer == model.regularizer
    np.testing.assert_allclose(model.networks_[0].weights, before, rtol=0, atol=1e-6)
    assert not np.array_equal(model.networks_[0].weights, before)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"hidden_layer_sizes": 5},
            r"hidden_layer_sizes must stay \(8,\) where training goes on, got \(5,\); fit wi",
        ),
        ({"n_networks": 2}, "n_networks must stay 1 where training goes on, got 2"),
    ],
)
def test_a_warm_start_refuses_other_networks(changes, message, wine):
    model = NeuralNetworkClassifier(warm_start=True).fit(*wine)
    with pytest.raises(nnl2.InvalidValueError, match=message):
        model.set_params(**changes).fit(*wine)


def test_without_warm_start_fit_begins_anew(wine):
    model = NeuralNetworkClassifier(random_state=0, max_epochs=5).fit(*wine)
    first = model.networks_[0].weights
    np.testing.assert_array_equal(model.fit(*wine).networks_[0].weights, first)
    assert model.n_iter_ == len(model.loss_curve_) == 5


def test_a_regularizer_that_watches_stops_on_a_share_of_each_class(wine):
    X, y = wine
    model = NeuralNetworkClassifier(
        regularizer=Patience(3), validation_fraction=0.25, max_epochs=500, random_state=0
    ).fit(X, y)
    (history,) = model.histories_
    assert model.n_iter_ == len(model.validation_curve_) == len(model.loss_curve_) < 500
    assert history.kept_epoch == 1 + int(np.argmin(model.validation_curve_)) == model.n_iter_ - 3
    again = NeuralNetworkClassifier(
        regularizer=Patience(3), validation_fraction=0.25, max_epochs=500, random_state=0
    ).fit(X, y)
    assert again.validation_curve_ == model.validation_curve_


@pytest.fixture
def seen(monkeypatch):
    """Training and validation items of each call of `train`."""
    found = []

    def train(networks, data, *, validation, **settings):
        found.append((data, validation))
        return nnl2.train(networks, data, validation=validation, **settings)

    monkeypatch.setattr(base, "train", train)
    return found


def test_a_warm_start_holds_out_what_it_has_never_seen(two_classes, seen):
    model = NeuralNetworkClassifier(regularizer=Patience(), warm_start=True)  # of a seed that is drawn
    model.fit(*two_classes).fit(*two_classes)
    (_, first), (_, second) = seen
    assert first == second
    assert first.n_items == 4


def test_what_is_held_out_is_split_by_class(two_classes, seen):
    X, y = two_classes
    y = np.where(np.arange(40) < 4, "rare", np.array(["no", "yes"])[y])
    weights = np.arange(40) + 1.0
    model = NeuralNetworkClassifier(regularizer=Patience(), validation_fraction=0.5, random_state=0)
    model.fit(X, y, weights)
    ((learned, held_out),) = seen
    assert learned.targets[:, 1].sum() == held_out.targets[:, 1].sum() == 2
    assert (learned.n_items, held_out.n_items) == (20, 20)
    assert sorted([*learned.item_weights, *held_out.item_weights]) == weights.tolist()
    with pytest.raises(
        nnl2.InvalidValueError, match=r"validation_fraction=0.001 of 40 samples cannot be held out: "
    ):
        model.set_params(validation_fraction=0.001).fit(X, y)


def test_validation_data_are_watched_where_they_are_given(wine):
    X, y = wine
    names = np.array(["a", "b", "c"])[y]
    model = NeuralNetworkClassifier(regularizer=Patience(2), max_epochs=300, random_state=0)
    model.fit(X[::2], names[::2], validation_data=(X[1::2], names[1::2]))
    network = NeuralNetwork(13, 8, 3, regularizer=Patience(2), seed=0)
    history = network.train(
        Dataset.from_labels(X[::2], y[::2]),
        epochs=300,
        learning_rate=0.2,
        batch_size=16,
        validation=Dataset.from_labels(X[1::2], y[1::2]),
    )
    assert model.validation_curve_ == history.validation_errors[1:].tolist()
    np.testing.assert_array_equal(model.networks_[0].weights, network.weights)


def test_validation_data_are_measured_where_nobody_watches(wine, numbers):
    X, y = wine
    model = NeuralNetworkClassifier(class_weight="balanced", max_epochs=7)
    model.fit(X, y, validation_data=(X[y > 0], y[y > 0]))  # of which a class is missing
    assert len(model.validation_curve_) == 7
    regressor = NeuralNetworkRegressor(random_state=0).fit(*numbers, validation_data=numbers)
    assert regressor.validation_curve_ == regressor.loss_curve_


def test_a_regularizer_that_watches_has_nothing_to_watch_in_one_epoch(two_classes):
    with pytest.raises(nnl2.InvalidValueError, match=r"Patience\(epochs=3\) has nothing to watch; use fit"):
        NeuralNetworkClassifier(regularizer=Patience()).partial_fit(*two_classes, classes=[0, 1])


@pytest.mark.parametrize("kind", [NeuralNetworkClassifier, NeuralNetworkRegressor])
def test_samples_without_weight_might_as_well_be_left_out(kind, two_classes):
    X, y = two_classes
    weights = np.where(np.arange(40) % 3, 1.5, 0)
    counting = weights > 0
    with_them, without = (
        kind(random_state=0).fit(X[chosen], y[chosen], weights[chosen]) for chosen in (slice(None), counting)
    )
    np.testing.assert_array_equal(with_them.networks_[0].weights, without.networks_[0].weights)
    ones = {"classes": [0, 1]} if kind is NeuralNetworkClassifier else {}
    with_them, without = (
        kind(random_state=0).partial_fit(X[chosen], y[chosen], sample_weight=weights[chosen], **ones)
        for chosen in (slice(None), counting)
    )
    np.testing.assert_array_equal(with_them.networks_[0].weights, without.networks_[0].weights)


@pytest.mark.parametrize("kind", [NeuralNetworkClassifier, NeuralNetworkRegressor])
def test_weights_do_what_repeating_samples_does_in_full_batch(kind, two_classes):
    X, y = two_classes
    weights = np.random.default_rng(0).integers(0, 4, 40)
    full = {"batch_size": 1000, "regularizer": L2(0.01), "random_state": 0}
    weighted = kind(**full).fit(X, y, weights)
    repeated = kind(**full).fit(np.repeat(X, weights, axis=0), np.repeat(y, weights))
    np.testing.assert_allclose(weighted.coefs_[0], repeated.coefs_[0], rtol=0, atol=1e-12)
    np.testing.assert_allclose(weighted.loss_curve_, repeated.loss_curve_, rtol=1e-12)


def test_weights_of_classes_are_those_of_their_samples(wine):
    X, y = wine
    chosen = y < 2
    X, y = X[chosen], y[chosen]
    parameters = {"max_epochs": 10, "random_state": 0}
    by_class = NeuralNetworkClassifier(class_weight={0: 3, 1: 1}, **parameters).fit(X, y)
    by_sample = NeuralNetworkClassifier(**parameters).fit(X, y, np.where(y == 0, 3, 1))
    np.testing.assert_array_equal(by_class.networks_[0].weights, by_sample.networks_[0].weights)
    both = NeuralNetworkClassifier(class_weight={0: 3, 1: 1}, **parameters).fit(X, y, np.where(y == 0, 1, 3))
    plain = NeuralNetworkClassifier(**parameters).fit(X, y)
    np.testing.assert_allclose(both.networks_[0].weights, plain.networks_[0].weights, rtol=0, atol=1e-12)
    counts = np.bincount(y)
    balanced = NeuralNetworkClassifier(class_weight="balanced", **parameters).fit(X, y)
    given = NeuralNetworkClassifier(**parameters).fit(X, y, len(y) / (2 * counts[y]))
    np.testing.assert_array_equal(balanced.networks_[0].weights, given.networks_[0].weights)


def test_networks_of_several_seeds_are_averaged(wine, numbers):
    X, y = wine
    model = NeuralNetworkClassifier(n_networks=3, max_epochs=5, random_state=7).fit(X, y)
    seeds = [network.seed for network in model.networks_]
    assert seeds[0] == 7
    assert len(set(seeds)) == 3
    alone = [NeuralNetworkClassifier(max_epochs=5, random_state=seed).fit(X, y) for seed in seeds]
    np.testing.assert_array_equal(
        model.predict_proba(X), np.mean([each.predict_proba(X) for each in alone], axis=0)
    )
    np.testing.assert_array_equal(model.coefs_[0], alone[0].coefs_[0])
    assert model.loss_curve_ == alone[0].loss_curve_
    several = NeuralNetworkRegressor(n_networks=2, random_state=7).fit(*numbers)
    assert several.predict(numbers[0]).shape == (40,)


@pytest.mark.parametrize("n_jobs", [2, -1])
def test_threads_make_no_difference(n_jobs, wine):
    alone, together = (
        NeuralNetworkClassifier(n_networks=4, n_jobs=each, max_epochs=5, random_state=0).fit(*wine)
        for each in (None, n_jobs)
    )
    np.testing.assert_array_equal(together.predict_proba(wine[0]), alone.predict_proba(wine[0]))


def test_a_random_state_gives_other_networks_in_every_fit(two_classes):
    def seeds(random_state):
        model = NeuralNetworkClassifier(n_networks=2, max_epochs=1, random_state=random_state)
        return [network.seed for _ in range(2) for network in model.fit(*two_classes).networks_]

    drawn = seeds(np.random.RandomState(0))
    assert drawn == seeds(np.random.RandomState(0))
    assert len(set(drawn)) == 4
    np.random.seed(0)  # noqa: NPY002 (what scikit-learn's None draws from)
    assert seeds(None) == drawn
    assert seeds(np.int64(3)) == seeds(3)


def test_verbose_tells_the_loss_on_stderr(two_classes, capsys):
    NeuralNetworkClassifier(max_epochs=25, verbose=True, random_state=0).fit(*two_classes)
    told = capsys.readouterr()
    assert told.out == ""
    lines = told.err.splitlines()
    assert len(lines) == 13
    assert lines[0].startswith("epoch 2 of 25: loss 0.")
    assert lines[-1].startswith("epoch 25 of 25: loss 0.")
    X, y = two_classes
    model = NeuralNetworkRegressor(n_networks=2, max_epochs=1, verbose=True).fit(X, y, validation_data=(X, y))
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("network 0, epoch 1 of 1: loss ")
    assert ", validation loss " in second
    model.set_params(warm_start=True).fit(X, y)
    assert "network 1, epoch 2 of 2: loss" in capsys.readouterr().err


def test_verbose_changes_nothing_else(wine):
    loud, quiet = (NeuralNetworkClassifier(verbose=each, random_state=0).fit(*wine) for each in (True, False))
    np.testing.assert_array_equal(loud.networks_[0].weights, quiet.networks_[0].weights)
    assert loud.loss_curve_ == quiet.loss_curve_


def test_an_activation_of_ones_own_is_taken(two_classes):
    class Softsign(nnl2.Activation):
        def outputs(self, sums):
            return sums / (1 + np.abs(sums))

        def slope(self, outputs):
            return (1 - np.abs(outputs)) ** 2

    with pytest.raises(nnl2.InvalidTypeError, match="activation must be one of 'relu', 'sigmoid', 'tanh'"):
        NeuralNetworkClassifier(activation=Softsign).fit(*two_classes)
    assert NeuralNetworkClassifier(activation=Softsign(), max_epochs=2).fit(*two_classes).n_iter_ == 2


@pytest.mark.parametrize("kind", [NeuralNetworkClassifier, NeuralNetworkRegressor])
def test_a_copy_goes_on_as_the_original_does(kind, two_classes):
    model = kind(regularizer=Dropout(rate=0.2), warm_start=True, random_state=0).fit(*two_classes)
    copies = [pickle.loads(pickle.dumps(model)), copy.deepcopy(model), copy.copy(model)]  # noqa: S301 (our own)
    expected = model.fit(*two_classes).predict(two_classes[0])
    for each in copies:
        assert len(each.loss_curve_) == 50
        np.testing.assert_array_equal(each.fit(*two_classes).predict(two_classes[0]), expected)


def test_a_learning_rate_may_depend_on_the_epoch(two_classes):
    asked = []

    def schedule(epoch):
        asked.append(epoch)
        return 0.1 / epoch

    NeuralNetworkClassifier(learning_rate=schedule, max_epochs=3).fit(*two_classes)
    assert asked == [1, 2, 3]
    with pytest.raises(TypeError):
        NeuralNetworkClassifier(initial=Uniform())
