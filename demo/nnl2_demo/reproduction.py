"""Every published number beside the one that comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2_demo.problem import compare
from nnl2_demo.problems import PROBLEMS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nnl2_demo.published import Published


def reproduce_all(data: Path | None, on_problem: Callable[[str], None] = lambda _: None) -> list[Published]:
    """Rerun every published number; those that need the user's data file only where there is one."""
    lines: list[Published] = []
    for entry in PROBLEMS.values():
        if entry.needs_data and data is None:
            lines += entry.not_run()
            continue
        on_problem(entry.name)
        problem = entry.problem(data)
        comparison = compare(problem, problem.settings, problem.strategies, [problem.published_seed])
        lines += problem.published(comparison)
    return lines
