"""The verdicts of a comparison in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2.statistics import BETTER, SAME_IN_PRACTICE, SLIGHTLY_BETTER, SLIGHTLY_WORSE, WORSE

if TYPE_CHECKING:
    from collections.abc import Iterable

FAILED = "diverged"
NOT_JUDGED = "not judged"
NEVER_DIFFERS = "no difference seen"
SEED_LUCK = "luck of the seed"

BUT_LITTLE = "{}, but probably by less than makes a difference in practice"
"""Said of a real difference that is more probably within the rope than beyond it."""


def headline(verdicts: Iterable[tuple[str, str]], baseline: str, why_not_judged: str) -> str:
    """Return strategies with their verdicts in one sentence, the telling ones first."""
    by_verdict: dict[str, list[str]] = {}
    for name, verdict in verdicts:
        by_verdict.setdefault(verdict, []).append(name)
    said = {
        BETTER: "{} better than {}",
        BUT_LITTLE.format(BETTER): BUT_LITTLE.format("{} better than {}"),
        WORSE: "{} worse than {}",
        BUT_LITTLE.format(WORSE): BUT_LITTLE.format("{} worse than {}"),
        NEVER_DIFFERS: "{} never different from {}",
        FAILED: "{} diverged",
        NOT_JUDGED: f"{{}} not judged beside {{}}: {why_not_judged}",
        SAME_IN_PRACTICE: "{} practically the same as {}",
        SLIGHTLY_BETTER: "{} practically the same as {}, slightly better",
        SLIGHTLY_WORSE: "{} practically the same as {}, slightly worse",
    }
    clauses = []
    for words, template in said.items():
        names = by_verdict.pop(words, [])
        if names:
            be = "" if words == FAILED else (" is" if len(names) == 1 else " are")
            clauses.append(template.format(joined(names, "and") + be, baseline))
    unknown = [name for names in by_verdict.values() for name in names]
    if unknown:
        clauses.append(f"cannot tell whether {joined(unknown, 'or')} is better or worse than {baseline}")
    return "; ".join(clauses)


def joined(names: list[str], word: str) -> str:
    """Return names as one would say them: a, b and c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"
