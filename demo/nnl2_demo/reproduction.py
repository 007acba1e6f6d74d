"""Every published number beside the one that comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2_demo.problem import Published, compare
from nnl2_demo.problems import article, football, moons

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def reproduce_all(data: Path | None, on_problem: Callable[[str], None] = lambda _: None) -> list[Published]:
    """Rerun every published number; those of the football data only where there is a file."""
    problems = [article.problem(), moons.problem()]
    if data is not None:
        problems.append(football.problem(data))
    lines = []
    for problem in problems:
        on_problem(problem.name)
        comparison = compare(problem, problem.settings, problem.strategies, [problem.published_seed])
        lines += problem.published(comparison)
    return lines if data is not None else lines + football.published(None)
