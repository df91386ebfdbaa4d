"""Every quantified target of the three rounds with a plan that lies exactly on its threshold, a hair below it and a
hair above: what holds is what its comparator says, and both judges say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

import pytest

from planning.plan.array import Member, Plan
from planning.plan.exact import SCALE
from planning.registry import periods
from planning.registry.catalogue import lines_from_files
from planning.registry.lines import Lines
from planning.registry.rounds import RETURNS
from targets.guidance.files import guidance_files, stored
from targets.guidance.target import Target
from targets.judging.evaluation import evaluate, evaluate_system
from tests.targets import oracle

HAIR = Fraction(1, SCALE)  # the smallest step of a figure as it is stored
BELOW, ON, ABOVE = "below", "on", "above"  # where the judged value lies against what is asked
HOLDS = {
    ">": (False, False, True),
    ">=": (False, True, True),
    "=": (False, True, False),
    "<=": (True, True, False),
    "<": (True, False, False),
    "increase_by": (False, True, True),
    "reduce_by": (False, True, True),
    "increase": (False, False, True),
    "decrease": (True, False, False),
    "increase_toward": (False, False, True),
    "decrease_toward": (True, False, False),
}
WEIGHT, PAST, OWN = Fraction(1_000_000), Fraction(2_000), 300.0
FLOWS, YEARLY = ("sum", "ratio"), ("year_total", "change_vs_baseline", "year_mean")


@lru_cache
def lines_in(round_code: str) -> Lines:
    return lines_from_files(round_code)


@dataclass(frozen=True)
class Case:
    """One test of a target, in the round in which it is judged, for an organisation of a type or a system."""

    target: Target
    round: str
    kind: str  # "" for a system

    @property
    def name(self) -> str:
        return f"{self.target.source['document_code']} {self.target.code} {self.kind or 'system'}"


def cases() -> Iterator[Case]:
    for file in guidance_files():
        for at, entry in enumerate(stored(file)):
            target = Target.from_entry(entry, at)
            if target.is_attested or target.status == "query" or target.levels == {"national"}:
                continue
            round_code = _round_of(target, file.round)
            if round_code is not None:
                yield from _of_bodies(target, round_code)


def _round_of(target: Target, own: str) -> str | None:
    """The round in which it is judged, None of a year that none of the three plans for."""
    if target.comparator in oracle.DIRECTIONS:
        return own
    last = target.due or target.effect["to"]
    rounds = ("2022-23", "2023-24", "2024-25")
    later = [code for code in rounds if code >= own and last <= periods.codes(code)[periods.MARCH]]
    return later[0] if later else None


def _of_bodies(target: Target, round_code: str) -> Iterator[Case]:
    """Each part by itself, as a target of its own; for one type that has its lines, or for a system."""
    for part in target.parts or ({},):
        whole = {name: part[name] for name in part if name != "title"}
        judged = replace(target, parts=(), **whole) if part else target
        codes = [code for side in oracle._sides(judged.measure).values() for _, code in side]
        if any(not code.endswith("*") and code not in lines_in(round_code) for code in codes):
            continue
        kinds = [kind for kind in sorted(target.types) if _is_held(judged, lines_in(round_code), kind)]
        if "trust" in target.levels | target.indicator_levels and kinds:
            yield Case(judged, round_code, kinds[0])
        elif "system" in target.levels | target.indicator_levels:
            yield Case(judged, round_code, "")


def _is_held(target: Target, lines: Lines, kind: str) -> bool:
    sides = oracle._sides(target.measure)
    return all(
        any(code in lines and kind in lines[code].types for _, code in sides[name])
        for name in ("top", "bottom")
        if sides[name]
    )


CASES = list(cases())


# --- a plan at a value -------------------------------------------------------------------------------------
def asked(target: Target, round_code: str, place: int) -> Fraction:
    """What is asked in a month; local figures, a past level and a growth as these plans have them."""
    if target.threshold_from == "local":
        return Fraction(OWN)
    if target.threshold_from == "baseline":
        return PAST
    if isinstance(target.threshold_from, Mapping):
        return Fraction(107)
    for step in target.steps:
        if periods.codes(round_code)[place] <= step["by"]:
            return Fraction(str(step["threshold"]))
    high = target.threshold_high if target.comparator in ("<", "<=") else None
    found = high if high is not None else target.threshold
    return Fraction(str(found)) if found is not None else PAST


def figures_of(case: Case, where: str, base: Fraction | None = None) -> dict[tuple[str, str], list[Fraction]]:
    """(type, line) -> fifteen figures: the value exactly at what is asked, or a hair beside it."""
    target, lines = case.target, lines_in(case.round)
    sides = oracle._sides(target.measure, not case.kind)
    rows = {
        (kind, code): [Fraction(0)] * periods.COUNT
        for side in sides.values()
        for _, code in side
        if not code.endswith("*")
        for kind in _kinds(case, lines, code)
    }
    before = PAST if base is None else base
    tops = [_top(target, asked(target, case.round, at), before, where) for at in range(2, 14)]
    _fill(case, rows, sides["top"], _past(target, before), tops)
    if sides["bottom"]:
        weight = WEIGHT if "mean" not in target.measure else Fraction(1000)
        top_codes = {code for _, code in sides["top"]}
        others = [term for term in sides["bottom"] if term[1] not in top_codes]
        is_within = len(others) < len(sides["bottom"])  # the top is a part of what it is divided by
        months = [weight - top if is_within else weight for top in tops]
        past = weight - _past(target, before) if is_within else weight
        _fill(case, rows, others, past, months)
    if isinstance(target.threshold_from, Mapping):
        code = target.threshold_from["line"]
        for kind in _kinds(case, lines, code):
            rows[kind, code] = [Fraction(0)] * periods.COUNT
        _fill(case, rows, [(1, code)], Fraction(1000), [Fraction(1070)] * 12)
    return rows


def _kinds(case: Case, lines: Lines, code: str) -> list[str]:
    return (
        [case.kind]
        if case.kind in lines[code].types
        else sorted(lines[code].counted_from)
        if not case.kind
        else []
    )


def _top(target: Target, goal: Fraction, before: Fraction, where: str) -> Fraction:
    """The top of the measure at which the judged value lies there."""
    wanted = goal
    if target.comparator in ("increase_by", "reduce_by"):
        change = before * goal / 100 if target.unit == "%" else goal
        wanted = before + change if target.comparator == "increase_by" else before - change
    elif target.effect["kind"] == "change_vs_baseline" and target.comparator[0] in "<>=":
        wanted = before * goal / 100
    top = _as_top(target, wanted)
    falls = bool(target.measure.get("inverted")) != (target.comparator == "reduce_by")
    return top + {BELOW: -HAIR, ON: Fraction(0), ABOVE: HAIR}[where] * (-1 if falls else 1)


def _as_top(target: Target, value: Fraction) -> Fraction:
    if "numerator" not in target.measure:
        return value
    whole = target.measure.get("per") or (100 if target.unit == "%" else 1)
    return ((whole - value) if target.measure.get("inverted") else value) * WEIGHT / whole


def _past(target: Target, before: Fraction) -> Fraction:
    return _as_top(target, before)


def _fill(
    case: Case,
    rows: dict[tuple[str, str], list[Fraction]],
    side: Sequence[tuple[int, str]],
    past: Fraction,
    months: Sequence[Fraction],
) -> None:
    """The first line of a side holds it all; the others stay at nothing. What adds up over a year that is judged
    as a whole stands in March alone."""
    lines = lines_in(case.round)
    kind, code = next(
        (kind, code) for _, code in side if not code.endswith("*") for kind in _kinds(case, lines, code)
    )
    line, row = lines[code], rows[kind, code]
    is_whole = case.target.effect["kind"] in YEARLY and not case.target.steps
    if line.over_time in FLOWS and is_whole and "mean" not in case.target.measure:
        months = [*[Fraction(0)] * 11, months[-1]]
    wrong = 3 * past + 1  # what stands in the other of the two past columns
    before = [past, wrong] if _past_place(case, code) == 0 else [wrong, past]
    row[:] = [*before, *months, months[-1] if line.is_annual else Fraction(0)]


def _past_place(case: Case, code: str) -> int:
    """The column of the past that counts."""
    source = case.target.threshold_from
    if isinstance(source, Mapping) and source["line"] == code:
        return oracle.YEARS[source["share_of"]]
    usual = "outturn" if case.target.comparator in oracle.DIRECTIONS else "2019/20"
    return oracle.YEARS[case.target.baseline or usual]


def plan_at(case: Case, rows: Mapping[tuple[str, str], Sequence[Fraction]]) -> Plan:
    lines, returned = lines_in(case.round), {name: {} for name in RETURNS}
    kinds = sorted({kind for kind, _ in rows})
    members = [Member(kind.upper(), kind, "QU9", kind, uploads=returned) for kind in kinds]
    plan = Plan(lines, members, dict.fromkeys(code for _, code in rows))
    for (kind, code), row in rows.items():
        exact = [figure * SCALE for figure in row]
        assert all(figure.denominator == 1 for figure in exact), f"{case.name}: {code} is not exact"
        plan.enter(kind.upper(), code, [int(figure) for figure in exact], "v" * periods.COUNT, None)
    return plan  # as entered: nothing is computed over it


def world_at(case: Case, rows: Mapping[tuple[str, str], Sequence[Fraction]]) -> oracle.World:
    kinds = sorted({kind for kind, _ in rows})
    bodies = [
        oracle.Body(kind.upper(), kind, False, {code: row for (of, code), row in rows.items() if of == kind})
        for kind in kinds
    ]
    return oracle.World(case.round, "QU9", lines_in(case.round), bodies)


def judged(case: Case, rows: Mapping[tuple[str, str], Sequence[Fraction]]) -> tuple[str, str]:
    """By the engine, by the other judge."""
    target = (
        replace(case.target, local={"QU9": OWN, case.kind.upper(): OWN}) if _is_local(case) else case.target
    )
    plan, world = plan_at(case, rows), world_at(case, rows)
    if not case.kind:
        return evaluate_system(plan, [target], "QU9")[0].outcome, oracle.of_system(world, target).outcome
    return evaluate(plan, [target])[0].outcome, oracle.of_organisation(world, target, world.bodies[0]).outcome


def _is_local(case: Case) -> bool:
    return case.target.threshold_from == "local"


# --- the verdicts ------------------------------------------------------------------------------------------
THRESHOLDS = [
    case for case in CASES if case.target.comparator[0] in "<>=" or case.target.comparator.endswith("_by")
]
DIRECTIONS = [case for case in CASES if case not in THRESHOLDS]


@pytest.mark.parametrize("case", THRESHOLDS, ids=lambda case: case.name)
def test_a_value_on_its_threshold_and_a_hair_beside_it(case: Case) -> None:
    holds = dict(zip((BELOW, ON, ABOVE), HOLDS[case.target.comparator], strict=True))
    found = {where: judged(case, figures_of(case, where)) for where in holds}
    assert found == {where: _both("met" if held else "not_met") for where, held in holds.items()}


@pytest.mark.parametrize("case", DIRECTIONS, ids=lambda case: case.name)
def test_a_direction_is_judged_to_a_hair_of_its_baseline(case: Case) -> None:
    """A goal to move towards is still far off here."""
    base = Fraction(50) if case.target.unit == "%" else PAST
    far = {"increase_toward": 10.0**6, "decrease_toward": -1.0}.get(case.target.comparator)
    away = _with_goal(case, far)
    holds = dict(zip((BELOW, ON, ABOVE), HOLDS[case.target.comparator], strict=True))
    found = {
        where: judged(away, _over_the_year(case, figures_of(_with_goal(case, float(base)), where, base)))
        for where in holds
    }
    assert found == {where: _both("met" if held else "not_met") for where, held in holds.items()}


@pytest.mark.parametrize(
    "case",
    [case for case in DIRECTIONS if case.target.comparator.endswith("_toward")],
    ids=lambda case: case.name,
)
def test_who_is_there_already_need_not_move(case: Case) -> None:
    """From a better outturn it may step back as far as the goal, and not a hair further."""
    rises = case.target.comparator == "increase_toward"
    goal = Fraction(str(case.target.threshold)) if case.target.threshold is not None else PAST
    better = goal + (2 if rises else -2) if goal else Fraction(0)
    plain = _with_goal(case, float(goal))
    places = [where for where in (BELOW, ON, ABOVE) if goal or where != BELOW]
    found = {
        where: judged(plain, _over_the_year(plain, figures_of(plain, where, better))) for where in places
    }
    short = BELOW if rises else ABOVE
    assert found == {where: _both("not_met" if where == short else "met") for where in places}


def _with_goal(case: Case, goal: float | None) -> Case:
    return replace(case, target=replace(case.target, threshold=goal, threshold_from=""))


def _over_the_year(
    case: Case, rows: dict[tuple[str, str], list[Fraction]]
) -> dict[tuple[str, str], list[Fraction]]:
    """A direction that names no month is judged over the year: what adds up stands in March alone."""
    if case.target.effect["kind"] == "by_month" or case.target.due:
        return rows
    nothing = [Fraction(0)] * 11
    flows = {code for _, code in rows if lines_in(case.round)[code].over_time in FLOWS}
    return {key: [*row[:2], *nothing, *row[13:]] if key[1] in flows else row for key, row in rows.items()}


def _both(outcome: str) -> tuple[str, str]:
    return outcome, outcome


def test_the_three_rounds_are_well_covered() -> None:
    codes = {case.target.code for case in CASES}
    by_round = {code[:2]: sum(1 for other in codes if other.startswith(code[:2])) for code in codes}
    assert by_round["22"] >= 30 and by_round["23"] >= 40 and by_round["24"] >= 10
    assert by_round["QT"] >= 20 and by_round["B2"] >= 7
    assert {case.target.comparator for case in CASES} == set(HOLDS)
