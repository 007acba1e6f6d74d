"""The explorer's pictures: axes with their names and numbers, and the elements that the program moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2.report.explorer_paths import HEIGHT, SHADES, WIDTH, item_paths, scaled
from nnl2.report.fragments import Html, escaped

if TYPE_CHECKING:
    from nnl2.report.exploration import Exploration

_KEY = (
    "Circles are class 0, crosses class 1. The darker (on a dark page: the lighter) the grey, the larger the "
    "output for class 1."
)
_LINES = "Solid: held-out items; dashed: training items; the upright line: where the slider stands."


def pictures_of(exploration: Exploration, largest_error: float, largest_weight: float) -> Html:
    """Return the three pictures, in which the program fills the paths of one state."""
    n_seeds = len(exploration.seeds)
    shown = f"seed {exploration.seeds[0]}"
    first, second, third = (
        _figure("boundary", _boundary(exploration), f"Boundary and training items of {shown}. {_KEY}"),
        _figure(
            "errors",
            _errors(largest_error),
            f"Errors for every strength, medians over {n_seeds} seeds; a band holds all seeds. {_LINES}",
        ),
        _figure(
            "weights",
            _weights(exploration, largest_weight),
            f"The weights of the network of {shown}, from the inputs first, to the output last.",
        ),
    )
    return Html(f'<div class="pictures three">{first}{second}{third}</div>')


def _figure(name: str, inside: str, caption: str) -> str:
    return (
        f'<figure><svg id="{name}-picture" viewBox="-130 -25 1160 {HEIGHT + 130}" role="img" aria-label="">'
        f'{inside}<path class="frame" d="M0 0V{HEIGHT}H{WIDTH}"/></svg>'
        f"<figcaption>{escaped(caption)}</figcaption></figure>"
    )


def _boundary(exploration: Exploration) -> str:
    circles, crosses = item_paths(exploration)
    greys = "".join(f'<path id="grey-{number}" class="grey-{number}"/>' for number in range(len(SHADES)))
    return (
        f'{greys}<path id="boundary" class="line"/><path class="circles" d="{circles}"/>'
        f'<path class="crosses" d="{crosses}"/>{_axes("first input", "second input", *exploration.limits)}'
    )


def _errors(largest: float) -> str:
    kinds = "".join(
        f'<path id="{kind}-band" class="{kind} band"/><path id="{kind}-line" class="{kind}"/>'
        for kind in ("training", "held-out")
    )
    places = zip((0, WIDTH // 2, WIDTH), ("start", "middle", "end"), strict=True)
    ticks = "".join(
        f'<text id="tick-{number}" x="{x}" y="{HEIGHT + 45}" text-anchor="{anchor}"></text>'
        for number, (x, anchor) in enumerate(places)
    )
    return f'{kinds}<path id="here"/>{ticks}{_axes("strength", "error (cross-entropy)", None, (0.0, largest))}'


def _weights(exploration: Exploration, largest: float) -> str:
    n_weights = len(next(iter(exploration.states.values()))[0].weights)
    zero = f'<path class="frame" d="M0 {HEIGHT // 2}H{WIDTH}"/>'
    axes = _axes(f"the {n_weights} weights", "weight", None, (-largest, largest))
    return f'{zero}<path id="weights"/>{axes}'


def _axes(below: str, beside: str, across: tuple[float, float] | None, up: tuple[float, float]) -> str:
    """Return the names of two axes, and numbers along them."""
    texts = [
        f'<text x="{WIDTH // 2}" y="{HEIGHT + 90}" text-anchor="middle">{escaped(below)}</text>',
        f'<text transform="rotate(-90)" x="{-HEIGHT // 2}" y="-95" text-anchor="middle">{escaped(beside)}</text>',
    ]
    for number in _round_numbers(*up):
        (y,) = scaled([number], up[0], up[1], HEIGHT)
        texts.append(f'<text x="-15" y="{HEIGHT - y + 12}" text-anchor="end">{number:g}</text>')
    if across is not None:
        for number in _round_numbers(*across):
            (x,) = scaled([number], *across, WIDTH)
            texts.append(f'<text x="{x}" y="{HEIGHT + 45}" text-anchor="middle">{number:g}</text>')
    return "".join(texts)


def _round_numbers(lowest: float, highest: float) -> list[float]:
    """Return three to six round numbers between two others."""
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 (heavy)

    ticks = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(lowest, highest)
    return [round(float(tick), 10) for tick in ticks if lowest <= tick <= highest]
