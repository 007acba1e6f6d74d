"""`comparison_page`: a Comparison in a browser; `sections_of`, the same as parts of another page."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from nnl2.comparison.scores import OF_CLASSES, SCORES
from nnl2.comparison.sentences import rests_on, said_first, what_differences_show
from nnl2.comparison.text import also_shown, differences
from nnl2.report.fragments import Html, bullets, escaped, folded, paragraph, section, table
from nnl2.report.networks import boundaries_picture, errors_picture, weights_picture
from nnl2.report.page import page_of
from nnl2.report.pictures import fit_words, new_figure, picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from nnl2.comparison import Comparison
    from nnl2.data import Dataset
    from nnl2.display import Display
    from nnl2.training.history import History


def comparison_page(
    comparison: Comparison,
    items: Dataset | None = None,
    input_names: Sequence[str] = ("first input", "second input"),
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

    Examples
    --------
    >>> from nnl2 import RepeatedFolds, compare, make_data
    >>> page = comparison_page(compare(make_data(60), ["l2:0.1"], splits=RepeatedFolds(3, repeats=1)))
    >>> "<h2>What came out</h2>" in page
    True
    """
    boundaries = [] if items is None else boundaries_of(comparison, items, input_names)
    return page_of(f"Regularizers compared: {comparison.data}", [*sections_of(comparison, boundaries)])


def sections_of(comparison: Comparison, boundaries: Iterable[Html] = ()) -> list[Html]:
    """Return the parts of a page that show a comparison; pictures of boundaries stand among the others."""
    first, *others = said_first(comparison)
    verdict = Html(f'<p class="verdict">{escaped(first)}</p>')
    return [
        section("What came out", verdict, *map(paragraph, others)),
        section(f"How much better than {comparison.baseline}", *_differences(comparison)),
        section("In training", _side_by_side([*_errors(comparison), *_weights(comparison), *boundaries])),
        section("What this rests on", bullets(rests_on(comparison))),
    ]


def boundaries_of(comparison: Comparison, items: Dataset, input_names: Sequence[str]) -> list[Html]:
    """Return the boundaries of the first replicate's networks; nothing unless they have two inputs and classes."""
    networks = {
        outcome.name: outcome.networks[0]
        for outcome in comparison.outcomes
        if outcome.histories[0].failure is None
    }
    if items.inputs.shape[1] != 2 or SCORES[comparison.score] not in OF_CLASSES:
        return []
    return [boundaries_picture(networks, dict.fromkeys(networks, items), input_names)]


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
        "line is better, and within the grey band it makes no difference in practice. "
        f"Verdict: {comparison.verdict}."
    )
    return _drawn(comparison, comparison.plot, says, header, lines)


def _scores(comparison: Comparison) -> Html:
    shown = SCORES[comparison.score].shown
    scores = {each.name: each.scores[comparison.score] for each in comparison.outcomes if each.scores}
    n = max(map(len, scores.values()))
    says = f"{comparison.score} of each strategy in each of {n} replicates, a point each, and their mean."
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


def _errors(comparison: Comparison) -> list[Html]:
    """Return the errors on training items, and those on held-out ones where they were measured."""
    pictures = []
    for of_what, errors_of in (
        ("Error on training items", lambda history: history.errors),
        ("Error on held-out items", lambda history: history.validation_errors),
    ):
        courses = {each.name: _course(each.histories, errors_of) for each in comparison.outcomes}
        courses = {name: course for name, course in courses.items() if course}
        if courses:
            pictures.append(errors_picture(courses, of_what))
    return pictures


def _course(
    histories: Sequence[History], errors_of: Callable[[History], NDArray[np.float64] | None]
) -> Mapping[int, list[float]]:
    """Return the errors of all networks by epoch; some may have stopped before the others."""
    found: dict[int, list[float]] = defaultdict(list)
    for history in histories:
        errors = errors_of(history)
        if history.failure is None and errors is not None:
            for epoch, error in zip(history.epochs.tolist(), errors.tolist(), strict=True):
                found[epoch].append(error)
    return dict(sorted(found.items()))


def _weights(comparison: Comparison) -> list[Html]:
    networks = {each.name: each.networks[0] for each in comparison.outcomes if each.histories[0].failure is None}
    return [weights_picture(networks, "of the first replicate's networks")]
