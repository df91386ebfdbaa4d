"""Faults planted across returns: from a clean system, one fault at a time for every rule that needs several returns or
judges the whole system. All rules judge, those of one return too: found is the fault and nothing but the rules
beside it, each of which reads a figure that the fault changes. With the clean figures again nothing is found. Then
two faults at once.

A row of FAULTS: the rule; whose figures are changed; how; where its finding stands (the body's own, or SYSTEM); and
the findings beside it, each with the line that both read. To add a rule, add a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from itertools import combinations
from typing import Any

import pytest

from planning.plan.array import Plan
from planning.plan.exact import scaled
from planning.plan.rulebook import Rule, load_rules
from planning.plan.rules import ORGANISATION, SYSTEM, is_judged, run_rules
from planning.registry import periods
from planning.registry.assumptions import load_parameters
from planning.registry.rounds import RETURNS
from submissions import judging  # noqa: F401 importing it registers what rules of every app judge
from tests.filled import filled, plan_of
from tests.submissions.test_planted import add, all_of, put, times
from tests.workbooks import ROUND

pytestmark = pytest.mark.django_db

ICB = "QU9"
OUTTURN, BASELINE, JUNE, MARCH, YEAR = periods.OUTTURN, periods.BASELINE, 4, periods.MARCH, periods.YEAR
PLACES = (BASELINE, OUTTURN, JUNE, MARCH, YEAR)

Rows = dict[str, list[Any]]  # every line of one body, of its three returns
Where = tuple[str, str]  # rule, and whose finding: a body's code or SYSTEM
Cell = tuple[str, str]  # body, line


@dataclass(frozen=True)
class Fault:
    rule: str
    ods: str
    plant: Callable[[Rows], None]
    at: str = ""  # the body's own finding, unless it says SYSTEM or another body
    beside: Mapping[Where, str] = field(default_factory=dict)

    @property
    def finds(self) -> set[Where]:
        return {(self.rule, self.at or self.ods), *self.beside}


@dataclass(frozen=True)
class Judged:
    """What is found, and the entered lines that each judgement read."""

    found: set[Where]
    reads: Mapping[Where, set[Cell]]


# --- ways to spoil figures, beside those of one return --------------------------------------------------------
def none_of(*codes: str) -> Callable[[Rows], None]:
    """The months of some lines are 0."""
    return all_of(*(put(code, place, 0) for code in codes for place in range(periods.APRIL, YEAR)))


def move(code: str, to: str, share: float, *places: int) -> Callable[[Rows], None]:
    """That share of a line, in its months or in some places, stands in another one of its family."""

    def plant(rows: Rows) -> None:
        for place in places or range(periods.APRIL, YEAR):
            moved = round(rows[code][place] * share, 1)
            rows[code][place] = round(rows[code][place] - moved, 1)
            rows[to][place] = round(rows[to][place] + moved, 1)

    return plant


FAULTS: list[Fault] = [
    Fault("T01", "RTH", times("F.WTE.SUB", 1.008, MARCH)),
    Fault("T02", "RTH", times("F.WTE.BNK", 1.2, JUNE)),
    Fault("T04", "RTH", times("W.AVG.MID", 1.08, OUTTURN)),
    Fault("T06", "RTH", move("F.PAY.AGY.RN", "F.PAY.AGY.SUP", 0.4)),
    Fault("T07", "RTH", move("F.PAY.AGY.MID", "F.PAY.AGY.AHP", 1, JUNE)),
    Fault("T10", "RXQ", add("F.WTE.BNK", 98, OUTTURN)),
    Fault("T11", "RTH", times("E.M.11b", 0.9, OUTTURN)),
    Fault("T12", "RTH", times("E.M.11b", 0.4, BASELINE)),
    Fault(
        "T13",
        "RTH",
        all_of(*(times(f"W.AVG.{group}", 1.018, OUTTURN) for group in ("MD.CON", "MD.OTH", "RN"))),
    ),
    Fault("T18", "RTH", times("E.M.30g", 0.85, OUTTURN)),
    Fault("T19", "RNU", none_of("W.VW")),
    Fault("T20", "RTH", none_of("LOC.CDCACT")),
    Fault(
        "T21",
        "RTH",
        all_of(none_of("W.EFF"), times("F.WTE.BNK", 0.85, OUTTURN)),
        beside={("T22", "RTH"): "W.EFF"},
    ),
    Fault("T22", "RYE", times("W.EFF", 1.5)),
]


# --- judging a system with faults -----------------------------------------------------------------------------
@cache
def clean() -> tuple[Plan, Mapping[str, Rows]]:
    """The system's plan, and the figures that it was made from by body."""
    bodies, figures = filled(ICB, 1)
    rows = {
        body.ods: {k: v for name in RETURNS for k, v in figures[body.ods, name].items()} for body in bodies
    }
    return plan_of(ICB, bodies, figures, ROUND), rows


@cache
def rules() -> list[Rule]:
    """All that judge, and what some of them hold across more returns."""
    judged = [rule for rule in load_rules(ROUND, load_parameters(ROUND)) if is_judged(rule)]
    return [*judged, *(rule.widened for rule in judged if rule.widened)]


class Noting(dict[str, int]):
    """Where each line stands in a plan; notes which are looked up."""

    def __init__(self, place: Mapping[str, int]) -> None:
        super().__init__(place)
        self.noted: set[str] = set()

    def __getitem__(self, code: str) -> int:
        self.noted.add(code)
        return super().__getitem__(code)

    def get(self, code: str, default: Any = None) -> Any:
        self.noted.add(code)
        return super().get(code, default)


def spoilt(*faults: Fault) -> tuple[Plan, set[Cell]]:
    """The plan with some faults, and the lines that they change."""
    plan, rows = clean()
    copy = plan.only(plan.row)
    changed: set[Cell] = set()
    for ods in sorted({fault.ods for fault in faults}):
        own = deepcopy(rows[ods])
        for fault in faults:
            if fault.ods == ods:
                fault.plant(own)
        codes = {code for code, row in own.items() if row != rows[ods][code]}
        changed |= {(ods, code) for code in codes}
        enter(copy, ods, {code: own[code] for code in codes})
    return copy, changed


def enter(plan: Plan, ods: str, rows: Rows) -> None:
    """Put rows of one body into the plan and add it up again."""
    one = plan.only([ods])
    for code, row in rows.items():
        exact = [scaled(Decimal(str(cell))) if isinstance(cell, int | float) else None for cell in row]
        one.enter(ods, code, exact, "".join("v" if cell is not None else "b" for cell in exact), None)
    one.compute()
    plan.scaled[plan.row[ods]], plan.states[plan.row[ods]] = one.scaled[0], one.states[0]


def judge(plan: Plan, changed: set[Cell] | None = None) -> Judged:
    """Every body as it is judged, alone, and the whole system. With `changed` only those judgements that read one of
    these lines of the clean plan: any other reads what it read then, and finds as little."""
    found: set[Where] = set()
    reads: dict[Where, set[Cell]] = {}
    singles = {ods: plan.only([ods]) for ods in plan.row}
    whole = plan.system(ICB)
    for rule, whose in judgements():
        if changed is not None and not clean_reads()[id(rule), whose] & changed:
            continue
        one, level = (whole, SYSTEM) if whose == SYSTEM else (singles[whose], ORGANISATION)
        seen, breaches = _judge(rule, one, level)
        found |= breaches
        bodies = [part.ods for part in whole.parts] if whose == SYSTEM else [whose]
        for where in {(rule.code, whose), *breaches}:
            reads.setdefault(where, set()).update(_entered(plan, bodies, seen))
    return Judged(found, reads)


@cache
def judgements() -> list[tuple[Rule, str]]:
    """Each rule with each body that it judges, or with SYSTEM."""
    plan, _ = clean()
    return [
        (rule, whose)
        for rule in rules()
        for whose in (
            *((m.ods for m in plan.members if m.kind in rule.types) if ORGANISATION in rule.levels else ()),
            *((SYSTEM,) if SYSTEM in rule.levels else ()),
        )
    ]


@cache
def clean_reads() -> Mapping[tuple[int, str], set[Cell]]:
    """What each judgement of the clean system reads."""
    plan, _ = clean()
    whole, found = plan.system(ICB), {}
    for rule, whose in judgements():
        if whose == SYSTEM:
            seen, _ = _judge(rule, whole, SYSTEM)
            found[id(rule), whose] = set(_entered(plan, [part.ods for part in whole.parts], seen))
        else:
            seen, _ = _judge(rule, plan.only([whose]), ORGANISATION)
            found[id(rule), whose] = set(_entered(plan, [whose], seen))
    return found


def _judge(rule: Rule, plan: Plan, level: str) -> tuple[set[str], set[Where]]:
    """The lines that the rule looks up, and what it finds: a system's finding may name a body."""
    plans = [each for each in (plan, plan.added_from) if each is not None]
    kept = [each.place for each in plans]
    for each in plans:
        each.place = Noting(each.place)
    breaches = run_rules(plan, [rule], level).breaches
    noted = {code for each in plans for code in each.place.noted}  # type: ignore[attr-defined]
    for each, place in zip(plans, kept, strict=True):
        each.place = place
    return noted, {(rule.code, breach.organisation or SYSTEM) for _, breach in breaches}


def _entered(plan: Plan, bodies: list[str], codes: set[str]) -> Iterator[Cell]:
    """What somebody enters of these lines: of a sum its parts."""
    for ods in bodies:
        for code in codes:
            if code in plan.place:
                for place in PLACES:
                    yield from ((ods, part) for part, _ in plan.entered_cells(ods, code, place))


@cache
def alone(at: int) -> tuple[Judged, set[Cell]]:
    """One fault by itself, and the lines that it changes."""
    plan, changed = spoilt(FAULTS[at])
    return judge(plan, changed), changed


# --- what is held ---------------------------------------------------------------------------------------------
def test_the_clean_system_has_nothing_to_find() -> None:
    assert judge(clean()[0]).found == set()


@pytest.mark.parametrize("at", range(len(FAULTS)), ids=[f"{fault.rule}-{fault.ods}" for fault in FAULTS])
def test_a_fault_is_found_and_nothing_but_what_stands_beside_it(at: int) -> None:
    judged, _ = alone(at)
    assert judged.found == FAULTS[at].finds


@pytest.mark.parametrize("at", range(len(FAULTS)), ids=[f"{fault.rule}-{fault.ods}" for fault in FAULTS])
def test_what_is_found_beside_a_fault_reads_what_it_changes(at: int) -> None:
    judged, changed = alone(at)
    for where, line in FAULTS[at].beside.items():
        assert (FAULTS[at].ods, line) in changed & judged.reads[where]
    assert all(judged.reads[where] & changed for where in judged.found)


@pytest.mark.parametrize("at", range(len(FAULTS)), ids=[f"{fault.rule}-{fault.ods}" for fault in FAULTS])
def test_with_the_clean_figures_again_nothing_is_found(at: int) -> None:
    fault, (_, rows) = FAULTS[at], clean()
    plan, changed = spoilt(fault)
    enter(plan, fault.ods, {code: rows[fault.ods][code] for _, code in changed})
    assert judge(plan, changed).found == set()


def apart(one: int, other: int) -> bool:
    """Whether no finding of either fault reads a line that the other one changes."""
    (first, of_first), (second, of_second) = alone(one), alone(other)
    return not any(first.reads[where] & of_second for where in first.found) and not any(
        second.reads[where] & of_first for where in second.found
    )


@pytest.mark.parametrize("one", range(len(FAULTS)), ids=[f"{fault.rule}-{fault.ods}" for fault in FAULTS])
def test_two_faults_that_are_apart_are_found_as_each_is_alone(one: int) -> None:
    """Where they are not, what reads the figures of one alone is still found as with that one alone."""
    for other in range(one + 1, len(FAULTS)):
        pair = FAULTS[one], FAULTS[other]
        both = judge(*spoilt(*pair))
        expected = alone(one)[0].found | alone(other)[0].found
        if not apart(one, other):
            touched = _read_by_both(one, other)
            assert both.found - touched == expected - touched, (pair[0].rule, pair[1].rule)
        else:
            assert both.found == expected, (pair[0].rule, pair[1].rule)


def _read_by_both(one: int, other: int) -> set[Where]:
    """The judgements that read lines which both faults change."""
    (first, of_first), (second, of_second) = alone(one), alone(other)
    wheres = first.reads.keys() | second.reads.keys()
    reads = {where: first.reads.get(where, set()) | second.reads.get(where, set()) for where in wheres}
    return {where for where, cells in reads.items() if cells & of_first and cells & of_second}


def test_most_pairs_are_apart() -> None:
    """Else the test before says little."""
    pairs = list(combinations(range(len(FAULTS)), 2))
    assert sum(apart(*pair) for pair in pairs) > 0.8 * len(pairs)


def test_every_rule_across_returns_or_of_a_system_is_planted() -> None:
    of_system = {(rule.code, SYSTEM) for rule in rules() if SYSTEM in rule.levels}
    across = {rule.code for rule in rules() if rule.is_across and ORGANISATION in rule.levels}
    planted = {fault.rule for fault in FAULTS if fault.at != SYSTEM}
    assert across - planted == set()
    assert of_system - {(fault.rule, fault.at) for fault in FAULTS} == set()
