"""What notebooks show of networks, runs and regularizers; and a run as numbers and as a picture."""

import json
from html.parser import HTMLParser

import numpy as np
import pytest
from attrs import frozen
from matplotlib.figure import Figure

from nnl2 import L2, Dropout, NeuralNetwork, NoRegularization, ProximalL1, Regularizer, make_data, train
from nnl2.training.history import MOST_SHOWN


class Table(HTMLParser):
    """The rows of cells of a page, which must close what it opens."""

    def __init__(self, shown):
        super().__init__()
        self.rows, self.open = [], []
        self.feed(shown._repr_html_())
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data


@pytest.fixture(scope="module")
def trained():
    """A network of two layers, and its History of 40 epochs."""
    network = NeuralNetwork(10, 8, 4, seed=0, regularizer=[L2(0.01) + Dropout(rate=0.2), ProximalL1(2)])
    settings = {"epochs": 40, "learning_rate": 0.05, "validation": make_data(20, 13)}
    return network, network.train(make_data(40), **settings)


def test_a_network_shows_each_layer_with_its_weights(trained):
    network, _ = trained
    header, first, second = Table(network).rows
    assert header == ["layer", "regularizer", "of biases", "norm of weights", "largest weight", "zeros"]
    weights = network.layers[0].weights
    assert first[:3] == ["10 to 8", "L2(strength=0.01) + Dropout(rate=0.2)", "NoRegularization()"]
    assert first[3:] == [f"{np.linalg.norm(weights):.3g}", f"{np.abs(weights).max():.3g}", "0"]
    assert second[:2] == ["8 to 4", "ProximalL1(strength=2.0)"]
    assert int(second[-1]) == (network.layers[1].weights == 0).sum() > 0
    assert "40 epochs trained" in network._repr_html_()


def test_a_history_shows_some_epochs_the_first_and_the_last_among_them(trained):
    _, history = trained
    header, *rows = Table(history).rows
    assert header == ["epoch", "error", "penalty", "validation error"]
    assert len(rows) == MOST_SHOWN
    assert (rows[0][0], rows[-1][0]) == ("0", "40")
    assert rows[-1][1] == f"{history.errors[-1]:.4g}"


def test_a_history_is_what_json_can_hold(trained):
    _, history = trained
    told = json.loads(json.dumps(history.to_dict(), allow_nan=False))
    assert told["epochs"] == list(range(41))
    assert told["errors"] == history.errors.tolist()
    assert (told["kept_epoch"], told["failure"]) == (40, None)
    without = NeuralNetwork(10, 4, seed=0).train(make_data(20), epochs=1, learning_rate=0.1)
    assert without.to_dict()["validation_errors"] is None


def test_a_history_draws_its_errors(trained):
    _, history = trained
    display = history.plot(Figure().subplots())
    assert display.lines_["training items"].get_ydata().tolist() == history.errors.tolist()
    assert display.lines_["validation items"].get_ydata().tolist() == history.validation_errors.tolist()
    assert [text.get_text() for text in display.ax_.get_legend().get_texts()] == list(display.lines_)
    assert display.kept_line_ is None


@frozen
class StopsAtTen(Regularizer):
    """Ten epochs <b>and no more</b>."""

    def should_stop(self, errors):
        return len(errors) > 10


def test_a_history_draws_the_epoch_whose_weights_were_brought_back():
    network = NeuralNetwork(10, 8, 4, seed=0, regularizer=StopsAtTen())
    settings = {"epochs": 20, "learning_rate": 0.5}  # so much that an earlier epoch is the best
    history = network.train(make_data(30), validation=make_data(20, 13), **settings)
    display = history.plot(Figure().subplots())
    assert history.kept_epoch != history.epochs[-1]
    assert display.kept_line_.get_xdata() == [history.kept_epoch] * 2


def test_a_failed_run_is_shown_too():
    network = NeuralNetwork(10, 4, seed=0, regularizer=L2(1e30))
    (history,) = train([network], make_data(20), epochs=2, learning_rate=1, failed="keep")
    assert "failed: training diverged" in history._repr_html_()
    assert json.loads(json.dumps(history.to_dict(), allow_nan=False))["failure"] == history.failure
    history.plot(Figure().subplots())


def test_a_regularizer_shows_what_each_part_does():
    rows = Table(L2(0.1) + Dropout(rate=0.2)).rows
    assert rows[1] == ["L2(strength=0.1)", "every weight is pulled towards zero, the larger the harder."]
    assert rows[2] == ["Dropout(rate=0.2)", "hidden outputs are left out at random, anew for every item."]
    assert len(Table(NoRegularization()).rows) == 2


def test_what_a_plug_in_says_is_text_and_no_markup():
    shown = StopsAtTen()._repr_html_()
    assert "&lt;b&gt;and no more" in shown
    assert Table(StopsAtTen()).rows[1][1] == "Ten epochs <b>and no more</b>."
