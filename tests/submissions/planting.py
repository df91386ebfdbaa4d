"""A whole system with faults in it, judged by every rule as the service judges it: what is found, and which entered
lines each judgement reads. Straight from figures, without workbooks in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from planning.plan.array import Plan
from planning.plan.exact import scaled
from planning.plan.known import enter_known
from planning.plan.rulebook import Rule, load_rules
from planning.plan.rules import ORGANISATION, SYSTEM, is_judged, run_rules
from planning.registry import periods
from planning.registry.assumptions import load_parameters
from planning.registry.reference_values import reference_values
from planning.registry.rounds import RETURNS
from submissions import judging  # noqa: F401 importing it registers what rules of every app judge
from submissions.filling import distort
from tests.filled import filled, lines_in, plan_of
from tests.submissions.test_planted import Plant, add, all_of, put, times
from tests.workbooks import ROUND

ICB = "QU9"
JUNE, MARCH, YEAR = 4, periods.MARCH, periods.YEAR
_PLACES = (periods.BASELINE, periods.OUTTURN, JUNE, MARCH, YEAR)

Rows = dict[str, list[Any]]  # every line of one body, of its three returns
Where = tuple[str, str]  # rule, and whose finding: a body's code or SYSTEM
Cell = tuple[str, str]  # body, line


@dataclass(frozen=True)
class Fault:
    rule: str
    ods: str  # one body, or several with a space between
    plant: Plant
    at: str = ""  # the body's own finding, unless it says SYSTEM or another body
    beside: Mapping[Where, str] = field(default_factory=dict)

    @property
    def bodies(self) -> list[str]:
        return self.ods.split()

    @property
    def finds(self) -> set[Where]:
        return {(self.rule, self.at or self.ods), *self.beside}


@dataclass(frozen=True)
class Judged:
    """What is found, and the entered lines that each judgement read."""

    found: set[Where]
    reads: Mapping[Where, set[Cell]]


# --- ways to spoil figures, beside those of one return -----------------------------------------------
def none_of(*codes: str) -> Plant:
    """The months of some lines are 0."""
    return all_of(*(put(code, place, 0) for code in codes for place in range(periods.APRIL, YEAR)))


def move(code: str, to: str, share: float, *places: int) -> Plant:
    """That share of a line, in its months or in some places, stands in another one of its family."""

    def plant(rows: Rows) -> None:
        for place in places or range(periods.APRIL, YEAR):
            moved = round(rows[code][place] * share, 1)
            rows[code][place] = round(rows[code][place] - moved, 1)
            rows[to][place] = round(rows[to][place] + moved, 1)

    return plant


def spoil(what: str) -> Plant:
    """One of the ways that the demonstration spoils a coherent return: its arithmetic holds."""

    def plant(rows: Rows) -> None:
        lines = lines_in(ROUND)
        returns = {
            name: {c: row for c, row in rows.items() if lines[c].return_kind == name} for name in RETURNS
        }
        for figures in distort(returns, what).values():
            rows.update(figures)

    return plant


def times_of(prefix: str, factor: float, *places: int) -> Plant:
    """A whole family of lines, in some places, times a factor."""
    return lambda rows: all_of(*(times(code, factor, *places) for code in rows if code.startswith(prefix)))(
        rows
    )


def later(code: str, amount: float) -> Plant:
    """So much of March stands in June: the year stays what it was."""
    return all_of(add(code, amount, JUNE), add(code, -amount, MARCH))


def to_agency(group: str, share: float) -> Plant:
    """That share of a group's substantive pay goes to its agency staff."""

    def plant(rows: Rows) -> None:
        before = list(rows[f"F.PAY.AGY.{group}"])
        move(f"F.PAY.SUB.{group}", f"F.PAY.AGY.{group}", share)(rows)
        for place in range(periods.APRIL, YEAR):
            more = rows[f"F.PAY.AGY.{group}"][place] - before[place]
            rows["F.PAY.AGY"][place] = round(rows["F.PAY.AGY"][place] + more, 1)

    return plant


# --- judging -------------------------------------------------------------------------------------------
@cache
def clean() -> tuple[Plan, Mapping[str, Rows]]:
    """The system's plan, and the figures that it was made from by body."""
    bodies, figures = filled(ICB, 1)
    rows = {
        body.ods: {k: v for name in RETURNS for k, v in figures[body.ods, name].items()} for body in bodies
    }
    plan = plan_of(ICB, bodies, figures, ROUND)
    enter_known(plan, {**reference_values(ROUND), **_limits(plan.system(ICB))})
    return plan, rows


def _limits(whole: Plan) -> dict[tuple[str, str], int]:
    """What no source gives the system: limits that it keeps with some room."""
    agency, capital, sold = (
        abs(whole.figure(ICB, code, YEAR) or 0) for code in ("F.PAY.AGY", "F.CAP.OP", "F.CAP.DISP")
    )
    limits = {"F.SYS.AGYLIM": agency, "F.SYS.CDELENV": capital - sold}
    return {(ICB, code): figure * 101 // 100 for code, figure in limits.items()}


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
    for ods in sorted({ods for fault in faults for ods in fault.bodies}):
        own = deepcopy(rows[ods])
        for fault in faults:
            if ods in fault.bodies:
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
        letters = ("b" if cell is None else "n" if isinstance(cell, str) else "v" for cell in row)
        one.enter(ods, code, exact, "".join(letters), None)
    one.compute()
    plan.scaled[plan.row[ods]], plan.states[plan.row[ods]] = one.scaled[0], one.states[0]


def found_in(plan: Plan, changed: set[Cell] | None = None) -> set[Where]:
    """Every body as it is judged, alone, and the whole system. With `changed` only those judgements that read one of
    these lines of the clean plan: any other reads what it read then, and finds as little."""
    return {where for *_, breaches in _judged(plan, changed) for where in breaches}


def judge(plan: Plan, changed: set[Cell]) -> Judged:
    """The same, with what was read."""
    found: set[Where] = set()
    reads: dict[Where, set[Cell]] = {}
    parts = [part.ods for part in plan.system(ICB).parts]
    for rule, whose, seen, breaches in _judged(plan, changed):
        cells = set(_entered(plan, parts if whose == SYSTEM else [whose], seen))
        found |= breaches
        for where in {(rule.code, whose), *breaches}:
            reads.setdefault(where, set()).update(cells)
    return Judged(found, reads)


def _judged(plan: Plan, changed: set[Cell] | None) -> Iterator[tuple[Rule, str, set[str], set[Where]]]:
    plans = {SYSTEM: plan.system(ICB)}
    for rule, whose in judgements():
        if changed is None or _clean_reads()[id(rule), whose] & changed:
            if whose not in plans:
                plans[whose] = plan.only([whose])
            yield rule, whose, *_judge(rule, plans[whose], SYSTEM if whose == SYSTEM else ORGANISATION)


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
def _clean_reads() -> Mapping[tuple[int, str], set[Cell]]:
    """What each judgement of the clean system reads."""
    plan, _ = clean()
    parts = [part.ods for part in plan.system(ICB).parts]
    return {
        (id(rule), whose): set(_entered(plan, parts if whose == SYSTEM else [whose], seen))
        for rule, whose, seen, _ in _judged(plan, None)
    }


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
                for place in _PLACES:
                    yield from ((ods, part) for part, _ in plan.entered_cells(ods, code, place))
