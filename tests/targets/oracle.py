"""A second judge of targets, apart from the engine: plain fractions over a dict of figures.

It reads the entries of targets and lines as data and knows nothing of how the service evaluates them: no plan, no
array, no measure of the service's. Where it and the engine differ, one of the two has misread the guidance.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

MET, NOT_MET, UNKNOWN, NOT_ASKED = "met", "not_met", "not_assessable", "not_applicable"
YEARS = {"2019/20": 0, "outturn": 1}
APRIL, MARCH, YEAR = 2, 13, 14  # places of a row's fifteen figures
IN_YEAR = range(APRIL, MARCH + 1)
WHOLE, AVERAGE = "the year", "its months' average"  # windows beside a place
STOCKS, FLOWS, AVERAGES = ("last", "ratio_last"), ("sum", "ratio"), ("avg", "ratio_avg")
DIRECTIONS = ("increase", "decrease", "increase_toward", "decrease_toward")
NA = "n/a"

Window = int | str


class Unknown(Exception):
    """A figure that is blank, or for no good reason not there."""


class NotApplicable(Unknown):
    """Everything that would be added up is marked n/a."""


@dataclass(frozen=True)
class Body:
    """An organisation: its type, whether it counts for the system, its rows of fifteen figures by line: a
    Fraction in the line's unit, None blank, "n/a". A line that its returns do not hold has no row."""

    ods: str
    kind: str
    served: bool
    rows: Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class World:
    """The bodies of one system in a round. `lines` is the round's catalogue, read as data."""

    round: str
    system: str
    lines: Mapping[str, Any]
    bodies: Sequence[Body]

    @property
    def months(self) -> list[str]:
        first = int(self.round[:4])
        return [f"{first}-{at:02d}" for at in range(4, 13)] + [f"{first + 1}-{at:02d}" for at in range(1, 4)]


@dataclass(frozen=True)
class Answer:
    outcome: str
    value: Fraction | None = None  # of the one window, None where several are judged
    goal: Fraction | None = None
    parts: tuple[str, ...] = field(default=())


# --- of one organisation, of a system --------------------------------------------------------------------
def of_organisation(world: World, target: Any, body: Body) -> Answer:
    if "trust" not in {*target.levels, *target.indicator_levels}:
        return Answer(NOT_ASKED)
    if target.types and body.kind not in target.types:
        return Answer(NOT_ASKED)
    if target.status == "query":
        return Answer(UNKNOWN)
    return _of_parts(world, target, [body], None, body.ods)


def of_system(world: World, target: Any) -> Answer:
    if "system" not in {*target.levels, *target.indicator_levels}:
        return Answer(NOT_ASKED)
    if target.status == "query":
        return Answer(UNKNOWN)
    counted = [body for body in world.bodies if not body.served]
    answer = _of_parts(world, target, counted, {body.ods for body in counted}, world.system)
    if answer.outcome != NOT_ASKED:
        return answer
    for body in world.bodies:  # what a trust of another system does for this one is shown whole
        if body.served:
            answer = _of_parts(world, target, [body], None, world.system)
            if answer.outcome != NOT_ASKED:
                return answer
    return Answer(NOT_ASKED)


def _of_parts(
    world: World, target: Any, bodies: Sequence[Body], counted: set[str] | None, who: str
) -> Answer:
    """`counted` is None where one body's figures are judged as they are; `who` is whose own figure goes before the
    threshold."""
    if not target.parts:
        return _judge(world, _test(target, {}), target, bodies, counted, who)
    found = [_judge(world, _test(target, part), target, bodies, counted, who) for part in target.parts]
    outcomes = tuple(answer.outcome for answer in found)
    asked = [outcome for outcome in outcomes if outcome != NOT_ASKED]
    for worst in (NOT_MET, UNKNOWN, MET):
        if worst in asked:
            return Answer(worst, parts=outcomes)
    return Answer(NOT_ASKED, parts=outcomes)


def _test(target: Any, part: Mapping[str, Any]) -> dict[str, Any]:
    """What is tested; a part says its own, but for the time of effect, which is the target's where it is silent."""
    names = (
        "measure",
        "comparator",
        "threshold",
        "threshold_high",
        "threshold_from",
        "steps",
        "unit",
        "baseline",
    )
    if part:
        return {**dict.fromkeys(names), "due": target.due, "effect": target.effect, **part}
    return {name: getattr(target, name) for name in (*names, "effect", "due")}


# --- the verdict -----------------------------------------------------------------------------------------
def _judge(
    world: World,
    test: dict[str, Any],
    target: Any,
    bodies: Sequence[Body],
    counted: set[str] | None,
    who: str,
) -> Answer:
    named = [code for side in _sides(test["measure"]).values() for _, code in side]
    if any(not code.endswith("*") and code not in world.lines for code in named):
        return Answer(NOT_ASKED)
    if _later(world, test):
        return Answer(NOT_ASKED)
    holding = [
        body
        for body in bodies
        if _holds_any(world, test["measure"], body, counted)
        and not _has_no_such_service(world, test["measure"], body, counted)
    ]
    if not holding or not _all_sides(world, test["measure"], holding, counted):
        return Answer(NOT_ASKED)
    try:
        return _verdict(world, test, target, holding, counted, who)
    except Unknown:
        return Answer(UNKNOWN)


def _later(world: World, test: Mapping[str, Any]) -> bool:
    if test["comparator"] in DIRECTIONS:
        return False
    if test["steps"]:
        return all(step["by"] > world.months[-1] for step in test["steps"])
    effect = test["effect"]
    begins = effect["to"] if effect["kind"] == "by_month" else effect["from"]
    return (test["due"] or begins) > world.months[-1]


def _verdict(
    world: World,
    test: dict[str, Any],
    target: Any,
    bodies: Sequence[Body],
    counted: set[str] | None,
    who: str,
) -> Answer:
    windows = _windows(world, test)
    base = None
    if _needs_baseline(test):
        base = YEARS[test["baseline"]] if test["baseline"] else YEARS[_usual_baseline(test)]
        if test["comparator"].endswith("_toward") and test["threshold_from"] == "baseline":
            base = YEARS["outturn"]
    own = target.local.get(who)
    if own is None and test["threshold_from"] == "local":
        raise Unknown
    goal_at = _goal_place(test) if own is None else None
    places = [*windows, *([] if base is None else [base]), *([] if goal_at is None else [goal_at])]
    bodies = _answering(world, test["measure"], bodies, places, counted)
    before = None if base is None else _value(world, test, bodies, base, counted)
    results, value, goal = [], None, None
    for window in windows:
        now = _value(world, test, bodies, window, counted)
        goal = Fraction(str(own)) if own is not None else _goal(world, test, bodies, window, counted)
        value, holds = _holds(test, now, before, goal)
        results.append(holds)
    outcome = MET if all(results) else NOT_MET
    return Answer(outcome, value if len(windows) == 1 else None, goal if len(windows) == 1 else None)


def _windows(world: World, test: Mapping[str, Any]) -> list[Window]:
    effect, kind, months = test["effect"], test["effect"]["kind"], world.months
    if test["steps"]:
        return [APRIL + months.index(step["by"]) for step in test["steps"] if step["by"] in months]
    if test["comparator"] in DIRECTIONS:
        if kind == "by_month" and effect["to"] in months:
            return [APRIL + months.index(effect["to"])]
        return [MARCH] if kind == "by_month" or test["due"] else [WHOLE]
    if kind == "year_mean":
        return [AVERAGE]
    if kind in ("year_total", "change_vs_baseline"):
        return [WHOLE]
    last = APRIL + months.index(effect["to"]) if effect["to"] in months else MARCH
    if kind == "by_month":
        return [last]
    first = APRIL + months.index(effect["from"]) if effect["from"] in months else APRIL
    return list(range(first, last + 1))


def _needs_baseline(test: Mapping[str, Any]) -> bool:
    return (
        test["comparator"] in (*DIRECTIONS, "increase_by", "reduce_by")
        or test["effect"]["kind"] == "change_vs_baseline"
    )


def _usual_baseline(test: Mapping[str, Any]) -> str:
    return "outturn" if test["comparator"] in DIRECTIONS else "2019/20"


def _goal_place(test: Mapping[str, Any]) -> int | None:
    return YEARS[test["baseline"] or "2019/20"] if test["threshold_from"] == "baseline" else None


def _goal(
    world: World, test: Mapping[str, Any], bodies: Sequence[Body], window: Window, counted: set[str] | None
) -> Fraction | None:
    """The figure that is asked, None of a mere direction."""
    source, place = test["threshold_from"], _goal_place(test)
    if place is not None:
        return _value(world, test, bodies, place, counted)
    if isinstance(source, Mapping):
        planned, past = (
            sum((_figure(world, body, source["line"], at) for body in bodies), Fraction(0))
            for at in (WHOLE, YEARS[source["share_of"]])
        )
        if past == 0:
            raise Unknown
        return 100 * planned / past
    for step in test["steps"] or ():
        if isinstance(window, int) and world.months[window - APRIL] == step["by"]:
            return Fraction(str(step["threshold"]))
    falls = test["comparator"] in ("<", "<=", "decrease", "decrease_toward")
    found = test["threshold_high"] if falls and test["threshold_high"] is not None else test["threshold"]
    return None if found is None else Fraction(str(found))


def _holds(
    test: Mapping[str, Any], now: Fraction, before: Fraction | None, goal: Fraction | None
) -> tuple[Fraction, bool]:
    """The figure as it is judged, and whether it holds."""
    comparator = test["comparator"]
    if comparator in DIRECTIONS:
        assert before is not None
        return now, _moves(comparator, now, before, goal)
    assert goal is not None
    if comparator in ("increase_by", "reduce_by"):
        assert before is not None
        change = now - before if comparator == "increase_by" else before - now
        if test["unit"] == "%":
            change = 100 * change / _above_nothing(before)
        return change, change >= goal
    if test["effect"]["kind"] == "change_vs_baseline":
        now = 100 * now / _above_nothing(before)
    return now, COMPARED[comparator](now, goal)


COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<=": operator.le,
    "<": operator.lt,
}


def _moves(comparator: str, now: Fraction, before: Fraction, goal: Fraction | None) -> bool:
    """Better than before, or where that is asked already there; nobody left is as good as can be."""
    if comparator == "increase":
        return now > before
    if comparator == "increase_toward":
        return now > before or (goal is not None and now >= goal)
    return now < before or now <= (goal if goal is not None and comparator == "decrease_toward" else 0)


def _above_nothing(before: Fraction | None) -> Fraction:
    if not before:
        raise Unknown
    return before


# --- what is measured ------------------------------------------------------------------------------------
def _sides(measure: Mapping[str, Any], of_system: bool = False) -> dict[str, list[tuple[int, str]]]:
    """Signed codes: top, bottom, what is exempt."""
    top = measure.get("mean") or measure.get("line") or measure.get("numerator")
    bottom = measure.get("weight") or measure.get("denominator") or ()
    if of_system and "system_denominator" in measure:
        bottom = measure["system_denominator"]
    return {"top": _codes(top), "bottom": _codes(bottom), "less": _codes(measure.get("less", ()))}


def _codes(names: Any) -> list[tuple[int, str]]:
    listed = [names] if isinstance(names, str) else list(names)
    return [(-1, name[1:].strip()) if name.startswith("-") else (1, name) for name in listed]


def _held(
    world: World, side: Iterable[tuple[int, str]], body: Body, counted: set[str] | None
) -> list[tuple[int, str]]:
    """The lines of a side that a body of its type has, and that count for a system."""
    found: list[tuple[int, str]] = []
    for sign, term in side:
        stem = term.rstrip("*")
        codes = [code for code in body.rows if code.startswith(stem)] if term.endswith("*") else [term]
        for code in codes:
            line = world.lines.get(code) or world.lines.get(code.partition("@")[0] + "@")
            if line is None or body.kind not in line.types or (code == stem and term.endswith("*")):
                continue
            if counted is not None and body.kind not in line.counted_from:
                continue
            if counted is not None and term.endswith("@*") and code.partition("@")[2] not in counted:
                continue
            found.append((sign, code))
    return found


def _holds_any(world: World, measure: Mapping[str, Any], body: Body, counted: set[str] | None) -> bool:
    sides = _sides(measure, counted is not None)
    sides.pop("less")
    held = [bool(_held(world, side, body, counted)) for side in sides.values() if side]
    return all(held) if counted is None or "mean" in measure else any(held)


def _has_no_such_service(
    world: World, measure: Mapping[str, Any], body: Body, counted: set[str] | None
) -> bool:
    """Whether all is blank that its type may leave blank and another may not."""
    sides = _sides(measure, counted is not None)
    codes = [
        code
        for name, side in sides.items()
        for _, code in _held(world, side, body, None if name == "less" else counted)
    ]
    return bool(codes) and all(
        body.kind in world.lines[code].optional_for and code in body.rows and set(body.rows[code]) == {None}
        for code in codes
    )


def _all_sides(
    world: World, measure: Mapping[str, Any], bodies: Sequence[Body], counted: set[str] | None
) -> bool:
    """Whether between them they have a line of each side."""
    sides = _sides(measure, counted is not None)
    sides.pop("less")
    return all(any(_held(world, side, body, counted) for body in bodies) for side in sides.values() if side)


def _answering(
    world: World, measure: Mapping[str, Any], bodies: Sequence[Body], places: Sequence[Window], counted: Any
) -> list[Body]:
    """The bodies whose figures count: those that mark their own lines n/a throughout drop out. Raises Unknown
    where one has left a figure open, or none is left."""
    left = []
    for body in bodies:
        try:
            for place in places:
                _read(world, measure, body, place, counted)
        except NotApplicable:
            if counted is None:
                raise
            continue
        left.append(body)
    if not left:
        raise Unknown
    return left


def _value(
    world: World, test: Mapping[str, Any], bodies: Sequence[Body], window: Window, counted: set[str] | None
) -> Fraction:
    measure = test["measure"]
    read = [_read(world, measure, body, window, counted) for body in bodies]
    top, bottom = (sum((each[at] for each in read), Fraction(0)) for at in (0, 1))
    if not _sides(measure)["bottom"]:
        return top
    if bottom == 0:
        raise Unknown
    if measure.get("absolute"):
        top, bottom = abs(top), abs(bottom)
    whole = measure.get("per") or (100 if test["unit"] == "%" and "mean" not in measure else 1)
    return whole - whole * top / bottom if measure.get("inverted") else whole * top / bottom


def _read(
    world: World, measure: Mapping[str, Any], body: Body, window: Window, counted: set[str] | None
) -> tuple[Fraction, Fraction]:
    """One body's top and bottom."""
    sides = {
        name: _held(world, side, body, counted if name != "less" else None)
        for name, side in _sides(measure, counted is not None).items()
    }
    if "mean" in measure:
        return _mean(world, measure, body, window)
    try:
        top = _sum(world, sides["top"], body, window) if sides["top"] else Fraction(0)
    except NotApplicable:
        if counted is None or not _is_known_of_itself(world, sides["bottom"]):
            raise
        top = Fraction(0)
    for sign, code in sides["less"]:
        try:
            top -= sign * _figure(world, body, code, window)
        except NotApplicable:
            continue
    bottom = _sum(world, sides["bottom"], body, window) if sides["bottom"] else Fraction(0)
    return top, bottom


def _is_known_of_itself(world: World, side: Sequence[tuple[int, str]]) -> bool:
    """A population counts whether or not its ICB has something to add to what is counted for it."""
    return bool(side) and all(world.lines[code].required == "reference" for _, code in side)


def _sum(world: World, side: Sequence[tuple[int, str]], body: Body, window: Window) -> Fraction:
    """n/a counts as nothing beside a figure, a blank only where the line may be left blank."""
    total, known, reason = Fraction(0), False, Unknown
    for sign, code in side:
        try:
            total += sign * _figure(world, body, code, window)
            known = True
        except NotApplicable:
            reason = NotApplicable
        except Unknown:
            reason = Unknown
            if not _may_be_blank(world, code, body) or _is_in_part(world, body, code, window):
                raise
    if not known:
        raise reason
    return total


def _may_be_blank(world: World, code: str, body: Body) -> bool:
    line = world.lines[code]
    return line.required == "optional" or body.kind in line.optional_for


def _is_in_part(world: World, body: Body, code: str, window: Window) -> bool:
    cells = _cells(world, body, code, window)
    return None not in cells and NA in cells and set(cells) != {NA}


def _mean(world: World, measure: Mapping[str, Any], body: Body, window: Window) -> tuple[Fraction, Fraction]:
    months = [window] if isinstance(window, int) else list(IN_YEAR)
    read = [[_cells(world, body, measure[name], at)[0] for name in ("mean", "weight")] for at in months]
    if all(NA in pair and None not in pair for pair in read):
        raise NotApplicable
    if any(cell is None or cell == NA for pair in read for cell in pair):
        raise Unknown
    return sum((m * w for m, w in read), Fraction(0)), sum((w for _, w in read), Fraction(0))


def _figure(world: World, body: Body, code: str, window: Window) -> Fraction:
    """One line of a body over a window."""
    line, cells = world.lines[code], _cells(world, body, code, window)
    if None in cells:
        raise Unknown
    if set(cells) == {NA}:
        raise NotApplicable
    if NA in cells:
        raise Unknown
    total = sum(cells, Fraction(0))
    is_mean = line.over_time in AVERAGES or (window == AVERAGE and line.over_time not in FLOWS)
    return total / len(cells) if is_mean else total


def _cells(world: World, body: Body, code: str, window: Window) -> list[Any]:
    """The cells that a window reads; a line without a row, or one with a single value a year, has its own."""
    line, row = world.lines[code], body.rows.get(code)
    if row is None:
        return [None]
    if line.over_time == "annual":
        is_past = window in YEARS.values() and line.required != "reference"
        return [row[window if is_past else YEAR]]  # type: ignore[index]
    if isinstance(window, int):
        return [row[window]]
    if window == WHOLE and line.over_time in STOCKS:
        return [row[MARCH]]
    return [row[place] for place in IN_YEAR]
