"""Dataset: what it accepts, what it keeps, what it refuses; make_data."""

import copy
import pickle
from decimal import Decimal
from enum import Enum

import numpy as np
import pytest

from nnl2 import Dataset, InvalidTypeError, InvalidValueError, NeuralNetwork, Nnl2Error, make_data

GOOD = [[1.0, 2.0], [3.0, 4.0]]
ONE_HOT = [[1, 0], [0, 1]]


@pytest.mark.parametrize(
    ("inputs", "error", "message"),
    [
        ([[1, np.nan], [3, 4]], ValueError, r"inputs contains NaN \(item 0, column 1\)"),
        ([[1, 2], [np.inf, 4]], ValueError, r"inputs contains infinity \(item 1, column 0\)"),
        (
            [1.0, 2.0],
            ValueError,
            r"inputs must be a table of shape \(items, columns\), got an array of shape \(2,\); one item",
        ),
        (3.0, ValueError, "inputs must be a table.*got a single number"),
        (np.zeros((2, 2, 2)), ValueError, r"got an array of shape \(2, 2, 2\)"),
        (np.zeros((0, 2)), ValueError, r"at least one item and one column, got shape \(0, 2\)"),
        (np.zeros((2, 0)), ValueError, r"at least one item and one column, got shape \(2, 0\)"),
        ([["a", "b"], ["c", "d"]], ValueError, "could not convert string to float: .*encode text"),
        ([[{}, {}], [{}, {}]], ValueError, "inputs must hold numbers only: float"),
        ([[1, 2], [3]], ValueError, "its rows differ in length"),
        ([[1j, 2], [3, 4]], ValueError, "complex numbers"),
        (np.array([["2020-01-01"] * 2] * 2, dtype="datetime64[D]"), TypeError, "inputs holds dates or times"),
        (np.ma.masked_array(GOOD, mask=[[0, 1], [0, 0]]), ValueError, "masked array.*fill it first"),
        ([[1.0, 2.0]], ValueError, "inputs and targets must have the same number of items, got 1 and 2"),
    ],
)
def test_inputs_that_cannot_be_used_are_one_clear_line(inputs, error, message):
    with pytest.raises(error, match=message) as caught:
        Dataset(inputs, ONE_HOT)
    assert isinstance(caught.value, InvalidValueError | InvalidTypeError)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("labels", [[0, 1], ["a", "b"], np.array([0.0, 1.0])])
def test_labels_in_the_place_of_targets_lead_to_from_labels(labels):
    with pytest.raises(InvalidValueError, match=r"use Dataset\.from_labels\(inputs, labels\)"):
        Dataset(GOOD, labels)


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        (
            ONE_HOT,
            ValueError,
            r"labels must be one label for each item, got an array of shape \(2, 2\); one-hot",
        ),
        ([0, 0], ValueError, "labels must name at least 2 classes, got only one: 0$"),
        ([0.5, 1.0], ValueError, "labels must name classes, got fractions"),
        ([0.0, np.nan], ValueError, "labels contain NaN"),
        (np.array(["a", 1], dtype=object), TypeError, "must all be of one type, got a mixture of int, str"),
        ([0, 1, 1], ValueError, "same number of items, got 2 and 3"),
    ],
)
def test_labels_that_cannot_be_used_are_one_clear_line(labels, error, message):
    with pytest.raises(error, match=message):
        Dataset.from_labels(GOOD, labels)


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        (["0", 0], TypeError, "must all be of one type, got a mixture of int, str"),
        (["a", None], TypeError, "a mixture of NoneType, str; fill missing ones first"),
        ([1, None], ValueError, "labels contain NaN or None"),
        (np.array([1, np.nan], dtype=object), ValueError, "labels contain NaN or None"),
        (np.ma.masked_array([0, 1], mask=[True, False]), ValueError, "labels is a masked array"),
        ([[0], [0, 1]], ValueError, "labels must be .* its rows differ in length"),
    ],
)
def test_labels_that_would_be_misread_are_refused(labels, error, message):
    with pytest.raises(error, match=message):
        Dataset.from_labels(GOOD, labels)


def test_classes_must_differ():
    with pytest.raises(InvalidValueError, match="classes must all differ"):
        Dataset.from_labels(GOOD, ["a", "b"], classes=["a", "a", "b"])


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        ([0], "classes must name at least 2 classes, got only one: 0"),
        ([[0], [1]], "classes must be one label for each item, got an array of shape"),
        ([0, 1, np.nan], "classes contain NaN"),
        (2, "classes must be one label"),
    ],
)
def test_classes_that_cannot_be_used_are_one_clear_line(classes, message):
    with pytest.raises(InvalidValueError, match=message):
        Dataset.from_labels(GOOD, [0, 1], classes=classes)


def test_ragged_targets_are_one_clear_line():
    with pytest.raises(
        InvalidValueError, match="targets must be a table of numbers, but its rows differ in length"
    ):
        Dataset(GOOD, [[1], [0, 1]])


def test_a_sparse_matrix_is_told_the_way_out():
    from scipy.sparse import csr_array

    with pytest.raises(InvalidTypeError, match=r"inputs is a sparse matrix; give inputs.toarray\(\)"):
        Dataset(csr_array(GOOD), ONE_HOT)


def test_parts_of_one_table_share_their_classes():
    classes = np.unique(["a", "b", "c"])
    one = Dataset.from_labels([[1.0], [2.0]], ["a", "b"], classes=classes)
    other = Dataset.from_labels([[1.0], [2.0]], ["c", "c"], classes=classes)
    assert one.targets.tolist() == [[1, 0, 0], [0, 1, 0]]
    assert other.labels.tolist() == [2, 2]
    with pytest.raises(InvalidValueError, match="labels must be among classes, got 'd'"):
        Dataset.from_labels([[1.0]], ["d"], classes=classes)


def test_labels_become_one_hot_in_sorted_order():
    data = Dataset.from_labels([[1.0], [2.0], [3.0]], ["pear", "apple", "pear"])
    assert data.targets.tolist() == [[0, 1], [1, 0], [0, 1]]
    assert data.labels.tolist() == [1, 0, 1]


def test_a_float_table_is_not_copied_and_cannot_be_written():
    mine = np.array(GOOD)
    data = Dataset(mine, ONE_HOT)
    assert np.shares_memory(data.inputs, mine)
    with pytest.raises(ValueError, match="read-only"):
        data.inputs[0, 0] = 5
    mine[0, 0] = 1.0  # the caller's own array stays writable


@pytest.mark.parametrize(
    "inputs",
    [np.array(GOOD, order="F"), np.array(GOOD, dtype=np.float16), np.array(GOOD, dtype=np.uint8), GOOD],
    ids=["Fortran", "float16", "uint8", "lists"],
)
def test_any_table_of_numbers_will_do(inputs):
    assert Dataset(inputs, ONE_HOT).inputs.tolist() == GOOD


def test_float32_stays_float32():
    assert Dataset(np.array(GOOD, dtype=np.float32), ONE_HOT).inputs.dtype == np.float32


@pytest.mark.parametrize("scale", [1e200, -1e4])
def test_a_huge_column_is_warned_of(scale):
    with pytest.warns(UserWarning, match="column 1 of inputs has scale .*StandardScaler"):
        Dataset([[1.0, scale], [2.0, 0.0]], ONE_HOT)


def test_a_warning_counts_the_columns():
    with pytest.warns(UserWarning, match=r"column 1 of inputs has scale 1e\+06 \(and 1 more are too large\)"):
        Dataset([[1e5, 1e6, 1.0], [2.0, 0.0, 1.0]], ONE_HOT)


def test_a_constant_column_is_no_trouble():
    assert Dataset([[1.0, 2.0], [1.0, 3.0]], ONE_HOT).n_items == 2


def test_datasets_are_values():
    assert Dataset(GOOD, ONE_HOT) == Dataset(np.array(GOOD), ONE_HOT)
    assert Dataset(GOOD, ONE_HOT) != Dataset(GOOD, [[0, 1], [1, 0]])
    assert repr(Dataset(GOOD, ONE_HOT)) == "Dataset(2 items, 2 inputs, 2 targets)"


def test_made_data_have_the_articles_classes_and_grow_from_the_front(reference):
    data = make_data()
    assert np.bincount(data.labels).tolist() == reference["train_class_counts"]
    assert np.array_equal(make_data(50).inputs, data.inputs[:50])


def test_another_generator_labels_the_same_items_otherwise():
    one, other = make_data(), make_data(generator_seed=4)
    assert np.array_equal(one.inputs, other.inputs)
    assert (one.labels != other.labels).any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [((0,), "n_items must be a whole number >= 1, got 0"), ((5, -1), "seed must be a whole number in")],
)
def test_make_data_refuses_what_it_cannot_make(arguments, message):
    with pytest.raises(InvalidValueError, match=message):
        make_data(*arguments)
    with pytest.raises(InvalidValueError, match="generator_seed must be"):
        make_data(generator_seed=-1)


@pytest.mark.parametrize("n_items", [300, 40_000])
def test_a_column_of_item_numbers_is_no_label(n_items):
    labels = np.arange(n_items) // 1.9 if n_items == 300 else np.arange(n_items) // 2
    with pytest.raises(InvalidValueError, match=r"as a column of item numbers would|one-hot table of more than"):
        Dataset.from_labels(np.zeros((n_items, 1)), labels.astype(int))


def test_many_classes_cost_no_more_than_their_table():
    data = Dataset.from_labels(np.zeros((5000, 1)), np.arange(5000) % 150)
    assert data.targets.shape == (5000, 150)
    assert np.array_equal(data.labels, np.arange(5000) % 150)


def test_whole_numbers_that_no_float_holds_stay_apart():
    data = Dataset.from_labels([[1.0], [2.0], [3.0]], [2**63, 2**63 + 1, -1])
    assert data.labels.tolist() == [1, 2, 0]


class Colour(Enum):
    RED = 1
    BLUE = 2


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([{"a": 1}, {"b": 2}], "labels must be numbers or texts, which can be sorted; got dict"),
        ([{1}, {2}], "labels must be numbers or texts, which can be sorted; got set"),
        ([Colour.RED, Colour.BLUE], "labels must be numbers or texts, which can be sorted; got Colour"),
        ([b"a", 1], "labels must all be of one type, got a mixture of bytes, int"),
        ([Decimal(1), Decimal("sNaN")], "labels contain NaN or None"),
        ({0, 1}, r"labels must be one label for each item, got an array of shape \(\)"),
    ],
)
def test_labels_that_cannot_be_told_apart_are_one_line(labels, message):
    with pytest.raises(Nnl2Error, match=message):
        Dataset.from_labels(GOOD, labels)


class WithoutTruth:
    """As pandas' NA: compared with anything, it is neither."""

    def __ne__(self, other):
        return self

    def __bool__(self):
        raise TypeError("boolean value of NA is ambiguous")

    __hash__ = object.__hash__


def test_a_missing_label_without_truth_is_missing():
    with pytest.raises(InvalidValueError, match="labels contain NaN or None"):
        Dataset.from_labels(GOOD, [True, WithoutTruth()])


class Raises:
    def __array__(self, *_, **__):
        raise RuntimeError("not today")


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ([[10**400, 1], [2, 3]], "inputs must hold numbers only: int too large"),
        (Raises(), "inputs cannot be made an array: RuntimeError: not today"),
        ([np.ma.array([1, 2], mask=[0, 1]), np.ma.array([3, 4])], "inputs is a masked array"),
    ],
)
def test_what_is_no_table_is_one_line(inputs, message):
    with pytest.raises(Nnl2Error, match=message):
        Dataset(inputs, ONE_HOT)


def test_a_dataset_has_a_length_and_parts():
    data = Dataset([[1.0], [2.0], [3.0]], [[1, 0], [0, 1], [1, 0]], [1, 2, 3])
    assert len(data) == 3
    assert data[1:] == Dataset([[2.0], [3.0]], [[0, 1], [1, 0]], [2, 3])
    assert data[[2, 0]].inputs.tolist() == [[3.0], [1.0]]
    assert data[np.array([True, False, True])].item_weights.tolist() == [1, 3]
    assert [len(each) for each in (data[:1], data[-2:])] == [1, 2]


@pytest.mark.parametrize(
    ("items", "message"),
    [
        (0, "items must be a slice, numbers or a mask; got 0"),
        ("a", "items must be a slice"),
        ([5], "items must be among the 2 of the Dataset"),
        (slice(5, 9), "at least one item"),
    ],
)
def test_parts_that_are_not_there_are_one_line(items, message):
    with pytest.raises(Nnl2Error, match=message):
        Dataset(GOOD, ONE_HOT)[items]


def test_a_dataset_has_no_hash_and_says_so():
    with pytest.raises(TypeError, match="unhashable type: 'Dataset'"):
        hash(Dataset(GOOD, ONE_HOT))


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda data: pickle.loads(pickle.dumps(data))])  # noqa: S301
def test_copies_cannot_be_written_either(again):
    data = Dataset(GOOD, ONE_HOT, [1, 2])
    copied = again(data)
    assert copied == data
    for array in (copied.inputs, copied.targets, copied.item_weights):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5


def test_a_warning_points_at_the_users_own_line():
    huge = [[1.0, 1e200], [2.0, 0.0]]
    for make in (lambda: Dataset(huge, ONE_HOT), lambda: Dataset.from_labels(huge, ["a", "b"])):
        with pytest.warns(UserWarning, match="has scale") as caught:
            make()
        assert caught[0].filename == __file__


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_table_on_disk_is_taken_as_it_is(tmp_path, dtype):
    """What `np.load(..., mmap_mode="r")` gives is neither copied nor read at once."""
    np.save(tmp_path / "inputs.npy", np.random.default_rng(0).normal(size=(50, 3)).astype(dtype))
    inputs = np.load(tmp_path / "inputs.npy", mmap_mode="r")
    data = Dataset.from_labels(inputs, np.arange(50) % 2)
    assert np.shares_memory(data.inputs, inputs)
    assert data.inputs.dtype == dtype
    on_disk, in_memory = (NeuralNetwork(3, 2, seed=0, dtype=dtype) for _ in range(2))
    on_disk.train(data, epochs=2, learning_rate=0.1)
    in_memory.train(Dataset.from_labels(np.array(inputs), np.arange(50) % 2), epochs=2, learning_rate=0.1)
    assert on_disk.weights.tolist() == in_memory.weights.tolist()
