"""England by hand, in arrays: the stored rows read wide into one array of whole numbers, each rule and target
judged for everybody at once, and what was found stored in one go. Nothing is explained: no sentence, no working, no
cell that a figure rests on."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection

from benchmarks.reference import england_asked as asked
from benchmarks.reference.england_asked import Comparison, Findings, Goal, Outcomes

Array = np.ndarray
COLUMNS = ", ".join(f"COALESCE(v.p{place:02d}, 0)" for place in range(15))
BLANK, VALUE, NOT_APPLICABLE, NONE = 0, 1, 2, 3
LETTERS = bytes(
    {ord("b"): BLANK, ord("v"): VALUE, ord("n"): NOT_APPLICABLE}.get(at, NONE) for at in range(256)
)
TERM = re.compile(r"([+-]?)\s*([A-Z][\w.@*]*)")


@dataclass
class Table:
    """figures and states [line, organisation, period]; `names[base, organisation]` the first partner's row."""

    bodies: list[str]
    kinds: Array
    place: Mapping[str, int]
    figures: Array
    states: Array
    names: Mapping[tuple[str, int], str]

    def line(self, code: str) -> tuple[Array, Array]:
        at = self.place.get(code)
        if at is None:
            shape = (len(self.bodies), 15)
            return np.zeros(shape, np.int64), np.full(shape, NONE, np.uint8)
        return self.figures[at], self.states[at]

    def known(self, code: str) -> tuple[Array, Array]:
        figures, states = self.line(code)
        return figures, states == VALUE


def run(bodies: Sequence[str], comparisons: Sequence[Comparison]) -> tuple[Findings, Outcomes]:
    """Read, judge, store."""
    table = read(bodies)
    found = {*compared(table, comparisons), *by_hand(table)}
    outcomes = {row for goal in asked.GOALS for row in judged(table, goal)}
    keep(found, outcomes)
    return found, outcomes


# --- reading -------------------------------------------------------------------------------------------
def read(bodies: Sequence[str]) -> Table:
    holes = ", ".join(["%s"] * len(bodies))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT u.organisation_id, o.kind, v.line, v.states, {COLUMNS} FROM submissions_value v "  # noqa: S608
            f"JOIN submissions_upload u ON u.id = v.upload_id JOIN planning_organisation o "
            f"ON o.ods = u.organisation_id WHERE u.organisation_id IN ({holes})",
            list(bodies),
        )
        rows = cursor.fetchall()
    kinds = {row[0]: row[1] for row in rows}
    names = sorted(kinds)
    at = {ods: place for place, ods in enumerate(names)}
    partners = [row for row in rows if "@" in row[2]]
    own = [row for row in rows if "@" not in row[2]]
    lines = {code: place for place, code in enumerate(dict.fromkeys([row[2] for row in own]))}
    bases = dict.fromkeys(row[2].partition("@")[0] + "@" for row in partners)
    place = {**lines, **{base: len(lines) + number for number, base in enumerate(bases)}}
    shape = (len(place), len(names), 15)
    figures, states = np.zeros(shape, np.int64), np.full(shape, NONE, np.uint8)
    line, body = [lines[row[2]] for row in own], [at[row[0]] for row in own]
    figures[line, body] = np.array([row[4:] for row in own], np.int64)
    states[line, body] = _states(own)
    firsts: dict[tuple[str, int], str] = {}
    for row, state in zip(partners, _states(partners), strict=True):
        base = row[2].partition("@")[0] + "@"
        here = place[base], at[row[0]]
        figures[here] += np.where(state == VALUE, np.array(row[4:], np.int64), 0)
        states[here] = np.where((states[here] == VALUE) | (state == VALUE), VALUE, BLANK)
        key = (base, at[row[0]])
        firsts[key] = min(firsts.get(key, row[2]), row[2])
    return Table(names, np.array([kinds[ods] for ods in names]), place, figures, states, firsts)


def _states(rows: Sequence[Any]) -> Array:
    letters = "".join(row[3] for row in rows).encode().translate(LETTERS)
    return np.frombuffer(letters, np.uint8).reshape(len(rows), 15)


# --- one sum against another ---------------------------------------------------------------------------
def compared(table: Table, comparisons: Sequence[Comparison]) -> Findings:
    """The first comparison of a line that breaks names the period."""
    firsts: dict[tuple[str, str, str], str] = {}
    for one in comparisons:
        left, left_known, line = _side(table, one.left, one.zero)
        right, right_known, _ = _side(table, one.right, one.zero)
        numerator, denominator = one.relative
        leeway = np.maximum(one.absolute * denominator, numerator * np.maximum(np.abs(left), np.abs(right)))
        apart = np.abs(left - right) if one.operator == "=" else left - right
        wrong = left_known & right_known & (apart * denominator > leeway)
        wrong &= np.isin(table.kinds, list(one.kinds))[:, None]
        places = list(one.places)
        for o in np.flatnonzero(wrong[:, places].any(axis=1)):
            first = next(place for place in places if wrong[o, place])
            code = table.names.get((line, int(o)), line)
            firsts.setdefault((one.rule, table.bodies[o], code), asked.PERIODS[first])
    return {(*key, period) for key, period in firsts.items()}


def _side(table: Table, text: str, zero: bool) -> tuple[Array, Array, str]:
    shape = (len(table.bodies), 15)
    total, every, some, first = np.zeros(shape, np.int64), np.ones(shape, bool), np.zeros(shape, bool), ""
    for sign, term in TERM.findall(text):
        stem = term[:-1]
        is_family = term.endswith("*") and not stem.endswith("@")
        codes = (
            sorted(code for code in table.place if code.startswith(stem)) if is_family else [term.rstrip("*")]
        )
        for code in codes:
            figures, states = table.line(code)
            known = states == VALUE
            total += np.where(known, -figures if sign == "-" else figures, 0)
            some |= known
            every &= (states != NONE) if zero else known
            first = first or code
    return total, every & some, first


# --- rules one by one ----------------------------------------------------------------------------------
def by_hand(table: Table) -> Findings:
    year, found = asked.YEAR, Findings()
    is_trust = np.isin(table.kinds, asked.TRUSTS)

    def add(rule: str, wrong: Array, line: str, place: int = year) -> None:
        for o in np.flatnonzero(wrong & is_trust):
            found.add((rule, table.bodies[o], line, asked.PERIODS[place]))

    (spend, spend_known), (staff, staff_known) = table.known("F.PAY.AGY"), table.known("F.WTE.AGY")
    (pay, pay_known), (post, post_known) = table.known("F.PAY.SUB"), table.known("F.WTE.SUB")
    (all_pay, all_pay_known) = table.known("F.PAY.TOTAL")
    money, heads = np.abs(spend).astype(float), staff.astype(float)
    both = spend_known[:, year] & staff_known[:, year]
    before = spend_known[:, asked.OUTTURN] & staff_known[:, asked.OUTTURN]
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = money / heads
        now, was = cost[:, year], cost[:, asked.OUTTURN]
        enough = np.minimum(staff[:, year], staff[:, asked.OUTTURN]) >= 10_000
        add("T05", both & before & enough & (np.abs(now - was) > 0.15 * np.maximum(now, was)), "F.PAY.AGY")
        times = now / (np.abs(pay[:, year]) / post[:, year])
        has_post = post_known[:, year] & pay_known[:, year] & (pay[:, year] != 0) & (post[:, year] != 0)
        add("T06", both & has_post & (staff[:, year] != 0) & ((times < 1) | (times > 3)), "F.PAY.AGY")
        share = spend_known[:, year] & all_pay_known[:, year] & (all_pay[:, year] != 0)
        add("T08", share & (1000 * np.abs(spend[:, year]) > 37 * np.abs(all_pay[:, year])), "F.PAY.AGY")
        more = (spend[:, year] / spend[:, asked.OUTTURN]) / 1.021 - 1
        people = staff[:, year] / staff[:, asked.OUTTURN] - 1
        there = both & before & (spend[:, asked.OUTTURN] != 0) & (staff[:, asked.OUTTURN] != 0)
        moved = (more * people < 0) & (np.minimum(np.abs(more), np.abs(people)) > 0.01)
        add("T09", there & moved, "F.PAY.AGY")
    _waiting_list(table, found)
    _shares(table, add)
    return found


def _waiting_list(table: Table, found: Findings) -> None:
    listed, known = table.known("E.B.3a")
    months, prior = slice(asked.APRIL, asked.YEAR), slice(asked.OUTTURN, asked.MARCH)
    expected, there = listed[:, prior].copy(), known[:, months] & known[:, prior]
    for sign, code in ((1, "E.M.20"), (-1, "E.M.18"), (-1, "E.M.19"), (-1, "LOC.RTTREM")):
        figures, is_known = table.known(code)
        expected += sign * figures[:, months]
        there &= is_known[:, months]
    wrong = there & (100 * np.abs(listed[:, months] - expected) > np.abs(listed[:, months]))
    for o in np.flatnonzero(wrong.any(axis=1) & (table.kinds == "ac")):
        place = asked.APRIL + int(np.argmax(wrong[o]))
        found.add(("T28", table.bodies[o], "E.B.3a", asked.PERIODS[place]))


def _shares(table: Table, add: Any) -> None:
    for code in [code for code in table.place if code.startswith("W.EST.")]:
        (posts, known), (people, there) = table.known(code), table.known(f"W.SUB.{code[6:]}")
        funded, held = posts[:, asked.MARCH], people[:, asked.MARCH]
        counts = known[:, asked.MARCH] & there[:, asked.MARCH]
        counts &= (np.maximum(funded, held) >= 50_000) & (funded != 0)
        vacant = funded - held
        add("T39", counts & ((20 * vacant < -funded) | (4 * vacant > funded)), code, asked.MARCH)
    for code, most in (("W.KPI.SICK", 15), ("W.KPI.TURN", 40)):
        (part, known), (whole, there) = table.known(f"{code}N"), table.known(f"{code}D")
        top, bottom = part[:, asked.YEAR], whole[:, asked.YEAR]
        counts = known[:, asked.YEAR] & there[:, asked.YEAR] & (bottom > 0)
        add("T40", counts & ((top <= 0) | (100 * top > most * bottom)), f"{code}N")


# --- targets -------------------------------------------------------------------------------------------
def judged(table: Table, goal: Goal) -> Outcomes:
    codes = (*goal.top, *goal.bottom, *goal.less)
    applies = np.isin(table.kinds, goal.kinds)
    blank = np.all([(table.line(code)[1] == BLANK).all(axis=1) for code in codes], axis=0)
    applies &= ~(blank & np.isin(table.kinds, goal.optional))
    windows = [(place,) for place in asked.MONTHS] if goal.when == "each" else [_places(goal.when)]
    known, met = np.ones(len(table.bodies), bool), np.ones(len(table.bodies), bool)
    for window in windows:
        top, bottom, there = _measure(table, goal, window)
        past = (
            _measure(table, goal, (goal.past,))
            if goal.way in ("rises", "falls", "grows by", "shrinks by")
            else None
        )
        known &= there & (bottom != 0)
        if past is not None:
            known &= past[2] & (past[1] != 0)
        met &= _holds(goal, top, bottom, past, len(window) if goal.when == "mean" else 1)
    outcome = np.where(known, np.where(met, asked.MET, asked.NOT_MET), asked.NOT_ASSESSABLE)
    outcome = np.where(applies, outcome, asked.NOT_APPLICABLE)
    return {(goal.code, ods, str(said)) for ods, said in zip(table.bodies, outcome, strict=True)}


def _places(when: str) -> tuple[int, ...]:
    return (asked.MARCH,) if when == "march" else asked.MONTHS


def _measure(table: Table, goal: Goal, window: Sequence[int]) -> tuple[Array, Array, Array]:
    places, size = list(window), len(table.bodies)
    there = np.ones(size, bool)

    def added(codes: Sequence[str], exempt: bool = False) -> Array:
        nonlocal there
        total = np.zeros(size, np.int64)
        for code in codes:
            figures, states = table.line(code)
            mine = states[:, places]
            there &= ((mine == VALUE) | (exempt & (mine == NOT_APPLICABLE))).all(axis=1)
            total += np.where(mine == VALUE, figures[:, places], 0).sum(axis=1)
        return total

    top = added(goal.top) - added(goal.less, exempt=True)
    bottom = added(goal.bottom) if goal.bottom else np.ones(size, np.int64)
    return (bottom - top if goal.inverted else top), bottom, there


def _holds(goal: Goal, top: Array, bottom: Array, past: Any, months: int) -> Array:
    """Exactly, in whole numbers; of a mean over months the past is weighed as often."""
    percent, of = goal.goal
    if goal.bottom:
        top, bottom = np.abs(top), np.abs(bottom)
    if past is not None:
        was, under = (np.abs(past[0]), np.abs(past[1])) if goal.bottom else past[:2]
        if goal.way == "grows by":
            return (top - was) * 100 * of >= percent * was
        if goal.way == "shrinks by":
            return (was - top) * 100 * of >= percent * was
        now, then = top.astype(object) * under, was.astype(object) * months * bottom
        there = 100 * of * top >= percent * bottom if of else np.zeros(len(top), bool)
        return (now > then) | there if goal.way == "rises" else (now < then) | (top <= 0)
    left, right = (100 * of * top, percent * bottom) if goal.bottom else (top, np.zeros_like(top))
    return {">=": left >= right, "<=": left <= right, "=": left == right}[goal.way]


# --- storing -------------------------------------------------------------------------------------------
def keep(found: Findings, outcomes: Outcomes) -> None:
    """Into tables of its own, gone with the connection."""
    with connection.cursor() as cursor:
        for table, columns, rows in (
            ("reference_finding", ("rule", "organisation", "line", "period"), found),
            ("reference_outcome", ("target", "organisation", "outcome"), outcomes),
        ):
            cursor.execute(f"DROP TABLE IF EXISTS {table}")
            cursor.execute(
                f"CREATE TEMPORARY TABLE {table} ({', '.join(f'{name} text' for name in columns)})"
            )
            if connection.vendor == "sqlite":
                marks = ", ".join(["%s"] * len(columns))
                cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", sorted(rows))  # noqa: S608
            else:
                text = "\n".join("\t".join(row) for row in sorted(rows)) + "\n"
                cursor.copy_expert(f"COPY {table} FROM STDIN", io.StringIO(text))
