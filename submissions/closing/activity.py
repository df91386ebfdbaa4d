"""What would close a gap between what is done and who or what it is done with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from planning.plan.exact import fraction
from planning.registry import periods
from submissions.closing.case import Case
from submissions.closing.of_rules import closes
from submissions.closing.options import BEDS as STAYS
from submissions.closing.options import NOTHING, PAY, Option
from submissions.oddity.figures import Figures

BEDS = ("E.M.30g", "E.M.30h", "E.M.30i", "E.M.30j")
CLINICAL = ("MD.CON", "MD.OTH", "RN")


@closes("T11")
def productivity_within_its_range(case: Case) -> Iterator[Option]:
    """Staff, or activity, at the nearer end of the range of implied productivity."""
    staff, now, before = case.both("W.AVG"), case.activity(), case.activity(periods.OUTTURN)
    rule = case.rule
    if staff is None or not now or not before or rule is None:
        return
    if rule.tolerance.low is None or rule.tolerance.high is None:
        return
    low, high = fraction(rule.tolerance.low), fraction(rule.tolerance.high)
    growth = now / before / (staff[0] / staff[1]) - 1
    limit = high if growth > high else low
    wanted = now / before / (1 + limit) * staff[1] - staff[0]
    yield from case.option(_head(wanted, "staff in post"), case.largest("W.SUB."), wanted, moves=PAY)
    units = (1 + limit) * staff[0] / staff[1] * before - now
    yield from _weighted(case, units)


def _weighted(case: Case, units: Fraction) -> Iterator[Option]:
    """So many weighted units on the line that carries most of them."""
    weights = Figures(case.plan, case.bodies, lambda ods: case.parameters).weights(case.bodies[0])
    carried = [((case.figure(code) or Fraction(0)) * weight, code) for code, weight in weights.items()]
    entered = [row for row in carried if not case.plan.lines[row[1]].is_computed]
    if entered:
        _, code = max(entered)
        yield from case.option(_head(units, "activity"), code, units / weights[code], moves=STAYS)


@closes("T13")
def clinical_staff_for_more_surgery(case: Case) -> Iterator[Option]:
    """Doctors and nurses as many as before, or no more elective spells than then."""
    staff = case.both(" + ".join(f"W.AVG.{group}" for group in CLINICAL))
    spells = case.both("E.M.10")
    if staff is None or spells is None:
        return
    group = max(CLINICAL, key=lambda code: _fallen(case, code))
    yield from case.option("More doctors and nurses in post", f"W.SUB.{group}", staff[1] - staff[0])
    line = max(("E.M.10a", "E.M.10b"), key=lambda code: case.figure(code) or Fraction(0))
    yield from case.option("Fewer elective spells", line, spells[1] - spells[0])


def _fallen(case: Case, group: str) -> Fraction:
    both = case.both(f"W.AVG.{group}")
    return both[1] - both[0] if both else Fraction(0)


@closes("T18")
def nurses_for_the_beds(case: Case) -> Iterator[Option]:
    """Nurses for the beds that are open as last year, or beds for the nurses."""
    nurses, beds = case.both("W.AVG.RN + W.BNK.RN + W.AGY.RN"), case.both(" + ".join(BEDS))
    if nurses is None or beds is None:
        return
    wanted = nurses[1] / beds[1] * beds[0] - nurses[0]
    yield from case.option(_head(wanted, "nurses in post"), "W.SUB.RN", wanted)
    if nurses[1]:
        more = nurses[0] / (nurses[1] / beds[1]) - beds[0]
        yield from case.option(f"{'Open more' if more > 0 else 'Open fewer'} beds", most(case, BEDS), more)


@closes("T14")
def income_of_the_value_planned(case: Case) -> Iterator[Option]:
    """Elective income at the value of the activity, or activity of the value of the income."""
    value, price = case.figure("LOC.VWA"), case.parameter("price")
    income, above, rate = case.figure("F.INC.ELEC"), case.figure("F.INC.ERF"), case.parameter("erf_rate")
    if value is None or income is None or above is None or not price or not rate:
        return
    over = income + above / rate - value * price
    yield from case.option(f"{'Less' if over > 0 else 'More'} variable income", "F.INC.ELEC", -over)
    more = "More" if over > 0 else "Less"
    yield from case.option(f"{more} elective activity, at fixed prices", "LOC.VWA", over / price)


@closes("T16", "T17")
def both_bodies_say_the_same(case: Case) -> Iterator[Option]:
    """The trust's line at what its ICB has, or the other way round."""
    if case.breach is None or not case.breach.organisation:
        return
    trust, board = case.breach.organisation, case.system
    base = case.line.partition("@")[0]
    theirs = "F.ICB.PROV" if base.startswith("F.") else base
    at_board = Case(case.plan, (board,), board, case.parameters, f"{theirs}@{trust}", case.period)
    own, other = case.figure(f"{base}@{board}"), at_board.figure(at_board.line)
    if own is None or other is None:
        return
    yield from case.option("As the ICB has it", f"{base}@{board}", other - own, moves=NOTHING)
    sign = -1 if theirs.startswith("F.") else 1  # what an ICB pays is expenditure
    yield from at_board.option(
        "As the trust has it, in the ICB’s return", at_board.line, sign * (own - other)
    )


@closes("T28")
def a_list_that_its_flows_explain(case: Case) -> Iterator[Option]:
    """Other removals, or the list itself, in the first month that does not follow."""
    flows = case.figure("E.M.20 - E.M.18 - E.M.19 - LOC.RTTREM", case.place)
    before = case.figure("E.B.3a", case.place - 1 if case.place > periods.APRIL else periods.OUTTURN)
    now = case.figure("E.B.3a", case.place)
    if flows is None or before is None or now is None:
        return
    over = now - before - flows  # so many on the list that no flow explains
    stops = most(case, ("E.M.18", "E.M.19"))
    head = f"{'A shorter' if over > 0 else 'A longer'} list"  # every later month follows from this one
    yield from case.option(head, "E.B.3a", -over, case.place, until=periods.MARCH)
    yield from case.option(f"{'Fewer' if over > 0 else 'More'} clock stops", stops, -over, case.place)
    yield from case.option(
        f"{'Fewer' if over > 0 else 'More'} other removals", "LOC.RTTREM", -over, case.place
    )


@closes("T33")
def beds_for_the_stays(case: Case) -> Iterator[Option]:
    """Beds that hold the stays beyond those that are open, or fewer of the longest stays."""
    gap = case.breach.gap if case.breach is not None else None
    stay = case.figure("LOC.LOSNEL") if len(case.bodies) == 1 else None
    if gap is None:
        return
    days = Fraction(str(gap))
    yield from case.option("Open more beds", most(case, BEDS), days / 365)
    if stay:
        yield from case.option("Fewer non-elective stays", "E.M.11b", -days / stay)


@closes("T34")
def tests_for_the_list(case: Case) -> Iterator[Option]:
    """Tests beyond those planned, or a longer list in March."""
    gap = case.breach.gap if case.breach is not None else None
    if gap is None:
        return
    size = Fraction(str(gap))
    yield from case.option("More tests", most(case, tests_of(case)), size)
    lists = [code for code in case.plan.groups("E.B.28") if re.fullmatch(r"E\.B\.28[a-z]D", code)]
    yield from case.option("A longer list in March", most(case, lists), size, periods.MARCH)


def tests_of(case: Case) -> list[str]:
    """The lines of the single diagnostic tests."""
    return [code for code in case.plan.groups("E.B.26") if re.fullmatch(r"E\.B\.26[a-z]", code)]


def most(case: Case, codes: Sequence[str]) -> str:
    """The one with most in the year; "" where none is known."""
    sizes = [(case.figure(code), code) for code in codes if code in case.plan.place]
    known = [(figure, code) for figure, code in sizes if figure is not None]
    return max(known)[1] if known else ""


def _head(amount: Fraction, what: str) -> str:
    less = "Less" if what == "activity" else "Fewer"
    return f"{'More' if amount > 0 else less} {what}"
