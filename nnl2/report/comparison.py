"""`comparison_page`: a Comparison in a browser; `sections_of`, the same as parts of another page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2.comparison.curves import curves_of
from nnl2.comparison.scores import OF_CLASSES, SCORES
from nnl2.comparison.sentences import rests_on, said_first, what_differences_show
from nnl2.comparison.text import also_shown, differences
from nnl2.report.fragments import Html, bullets, escaped, folded, paragraph, section, table
from nnl2.report.networks import boundaries_picture, errors_picture, weights_picture
from nnl2.report.page import page_of
from nnl2.report.pictures import fit_words, new_figure, picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from matplotlib.axes import Axes

    from nnl2.comparison import Comparison
    from nnl2.data import Dataset
    from nnl2.display import Display


def comparison_page(
    comparison: Comparison,
    items: Dataset | None = None,
    input_names: Sequence[str] = ("first input", "second input"),
    class_names: Sequence[str] = (),
) -> str:
    """Return a page that shows a comparison: verdict, pictures with their numbers, what it rests on.

    Parameters
    ----------
    comparison
        What `nnl2.compare` returned.
    items
        The training items of its first replicate as the networks saw them, `(n_items, 2)` inputs: with them
        boundaries are drawn. Without them, or with more inputs, there are none.
    input_names
        What the two inputs are called.
    class_names
        What the classes are called; by default class 0, class 1, ...

    Examples
    --------
    >>> from nnl2 import RepeatedFolds, compare, make_data
    >>> page = comparison_page(compare(make_data(60), ["l2:0.1"], splits=RepeatedFolds(3, repeats=1)))
    >>> "<h2>What came out</h2>" in page
    True
    """
    boundaries = [] if items is None else boundaries_of(comparison, items, input_names, class_names)
    return page_of(f"Regularizers compared on {comparison.data}", [*sections_of(comparison, boundaries)])


def sections_of(comparison: Comparison, boundaries: Iterable[Html] = (), error_name: str = "") -> list[Html]:
    """Return the parts of a page that show a comparison.

    Parameters
    ----------
    comparison
        What `nnl2.compare` returned.
    boundaries
        Pictures that stand among the others.
    error_name
        What the error is called; by default what `error_name_of` says.
    """
    first, *others = said_first(comparison)
    verdict = Html(f'<p class="verdict">{escaped(first)}</p>')
    errors = _errors(comparison, error_name or error_name_of(comparison))
    return [
        section("What came out", verdict, *map(paragraph, others)),
        section(f"How much better than {comparison.baseline}", *_differences(comparison)),
        section("In training", _side_by_side([*errors, *_weights(comparison), *boundaries])),
        section("What this rests on", bullets(rests_on(comparison))),
    ]


def error_name_of(comparison: Comparison) -> str:
    """Return what the error is called that the networks of a comparison lower."""
    if comparison.recipe.output is not None:
        return "error"
    of_classes = SCORES[comparison.score] in OF_CLASSES
    return "cross-entropy" if of_classes else "squared error"


def boundaries_of(
    comparison: Comparison, items: Dataset, input_names: Sequence[str], class_names: Sequence[str]
) -> list[Html]:
    """Return the boundaries of the first replicate's networks; nothing unless they have two inputs and classes."""
    networks = {
        outcome.name: outcome.networks[0]
        for outcome in comparison.outcomes
        if outcome.histories[0].failure is None
    }
    if items.inputs.shape[1] != 2 or SCORES[comparison.score] not in OF_CLASSES:
        return []
    return [boundaries_picture(networks, dict.fromkeys(networks, items), input_names, class_names)]


def _side_by_side(pictures: Iterable[Html]) -> Html:
    return Html(f'<div class="pictures">{"".join(pictures)}</div>')


def _differences(comparison: Comparison) -> list[Html]:
    header, lines = differences(comparison)
    said = what_differences_show(comparison).removesuffix(":")
    further = [table(title.removesuffix(":"), *others) for title, others in also_shown(comparison)]
    pictures = _side_by_side([_forest(comparison, header, lines), _scores(comparison)])
    return [table(said, header, lines), pictures, folded("More about these scores", *further)]


def _forest(comparison: Comparison, header: Sequence[str], lines: Sequence[Sequence[str]]) -> Html:
    says = (
        f"How much better than {comparison.baseline} each strategy is, with its interval; to the right of the "
        "line is better, and within the grey band it makes no difference in practice."
    )
    return _drawn(comparison, comparison.plot, says, header, lines)


def _scores(comparison: Comparison) -> Html:
    shown = SCORES[comparison.score].shown
    scores = {each.name: each.scores[comparison.score] for each in comparison.outcomes if each.scores}
    n = max(map(len, scores.values()))
    says = f"The {comparison.score} of each strategy in {n} replicates: a point for each, a stroke for their mean."
    rows = [
        [str(number + 1), *("-" if (value := each[number]) is None else shown(value) for each in scores.values())]
        for number in range(n)
    ]
    return _drawn(comparison, comparison.plot_scores, says, ["replicate", *scores], rows)


def _drawn(
    comparison: Comparison,
    plot: Callable[[Axes], Display],
    says: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
) -> Html:
    with new_figure(1.3 + 0.32 * len(comparison.rows)) as figure:
        axes = figure.subplots()
        plot(axes)
        fit_words(axes)
        return picture(figure, says, header, rows)


def _errors(comparison: Comparison, error_name: str) -> list[Html]:
    """Return the errors in training of all strategies; the last outcome is none with other seeds."""
    curves = {each.name: curves_of(each) for each in comparison.outcomes[:-1]}
    drawn = {name: each for name, each in curves.items() if each.epochs.size}
    return [errors_picture(drawn, error_name)] if drawn else []


def _weights(comparison: Comparison) -> list[Html]:
    networks = {each.name: each.networks[0] for each in comparison.outcomes if each.histories[0].failure is None}
    return [weights_picture(networks, "of the first replicate's networks")]
