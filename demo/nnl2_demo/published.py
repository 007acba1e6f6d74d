"""`Published`: a published number beside the one that comes out, digit by digit."""

from __future__ import annotations

from math import floor, log10

from attrs import frozen


@frozen
class Published:
    """A published number and the one that came out.

    Parameters
    ----------
    document, what
        Where it is printed, and what it is.
    printed
        Its digits as they stand there.
    ours
        What came out; None where it was not run.
    tolerance
        How far ours may be off, relative; 0 where all printed digits must come out.
    meant
        The digits that belong there, where those printed are garbled.
    remark
        What the reader of the document should know.
    """

    document: str
    what: str
    printed: str
    ours: float | None
    tolerance: float = 0
    meant: str = ""
    remark: str = ""

    @property
    def expected(self) -> str:
        """The digits that must come out."""
        return self.meant or self.printed

    @property
    def rounded(self) -> str:
        """Ours, with as many decimals as are printed."""
        return "" if self.ours is None else f"{self.ours:.{len(self.expected.partition('.')[2])}f}"

    @property
    def digits(self) -> tuple[int, int]:
        """How many of the significant digits are equal, and how many there are."""
        n = len(self.expected.replace(".", "").lstrip("0"))
        if self.ours is None:
            return 0, n
        if float(self.rounded) == float(self.expected):
            return n, n
        off = abs(self.ours - float(self.expected)) / abs(float(self.expected))
        return max(0, min(n, floor(-log10(off)))), n

    @property
    def matches(self) -> bool:
        """Whether it came out as it should; what was not run did not."""
        if self.ours is None:
            return False
        expected = float(self.expected)
        near = abs(self.ours - expected) <= self.tolerance * abs(expected)
        return near or float(self.rounded) == expected
