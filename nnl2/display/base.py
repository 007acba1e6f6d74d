"""`Display`: data with a drawing, after scikit-learn's convention."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure


def say_plainly(ax: Axes) -> None:
    """Let words be words, also those with a $: names come from outside, and are no formulas."""
    legend = ax.get_legend()
    words = [ax.title, ax.xaxis.label, ax.yaxis.label, *ax.texts, *([] if legend is None else legend.get_texts())]
    for each in words:
        each.set_parse_math(False)


class Display(ABC):
    """Data with a drawing: the constructor stores the data, `plot` draws them; nothing is shown or saved.

    Attributes
    ----------
    ax_, figure_
        The matplotlib axes it was drawn on last, and their figure.
    """

    ax_: Axes
    figure_: Figure | SubFigure

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw, and return self.

        Parameters
        ----------
        ax
            Where; by default on axes of a new figure of pyplot's, which a notebook shows. Axes of a
            `matplotlib.figure.Figure` need no display.
        """
        if ax is None:
            from matplotlib import pyplot as plt  # noqa: PLC0415 (`import nnl2` stays light)

            _, ax = plt.subplots(layout="constrained")
        self.ax_, self.figure_ = ax, ax.figure
        self._draw(ax)
        say_plainly(ax)
        return self

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    @abstractmethod
    def _draw(self, ax: Axes) -> None:
        """Draw on axes, and keep what may be asked for later."""
