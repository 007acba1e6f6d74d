"""`learning_curve_page`: a LearningCurve in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2.learning_curves.sentences import rests_on, said_first, what_stands_there
from nnl2.learning_curves.text import table_of_curve
from nnl2.report.along import Numbers, page_along, picture_along

if TYPE_CHECKING:
    from nnl2.learning_curves.result import LearningCurve


def learning_curve_page(curve: LearningCurve) -> str:
    """Return a page that shows a learning curve: whether more items would help, pictures, what it rests on."""
    numbers = Numbers(what_stands_there(curve), *table_of_curve(curve))
    said = said_first(curve)
    gains = numbers._replace(lines=[line for line in numbers.lines if line[-1]])
    drawn = [
        (curve.plot, numbers, 2, f"{curve.score} on held-out items"),
        (curve.plot_training, numbers, 3, f"{curve.score} on the training items themselves"),
        (curve.plot_gains, gains, 4, "How much better than none each regularizer is with the same items"),
    ]
    pictures = [
        picture_along(
            plot,
            f"{says}, over the number of training items, with intervals as bands. {said[0]}",
            own,
            (0, 1, column),
        )
        for plot, own, column, says in drawn
        if own.lines
    ]
    title = f"Learning curves: {curve.data}"
    return page_along(title, said, "With few and with many items", pictures, numbers, rests_on(curve))
