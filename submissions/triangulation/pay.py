"""Pay against staff: T03, the pay bill grows as staff and the pay award do."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from planning.plan.array import Plan
from planning.plan.exact import SCALE, fraction
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, figures_at, growth, judges, number, per_cent, pounds, subject
from planning.registry import periods

PAY, STAFF = "F.PAY.TOTAL", "F.WTE.TOT"


@judges("T03")
def pay_grows_with_staff_and_award(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`g(F.PAY.TOTAL) = (1 + g(F.WTE.TOT))(1 + pay_award) - 1`, plan against outturn; the absolute tolerance
    is a ratio (0.015 is 1.5 points). Raises KeyError where the round has no pay award."""
    award = fraction(rule.parameters["pay_award"])
    for o in range(len(plan.members)):
        now = figures_at(plan, o, (PAY, STAFF), periods.YEAR)
        before = figures_at(plan, o, (PAY, STAFF), periods.OUTTURN)
        if now is None or before is None:
            continue
        pay, staff = growth(now[0], before[0]), growth(now[1], before[1])
        if pay is None or staff is None:
            continue
        expected = (1 + staff) * (1 + award) - 1
        if abs(pay - expected) > fraction(rule.tolerance.absolute):
            yield _breach(plan, o, (pay, staff, award, expected), now, before)


def _breach(
    plan: Plan,
    o: int,
    growths: tuple[Fraction, Fraction, Fraction, Fraction],
    now: list[int],
    before: list[int],
) -> Breach:
    pay, staff, award, expected = growths
    points = (pay - expected) * 100
    more = "more" if points > 0 else "less"
    expected_pay = (1 + expected) * before[0]
    return Breach(
        organisation=subject(plan.members[o]),
        line=PAY,
        period=plan.periods[periods.YEAR],
        actual=float(pay * 100),
        expected=float(expected * 100),
        gap=float(abs(points)),
        unit="% growth",
        message=(
            f"Pay {_moves(pay)} while staff {_moves(staff, plural=True)}, with a pay award of {per_cent(award)}: "
            f"{number(abs(points), 1)} points {more} than expected."
        ),
        inputs=tuple((line, place) for line in (PAY, STAFF) for place in (periods.YEAR, periods.OUTTURN)),
        size=float(abs(points) / 100),
        closes_with=_closes_with(expected_pay - now[0], pay - expected, now, before, award),
        numbers=(
            f"{pounds(-now[0])} / {pounds(-before[0])} − 1 = {per_cent(pay, 2)}; expected "
            f"(1 + {per_cent(staff, 2)}) × (1 + {per_cent(award, 2)}) − 1 = {per_cent(expected, 2)}"
        ),
    )


def _moves(share: Fraction, plural: bool = False) -> str:
    if share == 0:
        return "stay level" if plural else "stays level"
    verb = "grow" if share > 0 else "fall"
    return f"{verb}{'' if plural else 's'} {per_cent(abs(share))}"


def _closes_with(
    pay_gap: Fraction, over: Fraction, now: list[int], before: list[int], award: Fraction
) -> str:
    """The £ that would bring pay to what staff explain, or the WTE that would explain the pay."""
    staff_needed = Fraction(now[0], before[0]) / (1 + award) * before[1]
    wte = abs(staff_needed - now[1]) / SCALE
    money = pounds(round(abs(pay_gap)))
    less, more = ("less", "more") if over > 0 else ("more", "fewer")
    return f"{money} {less} pay, or {number(wte, 1)} WTE {more} on average"
