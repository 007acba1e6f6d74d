"""Running the rules on a regularizer: as a report for people and programs, or as tests of pytest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from nnl2.errors import ConformanceError, InvalidTypeError, InvalidValueError, in_a_line, shown
from nnl2.regularizers import Regularizer
from nnl2.testing.check import Check, NotApplicable
from nnl2.testing.rules import CHECKS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest import MarkDecorator  # noqa: PT013 (pytest is there in tests only)


@frozen
class Outcome:
    """What came of one check.

    Parameters
    ----------
    check
        The rule, as a sentence.
    status
        `passed`, `failed` or `skipped`.
    detail
        The mistake, or the reason for skipping; empty where it passed.
    """

    check: str
    status: str
    detail: str = ""


@frozen
class Report:
    """What came of all checks of one regularizer; as text, one line for each."""

    regularizer: Regularizer
    outcomes: tuple[Outcome, ...]

    def with_status(self, status: str) -> tuple[Outcome, ...]:
        """Return the outcomes with this status."""
        return tuple(outcome for outcome in self.outcomes if outcome.status == status)

    @property
    def summary(self) -> str:
        """How many checks there are, and what came of them."""
        counts = ", ".join(f"{len(self.with_status(s))} {s}" for s in ("passed", "failed", "skipped"))
        return f"{len(self.outcomes)} checks: {counts}"

    def __str__(self) -> str:
        lines = [f"{o.status:7}  {o.check}" + (f": {o.detail}" if o.detail else "") for o in self.outcomes]
        return "\n".join([in_a_line(repr(self.regularizer)), *lines, self.summary])


def examine(regularizer: Regularizer) -> Report:
    """Run all checks on a regularizer, and return what came of them.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        If it is no Regularizer, or a sum: each part is checked by itself.
    ConformanceError
        If no check applies.

    Examples
    --------
    >>> from nnl2 import L2
    >>> examine(L2()).summary
    '20 checks: 16 passed, 0 failed, 4 skipped'
    """
    _check_single(regularizer)
    report = Report(regularizer, tuple(_outcome(check, regularizer) for check in CHECKS))
    if len(report.with_status("skipped")) == len(report.outcomes):
        raise ConformanceError(f"no check applies to {regularizer!r}, so nothing is known about it")
    return report


def check_regularizer(regularizer: Regularizer) -> Report:
    """Run all checks on a regularizer; return what came of them if none failed.

    Raises
    ------
    ConformanceError
        If a check fails: with one sentence for each mistake.
    InvalidTypeError, InvalidValueError
        As `examine` does.
    """
    __tracebackhide__ = True  # for pytest: the sentences say it all
    report = examine(regularizer)
    failed = report.with_status("failed")
    if failed:
        mistakes = "; ".join(dict.fromkeys(outcome.detail for outcome in failed))  # each once
        raise ConformanceError(f"{regularizer!r} breaks {len(failed)} of {len(report.outcomes)} rules: {mistakes}")
    return report


def parametrize_with_checks(regularizers: Iterable[Regularizer]) -> MarkDecorator:
    """Return a pytest decorator for a test with the arguments `regularizer` and `check`, run for each pair.

    In the test, `check(regularizer)` fails with a sentence that names the mistake, or is skipped with a reason.
    """
    import pytest  # noqa: PLC0415 (only tests need it)

    regularizers = list(regularizers)
    if not regularizers:
        raise InvalidValueError("parametrize_with_checks needs at least one regularizer, or nothing is checked")
    for regularizer in regularizers:
        _check_single(regularizer)
    pairs = [
        pytest.param(regularizer, check, id=f"{regularizer!r}-{check}")
        for regularizer in regularizers
        for check in CHECKS
    ]
    return pytest.mark.parametrize(("regularizer", "check"), pairs)


def _check_single(regularizer: object) -> None:
    if not isinstance(regularizer, Regularizer):
        raise InvalidTypeError(f"a Regularizer is checked, such as L2(0.01), got {shown(regularizer)}")
    if len(regularizer.parts) > 1:
        raise InvalidValueError(f"{regularizer!r} is a sum; check its parts one by one")


def _outcome(check: Check, regularizer: Regularizer) -> Outcome:
    try:
        check(regularizer)
    except NotApplicable as reason:
        return Outcome(check.sentence, "skipped", str(reason))
    except ConformanceError as mistake:
        return Outcome(check.sentence, "failed", str(mistake))
    return Outcome(check.sentence, "passed")
