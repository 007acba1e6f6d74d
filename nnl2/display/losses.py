"""`LossCurveDisplay`: errors in training, which scikit-learn calls losses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np

from nnl2.display.base import Display
from nnl2.display.style import curve_style
from nnl2.errors import InvalidTypeError, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.collections import PolyCollection
    from matplotlib.legend import Legend
    from matplotlib.lines import Line2D
    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.floating[Any]]


class Recorded(Protocol):
    """What is asked of a `nnl2.History`."""

    @property
    def epochs(self) -> NDArray[np.int64]:
        """The epochs recorded."""

    @property
    def errors(self) -> NDArray[np.float64]:
        """The errors on the training items."""

    @property
    def validation_errors(self) -> NDArray[np.float64] | None:
        """The errors on the validation items."""

    @property
    def kept_epoch(self) -> int:
        """The epoch whose weights were kept."""


class LossCurveDisplay(Display):
    """Errors in training: of many networks the median, and a band between their quartiles.

    Parameters
    ----------
    curves
        By its name, the epochs of a curve, `(n_epochs,)`, and the errors after them, `(n_epochs,)`, or of many
        networks `(n_networks, n_epochs)`: NaN where one had stopped. What is infinite is not drawn.
    kept_epoch
        The epoch whose weights were kept, for an upright line; None for none.

    Attributes
    ----------
    ax_, figure_
        As `Display` has them.
    lines_, bands_
        By the name of the curve; a single network has no band.
    kept_line_
        The upright line, or None.
    legend_
        Their names.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> display = LossCurveDisplay({"L2": ([0, 1, 2], [0.7, 0.5, 0.4])}).plot(Figure().subplots())
    >>> display.lines_["L2"].get_ydata().tolist()
    [0.7, 0.5, 0.4]
    """

    lines_: dict[str, Line2D]
    bands_: dict[str, PolyCollection]
    kept_line_: Line2D | None
    legend_: Legend

    def __init__(
        self, curves: Mapping[str, tuple[ArrayLike, ArrayLike]], *, kept_epoch: int | None = None
    ) -> None:
        self.curves = curves
        self.kept_epoch = kept_epoch

    @classmethod
    def from_history(cls, history: Recorded, *, ax: Axes | None = None) -> Self:
        """Draw the errors of one network, on validation items too, and which epoch's weights it kept."""
        stopped_before = len(history.epochs) > 0 and history.kept_epoch != history.epochs[-1]
        return cls(
            {f"{kind} items": curve for kind, curve in _curves_of(history).items()},
            kept_epoch=history.kept_epoch if stopped_before else None,
        ).plot(ax)

    @classmethod
    def from_histories(cls, histories: Mapping[str, Recorded], *, ax: Axes | None = None) -> Self:
        """Draw errors of several networks by name, on training items and, where measured, validation items."""
        return cls(
            {
                f"{name}, {kind} items": curve
                for name, history in histories.items()
                for kind, curve in _curves_of(history).items()
            }
        ).plot(ax)

    @classmethod
    def from_estimator(cls, estimator: Any, *, ax: Axes | None = None) -> Self:  # noqa: ANN401 (see below)
        """Draw the losses in the last fit of a `NeuralNetworkClassifier` or `NeuralNetworkRegressor`.

        They are those of its first network, as in `loss_curve_`.

        Raises
        ------
        InvalidTypeError
            If it is another, or not fitted.
        """
        # Estimators know displays, and displays no estimators: what is asked of one stands here.
        histories = getattr(estimator, "histories_", None)
        if histories is None:
            raise InvalidTypeError(
                f"estimator must be a fitted NeuralNetworkClassifier or NeuralNetworkRegressor, got "
                f"{shown(estimator)}; of a pipeline give the last step, pipeline[-1]"
            )
        return cls.from_history(histories[0], ax=ax)

    def _draw(self, ax: Axes) -> None:
        self.lines_, self.bands_, self.kept_line_ = {}, {}, None
        for number, (name, (epochs, errors)) in enumerate(self.curves.items()):
            rows = np.atleast_2d(np.asarray(errors, dtype=float))
            low, median, high = _quartiles(rows)
            style = curve_style(number, rows.shape[1])
            if len(rows) > 1:
                self.bands_[name] = ax.fill_between(
                    epochs, low, high, color=style["color"], alpha=0.2, linewidth=0
                )
            (self.lines_[name],) = ax.plot(epochs, median, label=name, **style)
        if self.kept_epoch is not None:
            said = f"weights of epoch {self.kept_epoch}"
            self.kept_line_ = ax.axvline(self.kept_epoch, color="0.2", linewidth=1, label=said)
        ax.set_xlabel("epochs")
        ax.set_ylabel("mean error, without penalties")
        self.legend_ = ax.legend()


def _curves_of(history: Recorded) -> dict[str, tuple[ArrayLike, ArrayLike]]:
    curves: dict[str, tuple[ArrayLike, ArrayLike]] = {"training": (history.epochs, history.errors)}
    if history.validation_errors is not None:
        curves["validation"] = history.epochs, history.validation_errors
    return curves


def _quartiles(rows: FloatArray) -> list[FloatArray]:
    """Return lower quartile, median and upper quartile of each column; NaN where one is infinite."""
    if not len(rows):
        return [np.full(rows.shape[1], np.nan)] * 3
    found = np.nanquantile(rows, [0.25, 0.5, 0.75], axis=0, method="inverted_cdf")
    return [np.where(np.isfinite(each), each, np.nan) for each in found]
