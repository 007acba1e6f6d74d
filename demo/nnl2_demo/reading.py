"""The article's comparison in plain words: what its numbers say, and what they cannot say.

Every figure in a sentence is the comparison's own or, where a sentence says so, the article's printed one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2.statistics import smallest_telling_difference
from nnl2_demo.article import AS_PUBLISHED, N_FRESH, N_SEEDS, NONE, WRONG_SIGN

if TYPE_CHECKING:
    from nnl2_demo.article import Comparison, Replicates

L2_NAME = "L2 0.005"
DROPOUT_NAME = "dropout 0.3"


def read(comparison: Comparison) -> list[str]:
    """Return the reading, one paragraph an entry."""
    paragraphs = [
        *(_about_the_figure(comparison) if comparison.is_the_articles else _about_other_settings()),
        *_about_decay(comparison),
        *_about_seeds(comparison),
        *_about_help(comparison),
    ]
    return [" ".join(paragraph.split()) for paragraph in paragraphs]


def _about_the_figure(comparison: Comparison) -> list[str]:
    none, published = comparison.result(NONE), comparison.result(AS_PUBLISHED)
    l2 = comparison.result(L2_NAME)
    n = comparison.n_test_items
    telling = smallest_telling_difference(n)
    test = comparison.test_of_published
    assert test is not None
    return [
        f"""What Figure 1 printed: {none.train_accuracy:.4f} and {none.test_accuracy:.4f} without L2,
        {published.train_accuracy:.4f} and {published.test_accuracy:.4f} with it, on training and test items.
        These come out again, and so do its errors, but for three cells that are garbled in the text of the
        figure as it was passed on: .1072, .1002 and .1320 there are {_dot(none.errors[0])},
        {_dot(none.errors[1])} and {_dot(published.errors[3])}.""",
        f"""The sign: the listing forms its signals from target - output and therefore adds its step, but it
        adds lamda * w to the gradient as well. So it climbs its penalty: the largest weight grows to
        {published.largest_weight:.1f}, not to {l2.largest_weight:.2f}. The gain from {none.test_accuracy:.4f}
        to {published.test_accuracy:.4f} was made by the opposite of regularization; with the right sign the
        same run ends at {l2.test_accuracy:.4f}.""",
        f""""{AS_PUBLISHED}" repeats the arithmetic of NumPy 1, "{WRONG_SIGN}" is the same mistake in today's
        float64: after about epoch 200 the run is chaotic, a difference in the last bit grows until it shows
        in the printed digits.""",
        f"""What {n} test items can show: {round(none.test_accuracy * n)} right against
        {round(published.test_accuracy * n)} is {_items(published.test_accuracy - none.test_accuracy, n)}.
        McNemar's exact test (only one of the two right on {test.only_first} and {test.only_second} items) gives
        p = {test.p_value:.2f}: nothing. With {n} items no difference below {100 * telling:.0f} points can be told
        from luck.""",
    ]


def _about_other_settings() -> list[str]:
    return [
        f"""The row "{AS_PUBLISHED}" is left out: it is known for the article's own settings only (500 epochs,
        learning rate 0.01, seed 0)."""
    ]


def _about_decay(comparison: Comparison) -> list[str]:
    rate = comparison.settings.learning_rate * 0.005
    if abs(rate - 0.00005) > 1e-12:
        return []
    return [
        """L2 and constant weight decay are one thing here: plain gradient descent with L2 0.005 multiplies each
        weight by 1 - 0.01 * 0.005 in every update, and that is the decay of 0.00005. The article calls them not
        exactly equivalent; they differ by rounding only."""
    ]


def _about_seeds(comparison: Comparison) -> list[str]:
    none = comparison.replicate(NONE)
    n = comparison.n_test_items
    right = [round(accuracy * n) for accuracy in none.test_accuracies]
    return [
        f"""One seed proves nothing: by its seed alone, the network without regularization gets between
        {min(right)} and {max(right)} of the {n} test items right, and between {min(none.fresh_accuracies):.3f} and
        {max(none.fresh_accuracies):.3f} of {N_FRESH:,} fresh ones."""
    ]


def _about_help(comparison: Comparison) -> list[str]:
    verdicts = [_verdict(replicates) for replicates in comparison.replicates if replicates.difference]
    return [
        f"""Over {N_SEEDS} seeds: {"; ".join(verdicts)}. Only the seeds vary here, the training items stay: the
        intervals speak of luck with initial weights and visiting orders, not of other training items.""",
        f"""The dropout rate of {DROPOUT_NAME.split()[1]} was chosen by measuring: it had the best mean accuracy
        of ten rates from 0.02 to 0.5 on 20,000 other fresh items, over 30 other seeds.""",
    ]


def _verdict(replicates: Replicates) -> str:
    difference = replicates.difference
    assert difference is not None
    points = f"{100 * difference.mean:+z.1f} points"
    if difference.low > 0:
        return f"{replicates.strategy} helps ({points})"
    if difference.high < 0:
        return f"{replicates.strategy} does harm ({points})"
    return f"{replicates.strategy} cannot be told from none ({points})"


def _dot(number: float | None) -> str:
    """Return a number as the article prints it, .1234."""
    assert number is not None
    return f"{number:.4f}".removeprefix("0")


def _items(share: float, n: int) -> str:
    number = round(share * n)
    return "one item" if number == 1 else f"{number} items"
