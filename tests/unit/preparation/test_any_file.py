"""Whatever the bytes of a file are: a table, or an error of ours; and what is written comes back."""

import csv
import io
import warnings

import numpy as np
import pytest

from nnl2 import Nnl2Error, Table
from nnl2.preparation import read_csv

hypothesis = pytest.importorskip("hypothesis")
st = pytest.importorskip("hypothesis.strategies")

settings = hypothesis.settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],  # one file, written anew
)

PIECES = [
    ",",
    ";",
    "\t",
    "|",
    "\n",
    "\r\n",
    "\r",
    '"',
    '""',
    " ",
    "0",
    "1",
    "-",
    ".",
    "?",
    "NA",
    "1e999",
    "ä",
    "\x1b",
]
near_tables = st.one_of(
    st.text(),
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
    st.lists(st.lists(st.sampled_from(["", "1", "2.5", "1,5", "a", "2020-01-01"]), min_size=2, max_size=4)).map(
        lambda rows: "\n".join(map(";".join, [["x", "y", "z"], *rows]))
    ),
)
anything = st.one_of(
    st.binary(max_size=200),
    st.builds(
        str.encode,
        near_tables,
        st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"]),
        st.just("replace"),
    ),
    st.builds(str.encode, near_tables, st.just("cp1252"), st.just("replace")),
)
columns = st.none() | st.sampled_from(["x", "y", "z", "a", ""])


@settings
@hypothesis.given(
    content=anything,
    roles=st.fixed_dictionaries({"target": columns, "weight": columns, "group": columns, "time": columns}),
    delimiter=st.none() | st.characters(),
    encoding=st.sampled_from([None, None, None, "utf-8", "latin-1", "utf-16", "utf-7", "idna", "punycode"]),
    task=st.sampled_from([None, "classification", "regression"]),
)
def test_any_file_gives_a_table_or_an_error_of_ours(tmp_path, content, roles, delimiter, encoding, task):
    path = tmp_path / "any.csv"
    path.write_bytes(content)
    error = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        try:
            table = Table.from_csv(path, delimiter=delimiter, encoding=encoding, task=task, **roles)
            preparation = table.prepare(range(0, len(table), 2))
            data = preparation.dataset(table, range(len(table)))
            inputs = preparation.inputs(read_csv(path, delimiter=delimiter, encoding=encoding))
        except Nnl2Error as raised:
            error = raised
    if error is not None:
        assert str(error).isprintable()
    else:
        assert np.isfinite(data.inputs).all()
        assert np.isfinite(inputs).all()
        assert all(remark.isprintable() for remark in table.remarks)
        assert data.inputs.shape == (len(table), preparation.n_inputs)


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(
    lambda word: (
        word.strip() and word.strip().lower() not in {"?", "na", "n/a", "#n/a", "<na>", "nan", "nat", "null"}
    )
)
numbers = st.none() | st.floats(-1e150, 1e150).map(lambda number: number + 0.0)


@settings
@hypothesis.given(
    rows=st.lists(st.tuples(numbers, st.none() | words, st.booleans()), min_size=2, max_size=30),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_written_comes_back(tmp_path, rows, delimiter, encoding, end):
    hypothesis.assume(len({ill for *_, ill in rows}) == 2)
    hypothesis.assume(len({number for number, *_ in rows} - {None}) > 1)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    writer.writerow(["number", "word", "ill"])
    writer.writerows(
        ("" if number is None else repr(number), word or "", "yes" if ill else "no") for number, word, ill in rows
    )
    path = tmp_path / "written.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # words that all differ are left out
        table = Table.from_csv(path)
    number, word = table.columns
    expected = [np.nan if number is None else number for number, *_ in rows]
    assert np.array_equal(number.numbers, expected, equal_nan=True)
    assert word.words.tolist() == [(word or "").strip() for _, word, _ in rows]
    assert [table.classes[place] for place in table.targets] == ["yes" if ill else "no" for *_, ill in rows]
