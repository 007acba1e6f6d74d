"""L2 and weight decay under three optimizers as text for people, or as JSON or CSV for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import asdict

from nnl2 import format_table
from nnl2.comparison.scores import ACCURACY
from nnl2.comparison.text import interval_of
from nnl2_demo.decay.comparisons import DECAY_NAME, L2_NAME, N_FRESH, NONE, ONE_THING, STRENGTHS
from nnl2_demo.decay.reading import points, reading_of, verdict_of
from nnl2_demo.output import to_csv, to_json
from nnl2_demo.page import bullet, heading, paragraph

if TYPE_CHECKING:
    from nnl2.comparison.rows import Row
    from nnl2_demo.decay.comparisons import Decay, Under

    Lines = list[list[str]]

TITLE = "Where L2 and weight decay part ways: a 10-8-4 network under three optimizers"

AT_THEIR_BEST = "Each at its best strength, and how much better weight decay is than L2"


def as_table(decay: Decay) -> str:
    """Return it as a person reads it: the verdict, a table for each optimizer, reading."""
    parts = [
        TITLE,
        paragraph(verdict_of(decay)),
        paragraph(f"{what_stands_there(decay)}:"),
        *(f"{title_of(under)}:\n\n{format_table(*table_of(under))}" for under in decay.all_under),
        f"{AT_THEIR_BEST}:",
        format_table(*table_at_their_best(decay)),
        "\n".join([heading("Reading"), *map(bullet, reading_of(decay))]),
    ]
    return "\n\n".join(parts)


def what_stands_there(decay: Decay) -> str:
    """Return what the numbers are, and how they came about."""
    return " ".join(
        f"""Accuracy on {N_FRESH:,} fresh items in %, means over {len(decay.seeds)} seeds from {decay.seeds[0]} on,
        and how much better than none in points, with intervals that hold together in 95 % of cases. L2 of
        strength s adds s * w to the gradient of a weight w; weight decay takes learning rate * s * w from w in
        each update. Trained on 200 items, one at a time, {decay.epochs} epochs; tanh, softmax,
        cross-entropy""".split()
    )


def title_of(under: Under) -> str:
    """Return which optimizer it is, and what none gets right under it."""
    none = under.comparison.row(NONE).scores[ACCURACY.name]
    return f"{under.trained.name}, learning rate {under.trained.learning_rate:g}; none {ACCURACY.shown(none)}"


def table_of(under: Under) -> tuple[list[str], Lines]:
    """Return the header and a line for each strength under an optimizer."""
    rows = []
    for strength in STRENGTHS:
        cells = [f"{strength:g}"]
        for kind in (L2_NAME, DECAY_NAME):
            row = under.row(kind, strength)
            cells += [ACCURACY.shown(row.scores[ACCURACY.name]), interval_of(row, ACCURACY.name)]
        rows.append(cells)
    return ["strength", L2_NAME, "better by", DECAY_NAME, "better by"], rows


def table_at_their_best(decay: Decay) -> tuple[list[str], Lines]:
    """Return the header and a line for each optimizer: both at their best strengths."""
    rows = []
    for under in decay.all_under:
        difference = under.at_their_best
        counts = [str(each) for each in (difference.wins, difference.ties, difference.losses)]
        told = [ONE_THING, *["-"] * 3] if under.verdict == ONE_THING else [points(difference), *counts]
        rows.append([under.trained.name, *(f"{under.best[kind]:g}" for kind in (L2_NAME, DECAY_NAME)), *told])
    return ["", L2_NAME, DECAY_NAME, "better by", "won", "equal", "lost"], rows


def as_json(decay: Decay) -> str:
    """Return it as one JSON object; numbers are not rounded."""
    return to_json(
        {
            "study": "decay",
            "settings": {"epochs": decay.epochs, "seeds": list(decay.seeds), "strengths": STRENGTHS},
            "optimizers": {under.trained.name: _plain(under) for under in decay.all_under},
            "verdict": verdict_of(decay),
            "sgd_apart": decay.apart,
            "reading": reading_of(decay),
        }
    )


def _plain(under: Under) -> dict[str, Any]:
    comparison = under.comparison.to_dict()
    for outcome in comparison["outcomes"]:
        del outcome["curves"]  # of hundreds of networks
    return {
        "optimizer": repr(under.trained.optimizer),
        "learning_rate": under.trained.learning_rate,
        "best": under.best,
        "decay_better_by": asdict(under.at_their_best),
        "verdict": under.verdict,
        "comparison": comparison,
    }


def as_csv(decay: Decay) -> str:
    """Return it as CSV, one line for each optimizer, regularizer and strength; numbers are not rounded."""
    return to_csv([row for under in decay.all_under for row in _rows(under)])


def _rows(under: Under) -> list[dict[str, Any]]:
    none = under.comparison.row(NONE)
    rows: list[tuple[str, float | None, Row]] = [(NONE, None, none)]
    rows += [
        (kind, strength, under.row(kind, strength)) for kind in (L2_NAME, DECAY_NAME) for strength in STRENGTHS
    ]
    return [
        {
            "optimizer": under.trained.name,
            "learning_rate": under.trained.learning_rate,
            "regularizer": kind,
            "strength": strength,
            "accuracy": row.scores[ACCURACY.name],
            **{
                name: getattr(row.difference, name) if row.difference else None
                for name in ("mean", "low", "high", "wins", "losses", "ties", "worst")
            },
            "verdict": row.verdict or None,
        }
        for kind, strength, row in rows
    ]
