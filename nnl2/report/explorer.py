"""`explorer_page`: an Exploration as a page with a slider for the strength and a choice of regularizer."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nnl2.report.explorer_paths import HEIGHT, SHADES, WIDTH, error_paths, region_paths, weight_path
from nnl2.report.explorer_pictures import pictures_of
from nnl2.report.fragments import Html, bullets, escaped, folded, section, table
from nnl2.report.page import page_of, program_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnl2.report.exploration import Exploration, State

PROGRAM = Path(__file__).with_name("explorer.js")

NEAR_ZERO = 0.01
"""Weights that are smaller hardly count."""

WITHOUT_PROGRAM = Html(
    "<noscript><p>The slider needs JavaScript; without it, the tables below hold every number.</p></noscript>"
)

FACTS = (
    "error on the training items",
    "error on held-out items",
    "held-out items answered right",
    "norm of the weights",
    "largest weight",
    f"weights within {NEAR_ZERO} of zero",
)
"""What is told of each state."""


def explorer_page(exploration: Exploration) -> str:
    """Return a page with a slider for the strength, by which boundary, weights and errors move."""
    largest_weight = max(abs(w) for states in exploration.states.values() for s in states for w in s.weights)
    largest_error = 1.05 * max(
        max(s.held_out_errors + s.training_errors) for each in exploration.states.values() for s in each
    )
    ladders = {
        name: _ladder(name, states, largest_error, largest_weight) for name, states in exploration.states.items()
    }
    sections = [
        section(
            "Move the slider",
            WITHOUT_PROGRAM,
            Html(
                f'<div id="moving" hidden>{_controls(exploration)}<div class="pictures three">'
                f"{pictures_of(exploration, largest_error, largest_weight)}{_facts(exploration)}</div></div>"
            ),
        ),
        section("What to look for", bullets(_hints(exploration)), _lowest(exploration)),
        section("All numbers", *(_numbers(exploration, name) for name in exploration.states)),
        section("What this rests on", bullets(_rests_on(exploration))),
    ]
    numbers = {"width": WIDTH, "height": HEIGHT, "ladders": ladders}
    return page_of(f"Explore regularization: {exploration.data}", sections, program=program_of(PROGRAM, numbers))


def facts_of(state: State) -> list[str]:
    """Return what is told of a state, in the order of `FACTS`."""
    weights = np.array(state.weights)
    return [
        _spread(state.training_errors),
        _spread(state.held_out_errors),
        f"{100 * state.held_out_accuracy:.1f} %",
        f"{np.linalg.norm(weights):.2f}",
        f"{np.abs(weights).max():.2f}",
        f"{(np.abs(weights) < NEAR_ZERO).sum()} of {len(weights)}",
    ]


def _spread(errors: Sequence[float]) -> str:
    return f"{np.median(errors):.3f} [{min(errors):.3f}, {max(errors):.3f}]"


def _best(states: Sequence[State]) -> int:
    """Return the number of the state whose held-out error, the median over the seeds, is lowest."""
    return int(np.argmin([np.median(state.held_out_errors) for state in states]))


def _shown(strength: float) -> str:
    return np.format_float_positional(strength, precision=2, fractional=False, trim="-")


def _ladder(name: str, states: Sequence[State], largest_error: float, largest_weight: float) -> dict[str, Any]:
    """Return what the program needs to show one regularizer."""
    errors = {}
    for kind, of_states in (
        ("training", [state.training_errors for state in states]),
        ("held-out", [state.held_out_errors for state in states]),
    ):
        line, band = error_paths(of_states, largest_error)
        errors[kind] = {"line": line, "band": band}
    return {
        "ticks": [
            {"strength": _shown(states[number].strength), "place": place}
            for number, place in _tick_places(len(states))
        ],
        "errors": errors,
        "best": _best(states),
        "states": [
            {
                "strength": _shown(state.strength),
                "greys": greys,
                "boundary": boundary,
                "weights": weight_path(state.weights, largest_weight),
                "facts": facts_of(state),
                "says": _says(name, state),
            }
            for state, (*greys, boundary) in zip(states, region_paths(states), strict=True)
        ],
    }


def _tick_places(n_states: int) -> list[tuple[int, int]]:
    """Return the numbers of the states at both ends and in the middle, and where they stand on the axis."""
    last = max(1, n_states - 1)
    return [(number, round(WIDTH * number / last)) for number in (0, (n_states - 1) // 2, n_states - 1)]


def _says(name: str, state: State) -> dict[str, str]:
    """Return what each picture shows, for who does not see it."""
    with_it = f"{name}, strength {_shown(state.strength)}"
    training, held_out, _, norm, largest, small = facts_of(state)
    share = np.mean(np.array(state.outputs) > SHADES[2])
    return {
        "boundary": f"Boundary of {with_it}: {100 * share:.0f} % of the picture is answered with class 1",
        "errors": f"Errors of {with_it}: {training} on training items, {held_out} on held-out ones",
        "weights": f"Weights of {with_it}: norm {norm}, largest {largest}, {small} within {NEAR_ZERO} of zero",
    }


def _controls(exploration: Exploration) -> Html:
    names = "".join(f"<option>{escaped(name)}</option>" for name in exploration.states)
    n_states = len(next(iter(exploration.states.values())))
    return Html(
        f'<div class="controls"><label>Regularizer<select id="regularizer">{names}</select></label>'
        '<button id="best" type="button">Go to the lowest held-out error</button>'
        '<p class="hidden" id="told" aria-live="polite"></p></div>'
        '<div class="controls sticky"><label><span>Strength: '
        '<output id="said-strength" for="strength"></output></span>'
        f'<input id="strength" type="range" min="0" max="{n_states - 1}" value="0" step="1"></label></div>'
    )


def _facts(exploration: Exploration) -> Html:
    rows = "".join(
        f'<tr><th scope="row">{escaped(fact)}</th><td id="fact-{row}"></td></tr>' for row, fact in enumerate(FACTS)
    )
    return Html(
        f'<div class="facts"><table><caption>With this strength. {_what_facts_are(exploration)}'
        f"</caption><tbody>{rows}</tbody></table></div>"
    )


def _what_facts_are(exploration: Exploration) -> str:
    return (
        f"Errors are medians over {len(exploration.seeds)} seeds [smallest, largest], the share answered right is "
        f"their mean; weights are those of seed {exploration.seeds[0]}."
    )


def _numbers(exploration: Exploration, name: str) -> Html:
    rows = [[_shown(state.strength), *facts_of(state)] for state in exploration.states[name]]
    return folded(name, table(f"{name}. {_what_facts_are(exploration)}", ["strength", *FACTS], rows))


def _hints(exploration: Exploration) -> list[str]:
    return [
        "Training error and held-out error part ways: where the one is lowest, the other need not be.",
        "All begin with the same weights and visit the same items in the same order: the regularizer moves them.",
        *(
            f"{one} and {other} show the same errors: here they are one thing."
            for one, other in _equal(exploration)
        ),
        *exploration.remarks,
    ]


def _equal(exploration: Exploration) -> list[tuple[str, str]]:
    """Return the pairs of regularizers that have the same errors in all states."""
    shown = {
        name: [_spread(errors) for state in states for errors in (state.training_errors, state.held_out_errors)]
        for name, states in exploration.states.items()
    }
    return [(one, other) for one, other in combinations(shown, 2) if shown[one] == shown[other]]


def _lowest(exploration: Exploration) -> Html:
    rows = []
    for name, states in exploration.states.items():
        best = states[_best(states)]
        errors = (float(np.median(states[number].held_out_errors)) for number in (0, _best(states), -1))
        rows.append([name, _shown(best.strength), *(f"{error:.3f}" for error in errors)])
    return table(
        "Held-out error at the weakest, the best and the strongest strength, medians over "
        f"{len(exploration.seeds)} seeds. The best was chosen by these held-out items, so its error is a little "
        "too good to be true.",
        ["regularizer", "best at", "weakest", "best", "strongest"],
        rows,
    )


def _rests_on(exploration: Exploration) -> list[str]:
    seeds = exploration.seeds
    return [
        f"Data: {exploration.data}; {exploration.n_held_out:,} held-out items.",
        f"Networks: {exploration.recipe}.",
        f"Seeds: {seeds[0]} to {seeds[-1]}; each has training items, first weights and orders of its own.",
        "A band holds all seeds; it is no confidence interval.",
    ]
