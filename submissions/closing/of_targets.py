"""What would close a missed target: its gap in people, beds or £000 on the lines that it reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from planning.plan.array import Plan
from planning.plan.exact import fraction
from planning.registry import periods
from planning.registry.lines import REFERENCE
from submissions.closing.activity import BEDS, most, tests_of
from submissions.closing.case import Case, counted
from submissions.closing.money import efficiency, saved
from submissions.closing.of_rules import told
from submissions.closing.options import Option
from submissions.closing.staff_and_pay import agency_at_most
from targets.evaluations import MET, NOT_MET
from targets.judging.ledger import signed
from targets.judging.outcome import Outcome

WAITS = ("E.B.3a", "E.B.18", "E.B.20", "LOC.RTT")
FEWER = (" fewer ", " less ")


def closing_of_miss(
    plan: Plan, outcome: Outcome, system: str, parameters: Mapping[str, Decimal]
) -> list[dict[str, Any]]:
    """The ways to meet a target, ranked, each with what it would move. Empty where the gap has no size, or where
    people answer for the target and no line does."""
    top = _top(outcome)
    if not outcome.gap_units or not top:
        return []
    bodies = (outcome.organisation,) if outcome.organisation else counted(plan)
    case = Case(plan, bodies, system, parameters, top[0], outcome.first_failing_period)
    return told(case, lambda scene: _options(scene, outcome, top))


def _top(outcome: Outcome) -> list[str]:
    """The lines that the measure counts, or the first that it reads."""
    measure = outcome.target.measure
    named = measure.get("numerator") or measure.get("line") or measure.get("mean") or ()
    return [code for _, code in signed(named)] if named else []


def _options(case: Case, outcome: Outcome, top: list[str]) -> Iterator[Option]:
    size = Fraction(str(outcome.gap_units))
    is_less = any(word in outcome.closes_with for word in FEWER)
    line = top[0]
    if line.startswith(WAITS) and is_less:
        yield from _clock_stops(case, line, size)
    elif line.startswith("E.B.28"):
        yield from case.option("More tests", most(case, tests_of(case)), size)
    elif line in ("E.M.30a", "E.M.30b") and is_less:
        yield from _beds(case, outcome, line, size)
    elif line.startswith("F.EFF."):
        yield from efficiency(case, size)
    elif line == "F.PAY.AGY" and is_less and outcome.threshold:
        yield from agency_at_most(case, fraction(outcome.threshold) / 100)
    elif outcome.gap_unit == "£000" and line in ("F.AFP", "F.SURPLUS"):
        yield from saved(case, size)
    else:
        yield from _by_itself(case, line, -size if is_less else size, is_less)


def _clock_stops(case: Case, line: str, size: Fraction) -> Iterator[Option]:
    """So many more people treated, with an admission or without, and so many fewer on the list."""
    lists = tuple((code, -size) for code in dict.fromkeys((line, "E.B.3a")))
    place = _month(case)
    for way, stops in (("without", "E.M.19"), ("with", "E.M.18")):
        head = f"More treated {way} an admission, the list as many shorter"
        yield from case.option(head, stops, size, place, also=lists)


def _month(case: Case) -> int:
    """March where March alone is judged; else the whole year changes."""
    return periods.MARCH if case.place == periods.MARCH else periods.YEAR


def _beds(case: Case, outcome: Outcome, line: str, size: Fraction) -> Iterator[Option]:
    """Fewer beds occupied, or so many more open that as many are within the share asked for."""
    yield from case.option("Fewer beds occupied", line, -size)
    if outcome.threshold:
        yield from case.option("Open more beds", most(case, BEDS), size / (fraction(outcome.threshold) / 100))


def _by_itself(case: Case, line: str, amount: Fraction, is_less: bool) -> Iterator[Option]:
    """The line, or the largest entered one that it is made of."""
    entered = _entered(case, line)
    head = "Fewer" if is_less else "More"
    yield from case.option(
        head if entered == line else f"{head}, on the largest part", entered, amount, _month(case)
    )


def _entered(case: Case, line: str) -> str:
    if line not in case.plan.place or not case.bodies:
        return line
    cells = case.plan.entered_cells(case.bodies[0], line, periods.MARCH)
    parts = list(dict.fromkeys(code for code, _ in cells))
    usable = [code for code in parts if case.plan.lines[code].required != REFERENCE]
    return most(case, usable) or line


def read_by(plan: Plan, outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """Which targets read an entered line, for a page that offers to change it: {lines: {line: [codes]}, targets:
    {code: [title, outcome]}}, of those that are met or not met."""
    judged = [outcome for outcome in outcomes if outcome.outcome in (MET, NOT_MET) and not outcome.group]
    lines: dict[str, dict[str, None]] = {}
    for outcome in judged:
        for ods, code, place in outcome.inputs:
            if ods in plan.row and code in plan.place:
                for line, _ in plan.entered_cells(ods, code, place):
                    lines.setdefault(line, {})[outcome.target.code] = None
    return {
        "lines": {line: sorted(codes) for line, codes in lines.items()},
        "targets": {outcome.target.code: [outcome.target.title, outcome.outcome] for outcome in judged},
    }
