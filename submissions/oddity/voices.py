"""What one return says of a year or a month, against its own outturn."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from planning.foundation import wording

RETURNS = ("activity", "workforce", "finance")


@dataclass(frozen=True)
class Voice:
    """One statement: `now` and `before` in its unit, exact, both None where `why` says that they are not there. What
    the outturn would have grown by itself is taken off `now`, and `what` says so."""

    key: str  # what it is told apart by: a return, or one of two bodies
    of: str  # activity, workforce, finance
    what: str  # average staff
    now: Fraction | None
    before: Fraction | None
    unit: str = ""
    why: str = ""
    body: str = ""  # whose, where the three are not all of one: an ODS code

    @property
    def index(self) -> Fraction | None:
        """The plan as a share of the outturn: 1 is as much as then."""
        if self.now is None or not self.before:
            return None
        return self.now / self.before

    @property
    def points(self) -> float | None:
        """The index with 100 for the outturn, for reading."""
        return None if self.index is None else float(round(self.index * 100, 4))


def level(index: Fraction) -> str:
    """`3.9% above its outturn`, `level with its outturn`."""
    share = (index - 1) * 100
    if not round(abs(share), 1):
        return "level with its outturn"
    return f"{wording.signed(abs(share), 1)}% {'above' if share > 0 else 'below'} its outturn"
