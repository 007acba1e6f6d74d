"""`Preparation`: learned from some items alone, as scikit-learn would; listed, rebuilt, used on other tables."""

import json
import warnings

import attrs
import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from nnl2 import InvalidTypeError, InvalidValueError, NeuralNetwork, SquaredError, Table, UnknownNameError
from nnl2.preparation import Preparation, read_csv
from nnl2.preparation.encodings import OneHot, Standardized

CSV = "size,city,empty,y\n1,Ulm,,a\n3,,,b\n,Bonn,,a\n5,Ulm,7,b\n100,Rom,8,a\n"


@pytest.fixture
def table(csv_file):
    return Table.from_csv(csv_file(CSV))


def test_columns_become_inputs_with_names(table):
    preparation = table.prepare([0, 1, 2, 3])
    assert preparation.input_names == ("size", "empty", "city=(missing)", "city=Bonn", "city=Ulm")
    assert preparation.n_inputs == 5
    data = preparation.dataset(table, [0, 1, 2])
    scale = np.std([1, 3, 3, 5])
    assert data.inputs.tolist() == [
        [-2 / scale, 0, 0, 0, 1],
        [0, 0, 1, 0, 0],
        [0, 0, 0, 1, 0],
    ]
    assert data.targets.tolist() == [[1, 0], [0, 1], [1, 0]]


def test_only_the_given_items_are_learned_from(table, csv_file):
    other = Table.from_csv(csv_file(CSV.replace("100,Rom,8", "-7e9,Lima,99")))
    assert table.prepare([0, 1, 2, 3]) == other.prepare([0, 1, 2, 3])
    assert table.prepare([0, 1, 2, 3]) != table.prepare([0, 1, 2, 4])


def test_a_word_that_was_not_learned_is_zero_everywhere(table):
    assert table.prepare([0, 1, 2, 3]).dataset(table, [4]).inputs[0, 2:].tolist() == [0, 0, 0]


def test_a_column_of_equal_or_no_numbers_is_zero_whatever_comes_later(table):
    assert table.prepare([0, 1, 2, 3]).dataset(table, [4]).inputs[0, 1] == 0
    assert table.prepare([0, 1]).dataset(table, [3, 4]).inputs[:, 1].tolist() == [0, 0]


def test_an_outlier_that_was_not_learned_is_bounded():
    table = Table.from_arrays([[0.0], [1e-9], [1.0], [-1.0]], [0, 1, 0, 1])
    assert table.prepare([0, 1]).dataset(table, [2, 3]).inputs.tolist() == [[1000], [-1000]]


def test_rare_words_share_an_input_with_unknown_ones(csv_file):
    words = [f"w{number:02}" for number in range(25) for _ in range(number + 1)]
    table = Table.from_csv(csv_file("word,y\n" + "".join(f"{w},{n % 2}\n" for n, w in enumerate([*words, "new"]))))
    preparation = table.prepare(range(len(words)))
    assert preparation.input_names == (*(f"word=w{number:02}" for number in range(6, 25)), "word=(other)")
    inputs = preparation.dataset(table, [0, len(words) - 1, len(words)]).inputs
    assert np.flatnonzero(inputs.T.ravel()).tolist() == [18 * 3 + 1, 19 * 3, 19 * 3 + 2]
    assert inputs.sum(axis=1).tolist() == [1, 1, 1]


def test_scikit_learns_column_transformer_makes_the_same_inputs(patients_file):
    with pytest.warns(UserWarning, match="left out 'Nr'"):
        table = Table.from_csv(patients_file)
    learned, others = np.arange(0, 403, 2), np.arange(1, 403, 2)
    cells = np.array([c.numbers if c.holds_numbers else c.words for c in table.inputs], dtype=object).T
    numbers = [place for place, column in enumerate(table.inputs) if column.holds_numbers]
    words = [place for place, column in enumerate(table.inputs) if not column.holds_numbers]
    transformer = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
            (
                "words",
                OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=20, sparse_output=False),
                words,
            ),
        ]
    ).fit(cells[learned])
    preparation = table.prepare(learned)
    for rows in (learned, others):
        inputs, expected = preparation.dataset(table, rows).inputs, transformer.transform(cells[rows])
        assert np.allclose(inputs, expected, rtol=0, atol=1e-13)  # its sums run in another order


def test_a_preparation_is_plain_numbers_and_words_and_can_be_made_again(table):
    preparation = table.prepare([0, 1, 2, 3])
    written = json.loads(json.dumps(attrs.asdict(preparation), allow_nan=False))
    assert written["encodings"][0] == {"name": "size", "median": 3.0, "mean": 3.0, "scale": np.std([1, 3, 3, 5])}
    assert written["encodings"][2] == {"name": "city", "categories": ["", "Bonn", "Ulm"], "has_others": False}
    again = Preparation(
        encodings=tuple(
            OneHot(each["name"], tuple(each["categories"]), each["has_others"])
            if "categories" in each
            else Standardized(**each)
            for each in written["encodings"]
        ),
        classes=tuple(written["classes"]),
    )
    assert again == preparation
    assert again.dataset(table, range(5)) == preparation.dataset(table, range(5))


def test_what_a_regression_learns_is_standardised_and_comes_back_in_its_unit():
    table = Table.bundled("diabetes")
    preparation = table.prepare(range(300))
    data = preparation.dataset(table, range(300))
    assert data.targets.shape == (300, 1)
    assert data.targets.mean() == pytest.approx(0, abs=1e-12)
    assert data.targets.std() == pytest.approx(1)
    assert preparation.values(data.targets) == pytest.approx(table.targets[:300])
    network = NeuralNetwork(preparation.n_inputs, 1, output=SquaredError(), seed=0)
    network.train(data, epochs=5, learning_rate=0.01)
    errors = preparation.values(network.compute_outputs(data.inputs)) - table.targets[:300]
    assert np.sqrt(np.mean(errors**2)) < table.targets[:300].std()


def test_equal_targets_among_the_given_items_are_zero():
    table = Table.from_arrays([[1.0], [2.0], [3.0]], [0.5, 0.5, 1.5], task="regression")
    preparation = table.prepare([0, 1])
    assert preparation.dataset(table, [0, 1, 2]).targets.tolist() == [[0], [0], [1]]
    rounded = Table.from_arrays(np.zeros((7, 1)), [*[0.1] * 6, 0.5], task="regression").prepare(range(6))
    assert rounded.target_scale == 1


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        ([], InvalidTypeError, "rows must be numbers of items, at least one, got an array of shape"),
        ([0.5], InvalidTypeError, r"rows must be numbers of items, .* shape \(1,\) and type float64"),
        ([True, False], InvalidTypeError, r"rows must be numbers of items, .* type bool"),
        ([[0]], InvalidTypeError, r"rows must be numbers of items, .* shape \(1, 1\)"),
        ([0, 5], InvalidValueError, r"rows must be in \[0, 5\), as table.csv has 5 items, got 0 to 5"),
        ([-1], InvalidValueError, r"rows must be in \[0, 5\)"),
    ],
)
def test_rows_that_are_none_are_one_clear_line(rows, error, message, table):
    with pytest.raises(error, match=message):
        table.prepare(rows)
    with pytest.raises(error, match=message):
        table.prepare([0, 1]).dataset(table, rows)


def test_another_file_is_prepared_alike_whatever_its_order(table, csv_file):
    other = Table.from_csv(csv_file("y,city,empty,size\nb,Ulm,3,5\nc,Rom,4,6\n"), target="y")
    preparation = table.prepare([0, 1, 2, 3])
    with pytest.raises(InvalidValueError, match=r"table.csv has the class 'c', not among a, b; drop its items"):
        preparation.dataset(other, [0])
    other = Table.from_csv(csv_file("y,more,city,empty,size\nb,1,Ulm,3,5\na,2,Bonn,4,1\n"), target="y")
    data = preparation.dataset(other, [1, 0])
    assert np.array_equal(data.inputs[1], preparation.dataset(table, [3]).inputs[0])
    assert data.targets.tolist() == [[1, 0], [0, 1]]


def test_what_one_file_leaves_out_another_may_need(table, csv_file):
    with pytest.warns(UserWarning, match="left out 'city'"):
        other = Table.from_csv(csv_file("size,city,empty,y\n1,Ulm,5,a\n2,Ulm,6,b\n"))
    assert table.prepare([0, 1, 2, 3]).dataset(other, [0]).inputs[0, 2:].tolist() == [0, 0, 1]


def test_numbers_in_one_file_may_be_words_in_another(csv_file):
    table = Table.from_csv(csv_file("n,m,y\n1,5,1\n2,6,2\n3 or more,7,9 or more\n"))
    other = Table.from_csv(csv_file("n,m,y\n2,5,1\n1,6,2\n"))
    data = table.prepare([0, 1, 2]).dataset(other, [0, 1])
    assert data.inputs[:, 1:].tolist() == [[0, 1, 0], [1, 0, 0]]
    assert data.targets.tolist() == [[1, 0, 0], [0, 1, 0]]
    words = Table.from_csv(csv_file("n,m,y\n2,low,1\n1,high,2\n"))
    with pytest.raises(
        InvalidValueError, match=r"column 'm' must hold numbers, as it did before, got words .*'low' in item 0"
    ):
        table.prepare([0, 1, 2]).dataset(words, [0])


def test_a_column_that_is_needed_itself_is_not_meant_for_another(csv_file):
    preparation = Table.from_csv(csv_file("size_a,size_b,y\n1,5,1\n2,6,2\n3,7,1\n")).prepare([0, 1, 2])
    with pytest.raises(UnknownNameError, match="has no column 'size_b'; its columns are size_a"):
        preparation.inputs(read_csv(csv_file("size_a,note\n1,2\n")))
    with pytest.raises(UnknownNameError, match=r"has no column 'size_b'; did you mean 'Size_b'\?"):
        preparation.inputs(read_csv(csv_file("size_a,Size_b\n1,2\n")))


def test_a_file_with_another_task_or_without_a_column_is_one_clear_line(table, csv_file):
    preparation = table.prepare([0, 1, 2])
    other = Table.from_csv(csv_file("size,city,empty,y\n1,a,1,.5\n2,b,2,1.5\n3,c,3,2.7\n"))
    with pytest.raises(
        InvalidValueError, match="is regression, but this was learned for classification; say task='c"
    ):
        preparation.dataset(other, [0])
    with pytest.raises(
        InvalidValueError, match="is classification, but this was learned for regression; say task='r"
    ):
        other.prepare([0, 1]).dataset(table, [0])
    lacking = Table.from_csv(csv_file("Size,city,empty,y\n1,a,1,a\n2,b,2,b\n"))
    with pytest.raises(UnknownNameError, match="has no column 'size'; did you mean 'Size'"):
        preparation.dataset(lacking, [0])


def test_values_belong_to_regression_and_one_output():
    with pytest.raises(InvalidValueError, match="outputs of a classification have no unit"):
        Table.bundled("iris").prepare(range(9)).values([[1.0]])
    with pytest.raises(InvalidValueError, match=r"outputs must be of shape \(items, 1\), got \(1, 2\)"):
        Table.bundled("diabetes").prepare(range(9)).values([[1.0, 2.0]])


@pytest.mark.parametrize("number", [0.1, 1e150, -1e-320, 0.0])
def test_no_number_that_is_read_is_too_large_or_too_small_to_be_scaled(number):
    inputs = np.array([[number], [number], [np.nextafter(number, 0)], [-number], [np.nan]])
    table = Table.from_arrays(inputs, [0, 1, 0, 1, 0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for rows in ([0, 1], [0, 2], [0, 3], [4], range(5)):
            data = table.prepare(rows).dataset(table, range(5))
            assert np.abs(data.inputs).max() <= 1000


def test_items_without_a_target_become_the_same_inputs(table, csv_file):
    preparation = table.prepare(range(4))
    unseen = read_csv(csv_file("empty;city;size\n7,5;Ulm;5\n;Rom;\n"))
    assert len(unseen) == 2
    inputs = preparation.inputs(unseen)
    expected = preparation.dataset(table, [3, 2]).inputs
    assert inputs[0].tolist() == expected[0].tolist()
    assert inputs[1].tolist() == [expected[1, 0], 0, 0, 0, 0]


def test_items_of_one_column_become_inputs_too(csv_file):
    table = Table.from_csv(csv_file("size,y\n1,a\n2,b\n3,b\n"))
    inputs = table.prepare(range(3)).inputs(read_csv(csv_file("size\n1\n2,5\n3\n")))
    assert inputs[0] == -inputs[2]
    assert inputs[1] == inputs[2] / 2


def test_items_without_a_target_must_have_the_inputs_columns_and_words_are_told(table, csv_file):
    preparation = table.prepare(range(4))
    with pytest.raises(UnknownNameError, match=r"new.csv has no column 'size'; did you mean 'Size'"):
        preparation.inputs(read_csv(csv_file("Size,city\n1,Ulm\n", "new.csv")))
    with pytest.raises(InvalidValueError, match=r"new.csv: column 'size' must hold numbers, .* such as 'big'"):
        preparation.inputs(read_csv(csv_file("size,empty,city\nbig,1,Ulm\n", "new.csv")))
    rows = "".join(f"{number},,Ulm\n" for number in range(99))
    told = r"new.csv: column 'size' holds numbers, but 'big' in line 101; .* counts as missing, 1 in all"
    with pytest.warns(UserWarning, match=told):
        preparation.inputs(read_csv(csv_file(f"size,empty,city\n{rows}big,,Ulm\n", "new.csv")))


def test_only_columns_read_become_inputs(table):
    with pytest.raises(InvalidTypeError, match="items must be a Sheet, as read_csv and read_frame"):
        table.prepare(range(4)).inputs([[1.0, 2.0]])
