"""The page of a comparison shows what the comparison holds."""

import re
from html import escape, unescape

import numpy as np
import pytest

from nnl2 import L2, Dataset, FreshData, Recipe, RepeatedFolds, compare
from nnl2.comparison.text import differences
from nnl2.report import comparison_page
from nnl2.report.fragments import cleaned


@pytest.fixture(scope="module")
def page(comparison):
    return comparison_page(comparison)


def test_it_can_be_written_and_holds_the_verdict(page, comparison):
    page.encode("utf-8")
    assert escape(cleaned(comparison.verdict)) in page


def test_hostile_names_are_shown_and_do_nothing(page, comparison):
    assert "<script" not in page
    assert "onload=&quot;" in page
    for outcome in comparison.outcomes:
        assert f'<th scope="row">{escape(cleaned(outcome.name))}</th>' in page


def test_every_picture_has_words_and_a_table(page):
    pictures = re.findall(r"<figure>(.*?)</figure>", page, flags=re.DOTALL)
    assert len(pictures) == 4  # differences, scores, errors, weights
    for each in pictures:
        assert re.search(r'role="img" aria-label="[^"]{20,}"', each)
        assert "<table>" in each


def test_its_numbers_are_those_of_the_comparison(page, comparison):
    for _, mean, difference, verdict in differences(comparison)[1]:
        for cell in (mean, difference, verdict):
            assert f">{escape(cell)}</td>" in page
    text = unescape(page)
    for outcome in comparison.outcomes:
        for value in outcome.scores[comparison.score]:
            assert f"<td>{100 * value:.1f}</td>" in text


def test_it_is_the_same_each_time(page, comparison):
    assert comparison_page(comparison) == page


@pytest.mark.parametrize("n_inputs", [2, 3])
def test_boundaries_are_drawn_where_inputs_are_two(n_inputs):
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(60, n_inputs))
    labels = (inputs[:, 0] > 0).astype(int)
    compared = compare((inputs, labels), ["l2:0.01"], splits=RepeatedFolds(2, repeats=1), recipe=Recipe(epochs=2))
    items = Dataset.from_labels(inputs, labels)
    page = comparison_page(compared, items, ["<b>age</b>", "size"])
    assert ("Where each network changes its answer" in page) == (n_inputs == 2)
    assert ("&lt;b&gt;age" in page) == (n_inputs == 2)
    assert "<b>" not in page


def test_classes_are_called_by_their_names_where_these_are_known():
    inputs = np.random.default_rng(0).normal(size=(60, 2))
    labels = (inputs[:, 0] > 0).astype(int)
    compared = compare((inputs, labels), ["l2:0.01"], splits=RepeatedFolds(2, repeats=1), recipe=Recipe(epochs=2))
    items = Dataset.from_labels(inputs, labels)
    page = comparison_page(compared, items, ["age", "size"], ["healthy", "<ill>"])
    assert {">class healthy<", ">class &lt;ill&gt;<"} <= set(re.findall(">[^<]*<", page))
    assert ">class 1<" not in page
    assert ">class 1<" in comparison_page(compared, items)


def test_errors_of_training_and_of_held_out_items_stand_in_one_panel_and_one_table(page, comparison):
    errors = re.findall(r"<figure>(.*?)</figure>", page, flags=re.DOTALL)[2]
    assert {">training items<", ">items held out<", ">cross-entropy<"} <= set(re.findall(">[^<]*<", errors))
    *compared, _ = comparison.outcomes
    first = [f"{np.median([history.errors[0] for history in each.histories]):.4g}" for each in compared]
    row = '<tr><th scope="row">0</th><td class="words">training</td>'
    assert row + "".join(f"<td>{each}</td>" for each in first) in errors
    assert '<th scope="row">3</th><td class="words">held out</td>' in errors


def test_values_have_no_boundaries():
    inputs = np.random.default_rng(0).normal(size=(60, 2))
    data = (inputs, inputs.sum(axis=1))
    compared = compare(data, ["l2:0.01"], splits=RepeatedFolds(2, repeats=1), recipe=Recipe(epochs=2))
    page = comparison_page(compared, Dataset(inputs, inputs[:, :1]))
    assert "Where each network changes its answer" not in page


def test_a_strategy_that_diverged_is_told_of_and_not_drawn():
    def make(seed):
        inputs = np.random.default_rng(seed).normal(size=(40, 2))
        return inputs, (inputs[:, 0] > 0).astype(int)

    strategies = {"good": L2(0.001), "bad": L2(100.0)}
    compared = compare(make, strategies, splits=FreshData(2), recipe=Recipe(epochs=30))
    page = comparison_page(compared)
    assert "bad diverged" in page
    weights = re.findall(r"<figure>(.*?)</figure>", page, flags=re.DOTALL)[-1]
    assert ">good<" in weights
    assert ">bad<" not in weights
