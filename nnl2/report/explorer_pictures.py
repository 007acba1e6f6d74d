"""The explorer's pictures: axes with their names and numbers, and the elements that the program moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2.report.exploration import N_INPUTS
from nnl2.report.explorer_paths import HEIGHT, SHADES, WIDTH, circle, cross, item_paths, scaled
from nnl2.report.fragments import Html, escaped

if TYPE_CHECKING:
    from nnl2.report.exploration import Exploration

TEXT = 44
"""The size of words and numbers in a picture; `page.css` has it too."""

LEFT, ABOVE, BELOW = 150, 70, 125
"""Room beside the axes, above them for a key, and below for their numbers and name."""


def pictures_of(exploration: Exploration, largest_error: float, largest_weight: float) -> Html:
    """Return the three pictures, in which the program fills the paths of one state."""
    n_seeds = len(exploration.seeds)
    shown = f"seed {exploration.seeds[0]}"
    return Html(
        _figure(
            "boundary",
            _boundary(exploration),
            f"Boundary (the thick line) and training items of {shown}; the grey is the output for class 1.",
        )
        + _figure(
            "errors",
            _errors(largest_error),
            f"Errors for every strength, medians over {n_seeds} seeds; a band holds all seeds. The upright line "
            "is where the slider stands.",
        )
        + _figure(
            "weights",
            _weights(exploration, largest_weight),
            f"The weights of the network of {shown}, biases left out.",
        )
    )


def _figure(name: str, inside: str, caption: str) -> str:
    box = f"{-LEFT} {-ABOVE} {LEFT + WIDTH + 30} {ABOVE + HEIGHT + BELOW}"
    return (
        f'<figure><svg id="{name}-picture" class="explored" viewBox="{box}" role="img" aria-label="">'
        f'{inside}<path class="frame" d="M0 0V{HEIGHT}H{WIDTH}"/></svg>'
        f"<figcaption>{escaped(caption)}</figcaption></figure>"
    )


def _boundary(exploration: Exploration) -> str:
    circles, crosses = item_paths(exploration)
    greys = "".join(f'<path id="grey-{number}" class="grey-{number}"/>' for number in range(len(SHADES)))
    return (
        f'{greys}<path id="boundary" class="line"/><path class="circles" d="{circles}"/>'
        f'<path class="crosses" d="{crosses}"/>{_axes("first input", "second input", *exploration.limits)}'
        f"{_key_of_items()}"
    )


def _key_of_items() -> str:
    """Return what marks and greys mean, above the boundary."""
    greys = "".join(
        f'<path class="grey-{number}" d="M{770 + 36 * number} -56h36v44h-36z"/>' for number in range(len(SHADES))
    )
    return (
        f'<path class="circles" d="{circle(15, -34)}"/>{_word(40, "class 0")}'
        f'<path class="crosses" d="{cross(250, -34)}"/>{_word(275, "class 1")}'
        f"{_word(750, 'output 0', 'end')}{greys}{_word(965, '1')}"
    )


def _errors(largest: float) -> str:
    kinds = "".join(
        f'<path id="{kind}-band" class="{kind} band"/><path id="{kind}-line" class="{kind}"/>'
        for kind in ("training", "held-out")
    )
    key = (
        f'<path class="training" d="M0 -34H90"/>{_word(105, "training items")}'
        f'<path class="held-out" d="M500 -34H590"/>{_word(605, "held-out items")}'
    )
    ticks = "".join(
        f'<text id="tick-{number}" y="{HEIGHT + 50}" text-anchor="{anchor}"></text>'
        for number, anchor in enumerate(("start", "middle", "end"))
    )
    return (
        f'{kinds}<path id="here"/>{ticks}{key}{_axes("strength", "error (cross-entropy)", None, (0.0, largest))}'
    )


def _weights(exploration: Exploration, largest: float) -> str:
    n_weights = len(next(iter(exploration.states.values()))[0].weights)
    n_first = n_weights * N_INPUTS // (N_INPUTS + 1)  # each hidden unit has one to the output
    (border,) = scaled([n_first - 0.5], -1, n_weights, WIDTH)
    zero = f'<path class="frame" d="M0 {HEIGHT // 2}H{WIDTH}"/><path class="border" d="M{border} 0V{HEIGHT}"/>'
    parts = _word(border // 2, f"{n_first} from the inputs", "middle") + _word(
        (border + WIDTH) // 2, f"{n_weights - n_first} to the output", "middle"
    )
    axes = _axes(f"the {n_weights} weights", "weight", None, (-largest, largest))
    return f'{zero}<path id="weights"/>{parts}{axes}'


def _word(x: int, word: str, anchor: str = "start") -> str:
    """Return a word of a key, above the axes."""
    return f'<text x="{x}" y="-20" text-anchor="{anchor}">{escaped(word)}</text>'


def _axes(below: str, beside: str, across: tuple[float, float] | None, up: tuple[float, float]) -> str:
    """Return the names of two axes, and numbers along them."""
    texts = [
        f'<text x="{WIDTH // 2}" y="{HEIGHT + 105}" text-anchor="middle">{escaped(below)}</text>',
        f'<text transform="rotate(-90)" x="{-HEIGHT // 2}" y="-105" text-anchor="middle">{escaped(beside)}</text>',
    ]
    for number in _round_numbers(*up):
        (y,) = scaled([number], up[0], up[1], HEIGHT)
        texts.append(f'<text x="-15" y="{HEIGHT - y + TEXT // 3}" text-anchor="end">{number:g}</text>')
    if across is not None:
        for number in _round_numbers(*across):
            (x,) = scaled([number], *across, WIDTH)
            texts.append(f'<text x="{x}" y="{HEIGHT + 50}" text-anchor="middle">{number:g}</text>')
    return "".join(texts)


def _round_numbers(lowest: float, highest: float) -> list[float]:
    """Return three to six round numbers between two others."""
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 (heavy)

    ticks = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(lowest, highest)
    return [round(float(tick), 10) for tick in ticks if lowest <= tick <= highest]
