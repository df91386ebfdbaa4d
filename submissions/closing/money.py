"""What would close a gap in £000: fewer agency staff, fewer staff in post, less of the largest other cost."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from submissions.closing.case import Case
from submissions.closing.of_rules import closes
from submissions.closing.options import Option


@closes("F-01", "F-02", "F-03", "F-13", "F-20")
def so_much_less_is_spent(case: Case) -> Iterator[Option]:
    gap = case.breach.gap if case.breach is not None else None
    if gap is not None and case.breach is not None and case.breach.unit == "£000":
        yield from saved(case, Fraction(str(gap)))


@closes("F-04")
def so_much_more_is_saved(case: Case) -> Iterator[Option]:
    gap = case.breach.gap if case.breach is not None and case.breach.unit == "£000" else None
    yield from efficiency(case, None if gap is None else Fraction(str(gap)))


@closes("F-05")
def agency_within_the_limit(case: Case) -> Iterator[Option]:
    gap = case.breach.gap if case.breach is not None and case.breach.unit == "£000" else None
    if gap is not None:
        yield from case.option("Less agency pay", "F.PAY.AGY", Fraction(str(gap)))


def saved(case: Case, thousands: Fraction) -> Iterator[Option]:
    """So many £000 less cost, each way by itself."""
    yield from case.option("Less agency pay", "F.PAY.AGY", thousands)
    yield from case.option("Less pay of staff in post", case.largest("F.PAY.SUB."), thousands)
    yield from case.option("Less of the largest cost that is not pay", case.largest("F.NP."), thousands)


def efficiency(case: Case, thousands: Fraction | None) -> Iterator[Option]:
    """So many £000 more efficiency, on pay or on anything else, lasting."""
    yield from case.option("More efficiency on pay", "F.EFF.REC.PAY", thousands)
    yield from case.option("More efficiency on other costs", "F.EFF.REC.NP", thousands)
