"""A model of a table predicts from columns as they come, and says what it cannot take."""

import re

import numpy as np
import pytest

from nnl2 import (
    InvalidTypeError,
    InvalidValueError,
    NeuralNetwork,
    Preparation,
    SquaredError,
    Table,
    TableModel,
    UnknownNameError,
    load,
    refit,
    save,
)
from nnl2.preparation import read_csv
from nnl2.preparation.encodings import OneHot, Standardized


class Series:
    """One column, as pandas and polars have it."""

    def __init__(self, cells):
        self._cells = cells

    def to_numpy(self):
        """Return the cells."""
        return np.array(self._cells)


class Frame(dict):
    """A data frame, as pandas and polars have it."""

    columns = property(list)

    def __getitem__(self, name):
        return Series(super().__getitem__(name))


@pytest.mark.parametrize("classes", [None, ("no", "yes")])
def test_what_would_be_no_finite_number_is_refused_for_classes_and_for_values(classes):
    preparation = Preparation((Standardized("size", 0, 0, 1),), classes, 0.0, 1e300)
    settings = {"initial": np.full(4, 1.7e308)} if classes else {"initial": [1e9, 0.0], "output": SquaredError()}
    network = NeuralNetwork(1, 2 if classes else 1, seed=0, **settings)
    model = TableModel("ill", preparation, network, "none", 9)
    said = r"items: what the model says of item 1 is no finite number, as its weights are too large"
    with pytest.raises(InvalidValueError, match=said):
        model.predict(Frame(size=[0.0, 100.0, 1.0]))


def test_predictions_look_short():
    preparation = Preparation((Standardized("size", 0, 0, 1),), ("no", "yes"))
    model = TableModel("ill", preparation, NeuralNetwork(1, 2, seed=0), "none", 9)
    assert repr(model.predict(Frame(size=[0.0] * 500))) == "Predictions('ill' of 500 items, 2 classes)"


CITIES = ["Ulm", "Köln", "Bonn"]
LABELS = {"words": ["no", "yes"], "numbers": [0, 7], "booleans": [False, True], "halves": [0.5, 1.5]}


def csv_text(n_items=40, labels=("no", "yes")):
    """Return a table: who is large and from Ulm is ill; a size in ten is missing."""
    rng = np.random.default_rng(0)
    lines = ["size;city;ill"]
    for item in range(n_items):
        size, city = rng.normal(10, 3), CITIES[item % 3]
        ill = labels[int(size + 5 * (city == "Ulm") > 12)]
        lines.append(f"{'' if item % 10 == 9 else f'{size:.2f}'.replace('.', ',')};{city};{ill}")
    return "\n".join(lines)


@pytest.fixture
def csv_file(tmp_path):
    """Return a function that writes a CSV file and returns its path."""

    def write(text, name="new.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """What was learned from the table, saved and loaded."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "known.csv").write_text(csv_text(), encoding="utf-8")
    save(refit(Table.from_csv(folder / "known.csv", "ill"), "l2:0.001"), folder / "model.npz")
    return load(folder / "model.npz")


def test_it_comes_back_with_all_that_it_predicts_by(csv_file, tmp_path):
    table = Table.from_csv(csv_file(csv_text()), "ill")
    model = refit(table, "l2:0.001")
    save(model, tmp_path / "model.npz")
    again = load(tmp_path / "model.npz")
    assert again.preparation == model.preparation
    assert repr(again) == "TableModel(l2:0.001: 'ill' of 2 classes from 2 columns, learned from 40 items)"
    ours, theirs = model.predict(table), again.predict(table)
    assert (ours.probabilities == theirs.probabilities).all()
    assert ours.to_csv() == theirs.to_csv()
    assert np.mean(ours.targets == np.array(table.classes)[table.targets]) > 0.8


@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS)
def test_labels_come_back_as_what_they_were(labels, tmp_path):
    inputs = np.repeat([[0.0], [1.0]], 10, axis=0)
    table = Table.from_arrays(inputs, [labels[0]] * 10 + [labels[1]] * 10, task="classification")
    save(refit(table, "none"), tmp_path / "model.npz")
    predicted = load(tmp_path / "model.npz").predict(table)
    assert predicted.targets.tolist() == [labels[0]] * 10 + [labels[1]] * 10
    assert [type(value) for value in predicted.classes] == [type(label) for label in labels]


def test_a_value_is_in_the_targets_unit(tmp_path):
    table = Table.bundled("diabetes")
    save(refit(table, "l2:0.01"), tmp_path / "model.npz")
    predicted = load(tmp_path / "model.npz").predict(table)
    assert predicted.probabilities is None
    assert np.corrcoef(predicted.targets, table.targets)[0, 1] > 0.7
    assert predicted.targets.mean() == pytest.approx(table.targets.mean(), rel=0.1)
    first, second, *_ = predicted.to_csv().splitlines()
    assert first == "progression"
    assert float(second) == pytest.approx(predicted.targets[0], rel=1e-9)


def test_columns_are_found_by_their_names_and_others_do_not_matter(model, csv_file):
    plain = model.predict(read_csv(csv_file("size,city\n8,Ulm\n12,Bonn\n")))
    other = model.predict(read_csv(csv_file("note;city;size;ill\nx;Ulm;8,0;\ny;Bonn;12,0;?\n")))
    assert (plain.probabilities == other.probabilities).all()
    assert plain.to_csv() == other.to_csv()


def test_data_frames_and_tables_are_predicted_too(model, csv_file):
    text = "size,city,ill\n8,Ulm,no\n12,Bonn,yes\n"
    plain = model.predict(read_csv(csv_file(text)))
    frame = Frame({"city": ["Ulm", "Bonn"], "size": [8, 12]})
    table = Table.from_csv(csv_file(text), "ill")
    for other in (model.predict(frame), model.predict(table)):
        assert (plain.probabilities == other.probabilities).all()


def test_a_gap_among_numbers_counts_as_the_median_and_is_no_surprise(model, csv_file):
    median = model.preparation.encodings[0].median
    gap, filled = model.predict(read_csv(csv_file(f"size,city\n,Ulm\n{median!r},Ulm\n"))).probabilities
    assert (gap == filled).all()


def test_a_column_missing_is_told_with_the_nearest(model, csv_file):
    with pytest.raises(UnknownNameError, match=r"new.csv has no column 'city'; did you mean 'City'\?"):
        model.predict(read_csv(csv_file("size,City\n8,Ulm\n")))


def test_words_among_numbers_are_refused(model, csv_file):
    with pytest.raises(InvalidValueError, match=r"new.csv: column 'size' must hold numbers.* such as 'large'"):
        model.predict(read_csv(csv_file("size,city\nlarge,Ulm\n8,Ulm\n")))


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("Rom", "'Rom' in line 3, which was never seen; it counts as no word at all, 2 in all"),
        ("", "a gap in line 3"),
    ],
)
def test_a_word_that_was_never_seen_is_told_and_counts_as_none(cell, said, model, csv_file):
    with pytest.warns(UserWarning, match=re.escape(f"new.csv: column 'city' has {said}")):
        predicted = model.predict(read_csv(csv_file(f"size,city\n8,Ulm\n8,{cell}\n8,{cell}\n")))
    assert np.isfinite(predicted.probabilities).all()
    assert (predicted.probabilities[1] != predicted.probabilities[0]).any()


def test_where_rare_words_were_learned_as_one_a_new_word_is_one_of_them(csv_file):
    preparation = Preparation((OneHot("city", ("Ulm",), has_others=True),), ("no", "yes"))
    model = TableModel("ill", preparation, NeuralNetwork(2, 2, seed=0), "none", 9)
    assert len(model.predict(read_csv(csv_file("city\nUlm\nRom\n"))).targets) == 2


def test_a_line_is_written_for_each_item_and_quoted_where_it_must_be():
    preparation = Preparation((Standardized("size", 0.0, 0.0, 1.0),), ('a, "b"', "c\nd"))
    network = NeuralNetwork(1, 2, seed=0, initial=[0, 0, 0, 0])
    model = TableModel("what, exactly", preparation, network, "none", 9)
    text = model.predict(Frame({"size": [1.0, 2.0]})).to_csv()
    line = '"a, ""b""",0.500000,0.500000\n'
    assert text == '"what, exactly","P(a, ""b"")","P(c\nd)"\n' + 2 * line


def test_what_has_no_columns_is_refused(model):
    with pytest.raises(InvalidTypeError, match=r"items must be a Table, .*, or a DataFrame, got ndarray"):
        model.predict(np.zeros((3, 2)))


@pytest.mark.parametrize(
    ("network", "classes", "said"),
    [
        (
            NeuralNetwork(2, 2),
            ("no", "yes"),
            "must have 1 inputs and 2 outputs, as the preparation has, got 2 and 2",
        ),
        (
            NeuralNetwork(1, 3),
            ("no", "yes"),
            "must have 1 inputs and 2 outputs, as the preparation has, got 1 and 3",
        ),
        (NeuralNetwork(1, 2), None, "must have 1 inputs and 1 outputs"),
        (NeuralNetwork(1, 2, output=SquaredError()), ("no", "yes"), "outputs for classes, got SquaredError"),
        (NeuralNetwork(1, 1), None, "outputs for values, got SoftmaxCrossEntropy"),
    ],
)
def test_a_network_that_does_not_fit_is_refused(network, classes, said):
    preparation = Preparation((Standardized("size", 0.0, 0.0, 1.0),), classes)
    with pytest.raises(InvalidValueError, match=said):
        TableModel("ill", preparation, network, "none", 9)
