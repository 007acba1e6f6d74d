"""Running the rules on a regularizer or an optimizer: as a report, or as tests of pytest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from nnl2.errors import ConformanceError, InvalidTypeError, InvalidValueError, in_a_line, shown
from nnl2.optimizers import Optimizer
from nnl2.regularizers import Regularizer
from nnl2.testing.check import Check, NotApplicable
from nnl2.testing.rules import CHECKS, OPTIMIZER_CHECKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest import MarkDecorator  # noqa: PT013 (pytest is there in tests only)

    from nnl2.testing.check import Checked


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
        The mistake, or the reason for skipping; where it passed a remark, mostly empty.
    """

    check: str
    status: str
    detail: str = ""


@frozen
class Report:
    """What came of all checks of one regularizer or optimizer; as text, one line for each."""

    part: Checked
    outcomes: tuple[Outcome, ...]

    @property
    def kind(self) -> str:
        """Whether it is of a `regularizer` or of an `optimizer`."""
        return _kind_of(self.part)

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
        return "\n".join([in_a_line(repr(self.part)), *lines, self.summary])


def examine(part: Checked) -> Report:
    """Run all checks on a regularizer or an optimizer, and return what came of them.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        If it is neither, or a sum of regularizers: each part is checked by itself.
    ConformanceError
        If no check applies.

    Examples
    --------
    >>> from nnl2 import L2
    >>> examine(L2()).summary
    '20 checks: 16 passed, 0 failed, 4 skipped'
    """
    report = Report(part, tuple(_outcome(check, part) for check in _checks_of(part)))
    if len(report.with_status("skipped")) == len(report.outcomes):
        raise ConformanceError(f"no check applies to {part!r}, so nothing is known about it")
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
    return _without_mistakes(examine(regularizer))


def check_optimizer(optimizer: Optimizer) -> Report:
    """Run all checks on an optimizer; return what came of them if none failed, as `check_regularizer` does.

    Examples
    --------
    >>> from nnl2 import Adam
    >>> check_optimizer(Adam()).summary
    '13 checks: 13 passed, 0 failed, 0 skipped'
    """
    __tracebackhide__ = True
    return _without_mistakes(examine(optimizer))


def _without_mistakes(report: Report) -> Report:
    __tracebackhide__ = True
    failed = report.with_status("failed")
    if failed:
        mistakes = "; ".join(dict.fromkeys(outcome.detail for outcome in failed))  # each once
        raise ConformanceError(f"{report.part!r} breaks {len(failed)} of {len(report.outcomes)} rules: {mistakes}")
    return report


def parametrize_with_checks(parts: Iterable[Checked]) -> MarkDecorator:
    """Return a pytest decorator for a test with the arguments `regularizer` and `check`, run for each pair.

    In the test, `check(regularizer)` fails with a sentence that names the mistake, or is skipped with a reason.
    Where optimizers are given, the arguments are `optimizer` and `check`.
    """
    import pytest  # noqa: PLC0415 (only tests need it)

    parts = list(parts)
    if not parts:
        raise InvalidValueError("parametrize_with_checks needs at least one regularizer, or nothing is checked")
    pairs = [pytest.param(part, check, id=f"{part!r}-{check}") for part in parts for check in _checks_of(part)]
    if len({isinstance(part, Optimizer) for part in parts}) > 1:
        raise InvalidTypeError("parametrize_with_checks takes regularizers or optimizers, not both at once")
    return pytest.mark.parametrize((_kind_of(parts[0]), "check"), pairs)


def _kind_of(part: Checked) -> str:
    return "optimizer" if isinstance(part, Optimizer) else "regularizer"


def _checks_of(part: object) -> Sequence[Check]:
    """Return the rules that one keeps."""
    if isinstance(part, Optimizer):
        return OPTIMIZER_CHECKS
    if not isinstance(part, Regularizer):
        raise InvalidTypeError(
            f"a Regularizer is checked, such as L2(0.01), or an Optimizer, such as Adam(), got {shown(part)}"
        )
    if len(part.parts) > 1:
        raise InvalidValueError(f"{part!r} is a sum; check its parts one by one")
    return CHECKS


def _outcome(check: Check, part: Checked) -> Outcome:
    try:
        remark = check(part)
    except NotApplicable as reason:
        return Outcome(check.sentence, "skipped", str(reason))
    except ConformanceError as mistake:
        return Outcome(check.sentence, "failed", str(mistake))
    return Outcome(check.sentence, "passed", remark or "")
